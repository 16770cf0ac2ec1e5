"""What is personal in each kind of record about an account, how it goes, and until when it is kept.

Every kind of row stands here or in `untreated.py` with the reason; a test holds the two against the
table's kinds, so that a new kind cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar

from saldo.accounts.model import Hold
from saldo.collection.facts import Case, Dispute, PaidClaim, Promise
from saldo.collection.model import Plan
from saldo.contacts.model import DetailsChange
from saldo.credit.model import CreditSheet
from saldo.credit_data.identity import CompanyIds, CompanyLink
from saldo.credit_data.report import CreditReport
from saldo.files.model import FROM_CREDITOR, StoredFile
from saldo.ids import instant_of
from saldo.invoices.history import InvoiceCorrection
from saldo.invoices.lines import InvoiceLines
from saldo.invoices.model import Allocation, CreditNote, Invoice
from saldo.ledger.model import JournalEntry
from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo.payments.model import Payment, Refund
from saldo.portal.model import PortalUser
from saldo.privacy.model import KeptAs
from saldo.reminders.by_hand.model import WrittenMessage
from saldo.reminders.channels.letter import Letter
from saldo.reminders.kept_words import KeptWords
from saldo.reminders.model import Claim, ContactLog, DecisionRecord, Notice, ServiceStop
from saldo.reminders.opening import LinkOpening
from saldo.reminders.tasks import Task
from saldo.threads.model import ThreadEntry
from saldo.watchers.model import Watcher, WatchNews
from saldo.worklist.calls import Call
from saldo.worklist.notes import Note

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Dates:
    """What dates records that bear none: the days of invoices, and today."""

    invoices: Mapping[str, date]
    today: date

    def of_invoice(self, number: str) -> date:
        return self.invoices.get(number, self.today)

    def of_id(self, ulid: str) -> date:
        """Return the day on which an id was made; today for an id that is none of ours."""
        with suppress(ValueError):
            return instant_of(ulid).date()
        return self.today


@dataclass(frozen=True, slots=True)
class Treatment(Generic[R]):
    """How one kind of record goes.

    `kept_as` names the duty that keeps it first, None for none; it counts from `day`. `scrub`
    answers the record without what is personal, the very same where nothing is, or None where all
    of it goes.
    """

    kind: type[R]
    kept_as: Callable[[R], KeptAs | None]
    day: Callable[[R, Dates], date]
    scrub: Callable[[R], R | None]


def _blank(**fields: Any) -> Callable[[Any], Any]:
    return lambda record: replace(record, **fields)


def _as(kept_as: KeptAs | None) -> Callable[[Any], KeptAs | None]:
    return lambda _: kept_as


def _removed(_: Any) -> None:
    return None


def _on(name: str) -> Callable[[Any, Dates], date]:
    """Return what reads a record's day: a date, or the day of an instant."""

    def day(record: Any, _: Dates) -> date:
        found: date = getattr(record, name)
        return found.date() if isinstance(found, datetime) else found

    return day


def _never(_: Any, dates: Dates) -> date:
    return dates.today


def _of_notice(record: Any, dates: Dates) -> date:
    return dates.of_id(record.notice)


def _of_invoice(record: Any, dates: Dates) -> date:
    return dates.of_invoice(record.number)


def _mandate_day(mandate: Mandate, dates: Dates) -> date:
    """A mandate's proof is needed as long as what it may have paid can be asked back."""
    if mandate.ended_at is not None:
        return mandate.ended_at.date()
    return max([mandate.created_at.date(), *dates.invoices.values()])


def _case(case: Case) -> Case:
    reports = tuple(replace(one, text="") for one in case.reports)
    return replace(case, reason="", reference="", reports=reports, file=None)


def _invoice(invoice: Invoice) -> Invoice:
    taken = replace(invoice.withdrawn, reason="") if invoice.withdrawn else None
    return replace(invoice, description="", order_reference=None, withdrawn=taken)


def _payment(payment: Payment) -> Payment:
    returned = replace(payment.returned, reason="") if payment.returned else None
    return replace(payment, hosted_url=None, failure=None, returned=returned)


def _mandate(mandate: Mandate) -> Mandate:
    consent = replace(mandate.consent, text="", link_hash="")
    return replace(mandate, consent=consent, hosted_url=None, ended_reason=None)


def _file(file: StoredFile) -> StoredFile:
    return replace(file, name="")


def _credit(sheet: CreditSheet) -> CreditSheet:
    """Amounts and states stay, reasons that somebody wrote go."""
    reasons = sheet.block.reasons if sheet.block else ()
    bare = tuple(replace(one, facts={}) for one in reasons)
    return replace(
        sheet,
        own=tuple(replace(one, reason="") for one in sheet.own),
        covers=tuple(replace(one, insurer="") for one in sheet.covers),
        proposals=(),
        block=replace(sheet.block, reasons=bare) if sheet.block else None,
        manual=replace(sheet.manual, reason="") if sheet.manual else None,
        exemption=replace(sheet.exemption, reason="") if sheet.exemption else None,
    )


TREATMENTS: Final[tuple[Treatment[Any], ...]] = (
    # What nobody is bound to keep.
    Treatment(Hold, _as(None), _on("placed_at"), _blank(reason="", about={})),
    Treatment(CreditReport, _as(None), _on("as_of"), _removed),
    Treatment(CompanyIds, _as(None), _never, _removed),
    Treatment(CompanyLink, _as(None), _never, _removed),
    Treatment(DetailsChange, _as(None), _on("at"), _removed),
    Treatment(PortalUser, _as(None), _on("invited_at"), _removed),
    Treatment(Task, _as(None), _on("created_at"), _removed),
    Treatment(Note, _as(None), _on("at"), _removed),
    Treatment(Call, _as(None), _on("at"), _removed),
    Treatment(LinkOpening, _as(None), _never, _removed),
    Treatment(Watcher, _as(None), _on("at"), _removed),
    Treatment(WatchNews, _as(None), _on("at"), _removed),
    Treatment(ContactLog, _as(None), _never, _removed),
    Treatment(CreditSheet, _as(None), _never, _credit),
    Treatment(ServiceStop, _as(None), _on("requested_at"), _blank(reason="")),
    # Letters: what was written to and fro, and what was agreed.
    Treatment(
        Notice,
        _as("letter"),
        _on("created_at"),
        _blank(to=None, subject=None, facts={}, outcome=None),
    ),
    Treatment(KeptWords, _as("letter"), _of_notice, _removed),
    Treatment(Letter, _as("letter"), _on("made_at"), _blank(to=(), note="")),
    Treatment(Claim, _as("letter"), _of_notice, _blank(grounds=None)),
    Treatment(DecisionRecord, _as("letter"), _on("day"), _removed),
    Treatment(ThreadEntry, _as("letter"), _on("at"), _blank(text="", files=())),
    Treatment(
        WrittenMessage,
        _as("letter"),
        _on("at"),
        _blank(to="", name="", subject="", text="", postal=None, hours=None),
    ),
    Treatment(Dispute, _as("letter"), _on("opened_at"), _blank(text="", outcome="")),
    Treatment(PaidClaim, _as("letter"), _on("claimed_at"), _blank(text="", outcome="")),
    Treatment(Promise, _as("letter"), _on("given_at"), _blank(note="")),
    Treatment(Case, _as("letter"), _on("opened_at"), _case),
    Treatment(
        Plan,
        _as("letter"),
        _on("created_at"),
        _blank(consent=None, ended_reason=None),
    ),
    Treatment(
        Mandate,
        _as("letter"),
        _mandate_day,
        _mandate,
    ),
    Treatment(
        ScheduledPayment, _as("letter"), _on("created_at"), _blank(consent=None, failure=None)
    ),
    Treatment(
        StoredFile,
        lambda r: "voucher" if r.purpose in FROM_CREDITOR else "letter",
        _on("at"),
        _file,
    ),
    # Vouchers: what was invoiced and paid.
    Treatment(Invoice, _as("voucher"), _on("issued_on"), _invoice),
    Treatment(InvoiceLines, _as("voucher"), _of_invoice, _removed),
    Treatment(InvoiceCorrection, _as("voucher"), _on("at"), _blank(changes=())),
    Treatment(CreditNote, _as("voucher"), _on("issued_on"), _blank(reason="")),
    Treatment(
        Payment,
        _as("voucher"),
        _on("created_at"),
        _payment,
    ),
    Treatment(
        Refund,
        _as("voucher"),
        _on("created_at"),
        _blank(reason="", failure=None),
    ),
    # Books: amounts stay for good, reasons that somebody wrote go.
    Treatment(
        Allocation,
        _as("book"),
        _on("allocated_at"),
        lambda r: replace(
            r, reason="", reversed_reason="" if r.reversed_reason else r.reversed_reason
        ),
    ),
    Treatment(JournalEntry, _as("book"), _on("booked_on"), _blank(reason="")),
)
