"""When a debtor is in default in Germany: §286 BGB."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from saldo.law.days import working_day_from
from saldo.law.facts import BusinessDays, DebtorKind, DefaultBegan, DefaultFacts, MissingFact

_DAY = timedelta(days=1)
_TERM: Final = timedelta(days=30)


def default_began(
    facts: DefaultFacts, debtor: DebtorKind, calendar: BusinessDays
) -> DefaultBegan | MissingFact:
    """Return the first day of default and why, or the fact that is missing.

    By notice after the due date; without one, the day after an *agreed* calendar day, on refusal
    for good, at the latest 30 days after due date and receipt of the invoice, towards a consumer
    only if the invoice said so expressly (§286 (1)-(3) BGB, http://www.inkasso.ag/glossar-de/
    mahnung-42.html, https://unternehmer.de/lexikon/recht-lexikon/dreissig-tage-regelung). A day
    that the creditor wrote on the invoice is no agreed day (BGH 25.10.2007 III ZR 91/07,
    https://streifler.de/urteil/bgh/urteil-iii-zr-9107-2007-10-25). A last day that is no working
    day moves to the next one (§193 BGB). The day of the event does not count (§187 (1) BGB).
    """
    found = min(_grounds(facts, debtor, calendar), key=lambda began: began.on, default=None)
    return found or _missing(facts, debtor)


def _grounds(
    facts: DefaultFacts, debtor: DebtorKind, calendar: BusinessDays
) -> Iterator[DefaultBegan]:
    if facts.agreed_day:
        last = working_day_from(facts.agreed_day, calendar)
        yield DefaultBegan(
            last + _DAY,
            "agreed-day",
            f"payment was agreed for {facts.agreed_day} and did not come",
            "§286 (2) no. 1 BGB",
        )
    due = working_day_from(facts.due_on, calendar)
    if facts.notice_received_on and facts.notice_received_on > due:
        yield DefaultBegan(
            facts.notice_received_on + _DAY,
            "notice",
            f"a notice was received on {facts.notice_received_on}, after the due date",
            "§286 (1) BGB",
        )
    if facts.refused_on:
        yield DefaultBegan(
            max(facts.refused_on, due) + _DAY,
            "refusal",
            f"the debtor refused for good on {facts.refused_on}",
            "§286 (2) no. 3 BGB",
        )
    known = _thirty_days_from(facts, debtor)
    if known:
        last = working_day_from(known + _TERM, calendar)
        yield DefaultBegan(
            last + _DAY,
            "thirty-days",
            f"30 days passed after {known}, due date and receipt",
            "§286 (3) BGB",
        )


def _thirty_days_from(facts: DefaultFacts, debtor: DebtorKind) -> date | None:
    """Return the later of due date and receipt, None if the thirty days do not run.

    Is the receipt of the invoice uncertain, a business's thirty days run from receipt of what was
    performed (§286 (3) sentence 2 BGB).
    """
    if debtor == "consumer":
        warned = facts.invoice_received_on if facts.invoice_warned_of_default else None
        return max(facts.due_on, warned) if warned else None
    received = facts.invoice_received_on or facts.performance_received_on
    return max(facts.due_on, received) if received else None


def _missing(facts: DefaultFacts, debtor: DebtorKind) -> MissingFact:
    named = ""
    if facts.invoice_names_day:
        named = (
            f" The {facts.invoice_names_day} on the invoice is no agreed day "
            "(BGH 25.10.2007 III ZR 91/07)."
        )
    if debtor == "consumer" and facts.invoice_received_on:
        return MissingFact(
            "notice-or-warning",
            "A consumer is in default only after a notice, or 30 days after an invoice that said "
            f"so expressly (§286 BGB).{named}",
        )
    return MissingFact(
        "notice-or-receipt",
        "Neither an agreed day for payment, nor a notice after the due date, nor the receipt of "
        f"the invoice is evidenced (§286 BGB).{named}",
    )
