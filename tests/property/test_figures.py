"""In whatever order and however often the stream tells of the books, the figures are the same."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.accounts.model import Account
from saldo.errors import Refusal
from saldo.figures.model import OPEN
from saldo.figures.places import places_of
from saldo.invoices.model import CreditNote, Invoice, OpenItem
from saldo.invoices.withdrawals import Cancellation, Withdrawals
from saldo.ledger.charges import Charges, Fact
from saldo.payments.allocate import Grounds
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.refunds import Refunding, RefundOrder
from saldo.payments.told import ChargebackTold, RefundRequest, RefundTold
from saldo.worklist.desks import Desks
from tests.books import CREDITOR, FakeProvider
from tests.figured import FiguredBooks

DUE = date(2026, 12, 1)

STEP = st.sampled_from(
    ["invoice", "pay", "part", "remind", "correct", "fee", "give-up", "credit", "cancel",
     "chargeback", "next-day", "overpay", "refund", "closed-there", "reopen", "hand-over",
     "moves-abroad", "look"]
)  # fmt: skip

KIM = Grounds("Kim", "asked for")


class Refunder(FakeProvider):
    """A provider that gives money back at once."""

    def refund(self, request: RefundRequest) -> RefundTold:
        id_ = request.idempotency_key
        return RefundTold("sandbox", f"evt-{id_}", f"re-{id_}", request.provider_id, None, "done",
                          request.amount_minor, request.currency, datetime.now(UTC))  # fmt: skip


class Told:
    """Books on which things happen, one after the other."""

    def __init__(self) -> None:
        self.books = books = FiguredBooks()
        parts = (books.store, books.clock, books.ids)
        self.charges, self.withdrawals = Charges(*parts), Withdrawals(*parts)
        self.chargebacks, self.desks = Chargebacks(*parts), Desks(*parts)
        self.refunds = Refunding(*parts, {"sandbox": Refunder()})
        self.paid: list[str] = []
        self.others = {
            "refund": self._refund,
            "reopen": self._reopen,
            "hand-over": self._hand_over,
            "moves-abroad": self._move_abroad,
            "look": self._look,
        }
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
        elif step in self.others:
            self.others[step]()
        elif item is not None:
            with suppress(Refusal):
                self._about(step, item)

    def _account(self) -> str:
        return ("10001", "10002")[self.count // 3 % 2]

    def _hand_over(self) -> None:
        who = ("kim@musterwerk.example", "lee@musterwerk.example", None)[self.count % 3]
        branch = ("Nord", "Süd")[self.count % 2]
        self.desks.put(CREDITOR, self._account(), "Kim", collector=who, sales=None, branch=branch)

    def _move_abroad(self) -> None:
        known = self.books.store.get(Account, CREDITOR, self._account())
        assert known is not None
        self.books.intake.put_accounts([replace(known, country=("NL", "DE")[self.count % 2])])

    def _look(self) -> None:
        """Some of what was told so far is counted now, the rest later, and some of it twice."""
        chance = random.Random(self.count)
        told = self.books.stream
        self.books.counter.count(chance.sample(told, k=len(told) * 2 // 3))

    def _refund(self) -> None:
        for credit in (*self.books.credits(), *self.books.credits("10002")):
            payment = credit.source.removeprefix("payment#")
            if credit.source != payment:
                order = RefundOrder(f"R-{self.count}", CREDITOR, credit.account, payment,
                                    max(1, credit.open_minor // 2), KIM)  # fmt: skip
                self.refunds.refund(order)

    def _reopen(self) -> None:
        for account in ("10001", "10002"):
            for one in self.books.store.list(Invoice, CREDITOR, account):
                gone = one.withdrawn
                if gone is not None and gone.kind == "closed-there":
                    back = max(1, gone.amount_minor // 2)
                    self.withdrawals.reopen(CREDITOR, one.number, back, "ERP", "", one.version)

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
        if step in ("pay", "part", "overpay"):
            minor = some if step == "part" else item.open_minor + 700 * (step == "overpay")
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
        elif step == "closed-there":
            version = self.withdrawals.found(CREDITOR, item.number).version
            self.withdrawals.close_there(CREDITOR, item.number, some, "ERP", "", version)
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


def open_by_place(books: FiguredBooks) -> dict[tuple[str, str], int]:
    """Return what is open by currency and the place where its account is now."""
    found: Counter[tuple[str, str]] = Counter()
    places = places_of(books.store, [(CREDITOR, "10001"), (CREDITOR, "10002")])
    for item in (*books.open_items(), *books.open_items("10002")):
        found[item.currency, places[CREDITOR, item.account].token] += item.open_minor
    return {key: minor for key, minor in found.items() if minor}


def counted_by_place(books: FiguredBooks) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for sheet in books.sheets(OPEN):
        minor = sum(a for name, a in sheet.values.items() if name.endswith(".minor"))
        found[sheet.currency, sheet.place] += minor
    return {key: minor for key, minor in found.items() if minor}


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=16), st.integers(0, 2**32))
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
    assert counted_by_place(books) == open_by_place(books)
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
    ("closed_there", -1),
    ("written_off", -1),
    ("other", -1),
)
