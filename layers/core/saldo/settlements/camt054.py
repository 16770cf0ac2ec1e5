"""A day's money as a camt.054 (BankToCustomerDebitCreditNotification, version 08).

One notification per clearing account (a payment provider, the till) and currency, one entry per
movement of money, with what it settled as structured remittance: for ERPs that clear open items by
a bank's advice. What moves no money (fees, interest, write-offs, the use of older credit) is not
in it; the CSV and DATEV files have that, too. Source: ISO 20022 message definition
camt.054.001.08.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from saldo.clock import iso_instant
from saldo.ledger.model import JournalEntry
from saldo.money import format_amount

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"
_ID_MAX = 35


@dataclass(slots=True)
class _Movement:
    """Money that came to a clearing account (above zero) or left it, and what it settled."""

    entry: JournalEntry
    provider: str
    minor: int
    settled: list[tuple[str, int]] = field(default_factory=list)


def camt054_of(
    entries: Sequence[JournalEntry], day: date, made_at: datetime, creditor_name: str
) -> bytes:
    """Return the file. Per clearing account and currency its entries sum to what the day's
    postings on it do.
    """
    by_account: dict[tuple[str, str], list[_Movement]] = {}
    for one in _movements(entries):
        by_account.setdefault((one.provider, one.entry.currency), []).append(one)
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_tag("Document"))
    message = _in(root, "BkToCstmrDbtCdtNtfctn")
    head = _in(message, "GrpHdr")
    _in(head, "MsgId", f"SALDO-{day:%Y%m%d}")
    _in(head, "CreDtTm", iso_instant(made_at))
    for number, ((provider, currency), movements) in enumerate(sorted(by_account.items()), 1):
        note = _in(message, "Ntfctn")
        _in(note, "Id", f"{day:%Y%m%d}-{number}")
        _in(note, "CreDtTm", iso_instant(made_at))
        account = _in(note, "Acct")
        other = _in(_in(account, "Id"), "Othr")
        _in(other, "Id", provider[:34])
        _in(account, "Ccy", currency)
        _in(_in(account, "Ownr"), "Nm", creditor_name[:140])
        for place, one in enumerate(movements, 1):
            _entry(note, one, day, f"{number}-{place}")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _movements(entries: Sequence[JournalEntry]) -> list[_Movement]:
    found: list[_Movement] = []
    by_source: dict[tuple[str, str, str], _Movement] = {}
    for entry in entries:
        for posting in entry.postings:
            if posting.account == "provider-clearing":
                one = _Movement(entry, posting.detail, posting.amount_minor)
                found.append(one)
                for other in entry.postings:
                    if other.account == "customer-credit":
                        by_source.setdefault((entry.account, entry.currency, other.detail), one)
    for entry in entries:
        sources = [p.detail for p in entry.postings if p.account == "customer-credit"]
        movement = by_source.get((entry.account, entry.currency, sources[0])) if sources else None
        if movement is None or entry.cause_kind not in ("allocation", "de-allocation"):
            continue
        sums: dict[str, int] = {}
        for posting in entry.postings:
            if posting.account == "receivable":
                sums[posting.detail] = sums.get(posting.detail, 0) - posting.amount_minor
        movement.settled += sums.items()
    return found


def _entry(note: ET.Element, one: _Movement, day: date, reference: str) -> None:
    entry = _in(note, "Ntry")
    _in(entry, "NtryRef", reference)
    sign = "CRDT" if one.minor > 0 else "DBIT"
    amount = format_amount(abs(one.minor), one.entry.currency)
    _in(entry, "Amt", amount).set("Ccy", one.entry.currency)
    _in(entry, "CdtDbtInd", sign)
    _in(_in(entry, "Sts"), "Cd", "BOOK")
    _in(_in(entry, "BookgDt"), "Dt", day.isoformat())
    _in(_in(entry, "ValDt"), "Dt", one.entry.booked_on.isoformat())
    code = _in(_in(entry, "BkTxCd"), "Prtry")
    _in(code, "Cd", one.entry.cause_kind.upper()[:_ID_MAX])
    details = _in(_in(entry, "NtryDtls"), "TxDtls")
    refs = _in(details, "Refs")
    _in(refs, "EndToEndId", _short(one.entry.cause_id))
    _in(details, "Amt", amount).set("Ccy", one.entry.currency)
    _in(details, "CdtDbtInd", sign)
    party = "Dbtr" if one.minor > 0 else "Cdtr"
    holder = _in(_in(_in(details, "RltdPties"), party), "Pty")
    _in(_in(_in(_in(holder, "Id"), "OrgId"), "Othr"), "Id", one.entry.account[:_ID_MAX])
    if one.settled:
        _settled(_in(details, "RmtInf"), one)


def _settled(info: ET.Element, one: _Movement) -> None:
    for number, minor in one.settled:
        part = _in(info, "Strd")
        document = _in(part, "RfrdDocInf")
        _in(_in(_in(document, "Tp"), "CdOrPrtry"), "Cd", "CINV")
        _in(document, "Nb", number[:_ID_MAX])
        amount = _in(part, "RfrdDocAmt")
        kind = "RmtdAmt" if minor > 0 else "AdjstmntAmtAndRsn"
        value = format_amount(abs(minor), one.entry.currency)
        if minor > 0:
            _in(amount, kind, value).set("Ccy", one.entry.currency)
        else:
            adjusted = _in(amount, kind)
            _in(adjusted, "Amt", value).set("Ccy", one.entry.currency)
            _in(adjusted, "CdtDbtInd", "DBIT")


def _short(reference: str) -> str:
    """Return a reference within the 35 characters of the format; of a longer one its end, which is
    what tells them apart.
    """
    return reference[-_ID_MAX:]


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _in(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    made = ET.SubElement(parent, _tag(name))
    if text is not None:
        made.text = text
    return made
