"""A payer chooses a day, and a mandate is charged on it: once, and for no more than is owed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.accounts.payer_rules import PayerRules
from saldo.payments.designation import NothingOpen, PartNotAllowed
from saldo.payments.ports import ProviderUnavailable
from saldo.payments.scheduled import (
    ChargeDayNotValid,
    ConsentMissing,
    MandateEnded,
    MandateUnknown,
    ScheduledBefore,
    ScheduleNotOffered,
    ScheduleTooLate,
)
from saldo.payments.told import ChargeRefused, ChargeRequest
from tests.agreed import ACCOUNT, CREDITOR, After, AgreedBooks

FIFTEENTH = date(2026, 12, 15)


@pytest.fixture
def books() -> AgreedBooks:
    books = AgreedBooks()
    books.begin(books.invoice())
    return books


def test_payer_pays_on_the_fifteenth_and_is_not_reminded_before(books: AgreedBooks) -> None:
    books.day(date(2026, 11, 21))
    scheduled = books.scheduled(FIFTEENTH)
    assert (scheduled.state, scheduled.amount_minor) == ("planned", 11900)
    books.morning_of(date(2026, 12, 10))
    assert books.tend() == {}
    assert books.day(date(2026, 12, 10)) == []  # the first reminder would have gone on the 3rd
    books.morning_of(FIFTEENTH)
    assert books.tend() == {"scheduled payments charging": 1}
    assert books.charge_of(scheduled).state == "processing"  # type: ignore[union-attr]
    books.morning_of(date(2026, 12, 18))
    assert books.day(date(2026, 12, 18)) == []
    assert books.charge_told(scheduled, "settled") == "settled"
    assert not books.invoice_now().is_open
    assert books.scheduled_now(scheduled).state == "done"
    assert books.standing_holds() == []
    assert len(books.bank.charges) == 1
    assert books.tend() == {}


def test_the_day_begins_where_the_payer_is(books: AgreedBooks) -> None:
    books.scheduled(FIFTEENTH)
    books.morning_of(date(2026, 12, 14), hour=23)
    assert books.tend() == {}
    books.clock.advance(timedelta(hours=1))
    assert books.tend() == {"scheduled payments charging": 1}


def test_payer_cancels_until_the_day_and_reminders_go_on(books: AgreedBooks) -> None:
    books.day(date(2026, 11, 21))
    scheduled = books.scheduled(FIFTEENTH)
    books.morning_of(date(2026, 12, 14), hour=23)
    cancelled = books.schedule.cancel(CREDITOR, ACCOUNT, scheduled.id, "payer", "Later.")
    assert cancelled.state == "cancelled"
    assert books.schedule.cancel(CREDITOR, ACCOUNT, scheduled.id, "payer", "Twice.") == cancelled
    assert books.standing_holds() == []
    books.morning_of(FIFTEENTH)
    assert books.tend() == {}
    assert books.bank.calls == []
    assert len(books.day(FIFTEENTH)) == 1
    (told,) = books.told_of("payment.schedule_ended")
    assert (told["outcome"], told["by"], told["reason"]) == ("cancelled", "payer", "Later.")


def test_on_the_day_it_is_too_late_to_cancel(books: AgreedBooks) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    books.morning_of(FIFTEENTH)
    with pytest.raises(ScheduleTooLate):
        books.schedule.cancel(CREDITOR, ACCOUNT, scheduled.id, "payer", "No.")
    books.tend()
    with pytest.raises(ScheduleTooLate):
        books.schedule.cancel(CREDITOR, ACCOUNT, scheduled.id, "payer", "No.")


def test_the_account_lacks_the_money_and_the_reminder_goes_on(books: AgreedBooks) -> None:
    books.day(date(2026, 11, 21))
    scheduled = books.scheduled(FIFTEENTH)
    books.morning_of(FIFTEENTH)
    books.tend()
    assert books.charge_told(scheduled, "failed", "Insufficient funds.") == "failed"
    now = books.scheduled_now(scheduled)
    assert (now.state, now.failure) == ("failed", "Insufficient funds.")
    assert books.standing_holds() == []
    assert books.told_of("payment.failed")[0]["failure"] == "Insufficient funds."
    assert len(books.day(date(2026, 12, 16))) == 1
    books.morning_of(date(2026, 12, 20))
    assert books.tend() == {}
    assert len(books.bank.charges) == 1  # never again without the payer's consent


def test_the_provider_refuses_to_charge(books: AgreedBooks) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    books.bank.answers = [ChargeRefused("The mandate is not valid any more.")]
    books.morning_of(FIFTEENTH)
    assert books.tend() == {"scheduled payments failed": 1}
    payment = books.charge_of(scheduled)
    assert payment is not None
    assert (payment.state, payment.failure) == ("failed", "The mandate is not valid any more.")
    assert books.scheduled_now(scheduled).failure == "The mandate is not valid any more."
    assert set(books.event_types()[-2:]) == {"payment.failed", "payment.schedule_ended"}
    assert books.standing_holds() == []
    assert books.tend() == {}


@pytest.mark.parametrize("took_effect", [True, False])
def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(
    books: AgreedBooks, *, took_effect: bool
) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    lost = ProviderUnavailable("No answer.")
    books.bank.answers = [After(lost) if took_effect else lost]
    books.morning_of(FIFTEENTH)
    assert books.tend() == {"scheduled payments no-answer": 1}
    assert books.charge_of(scheduled).state == "intended"  # type: ignore[union-attr]
    books.clock.advance(timedelta(minutes=15))
    assert books.tend() == {"scheduled payments charging": 1}
    assert set(books.bank.calls) == {scheduled.payment_id}
    assert len(books.bank.calls) == 2
    assert len(books.bank.charges) == 1
    books.charge_told(scheduled, "settled")
    assert books.balance("receivable") == 0


def test_a_provider_that_forgets_its_keys_is_asked_what_it_did_first(
    books: AgreedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    books.bank.answers = [After(ProviderUnavailable("No answer."))]
    books.morning_of(FIFTEENTH)
    books.tend()
    asked = []

    def find(key: str, since: object) -> object:
        asked.append((key, since))
        return books.bank.told(key, "processing")

    monkeypatch.setattr(books.bank, "find", find, raising=False)
    books.clock.advance(timedelta(hours=2))
    assert books.tend() == {"scheduled payments charging": 1}
    assert [key for key, _ in asked] == [scheduled.payment_id]
    assert len(books.bank.calls) == 1  # charging again would have made a second payment


def test_nobody_ever_answers_and_the_charge_is_given_up(books: AgreedBooks) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    books.bank.answers = [ProviderUnavailable("No answer.")] * 3
    books.morning_of(FIFTEENTH)
    books.tend()
    books.clock.advance(timedelta(days=4))
    assert books.tend() == {"scheduled payments no-answer": 1}
    books.clock.advance(timedelta(days=1))
    assert books.tend() == {"scheduled payments failed": 1}
    # It had been made after all: the money is booked, not lost.
    books.bank.answers = ["processing"]
    key = scheduled.payment_id
    books.bank.charges[key] = ChargeRequest(key, "m", None, 11900, "EUR", "RE-1", "", "")
    assert books.charge_told(scheduled, "settled") == "settled"
    assert not books.invoice_now().is_open


def test_the_process_dies_between_the_intent_and_the_call(
    books: AgreedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled = books.scheduled(FIFTEENTH)

    class Death(BaseException):
        pass

    def die(*_: object) -> None:
        raise Death

    books.morning_of(FIFTEENTH)
    with monkeypatch.context() as crash:
        crash.setattr(books.bank, "charge", die)
        with pytest.raises(Death):
            books.tend()
    assert books.scheduled_now(scheduled).state == "charging"
    assert books.tend() == {"scheduled payments charging": 1}
    assert books.bank.calls == [scheduled.payment_id]


def test_the_callback_is_faster_than_the_answer(
    books: AgreedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    charge = books.bank.charge

    def slow(request: object) -> object:
        answer = charge(request)  # type: ignore[arg-type]
        assert books.charge_told(scheduled, "settled") == "settled"
        return answer

    monkeypatch.setattr(books.bank, "charge", slow)
    books.morning_of(FIFTEENTH)
    assert books.tend() == {"scheduled payments done": 1}
    assert books.scheduled_now(scheduled).state == "done"
    assert len(books.told_of("payment.schedule_ended")) == 1
    assert not books.invoice_now().is_open


def test_the_payment_failed_while_nobody_followed(
    books: AgreedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    books.morning_of(FIFTEENTH)
    books.tend()
    # Booked, but the process died before the scheduled payment followed.
    told = books.bank.told(scheduled.payment_id, "failed", "Account closed.")
    with monkeypatch.context() as dying:
        dying.setattr(books.settlement, "_follow", lambda payment: None)
        books.settlement.settle(told)
    assert books.scheduled_now(scheduled).state == "charging"
    assert books.tend() == {"scheduled payments failed": 1}
    assert books.standing_holds() == []


def test_payer_clicks_twice_and_schedules_once(books: AgreedBooks) -> None:
    opened = books.opened()
    mandate, attempt = books.give_mandate(opened), books.checkout.new_attempt()
    first = books.schedule.schedule(opened, attempt, ["RE-1"], None, FIFTEENTH, mandate.id)
    assert books.schedule.schedule(opened, attempt, ["RE-1"], None, FIFTEENTH, mandate.id) == first
    books.clock.advance(timedelta(seconds=1))
    with pytest.raises(ScheduledBefore):
        books.schedule.schedule(
            opened, books.checkout.new_attempt(), ["RE-1"], None, FIFTEENTH, mandate.id
        )
    books.morning_of(FIFTEENTH)
    books.tend()
    assert len(books.bank.charges) == 1


def test_two_runs_at_once_charge_once(books: AgreedBooks, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    books.morning_of(FIFTEENTH)
    charge = books.bank.charge

    def meanwhile(request: object) -> object:
        monkeypatch.setattr(books.bank, "charge", charge)
        assert books.tend() == {"scheduled payments charging": 1}
        return charge(request)  # type: ignore[arg-type]

    monkeypatch.setattr(books.bank, "charge", meanwhile)
    books.tend()
    assert list(books.bank.charges) == [scheduled.payment_id]
    assert len(books.payments()) == 1


def test_paid_otherwise_before_the_day_nothing_is_charged(books: AgreedBooks) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    books.pay()
    books.morning_of(FIFTEENTH)
    assert books.tend() == {"scheduled payments done": 1}
    assert books.bank.calls == []
    assert books.scheduled_now(scheduled).failure == "Nothing was left to pay."


def test_paid_in_part_before_the_day_only_the_rest_is_charged(books: AgreedBooks) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    payment = books.start_payment(amount_minor=4000)
    books.settlement.settle(books.told(payment, minor=4000))
    books.morning_of(FIFTEENTH)
    books.tend()
    assert books.bank.charges[scheduled.payment_id].amount_minor == 7900
    books.charge_told(scheduled, "settled")
    assert not books.invoice_now().is_open
    assert books.credits() == []


def test_other_money_is_on_its_way_on_the_day(books: AgreedBooks) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, "processing"))
    books.morning_of(FIFTEENTH)
    assert books.tend() == {"scheduled payments waiting": 1}
    books.settlement.settle(books.told(payment, "failed"))
    books.morning_of(date(2026, 12, 17))
    assert books.tend() == {"scheduled payments charging": 1}
    assert books.bank.charges[scheduled.payment_id].amount_minor == 11900


def test_a_week_of_outage_and_the_charge_is_not_made_so_late(books: AgreedBooks) -> None:
    scheduled = books.scheduled(FIFTEENTH)
    books.morning_of(date(2026, 12, 21))
    assert books.tend() == {"scheduled payments failed": 1}
    assert books.bank.calls == []
    assert books.scheduled_now(scheduled).failure == (
        "The payment could not be made on the agreed day."
    )


def test_scheduled_before_the_mandate_was_given(books: AgreedBooks) -> None:
    opened = books.opened()
    mandate = books.ask_mandate(opened)
    waits = books.schedule.schedule(
        opened, books.checkout.new_attempt(), ["RE-1"], None, FIFTEENTH, mandate.id
    )
    assert waits.state == "waiting"
    books.mandates.told(books.mandate_told(mandate, "pending"))
    assert books.scheduled_now(waits).state == "planned"
    books.morning_of(FIFTEENTH)
    assert books.tend() == {"scheduled payments charging": 1}


def test_the_bank_does_not_accept_the_mandate(books: AgreedBooks) -> None:
    opened = books.opened()
    mandate = books.ask_mandate(opened)
    waits = books.schedule.schedule(
        opened, books.checkout.new_attempt(), ["RE-1"], None, FIFTEENTH, mandate.id
    )
    books.mandates.told(books.mandate_told(mandate, "ended", reason="Account closed."))
    assert books.scheduled_now(waits).failure == "Account closed."
    assert books.standing_holds() == []
    with pytest.raises(MandateEnded):
        books.schedule.schedule(
            opened, books.checkout.new_attempt(), ["RE-1"], None, FIFTEENTH, mandate.id
        )


def test_several_invoices_are_charged_together_and_all_are_held(books: AgreedBooks) -> None:
    books.push(books.invoice("RE-2", 5000, due_on=date(2026, 11, 10)))
    opened = books.opened(whole_account=True)
    mandate = books.give_mandate(opened)
    scheduled = books.schedule.schedule(
        opened, books.checkout.new_attempt(), ["RE-1", "RE-2"], None, FIFTEENTH, mandate.id
    )
    assert scheduled.invoices == ("RE-2", "RE-1")
    books.day(date(2026, 12, 10))
    assert books.day(date(2026, 12, 11)) == []
    books.morning_of(FIFTEENTH)
    books.tend()
    assert books.bank.charges[scheduled.payment_id].amount_minor == 16900
    books.charge_told(scheduled, "settled")
    assert books.open_items() == []


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 11, 21), date(2026, 12, 22)])
def test_days_that_cannot_be_chosen(books: AgreedBooks, day: date) -> None:
    opened = books.opened()
    mandate = books.give_mandate(opened)
    assert books.schedule.days(opened) == (date(2026, 11, 22), date(2026, 12, 21))
    with pytest.raises(ChargeDayNotValid):
        books.schedule.schedule(
            opened, books.checkout.new_attempt(), ["RE-1"], None, day, mandate.id
        )


def test_a_creditor_that_offers_no_scheduling_and_no_parts() -> None:
    books = AgreedBooks()
    books.open_creditor(payer_rules=PayerRules(part_min_minor=None, schedule_days_max=0))
    books.open_account()
    books.push(books.invoice())
    opened = books.opened()
    mandate, attempt = books.give_mandate(opened), books.checkout.new_attempt()
    assert books.schedule.days(opened) is None
    with pytest.raises(ScheduleNotOffered):
        books.schedule.schedule(opened, attempt, ["RE-1"], None, FIFTEENTH, mandate.id)


def test_what_cannot_be_scheduled(books: AgreedBooks) -> None:
    opened = books.opened()
    mandate, attempt = books.give_mandate(opened), books.checkout.new_attempt()
    with pytest.raises(MandateUnknown):
        books.schedule.schedule(opened, attempt, ["RE-1"], None, FIFTEENTH, "nobody's")
    with pytest.raises(MandateUnknown):
        books.schedule.schedule(books.opened(), attempt, ["RE-1"], None, FIFTEENTH, mandate.id)
    books.pay()
    with pytest.raises(NothingOpen):
        books.schedule.schedule(opened, attempt, ["RE-1"], None, FIFTEENTH, mandate.id)


def test_a_part_where_only_all_may_be_paid() -> None:
    books = AgreedBooks()
    books.open_creditor(payer_rules=PayerRules(part_min_minor=None))
    books.open_account()
    books.push(books.invoice())
    opened = books.opened()
    mandate = books.give_mandate(opened)
    with pytest.raises(PartNotAllowed):
        books.schedule.schedule(
            opened, books.checkout.new_attempt(), ["RE-1"], 5000, FIFTEENTH, mandate.id
        )


def test_consent_to_one_payment_is_no_consent_to_another(books: AgreedBooks) -> None:
    books.push(books.invoice("RE-2"))
    opened = books.opened(whole_account=True)
    mandate = books.give_mandate(opened, "once")
    books.schedule.schedule(
        opened, books.checkout.new_attempt(), ["RE-1"], None, FIFTEENTH, mandate.id
    )
    books.clock.advance(timedelta(seconds=1))
    attempt = books.checkout.new_attempt()
    with pytest.raises(ConsentMissing):
        books.schedule.schedule(opened, attempt, ["RE-2"], None, FIFTEENTH, mandate.id)
    consent = books.consent(opened)
    second = books.schedule.schedule(
        opened, attempt, ["RE-2"], None, FIFTEENTH, mandate.id, consent=consent
    )
    assert second.consent == consent


def test_a_mandate_on_request_may_be_used_again(books: AgreedBooks) -> None:
    books.push(books.invoice("RE-2"))
    opened = books.opened(whole_account=True)
    mandate = books.give_mandate(opened, "on-request")
    for number in ("RE-1", "RE-2"):
        books.clock.advance(timedelta(seconds=1))
        books.schedule.schedule(
            opened, books.checkout.new_attempt(), [number], None, FIFTEENTH, mandate.id
        )
    books.morning_of(FIFTEENTH)
    assert books.tend() == {"scheduled payments charging": 2}
