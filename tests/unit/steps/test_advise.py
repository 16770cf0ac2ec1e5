"""The next best step of an account: what is known, what is only seen, and when nothing is best."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from saldo.accounts.model import Hold, HoldKind
from saldo.money import Money
from saldo.payments.model import Payment
from saldo.steps.advise import Case, Planned, advise
from saldo.steps.estimate import Difference, Span, difference
from saldo.steps.keep import StepKeeper
from saldo.steps.knowing import StepKnowledge, pays_on
from saldo.steps.model import Advice, StepOutcome
from saldo.steps.noting import StepNotes
from saldo.steps.outcomes import shape_of
from saldo.steps.said import StepSpeech
from saldo.steps.tally import Result, Tally, one, summed
from saldo.store import Delete, Put
from tests.books import ACCOUNT, CREDITOR
from tests.once import PassingStore
from tests.unit.steps.learning import Learning
from tests.unit.steps.trials import DUE, trial_books

TODAY = date(2026, 12, 8)
STEP = "own:1:reminder-1"


def case(**more: object) -> Case:
    begun = Case(
        "muster",
        "K1",
        TODAY,
        (Money(1_000_000, "EUR"),),
        Planned(STEP, "email", TODAY, ("email", "letter")),
    )
    return replace(begun, **more)  # type: ignore[arg-type]


def told(days: float, low: float, high: float, verdict: str) -> Difference:
    return Difference(verdict, 300, 40, 7, Span(days, low, high), Span(0.1, 0.0, 0.2))  # type: ignore[arg-type]


def tally(count: int, days: int, spread: int = 2) -> Tally:
    return summed(
        one(Result(10 * (days + (spread if n % 2 else -spread)), ())) for n in range(count)
    )


def test_without_a_comparison_the_notice_goes_and_its_effect_is_not_known() -> None:
    found = advise(case())
    assert (found.best.kind, found.best.basis, found.reason) == ("notice", "not-known", "planned")
    assert found.best.days_tenths is None
    assert found.best.money == ()


def test_an_effect_of_a_comparison_is_worth_days_and_money() -> None:
    found = advise(case(effect=told(4.0, 2.0, 6.0, "helps"), cost_of_money={"EUR": 730}))
    assert (found.best.kind, found.best.basis) == ("notice", "effect")
    assert (found.best.days_tenths, found.best.low_tenths, found.best.high_tenths) == (40, 20, 60)
    assert found.best.money == (Money(800, "EUR"),), "10,000 for 4 of 365 days at 7.3 %"
    wait = next(c for c in found.candidates if c.kind == "wait")
    assert (wait.days_tenths, wait.low_tenths, wait.high_tenths) == (-40, -60, -20)
    assert wait.money == (Money(-800, "EUR"),)


def test_currencies_are_never_added_together() -> None:
    overdue = (Money(1_000_000, "EUR"), Money(500_000, "USD"))
    found = advise(case(overdue=overdue, effect=told(3.65, 1.0, 6.0, "helps")))
    assert found.best.money == (Money(789, "EUR"), Money(395, "USD")), "3.6 days at 8 %"


def test_a_stage_that_surely_does_nothing_is_better_left_out() -> None:
    found = advise(case(effect=told(0.2, -0.5, 0.9, "none")))
    assert (found.best.kind, found.best.basis, found.reason) == ("wait", "effect", "no-effect")


def test_a_good_payers_exception_is_left_alone() -> None:
    found = advise(case(is_exception=True, effect=told(4.0, 2.0, 6.0, "helps")))
    assert (found.best.kind, found.reason) == ("wait", "exception")


def test_what_is_held_waits_and_an_asked_for_call_is_made() -> None:
    assert advise(case(held="promise")).reason == "held"
    found = advise(case(held="no-address", asks_call=True))
    assert (found.best.kind, found.reason) == ("call", "call-asked")


def test_another_channel_is_proposed_only_as_a_correlation() -> None:
    sums = {STEP: {"channel|email": tally(60, 14), "channel|letter": tally(60, 6)}}
    found = advise(case(sums=sums))
    assert (found.best.kind, found.best.detail) == ("other-channel", "letter")
    assert (found.best.basis, found.best.against) == ("correlation", "planned")
    assert found.best.cases == 60
    assert 0 < (found.best.days_tenths or 0) < 80, "drawn to no difference at all"


def test_calls_are_counted_against_what_is_planned() -> None:
    sums = {STEP: {"all|": tally(100, 12)}, "call": {"all|": tally(34, 5)}}
    found = advise(case(sums=sums))
    assert (found.best.kind, found.best.basis, found.best.cases) == ("call", "correlation", 34)


def test_few_cases_propose_nothing() -> None:
    sums = {STEP: {"channel|email": tally(60, 14), "channel|letter": tally(19, 2)}}
    found = advise(case(sums=sums))
    assert found.best.kind == "notice"
    letter = next(c for c in found.candidates if c.kind == "other-channel")
    assert (letter.basis, letter.cases, letter.days_tenths) == ("not-known", 19, None)


def test_a_channel_that_the_stage_does_not_have_is_no_candidate() -> None:
    sums = {STEP: {"channel|email": tally(60, 14), "channel|sms": tally(60, 2)}}
    assert all(c.detail != "sms" for c in advise(case(sums=sums)).candidates)


def own(channel: str, days: int, number: int) -> StepOutcome:
    at = datetime(2026, 6, 1, 9, tzinfo=UTC)
    shape = shape_of(STEP, channel, 2, 9, 100_000, "EUR")  # type: ignore[arg-type]
    place = ("muster", "K1", f"N{number}", shape, at, at.date(), ("R1",), "EUR", 100_000, 5, at)
    return StepOutcome(*place, counted_at=at, result=Result(10 * days, ()))


def test_what_worked_before_for_this_customer_outweighs_the_others() -> None:
    """Everybody pays sooner by letter; this customer, ten times each, by mail."""
    sums = {STEP: {"channel|email": tally(60, 14), "channel|letter": tally(60, 8)}}
    mine = [own("email", 3, n) for n in range(15)] + [own("letter", 20, 50 + n) for n in range(15)]
    without, with_ = advise(case(sums=sums)), advise(case(sums=sums, own=tuple(mine)))
    letters = [
        next(c for c in found.candidates if c.kind == "other-channel") for found in (without, with_)
    ]
    assert (letters[0].days_tenths or 0) > 0 > (letters[1].days_tenths or 0)
    assert letters[1].own_cases == 15
    assert with_.best.kind == "notice"


def payment(day: date, number: int) -> Payment:
    return Payment(
        "muster",
        "K1",
        f"P{number}",
        "bank",
        "R1",
        "EUR",
        100,
        "settled",
        datetime(2026, 1, 1, tzinfo=UTC),
        received_on=day,
    )


def test_whoever_pays_on_thursdays_is_known_for_it() -> None:
    thursday = date(2026, 1, 1)
    weekly = [payment(thursday + timedelta(days=7 * n), n) for n in range(10)]
    mondays = [payment(thursday + timedelta(days=4 + 7 * n), 50 + n) for n in range(2)]
    assert pays_on([*weekly, *mondays]) == (3, 10, 12)
    assert pays_on(weekly[:7]) is None, "too few to say"
    anyhow = [payment(thursday + timedelta(days=n), n) for n in range(0, 40, 3)]
    assert pays_on(anyhow) is None


def test_an_account_that_is_reminded_next_week_has_advice_and_a_paid_one_has_none() -> None:
    books = trial_books(share=None)
    books.open_account(country="FR")
    books.push(books.invoice(due_on=DUE))
    learning = Learning(books)
    found = learning.advice()
    assert found is not None
    assert (found.best.kind, found.planned_step) == ("notice", STEP)
    assert found.planned_on == DUE + timedelta(days=5)
    assert not learning.keeper.refresh(CREDITOR, ACCOUNT), "nothing new, nothing written"
    books.pay()
    assert learning.advice() is None


def test_an_account_followed_up_by_hand_is_called_and_says_that_it_waits_for_a_person() -> None:
    books = trial_books(share=None)
    books.open_account(country="FR", follow_up="manual")
    books.push(books.invoice(due_on=date(2026, 11, 1), already_sent=True))
    found = Learning(books).advice()
    assert found is not None
    assert (found.best.kind, found.reason) == ("call", "by-hand")
    assert StepSpeech("de").reason(found) == "Das Mahnverfahren wartet hier auf einen Menschen."


def test_every_reason_is_said_in_every_language() -> None:
    reasons = ("planned", "better-seen", "no-effect", "does-harm", "exception", "call-asked")
    for language in ("de", "en", "nl"):
        speech = StepSpeech(language)
        for reason in (*reasons, "stages-over", "by-hand", "nothing-open"):
            assert speech.reason(replace(advise(case()), reason=reason)).endswith(".")
        held = advise(case(held="daily-cap"))
        assert "{" not in speech.reason(held)
        assert "{" not in speech.reason(advise(case(held="held-out")))


def test_sooner_and_later_are_said_in_words() -> None:
    speech = StepSpeech("de")
    assert (speech.gain(29), speech.gain(-10)) == ("2,9 Tage früher", "1,0 Tag später")


def test_statistics_of_nothing_do_not_fail() -> None:
    assert difference(Tally(), Tally()).verdict == "not-known"


@pytest.mark.parametrize("held", ["insolvency", "dispute", "promise", "plan", "pause", "hardship"])
def test_whoever_is_to_be_left_alone_is_not_called_though_a_task_asks_for_it(held: str) -> None:
    found = advise(case(held=held, asks_call=True))
    assert (found.best.kind, found.reason) == ("wait", "held")


def overdue_and_reminded() -> Learning:
    books = trial_books(share=None)
    books.open_account(country="FR")
    books.push(books.invoice(due_on=DUE))
    learning = Learning(books)
    learning.remind(DUE + timedelta(days=5))
    learning.go_to(DUE + timedelta(days=20))
    return learning


@pytest.mark.parametrize("days", [2, 20])
@pytest.mark.parametrize("kind", ["insolvency", "pause", "legal-case"])
def test_a_hold_on_the_account_is_heard_of_and_nothing_is_best(kind: HoldKind, days: int) -> None:
    learning = overdue_and_reminded()
    learning.go_to(DUE + timedelta(days=days))
    books = learning.books
    now = books.clock.now()
    hold = Hold(CREDITOR, ACCOUNT, "H", kind, None, "Told by court.", "anna", now)
    assert {"hold.placed", "hold.ended"} <= learning.keeper.heard
    books.store.commit([Put(hold)])
    advice = learning.advice()
    assert advice is not None
    assert (advice.best.kind, advice.reason) == ("wait", "held")


def test_a_look_that_was_slower_than_a_newer_one_does_not_win() -> None:
    """While one look weighs, the account is put on hold and another look has written so."""
    learning = overdue_and_reminded()
    books = learning.books
    books.store.commit([Delete(one, None) for one in books.store.list(Advice, CREDITOR)])
    hold = Hold(CREDITOR, ACCOUNT, "H", "pause", None, "", "anna", books.clock.now())

    def meanwhile(_: object) -> None:
        books.store.commit([Put(hold)])
        learning.keeper.refresh(CREDITOR, ACCOUNT)

    slow = PassingStore(books.store, meanwhile)
    knowledge = StepKnowledge(books.store, books.clock, books.run, learning.book)
    notes = StepNotes(books.store, books.clock)
    assert StepKeeper(slow, notes, knowledge).refresh(CREDITOR, ACCOUNT) is False  # type: ignore[arg-type]
    advice = books.store.get(Advice, CREDITOR, ACCOUNT)
    assert advice is not None
    assert advice.reason == "held"
