"""The operations about next best steps, effects, suggestions and comparisons, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.edge.v1 import policies, requests, steps, steps_answers
from saldo.edge.v1.operation import AUTH, BODY, MONEY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.money import UnknownCurrency
from saldo.reminders.draws import HoldOutNotValid
from saldo.steps.book import StepRulesBusy
from saldo.steps.suggestions import SuggestionDecided, SuggestionOutdated, SuggestionUnknown

_CALL: dict[str, Any] = {
    "kind": "call",
    "detail": "",
    "basis": "correlation",
    "against": "planned",
    "days_sooner": 2.9,
    "low": 0.6,
    "high": 5.2,
    "cases": 34,
    "own_cases": 2,
    "worth": [{"amount": "6.36", "currency": "EUR"}],
    "says": "Call: correlation only, 34 cases (2 of this customer), paid 2.9 days sooner than "
    "after what is planned (0.6 to 5.2), worth €6.36",
}
_WAIT: dict[str, Any] = {
    "kind": "wait",
    "detail": "",
    "basis": "not-known",
    "against": "planned",
    "days_sooner": None,
    "low": None,
    "high": None,
    "cases": 0,
    "own_cases": 0,
    "worth": [],
    "says": "Do nothing for now: effect not known, no cases",
}
STEP: dict[str, Any] = {
    "account": "D-1042",
    "made_on": "2026-11-22",
    "best": _CALL,
    "reason": "better-seen",
    "why": "After this, payment came sooner so far; that may come from whom it was done with.",
    "planned_step": "de-business:2:reminder-1",
    "planned_on": "2026-11-24",
    "pays": "Pays mostly on Thursdays: 10 of 12 payments.",
    "candidates": [_CALL, _WAIT],
}
_SPAN: dict[str, Any] = {"value": 0.2, "low": -0.5, "high": 0.9}
EFFECTS: dict[str, Any] = {
    "comparison": "01JD9Z6W3R8Q2M4K5N7P0T1V2X",
    "effects": [
        {
            "step": "eu-default:1:friendly-notice",
            "channel": "email",
            "verdict": "none",
            "sent": 412,
            "waited": 47,
            "days_sooner": _SPAN,
            "paid_within_7_days": {"value": 0.01, "low": -0.12, "high": 0.14},
            "says": "no effect worth a message: 0.2 days (-0.5 … 0.9)",
        }
    ],
    "correlations": [
        {
            "step": "eu-default:2:reminder-1",
            "part": "weekday",
            "value": "1",
            "cases": 88,
            "mean_days": 6.4,
            "paid_within_7_days": {"value": 0.61, "low": 0.51, "high": 0.71},
        }
    ],
}
SUGGESTION: dict[str, Any] = {
    "id": "skip-stage:eu-default:1:friendly-notice:",
    "kind": "skip-stage",
    "policy": "eu-default",
    "stage": 1,
    "message": "friendly-notice",
    "detail": "",
    "basis": "effect",
    "says": "Skip stage 1 of eu-default",
    "evidence": {
        "count": 412,
        "other": 47,
        "least": 20,
        "days_tenths": [2, -5, 9],
        "paid_thousandths": [10, -120, 140],
        "within": 7,
        "channel": "email",
    },
    "made_at": "2026-11-22T02:10:00.000000Z",
    "state": "open",
    "decided_at": None,
    "decided_by": "",
    "reason": "",
    "made_policy": "",
    "made_version": 0,
}
HOLD_OUT: dict[str, Any] = {
    "running": {
        "id": "01JD9Z6W3R8Q2M4K5N7P0T1V2X",
        "share_percent": 10,
        "delay_days": 7,
        "rest_months": 6,
        "since": "2026-11-22",
    },
    "cost_of_money": {"EUR": "6.50"},
    "assumed_cost": "8.00",
}
_TRIAL: dict[str, Any] = {
    "policy": "eu-default-own",
    "version": 1,
    "instead_of": "eu-default",
    "open_items": 388,
    "is_cut": False,
    "changed": 0,
    "at_once": 0,
    "repeats": 0,
    "skips": 0,
    "effects": [],
}

STEP_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getNextStep",
        "GET",
        "/v1/steps",
        "Foresight",
        "The next best step of an account",
        "What is best done next, nothing among it, and what else could be: by how much earlier "
        "payment is expected, what that is worth, how sure it is and on how many cases it rests. "
        "Only `basis` `effect` was told by lot; a `correlation` says what was seen after like "
        "steps, and may come from whom they were taken with.",
        "collection:read",
        (Reply(200, "The step.", steps_answers.StepAnswer, {"call": STEP}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=steps.StepQuery,
    ),
    Operation(
        "listEffects",
        "GET",
        "/v1/steps/effects",
        "Foresight",
        "What steps do, and what was only seen",
        "`effects` are told by a comparison by lot, stage by stage. `correlations` are how steps "
        "were followed by payment, by channel, weekday, hours and size. As of last night; a step "
        "counts 34 days after it was taken.",
        "reports:read",
        (Reply(200, "Effects and correlations.", steps_answers.EffectsAnswer, {"told": EFFECTS}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "listSuggestions",
        "GET",
        "/v1/steps/suggestions",
        "Foresight",
        "Changes of policies that figures speak for",
        "Nothing changes until somebody agrees.",
        "settings:read",
        (
            Reply(
                200,
                "The open ones first.",
                steps_answers.SuggestionsAnswer,
                {"one": {"items": [SUGGESTION]}},
            ),
        ),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "previewSuggestion",
        "GET",
        "/v1/steps/suggestions/preview",
        "Foresight",
        "What agreeing to a suggestion would change",
        "As `tryPolicy` tells it. Nothing is written.",
        "settings:read",
        (Reply(200, "What it would change.", policies.TrialAnswer, {"tried": _TRIAL}),),
        (*AUTH, ParameterNotValid, SuggestionUnknown, SuggestionOutdated),
        query=steps.SuggestionQuery,
    ),
    Operation(
        "decideSuggestion",
        "POST",
        "/v1/steps/suggestions",
        "Foresight",
        "Agree to a suggestion, or decline it",
        "Agreeing puts the policy's next version in force; a supplied policy is copied, and your "
        "settings name the copy. What was declined is not suggested again for 90 days.",
        "settings:write",
        (
            Reply(
                200,
                "As decided.",
                steps_answers.SuggestionAnswer,
                {
                    "accepted": {
                        **SUGGESTION,
                        "state": "accepted",
                        "decided_at": "2026-11-22T09:00:00.000000Z",
                        "decided_by": "api:office",
                        "made_policy": "eu-default-own",
                        "made_version": 1,
                    }
                },
            ),
        ),
        (*AUTH, *BODY, SuggestionUnknown, SuggestionDecided, SuggestionOutdated),
        body=steps.SuggestionDecision,
        body_example={"id": SUGGESTION["id"], "decision": "accept", "reason": ""},
        repeat="The second time 409 `suggestion-decided`.",
    ),
    Operation(
        "getHoldOut",
        "GET",
        "/v1/steps/hold-out",
        "Foresight",
        "The comparison by lot that runs",
        "And what you said your money costs.",
        "settings:read",
        (Reply(200, "As it is now.", steps_answers.HoldOutAnswer, {"running": HOLD_OUT}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "setHoldOut",
        "POST",
        "/v1/steps/hold-out",
        "Foresight",
        "Begin or end a comparison by lot",
        "Friendly notices wait `delay_days` for `share_percent` of accounts drawn by lot; what the "
        "law or a deadline needs never waits. `share_percent` 0 ends it, and what waits goes with "
        "the next run. Other settings begin another comparison.",
        "settings:write",
        (Reply(200, "As it is now.", steps_answers.HoldOutAnswer, {"running": HOLD_OUT}),),
        (*AUTH, *BODY, *MONEY, HoldOutNotValid, UnknownCurrency, StepRulesBusy),
        body=steps.HoldOutRecord,
        body_example={
            "share_percent": 10,
            "delay_days": 7,
            "rest_months": 6,
            "cost_of_money": {"EUR": "6.50"},
        },
        repeat="The same again changes nothing.",
    ),
)
