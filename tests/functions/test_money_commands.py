"""Collectors at the command line: payments, charges and suspense over a table (moto)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.table import table_definition
from saldo.accounts.model import Creditor
from saldo.accounts.payer_rules import PayerRules
from saldo.adapters.dynamo.store import DynamoStore
from saldo.ledger.verify import verify
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.model import PayLink
from saldo.payments.ports import ProviderEvent
from saldo.payments.told import ChargebackTold, RefundRequest, RefundTold
from saldo_cli import cloud as clouds
from saldo_cli.commands import _common
from saldo_cli.main import main
from tests.books import ACCOUNT, CREDITOR, Books, FakeProvider

REGION = "eu-central-1"
BY = ("--by", "anna", "--reason", "agreed on the telephone")


class Refunder(FakeProvider):
    """A provider that gives money back."""

    def refund(self, request: RefundRequest) -> RefundTold:
        return RefundTold(
            "sandbox",
            "evt-r",
            "re-1",
            request.provider_id,
            None,
            "done",
            request.amount_minor,
            request.currency,
            datetime.now(UTC),
        )


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    """A stack in moto with some books, whose provider gives money back."""
    with mock_aws():
        boto3.client("dynamodb", REGION).create_table(TableName="saldo", **table_definition())
        outputs = {
            "TableName": "saldo",
            "BusName": "saldo",
            "PublicUrl": "https://pay.example",
            "AccountQueueUrl": "none",
            "SendQueueUrl": "none",
        }
        cloud = clouds.Cloud("saldo", REGION, outputs)
        cloud.services.__dict__["providers"] = {"sandbox": Refunder()}
        monkeypatch.setattr(_common, "open_cloud", lambda stack: cloud)
        books = Books(DynamoStore("saldo", REGION))
        books.clock.move_to(datetime.now(UTC))
        books.begin(books.invoice(), books.invoice("RE-2", 5000))
        yield books
        assert verify(books.store, datetime.now(UTC).date()) == []


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def take(capsys: pytest.CaptureFixture[str], amount: str = "130.00", id_: str = "K-1") -> Any:
    arguments = ("RE-1", "--amount", amount, "--method", "cash", "--id", id_)
    return run(capsys, "payment", "take", *arguments)


def test_cash_is_taken_listed_and_shown(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    code, taken = take(capsys)
    assert (code, taken["allocated"], taken["credit"]) == (0, "119.00", "11.00")
    assert take(capsys) == (0, taken)  # the till sends it twice
    assert run(capsys, "payment", "list", "--invoice", "RE-1")[1][0]["id"] == taken["id"]
    assert run(capsys, "payment", "list", "--invoice", "RE-2") == (0, [])
    assert len(run(capsys, "payment", "list", "--account", ACCOUNT)[1]) == 1
    assert run(capsys, "payment", "show", "K-1")[1]["your_id"] == "K-1"
    _, credit = run(capsys, "payment", "credits", ACCOUNT)
    assert credit["totals"] == [{"currency": "EUR", "open": "11.00"}]


def test_what_a_person_sees(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    take(capsys)
    code, text = said(capsys, "payment", "list", "--account", ACCOUNT)
    assert code == 0
    assert "counter cash" in text and "130.00 EUR" in text and "11.00 EUR" in text
    _, text = said(capsys, "payment", "show", "K-1")
    assert "settled" in text and "RE-1" in text and "119.00 EUR" in text
    _, text = said(capsys, "payment", "credits", ACCOUNT)
    assert "11.00 EUR" in text
    _, text = said(capsys, "payment", "list", "--invoice", "RE-2")
    assert "Nothing was paid yet." in text


def test_a_debit_that_came_back_is_shown_with_the_day_to_try_again(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    payment, now = books.pay(), books.clock.now()
    again = (now + timedelta(days=3)).date()
    told = ChargebackTold(
        "sandbox", "cb-1", "cb-1", f"pp-{payment}", payment, "returned-debit", "taken", 11900,
        "EUR", now, "not enough money", again,
    )  # fmt: skip
    Chargebacks(books.store, books.clock, books.ids).told(told)
    _, found = run(capsys, "payment", "show", payment)
    assert found["returned"]["retry_after"] == again.isoformat()
    assert (found["returned"]["amount"], found["credit"]) == ("119.00", "0.00")
    _, text = said(capsys, "payment", "show", payment)
    assert "not enough money" in text and f"again from     {again}" in text


def test_credit_pays_the_next_invoice_and_is_taken_back(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    take(capsys)
    code, found = run(capsys, "payment", "allocate", "K-1", "RE-2", *BY)
    assert (code, found["credit"], found["open"][0]["open"]) == (0, None, "39.00")
    assert (found["allocations"][0]["by"], found["allocations"][0]["reason"]) == (BY[1], BY[3])
    code, text = said(capsys, "payment", "take-back", "K-1", "RE-2", *BY)
    assert code == 0
    assert "11.00 EUR of it are credit" in text and "50.00 EUR" in text
    code, text = said(capsys, "payment", "take-back", "K-1", "RE-2", *BY)
    assert (code, text.strip()[:7]) == (1, "Nothing")


def test_refund_reaches_the_provider(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    paid = books.pay(minor=13000)
    code, given = run(capsys, "payment", "refund", paid, "--id", "R-1", *BY)
    assert (code, given["state"], given["amount"], given["by"]) == (0, "done", "11.00", "anna")
    assert run(capsys, "payment", "refund", paid, "--id", "R-1", *BY) == (0, given)
    code, text = said(capsys, "payment", "refund", paid, *BY)
    assert (code, text.strip()) == (1, "0.00 EUR of this payment is free.")


def test_who_did_it_is_the_login_name(
    books: Books, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_common.getpass, "getuser", lambda: "carla")
    take(capsys)
    given = run(capsys, "payment", "refund", "K-1", "--reason", "x")[1]
    assert given["by"] == "cli:carla"


def test_fee_interest_discount_and_write_off(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    fee = ("RE-1", "--amount", "5.00", "--kind", "reminder-fee", "--id", "F-1", *BY)
    code, booked = run(capsys, "invoice", "fee", *fee)
    assert (code, booked["kind"], booked["open"]) == (0, "reminder-fee", "124.00")
    assert run(capsys, "invoice", "fee", *fee) == (0, booked)
    interest = run(capsys, "invoice", "interest", "RE-1", "--amount", "1.13", *BY)[1]
    assert interest["open_interest"] == "1.13"
    discount = ("RE-1", "--amount", "2.38", "--vat", "19=0.38", *BY)
    assert run(capsys, "invoice", "discount", *discount)[1]["open"] == "122.75"
    code, text = said(capsys, "invoice", "write-off", "RE-1", *BY)
    assert code == 0
    assert "122.75 EUR of invoice RE-1 are written off. Nothing is open any more." in text


def test_nobody_is_charged_for_a_sepa_debit(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    surcharge = ("RE-1", "--amount", "1.00", "--kind", "payment-method-surcharge", *BY)
    code, text = said(
        capsys, "invoice", "fee", *surcharge, "--means", "sepa-debit", "--cost", "1.00"
    )
    assert code == 1
    assert "§270a BGB" in text
    code, text = said(capsys, "invoice", "fee", *surcharge, "--means", "wallet")
    assert (code, "--means and --cost go together." in text) == (1, True)
    assert books.invoice_now().open_minor == 11900


def test_a_day_that_has_not_come_is_refused(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    interest = ("RE-1", "--amount", "1.13", "--on", "2199-01-01", *BY)
    assert said(capsys, "invoice", "interest", *interest)[0] == 2


def test_money_for_nobody_is_moved_to_whom_it_belongs(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    now = books.clock.now()
    told = ProviderEvent(
        "sandbox", "evt-s", "tr-77", "nobody", "settled", 6000, "EUR", now, now.date(), "transfer"
    )
    books.settlement.settle(told)
    code, held = run(capsys, "suspense", "list")
    assert (code, held[0]["payment"], held[0]["amount"]) == (0, "sandbox:tr-77", "60.00")
    assert "60.00 EUR" in said(capsys, "suspense", "list")[1]
    books.open_account("10002")
    code, text = said(capsys, "suspense", "transfer", "sandbox:tr-77", "10002", "RE-2", *BY)
    assert (code, "is not an invoice of account '10002'" in text) == (1, True)
    code, moved = run(capsys, "suspense", "transfer", "sandbox:tr-77", ACCOUNT, "RE-2", *BY)
    assert (code, moved["credit"]["open"], moved["open"][0]["open"]) == (0, "10.00", "0.00")
    assert run(capsys, "suspense", "list") == (0, [])
    code, text = said(capsys, "suspense", "transfer", "sandbox:tr-77", ACCOUNT, *BY)
    assert (code, "does not stand on suspense" in text) == (1, True)


@pytest.mark.parametrize(("name", "begins"), [("p.svg", b"<?xml"), ("p.PNG", b"\x89PNG")])
def test_link_for_the_whole_account_with_its_code(
    name: str, begins: bytes, books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / name
    arguments = ("link", "RE-1", "--scope", "account", "--qr", str(file))
    code, made = run(capsys, *arguments)
    assert (code, made["scope"], made["qr"]) == (0, "account", str(file))
    assert file.read_bytes().startswith(begins)
    token = made["url"].rpartition("/")[2]
    link = books.store.get(PayLink, books.links.open(token).link.token_hash)
    assert link is not None and link.scope == "account"


def test_link_with_a_code_of_no_kind_makes_nothing(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "link", "RE-1", "--qr", "p.gif")[0] == 2
    code, text = said(capsys, "link", "RE-1", "--qr", "/nowhere/p.svg")
    assert (code, "cannot be written" in text) == (1, True)


def test_what_payers_may_do(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    rules = ("--part-payment-min", "25.00", "--part-payment-min-percent", "10")
    days = ("--schedule-days-max", "0", "--transfer-business-days", "3")
    assert run(capsys, "creditor", "set", CREDITOR, *rules, *days)[0] == 0
    found = books.store.get(Creditor, CREDITOR)
    assert found is not None
    assert found.payer_rules == PayerRules(2500, 10, 0, 3)
    # What is not named stays.
    run(capsys, "creditor", "set", CREDITOR, "--part-payment-min", "none")
    found = books.store.get(Creditor, CREDITOR)
    assert found is not None and found.payer_rules == PayerRules(None, 10, 0, 3)
    text = said(capsys, "creditor", "show", CREDITOR)[1]
    assert "pay in full only, not schedule, announce a transfer (3 business days)" in text


@pytest.mark.parametrize(
    ("option", "code"),
    [
        (("--part-payment-min", "0.00"), 2),
        (("--part-payment-min", "much"), 1),
        (("--part-payment-min-percent", "101"), 2),
    ],
)
def test_rules_that_are_none(
    option: tuple[str, str], code: int, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "creditor", "set", CREDITOR, *option)[0] == code
    found = books.store.get(Creditor, CREDITOR)
    assert found is not None and found.payer_rules == PayerRules()


def test_the_stacks_own_providers_are_found_by_its_pay_function() -> None:
    class Told(clouds.Cloud):
        def environment_of(self, function: str) -> dict[str, str]:
            assert function == "PayFunctionName"
            return {
                "SALDO_SANDBOX_URL": "https://sandbox.example",
                "SALDO_SANDBOX_SECRET": "s3cret",
            }

    outputs = dict.fromkeys(("TableName", "BusName", "AccountQueueUrl", "SendQueueUrl"), "x")
    services = Told("saldo", REGION, {**outputs, "PublicUrl": "https://pay.example"}).services
    assert set(services.providers) == {"sandbox"}
    assert services.providers["sandbox"].name == "sandbox"
    assert services.providers is services.providers
