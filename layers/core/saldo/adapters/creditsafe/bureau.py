"""Creditsafe's companies and reports in our words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from saldo.adapters.creditsafe.api import CreditsafeApi
from saldo.clock import Clock
from saldo.credit_data.identity import CANDIDATES_MAX, Candidate, CompanyIds
from saldo.credit_data.ports import BureauNonsense, Told
from saldo.credit_data.report import AgencyScore, CompanyState
from saldo.credit_data.scales import CREDITSAFE, points_of
from saldo.errors import Invalid
from saldo.money import Money, parse_amount

NAME: Final = "creditsafe"
_TEXT_MAX: Final = 200
_STATES: Final[Mapping[str, CompanyState]] = {
    "active": "active",
    "nonactive": "inactive",
}
"""`companyStatus.status`, the status that all countries share. "Pending" and "Other" say nothing
that can be acted on. Non-active companies may be dissolved or in proceedings: the country's own
words (`description`) differ, and none of them is taken for a notice of insolvency."""


class Creditsafe:
    """Asks Creditsafe for one creditor. A search and a report are one request each."""

    name = NAME

    def __init__(self, api: CreditsafeApi, clock: Clock) -> None:
        self._api, self._clock = api, clock

    def search(self, ids: CompanyIds, name: str, country: str) -> list[Candidate]:
        """Search by VAT number, else by register number, else by name: raise the port's errors."""
        query = {"countries": country, "pageSize": str(CANDIDATES_MAX)}
        if ids.vat:
            query["vatNo"] = ids.vat
        elif ids.register_number:
            query["regNo"] = ids.register_number
        else:
            query["name"] = name
        found = self._api.get("companies", "companies", query).get("companies", [])
        if not isinstance(found, list):
            raise BureauNonsense("Creditsafe's list of companies is none.")
        return [_candidate(one) for one in found[:CANDIDATES_MAX] if _text(one, "id")]

    def report(self, company: str) -> Told:
        """Return what the company's credit report says; raise the port's errors."""
        path = f"companies/{quote(company, safe='')}"
        answer = self._api.get(path, "companies/report", {"language": "en"})
        report = _part(answer, "report")
        if not report:
            raise BureauNonsense("Creditsafe's answer holds no report.")
        rating = _part(_part(report, "creditScore"), "currentCreditRating")
        rating = rating or _part(_part(report, "companySummary"), "creditRating")
        today = self._clock.now().date()
        told = Told(
            min(_day(_part(report, "creditScore").get("latestRatingChangeDate")) or today, today),
            _text(answer, "correlationId"),
            _text(report, "companyId") or company,
            _score(rating),
            _limit(rating),
            state=_state(_part(_part(report, "companySummary"), "companyStatus")),
        )
        if told.score is None and told.limit is None and told.state is None:
            raise BureauNonsense("Creditsafe's report says nothing that is understood.")
        return told


def _score(rating: Mapping[str, Any]) -> AgencyScore | None:
    """Return the rating that all countries share, with the country's own value in its words."""
    value = _text(rating, "commonValue")
    if not value:
        return None
    own = _part(rating, "providerValue")
    words = [_text(rating, "commonDescription")]
    if _text(own, "value"):
        span = [_text(own, "minValue"), _text(own, "maxValue")]
        words.append(_text(own, "value") + (f" ({'-'.join(span)})" if all(span) else ""))
    said = ", ".join(word for word in words if word)
    return AgencyScore(value, CREDITSAFE, said[:_TEXT_MAX], points_of(value, CREDITSAFE))


def _limit(rating: Mapping[str, Any]) -> Money | None:
    """Return the recommended limit; words in its place ("not applicable") are none."""
    limit = _part(rating, "creditLimit")
    value, currency = limit.get("value"), _text(limit, "currency")
    if not currency or isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return None
    try:
        return Money(parse_amount(str(value), currency), currency)
    except Invalid:
        return None


def _state(status: Mapping[str, Any]) -> CompanyState | None:
    return _STATES.get(_text(status, "status").casefold())


def _candidate(one: Any) -> Candidate:
    address = _part(one, "address")
    vat = one.get("vatNo")
    return Candidate(
        _text(one, "id"),
        _text(one, "name"),
        _text(one, "country"),
        _text(address, "city"),
        _text(one, "regNo"),
        vat[0]
        if isinstance(vat, list) and vat and isinstance(vat[0], str)
        else _text(one, "vatNo"),
        state=_text(one, "status"),
    )


def _part(data: Any, name: str) -> Mapping[str, Any]:
    found = data.get(name) if isinstance(data, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _text(data: Any, name: str) -> str:
    found = data.get(name) if isinstance(data, Mapping) else None
    if isinstance(found, (int, Decimal)) and not isinstance(found, bool):
        return str(found)
    return found.strip()[:_TEXT_MAX] if isinstance(found, str) else ""


def _day(text: Any) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if isinstance(text, str) else None
    except ValueError:
        return None
