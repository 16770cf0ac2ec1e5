"""Field 61 of MT940, with the field 86 that belongs to it, into an entry."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import Final

from saldo.adapters.bank.fields import comma_amount, day, said, shaped_iban, short_day
from saldo.adapters.bank.mt940_details import split
from saldo.statements.findings import Unreadable
from saldo.statements.model import BankCode, Entry, Money, Party

_LINE: Final = re.compile(
    r"(\d{6})(\d{4})?\s*(R[CD]|E[CD]|[CD])([A-Z])?\s*(\d[\d,]*)\s*"
    r"([A-Z][A-Z0-9]{2}[A-Z0-9 ])([^\n]*)(?:\n(.*))?",
    re.ASCII | re.DOTALL,
)
_ACCOUNT: Final = re.compile(r"P?\d{7,12}", re.ASCII)
_ORIGINAL: Final = re.compile(r"/(OCMT|CHGS)/([A-Z]{3})([\d,]+)/", re.ASCII)
_POINTERS: Final = frozenset({"EREF", "KREF", "KREF+", "EREF+", "MARF"})
"""What stands for a reference in field 61 and says that field 86 has it."""
_FEBRUARY: Final = 2


def entry_of(
    number: int, line: str, details: str, currency: str
) -> tuple[Entry, tuple[str, str] | None]:
    """Return the entry, and (code, sentence) of what is odd about it; raise Unreadable."""
    match = _LINE.fullmatch(line)
    if match is None:
        match = _LINE.fullmatch(line.replace("\n", "", 1))
        if match is None:
            raise Unreadable("line-not-readable", f"{line[:40]!r} is no entry of a statement.")
    value, entered, mark, _, amount, swift, reference, more = match.groups()
    value_on, oddity = _value_day(value)
    minor = comma_amount(amount, currency)
    # RC takes a credit back, RD a debit; EC and ED are expected ones of MT942.
    if mark in ("D", "RC", "ED"):
        minor = -minor
    customer, _, bank = reference.partition("//")
    bank = said(bank) if bank else ""
    customer = said(customer) if customer else ""
    if customer in _POINTERS:
        customer = ""
    (
        party, references, remittance, gvc, text, purpose, reason, charges, original, rate,
    ) = split(details, bank, customer)  # fmt: skip
    if more:
        party, text, charges, original = _more(more, party, text, charges, original)
    entry = Entry(
        str(number),
        "pending" if mark[0] == "E" else "booked",
        _booking_day(value_on, entered) if entered else value_on,
        value_on,
        minor,
        currency,
        party,
        references,
        remittance,
        _code(purpose, gvc, swift, text),
        mark[0] == "R",
        reason,
        None,
        charges,
        original,
        rate,
    )
    return entry, oddity


@lru_cache(maxsize=256)
def _code(purpose: str, gvc: str, swift: str, text: str) -> BankCode:
    """Return what kind of booking it is: a bank has few kinds, and they come again and again."""
    return BankCode(purpose, "", gvc, swift.rstrip(), text)


def _more(
    more: str, party: Party, text: str, charges: tuple[Money, ...], original: Money | None
) -> tuple[Party, str, tuple[Money, ...], Money | None]:
    """Read the supplementary line: an account (Rabobank), amounts before charges, or words."""
    stripped = more.strip()
    iban = shaped_iban(stripped)
    if not party.iban and iban:
        return Party(party.name, iban, party.bic, party.account), text, charges, original
    if not (party.iban or party.account) and _ACCOUNT.fullmatch(stripped):
        account = stripped.removeprefix("P").lstrip("0")
        return Party(party.name, "", party.bic, account), text, charges, original
    found = _ORIGINAL.findall(stripped)
    for what, currency, amount in found:
        money = Money(comma_amount(amount, currency), currency)
        if what == "CHGS":
            charges = (*charges, money)
        else:
            original = money
    return party, text if found else text or stripped, charges, original


@lru_cache(maxsize=4096)
def _value_day(text: str) -> tuple[date, tuple[str, str] | None]:
    """Return the value date; interest months of 30 days have a 30 February: its last day then."""
    try:
        return short_day(text), None
    except Unreadable:
        month, number = int(text[2:4]), int(text[4:6])
        if month != _FEBRUARY or number not in (29, 30):
            raise
        year = 2000 + int(text[:2])
        last = monthrange(year, month)[1]
        return date(year, month, last), (
            "value-day-not-in-calendar",
            f"The value date {year}-02-{number} does not exist; it was read as {year}-02-{last}.",
        )


@lru_cache(maxsize=4096)
def _booking_day(value_on: date, entered: str) -> date:
    """Return the day of MMDD that is nearest to the value date; raise Unreadable."""
    month, number = int(entered[:2]), int(entered[2:])
    year = value_on.year
    if value_on.month == 12 and month == 1:
        year += 1
    elif value_on.month == 1 and month == 12:
        year -= 1
    return day(year, month, number)
