"""What every store promises. Runs over memory and over the table of template.yaml."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from saldo.accounts.model import Account, Contact, Creditor, Installation
from saldo.events import Event
from saldo.invoices.model import Invoice, OpenItem
from saldo.ledger.model import JournalEntry, Posting
from saldo.reminders.model import Claim, Notice
from saldo.risk.behaviour import one_paid
from saldo.store import Check, CommitConflict, CountPaid, CountUp, Delete, Put, Store, Wake

AT = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)
ACCOUNT = Account(
    "acme",
    "K/10 #1",
    "Beispiel & Söhne",
    "business",
    "DE",
    "de",
    "Europe/Berlin",
    (Contact("Anna", "anna@beispiel.example"),),
    updated_at=AT,
    version=1,
)


def item(number: str, due_on: date = date(2026, 12, 1), **more: object) -> OpenItem:
    fresh = OpenItem(
        "acme", ACCOUNT.number, number, date(2026, 11, 1), due_on, "EUR", 100, 100, version=1
    )
    return replace(fresh, **more)  # type: ignore[arg-type]  # fields of the item


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    store.commit([Put(ACCOUNT)])
    assert store.get(Account, "acme", ACCOUNT.number) == ACCOUNT
    assert store.get(Account, "acme", "unknown") is None


def test_every_kind_of_value_survives(store: Store) -> None:
    entry = JournalEntry(
        "acme",
        "1",
        "invoice",
        "RE/2024 # 7",
        date(2026, 1, 2),
        "EUR",
        (Posting("receivable", 10**15, "é"), Posting("billing-clearing", -(10**15))),
        AT,
    )
    event = Event("acme", "~", "01J", "invoice.issued", AT, {"a": None, "b": [1, {"c": True}]}, "t")
    store.commit([Put(entry), Put(event), Put(Installation(sending=False, version=3))])
    assert store.get(JournalEntry, *entry.key) == entry
    assert store.get(Event, *event.key) == event
    assert store.get(Installation, "*") == Installation(sending=False, version=3)


def test_put_if_absent(store: Store) -> None:
    store.commit([Put(ACCOUNT)])
    with pytest.raises(CommitConflict):
        store.commit([Put(ACCOUNT)])
    store.commit([Put(replace(ACCOUNT, name="Neu"), expect=None)])
    found = store.get(Account, *ACCOUNT.key)
    assert found is not None and found.name == "Neu"


def test_one_failed_expectation_writes_nothing(store: Store) -> None:
    store.commit([Put(ACCOUNT)])
    fresh, claim = item("RE-1"), Claim("acme", ACCOUNT.number, "RE-1", 1, "1", "email", "n")
    with pytest.raises(CommitConflict) as caught:
        store.commit([Put(fresh), Put(claim), Check(ACCOUNT, expect=7)])
    assert caught.value.failed == (Check(ACCOUNT, expect=7),)
    assert store.get(OpenItem, *fresh.key) is None
    assert store.get(Claim, *claim.key) is None


def test_a_version_guards_a_change(store: Store) -> None:
    first = item("RE-1")
    store.commit([Put(first)])
    second = replace(first, open_minor=50, version=2)
    store.commit([Put(second, expect=1)])
    with pytest.raises(CommitConflict):
        store.commit([Put(replace(first, open_minor=0, version=2), expect=1)])
    with pytest.raises(CommitConflict):
        store.commit([Delete(second, expect=1), Put(item("RE-2"))])
    store.commit([Delete(second, expect=2), Put(item("RE-2"))])
    assert [i.number for i in store.list(OpenItem, "acme", ACCOUNT.number)] == ["RE-2"]


def test_waking_raises_the_version_and_keeps_the_rest(store: Store) -> None:
    store.commit([Put(ACCOUNT)])
    store.commit([Wake("acme", ACCOUNT.number, AT), Put(item("RE-1"))])
    store.commit([Wake("acme", ACCOUNT.number, None), Put(item("RE-2"))])
    assert store.get(Account, *ACCOUNT.key) == replace(ACCOUNT, version=3, due_at=AT)


def test_what_is_paid_adds_up_within_the_wake_up_of_its_commit(store: Store) -> None:
    store.commit([Put(ACCOUNT)])
    late, early = one_paid(9), one_paid(-4)
    store.commit(
        [
            CountPaid("acme", ACCOUNT.number, late),
            Put(item("RE-1")),
            CountPaid("acme", ACCOUNT.number, early),
            Wake("acme", ACCOUNT.number, AT),
        ]
    )
    woken = store.get(Account, *ACCOUNT.key)
    assert woken == replace(ACCOUNT, version=2, due_at=AT, paid=late + early)
    store.commit([Put(replace(woken, name="Other", version=3), expect=2)])
    again = -early
    store.commit([Wake("acme", ACCOUNT.number, None), CountPaid("acme", ACCOUNT.number, again)])
    assert store.get(Account, *ACCOUNT.key) == replace(woken, name="Other", version=4, paid=late)


def test_waking_nobody_is_a_conflict(store: Store) -> None:
    with pytest.raises(CommitConflict):
        store.commit([Wake("acme", "nobody", AT), Put(item("RE-1"))])


def test_waking_an_account_that_moved_is_a_conflict(store: Store) -> None:
    store.commit([Put(ACCOUNT)])
    store.commit([Wake("acme", ACCOUNT.number, AT, expect=ACCOUNT.version), Put(item("RE-1"))])
    late = Wake("acme", ACCOUNT.number, None, expect=ACCOUNT.version)
    with pytest.raises(CommitConflict) as caught:
        store.commit([late, Put(item("RE-2"))])
    assert caught.value.failed == (late,)
    assert store.get(Account, *ACCOUNT.key) == replace(
        ACCOUNT, version=ACCOUNT.version + 1, due_at=AT
    )
    assert [i.number for i in store.list(OpenItem, "acme", ACCOUNT.number)] == ["RE-1"]


def test_a_list_stays_in_its_partition_in_key_order(store: Store) -> None:
    items = [item("B", date(2026, 12, 2)), item("A", date(2026, 12, 2)), item("C")]
    store.commit([Put(i) for i in items])
    store.commit([Put(replace(item("X"), account="K/10 #12"))])
    store.commit([Put(Claim("acme", ACCOUNT.number, "A", 1, "1", "email", "n"))])
    assert [i.number for i in store.list(OpenItem, "acme", ACCOUNT.number)] == ["C", "A", "B"]


def test_a_longer_prefix_ends_at_the_part(store: Store) -> None:
    claims = [Claim("acme", "1", number, 1, "1", "email", "n") for number in ("RE-1", "RE-10")]
    store.commit([Put(c) for c in claims])
    assert list(store.list(Claim, "acme", "1", "RE-1")) == claims[:1]


def test_many_at_once(store: Store) -> None:
    items = [item(f"RE-{n}") for n in range(100)]
    store.commit([Put(i) for i in items])
    found = store.get_many(OpenItem, [*(i.key for i in items), ("acme", "1", "2026-01-01", "no")])
    assert found == {i.key: i for i in items}


def test_more_than_a_transaction_holds_is_our_mistake(store: Store) -> None:
    with pytest.raises(AssertionError):
        store.commit([Put(item(f"RE-{n}")) for n in range(101)])


def test_due_accounts_soonest_first(store: Store) -> None:
    for n in range(10):
        account = replace(ACCOUNT, number=f"{n}", due_at=AT + timedelta(days=9 - n))
        store.commit([Put(account)])
    store.commit([Put(replace(ACCOUNT, number="idle", due_at=None))])
    assert list(store.due_accounts("acme", AT + timedelta(days=3))) == ["9", "8", "7", "6"]
    since = AT + timedelta(days=2)
    assert list(store.due_accounts("acme", AT + timedelta(days=3), since)) == ["7", "6"]
    assert list(store.due_accounts("other", AT + timedelta(days=30))) == []


def test_an_account_leaves_the_due_index(store: Store) -> None:
    due = replace(ACCOUNT, due_at=AT)
    store.commit([Put(due)])
    store.commit([Put(replace(due, due_at=None), expect=1)])
    assert list(store.due_accounts("acme", AT)) == []
    assert store.get(Account, *ACCOUNT.key) == ACCOUNT


def test_work_is_found_until_it_is_done(store: Store) -> None:
    notice = Notice(
        "acme",
        ACCOUNT.number,
        "01J",
        "1",
        "reminder-1",
        "email",
        (),
        date(2026, 12, 3),
        AT,
        version=1,
    )
    store.commit([Put(notice)])
    assert list(store.work(Notice, "notice", "acme", AT)) == [notice.key]
    assert list(store.work(Notice, "notice", "acme", AT - timedelta(seconds=1))) == []
    store.commit([Put(replace(notice, state="sent", version=2), expect=1)])
    assert list(store.work(Notice, "notice", "acme", AT)) == []


def test_what_is_deleted_waits_no_longer(store: Store) -> None:
    event = Event("acme", "~", "01J", "invoice.issued", AT, {}, "t")
    store.commit([Put(event)])
    assert list(store.work(Event, "event", "acme", AT)) == [event.key]
    store.commit([Delete(event, expect=None)])
    assert list(store.work(Event, "event", "acme", AT)) == []
    store.commit([Put(event)])
    assert list(store.work(Event, "event", "acme", AT)) == [event.key]


def test_a_feed_pages_by_time_and_misses_nothing(store: Store) -> None:
    for n in range(25):
        at = AT + timedelta(seconds=n)
        store.commit([Put(replace(ACCOUNT, number=f"{n:02}", updated_at=at))])
    seen: list[str] = []
    cursor = None
    while True:
        page = store.feed(Account, "acme", AT, AT + timedelta(seconds=20), cursor=cursor, limit=7)
        seen += [key[1] for key in page.keys]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == [f"{n:02}" for n in range(1, 20)]


def test_creditors_are_listed_for_the_installation(store: Store) -> None:
    for name in ("a", "b", "c"):
        store.commit([Put(Creditor(name, name, "DE", "de", "UTC", "p", created_at=AT, version=1))])
    page = store.feed(Creditor, "*", AT - timedelta(1), AT + timedelta(1), cursor=None, limit=10)
    assert sorted(page.keys) == [("a",), ("b",), ("c",)]


def test_a_counter_stops_at_its_most(store: Store) -> None:
    for n in range(3):
        store.commit([CountUp("acme", "notices#2026-12-03", 3), Put(item(f"RE-{n}"))])
    with pytest.raises(CommitConflict) as caught:
        store.commit([CountUp("acme", "notices#2026-12-03", 3), Put(item("RE-9"))])
    assert caught.value.failed == (CountUp("acme", "notices#2026-12-03", 3),)


def test_invoices_keep_their_numbers_whatever_they_hold(store: Store) -> None:
    numbers = ["2024/0815", "A#B", "Ü-1", "50%", "a b", "~", "*"]
    for number in numbers:
        invoice = Invoice(
            "acme",
            "1",
            number,
            date(2026, 1, 1),
            date(2026, 2, 1),
            "EUR",
            1,
            1,
            updated_at=AT,
            version=1,
        )
        store.commit([Put(invoice)])
        assert store.get(Invoice, "acme", "1", number) == invoice
    page = store.feed(Invoice, "acme", AT - timedelta(1), AT + timedelta(1), cursor=None, limit=100)
    assert {key[2] for key in page.keys} == set(numbers)


def test_the_newest_records_come_last_first_and_alone(store: Store) -> None:
    store.commit([Put(item(f"RE-{n}")) for n in range(5)])
    for books in (store, store.relaxed()):
        found = books.newest(OpenItem, "acme", ACCOUNT.number, limit=2)
        assert [one.number for one in found] == ["RE-4", "RE-3"]
        assert len(books.newest(OpenItem, "acme", ACCOUNT.number, limit=9)) == 5
        assert list(books.newest(OpenItem, "acme", "nobody", limit=2)) == []
        rest = books.newest(OpenItem, "acme", ACCOUNT.number, limit=2, before=found[-1].key)
        assert [one.number for one in rest] == ["RE-2", "RE-1"]
        last = books.newest(OpenItem, "acme", ACCOUNT.number, limit=2, before=rest[-1].key)
        assert [one.number for one in last] == ["RE-0"]
        gone = (*rest[0].key[:-1], "RE-1x")
        found = books.newest(OpenItem, "acme", ACCOUNT.number, limit=1, before=gone)
        assert [one.number for one in found] == ["RE-1"]


def test_the_first_records_come_in_order_a_page_at_a_time(store: Store) -> None:
    store.commit([Put(item(f"RE-{day}", date(2026, 12, day))) for day in range(1, 6)])
    for books in (store, store.relaxed()):
        found = books.first(OpenItem, "acme", ACCOUNT.number, limit=2)
        assert [one.number for one in found] == ["RE-1", "RE-2"]
        rest = books.first(OpenItem, "acme", ACCOUNT.number, limit=9, after=found[-1].key)
        assert [one.number for one in rest] == ["RE-3", "RE-4", "RE-5"]
        gone = (*found[0].key[:-1], "RE-1x")
        assert books.first(OpenItem, "acme", ACCOUNT.number, limit=1, after=gone)[0] == found[1]
        assert list(books.first(OpenItem, "acme", "nobody", limit=2)) == []


def test_what_is_looked_at_without_deciding_is_the_same_books(store: Store) -> None:
    store.commit([Put(ACCOUNT), Put(item("RE-1"))])
    looking = store.relaxed()
    assert looking.get(Account, *ACCOUNT.key) == ACCOUNT
    assert [one.number for one in looking.list(OpenItem, *ACCOUNT.key)] == ["RE-1"]
    assert looking.get_many(Account, [ACCOUNT.key]) == {ACCOUNT.key: ACCOUNT}
