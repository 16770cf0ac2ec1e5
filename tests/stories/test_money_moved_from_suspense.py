"""Money that came for nobody known and was moved to its customer is like any other since then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from saldo.ledger.verify import verify
from saldo.payments.allocate import Grounds
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.look import find_payment, on_suspense
from saldo.payments.payout_check import PayoutCheck
from saldo.payments.refunds import Refunding, RefundOrder
from saldo.payments.reversals import PaymentUnknown
from saldo.payments.told import ChargebackTold, Payout, PayoutLine, RefundRequest, RefundTold
from saldo.payments.treasury import Treasury
from tests.books import ACCOUNT, CREDITOR, START, Books, FakeProvider

ANNA = Grounds("anna", "the customer called")
MONEY = "sandbox:pp-stray"


@dataclass
class Refunder(FakeProvider):
    asked_back: list[RefundRequest] = field(default_factory=list)
    answer: str = "done"

    def refund(self, request: RefundRequest) -> RefundTold:
        self.asked_back.append(request)
        return RefundTold(
            "sandbox", "evt-re-1", "re-1", request.provider_id, None,
            self.answer,  # type: ignore[arg-type]
            request.amount_minor, request.currency, START,
        )  # fmt: skip


class Moved:
    """A stray payment of 200.00, moved to the account; RE-1 took 119.00 of it."""

    def __init__(self) -> None:
        self.books = books = Books()
        books.begin()
        stray = replace(books.told("stray", minor=20000), reference="of-nobody")
        assert books.settlement.settle(stray) == "suspense"
        (held,) = on_suspense(books.store)
        self.provider = Refunder()
        providers = {"sandbox": self.provider}
        self.refunding = Refunding(books.store, books.clock, books.ids, providers)
        self.chargebacks = Chargebacks(books.store, books.clock, books.ids)
        Treasury(books.store, books.clock, books.ids, books.settlement).transfer(
            held.account, held.id, CREDITOR, ACCOUNT, ["RE-1"], ANNA
        )
        assert books.invoice_now().open_minor == 0

    def refund(self, minor: int = 8100, account: str = ACCOUNT) -> str:
        order = RefundOrder("re-1", CREDITOR, account, MONEY, minor, ANNA)
        return self.refunding.refund(order).state


@pytest.fixture
def moved() -> Iterator[Moved]:
    moved = Moved()
    yield moved
    assert verify(moved.books.store, START.date()) == []


def test_what_is_left_of_it_is_given_back(moved: Moved) -> None:
    assert moved.refund() == "done"
    assert moved.provider.asked_back[0].provider_id == "pp-stray"
    assert moved.books.credits() == []
    assert moved.books.balance("refund") == 0
    view = find_payment(moved.books.store, CREDITOR, MONEY)
    assert [(one.state, one.amount_minor) for one in view.refunds] == [("done", 8100)]


def test_its_refund_fails_later_and_the_customer_has_the_credit_again(moved: Moved) -> None:
    moved.provider.answer = "pending"
    assert moved.refund() == "asked"
    told = RefundTold(
        "sandbox", "evt-2", "re-1", "pp-stray", None, "failed", 8100, "EUR", START
    )  # fmt: skip
    assert moved.refunding.told(told) == "refund-failed"
    assert [credit.open_minor for credit in moved.books.credits()] == [8100]


def test_the_callback_of_its_refund_is_faster_than_the_answer(moved: Moved) -> None:
    answered = moved.provider.refund

    def slow(request: RefundRequest) -> RefundTold:
        told = replace(answered(request), event_id="faster")
        assert moved.refunding.told(told) == "refund-done"
        return told

    moved.provider.refund = slow  # type: ignore[method-assign]
    assert moved.refund() == "done"
    assert moved.books.credits() == []


def test_money_on_suspense_belongs_to_nobody_who_could_have_it_back() -> None:
    books = Books()
    books.begin()
    books.settlement.settle(replace(books.told("stray"), reference="of-nobody"))
    refunding = Refunding(books.store, books.clock, books.ids, {"sandbox": Refunder()})
    for owner in ((CREDITOR, ACCOUNT), (CREDITOR, "10002"), ("somebody-else", ACCOUNT)):
        with pytest.raises(PaymentUnknown):
            refunding.refund(RefundOrder("re-1", *owner, MONEY, 100, ANNA))


def test_money_moved_to_one_account_is_not_given_back_from_another(moved: Moved) -> None:
    with pytest.raises(PaymentUnknown):
        moved.refund(account="10002")


def test_it_is_charged_back_and_the_invoice_is_owed_again(moved: Moved) -> None:
    told = ChargebackTold(
        "sandbox", "cb-1", "cb-1", "pp-stray", None, "dispute", "taken", 20000, "EUR", START,
        "fraud",
    )  # fmt: skip
    assert moved.chargebacks.told(told) == "chargeback-taken"
    assert moved.books.invoice_now().open_minor == 11900
    assert moved.books.credits() == []
    assert "payment.charged_back" in moved.books.event_types()
    assert find_payment(moved.books.store, CREDITOR, MONEY).payment.is_returned
    assert moved.chargebacks.told(told) == "nothing-new"


def test_a_payout_finds_its_refund_where_the_money_went(moved: Moved) -> None:
    moved.provider.answer = "pending"
    moved.refund()
    lines = (
        PayoutLine("payment", "l-1", "pp-stray", None, 20000, 0, 20000, "EUR"),
        PayoutLine("refund", "l-2", "pp-stray", None, -8100, 0, -8100, "EUR", "re-1"),
    )
    books = moved.books
    check = PayoutCheck(
        books.store, books.clock, {"sandbox": moved.provider}, books.settlement, moved.refunding
    )
    payout = Payout("po-1", 11900, "EUR", date(2026, 11, 25), lines)
    assert check.check("sandbox", payout).findings == ()
    assert moved.refund() == "done"
