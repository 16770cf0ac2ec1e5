"""Entries that wait are matched: what is certain is booked, what is likely waits with its holds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from saldo.accounts.model import Creditor, Hold
from saldo.accounts.service import CreditorUnknown
from saldo.bank_entries.applying import Applying, end_holds, hold_id
from saldo.bank_entries.facts import Facts, Gatherer
from saldo.bank_entries.look import entries_of
from saldo.bank_entries.model import (
    USUAL,
    WAITING,
    BankAccount,
    BankEntry,
    BankStatement,
    Doing,
    EntryState,
    Part,
)
from saldo.bank_entries.payouts import PayoutArrivals
from saldo.bank_entries.plans import in_parts, parts_of
from saldo.bank_entries.refusals import ReturnNotPossible
from saldo.bank_entries.returning import Returning
from saldo.clock import Clock, local_day
from saldo.ids import Ids
from saldo.matching.match import match
from saldo.matching.model import Proposal
from saldo.payments.allocate import Grounds
from saldo.payments.look import find_payment
from saldo.payments.model import Payment
from saldo.payments.reversals import PaymentUnknown
from saldo.store import CommitConflict, Put, Store, Wake, Write

RULE: Final = "rule"
"""Who accepts what is certain."""

_TOGETHER: Final = 2_000
_HOLD_DAYS: Final = 14
_HELD_INVOICES_MAX: Final = 50
_HELD_ACCOUNTS_MAX: Final = 20
"""Two rows each, placed or ended: inside one transaction's hundred."""
_CANDIDATES_MAX: Final = 8
_EVIDENCE_MAX: Final = 24


@dataclass(slots=True)
class Matched:
    """How many entries were looked at, and what became of them."""

    certain: int = 0
    likely: int = 0
    open: int = 0
    payouts: int = 0
    returned: int = 0


class Matching:
    """Runs matching over what waits."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, arrivals: PayoutArrivals) -> None:
        self._store, self._clock, self._arrivals = store, clock, arrivals
        self._gatherer = Gatherer(store)
        self._applying, self._returning = Applying(store, clock, ids), Returning(store, clock, ids)

    def run(self, creditor: str, statement: BankStatement | None = None) -> Matched:
        """Match all that waits, with the entries of a statement that was just taken.

        Doing it again changes nothing but what new facts change. Raises CreditorUnknown, or an
        Unavailable: what was decided is then carried out by schedule.
        """
        owner = self._store.get(Creditor, creditor)
        if owner is None:
            raise CreditorUnknown(f"There is no creditor {creditor!r}.")
        done = Matched()
        waiting = self._waiting(creditor, statement)
        waiting = self._payouts(waiting, done)
        for account in dict.fromkeys(one.bank_account for one in waiting):
            mine = [one for one in waiting if one.bank_account == account]
            for begin in range(0, len(mine), _TOGETHER):
                self._match(owner, account, mine[begin : begin + _TOGETHER], done)
        return done

    def _waiting(self, creditor: str, statement: BankStatement | None) -> list[BankEntry]:
        """Return what waits whole; parts that somebody took by hand are left to them."""
        keys = set(self._store.work(BankEntry, "bank-entry", creditor, self._clock.now()))
        found = self._store.get_many(BankEntry, keys)
        if statement is not None:
            # The index may lag behind what was just written.
            found |= {one.key: one for one in entries_of(self._store, statement)}
        return [
            one
            for _, one in sorted(found.items())
            if one.state in WAITING
            and one.doing is None
            and one.left_minor == one.entry.amount_minor
        ]

    def _payouts(self, waiting: list[BankEntry], done: Matched) -> list[BankEntry]:
        if not any(one.left_minor > 0 for one in waiting):
            return waiting
        outstanding = self._arrivals.outstanding()
        rest: list[BankEntry] = []
        for entry in waiting:
            is_free = bool(outstanding) and not entry.was_put_back
            record = self._arrivals.find(entry, outstanding) if is_free else None
            why = "The provider's payout of that amount."
            if record is not None and self._arrivals.arrive(entry, record, RULE, why):
                outstanding = [one for one in outstanding if one.key != record.key]
                done.payouts += 1
            else:
                rest.append(entry)
        return rest

    def _match(
        self, owner: Creditor, account: str, entries: Sequence[BankEntry], done: Matched
    ) -> None:
        today = local_day(self._clock.now(), owner.time_zone)
        bank = self._store.get(BankAccount, owner.id, account)
        facts = self._gatherer.facts(owner, entries, bank.rules if bank else USUAL, today)
        by_id = {one.id: one for one in entries}
        proposals = match(
            [replace(one.entry, id=one.id, status="booked") for one in entries],
            list(facts.items.values()),
            facts.accounts,
            facts.learnt,
            facts.rules,
            today=today,
            advices=facts.advices,
        )
        # What is taken back first: its invoices are open again for what came.
        for proposal in sorted(proposals, key=lambda one: one.kind != "reversal"):
            mine = [by_id[id_] for id_ in proposal.entries]
            self._take(proposal, mine, facts, done)

    def _take(
        self, proposal: Proposal, entries: Sequence[BankEntry], facts: Facts, done: Matched
    ) -> None:
        if any(entry.was_put_back for entry in entries):
            pass  # somebody knows better than the rule: it waits, whatever is proposed
        elif proposal.confidence == "certain" and proposal.kind == "reversal":
            if self._returned(proposal, entries[0]):
                done.returned += 1
                return
        elif proposal.confidence == "certain" and proposal.kind == "payment":
            plan = parts_for(proposal, entries, facts)
            if all(plan.get(entry.id) for entry in entries):
                for entry in entries:
                    self._apply(entry, plan[entry.id], proposal)
                done.certain += len(entries)
                return
        for entry in entries:
            self._keep(entry, proposal, facts, done)

    def _apply(self, entry: BankEntry, parts: tuple[Part, ...], proposal: Proposal) -> None:
        now = self._clock.now()
        doing = Doing("apply", RULE, f"certain: {proposal.rule}", now, parts, len(entry.portions))
        begun = replace(
            entry, doing=doing, proposal=_kept(proposal), updated_at=now, version=entry.version + 1
        )
        with suppress(CommitConflict):  # somebody decided just now
            self._store.commit([Put(begun, expect=entry.version)])
            self._applying.resume(entry.key)

    def _returned(self, proposal: Proposal, entry: BankEntry) -> bool:
        payment = self._payment(entry.creditor, proposal.reverses)
        if payment is None:
            return False
        try:
            self._returning.check(entry, payment)
        except ReturnNotPossible:
            return False
        grounds = Grounds(RULE, f"certain: {proposal.rule}")
        doing = self._returning.doing(entry, payment, grounds)
        begun = replace(
            entry, doing=doing, proposal=_kept(proposal), updated_at=doing.since,
            version=entry.version + 1,
        )  # fmt: skip
        try:
            self._store.commit([Put(begun, expect=entry.version)])
        except CommitConflict:
            return False
        self._returning.resume(entry.key)
        return True

    def _payment(self, creditor: str, id_: str) -> Payment | None:
        try:
            return find_payment(self._store, creditor, id_).payment
        except PaymentUnknown:
            return None

    def _keep(self, entry: BankEntry, proposal: Proposal, facts: Facts, done: Matched) -> None:
        """Keep a proposal that waits for somebody, and hold reminders of what it could pay."""
        current = self._store.get(BankEntry, *entry.key)
        if current is None or current.version != entry.version:
            return
        is_likely = proposal.confidence != "open" and (
            proposal.kind == "reversal"
            or bool(parts_for(proposal, [entry], facts)[entry.id])
            or len(proposal.entries) > 1
        )
        state: EntryState = "likely" if is_likely else "open"
        done.likely += is_likely
        done.open += not is_likely
        now = self._clock.now()
        named = could_cover(proposal, facts) if entry.left_minor > 0 else {}
        kept = replace(
            entry,
            state=state,
            proposal=_kept(proposal),
            holds=tuple(named),
            updated_at=now,
            version=entry.version + 1,
        )
        if (kept.state, kept.proposal, kept.holds) == (entry.state, entry.proposal, entry.holds):
            return
        gone = replace(entry, holds=tuple(one for one in entry.holds if one not in named))
        writes: list[Write] = [Put(kept, expect=entry.version)]
        writes += end_holds(self._store, gone, RULE, now)
        for account, numbers in named.items():
            writes += self._hold(kept, account, numbers, now)
        with suppress(CommitConflict):  # somebody decided just now, or the account changed
            self._store.commit(writes)

    def _hold(
        self, entry: BankEntry, account: str, numbers: Sequence[str], now: datetime
    ) -> list[Write]:
        known = self._store.get(Hold, entry.creditor, account, hold_id(entry))
        held = Hold(
            entry.creditor,
            account,
            hold_id(entry),
            "money-unmatched",
            numbers[0],
            "Money on the bank account could be for it.",
            f"bank:{entry.bank_account}",
            now,
            (now + timedelta(days=_HOLD_DAYS)).date(),
            more_invoices=tuple(numbers[1:]),
            version=(known.version if known else 0) + 1,
        )
        expect = known.version if known else 0
        return [Put(held, expect=expect), Wake(entry.creditor, account, now)]


def parts_for(
    proposal: Proposal, entries: Sequence[BankEntry], facts: Facts
) -> dict[str, tuple[Part, ...]]:
    """Return the parts of the money of entries as a proposal has it, by entry; () for none."""
    if len(proposal.entries) > 1:
        return in_parts(proposal, facts.items, entries)
    (entry,) = entries
    return {entry.id: parts_of(proposal, facts.items, entry.left_minor, entry.day)}


def could_cover(proposal: Proposal, facts: Facts) -> dict[str, tuple[str, ...]]:
    """Return the invoices that an entry's money could be for, by account.

    Those that are paid, too: a return or a chargeback may open them while the money still waits.
    """
    named = [each.item for each in proposal.allocations]
    named += [each.item for each in proposal.candidates]
    found: dict[str, list[str]] = {}
    for id_ in dict.fromkeys(named):
        item = facts.items.get(id_)
        if item is not None and item.kind == "invoice":
            found.setdefault(item.account, []).append(item.number)
    return {
        account: tuple(numbers[:_HELD_INVOICES_MAX])
        for account, numbers in list(found.items())[:_HELD_ACCOUNTS_MAX]
    }


def _kept(proposal: Proposal) -> Proposal:
    """Return a proposal as it is kept with an entry: a row holds 400 KB, and people read few."""
    return replace(
        proposal,
        candidates=proposal.candidates[:_CANDIDATES_MAX],
        evidence=proposal.evidence[:_EVIDENCE_MAX],
    )
