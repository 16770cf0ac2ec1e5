"""ISO 20022 statements: camt.053, reports camt.052, notifications camt.054, of any version.

What a message is, its own element says (BkToCstmrStmt and so on), not its namespace; so a later
version is read like those that are known. Versions differ in little that matters here: where a
party's name lies, how a status and a BIC are written (compared in the schemas 052.001.01 to 08,
053.001.02 to 08, 054.001.02 to 08).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final
from xml.etree.ElementTree import Element

from saldo.adapters.bank.camt_entry import Booking, path, rows_of, text_at
from saldo.adapters.bank.camt_tree import Growing
from saldo.adapters.bank.fields import iso_day, point_amount, shaped_iban
from saldo.statements.findings import Finding, Unreadable
from saldo.statements.model import Balance, Head, Row, Tail

_MESSAGES: Final = {
    "BkToCstmrStmt": ("camt.053", "Stmt"),
    "BkToCstmrAcctRpt": ("camt.052", "Rpt"),
    "BkToCstmrAcctRptV01": ("camt.052", "Rpt"),
    "BkToCstmrStmtV01": ("camt.053", "Stmt"),
    "BkToCstmrDbtCdtNtfctn": ("camt.054", "Ntfctn"),
    "BkToCstmrDbtCdtNtfctnV01": ("camt.054", "Ntfctn"),
}
_ENVELOPES_MAX: Final = 5
_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD",)


def rows(source: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a camt file; raise Unreadable where it breaks."""
    tree = Growing(source)
    reader: _Message | None = None
    for _ in tree.grow():
        if reader is None:
            found = _message(tree.top)
            if found is None:
                continue
            reader = _Message(tree, found)
        yield from reader.drain()
    if reader is None:
        raise Unreadable("no-statement-format", "The XML is no camt.052, camt.053 or camt.054.")
    if not reader.count:
        raise Unreadable("no-statement", "The message holds no statement.")


def _message(top: Element) -> Element | None:
    """Return the message's element, below any envelopes."""
    element = top
    for _ in range(_ENVELOPES_MAX):
        if not len(element):
            return None
        element = element[-1]
        if element.tag in _MESSAGES:
            return element
    return None


class _Message:
    """Takes statements and bookings off the growing tree as soon as they are complete."""

    def __init__(self, tree: Growing, element: Element) -> None:
        self._tree, self._element = tree, element
        self._format, self._tag = _MESSAGES[element.tag]
        self.count = 0
        self._open: _Open | None = None

    def drain(self) -> Iterator[Row]:
        while len(self._element):
            child = self._element[0]
            is_done = len(self._element) > 1 or self._tree.is_whole
            if child.tag == self._tag:
                if self._open is None:
                    self.count += 1
                    self._open = _Open(
                        child, self._format, self._tree.version, f"{self._tag}[{self.count}]"
                    )
                yield from self._open.drain(self._tree, is_done=is_done)
                if is_done:
                    yield from self._open.end()
                    self._open = None
            if not is_done:
                return
            del self._element[0]
            self._tree.taken()


class _Open:
    """A statement that is being read: what stands before its bookings stays, bookings go."""

    def __init__(self, element: Element, form: str, version: str, place: str) -> None:
        self._element, self._format, self._version = element, form, version
        self._place = place
        self._head: Head | None = None
        self._iban = ""
        self._kept = 0
        self._bookings = 0

    def drain(self, tree: Growing, *, is_done: bool) -> Iterator[Row]:
        element = self._element
        complete = len(element) if is_done else len(element) - 1
        at = self._kept
        while at < complete and element[at].tag != "Ntry":
            at += 1
        self._kept = at
        if at >= complete:
            return
        if self._head is None:
            yield from self._begin()
        end = at
        for child in element[at:complete]:
            if child.tag == "Ntry":
                self._bookings += 1
                place = f"{self._place}/Ntry[{self._bookings}]"
                yield from rows_of(Booking(child, self._format, self._iban, self._bookings, place))
            end += 1
        del element[at:end]
        tree.taken()

    def end(self) -> Iterator[Row]:
        if self._head is None:
            yield from self._begin()
        assert self._head is not None, "a statement that ends has begun"
        try:
            yield Tail(self._balance(_CLOSING), self._balance(_OPENING))
        except Unreadable as refused:
            yield Finding(
                refused.finding.code, "refused", refused.finding.message, f"{self._place}/Bal"
            )
            yield Tail()

    def _begin(self) -> Iterator[Row]:
        """Yield the head, and what is wrong with it."""
        element = self._element
        account = element.find("Acct")
        identity = None if account is None else account.find("Id")
        iban = shaped_iban(text_at(identity, "IBAN"))
        other = (
            text_at(identity, "Othr", "Id")
            or text_at(identity, "PrtryAcct", "Id")
            or text_at(identity, "BBAN")
            or text_at(identity, "IBAN")
        )
        self._iban = iban or shaped_iban(other)
        bank = path(account, "Svcr", "FinInstnId")
        problems: list[Finding] = []
        opening = None
        first = last = None
        try:
            opening = self._balance(_OPENING)
        except Unreadable as refused:
            problems.append(
                Finding(
                    refused.finding.code, "refused", refused.finding.message, f"{self._place}/Bal"
                )
            )
        span = element.find("FrToDt")
        try:
            if span is not None:
                first_text = text_at(span, "FrDtTm") or text_at(span, "FrDt")
                last_text = text_at(span, "ToDtTm") or text_at(span, "ToDt")
                first = iso_day(first_text) if first_text else None
                last = iso_day(last_text) if last_text else None
        except Unreadable as odd:
            problems.append(
                Finding(odd.finding.code, "warning", odd.finding.message, f"{self._place}/FrToDt")
            )
        self._head = Head(
            format=self._format,
            version=self._version,
            id=text_at(element, "Id"),
            iban=self._iban,
            account="" if self._iban else other,
            bic=text_at(bank, "BICFI") or text_at(bank, "BIC"),
            servicer=text_at(bank, "Nm") or text_at(bank, "NmAndAdr", "Nm"),
            number=text_at(element, "LglSeqNb") or text_at(element, "ElctrncSeqNb"),
            sequence=text_at(element, "ElctrncSeqNb"),
            page=text_at(element, "StmtPgntn", "PgNb") or text_at(element, "RptPgntn", "PgNb"),
            first_day=first,
            last_day=last,
            currency=self._currency(account),
            opening=opening,
        )
        yield self._head
        yield from problems
        if not (self._iban or other):
            yield Finding(
                "account-missing", "warning", "The statement names no account.", self._place
            )

    def _currency(self, account: Element | None) -> str:
        named = text_at(account, "Ccy")
        if named:
            return named
        for tag in ("Bal", "Ntry"):
            found = path(self._element, tag, "Amt")
            if found is not None:
                return found.get("Ccy", "")
        return ""

    def _balance(self, kinds: tuple[str, ...]) -> Balance | None:
        """Return the first balance of the first of `kinds` that there is; raise Unreadable.

        Where a bank leaves the indicator out, the balance is a credit, as in the daily feeds seen.
        """
        found = self._element.findall("Bal")
        for kind in kinds:
            for each in found:
                if (
                    text_at(each, "Tp", "CdOrPrtry", "Cd") != kind
                    and text_at(each, "Tp", "Cd") != kind
                ):
                    continue
                amount = each.find("Amt")
                if amount is None:
                    continue
                currency = amount.get("Ccy", "")
                minor = point_amount(amount.text or "", currency)
                sign = -1 if text_at(each, "CdtDbtInd") == "DBIT" else 1
                is_interim = text_at(each, "Tp", "SubTp", "Cd") == "INTM"
                when = text_at(each, "Dt", "Dt") or text_at(each, "Dt", "DtTm")
                return Balance(
                    sign * minor,
                    currency,
                    iso_day(when) if when else None,
                    "interim" if is_interim else "booked",
                )
        return None
