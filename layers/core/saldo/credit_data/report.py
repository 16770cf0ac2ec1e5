"""What a source says about a company's credit: kept as it was told, one report per source.

A source is an agency, an insurer, a register, or a file that somebody brings. A later report of the
same source takes the place of the earlier one; what changed stands in the event about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args

from saldo.errors import Invalid
from saldo.money import Money

CompanyState = Literal["active", "inactive", "dissolved"]
STATES: Final[tuple[CompanyState, ...]] = get_args(CompanyState)

CoverDecision = Literal["granted", "reduced", "refused", "cancelled"]
DECISIONS: Final[tuple[CoverDecision, ...]] = get_args(CoverDecision)

InsolvencyKind = Literal[
    "petition", "provisional", "opened", "no-assets", "restructuring", "liquidation", "other"
]
"""petition: somebody asked a court for it; provisional: a provisional administrator; opened:
proceedings run; no-assets: refused, as nothing is there to pay them with; restructuring: a plan or
a moratorium; liquidation: the company is wound up; other: the source does not say."""

KINDS: Final[tuple[InsolvencyKind, ...]] = get_args(InsolvencyKind)


KEPT: Final = timedelta(days=3 * 365)
"""A report that was not fetched anew for so long is looked at no more, and forgotten."""


class ReportNotValid(Invalid):
    """A credit report says something that cannot be right."""

    code = "credit-report-not-valid"


@dataclass(frozen=True, slots=True)
class AgencyScore:
    """A score as the agency tells it: `value` on its `scale`, with the words it has for it.

    `points` is the same from 0 (fails) to 100 (safest), None where the scale is not known
    (`scales.py`): agencies count in different directions, and nothing is guessed.
    """

    value: str
    scale: str
    meaning: str = ""
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """What an insurer would pay if the debtor does not, up to `amount_minor`; the source is the
    insurer. `valid_until` is the last day, None for no end.
    """

    amount_minor: int
    currency: str
    decision: CoverDecision = "granted"
    valid_until: date | None = None

    def holds(self, today: date) -> bool:
        """Tell whether anything is covered on `today`."""
        is_on = self.decision in ("granted", "reduced") and self.amount_minor > 0
        return is_on and (self.valid_until is None or today <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Insolvency:
    """A notice that a debtor is insolvent or about to be: what, since when, at which court, under
    which file number there.
    """

    kind: InsolvencyKind
    on: date
    court: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class CreditReport:
    """What one source says about an account, as of a day.

    `reference` is the source's own id of the report, `company` its id of the company. `by` says who
    brought it: a person, an API key, or the provider that was asked.
    """

    creditor: str
    account: str
    source: str
    as_of: date
    fetched_at: datetime
    reference: str = ""
    company: str = ""
    score: AgencyScore | None = None
    limit: Money | None = None
    cover: Cover | None = None
    insolvency: Insolvency | None = None
    state: CompanyState | None = None
    by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.source)

    @property
    def gone_at(self) -> datetime:
        return self.fetched_at + KEPT

    @property
    def said(self) -> dict[str, str]:
        """Return what it says, field by field, as texts; what it says nothing about is left out."""
        score, cover, insolvency = self.score, self.cover, self.insolvency
        told = {
            "score": f"{score.value} ({score.scale})" if score else "",
            "limit": str(self.limit) if self.limit else "",
            "cover": _cover(cover) if cover else "",
            "insolvency": f"{insolvency.kind} {insolvency.on}" if insolvency else "",
            "state": self.state or "",
        }
        return {name: text for name, text in told.items() if text}


def _cover(cover: Cover) -> str:
    until = f" until {cover.valid_until}" if cover.valid_until else ""
    return f"{cover.decision} {Money(cover.amount_minor, cover.currency)}{until}"
