"""What others say about debtors: taken once, told once, and nobody insolvent is reminded on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account, Creditor, Segment
from saldo.accounts.service import AccountUnknown, Target
from saldo.credit_data.ports import Told
from saldo.credit_data.report import Cover, ReportNotValid
from saldo.invoices.intake import AccountRestricted
from saldo.money import Money
from saldo.reminders.segments import SegmentNotValid, policy_id_of, segments_from
from saldo.reminders.tasks import Task
from saldo.store import Put
from saldo.worklist.derive_tasks import TASKS
from saldo.worklist.hearing import Heard
from tests.books import ACCOUNT, CREDITOR
from tests.credited import YESTERDAY, CreditedBooks, insolvent, rated


@pytest.fixture
def books() -> CreditedBooks:
    books = CreditedBooks()
    books.begin(books.invoice(due_on=date(2026, 11, 1)))
    return books


def test_an_agency_lowers_its_score_and_the_timeline_says_from_what(books: CreditedBooks) -> None:
    books.hears(rated("B"))
    books.clock.advance(timedelta(days=1))
    taken = books.hears(replace(rated("D"), as_of=date(2026, 11, 21)))
    assert taken.outcome == "taken"
    first, second = [e for e in books.events() if e.type == "credit.report_changed"]
    assert (first.data["points_before"], first.data["points"]) == (None, 77)
    assert (second.data["points_before"], second.data["points"]) == (77, 47)
    assert second.data["changes"] == [{"field": "score", "before": "B (A-E)", "after": "D (A-E)"}]


def test_the_same_report_again_changes_nothing_and_an_older_one_is_left(
    books: CreditedBooks,
) -> None:
    books.hears(rated("B"))
    told = books.event_types()
    assert books.hears(rated("B")).outcome == "unchanged"
    assert books.hears(rated("A", as_of=date(2026, 1, 1))).outcome == "older"
    assert books.event_types() == told
    books.clock.advance(timedelta(days=3))
    assert books.hears(rated("B")).outcome == "unchanged"
    (known,) = books.parts.credit_reports.of(CREDITOR, ACCOUNT)
    assert known.fetched_at == books.clock.now(), "it was looked at again, and still says so"


def test_an_insolvent_debtor_gets_no_further_reminder(books: CreditedBooks) -> None:
    assert books.day(date(2026, 11, 21)) != [], "overdue: a reminder goes"
    books.hears(insolvent(), "register")
    assert books.day(date(2026, 12, 12)) == []
    (hold,) = books.holds()
    assert (hold.kind, hold.invoice) == ("insolvency", None)
    assert hold.reason == "register: opened on 2026-11-18"
    assert "insolvency.noticed" in books.event_types()
    assert (books.sheet().risk_class, books.sheet().decided) == ("E", "insolvency")


def test_a_notice_that_two_sources_tell_asks_one_person_once(books: CreditedBooks) -> None:
    books.hears(insolvent(), "register")
    books.hears(insolvent(), "agency")
    books.hears(insolvent(), "agency")
    (task,) = books.store.list(Task, CREDITOR, ACCOUNT)
    assert task.kind == "insolvency"
    assert task.reason == "Amtsgericht Musterstadt, 12 IN 345/26"
    assert len(books.holds()) == 1
    assert TASKS["insolvency"] == ("insolvency", "file-claim")
    hearing = books.parts.work_hearing
    for e in books.events():
        hearing.hear(Heard(e.type, e.creditor, e.account, e.id, e.at, e.data))
    (item,) = [
        one for one in books.parts.work_list.of(CREDITOR, ACCOUNT) if one.kind == "insolvency"
    ]
    assert item.cause.next == "file-claim"


def test_a_hold_that_a_person_ended_is_not_placed_again_for_the_same_notice(
    books: CreditedBooks,
) -> None:
    books.hears(insolvent(), "register")
    books.accounts.resume(Target(CREDITOR, ACCOUNT), "anna", "insolvency")
    books.hears(insolvent(as_of=date(2026, 11, 21)), "agency")
    assert books.holds() == []


def test_a_creditor_may_want_notices_told_and_nothing_held(books: CreditedBooks) -> None:
    books.parts.credit_providers.set_rules(CREDITOR, {"hold_on_insolvency": False}, "anna")
    books.hears(insolvent(), "register")
    assert books.holds() == []
    assert "insolvency.noticed" in books.event_types()


def test_a_report_that_says_nothing_or_comes_from_tomorrow_is_refused(
    books: CreditedBooks,
) -> None:
    for told in (Told(YESTERDAY), rated("A", as_of=date(2027, 1, 1))):
        with pytest.raises(ReportNotValid):
            books.hears(told)
    with pytest.raises(AccountUnknown):
        books.hears(rated("A"), account="nobody")


def test_a_report_of_today_is_taken_where_today_began_already(books: CreditedBooks) -> None:
    books.clock.advance(timedelta(hours=13))
    assert books.clock.now().date() == date(2026, 11, 21)
    assert books.hears(rated("B", as_of=date(2026, 11, 22))).outcome == "taken"
    with pytest.raises(ReportNotValid):
        books.hears(rated("B", as_of=date(2026, 11, 23)))


def test_policies_go_by_class_insolvency_and_cover(books: CreditedBooks) -> None:
    segments = (
        Segment({"insolvency": ["yes"]}, "silent"),
        Segment({"score_class": ["D", "E"], "cover": ["granted"]}, "early"),
    )
    creditor = books.store.get(Creditor, CREDITOR)
    assert creditor is not None
    creditor = replace(creditor, segments=segments)
    books.look()
    assert policy_id_of(creditor, books.account()) == "plain-2-18-34"
    books.hears(rated("E"))
    books.hears(
        Told(YESTERDAY, cover=Cover(500_00, "EUR", "granted", date(2026, 12, 31))), "insurer"
    )
    assert policy_id_of(creditor, books.account()) == "early"
    books.clock.advance(timedelta(days=60))
    books.look()
    assert books.account().credit.cover == "expired"
    assert policy_id_of(creditor, books.account()) == "plain-2-18-34"
    books.hears(insolvent(), "register")
    assert policy_id_of(creditor, books.account()) == "silent"


def test_a_segment_asks_for_a_class_that_there_is() -> None:
    (segment,) = segments_from([{"when": {"score_class": "E"}, "policy": "firm"}])
    assert segment.when == {"score_class": ["E"]}
    with pytest.raises(SegmentNotValid, match="score_class is never F"):
        segments_from([{"when": {"score_class": "F"}, "policy": "firm"}])


def test_a_new_class_wakes_the_account_to_be_planned_anew(books: CreditedBooks) -> None:
    books.look()
    before = books.account()
    books.clock.advance(timedelta(hours=1))
    books.hears(rated("E"))
    after = books.account()
    assert after.credit.score_class == "E"
    assert (after.due_at, after.version) == (books.clock.now(), before.version + 1)


def test_credit_limits_and_covers_of_others_reach_whoever_keeps_limits(
    books: CreditedBooks,
) -> None:
    books.hears(Told(YESTERDAY, limit=Money(1_000_00, "EUR")))
    books.hears(Told(YESTERDAY, cover=Cover(500_00, "EUR", "reduced")), "insurer")
    books.hears(insolvent(), "register")
    outside = books.parts.outside_credit
    assert [(a.source, a.amount_minor) for a in outside.advice(CREDITOR, ACCOUNT)] == [
        ("agency", 1_000_00)
    ]
    assert [(c.insurer, c.amount_minor) for c in outside.covers(CREDITOR, ACCOUNT)] == [
        ("insurer", 500_00)
    ]
    assert outside.insolvency(CREDITOR, ACCOUNT) == "register"


def test_a_report_that_nobody_fetched_for_three_years_is_looked_at_no_more(
    books: CreditedBooks,
) -> None:
    books.hears(rated("E"))
    books.pay()
    books.look()
    assert books.sheet().risk_class == "E"
    books.clock.advance(timedelta(days=3 * 365))
    books.look()
    assert (books.sheet().risk_class, books.sheet().outside) == ("A", ())


def test_the_timeline_names_the_change_that_matters_most(books: CreditedBooks) -> None:
    books.hears(Told(YESTERDAY, limit=Money(1_000_00, "EUR"), state="active"))
    books.hears(Told(YESTERDAY, limit=Money(800_00, "EUR"), state="active"))
    books.hears(Told(YESTERDAY, limit=Money(900_00, "USD"), state="active"))
    books.hears(Told(YESTERDAY, limit=Money(900_00, "USD"), state="inactive"))
    books.hears(Told(YESTERDAY, cover=Cover(500_00, "EUR"), limit=Money(1_00, "EUR")))
    told = [e.data for e in books.events() if e.type == "credit.report_changed"]
    said = sorted((e["kind"], e["before"] or "", e["after"] or "", e["currency"]) for e in told)
    assert said == [
        ("cover", "", "500.00", "EUR"),
        ("limit", "", "1000.00", "EUR"),
        ("limit", "", "900.00", "USD"),
        ("limit", "1000.00", "800.00", "EUR"),
        ("other", "", "", ""),
    ]


def test_nothing_is_gathered_about_an_account_that_is_to_be_erased(books: CreditedBooks) -> None:
    """An insurer's monthly file must not fill again what was emptied."""
    owner = books.store.get(Account, CREDITOR, ACCOUNT)
    assert owner is not None
    restricted = replace(owner, restricted_at=books.clock.now(), version=owner.version + 1)
    books.store.commit([Put(restricted, expect=owner.version)])
    with pytest.raises(AccountRestricted):
        books.hears(rated("B"))
    with pytest.raises(AccountRestricted):
        books.parts.credit_providers.set_ids(CREDITOR, ACCOUNT, "anna", vat="DE123456789")
    assert books.parts.credit_reports.of(CREDITOR, ACCOUNT) == []
    assert books.parts.credit_data.ids(CREDITOR, ACCOUNT).is_empty
