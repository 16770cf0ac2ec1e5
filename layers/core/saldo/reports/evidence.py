"""The evidence pack: everything that proves a claim, in one ZIP that anybody can read and check.

It is made from the books alone: the same books give the same bytes, so that two packs can be
compared, and a hash told today still fits a pack made in five years of what nobody has touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor, Hold
from saldo.accounts.service import InvoiceUnknown, account_in
from saldo.clock import Clock
from saldo.collection.facts import Case, Dispute, Promise
from saldo.collection.model import Plan
from saldo.events import Event
from saldo.invoices.model import Allocation, CreditNote, Invoice, NumberTaken
from saldo.ledger.model import JournalEntry
from saldo.payments.model import Payment
from saldo.reminders.channels.letter import Letter, Outbox
from saldo.reminders.decisions import decisions_about
from saldo.reminders.kept_words import KeptWords
from saldo.reminders.model import DecisionRecord, Notice
from saldo.reminders.opening import LinkOpening
from saldo.reports.evidence_facts import Facts, Message, Paper
from saldo.reports.evidence_files import PDF, files_of
from saldo.reports.evidence_paper import IndexTypesetter
from saldo.reports.evidence_zip import zipped
from saldo.store import Store


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack: the ZIP's bytes and their SHA-256, and how many messages it proves."""

    content: bytes
    sha256: str
    invoices: int
    messages: int
    words_kept: int


class EvidencePacks:
    """Makes packs. `outbox` is where letters lie, `typesetter` makes the PDF that comes first."""

    def __init__(
        self, store: Store, clock: Clock, outbox: Outbox, typesetter: IndexTypesetter
    ) -> None:
        self._store, self._clock = store, clock
        self._outbox, self._typesetter = outbox, typesetter

    def of_invoice(self, creditor: Creditor, number: str) -> Pack:
        """Pack all about one invoice; raise InvoiceUnknown."""
        taken = self._store.get(NumberTaken, creditor.id, "invoice", number)
        found = self._store.get(Invoice, creditor.id, taken.account, number) if taken else None
        if found is None:
            raise InvoiceUnknown(f"There is no invoice {number!r}.")
        return self._pack(creditor, found.account, (found,), whole=False)

    def of_account(self, creditor: Creditor, number: str) -> Pack:
        """Pack all about an account; raise AccountUnknown."""
        account_in(self._store, creditor.id, number)
        invoices = tuple(self._store.list(Invoice, creditor.id, number))
        return self._pack(creditor, number, invoices, whole=True)

    def of_case(self, creditor: Creditor, case: Case) -> Pack:
        """Pack all about the invoices of a case."""
        keys = [(case.creditor, case.account, number) for number in case.invoices]
        found = self._store.get_many(Invoice, keys)
        return self._pack(creditor, case.account, tuple(found[key] for key in keys), whole=False)

    def _pack(
        self, creditor: Creditor, number: str, invoices: tuple[Invoice, ...], *, whole: bool
    ) -> Pack:
        account = self._store.get(Account, creditor.id, number)
        assert account is not None, "an invoice has its account"
        facts = self._facts(creditor, account, invoices, whole)
        content = zipped(files_of(facts, self._typesetter), PDF)
        return Pack(
            content,
            hashlib.sha256(content).hexdigest(),
            len(invoices),
            len(facts.messages),
            sum(message.words is not None for message in facts.messages),
        )

    def _facts(
        self, creditor: Creditor, account: Account, invoices: tuple[Invoice, ...], whole: bool
    ) -> Facts:
        place, list_ = account.key, self._store.list
        numbers = {invoice.number for invoice in invoices}
        notices = [
            notice
            for notice in list_(Notice, *place)
            if whole or numbers.intersection(i.invoice for i in (*notice.items, *notice.also))
        ]
        allocations = tuple(a for a in list_(Allocation, *place) if a.invoice in numbers)
        sources = {allocation.source for allocation in allocations}
        payments = tuple(
            replace(payment, link_hash="", hosted_url=None)
            for payment in list_(Payment, *place)
            if whole
            or payment.source in sources
            or numbers.intersection((payment.invoice, *payment.more_invoices))
        )
        entries = tuple(e for e in self._journal(account, invoices) if whole or _about(e, numbers))
        ids = {notice.id for notice in notices} | {payment.id for payment in payments}
        return Facts(
            creditor,
            account,
            invoices,
            tuple(n for n in list_(CreditNote, *place) if n.invoice in numbers),
            tuple(self._message(notice) for notice in notices),
            tuple(d for number in sorted(numbers) for d in self._decisions(account, number)),
            tuple(p for p in list_(Promise, *place) if numbers.intersection(p.invoices)),
            tuple(d for d in list_(Dispute, *place) if d.invoice in numbers),
            tuple(p for p in list_(Plan, *place) if numbers.intersection(p.invoices)),
            tuple(c for c in list_(Case, *place) if numbers.intersection(c.invoices)),
            tuple(h for h in self._holds(account) if whole or _bears_on(h, numbers)),
            payments,
            allocations,
            entries,
            tuple(e for e in self._events(account, invoices) if whole or _tells(e, numbers, ids)),
            whole,
        )

    def _message(self, notice: Notice) -> Message:
        kept = (
            self._store.get(KeptWords, *notice.key, notice.content_hash)
            if notice.content_hash
            else None
        )
        letter = (
            self._store.get(Letter, *notice.key)
            if notice.channel in ("letter", "registered")
            else None
        )
        pdf = self._outbox.get(letter.file) if letter else None
        opening = self._store.get(LinkOpening, *notice.key)
        return Message(notice, kept, Paper(letter, pdf) if letter else None, opening)

    def _decisions(self, account: Account, number: str) -> Iterator[DecisionRecord]:
        return decisions_about(self._store, *account.key, number)

    def _holds(self, account: Account) -> Iterator[Hold]:
        for owner in (WHOLE_CREDITOR, account.number):
            yield from self._store.list(Hold, account.creditor, owner)

    def _journal(self, account: Account, invoices: tuple[Invoice, ...]) -> Iterator[JournalEntry]:
        first, today = self._first_day(invoices), self._clock.now().date()
        # Entries may be booked ahead: an invoice of next year's first day is issued before it.
        for year in range(first.year, today.year + 2):
            yield from self._store.list(JournalEntry, *account.key, str(year))

    def _events(self, account: Account, invoices: tuple[Invoice, ...]) -> Iterator[Event]:
        recorded = [
            entry.recorded_at.date()
            for entry in self._journal(account, invoices)
            if entry.cause_kind == "invoice"
        ]
        first = min([self._first_day(invoices), *recorded])
        today = self._clock.now().date()
        for month in range(first.year * 12 + first.month - 1, today.year * 12 + today.month):
            name = f"{month // 12:04}{month % 12 + 1:02}"
            yield from self._store.list(Event, *account.key, name)

    def _first_day(self, invoices: tuple[Invoice, ...]) -> date:
        today = self._clock.now().date()
        return min((invoice.issued_on for invoice in invoices), default=today)


def _about(entry: JournalEntry, numbers: set[str]) -> bool:
    return any(p.account == "receivable" and p.detail in numbers for p in entry.postings)


def _bears_on(hold: Hold, numbers: set[str]) -> bool:
    return hold.invoice is None or bool(numbers.intersection((hold.invoice, *hold.more_invoices)))


def _tells(event: Event, numbers: set[str], ids: set[str]) -> bool:
    """Tell whether an event is about one of the invoices, or of a message or payment about it."""
    data = event.data
    named = {data.get("invoice"), *data.get("invoices", ())}
    return bool(named & numbers) or bool({data.get("notice"), data.get("payment")} & ids)
