"""What was decided about an entry is carried out: its money leaves suspense and pays invoices.

Each part is one transaction: the entry, a payment of the account, both journal entries, its
invoices, the event. What was decided stands on the entry until all of it is done, so a crash is
gone on from, and doing it twice does nothing twice.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR, Hold
from saldo.accounts.service import InvoiceUnknown, account_in
from saldo.bank_entries.absorbing import Absorbing
from saldo.bank_entries.lessons import Lessons
from saldo.bank_entries.model import BankAccount, BankEntry, Doing, Part, Portion
from saldo.bank_entries.proposing import over_paid
from saldo.bank_entries.refusals import BankEntryBusy
from saldo.bank_entries.taking import entry_told
from saldo.clock import Clock
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.model import Credit, Invoice
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.ledger.rules import from_bank_entry_lines, transfer_to_credit_lines
from saldo.money import format_amount
from saldo.payments.allocate import Allocator, CreditUnknown, Grounds
from saldo.payments.by_bank import BANK
from saldo.payments.desk import AllocationCurrency
from saldo.payments.model import Payment, PaymentRef, ProviderRef
from saldo.payments.telling import payment_event
from saldo.store import CommitConflict, Put, Store, Wake, Write

METHOD: Final = "bank-transfer"
_INVOICES_AT_ONCE: Final = 10
_ATTEMPTS_MAX: Final = 12


class Applying:
    """Carries decisions out."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._allocator = Allocator(store, clock, ids)
        self._absorbing, self._lessons = Absorbing(store, clock, ids), Lessons(store)

    def resume(self, key: tuple[str, ...]) -> BankEntry:
        """Go on with what was decided to be applied; return the entry as it is then.

        Raises BankEntryBusy, or what allocating raises: the rest is done by schedule then.
        """
        for _ in range(_ATTEMPTS_MAX):
            entry = self._entry(key)
            if entry.doing is None or entry.doing.kind != "apply":
                return entry
            with suppress(CommitConflict):
                self._step(entry, entry.doing)
        raise BankEntryBusy("The entry keeps changing; the rest is done later.")

    def check(self, creditor: str, parts: tuple[Part, ...], currency: str) -> None:
        """Raise AccountUnknown unless all of the accounts exist, InvoiceUnknown or
        AllocationCurrency unless the invoices are theirs, in the currency of the money: it would
        pass them over, and become credit without a word.
        """
        for place, part in enumerate(parts):
            account_in(self._store, creditor, part.account, at="/parts")
            keys = [(creditor, part.account, number) for number in part.invoices]
            found = self._store.get_many(Invoice, keys)
            for key in keys:
                if key not in found:
                    raise InvoiceUnknown(
                        f"Account {part.account!r} has no invoice {key[-1]!r}."
                    ).at(f"/parts/{place}/invoices")
                if found[key].currency != currency:
                    raise AllocationCurrency(
                        f"{key[-1]!r} is not owed in {currency}, and nothing is converted."
                    ).at(f"/parts/{place}/invoices")

    def _step(self, entry: BankEntry, doing: Doing) -> None:
        """Move all parts that have not moved yet, then end it. Raises CommitConflict."""
        grounds = Grounds(doing.by, doing.reason)
        for number, part in enumerate(doing.parts):
            current = self._entry(entry.key)
            portion = self._portion_of(current, doing, number)
            if portion is None:
                for source in part.credits:
                    with suppress(CreditUnknown):
                        self._allocator.allocate(
                            entry.creditor, part.account, source, part.invoices, grounds
                        )
                portion = self._move(current, doing, number)
            source = f"payment#{portion.payment}"
            self._allocator.resume(entry.creditor, part.account, source, grounds)
            for what in part.absorbed:
                self._absorbing.give_up(
                    entry.creditor, part.account, portion, what, grounds, entry.day
                )
        self._end(self._entry(entry.key), doing)

    def _portion_of(self, entry: BankEntry, doing: Doing, number: int) -> Portion | None:
        """Return what a part became, if it moved already: the portions of this decision."""
        place = doing.first + number
        return entry.portions[place] if place < len(entry.portions) else None

    def _move(self, entry: BankEntry, doing: Doing, number: int) -> Portion:
        """Move one part's money to its account; return the portion. Raises CommitConflict."""
        now = max(self._clock.now(), doing.since)
        part = doing.parts[number]
        portion = Portion(
            part, f"bank-{entry.id}-{len(entry.portions) + 1}", doing.by, doing.reason, now
        )
        payment, credit, allocations = self._paid(entry, portion, doing, now)
        moved = replace(
            entry,
            left_minor=entry.left_minor - part.amount_minor,
            portions=(*entry.portions, portion),
            updated_at=now,
            version=entry.version + 1,
        )
        place = place_of(self._store, entry)
        assert payment.provider_id is not None, "it is the portion's own"
        ref = ProviderRef(BANK, payment.provider_id, payment.id, payment.creditor, payment.account)
        leaving = from_bank_entry_lines(entry.id, payment.id, part.amount_minor)
        coming = transfer_to_credit_lines(payment.id, part.amount_minor)
        self._store.commit(
            [
                Put(moved, expect=entry.version),
                Put(payment),
                Put(PaymentRef(payment.id, payment.creditor, payment.account)),
                Put(ref),
                _journal(entry, place, "transfer", payment, leaving, portion),
                _journal(entry, part.account, "payment", payment, coming, portion),
                *allocations,
                *self._allocator.keep(credit, 0),
                Put(payment_event(self._ids, now, "payment.settled", payment, credit.open_minor)),
                Wake(entry.creditor, part.account, now),
            ]
        )
        return portion

    def _paid(
        self, entry: BankEntry, portion: Portion, doing: Doing, now: datetime
    ) -> tuple[Payment, Credit, list[Write]]:
        """Return the payment, its credit and what it pays at once."""
        part = portion.part
        payment = Payment(
            entry.creditor,
            part.account,
            portion.payment,
            BANK,
            part.invoices[0] if part.invoices else "",
            entry.entry.currency,
            part.amount_minor,
            "settled",
            now,
            more_invoices=part.invoices[1:],
            provider_id=portion.payment,
            method=METHOD,
            received_on=entry.day,
            settled_at=now,
            discounts=part.discounts,
            version=1,
        )
        credit = Credit(
            entry.creditor,
            part.account,
            payment.source,
            payment.currency,
            part.amount_minor,
            entry.day,
        )
        allocations: list[Write] = []
        if len(part.invoices) <= _INVOICES_AT_ONCE:
            grounds = Grounds(doing.by, doing.reason)
            credit, allocations = self._allocator.pay_with(
                credit, part.invoices, entry.day, now, grounds, of=payment
            )
        else:
            credit = replace(credit, pending=part.invoices, pending_since=now)
        allocated = part.amount_minor - credit.open_minor
        return replace(payment, allocated_minor=allocated), credit, allocations

    def _end(self, entry: BankEntry, doing: Doing) -> None:
        """All is moved: the entry waits no more, and teaches. Raises CommitConflict."""
        now = self._clock.now()
        is_all = entry.left_minor == 0
        refund, look_at = over_paid(self._store, entry, now) if is_all else (None, None)
        done = replace(
            entry,
            state="matched" if is_all else "open",
            doing=None,
            holds=() if is_all else entry.holds,
            by=doing.by,
            reason=doing.reason,
            refund=refund,
            credit_look_at=look_at,
            updated_at=now,
            version=entry.version + 1,
        )
        accounts = {part.account for part in doing.parts}
        lessons: list[Write] = []
        if len(accounts) == 1:
            lessons = self._lessons.change(entry, accounts.pop(), 1)
        writes: list[Write] = [
            Put(done, expect=entry.version),
            *lessons,
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    "bank_entry.matched",
                    entry.creditor,
                    WHOLE_CREDITOR,
                    **entry_told(entry),
                    accounts=sorted(part.account for part in doing.parts),
                    left=format_amount(entry.left_minor, entry.entry.currency),
                    by=doing.by,
                    reason=doing.reason,
                )
            ),
        ]
        if entry.left_minor == 0:
            writes += end_holds(self._store, entry, doing.by, now)
        self._store.commit(writes)

    def _entry(self, key: tuple[str, ...]) -> BankEntry:
        found = self._store.get(BankEntry, *key)
        assert found is not None, "entries are never deleted"
        return found


def place_of(store: Store, entry: BankEntry) -> str:
    """Return the account of the ledger on which an entry's money stands."""
    account = store.get(BankAccount, entry.creditor, entry.bank_account)
    assert account is not None, "an entry has its bank account"
    return account.place


def hold_id(entry: BankEntry) -> str:
    """Return the id of the holds that wait for an entry."""
    return f"bank-{entry.id}"


def end_holds(store: Store, entry: BankEntry, by: str, now: datetime) -> list[Write]:
    """Return what ends the holds of an entry that waits no more, and wakes their accounts."""
    writes: list[Write] = []
    for account in entry.holds:
        hold = store.get(Hold, entry.creditor, account, hold_id(entry))
        if hold is None or hold.ended_at is not None:
            continue
        ended = replace(hold, ended_at=now, ended_by=by, version=hold.version + 1)
        writes.append(Put(ended, expect=hold.version))
        writes.append(Wake(entry.creditor, account, now))
    return writes


def _journal(
    entry: BankEntry,
    account: str,
    cause: CauseKind,
    payment: Payment,
    lines: tuple[Posting, ...],
    portion: Portion,
) -> Put:
    """The money counts on its day, as what it pays does, whenever somebody matched it."""
    return Put(
        JournalEntry(
            entry.creditor,
            account,
            cause,
            payment.id,
            entry.day,
            payment.currency,
            lines,
            portion.at,
            portion.by,
            portion.reason,
        )
    )
