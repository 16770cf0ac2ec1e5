"""Statements, their entries and balances: the same for every format of every bank.

A reader yields rows: a Head, then entries and findings as they come, then a Tail; and so on for
every statement of the file. So a file may be as long as it likes. Text that a bank left out is "",
never None; amounts are minor units, negative where money left the account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from saldo.money import format_amount
from saldo.statements.findings import Finding
from saldo.statements.quick import quick

Status = Literal["booked", "pending", "information"]
BalanceKind = Literal["booked", "interim"]


@dataclass(frozen=True, slots=True)
class Balance:
    """What the account held; `interim` where a statement has several pages."""

    amount_minor: int
    currency: str
    day: date | None = None
    kind: BalanceKind = "booked"


@quick
@dataclass(frozen=True, slots=True)
class Party:
    """The other side of a payment. `account` is a number that is no IBAN."""

    name: str = ""
    iban: str = ""
    bic: str = ""
    account: str = ""


@quick
@dataclass(frozen=True, slots=True)
class References:
    """What identifies a payment. "NOTPROVIDED" and "NONREF" are read as nothing.

    `creditor_reference` is the structured one (ISO 11649 or a national one); `bank` is the account
    servicer's, `customer` that of the account's owner.
    """

    end_to_end_id: str = ""
    mandate_id: str = ""
    creditor_id: str = ""
    creditor_reference: str = ""
    bank: str = ""
    customer: str = ""
    instruction_id: str = ""
    transaction_id: str = ""
    payment_information_id: str = ""
    message_id: str = ""


@quick
@dataclass(frozen=True, slots=True)
class BankCode:
    """What kind of booking it is: ISO 20022 domain ("PMNT-ICDT-ESCT"), the bank's own code, the
    German GVC, SWIFT's type ("NTRF"), and the bank's words.
    """

    domain: str = ""
    proprietary: str = ""
    gvc: str = ""
    swift: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """The collective booking that a row is part of: its id, how many the bank counts, and which of
    those this row is, from 1.
    """

    id: str
    count: int
    number: int


@quick
@dataclass(frozen=True, slots=True)
class Money:
    """An amount of charges, or what was instructed before exchange. No currency is too odd for it:
    nothing of it is booked.
    """

    amount_minor: int
    currency: str


NOBODY = Party()
UNREFERENCED = References()
UNCODED = BankCode()


@quick
@dataclass(frozen=True, slots=True)
class Entry:
    """One booking, or one transaction of a collective booking.

    `id` is its place in the statement, the same each time that it is read: "3", or "3.2" for the
    second transaction of the third booking.
    """

    id: str
    status: Status
    booked_on: date | None
    value_on: date | None
    amount_minor: int
    currency: str
    counterparty: Party = NOBODY
    references: References = UNREFERENCED
    remittance: str = ""
    code: BankCode = UNCODED
    is_reversal: bool = False
    return_reason: str = ""
    batch: Batch | None = None
    charges: tuple[Money, ...] = ()
    original: Money | None = None
    exchange_rate: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Whose statement it is. `account` is what the bank calls it where it gives no IBAN."""

    format: str
    version: str = ""
    id: str = ""
    iban: str = ""
    account: str = ""
    bic: str = ""
    servicer: str = ""
    number: str = ""
    sequence: str = ""
    page: str = ""
    first_day: date | None = None
    last_day: date | None = None
    currency: str = ""
    opening: Balance | None = None


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a statement. `opening` is there again for formats that say it only then."""

    closing: Balance | None = None
    opening: Balance | None = None


Row = Head | Entry | Finding | Tail


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole statement. `is_balanced` is None where it cannot be told."""

    head: Head
    opening: Balance | None
    closing: Balance | None
    entries: tuple[Entry, ...]
    is_balanced: bool | None
    findings: tuple[Finding, ...]

    @property
    def is_ok(self) -> bool:
        """Tell whether all of it was read."""
        return all(each.severity != "refused" for each in self.findings)


@dataclass(slots=True)
class Tally:
    """Adds up a statement as its rows go by, and judges it at its end. Holds no entries."""

    head: Head
    booked_minor: int = 0
    other_currency: int = 0

    def add(self, entry: Entry) -> None:
        """Count an entry; pending ones and mere information do not count."""
        if entry.status != "booked":
            return
        if entry.currency == self.head.currency:
            self.booked_minor += entry.amount_minor
        else:
            self.other_currency += 1

    def judge(self, tail: Tail) -> bool | None:
        """Tell whether opening balance and booked entries make the closing balance."""
        opening, closing = tail.opening or self.head.opening, tail.closing
        if opening is None or closing is None or self.other_currency:
            return None
        if opening.currency != closing.currency:
            return None
        return opening.amount_minor + self.booked_minor == closing.amount_minor

    def difference(self, tail: Tail) -> Finding | None:
        """Return what to say of a statement that does not add up."""
        opening, closing = tail.opening or self.head.opening, tail.closing
        if self.judge(tail) is not False or opening is None or closing is None:
            return None
        missing = closing.amount_minor - opening.amount_minor - self.booked_minor
        return Finding(
            "does-not-balance",
            "warning",
            "Opening balance and booked entries do not make the closing balance: "
            f"{format_amount(missing, closing.currency)} {closing.currency} are not explained.",
        )


def collect(rows: Iterable[Row]) -> Iterator[Statement]:
    """Gather rows into whole statements. What a broken file never ended comes as refused."""
    tally: Tally | None = None
    entries: list[Entry] = []
    findings: list[Finding] = []
    for row in rows:
        if isinstance(row, Entry):
            assert tally is not None, "a reader says whose statement it is first"
            tally.add(row)
            entries.append(row)
        elif isinstance(row, Finding):
            findings.append(row)
        elif isinstance(row, Head):
            tally = Tally(row)
        else:
            assert tally is not None, "a reader begins what it ends"
            difference = tally.difference(row)
            findings += [difference] if difference else []
            yield _made(tally, row, entries, findings)
            tally, entries, findings = None, [], []
    if tally is not None or any(each.severity == "refused" for each in findings):
        yield _made(tally or Tally(Head("")), Tail(), entries, findings)


def _made(tally: Tally, tail: Tail, entries: list[Entry], findings: list[Finding]) -> Statement:
    return Statement(
        tally.head,
        tail.opening or tally.head.opening,
        tail.closing,
        tuple(entries),
        tally.judge(tail),
        tuple(findings),
    )
