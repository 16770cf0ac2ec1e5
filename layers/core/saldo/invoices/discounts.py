"""Cash discounts (Skonto): what may be kept back by whoever pays everything early. Pure.

No law grants or forbids one: it is agreed with the terms of an invoice, and those alone say until
when. So reminders and charges change nothing about it, and it is the day on which the money was
ours (value date, or the day the provider got it) that is held against the last day.

A discount is on what is left of the invoice's own amount. Of EUR 1,190.00 with 3 %, EUR 35.70 may
be kept back; after a credit note of EUR 190.00, EUR 30.00; after a part payment of EUR 190.00 just
so, because a part payment earns none. Fixed amounts and those with a basis of their own shrink in
the same proportion. Fees and interest are never discounted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Protocol

from saldo.errors import Invalid
from saldo.invoices.lines import InvoiceLine

TERMS_MAX: Final = 3
BASIS_POINTS_BELOW: Final = 5000
"""A discount is less than half of what it is of: more is a typing error, or no discount."""

_WHOLE: Final = 10_000


class DiscountsNotValid(Invalid):
    """The cash discounts of an invoice contradict the invoice or each other."""

    code = "discounts-not-valid"


@dataclass(frozen=True, slots=True)
class DiscountTerm:
    """Who pays up to and including `until` keeps back `basis_points` (300: 3 %) or `fixed_minor`;
    one of the two is zero. The percentage is of `basis_minor`, None: of the whole invoice.
    """

    until: date
    basis_points: int = 0
    fixed_minor: int = 0
    basis_minor: int | None = None

    def of_minor(self, amount_minor: int) -> Fraction:
        """Return what may be kept back of a whole invoice, in minor units, not yet rounded."""
        if self.fixed_minor:
            return Fraction(self.fixed_minor)
        basis = amount_minor if self.basis_minor is None else self.basis_minor
        return Fraction(basis * self.basis_points, _WHOLE)

    @property
    def percent(self) -> str:
        """The percentage as a decimal text, as "2.5"; "" for a fixed amount."""
        return f"{Decimal(self.basis_points) / 100:f}" if self.basis_points else ""


@dataclass(frozen=True, slots=True)
class Discount:
    """What may be kept back now, in minor units, and by which term."""

    amount_minor: int
    term: DiscountTerm


@dataclass(frozen=True, slots=True)
class VatPart:
    """VAT of one rate, which is a decimal text in per cent."""

    rate: str
    amount_minor: int


class Discounted(Protocol):
    """What a discount is reckoned from: an invoice, or its open item."""

    @property
    def amount_minor(self) -> int: ...
    @property
    def open_minor(self) -> int: ...
    @property
    def costs_open_minor(self) -> int: ...
    @property
    def interest_open_minor(self) -> int: ...
    @property
    def discounts(self) -> tuple[DiscountTerm, ...]: ...
    @property
    def discounted_minor(self) -> int: ...


def discount_on(item: Discounted, day: date, tolerance_days: int = 0) -> Discount | None:
    """Return what whoever pays all that is open on `day` may keep back, None if nothing.

    `tolerance_days` are granted beyond a term's last day: where money is booked, never where a
    payer is told. What was granted by hand before counts. Of several terms the earliest that still
    runs gives most.
    """
    principal = item.open_minor - item.costs_open_minor - item.interest_open_minor
    for term in item.discounts:
        if day <= term.until + timedelta(days=tolerance_days):
            left = principal + item.discounted_minor
            share = term.of_minor(item.amount_minor) * left / item.amount_minor
            minor = min(_half_up(share) - item.discounted_minor, principal - 1)
            return Discount(minor, term) if minor > 0 else None
    return None


def check_terms(
    terms: Sequence[DiscountTerm], issued_on: date, due_on: date, amount_minor: int
) -> None:
    """Raise DiscountsNotValid unless the terms fit their invoice and follow one another: a later
    one gives less.
    """
    if len(terms) > TERMS_MAX:
        raise DiscountsNotValid(f"An invoice has {TERMS_MAX} cash discounts at most.").at(
            "/discounts"
        )
    for place, term in enumerate(terms):
        at = f"/discounts/{place}"
        if not issued_on <= term.until <= due_on:
            raise DiscountsNotValid(
                f"'until' ({term.until}) lies outside {issued_on} to {due_on}, the days of issue "
                "and of payment."
            ).at(f"{at}/until")
        if (term.basis_points > 0) == (term.fixed_minor > 0):
            raise DiscountsNotValid("A discount is either 'percent' or 'amount'.").at(at)
        if term.basis_minor is not None and not 0 < term.basis_minor <= amount_minor:
            raise DiscountsNotValid("'basis' is a part of the invoice's amount.").at(f"{at}/basis")
        if term.fixed_minor and term.basis_minor is not None:
            raise DiscountsNotValid("'basis' goes with 'percent' alone.").at(f"{at}/basis")
        if not 0 <= term.basis_points < BASIS_POINTS_BELOW or term.fixed_minor * 2 >= amount_minor:
            what = "percent" if term.basis_points else "amount"
            raise DiscountsNotValid("A discount is less than half of the invoice.").at(
                f"{at}/{what}"
            )
        if place and term.until <= terms[place - 1].until:
            raise DiscountsNotValid("Name the discounts by day, the earliest first.").at(
                f"{at}/until"
            )
        if place and term.of_minor(amount_minor) >= terms[place - 1].of_minor(amount_minor):
            raise DiscountsNotValid("A later discount gives less than the one before.").at(at)


def vat_inside(discount_minor: int, lines: Iterable[InvoiceLine]) -> tuple[VatPart, ...]:
    """Return the VAT inside a discount, rate by rate, as far as the invoice's lines tell.

    A discount lowers what every line of the invoice is taxed on in proportion (§ 17 (1) UStG,
    art. 90 (1) of Directive 2006/112/EC). Without lines, or rates on them, nothing is known.
    """
    gross: dict[str, int] = {}
    net: dict[str, int] = {}
    for line in lines:
        rate = f"{Decimal(line.tax_rate or 0).normalize():f}"
        gross[rate] = gross.get(rate, 0) + line.gross_minor
        net[rate] = net.get(rate, 0) + line.amount_minor
    whole = sum(gross.values())
    if whole <= 0 or any(minor < 0 for minor in net.values()):
        return ()
    found = (
        VatPart(rate, _half_up(Fraction(discount_minor * (gross[rate] - net[rate]), whole)))
        for rate in sorted(gross)
    )
    return tuple(part for part in found if part.amount_minor)


def _half_up(value: Fraction) -> int:
    """Round what is not negative to the whole unit."""
    return int(value + Fraction(1, 2))
