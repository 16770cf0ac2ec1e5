"""Takes electronic invoices: read, judged, booked as a push would be, kept byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from saldo.accounts.model import Account, Creditor
from saldo.einvoices.findings import Finding
from saldo.einvoices.record import Invoice as Document
from saldo.errors import Refusal, Unavailable
from saldo.files.model import FileKindNotTaken, FilesTooLarge, Purpose
from saldo.files.service import Files
from saldo.intake.booking import Booked, Booking, Waits
from saldo.intake.buyers import BuyerAmbiguous, Buyers, BuyerUnknown
from saldo.intake.claims import Claim, CreditClaim, Meaning, Nothing, meaning_of
from saldo.intake.ports import Outcome, ReceivedFile, ReportRow
from saldo.intake.rules import IntakeRuleBook, IntakeRules
from saldo.intake.sellers import SellerNotKnown, check_seller
from saldo.intake.words import one_line
from saldo.money import format_amount

KIND: Final = "e-invoice"
NOT_READABLE: Final = "document-not-readable"
NOT_VALID: Final = "document-not-valid"
NOTHING_TO_PAY: Final = "nothing-to-pay"

_PDF: Final = b"%PDF-"
_PDF_WITHIN: Final = 1024
_MARKUP: Final = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")
_ROWS_MAX: Final = 100
_TEXT_MAX: Final = 300


class Reading(Protocol):
    """What became of reading a document; see `saldo.adapters.einvoice.read`."""

    @property
    def is_ok(self) -> bool: ...
    @property
    def syntax(self) -> str: ...
    @property
    def profile(self) -> str: ...
    @property
    def invoice(self) -> Document | None: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def error(self) -> str: ...
    @property
    def carried(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Read:
    """A document that was read, and where it stands."""

    file: ReceivedFile
    creditor: Creditor
    rules: IntakeRules
    reading: Reading
    document: Document


class EInvoices:
    """The taker of electronic invoices. `read` never raises, whatever it is given."""

    kind: str = KIND

    def __init__(
        self,
        read: Callable[[bytes], Reading],
        creditor: Callable[[str], Creditor],
        rules: IntakeRuleBook,
        buyers: Buyers,
        booking: Booking,
        files: Files,
    ) -> None:
        self._read, self._creditor, self._rules = read, creditor, rules
        self._buyers, self._booking, self._files = buyers, booking, files

    def accepts(self, head: bytes, name: str) -> bool:
        """Tell whether it is a PDF, or markup of any encoding."""
        del name
        return _PDF in head[:_PDF_WITHIN] or head.lstrip().startswith(_MARKUP)

    def take(self, file: ReceivedFile) -> Outcome:
        """Take a document; see `saldo.intake.ports.Taker`."""
        reading = self._read(file.data)
        document = reading.invoice
        if document is None or not reading.is_ok:
            return _refused_as_read(reading)
        rules = self._rules.of(file.creditor)
        creditor = self._creditor(file.creditor)
        read = _Read(file, creditor, rules, reading, document)
        try:
            if not file.answer("account"):
                check_seller(document, rules, creditor.name)
            meaning = meaning_of(document, rules)
            if isinstance(meaning, Nothing):
                return _nothing(read, meaning)
            return self._take(read, meaning)
        except (SellerNotKnown, BuyerUnknown, BuyerAmbiguous, Waits) as waits:
            return _not_taken(read, waits, is_waiting=True)
        except Unavailable:
            raise
        except Refusal as refusal:
            return _not_taken(read, refusal, is_waiting=False)

    def _take(self, read: _Read, meaning: Claim | CreditClaim) -> Outcome:
        if isinstance(meaning, CreditClaim):
            booked = self._booking.credit(meaning, read.file)
        else:
            account, is_new = self._account(read)
            booked = self._booking.claim(meaning, account, read.file, is_new=is_new)
            self._buyers.learn(read.document, read.creditor.id, booked.account, read.file.by)
        kept, remarks = self._keep(read, booked)
        state: Literal["taken", "unchanged"] = "taken" if booked.is_new else "unchanged"
        first = ReportRow(state, id=booked.number)
        rows = (first, *meaning.remarks, *booked.remarks, *remarks, *_warnings(read.reading))
        more = (("account", booked.account), ("invoice", booked.invoice), ("files", kept))
        return Outcome(state, KIND, rows=rows[:_ROWS_MAX], found=(*_facts(read, meaning), *more))

    def _account(self, read: _Read) -> tuple[Account, bool]:
        """Return the buyer's account, and whether it is still to be made."""
        chosen = read.file.answer("account")
        if chosen:
            return self._booking.account(read.creditor.id, chosen), False
        try:
            return self._buyers.find(read.document, read.rules), False
        except BuyerUnknown:
            if not read.rules.creates_accounts:
                raise
        return self._buyers.new_account(read.document, read.creditor), True

    def _keep(self, read: _Read, booked: Booked) -> tuple[list[str], list[ReportRow]]:
        """Keep the document with its invoice, and the XML that it carried beside it.

        Returns the ids of the files, and why one was not kept there.
        """
        purpose: Purpose = "credit-note" if booked.is_credit else "invoice"
        wanted: list[tuple[Purpose, str, bytes]] = [(purpose, read.file.name, read.file.data)]
        if read.reading.carried and not booked.is_credit:
            name = booked.number.replace("/", "-").replace("\\", "-")
            wanted.append(("e-invoice", name, read.reading.carried))
        kept: list[str] = []
        remarks: list[ReportRow] = []
        for what, name, data in wanted:
            about = _mark(booked.number) if what == "credit-note" else ""
            place = (read.creditor.id, booked.account, what)
            by = read.file.by
            try:
                file = self._files.keep(*place, name, "", data, by, booked.invoice, about)
            except (FilesTooLarge, FileKindNotTaken) as refusal:
                words = f"{refusal.detail} It is kept with its receipt alone."
                remarks.append(ReportRow("warning", code=refusal.code, text=words))
            else:
                kept.append(file.id)
        return kept, remarks


def _mark(number: str) -> str:
    """Return what files of a credit note are known by: its number would not survive an address."""
    return f"credit-{hashlib.sha256(number.encode()).hexdigest()[:16]}"


def _facts(read: _Read, meaning: Meaning) -> tuple[tuple[str, Any], ...]:
    document = read.document
    amount = format_amount(document.totals.payable_minor, document.currency)
    return (
        ("number", one_line(document.number, 64)),
        ("document", document.kind),
        ("type_code", document.type_code),
        ("syntax", read.reading.syntax),
        ("profile", read.reading.profile),
        ("issued_on", document.issued_on.isoformat()),
        ("currency", document.currency),
        ("to_pay", amount),
        ("due_on", meaning.invoice.due_on.isoformat() if isinstance(meaning, Claim) else None),
        ("buyer", one_line(document.buyer.name, 200)),
        ("payment_reference", one_line(document.payment_reference, 140)),
    )


def _warnings(reading: Reading) -> list[ReportRow]:
    return [_row(one) for one in reading.findings if one.severity == "warning"]


def _row(finding: Finding) -> ReportRow:
    line = f" (line {finding.line})" if finding.line else ""
    return ReportRow(
        "refused" if finding.severity == "fatal" else "warning",
        one_line(f"{finding.path}{line}", _TEXT_MAX),
        code=finding.rule,
        text=one_line(finding.message, _TEXT_MAX),
    )


def _refused_as_read(reading: Reading) -> Outcome:
    if reading.error:
        return Outcome("refused", KIND, NOT_READABLE, one_line(reading.error, _TEXT_MAX))
    fatal = [_row(one) for one in reading.findings if one.severity == "fatal"]
    text = fatal[0].text if fatal else "Its number, day, currency or sum is missing."
    rows = (*fatal, *_warnings(reading))[:_ROWS_MAX]
    found = (("syntax", reading.syntax), ("profile", reading.profile))
    return Outcome("refused", KIND, NOT_VALID, text, rows, found)


def _not_taken(read: _Read, refusal: Refusal, *, is_waiting: bool) -> Outcome:
    state: Literal["waiting", "refused"] = "waiting" if is_waiting else "refused"
    number = one_line(read.document.number, 64)
    first = ReportRow(state, id=number, code=refusal.code, text=refusal.detail)
    rows = (first, *_warnings(read.reading))[:_ROWS_MAX]
    return Outcome(state, KIND, refusal.code, refusal.detail, rows, _facts(read, Nothing(number)))


def _nothing(read: _Read, meaning: Nothing) -> Outcome:
    text = "There is nothing to pay: nothing was booked."
    first = ReportRow("unchanged", id=meaning.number, code=NOTHING_TO_PAY, text=text)
    rows = (first, *meaning.remarks, *_warnings(read.reading))[:_ROWS_MAX]
    return Outcome("unchanged", KIND, NOTHING_TO_PAY, text, rows, _facts(read, meaning))
