"""Which limit counts in which currency: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from saldo.accounts.agreed import CreditLimit
from saldo.credit.model import Cover, CreditLine, CreditSheet, Exposure, OwnLimit
from saldo.credit.rules import CreditRules, LimitBasis


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of an account: what the ERP says was agreed, what stands on its sheet, and what
    insurers told by themselves (`told`), which counts where nobody wrote a cover down.
    """

    agreed: CreditLimit | None
    sheet: CreditSheet
    basis: LimitBasis = "own-first"
    told: tuple[Cover, ...] = ()

    @property
    def currencies(self) -> set[str]:
        """The currencies with a limit of any kind, be it one that lapsed."""
        sheet = self.sheet
        found = {one.currency for one in sheet.own}
        found |= {one.currency for one in (*sheet.covers, *self.told)}
        return found | ({self.agreed.currency} if self.agreed is not None else set())

    def own(self, currency: str) -> int | None:
        """Return the own limit in minor units: a person's word, else the ERP's, else None."""
        own = self.sheet.own_limit(currency)
        if own is not None:
            return own.amount_minor
        agreed = self.agreed
        return agreed.amount_minor if agreed is not None and agreed.currency == currency else None

    def cover(self, currency: str, today: date) -> Cover | None:
        """Return the cover that holds on `today`: the one written down, else the highest told."""
        written = self.sheet.cover(currency)
        if written is not None:
            return written if written.holds(today) else None
        found = (one for one in self.told if one.currency == currency and one.holds(today))
        return max(found, key=lambda one: (one.amount_minor, one.insurer), default=None)

    def line(self, exposure: Exposure, today: date) -> CreditLine:
        """Return what stands against what in one currency."""
        own, cover = self.own(exposure.currency), self.cover(exposure.currency, today)
        insured = cover.amount_minor if cover is not None else None
        limit = self.counted(exposure.currency, today)
        return CreditLine(exposure.currency, exposure, own, insured, limit)

    def counted(self, currency: str, today: date) -> int | None:
        """Return the limit that counts on `today`, in minor units; None where there is none."""
        cover = self.cover(currency, today)
        insured = cover.amount_minor if cover is not None else None
        return counted(self.own(currency), insured, self.basis)

    def with_own(self, new: OwnLimit) -> Limits:
        """Return the limits as they would be with an own one in place of that of its currency."""
        others = (one for one in self.sheet.own if one.currency != new.currency)
        return replace(self, sheet=replace(self.sheet, own=(*others, new)))

    def with_cover(self, new: Cover) -> Limits:
        """Return the limits as they would be with a cover in place of that of its currency."""
        others = (one for one in self.sheet.covers if one.currency != new.currency)
        return replace(self, sheet=replace(self.sheet, covers=(*others, new)))

    def turns(self, currency: str, today: date) -> set[date]:
        """Return the days from `today` on at which another limit may begin to count: covers end."""
        covers = [one for one in (*self.sheet.covers, *self.told) if one.currency == currency]
        ends = {one.valid_until for one in covers if one.valid_until and one.holds(today)}
        return {today, *(end + timedelta(days=1) for end in ends if end < date.max)}


def limits_in(
    agreed: CreditLimit | None, sheet: CreditSheet, rules: CreditRules, told: tuple[Cover, ...]
) -> Limits:
    """Return the limits of an account by a creditor's rules."""
    return Limits(agreed, sheet, rules.limit_is, told)


def counted(own: int | None, insured: int | None, basis: LimitBasis) -> int | None:
    """Return the limit that counts. Where there is but one of the two, it is that one."""
    if own is None or insured is None:
        return insured if own is None else own
    if basis == "lower":
        return min(own, insured)
    return own + insured if basis == "sum" else own


def raised_to(old: Limits, new: Limits, currency: str, today: date) -> int | None:
    """Return how much may be owed at most, in minor units, where new limits let an account owe more
    than old ones today or on a day to come (a cover that lasts longer does); None where they do
    not. No limit before is taken for zero: the first one is a raise.
    """
    raised = [
        after
        for day in old.turns(currency, today) | new.turns(currency, today)
        if (after := new.counted(currency, day)) is not None
        and after > (old.counted(currency, day) or 0)
    ]
    return max(raised, default=None)


def lines_of(limits: Limits, exposures: Iterable[Exposure], today: date) -> tuple[CreditLine, ...]:
    """Return a line per currency that has a limit or in which something is owed, ordered or
    credited: those with a limit first.
    """
    by_currency = {one.currency: one for one in exposures}
    limited = limits.currencies
    ordered = sorted({*limited, *by_currency}, key=lambda one: (one not in limited, one))
    return tuple(
        limits.line(by_currency.get(currency, Exposure(currency)), today) for currency in ordered
    )
