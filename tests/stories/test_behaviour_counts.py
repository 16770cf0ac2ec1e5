"""What how a customer pays leads to: work for people, another policy where one was asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from saldo.accounts.model import Segment
from saldo.reminders.policy_trial import PolicyTrials
from saldo.reminders.segments import SegmentNotValid, is_in, policy_id_of, segments_from
from saldo.reminders.tasks import Task
from saldo.risk.standing import NOTHING_KNOWN, VALUES, Standing
from saldo.store import Put
from tests.collected import ACCOUNT, CREDITOR
from tests.paying import BEGIN, PayingBooks
from tests.worked import WorkBooks


@pytest.fixture
def books() -> PayingBooks:
    made = PayingBooks()
    made.open_books()
    return made


def begin_to_pay_late(books: PayingBooks) -> list[str]:
    books.good_year(26)
    open_ = [books.issue(BEGIN + timedelta(days=370 + 12 * n)) for n in range(7)]
    books.on(BEGIN + timedelta(days=460))
    books.refresh()
    return open_


def test_a_change_for_the_worse_is_somebodys_call_until_nothing_is_open(
    books: PayingBooks,
) -> None:
    open_ = begin_to_pay_late(books)
    books.hear()
    item = books.item("worsening")
    assert (item.cause.next, item.cause.why) == ("call", "pays-later")
    assert item.cause.facts["days"] >= 20
    assert item.cause.stake[0].minor == 7 * 10000 + 11900  # what stands open, not due yet too
    books.proven()
    for number in (*open_, "RE-0"):
        books.pay(number, books.invoice_now(number).open_minor)
    books.hear()
    assert "worsening" not in books.kinds()
    books.proven()


def test_a_good_payer_who_mends_is_nobodys_work_any_more(books: PayingBooks) -> None:
    open_ = begin_to_pay_late(books)
    for number in open_:
        books.pay(number, 10000)
    for n in range(40):
        books.paid(BEGIN + timedelta(days=470 + 9 * n), 0)
    books.refresh()
    books.hear()
    assert books.sheet.trend != "worse"
    assert "worsening" not in books.kinds()


def exception(books: PayingBooks) -> str:
    books.good_year()
    number = books.issue(BEGIN + timedelta(days=200))
    books.on(BEGIN + timedelta(days=240))
    books.refresh()
    assert books.account.pays.is_exception
    return number


def test_an_exception_sends_what_would_have_been_sent_anyway(books: PayingBooks) -> None:
    number = exception(books)
    facts = books.run.facts(CREDITOR, books.account.number)
    assert facts is not None
    today = books.clock.now().date()
    usual = replace(facts, account=replace(facts.account, pays=NOTHING_KNOWN))
    plans = [
        books.run.decide(one, books.run.policy_of(one, today), today, "run")[1]
        for one in (facts, usual)
    ]
    assert plans[0] == plans[1]
    assert any(one.invoice == number and one.outcome == "send" for one in plans[0])


def test_an_exception_stands_in_the_reason_of_the_call(books: PayingBooks) -> None:
    number = exception(books)
    now = books.clock.now()
    task = Task(CREDITOR, ACCOUNT, "T-1", "call", "Call", now, now, invoice=number, version=1)
    books.store.commit([Put(task)])
    books.hear()
    facts = books.item("call").cause.facts
    assert (facts["exception_paid"], facts["exception_as_late"]) == (12, 0)
    books.pay(number, 10000)
    books.refresh()
    books.hear()
    books.proven()


@pytest.mark.parametrize(
    ("when", "standing"),
    [
        ({"payment_trend": ["worse"]}, Standing(trend="worse")),
        ({"paid_late": ["often", "mostly"]}, Standing(paid_late="mostly")),
        ({"promises": ["broken"]}, Standing(promises="broken")),
        ({"payment_exception": ["yes"]}, Standing(is_exception=True)),
    ],
)
def test_a_segment_may_ask_how_an_account_pays(
    books: PayingBooks, when: dict[str, list[str]], standing: Standing
) -> None:
    creditor = replace(books.creditor, segments=(Segment(when, "every-1-weeks"),))
    assert policy_id_of(creditor, books.account) == "plain-2-18-34"
    changed = replace(books.account, pays=standing)
    assert policy_id_of(creditor, changed) == "every-1-weeks"


def test_segments_that_do_not_ask_are_what_they_were(books: PayingBooks) -> None:
    for segment in (Segment({}, "x"), Segment({"kind": ["business"]}, "x")):
        for standing in (NOTHING_KNOWN, Standing("worse", "mostly", "broken", is_exception=True)):
            assert is_in(replace(books.account, pays=standing), segment)


def test_a_segment_asks_for_what_there_is() -> None:
    for fact, values in VALUES.items():
        (read,) = segments_from([{"when": {fact: list(values)}, "policy": "us"}])
        assert read.when == {fact: list(values)}
        with pytest.raises(SegmentNotValid, match=f"{fact} is never rising"):
            segments_from([{"when": {fact: "rising"}, "policy": "us"}])


def test_who_begins_to_pay_late_is_planned_anew_and_a_policy_is_tried_on_them(
    books: PayingBooks,
) -> None:
    books.accounts.change_creditor(
        CREDITOR, segments=(Segment({"payment_trend": ["worse"]}, "every-1-weeks"),)
    )
    begin_to_pay_late(books)
    assert books.account.due_at == books.clock.now(), "the account is due at once"
    trials = PolicyTrials(books.store, books.parts.policies)
    new = books.parts.policies.named(CREDITOR, "every-4-weeks", books.clock.now().date())
    tried = trials.of(books.creditor, new, books.clock.now().date(), "every-1-weeks")
    assert tried.open_items == 8
    nobody = trials.of(books.creditor, new, books.clock.now().date(), "plain-2-18-34")
    assert nobody.open_items == 0


def test_the_list_of_a_customer_who_was_never_looked_at_reads_no_sheet() -> None:
    books = WorkBooks()
    books.begin()
    books.hear()
    assert books.kinds() == []
