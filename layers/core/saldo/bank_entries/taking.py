"""A statement is taken: its entries arrive in the ledger, each once, in chunks that may be cut off.

What a chunk writes is one transaction; the statement says how far it came. An entry is written if
absent, so whoever goes on after a crash, or reads the same again, books nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from saldo.accounts.fresh import Freshness
from saldo.accounts.model import WHOLE_CREDITOR
from saldo.bank_entries.accounts import BankAccounts
from saldo.bank_entries.chain import place_of
from saldo.bank_entries.identity import Identified, identified, statement_id
from saldo.bank_entries.model import BankAccount, BankEntry, BankStatement, source_kind
from saldo.bank_entries.refusals import BankEntryBusy, StatementRefused
from saldo.clock import Clock
from saldo.events import event
from saldo.ids import Ids
from saldo.ledger.model import JournalEntry
from saldo.ledger.rules import bank_entry_lines
from saldo.matching.returns import is_return
from saldo.money import format_amount
from saldo.statements.model import Entry, Statement
from saldo.store import CommitConflict, Put, Store, Write

CHUNK_ENTRIES: Final = 30
"""Three rows each: inside one transaction's hundred."""

_ATTEMPTS_MAX: Final = 8
MONEY_OUT: Final = "money-out"


@dataclass(frozen=True, slots=True)
class Took:
    """What became of a statement. `is_new` is False where it was taken before, whole."""

    statement: BankStatement
    is_new: bool


class StatementTaker:
    """Takes statements."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts, self._fresh = BankAccounts(store, clock), Freshness(store, clock)

    def check(self, creditor: str, statement: Statement) -> BankAccount:
        """Return whose statement it is; raise StatementRefused or BankAccountUnknown."""
        refused = next((one for one in statement.findings if one.severity == "refused"), None)
        if refused is not None:
            place = f" ({refused.place})" if refused.place else ""
            raise StatementRefused(f"{refused.code}{place}: {refused.message}")
        account = self._accounts.for_statement(creditor, statement.head)
        _posting(account, statement)
        return account

    def take(self, creditor: str, statement: Statement, by: str, sha256: str = "") -> Took:
        """Take a statement, or go on with it.

        Raises StatementRefused, BankAccountUnknown or BankEntryBusy.
        """
        account = self.check(creditor, statement)
        posting = _posting(account, statement)
        record, is_new = self._begun(account, statement, posting, by, sha256)
        if record.state == "taken":
            return Took(record, is_new=False)
        for _ in range(len(posting) // CHUNK_ENTRIES + _ATTEMPTS_MAX + 1):
            if record.taken >= len(posting):
                return Took(self._ended(account, record, statement), is_new=is_new)
            record = self._chunk(account, record, posting)
        raise BankEntryBusy("Others are booking the same statement; send it again.")

    def _begun(
        self,
        account: BankAccount,
        statement: Statement,
        posting: Sequence[Identified],
        by: str,
        sha256: str,
    ) -> tuple[BankStatement, bool]:
        head = statement.head
        opening, closing = statement.opening, statement.closing
        days = [one.entry.booked_on for one in posting if one.entry.booked_on]
        fresh = BankStatement(
            account.creditor,
            account.id,
            f"{statement_id(statement)}-{source_kind(head.format)[0]}",
            head.format,
            "taking",
            self._clock.now(),
            by,
            sha256,
            head.currency or account.currency,
            head.number,
            head.sequence,
            head.first_day or (opening.day if opening else None) or min(days, default=None),
            _last_day(statement) or max(days, default=None),
            opening.amount_minor if opening else None,
            closing.amount_minor if closing else None,
            len(posting),
            version=1,
        )
        known = self._store.get(BankStatement, *fresh.key)
        if known is not None:
            return known, False
        if source_kind(head.format) == account.posts:
            others = self._store.list(BankStatement, account.creditor, account.id)
            kind = account.posts
            place = place_of(fresh, [o for o in others if source_kind(o.format) == kind])
            found = [one.code for one in (*statement.findings, *place.findings)]
            oddities = tuple(dict.fromkeys(found))
            fresh = replace(fresh, follows=place.follows, oddities=oddities)
        try:
            self._store.commit([Put(fresh)])
        except CommitConflict:
            raise BankEntryBusy("The same statement is being taken just now.") from None
        return fresh, True

    def _chunk(
        self, account: BankAccount, record: BankStatement, posting: Sequence[Identified]
    ) -> BankStatement:
        """Book the next entries; return how far it is, as it was if others were in the way."""
        now = self._clock.now()
        part = posting[record.taken : record.taken + CHUNK_ENTRIES]
        wanted = self._ids_of(account, record, part)
        keys = [(account.creditor, account.id, id_[:4], id_) for id_ in wanted]
        known = self._store.get_many(BankEntry, keys)
        writes: list[Write] = []
        booked = 0
        for id_, key, one in zip(wanted, keys, part, strict=True):
            if key not in known:
                writes += self._arrival(account, record, id_, one.entry, now)
                booked += 1
        further = replace(
            record,
            taken=record.taken + len(part),
            booked=record.booked + booked,
            version=record.version + 1,
        )
        try:
            self._store.commit([Put(further, expect=record.version), *writes])
        except CommitConflict:
            again = self._store.get(BankStatement, *record.key)
            assert again is not None, "statements are never deleted"
            return again
        return further

    def _ids_of(
        self,
        account: BankAccount,
        record: BankStatement,
        part: Sequence[Identified],
    ) -> list[str]:
        """Return the ids of entries. In a statement that follows another, equals of an entry that
        came with others are other payments: the ordinal goes on behind theirs.
        """
        if not record.follows:
            return [one.id() for one in part]
        return [self._free_id(account, record, one) for one in part]

    def _free_id(self, account: BankAccount, record: BankStatement, one: Identified) -> str:
        left, ordinal = one.ordinal, 0
        while True:
            ordinal += 1
            id_ = one.id(ordinal)
            there = self._store.get(BankEntry, account.creditor, account.id, id_[:4], id_)
            if there is None:
                # Those of this very statement that come before it take the free places first.
                return one.id(ordinal + left - 1)
            if there.statement == record.id:
                left -= 1
                if left == 0:
                    return id_

    def _arrival(
        self,
        account: BankAccount,
        record: BankStatement,
        id_: str,
        entry: Entry,
        now: datetime,
    ) -> list[Write]:
        """Return what books an entry: the bank's account and suspense, until somebody is found."""
        counts = entry.amount_minor > 0 or is_return(entry)
        made = BankEntry(
            account.creditor,
            account.id,
            id_,
            record.id,
            entry,
            "open" if counts else "ignored",
            entry.amount_minor if counts else 0,
            now,
            now,
            reason="" if counts else MONEY_OUT,
            by="" if counts else "rule",
            version=1,
        )
        if not counts:
            return [Put(made)]
        return [Put(made), *arrival_writes(account.place, made, self._ids, now)]

    def _ended(
        self, account: BankAccount, record: BankStatement, statement: Statement
    ) -> BankStatement:
        now = self._clock.now()
        for _ in range(_ATTEMPTS_MAX):
            current = self._store.get(BankAccount, *account.key) or account
            done = replace(record, state="taken", version=record.version + 1)
            writes: list[Write] = [Put(done, expect=record.version)]
            days = [day for day in (current.covered_until, record.last_day) if day]
            posts = source_kind(record.format) == current.posts
            if posts and days and max(days) != current.covered_until:
                covered = replace(current, covered_until=max(days), version=current.version + 1)
                writes.append(Put(covered, expect=current.version))
            if posts:
                writes.append(Put(event(
                    self._ids.ulid(now), now, "bank_statement.taken",
                    account.creditor, WHOLE_CREDITOR, **_told(done, statement),
                )))  # fmt: skip
            try:
                self._store.commit(writes)
            except CommitConflict:
                again = self._store.get(BankStatement, *record.key)
                assert again is not None, "statements are never deleted"
                if again.state == "taken":
                    return again
                record = again
                continue
            if posts:
                self._fresh.note(account.creditor, "bank")
            return done
        raise BankEntryBusy("The bank account keeps changing; send the statement again.")


def arrival_writes(place: str, made: BankEntry, ids: Ids, now: datetime) -> list[Write]:
    """Return the journal entry and the event of money that the bank booked."""
    entry = made.entry
    day = entry.booked_on or entry.value_on or now.date()
    return [
        Put(
            JournalEntry(
                made.creditor,
                place,
                "bank-entry",
                made.id,
                day,
                entry.currency,
                bank_entry_lines(made.bank_account, made.id, entry.amount_minor),
                now,
                f"bank:{made.bank_account}",
            )
        ),
        Put(
            event(
                ids.ulid(now),
                now,
                "bank_entry.booked",
                made.creditor,
                WHOLE_CREDITOR,
                **entry_told(made),
            )
        ),
    ]


def entry_told(made: BankEntry) -> dict[str, Any]:
    """Return what events say of an entry."""
    entry = made.entry
    return {
        "entry": made.id,
        "bank_account": made.bank_account,
        "statement": made.statement,
        "booked_on": entry.booked_on.isoformat() if entry.booked_on else None,
        "value_on": entry.value_on.isoformat() if entry.value_on else None,
        "currency": entry.currency,
        "amount": format_amount(entry.amount_minor, entry.currency),
    }


def _posting(account: BankAccount, statement: Statement) -> list[Identified]:
    """Return the entries of a statement that are booked by it, none where another source posts."""
    if source_kind(statement.head.format) != account.posts:
        return []
    wanted = ("booked", "information") if account.posts == "notification" else ("booked",)
    entries = [e for e in statement.entries if e.status in wanted and e.amount_minor]
    last = _last_day(statement)
    dayless = [e for e in entries if _has_no_day(e)]
    if dayless and last is None:
        raise StatementRefused("An entry has no day: nothing of the statement is booked.")
    # Some banks leave the day out where the statement is of one day.
    return list(identified([replace(e, booked_on=last) if _has_no_day(e) else e for e in entries]))


def _last_day(statement: Statement) -> date | None:
    return (statement.closing.day if statement.closing else None) or statement.head.last_day


def _told(done: BankStatement, statement: Statement) -> dict[str, Any]:
    closing = statement.closing
    return {
        "statement": done.id,
        "bank_account": done.bank_account,
        "number": done.number,
        "entries": done.entries,
        "booked": done.booked,
        "last_day": done.last_day.isoformat() if done.last_day else None,
        "currency": done.currency,
        "closing": format_amount(closing.amount_minor, closing.currency) if closing else None,
        "oddities": list(done.oddities),
    }


def _has_no_day(entry: Entry) -> bool:
    return entry.booked_on is None and entry.value_on is None
