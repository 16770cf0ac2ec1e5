"""A file into what it says: the record, and what is wrong with it. Never an exception.

UBL and CII as XML, and PDF files that carry one of them. What cannot be read says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from saldo.adapters.einvoice import cii, ubl
from saldo.adapters.einvoice.binding import bind
from saldo.adapters.einvoice.limits import LIMITS, Limits, Unreadable
from saldo.adapters.einvoice.xml import parse
from saldo.einvoices.build import build
from saldo.einvoices.document import Document, Syntax
from saldo.einvoices.findings import Finding
from saldo.einvoices.record import Invoice
from saldo.einvoices.rules import check
from saldo.einvoices.tree import Node

_PDF: Final = b"%PDF-"
_HEAD: Final = 1024
_OTHERS: Final = (
    (b"PK\x03\x04", "This is a ZIP archive or an Office document, not an e-invoice."),
    (b"\x89PNG", "This is an image, not an e-invoice."),
    (b"\xff\xd8\xff", "This is an image, not an e-invoice."),
    (b"UNA", "This is EDIFACT, which is not read."),
    (b"UNB+", "This is EDIFACT, which is not read."),
    (b"{", "This is JSON, not an e-invoice."),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a file.

    `is_ok` says that there is a record and no finding is fatal. `error` is the reason why a file
    could not be read at all; then there is neither syntax nor record. `carried` is the XML that
    a PDF carried, as its bytes stood there; empty for a file that is XML itself.
    """

    is_ok: bool
    syntax: str = ""
    profile: str = ""
    invoice: Invoice | None = None
    findings: tuple[Finding, ...] = ()
    error: str = ""
    carried: bytes = field(default=b"", repr=False)


def read(source: bytes, limits: Limits = LIMITS) -> Reading:
    """Read an e-invoice in any syntax that is known; what it cannot read it refuses."""
    try:
        if _PDF in source[:_HEAD]:
            from saldo.adapters.einvoice.pdf import embedded_invoice

            carried = embedded_invoice(source, limits)
            return replace(_judged(_document(carried, limits), " in PDF"), carried=carried)
        return _judged(_document(source, limits), "")
    except Unreadable as reason:
        return Reading(is_ok=False, error=str(reason))


def _document(source: bytes, limits: Limits) -> Document:
    head = source[:_HEAD].lstrip()
    if not head:
        raise Unreadable("The file is empty.")
    for begin, sentence in _OTHERS:
        if head.startswith(begin):
            raise Unreadable(sentence)
    return document_of(parse(source, cii.RENAMED, limits))


def document_of(root: Node) -> Document:
    """Return a document of known vocabulary with its terms; raise Unreadable for another one."""
    if ubl.is_ubl(root):
        syntax: Syntax = "UBL Invoice" if root.name == "Invoice" else "UBL CreditNote"
        return Document(bind(root, ubl.DOCUMENT), syntax)
    if cii.is_cii(root):
        old = root.tag == cii.ZUGFERD_1
        return Document(bind(root, cii.DOCUMENT), "ZUGFeRD 1.0" if old else "CII")
    raise Unreadable(f"The root element {root.tag[:80]!r} is none of UBL's or CII's invoices.")


def _judged(document: Document, carried: str) -> Reading:
    findings, invoice = check(document), build(document)
    is_fatal = any(finding.severity == "fatal" for finding in findings)
    return Reading(
        is_ok=invoice is not None and not is_fatal,
        syntax=document.syntax + carried,
        profile=document.profile.name,
        invoice=invoice,
        findings=findings,
    )
