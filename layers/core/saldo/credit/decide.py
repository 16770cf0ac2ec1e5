"""What follows from the credit of an account: pure.

An old sheet and the facts give the new sheet; comparing the two gives what is to be told. The same
facts again give the same sheet, and tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from saldo.accounts.agreed import AgreedTerms
from saldo.accounts.told import SYSTEM
from saldo.credit.facts import CreditFacts
from saldo.credit.limits import limits_in, lines_of
from saldo.credit.model import (
    BlockReason,
    CreditLine,
    CreditSheet,
    Exemption,
    ManualBlock,
    OrderBlock,
    ShorterTerms,
    TermsReason,
)
from saldo.credit.rules import CreditRules
from saldo.money import format_amount

LINES_MAX: Final = 20
"""So many currencies of an account are kept; all of them are compared with their limits."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is decided: `id` is what a block that begins now is called."""

    now: datetime
    today: date
    id: str


def decided(sheet: CreditSheet, facts: CreditFacts, rules: CreditRules, at: Moment) -> CreditSheet:
    """Return the sheet as the facts and the rules would have it; its version stays.

    A currency of which not all open items were read counts as exceeded when what was read exceeds
    the limit; else it stays as it was told last, because nobody knows.
    """
    limits = limits_in(facts.account.credit_limit, sheet, rules, facts.covers)
    lines = lines_of(limits, facts.exposures, at.today)
    over = tuple(one.currency for one in lines if _is_over(one, sheet, facts))
    manual = sheet.manual if sheet.manual and sheet.manual.holds(at.today) else None
    causes = tuple(_causes(over, facts, rules))
    exemption = _exemption(sheet.exemption, causes, at.today)
    reasons = (*_by_hand(manual), *_not_exempt(causes, exemption))
    return replace(
        sheet,
        lines=lines[:LINES_MAX] if limits.currencies else (),
        over=over,
        manual=manual,
        exemption=exemption,
        block=_block(sheet.block, reasons, manual, at),
        terms=_terms(sheet.terms, tuple(_terms_reasons(over, facts, rules)), rules, facts, at),
    )


def _is_over(line: CreditLine, sheet: CreditSheet, facts: CreditFacts) -> bool:
    """Tell whether a currency's limit counts as exceeded.

    A cover that ended, or that its insurer took back, restores nothing: where no limit is left,
    what was exceeded stays so while anything is at stake. That somebody took the own limit away
    says that there is to be none.
    """
    if line.is_over or line.currency not in sheet.over:
        return line.is_over
    if line.limit_minor is not None:
        return not facts.is_whole
    kept = sheet.line(line.currency)
    return (kept is None or kept.own_minor is None) and line.exposure.minor > 0


def _causes(over: tuple[str, ...], facts: CreditFacts, rules: CreditRules) -> Iterator[BlockReason]:
    """Yield why the creditor's rules say that orders wait."""
    if rules.block_over_limit and over:
        yield BlockReason("over-limit", {"currency": ", ".join(over)})
    rule, late = rules.block_overdue, facts.overdue
    if rule is not None:
        too_many = rule.invoices_max is not None and late.invoices > rule.invoices_max
        too_much = rule.amount_minor is not None and late.minor > rule.amount_minor
        if too_many or too_much:
            found: dict[str, int | str] = {"days": rule.days, "invoices": late.invoices}
            if rule.currency:
                found |= {
                    "amount": format_amount(late.minor, rule.currency),
                    "currency": rule.currency,
                }
            yield BlockReason("overdue", found)
    if rules.block_insolvency and facts.insolvency is not None:
        yield BlockReason("insolvency", {"source": facts.insolvency})


def _by_hand(manual: ManualBlock | None) -> Iterator[BlockReason]:
    if manual is not None:
        yield BlockReason("manual")


def _exemption(
    old: Exemption | None, causes: tuple[BlockReason, ...], today: date
) -> Exemption | None:
    """Return the exemption that still holds. One without an end lasts as long as what it is from,
    so that the next time, and whatever else comes up, is judged anew.
    """
    if old is None or not old.holds(today):
        return None
    if old.until is not None:
        return old
    kinds = tuple(one.kind for one in causes if not old.kinds or one.kind in old.kinds)
    return replace(old, kinds=kinds) if kinds else None


def _not_exempt(
    causes: tuple[BlockReason, ...], exemption: Exemption | None
) -> Iterator[BlockReason]:
    """Yield what rules say that nobody let pass."""
    for one in causes:
        if exemption is None or (exemption.until is None and one.kind not in exemption.kinds):
            yield one


def _block(
    old: OrderBlock | None,
    reasons: tuple[BlockReason, ...],
    manual: ManualBlock | None,
    at: Moment,
) -> OrderBlock | None:
    if not reasons:
        return None
    by = manual.by if manual else SYSTEM
    if old is not None:
        return replace(old, reasons=reasons, by=by)
    return OrderBlock(at.id, reasons, at.now, by)


def _terms_reasons(
    over: tuple[str, ...], facts: CreditFacts, rules: CreditRules
) -> Iterator[TermsReason]:
    rule = rules.terms
    if rule is None:
        return
    if "very-late" in rule.reasons and facts.behaviour == "very-late":
        yield "very-late"
    if "broken-promises" in rule.reasons and facts.broken_promises >= rule.broken_promises:
        yield "broken-promises"
    if "over-limit" in rule.reasons and over:
        yield "over-limit"


def _terms(
    old: ShorterTerms | None,
    reasons: tuple[TermsReason, ...],
    rules: CreditRules,
    facts: CreditFacts,
    at: Moment,
) -> ShorterTerms | None:
    """Return the terms that a rule is for, None where it is for what was agreed."""
    rule, agreed = rules.terms, facts.account.terms
    if rule is None or not reasons:
        return None
    if agreed is not None and agreed.net_days is not None and agreed.net_days <= rule.net_days:
        return None  # as short as that already
    if old is None or old.net_days != rule.net_days or _has_more(old, reasons):
        return ShorterTerms(
            rule.net_days, reasons, at.now, "applied" if rule.applies else "proposed", SYSTEM
        )
    if rule.applies and old.state == "proposed":
        return replace(old, reasons=reasons, state="applied", since=at.now)
    return replace(old, reasons=reasons)


def _has_more(old: ShorterTerms, reasons: tuple[TermsReason, ...]) -> bool:
    """Tell whether there are reasons that nobody knew of who declined."""
    return old.state == "declined" and not {*reasons} <= {*old.reasons}


def crossed(old: CreditSheet, new: CreditSheet) -> Iterator[tuple[str, bool]]:
    """Yield (currency, is over now) of each limit that was crossed between two sheets."""
    for currency in sorted({*old.over, *new.over}):
        if (currency in old.over) != (currency in new.over):
            yield currency, currency in new.over


@dataclass(frozen=True, slots=True)
class EffectiveTerms:
    """What is to be printed on a new invoice: net days, None where nobody said; `is_shortened`
    says that it is less than what was agreed.
    """

    net_days: int | None
    text: str
    is_shortened: bool

    @property
    def is_prepayment(self) -> bool:
        return self.is_shortened and self.net_days == 0


def effective_terms(agreed: AgreedTerms | None, sheet: CreditSheet) -> EffectiveTerms:
    """Return the terms for new invoices: what was agreed, unless shorter ones count."""
    if sheet.terms is not None and sheet.terms.state == "applied":
        return EffectiveTerms(sheet.terms.net_days, "", is_shortened=True)
    if agreed is None:
        return EffectiveTerms(None, "", is_shortened=False)
    return EffectiveTerms(agreed.net_days, agreed.text, is_shortened=False)
