"""What a provider of credit data gives.

Another provider is a folder in `saldo.adapters` and a line in `credit_data_parts.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from saldo.credit_data.identity import Candidate, CompanyIds
from saldo.credit_data.report import AgencyScore, CompanyState, Cover, Insolvency
from saldo.errors import NotFound, Unavailable
from saldo.money import Money


class BureauUnreachable(Unavailable):
    """The provider of credit data did not answer, or answered that it cannot now."""

    code = "credit-provider-unreachable"


class BureauDenied(Unavailable):
    """The provider of credit data does not let us in: keys are missing, wrong, or lack the right.

    Asking again with the same keys may lock them out.
    """

    code = "credit-provider-denied"


class BureauLimited(Unavailable):
    """The provider of credit data wants fewer requests; `until` is when it may be asked again."""

    code = "credit-provider-limited"

    def __init__(self, detail: str, until: datetime) -> None:
        super().__init__(detail)
        self.until = until


class BureauNonsense(Unavailable):
    """What the provider of credit data answered cannot be read, so none of it is believed."""

    code = "credit-provider-nonsense"


class CompanyNotThere(NotFound):
    """The provider of credit data knows no company by that id."""

    code = "credit-company-unknown"


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says about a company; the rest of a report is ours to add."""

    as_of: date
    reference: str = ""
    company: str = ""
    score: AgencyScore | None = None
    limit: Money | None = None
    cover: Cover | None = None
    insolvency: Insolvency | None = None
    state: CompanyState | None = None


class Bureau(Protocol):
    """A provider that is asked over HTTP. Every call may cost its owner money.

    Every method may raise BureauUnreachable, BureauDenied, BureauLimited or BureauNonsense.
    """

    name: str

    def search(self, ids: CompanyIds, name: str, country: str) -> list[Candidate]:
        """Return companies that an account could be: by its numbers, else by name and country.

        One request.
        """

    def report(self, company: str) -> Told:
        """Return what is said about a company, in one request; raise CompanyNotThere."""
