"""What people, programs and the schedule do with bank statements and entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from saldo.accounts.model import Creditor
from saldo.accounts.service import CreditorUnknown
from saldo.bank_entries.accounts import BankAccounts
from saldo.bank_entries.announced import Announcing
from saldo.bank_entries.applying import Applying, end_holds
from saldo.bank_entries.facts import Gatherer
from saldo.bank_entries.look import find_entry
from saldo.bank_entries.matching import Matched, Matching, parts_for
from saldo.bank_entries.model import (
    WAITING,
    BankAccount,
    BankEntry,
    BankStatement,
    Doing,
    Part,
)
from saldo.bank_entries.payouts import PayoutArrivals
from saldo.bank_entries.plans import check_parts
from saldo.bank_entries.refunding import BankRefunds
from saldo.bank_entries.refusals import (
    BankEntryBusy,
    BankEntryUnknown,
    EntryNotWaiting,
    NoProposal,
    NothingToReverse,
    ProposalChanged,
)
from saldo.bank_entries.returning import Returning
from saldo.bank_entries.taking import MONEY_OUT, StatementTaker, Took, arrival_writes
from saldo.bank_entries.undoing import Undoing
from saldo.clock import Clock, local_day
from saldo.errors import Unavailable
from saldo.ids import Ids
from saldo.payments.allocate import Grounds
from saldo.payments.look import find_payment
from saldo.payments.payout_model import PayoutRecord
from saldo.statements.model import Statement
from saldo.store import CommitConflict, Put, Store, Write

_LATE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of statements: each as it was taken, and what matching made of the entries."""

    taken: tuple[Took, ...]
    matched: Matched


class BankEntries:
    """Takes statements, and does with entries what is decided."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, providers: Sequence[str] = ()) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self.accounts = BankAccounts(store, clock)
        self._arrivals = PayoutArrivals(store, clock, ids, providers)
        self._taker = StatementTaker(store, clock, ids)
        self._matching = Matching(store, clock, ids, self._arrivals)
        self._applying, self._undoing = Applying(store, clock, ids), Undoing(store, clock, ids)
        self._returning = Returning(store, clock, ids)
        self._announcing = Announcing(store, clock)
        self.refunds = BankRefunds(store, clock, ids)

    def take(
        self, creditor: str, statements: Iterable[Statement], by: str, sha256: str = ""
    ) -> Booked:
        """Book statements and match their entries.

        Nothing of any is booked unless all of them were read whole and are of known accounts.
        Raises StatementRefused, BankAccountUnknown, or an Unavailable: send it again then.
        """
        every = list(statements)
        accounts = [self._taker.check(creditor, one) for one in every]
        owner = self._owner(creditor)
        for one, account in zip(every, accounts, strict=True):
            self._announcing.hold(owner, account, one)
        taken = tuple(self._taker.take(creditor, one, by, sha256) for one in every)
        matched = Matched()
        for took in taken:
            if took.is_new or took.statement.booked:
                self.refunds.transfers(creditor, took.statement)
                matched = _sum(matched, self._matching.run(creditor, took.statement))
        return Booked(taken, matched)

    def match(self, creditor: str) -> Matched:
        """Match again all that waits, as open items and lessons are now."""
        return self._matching.run(creditor)

    def find(self, creditor: str, id_: str) -> BankEntry:
        """Return an entry by its id; raise BankEntryUnknown."""
        found = find_entry(self._store, creditor, id_)
        if found is None:
            raise BankEntryUnknown(f"There is no bank entry {id_!r}.")
        return found

    def waiting(self, creditor: str) -> list[BankEntry]:
        """Return the entries that wait for somebody, the oldest first."""
        keys = self._store.work(BankEntry, "bank-entry", creditor, self._clock.now())
        found = self._store.get_many(BankEntry, keys).values()
        return sorted(
            (one for one in found if one.state in WAITING), key=lambda one: (one.day, one.id)
        )

    def statements(self, creditor: str, account: BankAccount) -> list[BankStatement]:
        """Return the statements of an account that were taken, the oldest first."""
        return list(self._store.list(BankStatement, creditor, account.id))

    def payouts(self) -> list[PayoutRecord]:
        """Return the payouts whose money no bank entry brought yet."""
        return self._arrivals.outstanding()

    def accept(
        self,
        creditor: str,
        id_: str,
        grounds: Grounds,
        parts: Sequence[Part] = (),
        seen: str = "",
    ) -> BankEntry:
        """Book the proposal of an entry, or the parts that somebody names instead.

        `seen` is the mark of the proposal that was looked at, "" for whatever is proposed.
        Accepting what is done so already changes nothing. Raises BankEntryUnknown, EntryNotWaiting,
        NoProposal, ProposalChanged, PartsNotValid, AccountUnknown, InvoiceUnknown,
        AllocationCurrency, or an Unavailable: it is then done by schedule.
        """
        entry = self.find(creditor, id_)
        if entry.doing is not None:
            return self.resume(entry)
        if entry.state not in WAITING:
            raise EntryNotWaiting(f"Entry {id_!r} is {entry.state}.")
        if seen and (entry.proposal is None or entry.proposal.mark != seen):
            raise ProposalChanged("Something else is proposed by now: look again.").at("/proposal")
        if not parts and entry.proposal is not None and entry.proposal.kind == "reversal":
            return self.returned(creditor, id_, entry.proposal.reverses, grounds)
        chosen = check_parts(parts or self._proposed(entry), entry.left_minor)
        self._applying.check(creditor, chosen, entry.entry.currency)
        return self._begin(entry, "apply", grounds, chosen)

    def returned(self, creditor: str, id_: str, payment: str, grounds: Grounds) -> BankEntry:
        """Book that an entry took a payment back. Raises PaymentUnknown, ReturnNotPossible."""
        entry = self.find(creditor, id_)
        found = find_payment(self._store, creditor, payment)
        if _is_passed_over(entry):  # it arrives below, unless the return is refused
            self._returning.check(self._arriving(entry), found.payment)
        entry = self._arrived(entry)
        self._returning.check(entry, found.payment)
        return self._commit_doing(entry, self._returning.doing(entry, found.payment, grounds))

    def ignore(self, creditor: str, id_: str, grounds: Grounds) -> BankEntry:
        """Say that an entry is no business of these books: its money stays on suspense.

        Raises BankEntryUnknown, EntryNotWaiting or BankEntryBusy.
        """
        entry = self.find(creditor, id_)
        if entry.state not in WAITING or entry.doing is not None:
            raise EntryNotWaiting(f"Entry {id_!r} is {entry.state}.")
        now = self._clock.now()
        ignored = replace(
            entry, state="ignored", proposal=None, holds=(), by=grounds.by, reason=grounds.reason,
            updated_at=now, version=entry.version + 1,
        )  # fmt: skip
        writes: list[Write] = [Put(ignored, expect=entry.version)]
        writes += end_holds(self._store, entry, grounds.by, now)
        try:
            self._store.commit(writes)
        except CommitConflict:
            raise BankEntryBusy("The entry was changed by somebody else; look again.") from None
        return ignored

    def reverse(self, creditor: str, id_: str, grounds: Grounds) -> BankEntry:
        """Take back what was made of an entry: it waits again, and what it taught is unlearnt.

        Of a return its charge is taken back with it. Raises BankEntryUnknown, NothingToReverse,
        MoneyUsed, ReturnChargePaid, or an Unavailable.
        """
        entry = self.find(creditor, id_)
        if entry.doing is not None:
            entry = self.resume(entry)
        if entry.state == "ignored" and entry.reason != MONEY_OUT:
            return self._waits_again(entry, grounds)
        if entry.state == "returned":
            return self._commit_doing(entry, self._returning.undoing(entry, grounds))
        if not entry.applied and not entry.payout:
            raise NothingToReverse(f"Nothing of entry {id_!r} stands anywhere.")
        self._undoing.check(entry)
        standing = tuple(portion.part for portion in entry.applied)
        return self._begin(entry, "undo", grounds, standing)

    def resume(self, entry: BankEntry) -> BankEntry:
        """Go on with what was decided about an entry."""
        self._applying.resume(entry.key)
        self._undoing.resume(entry.key)
        self.refunds.resume(entry.key)
        return self._returning.resume(entry.key)

    def tidy(self, creditor: str) -> int:
        """Go on with all that was decided and not finished, and match what matching did not come
        to; return how many entries.
        """
        until = self._clock.now() - _LATE
        unseen = [
            one
            for one in self.waiting(creditor)
            if one.proposal is None and not one.portions and one.recorded_at <= until
        ]
        if unseen:
            self._matching.run(creditor)
        keys = list(self._store.work(BankEntry, "bank-doing", creditor, until))
        for entry in self._store.get_many(BankEntry, keys).values():
            with suppress(Unavailable):  # the next tidying goes on
                self.resume(entry)
        refunds = self.refunds.lapse(creditor) + self.refunds.propose(creditor)
        return len(keys) + len(unseen) + refunds

    def _proposed(self, entry: BankEntry) -> tuple[Part, ...]:
        """Return the parts of the kept proposal, as the items are now; raise NoProposal."""
        owner = self._owner(entry.creditor)
        account = self._store.get(BankAccount, entry.creditor, entry.bank_account)
        assert account is not None, "an entry has its bank account"
        proposal = entry.proposal
        if proposal is None or (not proposal.allocations and not proposal.account):
            raise NoProposal("Say which account the money is for.").at("/parts")
        today = local_day(self._clock.now(), owner.time_zone)
        facts = Gatherer(self._store).facts(owner, [entry], account.rules, today)
        if any(each.item not in facts.items for each in proposal.allocations):
            raise NoProposal("What was proposed is not open any more: match again.")
        parts = parts_for(proposal, [entry], facts)[entry.id]
        if not parts:
            raise NoProposal("Say which account the money is for.").at("/parts")
        return parts

    def _owner(self, creditor: str) -> Creditor:
        found = self._store.get(Creditor, creditor)
        if found is None:
            raise CreditorUnknown(f"There is no creditor {creditor!r}.")
        return found

    def _arrived(self, entry: BankEntry) -> BankEntry:
        """Return an entry whose money stands on suspense; one that was passed over arrives now."""
        if entry.state in WAITING and entry.doing is None:
            return entry
        if not _is_passed_over(entry):
            raise EntryNotWaiting(f"Entry {entry.id!r} is {entry.state}.")
        account = self._store.get(BankAccount, entry.creditor, entry.bank_account)
        assert account is not None, "an entry has its bank account"
        made = self._arriving(entry)
        try:
            self._store.commit(
                [
                    Put(made, expect=entry.version),
                    *arrival_writes(account.place, made, self._ids, made.updated_at),
                ]
            )
        except CommitConflict:
            raise BankEntryBusy("The entry was changed by somebody else; look again.") from None
        return made

    def _arriving(self, entry: BankEntry) -> BankEntry:
        """Return an entry that was passed over as it is once its money stands on suspense."""
        return replace(
            entry, state="open", left_minor=entry.entry.amount_minor, by="", reason="",
            updated_at=self._clock.now(), version=entry.version + 1,
        )  # fmt: skip

    def _waits_again(self, entry: BankEntry, grounds: Grounds) -> BankEntry:
        now = self._clock.now()
        again = replace(
            entry, state="open", by=grounds.by, reason=grounds.reason, updated_at=now,
            version=entry.version + 1,
        )  # fmt: skip
        try:
            self._store.commit([Put(again, expect=entry.version)])
        except CommitConflict:
            raise BankEntryBusy("The entry was changed by somebody else; look again.") from None
        return again

    def _begin(
        self, entry: BankEntry, kind: str, grounds: Grounds, parts: tuple[Part, ...] = ()
    ) -> BankEntry:
        now: datetime = self._clock.now()
        doing = (
            Doing("apply", grounds.by, grounds.reason, now, parts, len(entry.portions))
            if kind == "apply"
            else Doing("undo", grounds.by, grounds.reason, now, parts)
        )
        return self._commit_doing(entry, doing)

    def _commit_doing(self, entry: BankEntry, doing: Doing) -> BankEntry:
        """Write down what was decided, then do it."""
        begun = replace(entry, doing=doing, updated_at=doing.since, version=entry.version + 1)
        try:
            self._store.commit([Put(begun, expect=entry.version)])
        except CommitConflict:
            raise BankEntryBusy("The entry was changed by somebody else; look again.") from None
        return self.resume(begun)


def _is_passed_over(entry: BankEntry) -> bool:
    """Tell whether money left for a reason that is no business of these books."""
    return entry.state == "ignored" and entry.reason == MONEY_OUT


def _sum(one: Matched, other: Matched) -> Matched:
    return Matched(
        one.certain + other.certain,
        one.likely + other.likely,
        one.open + other.open,
        one.payouts + other.payouts,
        one.returned + other.returned,
    )
