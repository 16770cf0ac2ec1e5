"""A creditor's bank details: checked at the command line, named in what announces a debit."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from saldo.accounts.model import BankDetails
from saldo.reminders.model import Notice
from saldo.reminders.subjects import Subject, Subjects
from saldo.settings import Settings
from saldo.wiring import Services
from saldo_cli.cloud import Cloud
from saldo_cli.commands import creditors
from saldo_cli.main import main
from tests.agreed import CREDITOR, AgreedBooks

IBAN = "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> AgreedBooks:
    books = AgreedBooks()
    services = Services(Settings(), store=books.store, clock=books.clock, accounts=books.accounts)
    cloud = Cloud("saldo", "eu-central-1", {})
    cloud.__dict__["services"] = services
    monkeypatch.setattr(creditors, "cloud_of", lambda options: cloud)
    books.begin()
    return books


def change(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["creditor", "set", CREDITOR, *arguments])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_a_tolerance_for_cash_discounts_is_kept_and_bounded(
    books: AgreedBooks, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = change(capsys, "--discount-tolerance-days", "3")
    assert code == 0 and "granted 3 days longer" in text
    assert books.accounts.creditor(CREDITOR).discount_tolerance_days == 3
    code, text = change(capsys, "--discount-tolerance-days", "31")
    assert code != 0 and "at most 30 days" in text


def test_what_the_cloud_bills_is_said_by_command_line(
    books: AgreedBooks, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = change(capsys, "--running-cost", "2026-11 USD 31.40")
    assert code == 0 and "31.40 a month (USD) from 2026-11" in text
    (said,) = books.accounts.creditor(CREDITOR).running_costs
    assert (said.currency, said.month_minor) == ("USD", 3140)
    code, text = change(capsys, "--running-cost", "none")
    assert code == 0 and "not given" in text


def test_what_messages_cost_is_said_by_command_line(
    books: AgreedBooks, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = change(capsys, "--message-prices", "EUR email=0.0001 letter=0.89")
    assert code == 0 and "email 0.0001, letter 0.89 (EUR)" in text
    code, text = change(capsys, "--message-prices", "EUR pigeon=3")
    assert code != 0 and "pigeon" in text
    code, text = change(capsys, "--message-prices", "none")
    assert code == 0 and "as assumed" in text
    assert books.accounts.creditor(CREDITOR).message_prices is None


def bank(books: AgreedBooks) -> BankDetails | None:
    return books.accounts.creditor(CREDITOR).bank


def test_bank_details_are_kept_as_banks_write_them(
    books: AgreedBooks, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = change(
        capsys, "--iban", IBAN.lower(), "--bic", "cobadeffxxx",
        "--creditor-identifier", "DE98 ZZZ 09999999999",
    )  # fmt: skip
    assert code == 0 and "DE89370400440532013000" in text
    assert bank(books) == BankDetails(
        "DE89370400440532013000", "Musterwerk GmbH", "COBADEFFXXX", "DE98ZZZ09999999999"
    )
    change(capsys, "--account-holder", "Musterwerk Treuhand", "--bic", "none")
    assert bank(books) == BankDetails(
        "DE89370400440532013000", "Musterwerk Treuhand", None, "DE98ZZZ09999999999"
    )
    assert main(["creditor", "show", CREDITOR, "--json"]) == 0
    shown: Any = json.loads(capsys.readouterr().out)
    assert shown["bank"]["creditor_identifier"] == "DE98ZZZ09999999999"
    change(capsys, "--iban", "none")
    assert bank(books) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("--iban", "DE88 3704 0044 0532 0130 00"),
        ("--iban", "DE89 3704 0044 0532 0130"),
        ("--iban", IBAN, "--bic", "COBADE"),
        ("--iban", IBAN, "--creditor-identifier", "DE97ZZZ09999999999"),
        ("--iban", IBAN, "--account-holder", " "),
        ("--iban", IBAN, "--account-holder", "M" * 71),
        ("--bic", "COBADEFFXXX"),
    ],
)
def test_what_no_bank_would_take_is_refused(
    books: AgreedBooks, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert change(capsys, *arguments)[0] == 2
    assert bank(books) is None


@pytest.mark.parametrize("identifier", ["DE98ZZZ09999999999", None])
def test_the_announcement_of_a_debit_names_who_debits(
    books: AgreedBooks, identifier: str | None
) -> None:
    books.accounts.change_creditor(
        CREDITOR, bank=BankDetails("DE89370400440532013000", "M", None, identifier)
    )
    scheduled = books.scheduled(date(2026, 12, 15))
    notices = [n for n in books.tell("payment.scheduled") if n.about == scheduled.id]
    found = announced(books, notices)
    assert [subject.debit and subject.debit.creditor_identifier for subject in found] == [
        identifier
    ]


def announced(books: AgreedBooks, notices: list[Notice]) -> list[Subject]:
    found = [Subjects(books.store).of(notice) for notice in notices]
    return [subject for subject in found if isinstance(subject, Subject)]
