"""When a debtor is in default in the Netherlands: art. 6:82, 6:83, 6:119a BW."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from saldo.law.facts import BusinessDays, DebtorKind, DefaultBegan, DefaultFacts, MissingFact

_DAY = timedelta(days=1)
_TERM: Final = timedelta(days=30)


def default_began(
    facts: DefaultFacts,
    debtor: DebtorKind,
    calendar: BusinessDays,  # noqa: ARG001 - one signature for every country
) -> DefaultBegan | MissingFact:
    """Return the first day of default and why, or the fact that is missing.

    The day after an agreed last day for payment (art. 6:83 a, 6:119a (1) BW); after the term of a
    notice of default (art. 6:82 (1) BW); on refusal for good (art. 6:83 c BW). Among businesses
    without an agreed day 30 days after the start of the day that follows receipt of the invoice,
    or of the performance if the invoice came before it or its receipt is uncertain (art. 6:119a (2)
    BW, https://wetboekplus.nl/burgerlijk-wetboek-boek-6-artikel-119a-handelsrente/). A day that
    only the invoice names is not agreed.
    """
    found = min(_grounds(facts, debtor), key=lambda began: began.on, default=None)
    if found:
        return found
    if facts.notice_received_on:
        return MissingFact(
            "notice-term", "The notice of default set no term for payment (art. 6:82 BW)."
        )
    if debtor == "consumer":
        return MissingFact(
            "agreed-day-or-notice",
            "Neither an agreed last day for payment nor a notice of default with a term is "
            "evidenced (art. 6:82, 6:83 BW).",
        )
    return MissingFact(
        "agreed-day-or-receipt",
        "Neither an agreed last day for payment nor the receipt of the invoice is evidenced "
        "(art. 6:83, 6:119a BW).",
    )


def _grounds(facts: DefaultFacts, debtor: DebtorKind) -> Iterator[DefaultBegan]:
    if facts.agreed_day:
        yield DefaultBegan(
            facts.agreed_day + _DAY,
            "agreed-day",
            f"payment was agreed for {facts.agreed_day} and did not come",
            "art. 6:83 a BW" if debtor == "consumer" else "art. 6:119a (1) BW",
        )
    if facts.notice_received_on and facts.notice_term_days and facts.notice_term_days > 0:
        last = facts.notice_received_on + timedelta(days=facts.notice_term_days)
        yield DefaultBegan(
            max(last, facts.due_on) + _DAY,
            "notice",
            f"the term of the notice received on {facts.notice_received_on} ended on {last}",
            "art. 6:82 (1) BW",
        )
    if facts.refused_on:
        yield DefaultBegan(
            max(facts.refused_on, facts.due_on) + _DAY,
            "refusal",
            f"the debtor refused for good on {facts.refused_on}",
            "art. 6:83 c BW",
        )
    received = _received(facts)
    if debtor == "business" and received and facts.agreed_day is None:
        yield DefaultBegan(
            received + _DAY + _TERM,
            "thirty-days",
            f"30 days passed after {received}, when the invoice and what it is for had come",
            "art. 6:119a (2) BW",
        )


def _received(facts: DefaultFacts) -> date | None:
    days = [day for day in (facts.invoice_received_on, facts.performance_received_on) if day]
    return max(days, default=None)
