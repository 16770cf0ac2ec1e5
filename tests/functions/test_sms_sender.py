"""What a creditor's text messages come from, as it is typed at the command line."""

from __future__ import annotations

import pytest

from saldo.settings import Settings
from saldo.wiring import Services
from saldo_cli.cloud import Cloud
from saldo_cli.commands import creditors
from saldo_cli.main import main
from tests.books import CREDITOR, Books


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    books = Books()
    services = Services(Settings(), store=books.store, clock=books.clock, accounts=books.accounts)
    cloud = Cloud("saldo", "eu-central-1", {})
    cloud.__dict__["services"] = services
    monkeypatch.setattr(creditors, "cloud_of", lambda options: cloud)
    books.begin()
    return books


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+49 151 12345678", "+4915112345678"),
        ("ACME", "ACME"),
        ("Acme-2-Go", "Acme-2-Go"),
        ("none", None),
    ],
)
def test_a_number_or_a_name_is_kept(books: Books, typed: str, kept: str | None) -> None:
    assert main(["creditor", "set", CREDITOR, "--sms-from", typed]) == 0
    assert books.accounts.creditor(CREDITOR).sms_from == kept


@pytest.mark.parametrize("typed", ["0151 123", "123456", "Musterwerk GmbH", "TwelveLetters", "-a"])
def test_what_no_phone_would_show_is_refused(books: Books, typed: str) -> None:
    assert main(["creditor", "set", CREDITOR, f"--sms-from={typed}"]) == 2
    assert books.accounts.creditor(CREDITOR).sms_from is None
