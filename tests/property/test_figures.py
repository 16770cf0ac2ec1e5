"""In whatever order and however often the stream tells of the books, the figures are the same."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.errors import Refusal
from saldo.invoices.model import CreditNote, OpenItem
from saldo.invoices.withdrawals import Cancellation, Withdrawals
from saldo.ledger.charges import Charges, Fact
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.told import ChargebackTold
from tests.books import CREDITOR
from tests.figured import FiguredBooks

DUE = date(2026, 12, 1)

STEP = st.sampled_from(
    ["invoice", "pay", "part", "remind", "correct", "fee", "give-up", "credit", "cancel",
     "chargeback", "next-day"]
)  # fmt: skip


class Told:
    """Books on which things happen, one after the other."""

    def __init__(self) -> None:
        self.books = books = FiguredBooks()
        parts = (books.store, books.clock, books.ids)
        self.charges, self.withdrawals = Charges(*parts), Withdrawals(*parts)
        self.chargebacks = Chargebacks(*parts)
        self.paid: list[str] = []
        books.begin(books.invoice(already_sent=True))
        books.open_account("10002")
        self.count = 1

    def do(self, step: str) -> None:
        """Let something happen, if it can; what is refused does not."""
        self.books.clock.advance(timedelta(minutes=1))
        self.count += 1
        items = [*self.books.open_items(), *self.books.open_items("10002")]
        item = items[self.count % len(items)] if items else None
        if step == "invoice":
            self._invoice()
        elif step == "next-day":
            self.books.clock.advance(timedelta(days=5))
        elif step == "remind":
            self.books.day(self.books.clock.now().date())
        elif step == "chargeback" and self.paid:
            self._charge_back(self.paid.pop())
        elif item is not None:
            with suppress(Refusal):
                self._about(step, item)

    def _invoice(self) -> None:
        count, books = self.count, self.books
        account = ("10001", "10002")[count % 2]
        due = DUE + timedelta(days=count)
        currency = "USD" if count % 5 == 0 else "EUR"
        books.push(books.invoice(f"RE-{count}", 1000 * count, account=account, due_on=due,
                                 currency=currency, already_sent=True))  # fmt: skip

    def _about(self, step: str, item: OpenItem) -> None:
        books, some = self.books, max(1, item.open_minor // 3)
        today = books.clock.now().date()
        fact = Fact(f"F-{self.count}", CREDITOR, item.number, some, today, "Kim", "", None)
        if step in ("pay", "part"):
            minor = item.open_minor if step == "pay" else some
            payment = books.start_payment(item.number, minor)
            books.settlement.settle(books.told(payment, minor=minor, currency=item.currency))
            self.paid.append(payment)
        elif step == "correct":
            books.push(books.invoice(item.number, item.amount_minor + 100, account=item.account,
                                     currency=item.currency, issued_on=item.issued_on,
                                     due_on=item.due_on + timedelta(days=3),
                                     already_sent=True))  # fmt: skip
        elif step == "fee":
            self.charges.add_fee(replace(fact, fee="reminder-fee"))
        elif step == "give-up":
            self.charges.write_off(fact)
        elif step == "credit":
            note = CreditNote(CREDITOR, "", f"G-{self.count}", item.number, today, item.currency,
                              item.amount_minor, 0)  # fmt: skip
            books.intake.put_credit_notes([note])
        elif step == "cancel":
            self.withdrawals.cancel_many([Cancellation(CREDITOR, item.number)], "ERP")

    def _charge_back(self, payment: str) -> None:
        found = next(
            p for p in (*self.books.payments(), *self.books.payments("10002")) if p.id == payment
        )
        self.chargebacks.told(
            ChargebackTold("sandbox", f"cb-{payment}", f"cb-{payment}", f"pp-{payment}", payment,
                           "dispute", "taken", found.amount_minor, found.currency,
                           self.books.clock.now())
        )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=14), st.integers(0, 2**32))
def test_any_order_and_repetition_gives_what_the_books_come_to(steps: list[str], seed: int) -> None:
    happening = Told()
    for step in steps:
        happening.do(step)
    books = happening.books
    told, chance = list(books.stream), random.Random(seed)
    told += chance.choices(told, k=len(told) // 2)
    chance.shuffle(told)
    while told:
        size = chance.randint(1, 12)
        books.counter.count(told[:size])
        told = told[size:]
    assert not books.checked().differences
    due: dict[str, int] = {}
    for item in (*books.open_items(), *books.open_items("10002")):
        if item.currency == "EUR":
            day = item.due_on.isoformat()
            due[day] = due.get(day, 0) + item.open_minor
    assert books.open_now() == due
    journal = [*books.journal(), *books.journal("10002")]
    owed = sum(
        p.amount_minor
        for entry in journal
        if entry.currency == "EUR"
        for p in entry.postings
        if p.account == "receivable"
    )
    assert sum(due.values()) == owed
    flows = sum(books.summed_all(measure) * sign for measure, sign in FLOWS)
    assert flows == owed
    assert not books.summed("other")
    money = sum(
        p.amount_minor
        for entry in journal
        if entry.currency == "EUR"
        for p in entry.postings
        if p.account in ("provider-clearing", "bank")
    )
    assert books.summed_all("collected") == money


FLOWS = (
    ("billed", 1),
    ("charged", 1),
    ("credited", -1),
    ("settled", -1),
    ("discounted", -1),
    ("written_off", -1),
    ("other", -1),
)
