"""One booking (Ntry) of a camt file into rows: each transaction of a batch by itself.

A booking with several transactions is split where their amounts, in the account's currency, make up
its own; where they do not, it stays one row, so that what is booked always adds up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from saldo.adapters.bank.camt_parties import counterparty, creditor_id
from saldo.adapters.bank.fields import iso_day, point_amount, said
from saldo.statements.findings import Finding, Unreadable
from saldo.statements.model import BankCode, Batch, Entry, Money, References, Status

_STATUS: Final[dict[str, Status]] = {
    "BOOK": "booked",
    "PDNG": "pending",
    "FUTR": "pending",
    "INFO": "information",
}
_GVC: Final = re.compile(r"[A-Z][A-Z0-9]{3}\+(\d{3})(?:\+.*)?", re.ASCII)
_UNSAID_COUNT: Final = 0


class Booking(NamedTuple):
    """A booking to read, and where it stands."""

    element: Element
    format: str
    own_iban: str
    number: int
    place: str


class _Frame(NamedTuple):
    """What all transactions of a booking share."""

    booking: Booking
    status: Status
    booked_on: date | None
    value_on: date | None
    sign: int
    amount_minor: int
    currency: str
    is_reversal: bool
    code: BankCode
    reference: str
    batch_id: str
    batch_count: int


def path(element: Element | None, *names: str) -> Element | None:
    """Return the first element down there."""
    for name in names:
        if element is None:
            return None
        element = element.find(name)
    return element


def text_at(element: Element | None, *names: str) -> str:
    """Return the text down there, stripped; "" where there is none."""
    for name in names:
        if element is None:
            return ""
        element = element.find(name)
    return "" if element is None or element.text is None else element.text.strip()


def rows_of(booking: Booking) -> Iterator[Entry | Finding]:
    """Yield the rows of a booking; a refused finding where it cannot be read."""
    try:
        yield from _rows(booking)
    except Unreadable as refused:
        found = refused.finding
        yield Finding(found.code, "refused", found.message, booking.place)


def _rows(booking: Booking) -> Iterator[Entry | Finding]:
    frame = _frame(booking)
    transactions = [
        each
        for details in booking.element.findall("NtryDtls")
        for each in details.findall("TxDtls")
    ]
    if len(transactions) < 2:
        yield _entry(frame, transactions[0] if transactions else None, 0, frame.amount_minor)
        return
    amounts = [_amount_of(each, frame) for each in transactions]
    known = [each for each in amounts if each is not None]
    if len(known) < len(amounts) or sum(known) != frame.amount_minor:
        yield _entry(frame, None, 0, frame.amount_minor)
        yield Finding(
            "batch-not-split",
            "warning",
            "The transactions of this booking do not make up its amount: it is read as one.",
            booking.place,
        )
        return
    whole = frame._replace(batch_count=frame.batch_count or len(transactions))
    for number, (each, minor) in enumerate(zip(transactions, known, strict=True), start=1):
        yield _entry(whole, each, number, minor)


def _frame(booking: Booking) -> _Frame:
    element = booking.element
    amount = element.find("Amt")
    if amount is None:
        raise Unreadable("amount-missing", "The booking has no amount.")
    currency = amount.get("Ccy", "")
    sign = _sign(text_at(element, "CdtDbtInd"))
    details = element.find("NtryDtls")
    batch = path(details, "Btch") if details is not None else None
    if batch is None:
        batch = element.find("Btch")
    count = text_at(batch, "NbOfTxs")
    return _Frame(
        booking,
        _status(element, booking.format),
        _day(element.find("BookgDt")),
        _day(element.find("ValDt")),
        sign,
        sign * point_amount(amount.text or "", currency),
        currency,
        text_at(element, "RvslInd") in ("true", "1"),
        _code(element.find("BkTxCd"), text_at(element, "AddtlNtryInf")),
        said(text_at(element, "AcctSvcrRef")),
        said(text_at(batch, "PmtInfId")) or said(text_at(batch, "MsgId")),
        int(count) if count.isascii() and count.isdigit() and len(count) < 10 else _UNSAID_COUNT,
    )


def _sign(indicator: str) -> int:
    if indicator == "CRDT":
        return 1
    if indicator == "DBIT":
        return -1
    raise Unreadable("sign-missing", "The booking says neither credit nor debit.")


def _status(element: Element, form: str) -> Status:
    """Return the status; where a bank leaves it out, a statement's bookings are booked, a
    notification's are information, and a report's are pending.
    """
    said_status = text_at(element, "Sts", "Cd") or text_at(element, "Sts")
    if not said_status:
        return {"camt.053": "booked", "camt.052": "pending"}.get(form, "information")  # type: ignore[return-value]
    if said_status not in _STATUS:
        raise Unreadable("status-unknown", f"The status {said_status!r} is unknown.")
    return _STATUS[said_status]


def _day(element: Element | None) -> date | None:
    if element is None:
        return None
    text = text_at(element, "Dt") or text_at(element, "DtTm")
    return iso_day(text) if text else None


def _code(element: Element | None, words: str) -> BankCode:
    if element is None:
        return BankCode(text=words) if words else BankCode()
    domain = element.find("Domn")
    named = ""
    if domain is not None:
        family = domain.find("Fmly")
        parts = (text_at(domain, "Cd"), text_at(family, "Cd"), text_at(family, "SubFmlyCd"))
        named = "-".join(each for each in parts if each)
    own = text_at(element, "Prtry", "Cd")
    match = _GVC.fullmatch(own)
    return BankCode(named, own, match[1] if match else "", "", words)


def _amount_of(transaction: Element, frame: _Frame) -> int | None:
    """Return a transaction's signed amount in the booking's currency, None if it has none."""
    amount = transaction.find("Amt")
    if amount is None or amount.get("Ccy") != frame.currency:
        amount = path(transaction, "AmtDtls", "TxAmt", "Amt")
    if amount is None or amount.get("Ccy") != frame.currency:
        return None
    indicator = text_at(transaction, "CdtDbtInd")
    sign = _sign(indicator) if indicator else frame.sign
    return sign * point_amount(amount.text or "", frame.currency)


def _entry(frame: _Frame, transaction: Element | None, number: int, minor: int) -> Entry:
    """Return the row of a transaction; `number` counts those of a split booking from 1."""
    position = str(frame.booking.number)
    batch = None
    if number or frame.batch_count > 1 or (frame.batch_id and frame.batch_count):
        batch = Batch(frame.batch_id, frame.batch_count, number)
    if number:
        position = f"{position}.{number}"
    if transaction is None:
        return Entry(
            position, frame.status, frame.booked_on, frame.value_on, minor, frame.currency,
            references=References(bank=frame.reference) if frame.reference else References(),
            code=frame.code, is_reversal=frame.is_reversal, batch=batch,
            charges=_charges(frame.booking.element.find("Chrgs")),
        )  # fmt: skip
    returned = transaction.find("RtrInf")
    parties = transaction.find("RltdPties")
    agents = transaction.find("RltdAgts")
    remittance = transaction.find("RmtInf")
    is_back = returned is not None or frame.is_reversal
    original, rate = _original(transaction, frame)
    words = text_at(transaction, "AddtlTxInf")
    code = frame.code
    inner = transaction.find("BkTxCd")
    if inner is not None and not (code.domain or code.proprietary):
        code = _code(inner, code.text)
    return Entry(
        position,
        frame.status,
        frame.booked_on,
        frame.value_on,
        minor,
        frame.currency,
        counterparty(parties, agents, frame.booking.own_iban, is_in=minor >= 0, is_back=is_back),
        _references(transaction.find("Refs"), parties, remittance, frame.reference),
        _words(remittance) or words,
        code,
        frame.is_reversal,
        _reason(returned),
        batch,
        _charges(transaction.find("Chrgs")) if number else _charges(
            transaction.find("Chrgs"), frame.booking.element.find("Chrgs")
        ),
        original,
        rate,
    )  # fmt: skip


def _references(
    refs: Element | None, parties: Element | None, remittance: Element | None, bank: str
) -> References:
    # One walk over the few children: looking for each of them by name takes longer.
    found = {} if refs is None else {each.tag: each.text for each in refs}
    return References(
        said(found.get("EndToEndId")),
        said(found.get("MndtId")),
        creditor_id(parties),
        _creditor_reference(remittance),
        said(found.get("AcctSvcrRef")) or bank,
        "",
        said(found.get("InstrId")),
        said(found.get("TxId")) or said(found.get("UETR")),
        said(found.get("PmtInfId")),
        said(found.get("MsgId")),
    )


def _creditor_reference(remittance: Element | None) -> str:
    if remittance is None:
        return ""
    for structured in remittance.findall("Strd"):
        information = structured.find("CdtrRefInf")
        found = text_at(information, "Ref") or text_at(information, "CdtrRef")
        if found:
            return found
    return ""


def _words(remittance: Element | None) -> str:
    """Return the free text, with what a structured block says in words behind it."""
    if remittance is None:
        return ""
    parts = [each.text or "" for each in remittance.findall("Ustrd")]
    for structured in remittance.findall("Strd"):
        parts += [each.text or "" for each in structured.findall("AddtlRmtInf")]
        parts += [text_at(each, "Nb") for each in structured.findall("RfrdDocInf")]
    words = " ".join(each.strip() for each in parts if each.strip())
    return said(words)


def _reason(returned: Element | None) -> str:
    if returned is None:
        return ""
    reason = returned.find("Rsn")
    if reason is None:
        reason = returned.find("RtrRsn")
    found = text_at(reason, "Cd") or text_at(reason, "Prtry")
    return found or text_at(returned, "AddtlInf")


def _charges(*elements: Element | None) -> tuple[Money, ...]:
    found: list[Money] = []
    for element in elements:
        if element is None:
            continue
        records = element.findall("Rcrd") or [element]
        for record in records:
            amount = record.find("Amt")
            if amount is not None:
                currency = amount.get("Ccy", "")
                found.append(Money(point_amount(amount.text or "", currency), currency))
    return tuple(found)


def _original(transaction: Element, frame: _Frame) -> tuple[Money | None, str]:
    """Return what was instructed where it differs from what was booked, and the rate."""
    details = transaction.find("AmtDtls")
    if details is None:
        details = frame.booking.element.find("AmtDtls")
    if details is None:
        return None, ""
    instructed = path(details, "InstdAmt", "Amt")
    rate = (
        text_at(details, "InstdAmt", "CcyXchg", "XchgRate")
        or text_at(details, "TxAmt", "CcyXchg", "XchgRate")
        or text_at(details, "CntrValAmt", "CcyXchg", "XchgRate")
    )
    if instructed is None:
        return None, rate
    currency = instructed.get("Ccy", "")
    minor = point_amount(instructed.text or "", currency)
    return Money(minor, currency), rate
