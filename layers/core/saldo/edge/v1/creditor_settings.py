"""A creditor's settings over the API: what holds, and what a change makes of it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.accounts.model import BankDetails, Creditor
from saldo.accounts.payer_rules import PayerRules
from saldo.clock import iso_instant
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.edge.v1.cost_settings import (
    MessagePricesAnswer,
    RunningCostAnswer,
    cost_changes,
    prices_told,
    running_told,
)
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.refusals import FieldNotValid
from saldo.edge.v1.requests_settings import (
    BankDetailsRecord,
    CreditorSettingsRecord,
    PayerRulesRecord,
)
from saldo.money import format_amount, parse_amount
from saldo.reminders.policy_model import PolicyUnknown
from saldo.reminders.segments import segments_from

TWO_DECIMALS: Final = "EUR"
"""The payers' rules are one number for every currency that is paid in, written as euros."""

_PLAIN: Final = frozenset(
    {
        "name",
        "country",
        "language",
        "time_zone",
        "imprint",
        "brand_colour",
        "reply_to",
        "privacy_url",
        "sms_from",
        "state",
        "sending",
        "schedule",
        "notices_per_day_max",
        "fresh_within_hours",
        "first_run_needs_release",
        "statements_expected",
        "policy",
        "provider",
        "allocation_order",
        "discount_tolerance_days",
    }
)
_NAMED: Final = frozenset({"name", "country", "language", "time_zone", "policy", "provider"})


class SegmentAnswer(TypedDict):
    """Accounts that one policy is for."""

    when: dict[str, list[str]]
    policy: str


class PayerRulesAnswer(TypedDict):
    """What payers may do."""

    part_min: _Amount | None
    part_min_percent: int
    schedule_days_max: int
    transfer_business_days_max: int
    promise_days_max: int
    copy_hold_days: int
    plan_instalments_max: int
    plan_days_max: int
    plan_least: _Amount
    plan_needs_mandate: bool
    plan_auto: _Amount
    plan_auto_instalments_max: int
    plan_decision_business_days: int
    claim_business_days_max: int


class BankDetailsAnswer(TypedDict):
    """Where transfers go."""

    iban: str
    account_holder: str
    bic: str | None
    creditor_identifier: str | None


class CreditorSettingsAnswer(TypedDict):
    """Every setting of a creditor, as it holds."""

    id: str
    name: str
    country: str
    language: str
    time_zone: str
    address: list[str]
    imprint: str
    brand_colour: str
    reply_to: str | None
    privacy_url: str | None
    sms_from: str | None
    state: Literal["shadow", "live"]
    sending: bool
    schedule: Literal["automatic", "manual"]
    notices_per_day_max: int | None
    fresh_within_hours: int | None
    blackout_days: list[_Day]
    first_run_needs_release: bool
    first_run_released_at: _Instant | None
    statements_expected: bool
    policy: str
    segments: list[SegmentAnswer]
    provider: str
    allocation_order: str
    discount_tolerance_days: int
    running_costs: list[RunningCostAnswer]
    message_prices: Annotated[
        MessagePricesAnswer | None, Field(description="Null: as Saldo assumes.")
    ]
    payers: PayerRulesAnswer
    bank: Annotated[
        BankDetailsAnswer | None,
        Field(description="Where transfers go. A person changes it, who proves again to be there."),
    ]
    group: Annotated[str | None, Field(description="Companies that share a portal.")]


def settings(order: Ordered) -> CreditorSettingsAnswer:
    """Return the settings of the creditor."""
    return render(order.creditor)


def change(order: Ordered, body: Any) -> CreditorSettingsAnswer:
    """Change what is named. Raises Invalid, PolicyUnknown or SegmentNotValid."""
    sent = read(CreditorSettingsRecord, body)
    changes = _changes(order, sent)
    services, creditor = order.services, order.creditor.id
    named = [changes["policy"]] if "policy" in changes else []
    try:
        services.policies.require(creditor, *named)
    except PolicyUnknown as unknown:
        raise unknown.at("/policy") from None
    try:
        services.policies.require(creditor, *(one.policy for one in changes.get("segments", ())))
    except PolicyUnknown as unknown:
        raise unknown.at("/segments") from None
    return render(services.accounts.change_creditor(creditor, by=order.by, **changes))


def set_bank(order: Ordered, body: Any) -> CreditorSettingsAnswer:
    """Say where debtors transfer to; None: nowhere. Raises Invalid."""
    bank = None
    if body is not None:
        sent = read(BankDetailsRecord, body)
        bank = BankDetails(sent.iban, sent.account_holder, sent.bic, sent.creditor_identifier)
    return render(
        order.services.accounts.change_creditor(order.creditor.id, by=order.by, bank=bank)
    )


def _changes(order: Ordered, sent: CreditorSettingsRecord) -> dict[str, Any]:
    named = sent.model_fields_set
    changes: dict[str, Any] = {name: getattr(sent, name) for name in _PLAIN & named}
    for name in _NAMED & named:
        if not changes[name]:
            raise FieldNotValid(f"'{name}' must not be empty.").at(f"/{name}")
    if "address" in named:
        changes["address"] = tuple(sent.address)
    if "blackout_days" in named:
        changes["blackout_days"] = tuple(sorted(set(sent.blackout_days)))
    if "segments" in named:
        changes["segments"] = segments_from([one.model_dump() for one in sent.segments])
    changes |= cost_changes(sent.running_costs, sent.message_prices, named)
    if sent.payers is not None:
        known: dict[str, Any] = {**_payers(order.creditor.payer_rules)}
        said = sent.payers.model_dump(exclude_unset=True)
        changes["payer_rules"] = _payer_rules(PayerRulesRecord(**(known | said)))
    provider = changes.get("provider", order.creditor.provider)
    if provider != order.creditor.provider and provider not in order.services.providers:
        raise FieldNotValid(f"No provider {provider!r} is set up here.").at("/provider")
    return changes


def _payer_rules(sent: PayerRulesRecord) -> PayerRules:
    def minor(text: str | None, name: str, least: int) -> int | None:
        if text is None:
            return None
        found = parse_amount(text, TWO_DECIMALS)
        if found < least:
            raise FieldNotValid(f"'{name}' must be above zero.").at(f"/payers/{name}")
        return found

    plain = sent.model_dump(exclude={"part_min", "plan_least", "plan_auto"})
    return PayerRules(
        **plain,
        part_min_minor=minor(sent.part_min, "part_min", 1),
        plan_least_minor=minor(sent.plan_least, "plan_least", 1) or 0,
        plan_auto_minor=minor(sent.plan_auto, "plan_auto", 0) or 0,
    )


def render(found: Creditor) -> CreditorSettingsAnswer:
    """Render a creditor's settings."""
    bank, released = found.bank, found.first_run_released_at
    return {
        "id": found.id,
        "name": found.name,
        "country": found.country,
        "language": found.language,
        "time_zone": found.time_zone,
        "address": list(found.address),
        "imprint": found.imprint,
        "brand_colour": found.brand_colour,
        "reply_to": found.reply_to,
        "privacy_url": found.privacy_url,
        "sms_from": found.sms_from,
        "state": found.state,
        "sending": found.sending,
        "schedule": found.schedule,
        "notices_per_day_max": found.notices_per_day_max,
        "fresh_within_hours": found.fresh_within_hours,
        "blackout_days": [day.isoformat() for day in found.blackout_days],
        "first_run_needs_release": found.first_run_needs_release,
        "first_run_released_at": iso_instant(released) if released else None,
        "statements_expected": found.statements_expected,
        "policy": found.policy,
        "segments": [{"when": one.when, "policy": one.policy} for one in found.segments],
        "provider": found.provider,
        "allocation_order": found.allocation_order,
        "discount_tolerance_days": found.discount_tolerance_days,
        "running_costs": running_told(found.running_costs),
        "message_prices": prices_told(found.message_prices),
        "payers": _payers(found.payer_rules),
        "bank": None
        if bank is None
        else {
            "iban": bank.iban,
            "account_holder": bank.account_holder,
            "bic": bank.bic,
            "creditor_identifier": bank.creditor_identifier,
        },
        "group": found.group,
    }


def _payers(rules: PayerRules) -> PayerRulesAnswer:
    least = rules.part_min_minor
    return {
        "part_min": None if least is None else format_amount(least, TWO_DECIMALS),
        "part_min_percent": rules.part_min_percent,
        "schedule_days_max": rules.schedule_days_max,
        "transfer_business_days_max": rules.transfer_business_days_max,
        "promise_days_max": rules.promise_days_max,
        "copy_hold_days": rules.copy_hold_days,
        "plan_instalments_max": rules.plan_instalments_max,
        "plan_days_max": rules.plan_days_max,
        "plan_least": format_amount(rules.plan_least_minor, TWO_DECIMALS),
        "plan_needs_mandate": rules.plan_needs_mandate,
        "plan_auto": format_amount(rules.plan_auto_minor, TWO_DECIMALS),
        "plan_auto_instalments_max": rules.plan_auto_instalments_max,
        "plan_decision_business_days": rules.plan_decision_business_days,
        "claim_business_days_max": rules.claim_business_days_max,
    }
