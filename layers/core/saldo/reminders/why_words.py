"""The sentences that a decision is told in."""

from __future__ import annotations

from typing import Any, Final

from saldo.money import format_amount
from saldo.reminders.model import DecisionRecord

_HELD: Final = {
    "pause": "{by} paused it: {why}",
    "payment-on-its-way": "a payment is on its way",
    "payment-scheduled": "{told}",
    "transfer-announced": "the payer announced a transfer, which is waited for until {until}",
    "plan": "{told}",
    "plan-proposed": "the payer proposed instalments, and the creditor decides until {until}",
    "paid-claim": "the payer says to have paid, and the money is looked for until {until}",
    "promise": "{told}",
    "dispute": "{told}",
    "question": "the payer asked something, and the policy waits for the answer",
    "invoice-copy": "the payer said that the invoice never came, and reads the copy until {until}",
    "hardship": "{by} noted hardship: {why}",
    "insolvency": "{by} noted an insolvency: {why}",
    "legal-case": "it was handed over: {why}",
    "stale-data": "{data_age}, and it may be {fresh_within_hours} hours old at the most",
    "restricted": "its erasure was ordered",
    "money-unmatched": "money on the bank account could be for it, and nobody said yet",
    "statement-missing": "the bank's statements of {missing} are missing",
    "customer-credit": "{credit} of credit on the account could cover it",
    "address-bounced": "mail to the only address bounced",
    "address-complained": "the recipient complained about our mail",
    "address-wrong-person": "whoever has the only address said to be somebody else",
    "no-address": "the account has no address for any of the channels",
    "shadow": "the creditor is in shadow: this is what would have been sent",
    "first-run": "the creditor's first run waits for a person to release it",
    "sending-off": "sending is switched off for this creditor",
    "sending-off-everywhere": "sending is switched off for the whole installation",
    "daily-cap": "the creditor's cap of notices per day was reached",
    "contact-gap": "it would be too soon after the message of {last_contact_on}",
    "contact-cap": "the account has heard from us often enough in 7 days",
    "manual-follow-up": "the account is followed up by hand, and a task was made",
    "needs-release": "a person must let it go, and a task was made",
    "hand-over": "the claim is to be handed over, and a task was made",
    "evidence-missing": "the law asks for a fact that is not evidenced: {why}",
    "below-minimum": "the account's overdue {sum} are below the policy's minimum of {minimum}",
    "law-waits": "{why}",
    "blackout-day": "it is one of the creditor's own quiet days",
    "no-business-day": "it is no business day at the debtor's place",
    "too-early-in-the-day": "it is too early in the day at the debtor's place",
    "too-late-in-the-day": "it is too late in the day at the debtor's place",
}
"""Every reason to keep something back that is due, as the end of a sentence."""


def step_name(step: str) -> str:
    """Return how a step is called."""
    return f"Stage {step}" if step.isdecimal() else "The invoice mail"


def knows(reason: str) -> bool:
    """Tell whether a reason keeps something back that is due."""
    return reason in _HELD


def held_because(reason: str, facts: dict[str, Any]) -> str:
    """Return why something that is due was kept back."""
    why = str(facts.get("why"))
    words = {
        **{name: facts.get(name) for name in ("by", "until")},
        "fresh_within_hours": facts.get("fresh_within_hours"),
        "data_age": _data_age(facts),
        "missing": facts.get("missing"),
        "last_contact_on": facts.get("last_contact_on"),
        "credit": _money(facts, "credit_minor", code=False),
        "sum": _money(facts, "sum_minor"),
        "minimum": _money(facts, "minimum_minor"),
        "why": why.rstrip("."),
        "told": f"{why[:1].lower()}{why[1:]}".rstrip("."),
    }
    return _HELD[reason].format(**words)


def _data_age(facts: dict[str, Any]) -> str:
    named = str(facts.get("source"))
    kind, _, name = named.partition(":")
    sources = {"erp": "the ERP", "bank": "the bank", "connector": f"the connection {name}"}
    source = sources.get(kind, "the source")
    told_at = facts.get("told_at")
    return f"what {source} told last is of {told_at}" if told_at else f"{source} told nothing yet"


def grounds(record: DecisionRecord) -> str:
    """Return on what grounds something was sent."""
    facts = record.facts
    amount = _money(facts, "open_minor")
    if record.reason == "invoice-not-announced":
        return f"{amount} was open and the invoice had not been mailed yet"
    days = int(facts["offset_days"])
    when = f"{days} days after" if days >= 0 else f"{-days} days before"
    ground = (
        f"{amount} was open, due on {facts['due_on']}, and policy {record.policy} "
        f"(version {facts['policy_version']}) sends it {when}"
    )
    told = f"{ground}, so from {facts['stage_due_on']}"
    if record.reason == "goes-along":
        told = f"{amount} was open and overdue, and one letter must name all such claims"
    return told + _resumed(facts) + _charged(facts) + _refused(facts)


def _resumed(facts: dict[str, Any]) -> str:
    after = facts.get("resumes_after")
    return f"; it goes on after a {after} that was not kept" if after else ""


def _charged(facts: dict[str, Any]) -> str:
    parts = [
        f"; {_money(facts | line, 'minor')} of {line['kind']} were added ({line['law']}"
        f"{_rates(line)})"
        for line in facts.get("charges", ())
    ]
    return "".join(parts)


def _rates(line: dict[str, Any]) -> str:
    spans = (
        f"{s['days']} days at {s['percent']} %, the rate from {s['rate_from']}"
        for s in line.get("segments", ())
    )
    told = "; ".join(spans)
    return f": {told}" if told else ""


def _refused(facts: dict[str, Any]) -> str:
    parts = (
        f"; {line['kind']} was not added: {str(line['why']).rstrip('.')}"
        for line in facts.get("refused", ())
    )
    return "".join(parts)


def _money(facts: dict[str, Any], name: str, *, code: bool = True) -> str:
    if name not in facts:
        return ""
    amount = format_amount(facts[name], facts["currency"])
    return f"{amount} {facts['currency']}" if code else amount
