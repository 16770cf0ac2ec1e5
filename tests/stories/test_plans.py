"""Instalment plans: paid by mandate, paid by hand, paid early, missed, cancelled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.accounts.service import InvoiceUnknown
from saldo.collection.model import Instalment, Plan
from saldo.collection.plans import PlanUnknown
from saldo.collection.proposals import PlanDiffers, PlanOver
from saldo.collection.rules import PlanInTheWay, PlanNotValid
from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo.payments.allocate import Grounds
from saldo.payments.scheduled import ConsentMissing, MandateEnded, MandateUnknown
from tests.agreed import ACCOUNT, CREDITOR, AgreedBooks
from tests.collected import CollectedBooks

DAYS = (date(2026, 12, 15), date(2027, 1, 15), date(2027, 2, 15))
TUESDAY = date(2027, 1, 19)
"""What is transferred on Friday, the second of DAYS, is there by the end of Monday."""
THREE = tuple(Instalment(day, 5000) for day in DAYS)


@pytest.fixture
def books() -> AgreedBooks:
    books = AgreedBooks()
    books.begin(books.invoice("RE-1", 9000), books.invoice("RE-2", 6000))
    books.day(date(2026, 11, 21))
    return books


def agree(
    books: AgreedBooks, mandate: Mandate | None = None, instalments: tuple[Instalment, ...] = THREE
) -> Plan:
    return books.kept_plans.agree(
        CREDITOR, ACCOUNT, ["RE-1", "RE-2"], instalments, mandate and mandate.id, "Kim Beispiel"
    )


def plan_now(books: AgreedBooks, plan: Plan) -> Plan:
    found = books.store.get(Plan, *plan.key)
    assert found is not None
    return found


def charges(books: AgreedBooks) -> list[ScheduledPayment]:
    return books.schedule.of(CREDITOR, ACCOUNT)


def pay(books: AgreedBooks, minor: int, number: str = "RE-1") -> None:
    payment = books.start_payment(number, minor)
    assert books.settlement.settle(books.told(payment, minor=minor)) == "settled"


def test_three_instalments_paid_by_mandate(books: AgreedBooks) -> None:
    plan = agree(books, books.give_mandate(books.opened(), "plan"))
    assert [(one.charge_on, one.amount_minor, one.state) for one in charges(books)] == [
        (day, 5000, "planned") for day in DAYS
    ]
    assert books.standing_holds() == ["plan"]
    for number, day in enumerate(DAYS):
        books.morning_of(day)
        assert books.tend()["scheduled payments charging"] == 1
        books.morning_of(day + timedelta(days=1))
        assert books.tend() == {"scheduled payments charging": 1, "plans waiting": 1}
        assert books.day(day + timedelta(days=1)) == []
        books.charge_told(charges(books)[number], "settled")
        books.morning_of(day + timedelta(days=2))
        assert books.tend() == {"plans kept" if number < 2 else "plans finished": 1}
    assert books.open_items() == []
    assert plan_now(books, plan).state == "finished"
    assert books.standing_holds() == []
    assert [charge.amount_minor for charge in books.bank.charges.values()] == [5000] * 3
    assert books.credits() == []


def test_a_debit_fails_and_the_plan_is_over(books: AgreedBooks) -> None:
    plan = agree(books, books.give_mandate(books.opened(), "plan"))
    books.morning_of(DAYS[0])
    books.tend()
    books.charge_told(charges(books)[0], "failed", "Insufficient funds.")
    books.morning_of(DAYS[0] + timedelta(days=1))
    assert books.tend() == {"plans missed": 1}
    assert plan_now(books, plan).state == "missed"
    assert [one.state for one in charges(books)] == ["failed", "cancelled", "cancelled"]
    (told,) = books.told_of("plan.missed")
    assert (told["due_on"], told["due"], told["paid"]) == ("2026-12-15", "50.00", "0.00")
    assert len(books.day(DAYS[0] + timedelta(days=1))) == 2
    books.morning_of(DAYS[1])
    assert books.tend() == {}
    assert len(books.bank.charges) == 1


def test_an_instalment_paid_early_is_not_charged(books: AgreedBooks) -> None:
    agree(books, books.give_mandate(books.opened(), "plan"))
    pay(books, 5000)
    books.morning_of(DAYS[0])
    assert books.tend() == {"scheduled payments done": 1}
    pay(books, 2000)
    books.morning_of(DAYS[0] + timedelta(days=1))
    assert books.tend() == {"plans kept": 1}
    books.morning_of(DAYS[1])
    books.tend()
    (charge,) = books.bank.charges.values()
    assert charge.amount_minor == 3000


def test_everything_paid_early_ends_the_plan(books: AgreedBooks) -> None:
    plan = agree(books, books.give_mandate(books.opened(), "plan"))
    pay(books, 9000)
    pay(books, 6000, "RE-2")
    books.morning_of(DAYS[0] + timedelta(days=1))
    # The charge of the day before found nothing left to pay.
    assert books.tend() == {"scheduled payments done": 1, "plans finished": 1}
    assert plan_now(books, plan).state == "finished"
    assert {one.state for one in charges(books)} == {"done", "cancelled"}
    assert books.bank.charges == {}


def test_paid_by_hand_in_time_and_then_not(books: AgreedBooks) -> None:
    plan = agree(books)
    assert charges(books) == []
    pay(books, 5000)
    books.morning_of(DAYS[0] + timedelta(days=2))
    assert books.tend() == {"plans kept": 1}
    assert books.day(DAYS[0] + timedelta(days=2)) == []
    pay(books, 3000)
    books.morning_of(TUESDAY)
    assert books.tend() == {"plans missed": 1}
    (told,) = books.told_of("plan.missed")
    assert (told["due_on"], told["due"], told["paid"]) == ("2027-01-15", "100.00", "80.00")
    assert plan_now(books, plan).ended_reason == "The instalment of 2027-01-15 did not come."
    assert books.standing_holds() == []
    assert len(books.day(TUESDAY)) == 2


def test_what_is_transferred_on_the_last_day_has_a_banking_day_to_arrive(
    books: AgreedBooks,
) -> None:
    plan = agree(books)
    pay(books, 5000)
    books.morning_of(DAYS[1], hour=23)
    assert books.tend() == {"plans kept": 1}
    for day in (16, 17, 18):
        books.morning_of(date(2027, 1, day), hour=23)
        assert books.tend() == {}, "ordered on Friday evening, it is there on Monday"
    pay(books, 4000)
    pay(books, 1000, "RE-2")
    books.morning_of(TUESDAY)
    assert books.tend() == {"plans kept": 1}
    assert plan_now(books, plan).state == "active"


def test_a_charge_is_made_on_its_day_and_needs_no_other(books: AgreedBooks) -> None:
    agree(books, books.give_mandate(books.opened(), "plan"))
    books.morning_of(DAYS[0])
    books.tend()
    books.charge_told(charges(books)[0], "failed", "Account closed.")
    books.morning_of(DAYS[0], hour=23)
    assert books.tend() == {}
    books.clock.advance(timedelta(hours=1))
    assert books.tend() == {"plans missed": 1}


def test_money_on_its_way_gives_the_plan_time(books: AgreedBooks) -> None:
    agree(books)
    payment = books.start_payment("RE-1", 5000)
    books.settlement.settle(books.told(payment, "processing", 5000))
    books.morning_of(DAYS[0] + timedelta(days=2))
    assert books.tend() == {"plans waiting": 1}
    books.settlement.settle(books.told(payment, "failed", 5000))
    books.morning_of(DAYS[0] + timedelta(days=3))
    assert books.tend() == {"plans missed": 1}


def test_a_debit_that_comes_back_later_is_not_paid(books: AgreedBooks) -> None:
    agree(books, books.give_mandate(books.opened(), "plan"))
    books.morning_of(DAYS[0])
    books.tend()
    first = charges(books)[0]
    books.charge_told(first, "settled")
    books.morning_of(DAYS[0] + timedelta(days=1))
    assert books.tend() == {"plans kept": 1}
    books.settlement.allocator.take_back(
        CREDITOR,
        ACCOUNT,
        f"payment#{first.payment_id}",
        "RE-1",
        Grounds("provider", "The debit came back."),
    )
    books.morning_of(DAYS[1])
    books.tend()
    second = charges(books)[1]
    # What the payer agreed to for that day, not what is missing since.
    assert books.bank.charges[second.payment_id].amount_minor == 5000
    books.charge_told(second, "settled")
    books.morning_of(DAYS[1] + timedelta(days=1))
    assert books.tend() == {"plans missed": 1}


def test_cancelled_by_the_creditor(books: AgreedBooks) -> None:
    plan = agree(books, books.give_mandate(books.opened(), "plan"))
    cancelled = books.kept_plans.cancel(CREDITOR, ACCOUNT, plan.id, "Kim Beispiel", "By phone.")
    assert (cancelled.state, cancelled.ended_reason) == ("cancelled", "By phone.")
    assert books.kept_plans.cancel(CREDITOR, ACCOUNT, plan.id, "Kim", "Again.") == cancelled
    assert {one.state for one in charges(books)} == {"cancelled"}
    assert books.standing_holds() == []
    books.morning_of(DAYS[0])
    assert books.tend() == {}
    with pytest.raises(PlanUnknown):
        books.kept_plans.cancel(CREDITOR, ACCOUNT, "another", "Kim Beispiel", "None.")


def test_ordered_twice_is_one_plan(books: AgreedBooks) -> None:
    mandate = books.give_mandate(books.opened(), "plan")
    orders = [
        books.kept_plans.agree(
            CREDITOR, ACCOUNT, ["RE-1", "RE-2"], THREE, mandate.id, "Kim", plan="plan-7"
        )
        for _ in range(2)
    ]
    assert orders[0] == orders[1]
    assert len(charges(books)) == 3
    assert len(books.told_of("plan.agreed")) == 1
    with pytest.raises(PlanInTheWay):
        agree(books)


def test_the_process_dies_while_the_charges_are_planned(
    books: AgreedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    mandate = books.give_mandate(books.opened(), "plan")
    begin, begun = books.schedule.begin, []

    class Death(BaseException):
        pass

    def die_at_the_second(*arguments: object, **more: object) -> None:
        if begun:
            raise Death
        begun.append(arguments)
        begin(*arguments, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as crash:
        crash.setattr(books.schedule, "begin", die_at_the_second)
        with pytest.raises(Death):
            agree(books, mandate)
    assert len(charges(books)) == 1
    assert books.tend() == {"plans kept": 1}
    assert len(charges(books)) == 3
    assert books.tend() == {}


def test_the_mandate_is_revoked_and_the_plan_missed(books: AgreedBooks) -> None:
    mandate = books.give_mandate(books.opened(), "plan")
    agree(books, mandate)
    books.mandates.revoke(CREDITOR, ACCOUNT, mandate.id, "payer", "No more.")
    assert {one.state for one in charges(books)} == {"failed"}
    books.morning_of(DAYS[0] + timedelta(days=1))
    assert books.tend() == {"plans missed": 1}


def test_a_mandate_that_may_not_be_charged_for_a_plan(books: AgreedBooks) -> None:
    ended = books.give_mandate(books.opened(), "plan")
    books.mandates.revoke(CREDITOR, ACCOUNT, ended.id, "payer", "No more.")
    with pytest.raises(MandateEnded):
        agree(books, ended)
    books.clock.advance(timedelta(seconds=1))
    with pytest.raises(ConsentMissing):
        agree(books, books.give_mandate(books.opened(), "on-request"))
    used = books.give_mandate(books.opened(), "plan")
    plan = agree(books, used)
    books.kept_plans.cancel(CREDITOR, ACCOUNT, plan.id, "Kim Beispiel", "By phone.")
    with pytest.raises(ConsentMissing):
        agree(books, used)
    assert agree(books).state == "active"


def test_a_mandate_that_is_still_to_be_given(books: AgreedBooks) -> None:
    mandate = books.ask_mandate(books.opened(), "plan")
    agree(books, mandate)
    assert {one.state for one in charges(books)} == {"waiting"}
    books.mandates.told(books.mandate_told(mandate))
    assert {one.state for one in charges(books)} == {"planned"}


def test_orders_that_make_no_plan(books: AgreedBooks) -> None:
    with pytest.raises(PlanNotValid, match=r"sum to 100\.00 EUR; 150\.00 EUR stands open"):
        agree(books, instalments=THREE[:2])
    with pytest.raises(InvoiceUnknown):
        books.kept_plans.agree(CREDITOR, ACCOUNT, ["RE-9"], THREE, None, "Kim Beispiel")
    with pytest.raises(MandateUnknown):
        books.kept_plans.agree(CREDITOR, ACCOUNT, ["RE-1", "RE-2"], THREE, "nobody's", "Kim")


def propose(books: CollectedBooks, instalments: tuple[Instalment, ...] = THREE) -> Plan:
    return books.proposals.propose(
        CREDITOR, ACCOUNT, "PLAN-1", ["RE-1", "RE-2"], instalments, None, "payer"
    )[0]


@pytest.fixture
def desk() -> CollectedBooks:
    books = CollectedBooks()
    books.begin(books.invoice("RE-1", 9000), books.invoice("RE-2", 6000))
    books.day(date(2026, 11, 21))
    return books


def test_a_proposed_plan_holds_nothing_until_it_is_approved(desk: CollectedBooks) -> None:
    assert (propose(desk).state, propose(desk).version) == ("proposed", 1)
    assert len(desk.told_of("plan.proposed")) == 1
    assert desk.standing_holds() == []
    for _ in range(2):
        assert desk.proposals.approve(CREDITOR, ACCOUNT, "PLAN-1", "ERP").state == "active"
    assert len(desk.told_of("plan.agreed")) == 1
    assert desk.standing_holds() == ["plan"]
    desk.morning_of(DAYS[0] + timedelta(days=2))
    assert desk.tend() == {"plans missed": 1}
    with pytest.raises(PlanOver):
        desk.proposals.approve(CREDITOR, ACCOUNT, "PLAN-1", "ERP")


def test_a_proposed_plan_is_declined(desk: CollectedBooks) -> None:
    propose(desk)
    for _ in range(2):
        declined = desk.kept_plans.cancel(CREDITOR, ACCOUNT, "PLAN-1", "ERP", "Too long.")
        assert (declined.state, declined.ended_reason) == ("cancelled", "Too long.")
    assert len(desk.told_of("plan.cancelled")) == 1
    with pytest.raises(PlanOver):
        desk.proposals.approve(CREDITOR, ACCOUNT, "PLAN-1", "ERP")


def test_something_was_paid_before_the_proposal_was_looked_at(desk: CollectedBooks) -> None:
    propose(desk)
    pay(desk, 1000)
    with pytest.raises(PlanNotValid, match=r"140\.00 EUR stands open"):
        desk.proposals.approve(CREDITOR, ACCOUNT, "PLAN-1", "ERP")


def test_the_same_plan_is_agreed_twice_and_another_one_is_refused(desk: CollectedBooks) -> None:
    numbers = ["RE-1", "RE-2"]
    for is_new in (True, False):
        made = desk.proposals.agree(CREDITOR, ACCOUNT, "PLAN-1", numbers, THREE, None, "ERP")
        assert made[1] is is_new
    with pytest.raises(PlanDiffers):
        desk.proposals.agree(CREDITOR, ACCOUNT, "PLAN-1", ["RE-1"], THREE, None, "ERP")
    with pytest.raises(PlanUnknown):
        desk.proposals.approve(CREDITOR, ACCOUNT, "PLAN-2", "ERP")
