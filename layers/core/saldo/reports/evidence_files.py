"""What lies in an evidence pack: its facts as JSON, CSV and text, and an index. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from saldo.codec import encode
from saldo.events import Event
from saldo.invoices.model import Invoice
from saldo.ledger.model import JournalEntry
from saldo.money import format_amount
from saldo.reminders.model import DecisionRecord
from saldo.reports.evidence_contents import index_of
from saldo.reports.evidence_facts import Facts, Message, proof_of
from saldo.reports.evidence_index import index_page
from saldo.reports.evidence_paper import IndexTypesetter
from saldo.reports.evidence_zip import json_file
from saldo.spreadsheet_cells import harmless

FORMAT = 2
"""Rises when something moves to another place in the pack."""


PDF = "evidence.pdf"
"""The first file of a pack: its index, to be read and printed."""


def files_of(facts: Facts, typesetter: IndexTypesetter) -> dict[str, bytes]:
    """Return every file of the pack by its name.

    The PDF has the hash of every file of the records, `index.json` that of the PDF as well.
    """
    files = _files(facts)
    files[PDF] = typesetter.index(index_of(facts, files))
    index = {
        "format": FORMAT,
        "about": facts.about,
        "creditor": facts.creditor.name,
        "account": facts.account.number,
        "invoices": [invoice.number for invoice in facts.invoices],
        "files": [
            {"name": name, "bytes": len(files[name]), "sha256": _sha256(files[name])}
            for name in sorted(files)
        ],
    }
    files["index.json"] = json_file(index)
    files["index.html"] = index_page(facts, sorted(files)).encode()
    return files


def _files(facts: Facts) -> dict[str, bytes]:
    return {
        "claims.json": json_file(_claims(facts)),
        "claims.csv": _csv(_CLAIM, (_claim_row(i) for i in facts.invoices)),
        "invoices.json": _records(facts.invoices),
        "credit-notes.json": _records(facts.credit_notes),
        "messages.json": json_file([_told(m) for m in facts.messages]),
        "decisions.json": _records(facts.decisions),
        "charges.csv": _csv(_CHARGE, _charges(facts.decisions)),
        "promises.json": _records(facts.promises),
        "disputes.json": _records(facts.disputes),
        "plans.json": _records(facts.plans),
        "cases.json": _records(facts.cases),
        "holds.json": _records(facts.holds),
        "payments.json": _records(facts.payments),
        "allocations.json": _records(facts.allocations),
        "ledger.csv": _csv(_LEDGER, _ledger(facts.entries)),
        "timeline.json": json_file([_event(e) for e in facts.events]),
        **{name: content for m in facts.messages for name, content in _words(m)},
    }


_OPENED = ("first_at", "last_at", "days", "machine_at")


def _told(message: Message) -> dict[str, Any]:
    words, paper = message.words, message.paper
    told: dict[str, Any] = {"proof": proof_of(message), **encode(message.notice)}
    if words is not None:
        told["link_secret_sha256"] = words.link_hash
    if paper is not None:
        told["letter"] = encode(paper.letter)
    if message.opening is not None:
        told["opened"] = {n: v for n, v in encode(message.opening).items() if n in _OPENED}
    return told


def _words(message: Message) -> Iterator[tuple[str, bytes]]:
    place = f"messages/{message.notice.id}"
    if message.words is not None:
        subject, text, html = message.words.parts
        yield f"{place}.subject.txt", subject.encode()
        yield f"{place}.text.txt", text.encode()
        if html:
            yield f"{place}.html", html.encode()
    if message.paper is not None and message.paper.pdf is not None:
        yield f"{place}.pdf", message.paper.pdf


def _claims(facts: Facts) -> dict[str, Any]:
    """Return what an agency's system reads: whose claim on whom, and what of it is open."""
    sums: dict[str, int] = {}
    for invoice in facts.invoices:
        sums[invoice.currency] = sums.get(invoice.currency, 0) + invoice.open_minor
    creditor, account = facts.creditor, facts.account
    return {
        "creditor": {
            "name": creditor.name,
            "country": creditor.country,
            "address": list(creditor.address),
        },
        "debtor": {
            "number": account.number,
            "name": account.name,
            "kind": account.kind,
            "country": account.country,
            "language": account.language,
            "contacts": encode(account.contacts),
            "address": encode(account.address),
        },
        "claims": [dict(zip(_CLAIM, _claim_row(i), strict=True)) for i in facts.invoices],
        "open": {currency: format_amount(minor, currency) for currency, minor in sums.items()},
        "cases": encode(facts.cases),
    }


_CLAIM = (
    "invoice",
    "issued_on",
    "due_on",
    "currency",
    "amount",
    "charged",
    "principal_open",
    "costs_open",
    "interest_open",
    "open",
    "closed_on",
)


def _claim_row(invoice: Invoice) -> list[str]:
    parts = invoice.parts
    amounts = (invoice.amount_minor, invoice.charged_minor, parts.principal, parts.costs)
    told = [format_amount(m, invoice.currency) for m in (*amounts, parts.interest)]
    return [
        invoice.number,
        invoice.issued_on.isoformat(),
        invoice.due_on.isoformat(),
        invoice.currency,
        *told,
        format_amount(invoice.open_minor, invoice.currency),
        invoice.closed_on.isoformat() if invoice.closed_on else "",
    ]


_CHARGE = (
    "day",
    "invoice",
    "kind",
    "currency",
    "amount",
    "law",
    "notice",
    "days",
    "percent",
    "rate_from",
    "segment",
)


def _charges(decisions: Sequence[DecisionRecord]) -> Iterator[list[str]]:
    """Yield a row per charge, and behind interest one per segment with the rate it rests on."""
    for decision in decisions:
        currency = str(decision.facts.get("currency", ""))
        for line in decision.facts.get("charges", ()) if decision.notice else ():
            amount = format_amount(line["minor"], currency)
            place = [decision.day.isoformat(), decision.invoice, str(line["kind"]), currency]
            law = [str(line["law"]), str(decision.notice)]
            yield [*place, amount, *law, "", "", "", ""]
            for part in line.get("segments", ()):
                rate = [str(part.get(name, "")) for name in ("days", "percent", "rate_from")]
                told = json.dumps(part, sort_keys=True, ensure_ascii=False)
                yield [*place, "", *law, *rate, told]


_LEDGER = (
    "booked_on",
    "cause",
    "cause_id",
    "account",
    "detail",
    "part",
    "currency",
    "amount",
    "by",
    "reason",
    "recorded_at",
)


def _ledger(entries: Iterable[JournalEntry]) -> Iterator[list[str]]:
    for entry in sorted(entries, key=lambda e: (e.booked_on, e.recorded_at, e.key)):
        for posting in entry.postings:
            yield [
                entry.booked_on.isoformat(),
                entry.cause_kind,
                entry.cause_id,
                posting.account,
                posting.detail,
                posting.part,
                entry.currency,
                format_amount(posting.amount_minor, entry.currency),
                entry.by,
                entry.reason,
                entry.recorded_at.isoformat(),
            ]


def _event(event: Event) -> dict[str, Any]:
    """Return an event without what only its delivery is about, which changes by itself."""
    told = encode(event)
    return {name: value for name, value in told.items() if name not in ("relayed", "version")}


def _records(records: Sequence[Any]) -> bytes:
    return json_file(encode(records))


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _harmless(cell: str) -> str:
    """Keep spreadsheets from running a cell as a formula; amounts below zero stay amounts."""
    is_amount = cell.lstrip("-").replace(".", "", 1).isdigit()
    return cell if is_amount else harmless(cell)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
