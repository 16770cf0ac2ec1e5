"""What the credit of an account asks of people: to talk about a limit, and to decide. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from saldo.worklist.facts import AccountFacts, amount, at_midnight, passed, sums
from saldo.worklist.model import Cause


def over_limit(facts: AccountFacts) -> Iterator[Cause]:
    """One for each limit that is exceeded: a currency is compared with its own limit alone."""
    sums_by = {one.currency: one for one in facts.open_sums}
    for limit in facts.limits:
        one = sums_by.get(limit.currency)
        if one is None or one.at_stake_minor <= limit.minor:
            continue
        since = passed(limit.minor - one.beside_minor, one)
        yield Cause(
            "over-limit",
            f"over-limit-{limit.currency}",
            "over-limit",
            "talk-about-limit",
            at_midnight(since) if since is not None else None,
            facts={
                "limit": amount(limit.minor, limit.currency),
                "open": amount(one.at_stake_minor, one.currency),
            },
            stake=sums([(one.currency, one.at_stake_minor - limit.minor)]),
        )


def credit_decisions(facts: AccountFacts) -> Iterator[Cause]:
    """One for each limit that is proposed, and one for shorter terms that are."""
    sheet = facts.credit
    if sheet is None:
        return
    for one in sheet.proposals:
        yield Cause(
            "credit-decision",
            f"limit-{one.id}",
            "limit-proposed",
            "decide-credit",
            one.at,
            facts={"amount": amount(one.amount_minor, one.currency), "by": one.by},
        )
    terms = sheet.terms
    if terms is not None and terms.state == "proposed":
        yield Cause(
            "credit-decision",
            "terms",
            "prepayment-proposed" if terms.is_prepayment else "terms-proposed",
            "decide-credit",
            terms.since,
            facts={"days": terms.net_days},
        )
