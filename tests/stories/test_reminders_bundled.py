"""Stories of one message about several invoices, and of how often an account hears from us."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from saldo.accounts.model import Segment
from saldo.accounts.service import Target
from saldo.reminders.model import Claim, Notice
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.ports import PlanJob
from saldo.reminders.tasks import Task, Tasks
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)


def after(days: int) -> date:
    return DUE + timedelta(days=days)


def policy(**changes: Any) -> dict[str, Any]:
    return {
        "id": "own",
        "version": 1,
        "announces_invoice": True,
        "stages": [
            {"number": 1, "offset_days": 2, "message": "reminder-1"},
            {"number": 2, "offset_days": 10, "message": "reminder-2"},
            {"number": 3, "offset_days": 20, "message": "final-notice"},
        ],
    } | changes


def began(*invoices: tuple[str, int], amount_minor: int = 11900, **changes: Any) -> Books:
    """Return books under an own policy, with invoices due so many days after `DUE`."""
    books = Books()
    books.open_creditor(policy="own")
    PolicyBook(books.store, books.clock).put(CREDITOR, policy(**changes), "anna", DUE)
    books.open_account()
    books.push(
        *(
            books.invoice(number, amount_minor, due_on=after(days), already_sent=True)
            for number, days in invoices
        )
    )
    return books


def steps(books: Books) -> list[tuple[str, int]]:
    return [(item.invoice, item.stage) for notice in books.notices() for item in notice.items]


def test_three_invoices_due_together_are_one_message() -> None:
    books = began(("RE-1", 0), ("RE-2", 0), ("RE-3", 0))
    assert len(books.day(after(2))) == 1
    assert steps(books) == [("RE-1", 1), ("RE-2", 1), ("RE-3", 1)]


def test_the_message_has_the_words_of_the_furthest_stage_and_each_item_its_own() -> None:
    books = began(("RE-1", 0), ("RE-2", 8))
    books.day(after(2))
    assert [s.split()[0] for s in books.day(after(10))] == ["reminder-2"]
    (notice,) = [n for n in books.notices() if n.step == "2"]
    assert [(i.invoice, i.stage) for i in notice.items] == [("RE-1", 2), ("RE-2", 1)]
    assert {(i.number, i.stage) for i in books.open_items()} == {("RE-1", 2), ("RE-2", 1)}


def test_other_overdue_invoices_are_listed_and_stay_where_they_are() -> None:
    books = began(("RE-1", 0), ("RE-2", 7))
    books.day(after(2))
    books.day(after(9))
    books.day(after(10))
    (notice,) = [n for n in books.notices() if n.step == "2"]
    assert [i.invoice for i in notice.items] == ["RE-1"]
    assert [(i.invoice, i.stage) for i in notice.also] == [("RE-2", 1)]
    assert {i.number: i.stage for i in books.open_items()} == {"RE-1": 2, "RE-2": 1}


def test_what_is_disputed_is_not_even_listed() -> None:
    books = began(("RE-1", 0), ("RE-2", 0))
    books.accounts.pause(Target(CREDITOR, invoice="RE-2"), "being looked into", "anna")
    books.day(after(2))
    (notice,) = books.notices()
    assert ([i.invoice for i in notice.items], notice.also) == (["RE-1"], ())


def test_seventy_invoices_are_one_message_claimed_in_parts() -> None:
    books = began(*((f"RE-{n:02}", 0) for n in range(70)))
    assert len(books.day(after(2))) == 1
    assert sorted(number for number, _ in steps(books)) == [f"RE-{n:02}" for n in range(70)]
    assert len(list(books.store.list(Claim, CREDITOR, ACCOUNT))) == 70


def test_more_than_ninety_invoices_are_two_messages_and_none_is_lost() -> None:
    books = began(*((f"RE-{n:03}", 0) for n in range(120)))
    assert len(books.day(after(2))) == 2
    assert sorted(number for number, _ in steps(books)) == [f"RE-{n:03}" for n in range(120)]


def test_a_payment_between_two_parts_of_a_claim_takes_nothing_along() -> None:
    """What was claimed goes; the invoice that was just paid is in no message."""
    books = began(*((f"RE-{n:02}", 0) for n in range(50)))
    commit, parts = books.store.commit, []

    def pays_before_the_second(writes: Any) -> None:
        if any(isinstance(getattr(w, "record", None), Claim) for w in writes):
            parts.append(writes)
            if len(parts) == 2:
                books.store.commit = commit  # type: ignore[method-assign]
                books.pay("RE-49")
        commit(writes)

    books.store.commit = pays_before_the_second  # type: ignore[method-assign]
    books.plan(after(2))
    told = [number for number, _ in steps(books)]
    assert len(told) == len(set(told)) == 49
    assert "RE-49" not in told


def test_two_currencies_are_two_messages() -> None:
    books = began(("RE-1", 0))
    books.push(books.invoice("RE-2", due_on=DUE, currency="USD", already_sent=True))
    assert len(books.day(after(2))) == 2


def test_per_invoice_where_the_creditor_wants_it() -> None:
    books = began(("RE-1", 0), ("RE-2", 0), bundling="invoice")
    assert len(books.day(after(2))) == 2


def test_a_gap_between_messages_over_all_invoices() -> None:
    books = began(("RE-1", 0), ("RE-2", 1), gap_days_min=5)
    assert [d for d in range(2, 30) if books.day(after(d))] == [2, 7, 12, 17, 22, 27]
    assert {i.number: i.stage for i in books.open_items()} == {"RE-1": 3, "RE-2": 3}


def test_no_more_than_so_many_messages_in_seven_days() -> None:
    books = began(*((f"RE-{n}", n) for n in range(6)), contacts_per_week_max=2)
    days = [d for d in range(2, 40) if books.day(after(d))]
    assert days[:4] == [2, 3, 9, 10]
    assert all(len([x for x in days if d <= x < d + 7]) <= 2 for d in days)
    assert {i.stage for i in books.open_items()} == {3}


def test_what_is_kept_back_for_the_cap_says_so() -> None:
    books = began(("RE-1", 0), ("RE-2", 1), gap_days_min=5)
    books.day(after(2))
    assert books.plan(after(3)).held == {"contact-gap": 1}
    told = books.why.invoice(CREDITOR, "RE-2")
    assert "too soon after the message of 2026-12-03" in told.past[-1].sentence


def test_a_small_sum_waits_until_the_account_owes_enough() -> None:
    books = began(("RE-1", 0), amount_minor=300, minimum={"EUR": "5.00"})
    assert books.day(after(2)) == []
    assert books.why.invoice(CREDITOR, "RE-1").past[-1].sentence == (
        "2026-12-03: Stage 1 was due and held back: the account's overdue 3.00 EUR are below the "
        "policy's minimum of 5.00 EUR."
    )
    books.push(books.invoice("RE-2", 300, due_on=after(3), already_sent=True))
    assert books.day(after(5)) == ["reminder-1 RE-1 300 EUR, RE-2 300 EUR"]


def test_grace_days_after_the_due_date() -> None:
    books = began(("RE-1", 0), grace_days=6)
    assert [d for d in range(1, 12) if books.day(after(d))] == [6, 10]


def test_a_friendly_notice_before_the_due_date_and_none_once_it_has_come() -> None:
    stages = [
        {"number": 1, "offset_days": -5, "message": "friendly-notice"},
        {"number": 2, "offset_days": 4, "message": "reminder-1"},
    ]
    books = began(("RE-1", 0), stages=stages)
    assert [d for d in range(-8, 12) if books.day(after(d))] == [-5, 4]
    late = began(("RE-1", 0), stages=stages)
    assert [d for d in range(3, 12) if late.day(after(d))] == [4]
    (notice,) = late.notices()
    assert (notice.step, notice.message) == ("2", "reminder-1")


def test_never_on_a_weekend_and_never_on_the_creditors_own_days() -> None:
    books = began(("RE-1", 3), hours={"spread_minutes": 0})
    books.accounts.change_creditor(CREDITOR, blackout_days=(date(2026, 12, 7),))
    # Due on Friday 4 December, so stage 1 is on Sunday 6 December; Monday is blacked out.
    assert [d for d in range(3, 12) if books.day(after(d))] == [7]


def test_not_at_night_and_each_account_at_its_own_minute_of_the_morning() -> None:
    books = began(("RE-1", 0), hours={"from": "08:00", "to": "18:00", "spread_minutes": 120})

    def at(hour: int, minute: int = 0) -> int:
        books.clock.move_to(datetime(2026, 12, 3, hour, minute, tzinfo=UTC))
        return len(books.run.plan_account(PlanJob(CREDITOR, ACCOUNT, "run")).claimed)

    assert at(2) == at(6, 59) == 0  # 7:59 in Berlin
    account = books.run.facts(CREDITOR, ACCOUNT)
    assert account is not None and account.account.due_at is not None
    assert datetime(2026, 12, 3, 7, tzinfo=UTC) <= account.account.due_at
    assert account.account.due_at < datetime(2026, 12, 3, 9, tzinfo=UTC)
    assert at(17) == 0  # 18:00 in Berlin: too late
    books.clock.move_to(account.account.due_at)
    assert len(books.run.plan_account(PlanJob(CREDITOR, ACCOUNT, "run")).claimed) == 1


def test_a_segment_names_the_policy_and_a_changed_fact_changes_it() -> None:
    books = began(("RE-1", 0))
    books.accounts.change_creditor(
        CREDITOR, segments=(Segment({"labels": ["slow"]}, "every-1-weeks"),)
    )
    assert len(books.day(after(2))) == 1
    facts = books.run.facts(CREDITOR, ACCOUNT)
    assert facts is not None
    slow = facts.account.__class__(
        CREDITOR, ACCOUNT, "Beispiel AG", "business", "DE", "de", "Europe/Berlin",
        facts.account.contacts, labels=("slow", "new"),
    )  # fmt: skip
    books.intake.put_accounts([slow])
    # Stage 2 of every-1-weeks is 14 days after the due date; nothing is repeated.
    assert [d for d in range(3, 18) if books.day(after(d))] == [14]
    assert sorted(n.step for n in books.notices()) == ["1", "2"]


def test_an_account_followed_up_by_hand_gets_a_task_and_no_mail() -> None:
    books = began(("RE-1", 0))
    facts = books.run.facts(CREDITOR, ACCOUNT)
    assert facts is not None
    by_hand = facts.account.__class__(
        CREDITOR, ACCOUNT, "Beispiel AG", "business", "DE", "de", "Europe/Berlin",
        facts.account.contacts, follow_up="manual",
    )  # fmt: skip
    books.intake.put_accounts([by_hand])
    assert books.day(after(2)) == books.day(after(3)) == []
    assert [t.kind for t in books.store.list(Task, CREDITOR, ACCOUNT)] == ["manual"]


def test_a_stage_that_waits_for_a_persons_word() -> None:
    stages = [{"number": 1, "offset_days": 2, "message": "reminder-1", "needs_release": True}]
    books = began(("RE-1", 0), stages=stages)
    assert books.plan(after(2)).held == {"needs-release": 1}
    tasks = Tasks(books.store, books.clock, books.ids, books.feedback)
    (task,) = tasks.waiting(CREDITOR)
    tasks.release(CREDITOR, ACCOUNT, task.id, "anna")
    assert len(books.day(after(3))) == 1


def test_in_shadow_the_bundle_is_what_would_have_gone() -> None:
    books = began(("RE-1", 0), ("RE-2", 0))
    books.accounts.change_creditor(CREDITOR, state="shadow")
    assert books.plan(after(2)).held == {"shadow": 2}
    assert books.notices() == []


def test_the_cap_of_a_day_keeps_the_whole_message_back() -> None:
    books = began(("RE-1", 0), ("RE-2", 0))
    books.accounts.change_creditor(CREDITOR, notices_per_day_max=0)
    assert books.plan(after(2)).held == {"daily-cap": 2}


def test_two_planners_at_once_make_one_message() -> None:
    books = began(*((f"RE-{n:02}", 0) for n in range(40)))
    commit, overtaken = books.store.commit, []

    def behind_another(writes: Any) -> None:
        claims = any(isinstance(getattr(w, "record", None), Claim) for w in writes)
        if claims and not overtaken:
            overtaken.append(True)
            books.run.plan_account(PlanJob(CREDITOR, ACCOUNT, "run", after(2)))
        commit(writes)

    books.store.commit = behind_another  # type: ignore[method-assign]
    books.plan(after(2))
    told = [number for number, _ in steps(books)]
    assert len(told) == len(set(told)) == 40
    assert len(list(books.store.list(Notice, CREDITOR, ACCOUNT))) == 1
