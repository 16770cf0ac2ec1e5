"""A statement of account agrees with the books, whatever happened on the account."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.accounts.model import Account
from saldo.invoices.model import CreditNote
from saldo.ledger.charges import Charges, Fact
from saldo.ledger.verify import verify_account
from saldo.reports.statement import Statement
from saldo.reports.statement_book import Statements
from tests.books import ACCOUNT, CREDITOR, Books

ACTS = ("pay", "overpay", "fee", "interest", "discount", "write-off", "credit-note")
HAPPENED = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(1, 9000), st.integers(0, 20)),
    max_size=12,
)


def lived(happened: list[tuple[str, int, int, int]]) -> Books:
    """Return books of four invoices in two currencies, and what happened to them, day by day."""
    books = Books()
    books.begin(
        *(books.invoice(f"RE-{n}", 10_000, currency="USD" if n == 3 else "EUR") for n in range(4))
    )
    charges = Charges(books.store, books.clock, books.ids)
    for number, (act, which, minor, days) in enumerate(happened):
        books.clock.advance(timedelta(days=days))
        invoice = books.invoice_now(f"RE-{which}")
        day = books.clock.now().date()
        fact = Fact(f"F{number}", CREDITOR, invoice.number, minor, day, "test", "It happened.")
        if act in ("pay", "overpay") and invoice.is_open:
            paid = min(minor, invoice.open_minor) if act == "pay" else invoice.open_minor + minor
            payment = books.start_payment(invoice.number)
            told = books.told(payment, minor=paid, currency=invoice.currency)
            assert books.settlement.settle(told) == "settled"
        elif act == "fee":
            charges.add_fee(fact)
        elif act == "interest":
            charges.add_interest(fact)
        elif act == "discount" and minor <= invoice.parts.principal:
            charges.take_discount(fact, {"19": minor // 7})
        elif act == "write-off" and minor <= invoice.open_minor:
            charges.write_off(fact)
        elif act == "credit-note":
            note = CreditNote(
                CREDITOR, ACCOUNT, f"GS-{number}", invoice.number, day, invoice.currency, minor, 0
            )
            books.intake.put_credit_notes([note])
    return books


def statement_of(books: Books, first: date | None = None, last: date | None = None) -> Statement:
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    return Statements(books.store, books.clock).of(account, first, last)


@settings(max_examples=50, deadline=None)
@given(HAPPENED)
def test_what_is_owed_at_the_end_is_what_is_open_less_what_is_left_over(
    happened: list[tuple[str, int, int, int]],
) -> None:
    books = lived(happened)
    assert verify_account(books.store, CREDITOR, ACCOUNT, books.clock.now().date()) == []
    made = statement_of(books)
    for part in made.parts:
        items = [one for one in books.open_items() if one.currency == part.currency]
        left = sum(one.open_minor for one in books.credits() if one.currency == part.currency)
        # The two are written by others than what the statement reads: rows, not the journal.
        assert part.closing_minor == sum(one.open_minor for one in items) - left
        assert part.credit_minor == left
        assert {one.number: one.open_minor for one in part.open_} == {
            one.number: one.open_minor for one in items
        }
        assert sum(part.ages.values()) == part.open_minor
    assert {part.currency for part in made.parts} == {"EUR", "USD"}


@settings(max_examples=50, deadline=None)
@given(HAPPENED, st.integers(0, 60))
def test_a_period_begins_where_the_one_before_it_ended(
    happened: list[tuple[str, int, int, int]], days: int
) -> None:
    books = lived(happened)
    whole = statement_of(books)
    cut = min(whole.first + timedelta(days=days), whole.last - timedelta(days=1))
    before = {part.currency: part for part in statement_of(books, last=cut).parts}
    for part in statement_of(books, first=cut + timedelta(days=1)).parts:
        earlier = before.get(part.currency)
        assert part.opening_minor == (earlier.closing_minor if earlier else 0)
        every = next(one for one in whole.parts if one.currency == part.currency)
        assert (*(earlier.lines if earlier else ()), *part.lines) == every.lines
        assert part.closing_minor == every.closing_minor
    for part in whole.parts:
        running = part.opening_minor
        for line in part.lines:
            running += line.amount_minor
            assert line.balance_minor == running
            assert line.amount_minor != 0
        assert running == part.closing_minor
