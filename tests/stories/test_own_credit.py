"""A payer uses credit for invoices: at once, as far as it reaches, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.invoices.model import CreditNote
from saldo.ledger.verify import verify
from saldo.payments.designation import ChoiceChanged, CurrenciesMixed, NothingOpen
from saldo.payments.links import Opened
from saldo.payments.own_credit import NoCredit, OwnCredit
from tests.books import ACCOUNT, CREDITOR, Books


class Payer:
    """Paid RE-0 (119.00) with 200.00, and owes 50.00, 60.00, and 70.00 in francs."""

    def __init__(self) -> None:
        self.books = books = Books()
        books.begin(
            books.invoice("RE-0"),
            books.invoice("RE-2", 6000, due_on=date(2026, 12, 9)),
            books.invoice("RE-1", 5000, due_on=date(2026, 12, 5)),
            books.invoice("CH-1", 7000, currency="CHF"),
        )
        books.pay("RE-0", 20000)
        self.credit = OwnCredit(books.store, books.clock, books.ids)

    def opened(self, scope: Any = "account", number: str = "RE-1") -> Opened:
        token = self.books.links.create(CREDITOR, number, scope).rpartition("/")[2]
        return self.books.links.open(token)

    def use(self, *numbers: str, currency: str = "EUR", seen: int | None = None) -> int:
        return self.credit.use(self.opened(), numbers or None, currency, seen)

    def open_now(self) -> dict[str, int]:
        return {item.number: item.open_minor for item in self.books.open_items()}


@pytest.fixture
def payer() -> Iterator[Payer]:
    payer = Payer()
    yield payer
    assert verify(payer.books.store, payer.books.clock.now().date()) == []


def test_the_oldest_is_paid_first_as_far_as_it_reaches(payer: Payer) -> None:
    assert payer.use() == 8100
    assert payer.open_now() == {"RE-2": 2900, "CH-1": 7000}
    assert payer.books.credits() == []
    allocated = [e for e in payer.books.events() if e.type == "payment.allocated"]
    assert [e.data["allocated"] for e in allocated] == ["81.00"]


def test_the_chosen_one_alone_is_paid(payer: Payer) -> None:
    assert payer.use("RE-2", seen=8100) == 6000
    assert payer.open_now() == {"RE-1": 5000, "CH-1": 7000}
    assert [credit.open_minor for credit in payer.books.credits()] == [2100]


def test_a_double_click_uses_nothing_twice(payer: Payer) -> None:
    payer.use("RE-1")
    with pytest.raises(NothingOpen):
        payer.use("RE-1")
    assert [credit.open_minor for credit in payer.books.credits()] == [3100]


def test_two_clicks_at_once(payer: Payer, monkeypatch: pytest.MonkeyPatch) -> None:
    store, opened = payer.books.store, payer.opened()
    commit = store.commit

    def outrun(writes: Any) -> None:
        monkeypatch.setattr(store, "commit", commit)
        assert payer.use() == 8100
        commit(writes)

    monkeypatch.setattr(store, "commit", outrun)
    with pytest.raises(NothingOpen):
        payer.credit.use(opened, None, "EUR", 8100)
    assert payer.open_now() == {"RE-2": 2900, "CH-1": 7000}


def test_the_credit_of_a_credit_note_and_of_a_payment_together(payer: Payer) -> None:
    books = payer.books
    books.clock.advance(timedelta(days=1))
    note = CreditNote(CREDITOR, ACCOUNT, "GS-1", "RE-0", date(2026, 11, 22), "EUR", 1000, 0)
    assert books.intake.put_credit_notes([note])[0].status == "accepted"
    assert payer.use(seen=9100) == 9100
    assert payer.open_now() == {"RE-2": 1900, "CH-1": 7000}


def test_francs_are_not_paid_with_euros(payer: Payer) -> None:
    for numbers in ((), ("CH-1",)):
        with pytest.raises(NoCredit):
            payer.use(*numbers, currency="CHF")
    with pytest.raises(CurrenciesMixed):
        payer.use("RE-1", "CH-1")


def test_what_was_shown_is_what_is_used(payer: Payer) -> None:
    with pytest.raises(ChoiceChanged):
        payer.use(seen=9000)
    assert payer.open_now() == {"RE-1": 5000, "RE-2": 6000, "CH-1": 7000}


def test_a_link_to_one_invoice_disposes_of_nothing_else(payer: Payer) -> None:
    with pytest.raises(NoCredit):
        payer.credit.use(payer.opened("invoice"), None, "EUR", None)


def test_what_is_paid_otherwise_is_left_out_unless_it_is_chosen(payer: Payer) -> None:
    books = payer.books
    payment = books.start_payment("RE-1")
    books.settlement.settle(books.told(payment, "processing", 5000))
    assert payer.use() == 6000
    assert payer.open_now() == {"RE-1": 5000, "CH-1": 7000}
    books.settlement.settle(replace(books.told(payment, minor=5000), event_id="came"))
    assert payer.open_now() == {"CH-1": 7000}
