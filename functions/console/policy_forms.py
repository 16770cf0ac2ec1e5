"""The form of a policy's usual fields: what it proposes, and the data that was typed into it.

What the form does not know stays as the data had it, so that nothing is lost by editing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, get_args

from saldo.messages.model import STAGE_MESSAGES, Channel
from saldo.reminders.policy_model import STAGES_MAX, Bundling, PolicyFee

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
    from functions.console.settings_forms import whole
else:  # in Lambda this folder is the root of the code
    from screen import Visit
    from settings_forms import whole

CURRENCY: Final = "EUR"
"""The form writes amounts in one currency; others stand in the JSON."""

CHANNELS: Final[tuple[str, ...]] = get_args(Channel)
FEES: Final[tuple[str, ...]] = get_args(PolicyFee)
BUNDLINGS: Final[tuple[str, ...]] = get_args(Bundling)
ATTACHMENTS: Final = ("attach", "link", "no")
MESSAGES: Final = STAGE_MESSAGES
JSON_MAX: Final = 50_000
_SWITCHES: Final = ("interest", "needs_release", "announces_collection", "left_out")


def proposed(data: dict[str, Any]) -> dict[str, Any]:
    """Return what the form proposes: the fields, and a row for each stage and for one more."""
    rows = [_row(place, stage) for place, stage in enumerate(_stages(data))]
    if len(rows) < STAGES_MAX:
        rows.append(_row(None, {}))
    hours = data.get("hours") or {}
    return {
        "id": str(data.get("id", "")),
        "announces_invoice": bool(data.get("announces_invoice")),
        "bundling": data.get("bundling", "account"),
        "attach_invoice": data.get("attach_invoice", "link"),
        "grace_days": data.get("grace_days", 0),
        "gap_days_min": data.get("gap_days_min", 0),
        "contacts_per_week_max": data.get("contacts_per_week_max") or "",
        "minimum": (data.get("minimum") or {}).get(CURRENCY, ""),
        "first": hours.get("from", ""),
        "last": hours.get("to", ""),
        "business_days": bool(hours.get("business_days", True)),
        "rows": rows,
    }


def _stages(data: dict[str, Any]) -> list[dict[str, Any]]:
    found = data.get("stages")
    if not isinstance(found, list):
        return []
    return [stage for stage in found if isinstance(stage, dict)][:STAGES_MAX]


def _row(place: int | None, stage: dict[str, Any]) -> dict[str, Any]:
    fee = stage.get("fee") or {}
    days: Any = stage.get("offset_days", "")
    if "offset_weeks" in stage:
        days = stage["offset_weeks"] * 7
    return {
        "was": "" if place is None else str(place),
        "days": days,
        "previous": stage.get("counts_from") == "previous",
        "message": stage.get("message", ""),
        "channels": stage.get("channels") or (["email"] if place is not None else []),
        "fee": fee.get("kind", ""),
        "amount": (fee.get("amounts") or {}).get(CURRENCY, ""),
        **{name: bool(stage.get(name)) for name in _SWITCHES},
    }


def typed(visit: Visit, base: dict[str, Any], id_: str, version: int) -> dict[str, Any]:
    """Return the data that a form makes of `base`."""
    data = {name: value for name, value in base.items() if name != "effective_from"}
    data |= {
        "id": id_,
        "version": version,
        "announces_invoice": bool(visit.form("announces_invoice")),
        "bundling": visit.form("bundling") or "account",
        "attach_invoice": visit.form("attach_invoice") or "link",
        "grace_days": whole(visit, "grace_days") or 0,
        "gap_days_min": whole(visit, "gap_days_min") or 0,
        "contacts_per_week_max": whole(visit, "contacts_per_week_max") or None,
        "minimum": _amounts(visit, "minimum", base.get("minimum") or {}),
        "hours": _hours(visit, base.get("hours") or {}),
        "stages": _typed_stages(visit, base),
    }
    if visit.form("effective_from"):
        data["effective_from"] = visit.form("effective_from", 10)
    return {name: value for name, value in data.items() if value not in (None, {})}


def _hours(visit: Visit, known: dict[str, Any]) -> dict[str, Any] | None:
    first, last = visit.form("first", 5), visit.form("last", 5)
    if not first and not last:
        return None
    return {
        **known,
        "from": first or "08:00",
        "to": last or "20:00",
        "business_days": bool(visit.form("business_days")),
    }


def _amounts(visit: Visit, name: str, known: dict[str, str]) -> dict[str, str]:
    others = {code: amount for code, amount in known.items() if code != CURRENCY}
    amount = visit.amount(name, CURRENCY)
    return {**others, CURRENCY: amount} if amount else others


def _typed_stages(visit: Visit, base: dict[str, Any]) -> list[dict[str, Any]]:
    before = _stages(base)
    found: list[dict[str, Any]] = []
    for place in range(STAGES_MAX):
        days = visit.form(f"days-{place}", 5)
        if not days:
            continue
        was = visit.form(f"was-{place}", 2)
        known = before[int(was)] if was.isdigit() and int(was) < len(before) else {}
        found.append(_typed_stage(visit, place, days, known, len(found) + 1))
    return found


def _typed_stage(
    visit: Visit, place: int, days: str, known: dict[str, Any], number: int
) -> dict[str, Any]:
    is_day = days.removeprefix("-").isdigit() and days.isascii()
    ticked = visit.fields.many(f"channels-{place}")
    stage: dict[str, Any] = {
        **{name: value for name, value in known.items() if name != "offset_weeks"},
        "number": number,
        "offset_days": int(days) if is_day else days,
        "message": visit.form(f"message-{place}"),
        "channels": [one for one in in_order(known.get("channels") or ()) if one in ticked],
        "counts_from": "previous" if visit.form(f"previous-{place}") else "due",
        **{name: bool(visit.form(f"{name}-{place}")) for name in _SWITCHES},
    }
    kind, fee = visit.form(f"fee-{place}"), known.get("fee") or {}
    stage["fee"] = None
    if kind:
        kept = fee if fee.get("kind") == kind else {}
        amounts = _amounts(visit, f"amount-{place}", kept.get("amounts") or {})
        stage["fee"] = {**kept, "kind": kind, **({"amounts": amounts} if amounts else {})}
    return {
        name: value
        for name, value in stage.items()
        if value is not None and value is not False and (name, value) != ("counts_from", "due")
    }


def in_order(channels: Iterable[str]) -> list[str]:
    """Return every channel, those of a stage first: which of them goes first is theirs to say."""
    return list(dict.fromkeys((*channels, *CHANNELS)))


def pretty(data: dict[str, Any]) -> str:
    """Return data as JSON that people read."""
    return json.dumps(data, indent=2, ensure_ascii=False)
