"""What was paid too much goes back to who paid it: proposed, ordered, and paid out by a transfer.

Ordering promises the refund as any other (`saldo.payments.refunds`): the credit is nobody's to
spend any more. No order goes to a bank from here; somebody makes the transfer, and the entry of it
on a later statement closes the refund.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.accounts.zones import TimeZones, day_at
from saldo.bank_entries.applying import place_of
from saldo.bank_entries.look import entries_of, entry_that_brought
from saldo.bank_entries.model import (
    BankEntry,
    BankStatement,
    Doing,
    RefundProposal,
    RefundState,
)
from saldo.bank_entries.proposing import over_paid
from saldo.bank_entries.refusals import BankEntryBusy, NoRefundProposed, RefundLapsed
from saldo.bank_entries.taking import MONEY_OUT, arrival_writes, entry_told
from saldo.clock import Clock, local_day
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.model import Credit
from saldo.ledger.model import JournalEntry
from saldo.ledger.rules import bank_return_lines
from saldo.money import format_amount
from saldo.payments.allocate import Grounds
from saldo.payments.by_bank import BANK, ByBank, by_statement
from saldo.payments.model import Refund
from saldo.payments.refunds import NothingToRefund, Refunding, RefundOrder
from saldo.store import CommitConflict, Put, Store, Write

_ATTEMPTS_MAX: Final = 8
_RULE: Final = "rule"
_LEFT: Final = "The transfer of the refund left the account."
_USED: Final = "The credit was used meanwhile."


class BankRefunds:
    """Keeps the queue of refunds, and finds the transfers that pay them out."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        # The bank takes no hosted payments: it is a provider of refunds alone.
        providers: dict[str, Any] = {BANK: ByBank(clock)}
        self._refunding = Refunding(store, clock, ids, providers)

    def proposed(self, creditor: str) -> list[BankEntry]:
        """Return the entries of which a refund is proposed, whose credit is there; oldest first."""
        found = [one for one, is_there in self._proposals(creditor) if is_there]
        return sorted(found, key=lambda one: (one.day, one.id))

    def order(self, entry: BankEntry, grounds: Grounds) -> BankEntry:
        """Promise the refund that is proposed of an entry; ordering it again changes nothing.

        Raises NoRefundProposed, RefundLapsed where the credit was used, BankEntryBusy or
        ReversalBusy.
        """
        found = _proposal(entry)
        known = self._refund_of(entry)
        if known is not None and known.state == "failed":
            raise NoRefundProposed(f"The refund of entry {entry.id!r} is {found.state}.")
        if known is None:
            if found.state != "proposed" or entry.doing is not None:
                raise NoRefundProposed(f"The refund of entry {entry.id!r} is {found.state}.")
            order = RefundOrder(
                found.refund_id, entry.creditor, found.account, found.payment,
                found.amount_minor, grounds,
            )  # fmt: skip
            try:
                self._refunding.refund(order)
            except NothingToRefund as gone:
                raise RefundLapsed(gone.detail) from None
        for _ in range(_ATTEMPTS_MAX):
            if _state(entry) in ("ordered", "paid"):
                return entry
            with suppress(CommitConflict):
                return self._mark(entry, "ordered", grounds)
            entry = self._again(entry)
        raise BankEntryBusy("The entry keeps changing; order it again.")

    def proposing(self, creditor: str, payment: str, id_: str) -> BankEntry | None:
        """Return the entry that proposed a refund of a payment under this id; None without one."""
        entry = entry_that_brought(self._store, creditor, payment)
        is_of = entry is not None and entry.refund is not None and entry.refund.refund_id == id_
        return entry if is_of else None

    def decline(self, entry: BankEntry, grounds: Grounds) -> BankEntry:
        """Keep the credit: of a refund that was ordered and not transferred yet, it is back.

        Declining it again changes nothing. Raises NoRefundProposed, BankEntryBusy or ReversalBusy.
        """
        found = _proposal(entry)
        refund = self._refund_of(entry)
        if found.state == "proposed" and refund is not None:
            raise BankEntryBusy("The refund is being ordered just now; look again.")
        if found.state not in ("proposed", "ordered", "declined"):
            raise NoRefundProposed(f"The refund of entry {entry.id!r} is {found.state}.")
        if found.state != "declined":
            try:
                # First, on the entry: from here on no transfer is taken for it.
                entry = self._mark(entry, "declined", grounds)
            except CommitConflict:
                raise BankEntryBusy("The entry was changed by somebody else; look again.") from None
        if refund is not None and refund.state in ("promised", "asked"):
            self._refunding.told(by_statement(refund, "failed", self._clock.now()))
        return entry

    def lapse(self, creditor: str) -> int:
        """Close the proposals whose credit was used; return how many. Goes on with orders, too."""
        count = 0
        for entry, is_there in self._proposals(creditor):
            if is_there:
                continue
            ordered = self._refund_of(entry)
            state: RefundState = "ordered" if ordered else "lapsed"
            why = Grounds(ordered.by, ordered.reason) if ordered else Grounds(_RULE, _USED)
            with suppress(CommitConflict):  # somebody decided just now
                self._mark(entry, state, why)
                count += 1
        return count

    def propose(self, creditor: str) -> int:
        """Look again at credit that other invoices stood in the way of; return how much of it can
        go back now.
        """
        now, count = self._clock.now(), 0
        keys = self._store.work(BankEntry, "bank-credit", creditor, now)
        for entry in self._store.get_many(BankEntry, keys).values():
            if entry.credit_look_at is None or entry.doing is not None or entry.refund is not None:
                continue
            refund, look_at = over_paid(self._store, entry, now)
            looked = replace(
                entry, refund=refund, credit_look_at=look_at, version=entry.version + 1,
                updated_at=now if refund else entry.updated_at,
            )  # fmt: skip
            with suppress(CommitConflict):  # somebody decided just now
                self._store.commit([Put(looked, expect=entry.version)])
                count += refund is not None
        return count

    def transfers(self, creditor: str, statement: BankStatement) -> int:
        """Take the transfers that a statement told of as the refunds that they pay; how many."""
        waiting = self._ordered(creditor)
        zone = TimeZones(self._store).of(creditor)
        count = 0
        for entry in self._outgoing(statement) if waiting else ():
            fitting = [one for one in waiting if _pays(entry, *one, zone)]
            # The refund that the transfer names, else the oldest: those of one payer are equal.
            fitting.sort(key=lambda one: (not _names(entry, one[0]), one[0].created_at, one[0].id))
            if fitting and self._begin(entry, *fitting[0]):
                waiting.remove(fitting[0])
                count += 1
        return count

    def resume(self, key: tuple[str, ...]) -> BankEntry:
        """Go on with a transfer that pays a refund. Raises BankEntryBusy."""
        for _ in range(_ATTEMPTS_MAX):
            entry = self._store.get(BankEntry, *key)
            assert entry is not None, "entries are never deleted"
            if entry.doing is None or entry.doing.kind != "refund":
                return entry
            with suppress(CommitConflict):
                self._pay(entry, entry.doing)
        raise BankEntryBusy("The entry keeps changing; the rest is done later.")

    def _proposals(self, creditor: str) -> list[tuple[BankEntry, bool]]:
        """Return the entries of which a refund is proposed, each with whether all of the credit
        that would go back is still there.
        """
        keys = self._store.work(BankEntry, "bank-refund", creditor, self._clock.now())
        entries = self._store.get_many(BankEntry, keys).values()
        found = [one for one in entries if _state(one) == "proposed"]
        there = self._store.get_many(Credit, [_credit_of(one) for one in found])
        left_minor = {key: credit.open_minor for key, credit in there.items()}
        return [
            (one, left_minor.get(_credit_of(one), 0) >= _proposal(one).amount_minor)
            for one in found
        ]

    def _ordered(self, creditor: str) -> list[tuple[Refund, BankEntry]]:
        """Return the refunds whose transfer is awaited, each with the entry that brought it."""
        keys = self._store.work(Refund, "refund", creditor, self._clock.now())
        refunds = self._store.get_many(Refund, keys).values()
        found = [
            (one, origin)
            for one in refunds
            if one.provider == BANK and one.state == "asked"
            if (origin := entry_that_brought(self._store, creditor, one.payment)) is not None
        ]
        return [
            (refund, origin)
            for refund, origin in found
            if not _is_of(refund, origin) or _state(origin) == "ordered"
        ]

    def _outgoing(self, statement: BankStatement) -> list[BankEntry]:
        return [
            one
            for one in entries_of(self._store, statement)
            if (one.state, one.reason) == ("ignored", MONEY_OUT) and one.doing is None
        ]

    def _begin(self, entry: BankEntry, refund: Refund, origin: BankEntry) -> bool:
        """Let the transfer arrive in the books, as the one that pays; False if others were here."""
        now = self._clock.now()
        doing = Doing(
            "refund", _RULE, _LEFT, now,
            payment=refund.payment, payment_account=refund.account, refund=refund.id,
        )  # fmt: skip
        made = replace(
            entry, state="open", left_minor=entry.entry.amount_minor, by="", reason="",
            doing=doing, updated_at=now, version=entry.version + 1,
        )  # fmt: skip
        writes: list[Write] = [Put(made, expect=entry.version)]
        writes += arrival_writes(place_of(self._store, entry), made, self._ids, now)
        if _is_of(refund, origin):
            told = replace(_proposal(origin), state="paid", by=_RULE, reason=_LEFT, paid_by=made.id)
            paid = replace(origin, refund=told, updated_at=now, version=origin.version + 1)
            writes.append(Put(paid, expect=origin.version))
        try:
            self._store.commit(writes)
        except CommitConflict:
            return False
        self.resume(entry.key)
        return True

    def _pay(self, entry: BankEntry, doing: Doing) -> None:
        """The refund is done, then the entry leaves suspense against it. Raises CommitConflict."""
        now = self._clock.now()
        refund = self._store.get(Refund, entry.creditor, doing.payment_account, doing.refund)
        assert refund is not None, "looked at when it was decided"
        self._refunding.told(by_statement(refund, "done", now))
        refund = self._store.get(Refund, *refund.key) or refund
        if refund.state != "done":
            waits = replace(entry, doing=None, updated_at=now, version=entry.version + 1)
            self._store.commit([Put(waits, expect=entry.version)])
            return
        done = replace(
            entry, state="matched", left_minor=0, doing=None, pays_refund=refund.id, by=doing.by,
            reason=doing.reason, updated_at=now, version=entry.version + 1,
        )  # fmt: skip
        lines = bank_return_lines(entry.id, BANK, refund.amount_minor, 0)
        currency = entry.entry.currency
        self._store.commit(
            [
                Put(done, expect=entry.version),
                Put(
                    JournalEntry(
                        entry.creditor, place_of(self._store, entry), "bank-return", entry.id,
                        day_at(self._store, entry.creditor, now), currency, lines, now,
                        doing.by, doing.reason,
                    )
                ),
                Put(
                    event(
                        self._ids.ulid(now), now, "bank_entry.matched", entry.creditor,
                        WHOLE_CREDITOR, **entry_told(entry), accounts=[refund.account],
                        left=format_amount(0, currency), by=doing.by, reason=doing.reason,
                    )
                ),
            ]
        )  # fmt: skip

    def _mark(self, entry: BankEntry, state: RefundState, grounds: Grounds) -> BankEntry:
        now = self._clock.now()
        told = replace(
            _proposal(entry), state=state, since=now, by=grounds.by, reason=grounds.reason
        )
        marked = replace(entry, refund=told, updated_at=now, version=entry.version + 1)
        self._store.commit([Put(marked, expect=entry.version)])
        return marked

    def _refund_of(self, entry: BankEntry) -> Refund | None:
        found = _proposal(entry)
        return self._store.get(Refund, entry.creditor, found.account, found.refund_id)

    def _again(self, entry: BankEntry) -> BankEntry:
        found = self._store.get(BankEntry, *entry.key)
        assert found is not None, "entries are never deleted"
        return found


def _proposal(entry: BankEntry) -> RefundProposal:
    if entry.refund is None:
        raise NoRefundProposed(f"No refund of entry {entry.id!r} is proposed.")
    return entry.refund


def _state(entry: BankEntry) -> RefundState | None:
    return entry.refund.state if entry.refund is not None else None


def _credit_of(entry: BankEntry) -> tuple[str, str, str]:
    """Return the key of the credit of which a refund is proposed."""
    found = _proposal(entry)
    return (entry.creditor, found.account, f"payment#{found.payment}")


def _is_of(refund: Refund, origin: BankEntry) -> bool:
    """Tell whether a refund was ordered as it was proposed, and not by itself."""
    return origin.refund is not None and origin.refund.refund_id == refund.id


def _names(entry: BankEntry, refund: Refund) -> bool:
    return refund.id in (entry.entry.references.end_to_end_id, *entry.entry.remittance.split())


def _pays(entry: BankEntry, refund: Refund, origin: BankEntry, zone: str) -> bool:
    """Tell whether a transfer pays a refund: that amount, to who had paid, and not before the day
    of its order at the creditor's place.
    """
    sent = entry.entry
    if (sent.currency, -sent.amount_minor) != (refund.currency, refund.amount_minor):
        return False
    if entry.day < local_day(refund.created_at, zone):
        return False
    iban = origin.entry.counterparty.iban
    return _names(entry, refund) or bool(iban and sent.counterparty.iban == iban)
