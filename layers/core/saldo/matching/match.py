"""Matches bank entries to open items. Pure: the same input gives the same proposals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from saldo.matching.book import Book
from saldo.matching.model import (
    CLOSING,
    Advice,
    Allocation,
    Confidence,
    KnownAccount,
    Learnt,
    OpenItem,
    Paid,
    Proposal,
    Rules,
)
from saldo.matching.payers import paid_from
from saldo.matching.proposing import propose
from saldo.matching.reading import NamedItems, Reading, named_items, read_entry
from saldo.matching.returns import is_return, reversal
from saldo.statements.model import Entry


def match(
    entries: Sequence[Entry],
    open_items: Sequence[OpenItem],
    accounts: Iterable[KnownAccount] = (),
    learnt: Learnt | None = None,
    rules: Rules | None = None,
    *,
    today: date,
    advices: Iterable[Advice] = (),
) -> tuple[Proposal, ...]:
    """Return a proposal for every booked entry, in the order of the entries.

    `open_items` holds what is open and what was closed lately (`open_minor` 0 with `paid`), so that
    second payments and returns are seen. Entries have ids of their own; pending entries and mere
    information get no proposal. `today` counts where an entry has no day. `advices` explain entries
    of their sums.

    What is certain takes its items first, in the order of the entries; then payments in parts that
    add up; then what is named; at last what only its amount tells. So a sure payment never loses
    its item to a guess, and money that comes twice finds its item paid.
    """
    booked = [each for each in entries if each.status == "booked"]
    assert len({each.id for each in booked}) == len(booked), "entries have ids of their own"
    book = Book(open_items, accounts, learnt or Learnt(), rules or Rules(), advices)
    readings = [read_entry(each, order, book, today) for order, each in enumerate(booked)]
    return _Run(book, readings).proposals()


class _Run:
    def __init__(self, book: Book, readings: list[Reading]) -> None:
        self.book, self.readings = book, readings
        self.done: dict[int, Proposal] = {}

    def proposals(self) -> tuple[Proposal, ...]:
        self._pass(("certain",), self.readings)
        self._parts()
        rest = self._rest()
        self._pass(("certain", "likely"), [each for each in rest if each.mentions])
        self._pass(("certain", "likely", "open"), self._rest())
        found = sorted(self.done.items())
        seen: dict[int, Proposal] = {id(proposal): proposal for _, proposal in found}
        return tuple(seen.values())

    def _rest(self) -> list[Reading]:
        return [each for each in self.readings if each.order not in self.done]

    def _pass(self, wanted: tuple[Confidence, ...], readings: list[Reading]) -> None:
        for reading in readings:
            gives = reading.money.amount_minor > 0
            proposal = propose(reading, self.book) if gives else reversal(reading, self.book)
            is_last = "open" in wanted
            if proposal.confidence in wanted and (is_last or proposal.confidence != "open"):
                self._settle(proposal, [reading])

    def _settle(self, proposal: Proposal, readings: Sequence[Reading]) -> None:
        for reading in readings:
            self.done[reading.order] = proposal
        if proposal.reverses:
            self.book.give_back(proposal.reverses)
        elif proposal.allocations:
            self._take(proposal, readings)

    def _take(self, proposal: Proposal, readings: Sequence[Reading]) -> None:
        """Let the items be paid, so that whoever comes next sees it."""
        last = readings[-1]
        paid_id = "entry:" + last.entry.id
        closing: dict[str, int] = defaultdict(int)
        for each in proposal.differences:
            if each.reason in CLOSING:
                closing[each.item] += each.amount_minor
        references = tuple(
            each
            for each in (
                last.entry.references.end_to_end_id,
                last.entry.references.transaction_id,
            )
            if each
        )
        iban = paid_from(last.entry)
        parts = [
            (
                self.book.place_of[each.item],
                closing[each.item],
                Paid(paid_id, each.amount_minor, last.money.day, iban, references),
            )
            for each in proposal.allocations
        ]
        self.book.take(paid_id, parts)

    def _parts(self) -> None:
        """Find payments in parts: entries that name the same one item and together settle it."""
        groups: dict[int, list[tuple[Reading, NamedItems]]] = defaultdict(list)
        for reading in self._rest():
            if reading.money.amount_minor <= 0 or is_return(reading.entry):
                continue
            named = named_items(reading, self.book)
            if len(named.open) == 1 and named.grade in ("reference", "number", "short"):
                groups[named.open[0]].append((reading, named))
        for at, group in sorted(groups.items()):
            total = sum(reading.money.amount_minor for reading, _ in group)
            if len(group) > 1 and total == self.book.open_minor[at]:
                self._settle(self._in_parts(at, group), [reading for reading, _ in group])

    def _in_parts(self, at: int, group: Sequence[tuple[Reading, NamedItems]]) -> Proposal:
        item = self.book.items[at]
        is_own = all(
            named.grade == "reference"
            or (named.grade == "number" and item.account in reading.payer.facts)
            for reading, named in group
        )
        facts = tuple(
            replace(fact, field=f"{reading.entry.id}: {fact.field}")
            for reading, named in group
            for fact in (*named.facts, *reading.payer.facts.get(item.account, ()))
        )
        return Proposal(
            tuple(reading.entry.id for reading, _ in group),
            "payment",
            "certain" if is_own else "likely",
            "parts-add-up",
            item.account,
            (Allocation(item.id, self.book.open_minor[at], "parts"),),
            (),
            facts,
        )
