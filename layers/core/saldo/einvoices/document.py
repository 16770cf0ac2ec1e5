"""A document as its rules see it: business terms, and which rule book it follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property
from typing import Final, Literal

from saldo.einvoices.profiles import Profile, profile_of
from saldo.einvoices.terms import Group, Term, number

Syntax = Literal["UBL Invoice", "UBL CreditNote", "CII", "ZUGFeRD 1.0"]

ZERO: Final = Decimal(0)
CENT: Final = Decimal("0.01")
_WIDE: Final = Context(prec=200)
"""Room for the product of the longest numbers that are read: rounding must not fail."""

_NO_AMOUNT: Final[tuple[str, ...]] = ("GROUP", "INFORMATION")


@dataclass(frozen=True, slots=True)
class Taxed:
    """What bears VAT: a line, an allowance or a charge, with its sign in the taxable amount."""

    group: Group
    amount: Decimal | None
    category: str
    rate: Decimal | None
    has_rate: bool
    place: Literal["line", "allowance", "charge"]

    @property
    def signed(self) -> Decimal:
        """The amount as it counts in the VAT breakdown."""
        amount = self.amount or ZERO
        return -amount if self.place == "allowance" else amount


class Document:
    """One document. Everything here is read, nothing judged."""

    def __init__(self, root: Group, syntax: Syntax) -> None:
        self.root, self.syntax = root, syntax

    @cached_property
    def profile(self) -> Profile:
        return profile_of(self.root.text("BT-24"))

    @property
    def is_ubl(self) -> bool:
        return self.syntax.startswith("UBL")

    @property
    def currency(self) -> str:
        return self.root.text("BT-5")

    @cached_property
    def totals(self) -> Group | None:
        return self.root.one("BG-22")

    def total(self, term: str) -> Decimal | None:
        """Return one of the totals; None if it is missing or no number."""
        return self.totals.number(term) if self.totals else None

    @property
    def payable(self) -> Decimal | None:
        """What is to be paid (BT-115); ZUGFeRD 1.0 may leave it out, then it is the rest."""
        due, gross = self.total("BT-115"), self.total("BT-112")
        if due is None and gross is not None and self.syntax == "ZUGFeRD 1.0":
            return gross - (self.total("BT-113") or ZERO)
        return due

    @cached_property
    def tax_total(self) -> Term | None:
        """BT-110: the VAT total in the document's currency."""
        written = self.root.all("BT-110")
        ours = self.currency
        if not ours:
            return written[0] if written else None
        fits = (one for one in written if one.attribute("currencyID") in (ours, ""))
        return next(fits, None)

    @property
    def has_several_tax_totals(self) -> bool:
        """Whether the VAT total in the document's currency is told more than once."""
        ours = [
            one for one in self.root.all("BT-110") if one.attribute("currencyID") == self.currency
        ]
        return bool(self.currency) and len(ours) > 1

    @cached_property
    def tax_total_in_tax_currency(self) -> Term | None:
        """BT-111: the VAT total in the currency that the tax office counts in."""
        other = self.root.text("BT-6")
        fits = (one for one in self.root.all("BT-110") if one.attribute("currencyID") == other)
        return next(fits, None) if other and other != self.currency else None

    @property
    def tax_sum(self) -> Decimal:
        """The VAT total as a number; 0 where there is none."""
        found = self.tax_total
        return (number(found.text) if found else None) or ZERO

    @cached_property
    def lines(self) -> list[Group]:
        """All lines that carry an amount, not those that head or explain others."""
        return [
            line
            for line in self.root.within("BG-25")
            if line.text("LINE-STATUS").upper() not in _NO_AMOUNT
        ]

    @cached_property
    def taxed(self) -> list[Taxed]:
        """Lines, allowances and charges of the document, each with its VAT."""
        return [*self._taxed_lines(), *self._adjusted("BG-20", 92), *self._adjusted("BG-21", 99)]

    @property
    def breakdown(self) -> list[Group]:
        return self.root.within("BG-23")

    def party(self, group: str) -> Group | None:
        return self.root.one(group)

    def _taxed_lines(self) -> Iterator[Taxed]:
        for line in self.lines:
            net = line.number("BT-131")
            tax = line.one("BG-30")
            if tax is None:
                continue
            rate = tax.number("BT-152")
            yield Taxed(line, net, tax.text("BT-151"), rate, tax.has("BT-152"), "line")

    def _adjusted(self, group_id: str, first: int) -> Iterator[Taxed]:
        amount, category, rate = f"BT-{first}", f"BT-{first + 3}", f"BT-{first + 4}"
        for group in self.root.within(group_id):
            yield Taxed(
                group,
                group.number(amount),
                group.text(category),
                group.number(rate),
                group.has(rate),
                "allowance" if group_id == "BG-20" else "charge",
            )


def rounded(value: Decimal, decimals: int = 2) -> Decimal:
    """Round half up, away from zero, as commerce does."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)
