"""Reminder policies: looked at as a picture, edited, tried on the open items, put in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from saldo.edge.v1 import creditor_settings, policies
from saldo.errors import Conflict, Invalid
from saldo.reminders.policy import policy_from, supplied_policies, supplied_policy
from saldo.reminders.policy_show import policy_data
from saldo.reminders.segments import SEGMENTS_MAX
from saldo.reports.evidence_speech import Speech

if TYPE_CHECKING or __package__ != "screens":
    from functions.console import policies_by_risk as risk
    from functions.console import policy_forms as forms
    from functions.console.refused import problem_text
    from functions.console.screen import Act, Back, Page, Part, Screen, Shown, Visit
    from functions.console.settings_company import holding
    from functions.console.settings_forms import (
        SettingsChanged,
        facts_of,
        facts_text,
        mark,
        require_seen,
    )
    from functions.console.shown_policies import picture, rules, stages
else:  # in Lambda this folder is the root of the code
    import policies_by_risk as risk
    import policy_forms as forms
    from refused import problem_text
    from screen import Act, Back, Page, Part, Screen, Shown, Visit
    from settings_company import holding
    from settings_forms import SettingsChanged, facts_of, facts_text, mark, require_seen
    from shown_policies import picture, rules, stages

_WEEKLY: Final = tuple(f"every-{weeks}-weeks" for weeks in range(1, 13))
_EFFECTS_SHOWN: Final = 50
_WHICH: Final = ("policy", "segments")


def show(visit: Visit) -> Shown:
    """Show the policies that there are, and which accounts get which."""
    known = _known(visit)
    rows = [{"when": facts_text(one.when), "policy": one.policy} for one in visit.creditor.segments]
    room = max(0, min(2, SEGMENTS_MAX - len(rows)))
    found = policies.listed(visit.ordered)
    newest = {one["id"]: one for one in found["own"]}
    return Page(
        "policies.html",
        {
            "seen": mark(holding(visit, _WHICH)),
            "own": list(newest.values()),
            "supplied": [one for one in found["supplied"] if one != "every-n-weeks"],
            "days": {one: _days(one) for one in found["supplied"]},
            "default": visit.creditor.policy,
            "known": known,
            "is_by_risk": risk.is_on(visit),
            "may_go_by_risk": visit.services.by_risk.may_be_on(visit.creditor),
            "rows": rows + [{"when": "", "policy": ""}] * room,
        },
    )


def _days(id_: str) -> list[int]:
    found = supplied_policy(id_)
    return list(found.days_that_go) if found else []


def _known(visit: Visit) -> list[str]:
    own = sorted({row.id for row in visit.services.policies.own(visit.creditor.id)})
    supplied = sorted(one for one in supplied_policies() if one != "every-n-weeks")
    known = [*own, *supplied, *_WEEKLY]
    return known if visit.creditor.policy in known else [visit.creditor.policy, *known]


def one(visit: Visit) -> Shown:
    """Show one policy: its stages along a line, its rules as sentences, its versions."""
    id_ = visit.query("id") or visit.creditor.policy
    found = visit.services.policies.named(visit.creditor.id, id_, visit.today)
    versions = [row for row in policies.listed(visit.ordered)["own"] if row["id"] == id_]
    return Page(
        "policy.html",
        {
            "policy": found,
            "picture": picture(found),
            "stages": stages(found),
            "rules": rules(found),
            "message": _messages(visit),
            "versions": versions[::-1],
            "json": forms.pretty(policy_data(found)),
        },
    )


def _messages(visit: Visit) -> Any:
    speech = Speech(visit.t.language, visit.creditor.time_zone)
    return lambda kind: speech.say("message", kind)


def edit(visit: Visit) -> Shown:
    """Show a policy to be changed; a supplied one becomes an own one under another id."""
    id_ = visit.query("id") or visit.creditor.policy
    found = visit.services.policies.named(visit.creditor.id, id_, visit.today)
    data = policy_data(found)
    if supplied_policy(id_) is not None:
        data["id"] = f"own-{id_}"[:40]
    data["version"] = policies.next_version(visit.ordered, data["id"])
    data.pop("effective_from", None)
    return Page("policy_edit.html", _edited(visit, data, id_))


def _edited(
    visit: Visit, data: dict[str, Any], instead_of: str, json: str = "", **more: Any
) -> dict[str, Any]:
    return {
        "data": forms.proposed(data),
        "effective_from": data.get("effective_from", ""),
        "json": json or forms.pretty(data),
        "instead_of": instead_of,
        "trial": None,
        "messages": forms.MESSAGES,
        "in_order": forms.in_order,
        "fees": forms.FEES,
        "bundlings": forms.BUNDLINGS,
        "attachments": forms.ATTACHMENTS,
        "currency": forms.CURRENCY,
        "message": _messages(visit),
        **more,
    }


def attempt(visit: Visit) -> Shown:
    """Try what the fields say, on the open items as they are."""
    base = policies.data_of(visit.form("base", forms.JSON_MAX))
    id_ = visit.form("id", 40)
    version = policies.next_version(visit.ordered, id_)
    data = forms.typed(visit, base, id_, version)
    if base.get("id") == id_ and base.get("version") != version:
        # What was typed is made of an older version: trying it again is to know that.
        why = problem_text(visit.t, SettingsChanged("Somebody put another version meanwhile."))
        shown = _edited(visit, data, visit.form("instead_of", 40), problem=why)
        return Page("policy_edit.html", shown, status=409)
    return _tried(visit, data)


def attempt_json(visit: Visit) -> Shown:
    """Try what the JSON says, on the open items as they are."""
    typed = visit.form("json", forms.JSON_MAX)
    try:
        data = policies.data_of(typed)
    except Invalid as refusal:
        shown = _edited(
            visit, {}, visit.form("instead_of", 40), typed, problem=problem_text(visit.t, refusal)
        )
        return Page("policy_edit.html", shown, status=400)
    return _tried(visit, data)


def _tried(visit: Visit, data: dict[str, Any]) -> Shown:
    """Show the effect; what cannot be is shown with its reason, still to be corrected."""
    instead_of = visit.form("instead_of", 40)
    try:
        trial = policies.attempt(visit.ordered, {"policy": data, "instead_of": instead_of or None})
    except (Invalid, Conflict) as refusal:
        shown = _edited(visit, data, instead_of, problem=problem_text(visit.t, refusal))
        return Page("policy_edit.html", shown, status=400)
    shown = _edited(
        visit,
        data,
        instead_of,
        trial=trial,
        effects=trial["effects"][:_EFFECTS_SHOWN],
        picture=picture(policy_from(data)),
    )
    return Page("policy_edit.html", shown)


def put(visit: Visit) -> Shown:
    """Put the next version in force."""
    data = policies.data_of(visit.form("json", forms.JSON_MAX))
    made = policies.put(visit.ordered, {"policy": data})
    return Back(f"policies/one?id={made['id']}", "policies.put")


def segments(visit: Visit) -> Shown:
    """Say which accounts get which policy; a line without a policy is left out."""
    require_seen(visit, holding(visit, _WHICH))
    found: list[dict[str, Any]] = []
    for place in range(SEGMENTS_MAX):
        policy = visit.form(f"policy-{place}", 40)
        if policy:
            found.append({"when": facts_of(visit.form(f"when-{place}", 500)), "policy": policy})
    body = {"policy": visit.form("policy", 40), "segments": found}
    creditor_settings.change(visit.ordered, body)
    return Back("policies", "policies.segments")


SCREEN: Final = Screen(
    "policies",
    "settings:read",
    show,
    parts={
        "one": Part("settings:read", one),
        "edit": Part("settings:write", edit),
        "by-risk": Part("settings:read", risk.show),
    },
    acts={
        "try": Act("settings:write", attempt),
        "try-json": Act("settings:write", attempt_json),
        "put": Act("settings:write", put),
        "segments": Act("settings:write", segments),
        "by-risk-switch": Act("settings:write", risk.switch),
    },
)
