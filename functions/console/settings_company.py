"""Settings of the company: what it is called, where transfers go, what payers may, when it sends.

What is typed goes where the API's requests go: one place says what is valid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from saldo.accounts.payer_rules import PayerRules
from saldo.edge.v1 import creditor_settings as settings
from saldo.edge.v1.requests_settings import days_of
from saldo.messages.colour import LIGHT_GROUND, TEXT_CONTRAST, contrast

if TYPE_CHECKING or __package__:
    from functions.console.screen import Back, Shown, Visit
    from functions.console.settings_forms import (
        lines,
        mark,
        page,
        require_seen,
        text_or_none,
        whole,
    )
else:  # in Lambda this folder is the root of the code
    from screen import Back, Shown, Visit
    from settings_forms import lines, mark, page, require_seen, text_or_none, whole

_SPANS_MAX: Final = 5000
_RULES: Final = (
    "part_min_percent",
    "schedule_days_max",
    "transfer_business_days_max",
    "promise_days_max",
    "copy_hold_days",
    "plan_instalments_max",
    "plan_days_max",
    "plan_auto_instalments_max",
    "plan_decision_business_days",
    "claim_business_days_max",
)


_CREDITOR: Final = (
    "name",
    "country",
    "language",
    "time_zone",
    "address",
    "imprint",
    "brand_colour",
    "reply_to",
    "privacy_url",
    "sms_from",
    "discount_tolerance_days",
    "allocation_order",
)
_SENDING: Final = (
    "state",
    "sending",
    "schedule",
    "notices_per_day_max",
    "fresh_within_hours",
    "blackout_days",
    "first_run_needs_release",
    "statements_expected",
)
"""What each form sets, all of it at once."""


def holding(visit: Visit, names: Sequence[str]) -> list[Any]:
    """Return the values that settings have now."""
    known: Mapping[str, Any] = settings.render(visit.creditor)
    return [known[name] for name in names]


def creditor(visit: Visit) -> Shown:
    """Show what the company is called and how it looks to payers."""
    known = settings.render(visit.creditor)
    ratio = contrast(known["brand_colour"].lower(), LIGHT_GROUND)
    is_pale = ratio < TEXT_CONTRAST
    seen = mark(holding(visit, _CREDITOR))
    return page(visit, "creditor", known=known, is_pale=is_pale, seen=seen)


def save_creditor(visit: Visit) -> Shown:
    """Keep what the company is called."""
    require_seen(visit, holding(visit, _CREDITOR))
    body: dict[str, Any] = {
        "name": visit.form("name"),
        "country": visit.form("country", 8).upper(),
        "language": visit.form("language", 8).lower(),
        "time_zone": visit.form("time_zone", 64),
        "address": lines(visit, "address"),
        "imprint": visit.form("imprint", 1000),
        "brand_colour": visit.form("brand_colour", 8),
        "reply_to": text_or_none(visit, "reply_to"),
        "privacy_url": text_or_none(visit, "privacy_url"),
        "sms_from": text_or_none(visit, "sms_from", 32),
        "discount_tolerance_days": whole(visit, "discount_tolerance_days") or 0,
        "allocation_order": visit.form("allocation_order", 40),
    }
    settings.change(visit.ordered, body)
    return Back("settings/creditor", "settings.saved")


def payers(visit: Visit) -> Shown:
    """Show what payers may do."""
    rules = visit.creditor.payer_rules
    return page(
        visit,
        "payers",
        seen=mark(holding(visit, ("payers",))),
        rules=rules,
        part_min=_typed(visit, rules.part_min_minor),
        plan_least=_typed(visit, rules.plan_least_minor),
        plan_auto=_typed(visit, rules.plan_auto_minor),
    )


def _typed(visit: Visit, minor: int | None) -> str:
    return "" if minor is None else visit.t.field(minor, settings.TWO_DECIMALS)


def save_payers(visit: Visit) -> Shown:
    """Keep what payers may do."""
    require_seen(visit, holding(visit, ("payers",)))
    numbers = {name: whole(visit, name) for name in _RULES}
    usual = PayerRules()
    rules: dict[str, Any] = {
        **{name: getattr(usual, name) if n is None else n for name, n in numbers.items()},
        "part_min": visit.amount("part_min", settings.TWO_DECIMALS),
        "plan_least": visit.amount("plan_least", settings.TWO_DECIMALS) or "0",
        "plan_auto": visit.amount("plan_auto", settings.TWO_DECIMALS) or "0",
        "plan_needs_mandate": bool(visit.form("plan_needs_mandate")),
    }
    settings.change(visit.ordered, {"payers": rules})
    return Back("settings/payers", "settings.saved")


def sending(visit: Visit) -> Shown:
    """Show when and whether the company sends."""
    return page(
        visit,
        "sending",
        seen=mark(holding(visit, _SENDING)),
        known=visit.creditor,
        installation=visit.services.accounts.installation(),
        days=_spans(visit),
    )


def _spans(visit: Visit) -> str:
    """Return the blackout days as spans, one a line."""
    spans: list[list[Any]] = []
    for day in visit.creditor.blackout_days:
        if spans and (day - spans[-1][1]).days == 1:
            spans[-1][1] = day
        else:
            spans.append([day, day])
    return "\n".join(str(a) if a == b else f"{a}..{b}" for a, b in spans)


def save_sending(visit: Visit) -> Shown:
    """Keep when and whether the company sends."""
    require_seen(visit, holding(visit, _SENDING))
    body: dict[str, Any] = {
        "state": visit.form("state", 10),
        "sending": bool(visit.form("sending")),
        "schedule": visit.form("schedule", 10),
        "notices_per_day_max": whole(visit, "notices_per_day_max"),
        "fresh_within_hours": whole(visit, "fresh_within_hours"),
        "blackout_days": days_of(visit.form("blackout_days", _SPANS_MAX)),
        "first_run_needs_release": bool(visit.form("first_run_needs_release")),
        "statements_expected": bool(visit.form("statements_expected")),
    }
    settings.change(visit.ordered, body)
    return Back("settings/sending", "settings.saved")


def release(visit: Visit) -> Shown:
    """Let the first run go."""
    visit.services.accounts.release_first_run(visit.creditor.id, visit.by)
    return Back("settings/sending", "settings.released")


def resume(visit: Visit) -> Shown:
    """Let mail go again that the circuit breaker stopped."""
    visit.services.breaker.resume(visit.creditor.id, visit.by)
    return Back("settings/sending", "settings.resumed")


def bank(visit: Visit) -> Shown:
    """Show where debtors transfer to."""
    return page(visit, "bank", bank=visit.creditor.bank, seen=mark(visit.creditor.bank))


def save_bank(visit: Visit) -> Shown:
    """Say where debtors transfer to."""
    require_seen(visit, visit.creditor.bank)
    body = {
        "iban": visit.form("iban", 50),
        "account_holder": visit.form("account_holder"),
        "bic": text_or_none(visit, "bic", 20),
        "creditor_identifier": text_or_none(visit, "creditor_identifier", 50),
    }
    settings.set_bank(visit.ordered, body)
    return Back("settings/bank", "settings.bank_saved")


def remove_bank(visit: Visit) -> Shown:
    """Ask for no more transfers."""
    settings.set_bank(visit.ordered, None)
    return Back("settings/bank", "settings.bank_removed")
