"""The lines of invoices, beside them: reminders never read them, pages and disputes do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from saldo.clock import Clock
from saldo.store import CommitConflict, Put, Store

LINES_MAX = 500
_ATTEMPTS_MAX = 5


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line as the ERP printed it. `ref` is its number there; `amount_minor` is net and may be
    below zero, as of a discount. Quantity, price of a unit and tax rate (in per cent) are decimal
    texts, shown and not reckoned with, but for the rate in `gross_minor`.
    """

    ref: str
    text: str
    quantity: str
    amount_minor: int
    unit: str = ""
    unit_price: str | None = None
    tax_rate: str | None = None

    @property
    def gross_minor(self) -> int:
        """The line with its tax, rounded half up; the net amount where no rate is known."""
        factor = 1 + Decimal(self.tax_rate or 0) / 100
        return int((self.amount_minor * factor).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class InvoiceLines:
    """All lines of one invoice, in their order."""

    creditor: str
    account: str
    number: str
    currency: str
    lines: tuple[InvoiceLine, ...]
    updated_at: datetime
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.number)


class InvoiceLineBook:
    """Keeps the lines of invoices."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def of(self, creditor: str, account: str, number: str) -> tuple[InvoiceLine, ...]:
        """Return the lines of an invoice; none where the ERP sent none."""
        found = self._store.get(InvoiceLines, creditor, account, number)
        return found.lines if found else ()

    def of_many(
        self, creditor: str, account: str, numbers: Sequence[str]
    ) -> dict[str, tuple[InvoiceLine, ...]]:
        """Return the lines of those invoices that have some, by number."""
        keys = [(creditor, account, number) for number in dict.fromkeys(numbers)]
        found = self._store.get_many(InvoiceLines, keys)
        return {one.number: one.lines for one in found.values() if one.lines}

    def put(
        self,
        creditor: str,
        account: str,
        number: str,
        currency: str,
        lines: tuple[InvoiceLine, ...],
    ) -> bool:
        """Set the lines of an invoice, and tell whether they were others before.

        Nothing about money hangs on them: they come after their invoice, and the same call made
        again sets what a crash left out.
        """
        for _ in range(_ATTEMPTS_MAX):
            known = self._store.get(InvoiceLines, creditor, account, number)
            if (known.lines if known else ()) == lines:
                return False
            fresh = InvoiceLines(
                creditor, account, number, currency, lines, self._clock.now(), version=1
            )
            written = replace(fresh, version=known.version + 1) if known else fresh
            try:
                self._store.commit([Put(written, expect=known.version if known else 0)])
            except CommitConflict:
                continue
            return True
        return False  # somebody else keeps setting them: theirs stand
