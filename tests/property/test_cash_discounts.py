"""Whatever is paid, taken back and given again: the books agree and no invoice gets too much."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.errors import Refusal
from saldo.invoices.discounts import DiscountTerm, discount_on, vat_inside
from saldo.invoices.lines import InvoiceLine
from saldo.invoices.model import CreditNote
from saldo.ledger.verify import verify
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.discounted import deducted, shares
from saldo.payments.model import PromisedDiscount
from saldo.payments.told import ChargebackTold
from tests.books import CREDITOR, START, Books

LAST = date(2026, 12, 3)
DUE = date(2026, 12, 17)
TERMS = (DiscountTerm(LAST, 300), DiscountTerm(LAST + timedelta(days=7), 150))


@settings(max_examples=60, deadline=None)
@given(
    minors=st.lists(st.integers(100, 10**7), min_size=1, max_size=3),
    deeds=st.lists(
        st.tuples(
            st.sampled_from(["begin", "part", "settle", "back", "again", "credit-note", "day"]),
            st.integers(0, 7),
            st.integers(1, 100),
        ),
        min_size=3,
        max_size=20,
    ),
    tolerance=st.integers(0, 3),
)
def test_any_order_of_paying_and_taking_back_leaves_books_that_agree(
    minors: list[int], deeds: list[tuple[str, int, int]], tolerance: int
) -> None:
    books = Books()
    numbers = [f"RE-{n}" for n in range(len(minors))]
    books.begin(
        *[
            books.invoice(number, minor, due_on=DUE, discounts=TERMS)
            for number, minor in zip(numbers, minors, strict=True)
        ]
    )
    books.accounts.change_creditor(CREDITOR, discount_tolerance_days=tolerance)
    chargebacks = Chargebacks(books.store, books.clock, books.ids)
    begun: list[str] = []
    for place, (deed, which, percent) in enumerate(deeds):
        number = numbers[which % len(numbers)]
        try:
            if deed == "day":
                books.clock.advance(timedelta(days=which))
            elif deed in ("begin", "part"):
                owed = books.invoice_now(number).open_minor
                minor = max(1, owed * percent // 200) if deed == "part" else None
                begun.append(books.start_payment(number, minor))
            elif deed == "credit-note":
                least = max(1, minors[which % len(numbers)] * percent // 1000)
                note = CreditNote(
                    CREDITOR, "", f"CN-{place}", number, START.date(), "EUR", least, 0
                )
                books.intake.put_credit_notes([note])
            elif begun:
                payment = begun[which % len(begun)]
                _move(books, chargebacks, payment, deed, percent)
        except Refusal:
            pass  # nothing left to pay, or told too early: as a payer and a provider would find
    assert verify(books.store, books.clock.now().date()) == []
    for number in numbers:
        invoice = books.invoice_now(number)
        assert 0 <= invoice.open_minor <= invoice.amount_minor
        assert books.balance("receivable", detail=number) == invoice.open_minor
    assert books.balance("cash-discount") >= 0


def _move(books: Books, chargebacks: Chargebacks, payment: str, deed: str, percent: int) -> None:
    found = next(one for one in books.payments() if one.id == payment)
    if deed == "settle":
        books.settlement.settle(books.told(payment, minor=found.amount_minor))
        return
    state = "taken" if deed == "back" else "reversed"
    if found.state != "settled" or (state == "reversed") != (found.taken_minor > 0):
        return
    minor = found.taken_minor or max(1, found.amount_minor * percent // 100)
    chargebacks.told(
        ChargebackTold(
            "sandbox",
            f"cb-{payment}-{found.version}",
            f"dp-{payment}-{found.version}",
            f"pp-{payment}",
            payment,
            "dispute",
            state,  # type: ignore[arg-type]  # one of the two
            minor,
            "EUR",
            books.clock.now(),
        )
    )


@given(st.integers(1, 10**12), st.integers(1, 4999), st.data())
def test_a_discount_is_its_share_of_what_is_left_rounded_half_up(
    amount: int, points: int, data: st.DataObject
) -> None:
    left = data.draw(st.integers(1, amount))
    invoice = Books().invoice("RE-1", amount, due_on=DUE, discounts=(DiscountTerm(LAST, points),))
    found = discount_on(invoice.with_parts(type(invoice.parts)(left, 7, 5)), LAST)
    exact = Fraction(left * points, 10_000)
    minor = found.amount_minor if found else 0
    assert minor == min(left - 1, int(exact + Fraction(1, 2)))
    assert discount_on(invoice, LAST + timedelta(days=1)) is None


@given(
    st.lists(st.tuples(st.integers(2, 10**6), st.integers(0, 4999)), min_size=1, max_size=6),
    st.integers(0, 10**7),
    st.booleans(),
    st.booleans(),
)
def test_shares_never_spend_more_than_came_nor_pay_more_than_is_owed(
    owed: list[tuple[int, int]], available: int, in_time: bool, is_last: bool
) -> None:
    books = Books()
    invoices = [
        books.invoice(f"RE-{n}", minor, due_on=DUE, discounts=(DiscountTerm(LAST, points),))
        for n, (minor, points) in enumerate(owed)
    ]
    promised = [
        PromisedDiscount(one.number, found.amount_minor, LAST)
        for one in invoices
        if (found := discount_on(one, LAST))
    ]
    day = LAST if in_time else LAST + timedelta(days=1)
    found = shares(invoices, available, promised, day, is_last=is_last)
    assert sum(share.paid_minor for share in found) <= available
    for share in found:
        gone = share.paid_minor + share.discount_minor
        assert gone <= share.invoice.open_minor
        assert not share.discount_minor or gone == share.invoice.open_minor
        assert in_time or not share.discount_minor
    asked = sum(i.open_minor for i in invoices) - sum(p.amount_minor for p in promised)
    if in_time and available == asked:
        assert sum(s.paid_minor + s.discount_minor for s in found) == sum(
            i.open_minor for i in invoices
        )


@given(
    st.lists(st.tuples(st.integers(2, 10**6), st.integers(1, 4999)), min_size=1, max_size=6),
    st.integers(0, 10**7),
)
def test_what_a_sum_says_was_taken_is_exactly_what_is_missing(
    owed: list[tuple[int, int]], minor: int
) -> None:
    books = Books()
    invoices = [
        books.invoice(f"RE-{n}", amount, due_on=DUE, discounts=(DiscountTerm(LAST, points),))
        for n, (amount, points) in enumerate(owed)
    ]
    taken = deducted(invoices, minor, LAST)
    whole = sum(invoice.open_minor for invoice in invoices)
    assert not taken or sum(one.amount_minor for one in taken) == whole - minor
    closed = shares(invoices, minor, taken, LAST)
    if taken:
        assert sum(s.paid_minor + s.discount_minor for s in closed) == whole


@given(
    st.integers(1, 10**9),
    st.lists(
        st.tuples(st.integers(0, 10**8), st.sampled_from(["0", "7", "19", "19.0", "5.5", None])),
        min_size=1,
        max_size=8,
    ),
)
def test_the_vat_lies_inside_the_discount(
    discount: int, rows: list[tuple[int, str | None]]
) -> None:
    lines = [
        InvoiceLine(str(n), "x", "1", minor, tax_rate=rate) for n, (minor, rate) in enumerate(rows)
    ]
    parts = vat_inside(discount, lines)
    assert 0 <= sum(part.amount_minor for part in parts) <= discount
    assert len({part.rate for part in parts}) == len(parts)
    assert all(part.amount_minor > 0 for part in parts)
