"""A creditor's rules of credit: what limit counts, when orders wait, when terms get shorter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from saldo.credit.model import TermsReason
from saldo.errors import Invalid
from saldo.money import format_amount, parse_amount

LimitBasis = Literal["own-first", "lower", "sum"]
"""Which limit counts where there is an own one and an insured one. own-first: the own one, the
insured one where there is no other; lower: the lower of the two; sum: both together, for whoever
carries a share of the risk on top of what is covered."""

CoverCounts = Literal["agreed", "at-once"]
"""When a cover counts that a person writes down. agreed: above the limit from which a raised credit
limit takes two people, so does a cover that lets an account owe more; at-once: it needs nobody
else, as the insurer carries it. What a system or the insurer's own file tells counts at once."""

DAYS_MAX: Final = 366
COUNT_MAX: Final = 1000


class CreditRulesNotValid(Invalid):
    """The rules name something that there is not, or a number out of bounds."""

    code = "credit-rules-not-valid"


@dataclass(frozen=True, slots=True)
class OverdueRule:
    """Orders wait when more than `invoices_max` invoices, or more than `amount_minor` of
    `currency`, are overdue by `days` or more. None asks nothing of it; one of the two is set.
    """

    days: int
    invoices_max: int | None = None
    amount_minor: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class TermsRule:
    """When and to what terms of new invoices are shortened.

    `net_days` 0 is prepayment. `broken_promises` so many within `within_days` are a reason. With
    `applies` they count at once; else a person agrees first.
    """

    net_days: int
    reasons: tuple[TermsReason, ...]
    broken_promises: int = 2
    within_days: int = 180
    applies: bool = False


@dataclass(frozen=True, slots=True)
class CreditRules:
    """What a creditor said. Nothing blocks, and no terms change, until it says so."""

    creditor: str
    limit_is: LimitBasis = "own-first"
    block_over_limit: bool = False
    block_overdue: OverdueRule | None = None
    block_insolvency: bool = False
    terms: TermsRule | None = None
    version: int = 0
    covers: CoverCounts = "agreed"

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)

    @property
    def watches_everybody(self) -> bool:
        """Tell whether accounts without any limit are to be looked at too."""
        return bool(self.block_overdue or self.block_insolvency or self.terms)


def rules_of(creditor: str, data: Any) -> CreditRules:
    """Read rules as `told` writes them; what is left out is off. Raises CreditRulesNotValid."""
    _check_names("", data, {"limit_is", "covers", "block", "terms"})
    basis = data.get("limit_is", "own-first")
    if basis not in get_args(LimitBasis):
        raise _wrong("/limit_is", f"one of {', '.join(get_args(LimitBasis))}")
    covers = data.get("covers", "agreed")
    if covers not in get_args(CoverCounts):
        raise _wrong("/covers", f"one of {', '.join(get_args(CoverCounts))}")
    block = data.get("block") or {}
    _check_names("/block", block, {"over_limit", "overdue", "insolvency"})
    return CreditRules(
        creditor,
        basis,
        _flag("/block/over_limit", block.get("over_limit", False)),
        _overdue(block.get("overdue")),
        _flag("/block/insolvency", block.get("insolvency", False)),
        _terms(data.get("terms")),
        covers=covers,
    )


def told(rules: CreditRules) -> dict[str, Any]:
    """Return rules as the API and files have them."""
    overdue, terms = rules.block_overdue, rules.terms
    amount_minor = overdue.amount_minor if overdue else None
    return {
        "limit_is": rules.limit_is,
        "covers": rules.covers,
        "block": {
            "over_limit": rules.block_over_limit,
            "overdue": {
                "days": overdue.days,
                "invoices": overdue.invoices_max,
                "amount": format_amount(amount_minor, overdue.currency)
                if amount_minor is not None
                else None,
                "currency": overdue.currency or None,
            }
            if overdue
            else None,
            "insolvency": rules.block_insolvency,
        },
        "terms": {
            "net_days": terms.net_days,
            "when": list(terms.reasons),
            "broken_promises": terms.broken_promises,
            "within_days": terms.within_days,
            "applies": terms.applies,
        }
        if terms
        else None,
    }


def _overdue(data: Any) -> OverdueRule | None:
    if data is None:
        return None
    place = "/block/overdue"
    _check_names(place, data, {"days", "invoices", "amount", "currency"})
    days = _whole(f"{place}/days", data.get("days"), 1, DAYS_MAX)
    count, amount, currency = data.get("invoices"), data.get("amount"), data.get("currency")
    if count is not None:
        _whole(f"{place}/invoices", count, 0, COUNT_MAX)
    if (amount is None) != (currency is None):
        raise _wrong(place, "an amount with its currency")
    if count is None and amount is None:
        raise _wrong(place, "a number of invoices, an amount, or both")
    if amount is None:
        return OverdueRule(days, count)
    try:
        return OverdueRule(days, count, parse_amount(str(amount), str(currency)), str(currency))
    except Invalid as bad:
        raise bad.at(f"{place}/amount") from None


def _terms(data: Any) -> TermsRule | None:
    if data is None:
        return None
    _check_names("/terms", data, {"net_days", "when", "broken_promises", "within_days", "applies"})
    known = get_args(TermsReason)
    when = data.get("when")
    if not isinstance(when, list) or not when or not all(one in known for one in when):
        raise _wrong("/terms/when", f"some of {', '.join(known)}")
    return TermsRule(
        _whole("/terms/net_days", data.get("net_days"), 0, DAYS_MAX),
        tuple(one for one in known if one in when),
        _whole("/terms/broken_promises", data.get("broken_promises", 2), 1, COUNT_MAX),
        _whole("/terms/within_days", data.get("within_days", 180), 1, DAYS_MAX),
        _flag("/terms/applies", data.get("applies", False)),
    )


def _check_names(place: str, data: Any, known: set[str]) -> None:
    if not isinstance(data, Mapping) or not set(data) <= known:
        raise _wrong(place, f"an object of {', '.join(sorted(known))}")


def _flag(place: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(place, "true or false")
    return value


def _whole(place: str, value: Any, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(place, f"a whole number from {least} to {most}")
    return value


def _wrong(place: str, must: str) -> CreditRulesNotValid:
    found = CreditRulesNotValid(f"{place or 'The rules'} must be {must}.")
    found.at(place)
    return found
