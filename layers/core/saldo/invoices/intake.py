"""Taking accounts, invoices and credit notes from an ERP, any number of times.

The natural key makes a repeat harmless: what is the same stays untouched, what differs is a
correction with its own journal entry, what contradicts the books is refused with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from saldo.accounts.corrections import after_push
from saldo.accounts.family import check_parent, parent_writes
from saldo.accounts.finding import finding_writes
from saldo.accounts.fresh import Freshness
from saldo.accounts.model import Account
from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.clock import Clock
from saldo.errors import Conflict, Refusal
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.changes import InvoiceWrites
from saldo.invoices.discounts import check_terms
from saldo.invoices.model import CreditNote, Invoice, NumberTaken
from saldo.portal.addresses import contact_writes
from saldo.store import TRANSACTION_ITEMS_MAX, CommitConflict, Put, Store, Wake, Write

RECORDS_MAX = 500
"""Records of one bulk call."""

_ATTEMPTS_MAX = 6
_WAKE_ITEMS = 1


class NumberBelongsElsewhere(Conflict):
    """The number was already used for another account of the creditor."""

    code = "number-belongs-elsewhere"


class AccountRestricted(Conflict):
    """The account is to be erased: what the ERP says of it is not taken until that is lifted."""

    code = "account-restricted"


_RESTRICTED = "The account is to be erased; its details are taken when that was lifted."


class IntakeBusy(Conflict):
    """The records are being changed by others at the same time; a repeat will do."""

    code = "busy"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record: `refusal` says why it was refused."""

    id: str
    status: Literal["accepted", "unchanged", "refused"]
    refusal: Refusal | None = None


class Intake:
    """Books what the ERP sends."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._writes, self._fresh = InvoiceWrites(store, ids), Freshness(store, clock)

    def put_accounts(self, accounts: Sequence[Account]) -> list[Result]:
        """Add or change accounts of one creditor; one result per account, in order."""
        results = [self._put_account(account) for account in accounts]
        self._heard(accounts, results)
        return results

    def _put_account(self, account: Account) -> Result:
        for _ in range(_ATTEMPTS_MAX):
            now = self._clock.now()
            old = self._store.get(Account, *account.key)
            new = replace(
                after_push(old, account),
                updated_at=now,
                due_at=now,
                paid=old.paid if old else account.paid,
                version=old.version + 1 if old else 1,
            )
            if old and _same_account(old, new):
                return Result(account.number, "unchanged")
            if old and old.restricted_at is not None:
                return Result(account.number, "refused", AccountRestricted(_RESTRICTED))
            if new.parent is not None and (old is None or old.parent != new.parent):
                try:
                    check_parent(self._store, new)
                except Refusal as refusal:
                    return Result(account.number, "refused", refusal)
            told = event(
                self._ids.ulid(now),
                now,
                "account.changed",
                account.creditor,
                account.number,
                name=account.name,
                created=old is None,
            )
            try:
                written = Put(new, expect=old.version if old else 0)
                listed = [*parent_writes(old, new), *finding_writes(old, new)]
                self._store.commit([written, *contact_writes(old, new), *listed, Put(told)])
            except CommitConflict:
                continue
            return Result(account.number, "accepted")
        return Result(account.number, "refused", IntakeBusy("Try this account again."))

    def put_invoices(self, invoices: Sequence[Invoice], by: str = "ERP") -> list[Result]:
        """Issue or correct invoices of one creditor; one result per invoice, in order.

        `by` names who corrects, for the history of each.

        Invoices of one account share transactions, so that a bulk push does not conflict with
        itself; a transaction that fails is tried again invoice by invoice.
        """
        results: dict[int, Result] = {}
        for wave in _waves(invoices):
            self._put_wave([(index, invoices[index]) for index in wave], results, by)
        ordered = [results[index] for index in range(len(invoices))]
        self._heard(invoices, ordered)
        return ordered

    def _put_wave(
        self, wave: Sequence[tuple[int, Invoice]], results: dict[int, Result], by: str
    ) -> None:
        creditor = wave[0][1].creditor
        accounts = self._store.get_many(Account, {(creditor, i.account) for _, i in wave})
        taken = self._store.get_many(
            NumberTaken, [(creditor, "invoice", i.number) for _, i in wave]
        )
        existing = self._store.get_many(
            Invoice, [(creditor, t.account, t.number) for t in taken.values()]
        )
        batches: dict[str, list[tuple[int, Invoice, list[Write]]]] = {}
        now = self._clock.now()
        for index, invoice in wave:
            try:
                _accept(invoice, accounts, taken)
                writes = self._writes.put(invoice, existing.get(invoice.key), now, by)
            except Refusal as refusal:
                results[index] = Result(invoice.number, "refused", refusal)
                continue
            if writes:
                batches.setdefault(invoice.account, []).append((index, invoice, writes))
            else:
                results[index] = Result(invoice.number, "unchanged")
        for account, batch in batches.items():
            for chunk in _chunks(batch):
                self._commit_chunk(creditor, account, chunk, now, results, by)

    def _commit_chunk(
        self,
        creditor: str,
        account: str,
        chunk: list[tuple[int, Invoice, list[Write]]],
        now: datetime,
        results: dict[int, Result],
        by: str,
    ) -> None:
        writes = [write for _, _, part in chunk for write in part]
        try:
            self._store.commit([*writes, Wake(creditor, account, now)])
        except CommitConflict:
            for index, invoice, _ in chunk:
                results[index] = self._put_alone(invoice, by)
        else:
            for index, invoice, _ in chunk:
                results[index] = Result(invoice.number, "accepted")

    def _put_alone(self, invoice: Invoice, by: str) -> Result:
        creditor = invoice.creditor
        for _ in range(_ATTEMPTS_MAX):
            now = self._clock.now()
            taken = self._store.get_many(NumberTaken, [(creditor, "invoice", invoice.number)])
            accounts = self._store.get_many(Account, [(creditor, invoice.account)])
            try:
                _accept(invoice, accounts, taken)
                known = self._store.get(Invoice, *invoice.key)
                writes = self._writes.put(invoice, known, now, by)
            except Refusal as refusal:
                return Result(invoice.number, "refused", refusal)
            if not writes:
                return Result(invoice.number, "unchanged")
            try:
                self._store.commit([*writes, Wake(creditor, invoice.account, now)])
            except CommitConflict:
                continue
            return Result(invoice.number, "accepted")
        return Result(invoice.number, "refused", IntakeBusy("Try this invoice again."))

    def put_credit_notes(self, notes: Sequence[CreditNote]) -> list[Result]:
        """Apply credit notes of one creditor to their invoices; one result per note, in order."""
        results = [self._put_credit_note(note) for note in notes]
        self._heard(notes, results)
        return results

    def _heard(
        self, records: Sequence[Account | Invoice | CreditNote], results: Sequence[Result]
    ) -> None:
        """Note that the ERP told something, be it what was known; what is refused says nothing."""
        if any(result.status != "refused" for result in results):
            self._fresh.note(records[0].creditor, "erp")

    def _put_credit_note(self, note: CreditNote) -> Result:
        for _ in range(_ATTEMPTS_MAX):
            now = self._clock.now()
            try:
                writes = self._credit_note_writes(note, now)
            except Refusal as refusal:
                return Result(note.number, "refused", refusal)
            if not writes:
                return Result(note.number, "unchanged")
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return Result(note.number, "accepted")
        return Result(note.number, "refused", IntakeBusy("Try this credit note again."))

    def _credit_note_writes(self, note: CreditNote, now: datetime) -> list[Write]:
        taken = self._store.get(NumberTaken, note.creditor, "invoice", note.invoice)
        if taken is None:
            raise InvoiceUnknown(f"There is no invoice {note.invoice!r}.").at("/invoice")
        note = replace(note, account=taken.account)
        used = self._store.get(NumberTaken, note.creditor, "credit-note", note.number)
        old = (
            self._store.get(CreditNote, note.creditor, used.account, note.number) if used else None
        )
        if old is not None:
            same = replace(old, applied_minor=0, updated_at=None) == note
            if same:
                return []
            raise Conflict(
                f"Credit note {note.number!r} was already booked with other contents."
            ).at("/number")
        invoice = self._store.get(Invoice, note.creditor, note.account, note.invoice)
        assert invoice is not None, "a taken number has its invoice"
        return [
            *self._writes.apply_credit_note(note, invoice, now),
            Wake(note.creditor, note.account, now),
        ]


def _accept(
    invoice: Invoice,
    accounts: dict[tuple[str, ...], Account],
    taken: dict[tuple[str, ...], NumberTaken],
) -> None:
    if (invoice.creditor, invoice.account) not in accounts:
        raise AccountUnknown(f"There is no account {invoice.account!r}.").at("/account")
    number = taken.get((invoice.creditor, "invoice", invoice.number))
    if number is not None and number.account != invoice.account:
        raise NumberBelongsElsewhere(
            f"Invoice {invoice.number!r} belongs to account {number.account!r}."
        ).at("/account")
    check_terms(invoice.discounts, invoice.issued_on, invoice.due_on, invoice.amount_minor)


def _waves(invoices: Sequence[Invoice]) -> Iterable[list[int]]:
    """Split a push so that no number stands twice in one wave: repeats come after the first."""
    waves: list[list[int]] = []
    seen: dict[str, int] = {}
    for index, invoice in enumerate(invoices):
        wave = seen.get(invoice.number, -1) + 1
        seen[invoice.number] = wave
        if wave == len(waves):
            waves.append([])
        waves[wave].append(index)
    return waves


def _chunks(
    batch: list[tuple[int, Invoice, list[Write]]],
) -> Iterable[list[tuple[int, Invoice, list[Write]]]]:
    chunk: list[tuple[int, Invoice, list[Write]]] = []
    size = _WAKE_ITEMS
    for entry in batch:
        if chunk and size + len(entry[2]) > TRANSACTION_ITEMS_MAX:
            yield chunk
            chunk, size = [], _WAKE_ITEMS
        chunk.append(entry)
        size += len(entry[2])
    if chunk:
        yield chunk


def _same_account(old: Account, new: Account) -> bool:
    kept = replace(new, updated_at=old.updated_at, due_at=old.due_at, version=old.version)
    return kept == old
