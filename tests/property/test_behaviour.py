"""Whenever anybody looks, how an account pays is what all its invoices make of it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.errors import Refusal
from saldo.risk.months import spell
from tests.collected import ACCOUNT, CREDITOR
from tests.paying import BEGIN, PayingBooks

ACTS = st.sampled_from(["issue", "pay", "pay", "credit", "raise", "wait", "look", "promise"])


def act(books: PayingBooks, what: str, n: int) -> None:
    """Do something about one of the invoices, the n-th of those that there are."""
    today = books.clock.now().date()
    number = f"RE-{1 + n % max(1, books.number)}"
    invoice = books.invoice_now(number) if books.number else None
    if what == "issue":
        books.issue(today + timedelta(days=n % 40), 1000 * (1 + n % 90))
    elif what == "wait":
        books.on(today + timedelta(days=n % 50))
    elif what == "look":
        books.refresh()
    elif invoice is not None and what == "raise":
        more = invoice.amount_minor + 500
        books.push(books.invoice(number, more, due_on=invoice.due_on, issued_on=invoice.issued_on))
    elif invoice is not None and invoice.is_open:
        if what == "pay":
            books.pay(number, invoice.open_minor)
        elif what == "credit":
            books.credit_note(invoice.open_minor, f"G-{n}-{books.clock.now():%Y%m%d}", number)
        else:
            books.promise(today + timedelta(days=1 + n % 5), invoices=(number,), id_=f"P-{n}")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(ACTS, st.integers(0, 200)), max_size=25))
def test_the_sheet_is_what_all_invoices_make_of_it(acts: list[tuple[str, int]]) -> None:
    books = PayingBooks()
    books.open_books()
    books.on(BEGIN)
    for what, n in acts:
        try:
            act(books, what, n)
        except Refusal:
            continue
    books.refresh()
    assert not books.refresh(), "the same again changes nothing"
    assert books.behaviours.verify(CREDITOR).differences == ()
    sheet = books.behaviours.of(CREDITOR, ACCOUNT)
    if sheet is not None:
        assert sheet.counted == books.account.paid
        assert spell(sheet.months).paid == books.account.paid, (
            "nothing here is older than two years"
        )
