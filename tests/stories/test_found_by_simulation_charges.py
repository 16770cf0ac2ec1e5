"""Stories of charges that the simulator found: others pay in the instant in which a mandate is
charged.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from saldo.payments.model import Payment, PaymentRef
from saldo.store import Put
from tests.agreed import AgreedBooks

FIFTEENTH = date(2026, 12, 15)


def test_customer_pays_between_the_look_at_what_is_owed_and_the_charge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    books = AgreedBooks()
    books.begin(books.invoice())
    scheduled = books.scheduled(FIFTEENTH)
    books.morning_of(FIFTEENTH)
    commit, paid = books.store.commit, []

    def overtaken(writes: Any) -> None:
        begins = [w.record for w in writes if isinstance(w, Put) and isinstance(w.record, Payment)]
        if any(p.mandate for p in begins) and not paid:
            paid.append(True)
            # Somebody else pays the invoice whole, as on another machine.
            books.settlement.settle(books.told(_started(books), minor=11900))
        commit(writes)

    monkeypatch.setattr(books.store, "commit", overtaken)
    books.tend()
    assert paid
    assert not books.invoice_now().is_open
    assert books.bank.charges == {}
    books.tend()
    assert books.bank.charges == {}
    assert books.scheduled_now(scheduled).state == "done"
    assert books.credits() == []


def _started(books: AgreedBooks) -> str:
    """Begin a payment past the page, which would leave out what is arranged otherwise."""
    attempt = books.checkout.new_attempt()
    invoice, now = books.invoice_now(), books.clock.now()
    payment = Payment(
        invoice.creditor,
        invoice.account,
        attempt,
        "sandbox",
        invoice.number,
        invoice.currency,
        invoice.open_minor,
        "open",
        now,
        version=1,
    )
    ref = PaymentRef(attempt, invoice.creditor, invoice.account)
    books.store.commit([Put(payment), Put(ref)])
    return attempt
