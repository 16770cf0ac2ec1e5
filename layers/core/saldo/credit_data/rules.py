"""What a creditor wants of credit data: who is asked, how often, for how much, and what follows.

Nothing is asked of a provider that costs money until somebody switches it on: by default reports
come in files alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from saldo.credit_data.columns import columns_from
from saldo.errors import Invalid, TooMany

REQUESTS_MONTH_MAX: Final = 100_000
REFRESH_DAYS_MAX: Final = 366
SOURCES_MAX: Final = 20
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NAMES: Final = frozenset(
    {"provider", "automatic", "requests_month", "refresh_days", "hold_on_insolvency", "columns"}
)


class CreditDataRulesNotValid(Invalid):
    """The creditor's rules for credit data say something that cannot be."""

    code = "credit-data-rules-not-valid"


class ProviderNotChosen(Invalid):
    """The creditor has chosen no provider of credit data."""

    code = "credit-provider-not-chosen"


class BudgetUsedUp(TooMany):
    """The month's requests to the provider of credit data are used up."""

    code = "credit-budget-used-up"


@dataclass(frozen=True, slots=True)
class CreditDataRules:
    """`provider` is whom to ask ("": nobody). Until `automatic`, requests are made by a person
    alone; either way `requests_month` in a calendar month at most, searches and reports counted
    alike. What is known is asked for anew after `refresh_days`. With `hold_on_insolvency` a notice
    of insolvency keeps reminders back at once. `columns` says by source what the columns of its
    files mean (`columns.py`): files that come in under the name of such a source are reports.
    """

    creditor: str
    provider: str = ""
    automatic: bool = False
    requests_month: int = 0
    refresh_days: int = 90
    hold_on_insolvency: bool = True
    columns: dict[str, Any] = field(default_factory=dict, hash=False)
    changed_at: datetime | None = None
    by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)


@dataclass(frozen=True, slots=True)
class RequestsMade:
    """How many requests a creditor made in a month ("2026-11"). After a failure, of the code `why`,
    nothing is asked by itself until `paused_until`.
    """

    creditor: str
    month: str
    made: int = 0
    paused_until: datetime | None = None
    why: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.month)


def month_of(day: date) -> str:
    """Return the month that a request of `day` counts in."""
    return f"{day:%Y-%m}"


def rules_from(
    old: CreditDataRules, data: Mapping[str, Any], providers: frozenset[str]
) -> CreditDataRules:
    """Return the rules with what `data` says, the rest as it was; raise CreditDataRulesNotValid."""
    unknown = sorted(set(data) - _NAMES)
    if unknown:
        raise CreditDataRulesNotValid(f"There is no rule {unknown[0]!r}.").at(f"/{unknown[0]}")
    new = replace(old, **{**data, "columns": _columns(old, data.get("columns"))})
    if new.provider and new.provider not in providers:
        known = ", ".join(sorted(providers))
        raise CreditDataRulesNotValid(f"Known providers: {known}.").at("/provider")
    for name in ("automatic", "hold_on_insolvency"):
        if not isinstance(getattr(new, name), bool):
            raise CreditDataRulesNotValid(f"{name} is true or false.").at(f"/{name}")
    _whole("requests_month", new.requests_month, 0, REQUESTS_MONTH_MAX)
    _whole("refresh_days", new.refresh_days, 1, REFRESH_DAYS_MAX)
    return new


def _columns(old: CreditDataRules, data: Any) -> dict[str, Any]:
    """Return the columns by source with what `data` says of some: null takes a source out."""
    if data is None:
        return old.columns
    if not isinstance(data, Mapping):
        raise CreditDataRulesNotValid("columns are an object by source.").at("/columns")
    known = {**old.columns, **data}
    kept = {str(source): said for source, said in known.items() if said is not None}
    for source, said in kept.items():
        if not _SOURCE.fullmatch(source):
            raise CreditDataRulesNotValid(
                f"{source!r}: a source of files is named with a-z, 0-9 and -, 40 at most."
            ).at("/columns")
        columns_from(said)
    if len(kept) > SOURCES_MAX:
        raise CreditDataRulesNotValid(f"{SOURCES_MAX} sources at most.").at("/columns")
    return kept


def _whole(name: str, value: Any, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise CreditDataRulesNotValid(f"{name} is a whole number from {least} to {most}.").at(
            f"/{name}"
        )
