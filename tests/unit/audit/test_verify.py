"""Somebody with the table's key changes the past: the walk over the chain says where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from saldo.audit.digests import entry_hash, without
from saldo.audit.model import AuditEntry, AuditHead, AuditMark, number_text
from saldo.audit.personal import personal_names
from saldo.audit.verify import verify
from saldo.events import Event, event
from tests.audited import Audited
from tests.books import ACCOUNT, CREDITOR


def settled(books: Audited) -> Event:
    return next(one for one in books.all_events() if one.type == "payment.settled")


@pytest.fixture
def books() -> Audited:
    made = Audited()
    made.begin()
    made.pay()
    made.arrive()
    made.clock.advance(timedelta(hours=2))
    return made


def entry(books: Audited, number: int) -> AuditEntry:
    return books.chain.entry(CREDITOR, number)


def mark(books: Audited, number: int) -> AuditMark:
    found = books.store.get(AuditMark, CREDITOR, entry(books, number).event)
    assert found is not None
    return found


def head(books: Audited) -> AuditHead:
    return books.chain.head(CREDITOR)


def rewrite(books: Audited, first: int, change: Callable[[AuditEntry], AuditEntry]) -> None:
    """Change an entry and make every hash after it fit, the head's too: a careful forger."""
    last = head(books).number
    before = entry(books, first).before
    for number in range(first, last + 1):
        new = replace(entry(books, number), before=before)
        new = change(new) if number == first else new
        new = replace(new, hash=entry_hash(new))
        books.forge(new)
        before = new.hash
    books.forge(replace(head(books), hash=before))


def test_untouched_books_are_sound(books: Audited) -> None:
    verdict = books.verdict()
    assert verdict.is_sound
    assert verdict.entries == verdict.last == head(books).number
    assert verdict.hash == head(books).hash


def test_a_smaller_amount_in_an_event_is_found_with_its_entry(books: Audited) -> None:
    event = settled(books)
    books.forge(replace(event, data={**event.data, "amount": "19.00"}))
    (found,) = books.findings()
    assert (found.kind, found.event) == ("event-changed", event.id)
    assert entry(books, found.number).event == event.id


def test_a_removed_event_is_found(books: Audited) -> None:
    books.remove(settled(books))
    assert [one.kind for one in books.findings()] == ["event-missing"]


def test_an_event_that_somebody_slipped_in_is_found(books: Audited) -> None:
    there = settled(books)
    books.forge(replace(there, id="01M6ZT3W0H8M5V2Y7S4K1P9QDB"))
    assert books.kinds() == {"event-not-in-chain"}


def test_that_an_event_was_relayed_is_no_change(books: Audited) -> None:
    books.forge(replace(settled(books), relayed=True))
    assert books.verdict().is_sound


@pytest.mark.parametrize(
    "change",
    [
        {"by": "somebody else"},
        {"what": "invoice.changed"},
        {"account": "10002"},
        {"on": "invoice:RE-2"},
        {"digest": "0" * 64},
        {"event": "01M6ZT3W0H8M5V2Y7S4K1P9QDB"},
        {"before": "1" * 64},
        {"hash": "1" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_is_found(books: Audited, change: dict[str, Any]) -> None:
    books.forge(replace(entry(books, 2), **change))
    assert any(one.number == 2 for one in books.findings())


def test_a_changed_entry_whose_hash_was_made_to_fit_breaks_the_chain(books: Audited) -> None:
    changed = replace(entry(books, 2), by="somebody else")
    books.forge(replace(changed, hash=entry_hash(changed)))
    assert [(one.kind, one.number) for one in books.findings()] == [("chain-broken", 3)]


def test_who_rewrites_the_whole_rest_is_found_by_last_nights_anchor(books: Audited) -> None:
    books.tender.tend(CREDITOR)
    rewrite(books, 2, lambda one: replace(one, by="somebody else"))
    assert books.kinds() == {"anchor-differs"}


def test_without_an_anchor_a_whole_new_chain_would_pass_so_anchors_are_made(
    books: Audited,
) -> None:
    """What hashes alone cannot do, said as a test: it is why there are anchors."""
    rewrite(books, 2, lambda one: replace(one, by="somebody else"))
    assert books.verdict().is_sound


def test_a_removed_entry_is_found_where_it_stood(books: Audited) -> None:
    books.remove(entry(books, 2))
    found = books.findings()[0]
    assert (found.kind, found.number) == ("entry-missing", 3)
    assert "2 to 2" in found.detail


def test_two_entries_in_each_others_place_are_found(books: Audited) -> None:
    two, three = entry(books, 2), entry(books, 3)
    books.forge(replace(two, number=3), replace(three, number=2))
    assert {one.number for one in books.findings()} >= {2, 3}


def test_a_cut_off_tail_is_found_by_the_head(books: Audited) -> None:
    books.remove(entry(books, head(books).number))
    assert "head-differs" in books.kinds()


def test_a_cut_off_tail_with_the_head_set_back_is_found_by_the_events_that_are_left(
    books: Audited,
) -> None:
    last = entry(books, head(books).number)
    books.remove(last)
    books.forge(replace(head(books), number=last.number - 1, hash=last.before))
    assert books.kinds() == {"event-not-in-chain"}


def test_a_tail_cut_off_with_all_its_traces_is_found_by_the_anchor(books: Audited) -> None:
    books.tender.tend(CREDITOR)
    last = entry(books, head(books).number)
    event = books.chain.event_of(last)
    books.remove(last, mark(books, last.number), event)
    books.forge(replace(head(books), number=last.number - 1, hash=last.before))
    assert books.kinds() == {"anchor-differs"}


def test_a_chain_without_its_head_is_found(books: Audited) -> None:
    books.remove(head(books))
    assert books.kinds() == {"head-missing"}


def test_a_removed_or_changed_mark_is_found(books: Audited) -> None:
    books.remove(mark(books, 2))
    assert "mark-missing" in books.kinds()
    books.forge(replace(mark(books, 3), salt="another"))
    assert "event-changed" in books.kinds()
    books.forge(replace(mark(books, 4), number=77))
    assert "mark-changed" in books.kinds()


def test_a_walk_may_begin_in_the_middle(books: Audited) -> None:
    verdict = books.verdict(first=3)
    assert verdict.is_sound and verdict.entries == head(books).number - 2
    books.forge(replace(entry(books, 3), by="somebody else"))
    assert not books.verdict(first=3).is_sound
    assert books.verdict(first=5).is_sound
    books.remove(entry(books, 4))
    assert not books.verdict(first=5).is_sound


def test_a_bounded_walk_ends_early_and_says_nothing_of_the_end(books: Audited) -> None:
    books.push(*(books.invoice(f"RE-{n}") for n in range(2, 150)))
    books.arrive()
    last = head(books).number
    verdict = verify(books.store, CREDITOR, books.clock.now(), most=100)
    assert verdict.is_sound and verdict.last == 100 < last
    rest = verify(books.store, CREDITOR, books.clock.now(), first=101, most=100)
    assert rest.is_sound and rest.last == last


def ordered(books: Audited) -> None:
    """An order to erase arrives in the chain."""
    now = books.clock.now()
    told = event(
        books.ids.ulid(now),
        now,
        "privacy.erasure_asked",
        CREDITOR,
        ACCOUNT,
        request="X1",
        by="kim@musterwerk.example",
        why="asked",
        open_invoices=0,
        next_on=None,
    )
    books.forge(told)
    books.chain.append([told])


def named(books: Audited) -> Event:
    return next(one for one in books.all_events() if one.type == "account.changed")


def test_words_that_were_erased_by_order_are_told_as_that(books: Audited) -> None:
    ordered(books)
    there = named(books)
    books.forge(
        *without(there, books.chain.mark_of(there), personal_names(there), books.clock.now())
    )
    assert "Beispiel AG" not in str(books.all_events())
    verdict = books.verdict()
    assert verdict.is_sound
    (erased,) = verdict.erased
    assert (erased.account, erased.events) == (ACCOUNT, 1)
    assert erased.ordered_by == "kim@musterwerk.example"


def test_words_that_went_without_an_order_are_found(books: Audited) -> None:
    there = named(books)
    books.forge(
        *without(there, books.chain.mark_of(there), personal_names(there), books.clock.now())
    )
    assert books.kinds() == {"erased-without-order"}


def test_nobody_can_hide_a_smaller_amount_behind_an_erasure(books: Audited) -> None:
    ordered(books)
    there = settled(books)
    before = books.chain.mark_of(there)
    event, after = without(there, before, personal_names(there) or ("failure",), books.clock.now())
    forged = replace(event, data={**event.data, "amount": "19.00"})
    books.forge(forged, after)
    assert books.kinds() == {"event-changed"}
    # Nor by having the amount itself erased: amounts are nobody's words.
    books.forge(*without(there, before, ("amount",), books.clock.now()))
    assert books.kinds() == {"erased-not-personal"}
    # Nor by writing other words where some were erased.
    there = named(books)
    event, after = without(there, books.chain.mark_of(there), ("name",), books.clock.now())
    books.forge(replace(event, data={**event.data, "name": "Somebody GmbH"}), after)
    assert "event-changed" in books.kinds()


def test_what_was_erased_cannot_be_found_by_trying_names(books: Audited) -> None:
    ordered(books)
    there = named(books)
    mark_before = books.chain.mark_of(there)
    event, after = without(there, mark_before, ("name",), books.clock.now())
    assert after.salt == "" and "name" not in after.salts
    guess = replace(event, data={**event.data, "name": "Beispiel AG"})
    books.forge(guess, replace(after, erased={}))
    assert "event-changed" in books.kinds(), "even the right guess proves nothing any more"


def test_erasing_twice_keeps_the_proof(books: Audited) -> None:
    ordered(books)
    there = named(books)
    once = without(there, books.chain.mark_of(there), ("name",), books.clock.now())
    books.forge(*without(*once, ("name",), books.clock.now()))
    assert books.verdict().is_sound


def test_the_numbers_of_entries_sort_as_texts() -> None:
    assert number_text(9) < number_text(10) < number_text(1_000_000)
