"""The operations about a creditor's settings, policies and texts, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.running_costs import RunningCostsNotValid
from saldo.edge.v1 import by_risk, creditor_settings, policies, requests, texts
from saldo.edge.v1.operation import AUTH, BODY, MONEY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.edge.v1.requests_settings import CreditorSettingsRecord
from saldo.messages.grammar import TextNotValid
from saldo.reminders.by_risk import NoVariants, TooManySegments
from saldo.reminders.policy_book import PolicyIdTaken, PolicyVersionTaken
from saldo.reminders.policy_model import PolicyNotValid, PolicyUnknown
from saldo.reminders.segments import SegmentNotValid

_BY_RISK: dict[str, Any] = {
    "on": False,
    "segments": [
        {"when": {"payment_behaviour": ["very-late"]}, "policy": "de-business-late"},
        {"when": {"score_class": ["D", "E"]}, "policy": "de-business-late"},
    ],
    "accounts": 214,
    "moves": [
        {
            "policy": "de-business",
            "to": "de-business-late",
            "accounts": 31,
            "open_items": 88,
            "sooner": 70,
            "later": 0,
            "repeats": 0,
            "skips": 0,
        }
    ],
    "is_cut": False,
}
SETTINGS: dict[str, Any] = {
    "id": "acme",
    "name": "Acme GmbH",
    "country": "DE",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "address": ["Musterstraße 1", "10115 Berlin"],
    "imprint": "Acme GmbH, Berlin",
    "brand_colour": "#1f5f5b",
    "reply_to": "billing@acme.example",
    "privacy_url": None,
    "sms_from": None,
    "state": "live",
    "sending": True,
    "schedule": "automatic",
    "notices_per_day_max": 500,
    "fresh_within_hours": 26,
    "blackout_days": ["2026-12-24"],
    "first_run_needs_release": False,
    "first_run_released_at": None,
    "statements_expected": False,
    "policy": "de-business",
    "segments": [{"when": {"kind": ["consumer"]}, "policy": "de-consumer"}],
    "provider": "mollie",
    "allocation_order": "costs-interest-principal",
    "discount_tolerance_days": 0,
    "running_costs": [
        {"since": "2026-11-01", "currency": "USD", "per_month": "31.40", "per_invoice": None}
    ],
    "message_prices": None,
    "payers": {
        "part_min": "0.01",
        "part_min_percent": 0,
        "schedule_days_max": 30,
        "transfer_business_days_max": 5,
        "promise_days_max": 14,
        "copy_hold_days": 7,
        "plan_instalments_max": 6,
        "plan_days_max": 190,
        "plan_least": "20.00",
        "plan_needs_mandate": False,
        "plan_auto": "0.00",
        "plan_auto_instalments_max": 0,
        "plan_decision_business_days": 5,
        "claim_business_days_max": 5,
    },
    "bank": {
        "iban": "DE02120300000000202051",
        "account_holder": "Acme GmbH",
        "bic": None,
        "creditor_identifier": None,
    },
    "group": None,
}
POLICY: dict[str, Any] = {
    "id": "gentle",
    "version": 2,
    "announces_invoice": True,
    "bundling": "account",
    "grace_days": 3,
    "gap_days_min": 4,
    "stages": [
        {"number": 1, "offset_days": 7, "message": "reminder-1", "channels": ["email"]},
        {"number": 2, "offset_days": 21, "message": "reminder-2", "channels": ["email"]},
    ],
}
OWN_POLICY: dict[str, Any] = {
    "id": "gentle",
    "version": 2,
    "effective_from": "2026-12-01",
    "put_at": "2026-11-22T10:31:08.204000Z",
    "put_by": "anna@acme.example",
}
TRIAL: dict[str, Any] = {
    "policy": "gentle",
    "version": 2,
    "instead_of": "gentle",
    "open_items": 812,
    "is_cut": False,
    "changed": 1,
    "at_once": 0,
    "repeats": 0,
    "skips": 0,
    "effects": [
        {
            "account": "D-1042",
            "invoice": "2026/0815",
            "stages_sent": 1,
            "before": {"stage": 2, "message": "reminder-2", "on": "2026-12-03"},
            "after": {"stage": 2, "message": "reminder-2", "on": "2026-12-06"},
            "repeats": False,
            "skips": [],
        }
    ],
}
OWN_TEXT: dict[str, Any] = {
    "message": "reminder-1",
    "language": "en",
    "part": "subject",
    "version": 1,
    "written_at": "2026-11-22T10:31:08.204000Z",
    "written_by": "anna@acme.example",
    "is_own": True,
}
TEXT_RECORD: dict[str, Any] = {
    "message": "reminder-1",
    "language": "en",
    "part": "subject",
    "body": "A short note about {{ items[0].number }}",
}
_TRIED = (*AUTH, *BODY, PolicyNotValid, PolicyUnknown, PolicyIdTaken, PolicyVersionTaken)

SETTINGS_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getSettings",
        "GET",
        "/v1/settings",
        "Settings",
        "Your settings",
        "Everything that is set about the creditor, as it holds.",
        "settings:read",
        (Reply(200, "The settings.", creditor_settings.CreditorSettingsAnswer, {"now": SETTINGS}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "changeSettings",
        "POST",
        "/v1/settings",
        "Settings",
        "Change settings",
        "What is left out stays. Where debtors transfer to is no setting of this call: a person "
        "changes it, who proves again to be there.",
        "settings:write",
        (
            Reply(
                200, "As they are now.", creditor_settings.CreditorSettingsAnswer, {"now": SETTINGS}
            ),
        ),
        (*AUTH, *BODY, *MONEY, PolicyUnknown, SegmentNotValid, RunningCostsNotValid),
        body=CreditorSettingsRecord,
        body_example={"notices_per_day_max": 500, "payers": {"promise_days_max": 14}},
        repeat="Repeating is harmless: the same again changes nothing.",
    ),
    Operation(
        "listPolicies",
        "GET",
        "/v1/policies",
        "Settings",
        "Reminder policies",
        "Those that come with Saldo, and every version of your own.",
        "settings:read",
        (
            Reply(
                200,
                "The policies.",
                policies.PolicyList,
                {"some": {"supplied": ["de-business"], "own": [OWN_POLICY], "creditor": "gentle"}},
            ),
        ),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "getPolicy",
        "GET",
        "/v1/policies/one",
        "Settings",
        "A reminder policy",
        "As it holds today.",
        "settings:read",
        (
            Reply(
                200,
                "The policy.",
                policies.PolicyAnswer,
                {"own": {"policy": POLICY, "is_supplied": False}},
            ),
        ),
        (*AUTH, ParameterNotValid, PolicyUnknown, PolicyNotValid),
        query=policies.PolicyQuery,
    ),
    Operation(
        "tryPolicy",
        "POST",
        "/v1/policies/try",
        "Settings",
        "See what a policy would change",
        "On the open items of up to 500 accounts, as they are; nothing is written.",
        "settings:read",
        (Reply(200, "What would change.", policies.TrialAnswer, {"some": TRIAL}),),
        _TRIED,
        body=policies.PolicyRecord,
        body_example={"policy": POLICY},
        repeat="It writes nothing.",
    ),
    Operation(
        "putPolicy",
        "POST",
        "/v1/policies",
        "Settings",
        "Put a policy in force",
        "The next version of one of your own. Accounts come to it by `policy` or `segments` of "
        "the settings, or by their own field.",
        "settings:write",
        (Reply(201, "The version.", policies.OwnPolicy, {"new": OWN_POLICY}),),
        _TRIED,
        body=policies.PolicyRecord,
        body_example={"policy": POLICY},
        repeat="The second time 409 `policy-version-taken`.",
    ),
    Operation(
        "tryByRisk",
        "GET",
        "/v1/policies/by-risk",
        "Settings",
        "See what procedures by risk would do",
        "Rules that give reliable payers the variant of a policy with few and late messages, and "
        "habitual late payers the one with early and frequent ones, on up to 500 accounts as they "
        "are; nothing is written.",
        "settings:read",
        (Reply(200, "What would change.", by_risk.ByRiskAnswer, {"some": _BY_RISK}),),
        (*AUTH, ParameterNotValid, NoVariants, TooManySegments, PolicyNotValid, PolicyUnknown),
        query=by_risk.ByRiskQuery,
    ),
    Operation(
        "switchByRisk",
        "PUT",
        "/v1/policies/by-risk",
        "Settings",
        "Switch procedures by risk on or off",
        "The rules become segments of the settings, each before what it is a variant of; off takes "
        "them out. Accounts that move are planned anew, up to 2,000 at once, others with their "
        "next fact or step.",
        "settings:write",
        (Reply(200, "As it is now.", by_risk.ByRiskAnswer, {"on": {**_BY_RISK, "on": True}}),),
        (*AUTH, *BODY, NoVariants, TooManySegments, PolicyNotValid, PolicyUnknown),
        body=by_risk.ByRiskRecord,
        body_example={"on": True},
        repeat="Harmless: what is on stays on.",
    ),
    Operation(
        "listTexts",
        "GET",
        "/v1/texts",
        "Settings",
        "Your own texts",
        "The latest version of each.",
        "settings:read",
        (Reply(200, "The texts.", texts.OwnTextList, {"one": {"items": [OWN_TEXT]}}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "getText",
        "GET",
        "/v1/texts/one",
        "Settings",
        "A text as it was written",
        "Your own, else the supplied one.",
        "settings:read",
        (
            Reply(
                200,
                "The text.",
                texts.TextAnswer,
                {"own": {"version": 1, "body": TEXT_RECORD["body"]}},
            ),
        ),
        (*AUTH, ParameterNotValid, texts.TextMissing),
        query=texts.TextQuery,
    ),
    Operation(
        "putText",
        "POST",
        "/v1/texts",
        "Settings",
        "Put a text in your own words",
        "It is looked over first: what lacks the pay link, the amount or the sender is refused. An "
        "empty `body` returns to the supplied text.",
        "settings:write",
        (
            Reply(
                201,
                "The version, with what might be looked at.",
                texts.TextPut,
                {"new": {**OWN_TEXT, "findings": []}},
            ),
        ),
        (*AUTH, *BODY, texts.TextHasErrors, TextNotValid),
        body=texts.TextRecord,
        body_example=TEXT_RECORD,
        repeat="Repeating makes another version that says the same.",
    ),
)
