"""A charge that nobody knows the end of is looked up, and decided on anew: what is owed may be less
by the time that it is asked for again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from saldo.collection.model import Instalment
from saldo.payments.agreements import ScheduledPayment
from saldo.payments.charging import IN_FLIGHT_MAX, NO_ANSWER
from saldo.payments.ports import ProviderEvent, ProviderUnavailable
from saldo.store import Wake
from tests.agreed import ACCOUNT, CREDITOR, After, AgreedBooks, MandateProvider

FIFTEENTH = date(2026, 12, 15)
LOST = ProviderUnavailable("No answer.")


class Finding(MandateProvider):
    """A provider that can be asked what it made under a key."""

    def find(self, idempotency_key: str, since: datetime) -> ProviderEvent | None:
        del since
        made = idempotency_key in self.charges
        return self.told(idempotency_key, "processing") if made else None


@pytest.fixture
def books() -> AgreedBooks:
    return asked_once(Finding, LOST)


def asked_once(provider: type[MandateProvider], answer: object) -> AgreedBooks:
    """Books on the morning on which a charge of 119.00 was asked for, and `answer` came."""
    books = AgreedBooks()
    books.bank.__class__ = provider
    books.begin(books.invoice())
    books.scheduled(FIFTEENTH)
    books.bank.answers = [answer]
    books.morning_of(FIFTEENTH)
    assert books.tend() == {"scheduled payments no-answer": 1}
    return books


def schedule_of(books: AgreedBooks) -> ScheduledPayment:
    (scheduled,) = books.schedule.of(CREDITOR, ACCOUNT)
    return scheduled


def pay_at_the_page(books: AgreedBooks, minor: int) -> None:
    payment = books.start_payment(amount_minor=minor)
    assert books.settlement.settle(books.told(payment, minor=minor)) == "settled"


def test_the_payer_paid_at_the_page_before_the_provider_ever_heard_of_the_charge(
    books: AgreedBooks,
) -> None:
    pay_at_the_page(books, 11900)
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments done": 1}
    assert books.bank.charges == {}
    assert books.credits() == []
    scheduled = schedule_of(books)
    assert (scheduled.state, scheduled.failure) == ("done", "Nothing was left to pay.")
    assert books.charge_of(scheduled).state == "cancelled"  # type: ignore[union-attr]
    assert books.standing_holds() == []
    assert books.tend() == {}


def test_the_payer_paid_a_part_and_only_the_rest_is_charged_as_a_payment_of_its_own(
    books: AgreedBooks,
) -> None:
    first = schedule_of(books).payment_id
    pay_at_the_page(books, 4000)
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments charging": 1}
    scheduled = schedule_of(books)
    ((key, charge),) = books.bank.charges.items()
    assert key == scheduled.payment_id != first
    assert charge.amount_minor == 7900
    assert books.charge_told(scheduled, "settled") == "settled"
    assert schedule_of(books).state == "done"
    assert not books.invoice_now().is_open
    assert books.credits() == []
    states = {one.id: one.state for one in books.payments() if one.mandate}
    assert states == {first: "cancelled", key: "settled"}
    assert books.told_of("payment.failed") == []


def test_a_charge_in_place_of_another_is_lost_as_well(books: AgreedBooks) -> None:
    pay_at_the_page(books, 4000)
    books.bank.answers = [LOST]
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments no-answer": 1}
    pay_at_the_page(books, 900)
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments charging": 1}
    ((key, charge),) = books.bank.charges.items()
    assert (key, charge.amount_minor) == (schedule_of(books).payment_id, 7000)
    assert len({*books.bank.calls}) == 3
    books.charge_told(schedule_of(books), "settled")
    assert books.credits() == []


def test_the_provider_had_it_and_its_answer_was_lost() -> None:
    books = asked_once(Finding, After(LOST))
    pay_at_the_page(books, 11900)
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments charging": 1}
    assert len(books.bank.calls) == 1
    books.charge_told(schedule_of(books), "settled")
    # The bank account was charged before the card was: what is too much is the customer's.
    assert schedule_of(books).state == "done"
    assert [credit.open_minor for credit in books.credits()] == [11900]


def test_nothing_changed_and_it_is_asked_for_again_under_its_own_key(books: AgreedBooks) -> None:
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments charging": 1}
    assert set(books.bank.calls) == {schedule_of(books).payment_id}


def test_money_that_came_a_moment_ago_waits_for_the_call_that_may_still_be_under_way(
    books: AgreedBooks,
) -> None:
    pay_at_the_page(books, 11900)
    assert books.tend() == {"scheduled payments waiting": 1}
    books.clock.advance(IN_FLIGHT_MAX)
    assert books.tend() == {"scheduled payments done": 1}


def test_the_mandate_is_revoked_before_the_provider_ever_heard_of_the_charge(
    books: AgreedBooks,
) -> None:
    scheduled = schedule_of(books)
    books.mandates.revoke(CREDITOR, ACCOUNT, scheduled.mandate, "payer", "No more.")
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments failed": 1}
    assert books.bank.charges == {}
    assert schedule_of(books).failure == "No more."
    (told,) = books.told_of("payment.failed")
    assert (told["payment"], told["failure"]) == (scheduled.payment_id, "No more.")
    (notice,) = books.tell("payment.failed")
    assert notice.message == "payment-failed"


def test_the_day_is_long_past_when_the_provider_can_be_asked_again(books: AgreedBooks) -> None:
    books.morning_of(date(2026, 12, 21))
    assert books.tend() == {"scheduled payments failed": 1}
    assert books.bank.charges == {}
    assert len(books.told_of("payment.failed")) == 1


def test_money_comes_while_the_decision_is_made(
    books: AgreedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = books.charging._decide

    def meanwhile(*given: object) -> object:
        decision = decide(*given)  # type: ignore[arg-type]
        monkeypatch.setattr(books.charging, "_decide", decide)
        pay_at_the_page(books, 11900)
        return decision

    monkeypatch.setattr(books.charging, "_decide", meanwhile)
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments busy": 1}
    assert books.tend() == {"scheduled payments done": 1}
    assert books.bank.charges == {}


def test_anything_about_the_account_has_it_decided_anew(
    books: AgreedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = books.charging._decide

    def meanwhile(*given: object) -> object:
        books.store.commit([Wake(CREDITOR, ACCOUNT, None)])
        return decide(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(books.charging, "_decide", meanwhile)
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments busy": 1}
    assert len(books.bank.calls) == 1


def test_a_provider_that_cannot_be_asked_is_never_asked_for_more_than_is_owed() -> None:
    books = asked_once(MandateProvider, LOST)
    pay_at_the_page(books, 4000)
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments failed": 1}
    assert len(books.bank.calls) == 1
    scheduled = schedule_of(books)
    assert (scheduled.state, scheduled.failure) == ("failed", NO_ANSWER)
    assert [told["failure"] for told in books.told_of("payment.failed")] == [NO_ANSWER]


def test_what_such_a_provider_made_after_all_is_booked() -> None:
    books = asked_once(MandateProvider, After(LOST))
    pay_at_the_page(books, 4000)
    books.clock.advance(timedelta(hours=2))
    books.tend()
    assert books.charge_told(schedule_of(books), "settled") == "settled"
    assert not books.invoice_now().is_open
    assert [credit.open_minor for credit in books.credits()] == [4000]


def test_an_instalment_is_not_asked_for_again_once_its_plan_is_cancelled() -> None:
    books = AgreedBooks()
    books.bank.__class__ = Finding
    books.begin(books.invoice())
    mandate = books.give_mandate(books.opened(), "plan")
    halves = (Instalment(FIFTEENTH, 6000), Instalment(date(2027, 1, 15), 5900))
    plan = books.kept_plans.agree(CREDITOR, ACCOUNT, ["RE-1"], halves, mandate.id, "Kim Beispiel")
    books.bank.answers = [LOST]
    books.morning_of(FIFTEENTH)
    books.tend()
    books.kept_plans.cancel(CREDITOR, ACCOUNT, plan.id, "Kim Beispiel", "Agreed otherwise.")
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments cancelled": 1}
    assert books.bank.charges == {}
    assert {one.state for one in books.schedule.of(CREDITOR, ACCOUNT)} == {"cancelled"}


def test_an_instalment_paid_by_hand_meanwhile_is_not_charged_again() -> None:
    books = AgreedBooks()
    books.bank.__class__ = Finding
    books.begin(books.invoice())
    mandate = books.give_mandate(books.opened(), "plan")
    halves = (Instalment(FIFTEENTH, 6000), Instalment(date(2027, 1, 15), 5900))
    books.kept_plans.agree(CREDITOR, ACCOUNT, ["RE-1"], halves, mandate.id, "Kim Beispiel")
    books.bank.answers = [LOST]
    books.morning_of(FIFTEENTH)
    books.tend()
    pay_at_the_page(books, 6000)
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments done": 1}
    assert books.bank.charges == {}
