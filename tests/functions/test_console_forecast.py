"""When the money is expected, on the pages of an account and of an invoice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from saldo.people.model import Language
from saldo.wiring import services
from tests.books import Books
from tests.functions.clerk import Office, office_of


@pytest.fixture
def books() -> Books:
    made = Books()
    made.begin(
        made.invoice("RE-1", due_on=date(2026, 10, 2)),
        made.invoice("RE-2"),
        made.invoice("CH-1", 20_000, currency="CHF"),
    )
    return made


@pytest.fixture
def office(books: Books) -> Iterator[Office]:
    with office_of(books) as made:
        services().forecast_keeper.refresh("musterwerk", "10001")
        yield made


def test_an_account_tells_when_what_stands_open_is_expected(office: Office) -> None:
    clerk = office.clerk("collector").open("account", number="10001")
    assert "When the money is expected" in clerk.said
    # Each currency by itself; the invoice that waits for seven weeks is 30 days late already.
    assert "About €110.86 of €238.00 are expected by 21 Dec 2026" in clerk.said
    assert "of CHF200.00 are expected by 21 Dec 2026" in clerk.said
    assert clerk.said.count("already") == 1
    assert "one week after the due date is assumed" in clerk.said


@pytest.mark.parametrize(
    ("language", "said", "why"),
    [
        ("de", "Erwartet am 23.12.2026, zu 80 % zwischen", "später als Ihre Kunden sonst: 14 Tage"),
        ("nl", "Verwacht op 23 dec 2026, met 80 % kans tussen", "later dan uw klanten gewoonlijk"),
    ],
)
def test_an_invoice_tells_when_and_why(
    office: Office, language: Language, said: str, why: str
) -> None:
    clerk = office.clerk("collector", language=language).open("invoice", number="RE-2")
    assert said in clerk.said and why in clerk.said


def test_nothing_is_said_of_what_was_paid_or_is_not_told_yet(books: Books, office: Office) -> None:
    books.pay("RE-2")
    services().forecast_keeper.refresh("musterwerk", "10001")
    clerk = office.clerk("collector").open("invoice", number="RE-2")
    assert "expected" not in clerk.said
    books.push(books.invoice("RE-9"))
    assert "expected" not in clerk.open("invoice", number="RE-9").said
    assert services().forecasts.of_account("musterwerk", "10001")
