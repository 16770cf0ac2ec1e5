"""The audit log: what arrives stands there once, in order, holding on to what came before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from saldo.adapters.memory.store import MemoryStore
from saldo.audit.access import AccessLog
from saldo.audit.chain import EVENTS_MAX, AuditBusy, AuditChain, EntryUnknown
from saldo.audit.digests import entry_hash
from saldo.audit.model import GENESIS, AuditEntry, AuditHead
from saldo.events import Event
from saldo.store import CommitConflict
from tests.audited import Audited
from tests.books import ACCOUNT, CREDITOR


@pytest.fixture
def books() -> Audited:
    made = Audited()
    made.begin()
    return made


def entries(books: Audited) -> list[AuditEntry]:
    return list(books.store.list(AuditEntry, CREDITOR))


def test_every_fact_of_a_paid_invoice_stands_in_the_chain_in_order(books: Audited) -> None:
    books.pay()
    books.arrive()
    found = entries(books)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert {one.what for one in found} >= {"invoice.issued", "payment.settled", "invoice.closed"}
    assert found[0].before == GENESIS
    for one, following in pairwise(found):
        assert following.before == one.hash == entry_hash(one)
    assert books.verdict().is_sound


def test_an_entry_says_who_did_what_to_which_invoice_and_holds_no_words(books: Audited) -> None:
    log = AccessLog(books.store, books.clock, books.ids)
    assert log.viewed(CREDITOR, ACCOUNT, "kim@musterwerk.example")
    books.arrive()
    looked = entries(books)[-1]
    assert (looked.what, looked.by) == ("access.viewed", "kim@musterwerk.example")
    issued = next(one for one in entries(books) if one.what == "invoice.issued")
    assert (issued.account, issued.on) == (ACCOUNT, "invoice:RE-1")
    assert "Beispiel AG" not in str(entries(books))


def test_an_event_that_is_told_twice_stands_there_once(books: Audited) -> None:
    told = books.all_events()
    assert books.chain.append([*told, *told]) == len(told)
    assert books.chain.append(told[::-1]) == 0
    assert len(entries(books)) == len(told)


def test_more_events_than_one_transaction_takes_are_appended_in_several(books: Audited) -> None:
    books.push(*(books.invoice(f"RE-{n}") for n in range(2, EVENTS_MAX * 2 + 5)))
    assert books.arrive() == len(books.all_events()) > EVENTS_MAX * 2
    assert books.verdict().is_sound


def test_each_creditor_and_the_installation_has_a_chain_of_its_own(books: Audited) -> None:
    first = books.all_events()[0]
    books.chain.append([first, replace(first, creditor="*"), replace(first, creditor="other")])
    heads = [books.chain.head(name).number for name in (CREDITOR, "*", "other", "nobody")]
    assert heads == [1, 1, 1, 0]


def test_two_consumers_at_the_same_moment_append_one_after_the_other() -> None:
    books = Audited()
    books.begin()
    told = books.all_events()
    other = AuditChain(books.store, books.clock, books.ids)

    class Overtaken(MemoryStore):
        """The other consumer appends between this one's reading and its writing."""

        def __init__(self, inner: MemoryStore) -> None:
            self.__dict__.update(inner.__dict__)
            self.times = 0

        def commit(self, writes) -> None:
            if self.times == 0:
                self.times = 1
                other.append(told[:1])
            super().commit(writes)

    assert isinstance(books.store, MemoryStore)
    slow = AuditChain(Overtaken(books.store), books.clock, books.ids)
    assert slow.append(told) == len(told) - 1
    assert len(entries(books)) == len(told)
    assert books.verdict().is_sound


def test_who_never_gets_to_write_says_so() -> None:
    class Crowded(MemoryStore):
        def commit(self, writes) -> None:
            raise CommitConflict(writes[:1])

    books = Audited()
    books.begin()
    with pytest.raises(AuditBusy):
        AuditChain(Crowded(), books.clock, books.ids).append(books.all_events())


def test_somebody_who_looks_twice_on_a_day_is_told_of_once(books: Audited) -> None:
    log = AccessLog(books.store, books.clock, books.ids)
    looks = [
        log.viewed(CREDITOR, ACCOUNT, "kim@musterwerk.example"),
        log.viewed(CREDITOR, ACCOUNT, "kim@musterwerk.example"),
        log.viewed(CREDITOR, ACCOUNT, "lee@musterwerk.example"),
        log.viewed(CREDITOR, ACCOUNT, "kim@musterwerk.example", "export"),
        log.viewed(CREDITOR, ACCOUNT, "kim@musterwerk.example", "export"),
    ]
    books.clock.advance(timedelta(days=1))
    looks.append(log.viewed(CREDITOR, ACCOUNT, "kim@musterwerk.example"))
    assert looks == [True, False, True, True, True, True]
    assert books.event_types().count("access.viewed") == 5


def test_the_newest_entries_are_read_page_by_page(books: Audited) -> None:
    books.push(*(books.invoice(f"RE-{n}") for n in range(2, 12)))
    books.arrive()
    last = books.chain.head(CREDITOR).number
    page = books.chain.newest(CREDITOR, 5)
    assert [one.number for one in page] == list(range(last, last - 5, -1))
    rest = books.chain.newest(CREDITOR, 50, before=page[-1].number)
    assert [one.number for one in rest] == list(range(last - 5, 0, -1))
    about = books.chain.of_account(CREDITOR, ACCOUNT, "202611", 50)
    assert {one.account for one in about} == {ACCOUNT}
    with pytest.raises(EntryUnknown):
        books.chain.entry(CREDITOR, last + 1)


def test_at_night_what_got_lost_on_the_way_is_appended_and_the_head_anchored(
    books: Audited,
) -> None:
    told = books.all_events()
    books.chain.append(told[:1])
    books.clock.advance(timedelta(hours=3))
    tended = books.tender.tend(CREDITOR)
    assert (tended.number, tended.late) == (len(told), len(told) - 1)
    (anchor,) = books.anchors.of(CREDITOR)
    assert (anchor.number, anchor.hash) == (tended.number, tended.hash)
    assert books.tender.tend(CREDITOR).late == 0
    assert books.store.get(AuditHead, "*") is None


def test_a_chain_that_was_cut_off_since_last_night_is_told_once(books: Audited) -> None:
    books.pay()
    books.arrive()
    books.clock.advance(timedelta(hours=3))
    books.tender.tend(CREDITOR)
    last = entries(books)[-1]
    books.remove(last, *(one for one in books.all_events() if one.id == last.event))
    head = books.chain.head(CREDITOR)
    books.forge(replace(head, number=last.number - 1, hash=last.before))
    books.clock.advance(timedelta(days=1))
    assert [one.kind for one in books.tender.tend(CREDITOR).findings] == ["head-differs"]
    assert books.tender.tend(CREDITOR).findings == ()
    books.remove(*entries(books), *books.all_events(), books.chain.head(CREDITOR))
    assert [one.kind for one in books.tender.tend(CREDITOR).findings] == ["head-differs"]


def test_events_from_before_the_log_are_taken_up_when_somebody_asks(books: Audited) -> None:
    books.clock.advance(timedelta(days=30))
    assert books.tender.tend(CREDITOR).late == 0
    assert books.kinds() == {"event-not-in-chain"}
    assert books.tender.tend(CREDITOR, whole=True).late == len(books.all_events())
    assert books.verdict().is_sound


def test_an_event_knows_its_entry(books: Audited) -> None:
    books.arrive()
    entry = books.chain.entry(CREDITOR, 1)
    event = books.chain.event_of(entry)
    assert isinstance(event, Event) and event.id == entry.event


def test_the_installation_and_each_creditor_have_a_chain_of_their_own(books: Audited) -> None:
    assert [*books.accounts.owners()] == ["*", CREDITOR]
