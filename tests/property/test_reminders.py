"""Whatever invoices, payments and days come: bundling loses nothing, nobody hears twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.accounts.service import Target
from saldo.messages.render import JinjaRenderer
from saldo.reminders.optouts import OptOuts
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.preview import Preview
from tests.books import CREDITOR, Books

START = date(2026, 12, 1)
DAYS = 40

invoices = st.lists(st.integers(0, 12), min_size=1, max_size=6)
limits = st.fixed_dictionaries(
    {
        "bundling": st.sampled_from(["account", "invoice"]),
        "gap_days_min": st.integers(0, 4),
        "contacts_per_week_max": st.sampled_from([None, 2, 3]),
        "grace_days": st.integers(0, 3),
    }
)
days_run = st.sets(st.integers(0, DAYS), min_size=0, max_size=DAYS)


def began(due: list[int], **changes: Any) -> Books:
    books = Books()
    books.open_creditor(policy="own")
    stages = [
        {"number": 1, "offset_days": -2, "message": "friendly-notice"},
        {"number": 2, "offset_days": 4, "message": "reminder-1"},
        {"number": 3, "offset_days": 9, "message": "final-notice"},
    ]
    data = {"id": "own", "version": 1, "announces_invoice": True, "stages": stages} | changes
    PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", START)
    books.open_account()
    books.push(
        *(
            books.invoice(f"RE-{n}", due_on=START + timedelta(days=day), already_sent=True)
            for n, day in enumerate(due)
        )
    )
    return books


def looking(books: Books) -> Preview:
    opt_outs = OptOuts(books.store, books.clock, books.ids)
    words = JinjaRenderer()
    address = books.links.address
    return Preview(books.store, books.clock, books.run, opt_outs, words, address)


Told = set[tuple[str, str, tuple[tuple[str, int], ...]]]


def previewed(books: Books, preview: Preview, day: date) -> Told:
    """Return who would get which message about what, page after page."""
    creditor, behind, found = books.accounts.creditor(CREDITOR), None, Told()
    while True:
        page = preview.page(creditor, day, texts=False, behind=behind, limit=1)
        for one in page.items:
            for message in one.messages:
                items = tuple(sorted((item.invoice, item.stage) for item in message.items))
                found.add((one.account, message.message, items))
        behind = page.behind
        if behind is None:
            return found


def went(books: Books) -> Told:
    """Let the day's run go through, and return what it claimed."""
    books.run.sweep(books.clock.now())
    claimed = [n for job in books.plans.take() for n in books.run.plan_account(job).claimed]
    books.deliver()
    return {
        (n.account, n.message, tuple(sorted((item.invoice, item.stage) for item in n.items)))
        for n in claimed
    }


@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=5),
    limits,
    limits,
    st.sets(st.integers(-3, 15), min_size=3, max_size=3).map(sorted),
    st.integers(3, 14),
    st.integers(0, 4),
    st.sets(st.integers(1, 30), min_size=3, max_size=7),
)
@settings(max_examples=12, deadline=None)
def test_the_preview_of_today_is_what_the_run_sends_whatever_changed_in_the_policy(
    due: list[int],
    changes: dict[str, Any],
    then: dict[str, Any],
    offsets: list[int],
    changed_on: int,
    later: int,
    days: set[int],
) -> None:
    """Stages move to and fro by a version that may hold from a later day than it was put on."""
    books = began(due[:1], **changes)
    books.open_account("20000", "other@beispiel.example")
    rest = [
        books.invoice(
            f"RE-2{n}", due_on=START + timedelta(days=day), already_sent=True, account="20000"
        )
        for n, day in enumerate(due[1:])
    ]
    books.push(*rest)
    preview = looking(books)
    stages = [
        {"number": n, "offset_days": offset, "message": message}
        for n, (offset, message) in enumerate(
            zip(offsets, ("friendly-notice", "reminder-1", "final-notice"), strict=True), 1
        )
    ]
    data = {"id": "own", "version": 2, "announces_invoice": True, "stages": stages} | then
    data["grace_days"] = 0  # in which no two stages may end
    for day in sorted({*days, changed_on}):
        on = START + timedelta(days=day)
        books.clock.move_to(datetime(on.year, on.month, on.day, 9, tzinfo=UTC))
        if day == changed_on:
            holds_from = on + timedelta(days=later)
            PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", holds_from)
        foreseen = previewed(books, preview, on)
        assert went(books) == foreseen


def told(books: Books) -> Counter[tuple[str, int]]:
    return Counter((i.invoice, i.stage) for n in books.notices() for i in n.items)


@given(invoices, limits)
@settings(max_examples=25, deadline=None)
def test_bundling_never_loses_an_item(due: list[int], changes: dict[str, Any]) -> None:
    books = began(due, **changes)
    for day in range(-3, 120):
        books.plan(START + timedelta(days=day))
    assert {item.stage for item in books.open_items()} == {3}
    for number in range(len(due)):
        assert told(books)[f"RE-{number}", 3] == 1
        assert told(books)[f"RE-{number}", 2] == 1
    assert set(told(books).values()) == {1}


@given(invoices, limits, days_run)
@settings(max_examples=25, deadline=None)
def test_at_most_once_per_stage_and_the_stages_in_order(
    due: list[int], changes: dict[str, Any], days: set[int]
) -> None:
    """Days are missed, and each run comes twice: after a gap only the next unsent stage goes."""
    books, went = began(due, **changes), dict[str, list[int]]()
    for day in sorted(days):
        planned = [
            *books.plan(START + timedelta(days=day)).claimed,
            *books.plan(START + timedelta(days=day)).claimed,
        ]
        today = [item for notice in planned for item in notice.items]
        assert len({item.invoice for item in today}) == len(today)
        for item in today:
            went.setdefault(item.invoice, []).append(item.stage)
    for stages in went.values():
        assert stages in ([1], [2], [1, 2], [2, 3], [1, 2, 3])


@given(invoices, limits, st.integers(0, 20))
@settings(max_examples=20, deadline=None)
def test_bundled_messages_are_never_more_and_tell_the_same(
    due: list[int], changes: dict[str, Any], paid_on: int
) -> None:
    alone = began(due, **(changes | {"bundling": "invoice", "gap_days_min": 0}))
    together = began(due, **(changes | {"bundling": "account", "gap_days_min": 0}))
    for books in (alone, together):
        for day in range(-3, 30):
            if day == paid_on:
                books.pay("RE-0")
            books.plan(START + timedelta(days=day))
    assert len(together.notices()) <= len(alone.notices())
    if changes["contacts_per_week_max"] is None:
        assert told(alone) == told(together)


@given(invoices, limits, st.integers(0, 10), st.integers(1, 20))
@settings(max_examples=20, deadline=None)
def test_a_paused_account_gets_nothing(
    due: list[int], changes: dict[str, Any], start: int, days: int
) -> None:
    books = began(due, **changes)
    for day in range(start):
        books.plan(START + timedelta(days=day))
    until = START + timedelta(days=start + days)
    books.accounts.pause(Target(CREDITOR), "holidays", "anna", until=until)
    for day in range(start, start + days):
        assert books.plan(START + timedelta(days=day)).claimed == []
