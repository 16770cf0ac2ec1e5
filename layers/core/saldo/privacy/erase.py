"""One look over an account that is to be erased: what may go goes, what must stay is counted.

A look may end at any record and be begun again: what is gone is passed over, and nothing is done
twice. Amounts, numbers and days are never touched, so the ledger's checks hold before and after;
events keep their proof in the audit log (`saldo.audit.digests`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from saldo.accounts.finding import finding_writes
from saldo.accounts.model import Account, Creditor
from saldo.audit.chain import AuditChain
from saldo.audit.digests import without
from saldo.audit.personal import personal_names
from saldo.bank_entries.model import BankEntry, Lesson
from saldo.clock import Clock
from saldo.collection.facts import Case
from saldo.events import Event
from saldo.files.model import StoredFile
from saldo.files.service import shelf_name
from saldo.inbox.model import shelf_name as mail_shelf_name
from saldo.invoices.model import Credit, OpenItem
from saldo.matching.names import normal
from saldo.portal.addresses import contact_writes
from saldo.portal.model import PortalAddress, PortalUser
from saldo.privacy.bare import bare_entry, bare_mail
from saldo.privacy.gather import (
    bank_entries_of,
    dates_of,
    events_of,
    first_month,
    held,
    mails_of,
    months_between,
)
from saldo.privacy.model import Kept, KeptAs
from saldo.privacy.ports import Forgets
from saldo.privacy.retention import rule_of
from saldo.privacy.treatments import TREATMENTS, Dates
from saldo.reminders.channels.letter import Letter
from saldo.risk.standing import NOTHING_KNOWN
from saldo.store import CommitConflict, Delete, Put, Store, Write

ERASED_NAME: Final = "—"
"""What stands in place of an account's name: it needs one to be shown at all."""

CLAIM_LOOKED_AT: Final = timedelta(days=30)
"""After so long it is looked again whether anything is still owed."""

ON_ITS_WAY: Final = timedelta(hours=1)
"""So young an event that the bus has not taken yet is left for the next day."""

_CHUNK: Final = 25
_BY_KIND: Final = {one.kind: one for one in TREATMENTS}

_WORDS_KEPT: Final[tuple[tuple[str, KeptAs], ...]] = (
    ("invoice.", "voucher"),
    ("credit_note.", "voucher"),
    ("payment.", "voucher"),
    ("refund.", "voucher"),
    ("bank_entry.", "voucher"),
    ("notice.", "letter"),
    ("thread.", "letter"),
    ("mail.", "letter"),
    ("message.", "letter"),
    ("dispute.", "letter"),
    ("promise.", "letter"),
    ("paid_claim.", "letter"),
    ("plan.", "letter"),
    ("mandate.", "letter"),
    ("case.", "letter"),
)
"""As what an event's words are kept, by how its type begins; others are kept as nothing."""


@dataclass
class Looked:
    """What a look did, and what it had to leave. `is_whole` is False where time ran out."""

    scrubbed: int = 0
    removed: int = 0
    files: int = 0
    events: int = 0
    open_invoices: int = 0
    is_whole: bool = True
    next_on: date | None = None
    left: dict[KeptAs, list[date | None]] = field(default_factory=dict)

    def leave(self, kept_as: KeptAs, until: date | None, again: date) -> None:
        """Count a record that stays; it is looked at again on `again`."""
        self.left.setdefault(kept_as, []).append(until)
        self.come_again(again)

    def come_again(self, day: date) -> None:
        self.next_on = min(self.next_on, day) if self.next_on else day

    @property
    def kept(self) -> tuple[Kept, ...]:
        return tuple(
            Kept(kept_as, len(days), max((day for day in days if day), default=None))
            for kept_as, days in sorted(self.left.items())
        )

    @property
    def did(self) -> bool:
        return bool(self.scrubbed or self.removed or self.files or self.events)


class Eraser:
    """Looks over accounts. `files`, `letters` and `cases` forget bytes; `derive_work` brings an
    account's items on the work list up to date, which name it: of a restricted one there are none.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        chain: AuditChain,
        files: Callable[[], Forgets],
        letters: Callable[[], Forgets],
        cases: Callable[[], Forgets],
        derive_work: Callable[[str, str], int],
    ) -> None:
        self._store, self._clock, self._chain = store, clock, chain
        self._files, self._letters, self._cases = files, letters, cases
        self._derive_work = derive_work

    def note_order(self, creditor: str, account: str, asked_at: datetime) -> None:
        """See to it that the order stands in the audit log before any word goes by it."""
        month = f"{asked_at:%Y%m}"
        events = self._store.list(Event, creditor, account, month)
        self._chain.append([one for one in events if one.type == "privacy.erasure_asked"])

    def look(
        self, creditor: Creditor, account: str, today: date, time_is_up: Callable[[], bool]
    ) -> Looked:
        """Erase what may go on `today`. As long as anything is owed, nothing goes."""
        done = Looked()
        self._derive_work(creditor.id, account)
        done.open_invoices = sum(1 for _ in self._store.list(OpenItem, creditor.id, account))
        credit = any(one.open_minor for one in self._store.list(Credit, creditor.id, account))
        if done.open_invoices or credit:
            for _ in range(done.open_invoices + credit):
                done.leave("claim", None, today + CLAIM_LOOKED_AT)
            return done
        dates = dates_of(self._store, creditor.id, account, today)
        steps = (
            self._records(creditor, account, dates, done),
            self._bank(creditor, account, dates, done),
            self._mails(creditor, account, dates, done),
            self._events(creditor, account, dates, done),
            self._master(creditor, account, dates, done),
        )
        for step in steps:
            for _ in step:
                if time_is_up():
                    done.is_whole = False
                    return done
        return done

    def _is_kept(
        self, creditor: Creditor, kept_as: KeptAs | None, day: date, dates: Dates, done: Looked
    ) -> bool:
        if kept_as is None:
            return False
        until = rule_of(creditor.country, kept_as).until(day)
        if until < dates.today:
            return False
        done.leave(kept_as, until, until + timedelta(days=1))
        return True

    def _records(
        self, creditor: Creditor, account: str, dates: Dates, done: Looked
    ) -> Iterator[None]:
        writes: list[Write] = []
        for record in held(self._store, creditor.id, account, dates.today):
            treatment = _BY_KIND[type(record)]
            new = treatment.scrub(record)
            if new == record:
                continue
            kept_as = treatment.kept_as(record)
            if self._is_kept(creditor, kept_as, treatment.day(record, dates), dates, done):
                continue
            self._forget_bytes(record, done)
            writes += _gone(record) if new is None else [_changed(record, new)]
            done.removed += new is None
            done.scrubbed += new is not None
            if len(writes) >= _CHUNK:
                self._commit(writes)
                writes = []
                yield
        if writes:
            self._commit(writes)
            yield

    def _forget_bytes(self, record: Any, done: Looked) -> None:
        """The bytes go first: a record that a crash leaves behind is met again by the next look."""
        if isinstance(record, StoredFile):
            self._files().delete(shelf_name(record))
        elif isinstance(record, Letter):
            self._letters().delete(record.file)
        elif isinstance(record, Case) and record.file is not None:
            self._cases().delete(record.file.name)
        else:
            return
        done.files += 1

    def _bank(self, creditor: Creditor, account: str, dates: Dates, done: Looked) -> Iterator[None]:
        """Entries of the bank, where they were for this account alone; and what they taught."""
        for entry in bank_entries_of(self._store, creditor.id, account, dates.today):
            lessons = self._lessons(entry, account)
            if lessons:
                self._commit([Delete(one, expect=None) for one in lessons])
                done.removed += len(lessons)
            if entry.doing or not {one.part.account for one in entry.portions} <= {account}:
                continue
            new = bare_entry(entry)
            if new == entry or self._is_kept(creditor, "voucher", entry.day, dates, done):
                continue
            self._commit([_changed(entry, new)])
            done.scrubbed += 1
            yield

    def _lessons(self, entry: BankEntry, account: str) -> list[Lesson]:
        party = entry.entry.counterparty
        places = [
            ("payer-iban", party.iban.replace(" ", "").upper()),
            ("payer-name", normal(party.name) if party.name else ""),
        ]
        keys = [(entry.creditor, kind, value, account) for kind, value in places if value]
        return [*self._store.get_many(Lesson, keys).values()]

    def _mails(
        self, creditor: Creditor, account: str, dates: Dates, done: Looked
    ) -> Iterator[None]:
        """Mails that came in, found by their events; so they go before those lose their words."""
        for mail in mails_of(self._told(creditor, account, dates), self._store):
            new = bare_mail(mail)
            if new == mail or self._is_kept(creditor, "letter", mail.at.date(), dates, done):
                continue
            self._files().delete(mail_shelf_name(mail))
            self._commit([_changed(mail, new)])
            done.files, done.scrubbed = done.files + 1, done.scrubbed + 1
            yield

    def _told(self, creditor: Creditor, account: str, dates: Dates) -> Iterator[Event]:
        months = months_between(first_month(creditor.created_at, dates), dates.today)
        return events_of(self._store, creditor.id, account, months)

    def _events(
        self, creditor: Creditor, account: str, dates: Dates, done: Looked
    ) -> Iterator[None]:
        writes: list[Write] = []
        fresh = self._clock.now() - ON_ITS_WAY
        for event in self._told(creditor, account, dates):
            names = personal_names(event)
            if not names:
                continue
            if not event.relayed and event.at > fresh:
                # Whoever relays it writes it as it was: a moment later its words would be back.
                done.come_again(dates.today + timedelta(days=1))
                continue
            kept_as = _words_kept(event)
            if self._is_kept(creditor, kept_as, event.at.date(), dates, done):
                continue
            mark = self._chain.mark_of(event)
            bare, after = without(event, mark, names, self._clock.now())
            writes += [Put(bare, expect=None), Put(after, expect=mark.version)]
            done.events += 1
            if len(writes) >= _CHUNK:
                self._commit(writes)
                writes = []
                yield
        if writes:
            self._commit(writes)
            yield

    def _master(
        self, creditor: Creditor, account: str, dates: Dates, done: Looked
    ) -> Iterator[None]:
        """The account itself: its name and address stand on vouchers, and go with the last."""
        old = self._store.get(Account, creditor.id, account)
        if old is None:
            return
        new = replace(
            old,
            contacts=(),
            pushed=None,
            reference=None,
            labels=(),
            custom={},
            steering=replace(old.steering, reason=""),
            pays=NOTHING_KNOWN,
        )
        nameless = replace(new, name=ERASED_NAME, address=None, region=None)
        last = max(dates.invoices.values(), default=None)
        if nameless != new and not (
            last is not None and self._is_kept(creditor, "voucher", last, dates, done)
        ):
            new = nameless
        if new != old:
            new = replace(new, version=old.version + 1)
            listed = [*finding_writes(old, new), *contact_writes(old, new)]
            # Somebody may have changed it meanwhile: the next look sees it.
            with suppress(CommitConflict):
                self._store.commit([Put(new, expect=old.version), *listed])
                done.scrubbed += 1
            yield

    def _commit(self, writes: list[Write]) -> None:
        """Write what a chunk came to; where one of it was changed meanwhile, the rest alone."""
        if not writes:
            return
        try:
            self._store.commit(writes)
        except CommitConflict:
            for write in _together(writes):
                with suppress(CommitConflict):
                    self._store.commit(write)


def _together(writes: list[Write]) -> Iterator[list[Write]]:
    """Yield writes one by one, but an event with its mark."""
    pending: list[Write] = []
    for write in writes:
        pending.append(write)
        if not (isinstance(write, Put) and isinstance(write.record, Event)):
            yield pending
            pending = []
    if pending:
        yield pending


def _changed(old: Any, new: Any) -> Put:
    """Return the write of a scrubbed record, under its version where it has one."""
    if not hasattr(old, "version"):
        return Put(new, expect=None)
    return Put(replace(new, version=old.version + 1), expect=old.version)


def _gone(record: Any) -> list[Write]:
    """Return the writes that remove a record and what finds it."""
    writes: list[Write] = [Delete(record, expect=None)]
    if isinstance(record, PortalUser):
        found = PortalAddress(record.address_hash, record.creditor, record.account, "user")
        writes.append(Delete(found, expect=None))
    return writes


def _words_kept(event: Event) -> KeptAs | None:
    return next((kept for start, kept in _WORDS_KEPT if event.type.startswith(start)), None)
