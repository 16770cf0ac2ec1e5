"""A provider's callback is lost: what was agreed about the payment follows it all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from saldo.ledger.verify import verify
from saldo.payments.agreements import ScheduledPayment
from saldo.payments.payout_check import PayoutCheck
from saldo.payments.ports import ProviderState, ProviderUnavailable
from saldo.payments.refunds import Refunding
from saldo.payments.stuck import StuckPayments
from saldo.payments.tend import Tending
from saldo.payments.told import Payout, PayoutLine
from tests.agreed import AgreedBooks

FIFTEENTH = date(2026, 12, 15)


class LostCallbacks(AgreedBooks):
    """A provider that never calls; it answers when it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.begin(self.invoice())
        providers = {"sandbox": self.bank}
        self.refunding = Refunding(self.store, self.clock, self.ids, providers)
        self.tending = Tending(
            self.store,
            self.clock,
            self.accounts,
            StuckPayments(self.store, self.clock, self.ids, self.accounts, self.settlement),
            self.settlement.allocator,
            self.refunding,
            self.agreements,
        )

    def charge_on_the_day(self) -> ScheduledPayment:
        scheduled = self.scheduled(FIFTEENTH)
        self.morning_of(FIFTEENTH)
        self.bank.states[f"pp-{scheduled.payment_id}"] = None  # type: ignore[assignment]
        self.tending.tend()
        assert self.scheduled_now(scheduled).state == "charging"
        assert self.standing_holds() == ["payment-on-its-way", "payment-scheduled"]
        return scheduled

    def provider_has(
        self, scheduled: ScheduledPayment, state: ProviderState, failure: str | None = None
    ) -> None:
        self.clock.advance(timedelta(days=2))
        self.bank.now = self.clock.now()
        told = self.bank.told(scheduled.payment_id, state, failure)
        self.bank.states[told.provider_id] = told


@pytest.fixture
def books() -> Iterator[LostCallbacks]:
    books = LostCallbacks()
    yield books
    assert verify(books.store, books.clock.now().date()) == []


@pytest.mark.parametrize(
    ("state", "ends", "stands_open"), [("settled", "done", 0), ("failed", "failed", 11900)]
)
def test_the_schedule_looks_the_charge_up_and_ends_what_was_agreed(
    books: LostCallbacks, state: ProviderState, ends: str, stands_open: int
) -> None:
    scheduled = books.charge_on_the_day()
    books.provider_has(scheduled, state, "insufficient_funds" if state == "failed" else None)
    books.tending.tend()
    assert books.scheduled_now(scheduled).state == ends
    assert books.standing_holds() == []
    assert books.invoice_now().open_minor == stands_open
    assert [one["outcome"] for one in books.told_of("payment.schedule_ended")] == [ends]


def test_a_payout_settles_the_charge_and_ends_what_was_agreed_at_once(
    books: LostCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled = books.charge_on_the_day()
    paid = f"pp-{scheduled.payment_id}"
    lines = (PayoutLine("payment", "l-1", paid, scheduled.payment_id, 11900, 100, 11800, "EUR"),)

    def silent(provider_id: str) -> None:
        raise ProviderUnavailable(f"nothing is said of {provider_id}")

    monkeypatch.setattr(books.bank, "fetch", silent)
    check = PayoutCheck(
        books.store, books.clock, {"sandbox": books.bank}, books.settlement, books.refunding
    )
    assert check.check("sandbox", Payout("po-1", 11800, "EUR", None, lines)).settled == 1
    assert books.scheduled_now(scheduled).state == "done"
    assert books.standing_holds() == []


def test_the_process_dies_after_the_money_is_booked_and_before_what_follows_it(
    books: LostCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled = books.charge_on_the_day()
    with monkeypatch.context() as dying:
        dying.setattr(books.settlement, "_follow", lambda payment: None)
        assert books.charge_told(scheduled, "settled") == "settled"
    assert books.scheduled_now(scheduled).state == "charging"
    books.tending.tend()
    assert books.scheduled_now(scheduled).state == "done"
    assert books.standing_holds() == []


def test_money_that_is_found_by_asking_ends_an_announced_transfer(books: LostCallbacks) -> None:
    books.announced.announce(books.opened(), ["RE-1"])
    payment = books.start_payment()
    books.bank.states[f"pp-{payment}"] = books.told(payment)
    books.clock.advance(timedelta(hours=1))
    books.tending.tend()
    assert books.invoice_now().open_minor == 0
    assert books.standing_holds() == []


def test_an_instalment_whose_callback_is_lost_keeps_the_plan(books: LostCallbacks) -> None:
    from saldo.collection.model import Instalment

    opened = books.opened(whole_account=True)
    mandate = books.give_mandate(opened, "plan")
    parts = [Instalment(FIFTEENTH, 5900), Instalment(date(2027, 1, 15), 6000)]
    plan = books.kept_plans.agree(
        opened.link.creditor, opened.link.account, ["RE-1"], parts, mandate.id, "payer"
    )
    books.morning_of(FIFTEENTH)
    charged = next(
        one for one in books.schedule.of(plan.creditor, plan.account) if one.charge_on == FIFTEENTH
    )
    books.bank.states[f"pp-{charged.payment_id}"] = None  # type: ignore[assignment]
    books.tending.tend()
    books.provider_has(charged, "settled")
    books.tending.tend()
    assert books.scheduled_now(charged).state == "done"
    (kept,) = books.kept_plans.of(plan.creditor, plan.account)
    assert kept.state == "active"
    assert kept.paid_minor([books.invoice_now()]) == 5900
