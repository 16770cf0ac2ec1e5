"""Reminder policies over the API: looked at, tried, put in force."""

from __future__ import annotations

from typing import Annotated, Any, Final, cast

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant, local_day
from saldo.edge.v1.answers import _Day, _Instant
from saldo.edge.v1.fields import Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.reminders.policy import supplied_policies
from saldo.reminders.policy_book import PolicyRow
from saldo.reminders.policy_effect import Coming, Effect
from saldo.reminders.policy_model import PolicyNotValid
from saldo.reminders.policy_show import policy_data
from saldo.reminders.policy_trial import Trial

TRIED_ACCOUNTS_MAX: Final = 500
"""So many accounts a trial over the API looks at; the command line looks at all of them."""

EFFECTS_MAX: Final = 200


class PolicyQuery(Query):
    """Which policy."""

    id: Annotated[Number, Field(description="Such as `plain-2-18-34`.")]


class PolicyRecord(Body):
    """A version of one of your own policies."""

    policy: Annotated[
        dict[str, Any],
        Field(description="As `GET /v1/policies/one` has it; `version` is the next one."),
    ]
    instead_of: Annotated[
        Number | None,
        Field(description="The policy that it is compared with; null: the one of its own id."),
    ] = None


class OwnPolicy(TypedDict):
    """A version of one of the creditor's own policies."""

    id: str
    version: int
    effective_from: _Day
    put_at: _Instant
    put_by: str


class PolicyList(TypedDict):
    """The policies that there are."""

    supplied: Annotated[
        list[str], Field(description="`every-n-weeks` is written every-1-weeks … every-12-weeks.")
    ]
    own: list[OwnPolicy]
    creditor: Annotated[str, Field(description="For accounts in no segment.")]


class PolicyAnswer(TypedDict):
    """A policy as it holds today."""

    policy: dict[str, Any]
    is_supplied: bool


class StepAnswer(TypedDict):
    """The next step of an item."""

    stage: int
    message: str
    on: _Day


class EffectAnswer(TypedDict):
    """What becomes of one open item."""

    account: str
    invoice: str
    stages_sent: int
    before: StepAnswer | None
    after: StepAnswer | None
    repeats: Annotated[bool, Field(description="The next message was sent before.")]
    skips: Annotated[list[str], Field(description="Messages that would never be sent.")]


class TrialAnswer(TypedDict):
    """What a policy would change."""

    policy: str
    version: int
    instead_of: str
    open_items: Annotated[int, Field(description="So many were looked at.")]
    is_cut: Annotated[bool, Field(description="More accounts are there than were looked at.")]
    changed: int
    at_once: Annotated[
        int, Field(description="Would be told something at the first run, and not so far.")
    ]
    repeats: int
    skips: int
    effects: Annotated[list[EffectAnswer], Field(description="The first of those that change.")]


def listed(order: Ordered) -> PolicyList:
    """Return the policies that there are."""
    rows = order.services.policies.own(order.creditor.id)
    return {
        "supplied": sorted(supplied_policies()),
        "own": [own(row) for row in rows],
        "creditor": order.creditor.policy,
    }


def one(order: Ordered, id_: str) -> PolicyAnswer:
    """Return a policy as it holds today. Raises PolicyUnknown or PolicyNotValid."""
    services, creditor = order.services, order.creditor
    found = services.policies.named(creditor.id, id_, local_day(services.clock.now(), "UTC"))
    is_own = any(row.id == found.id for row in services.policies.own(creditor.id))
    return {"policy": policy_data(found), "is_supplied": not is_own}


def attempt(order: Ordered, body: Any) -> TrialAnswer:
    """Tell what a policy would change; nothing is written. Raises what `PolicyBook.check` does."""
    sent = read(PolicyRecord, body)
    return trial(tried(order, sent.policy, sent.instead_of))


def tried(order: Ordered, data: dict[str, Any], instead_of: str | None = None) -> Trial:
    """Try the data of a policy on the open items of at most TRIED_ACCOUNTS_MAX accounts."""
    services, creditor = order.services, order.creditor
    new = services.policies.check(creditor.id, data)
    today = local_day(services.clock.now(), creditor.time_zone)
    return services.policy_trials.of(creditor, new, today, instead_of, TRIED_ACCOUNTS_MAX)


def put(order: Ordered, body: Any) -> OwnPolicy:
    """Put the next version of a policy in force. Raises what `PolicyBook.put` does."""
    sent = read(PolicyRecord, body)
    services, creditor = order.services, order.creditor
    today = local_day(services.clock.now(), creditor.time_zone)
    made = services.policies.put(creditor.id, sent.policy, order.by, today)
    rows = services.policies.own(creditor.id)
    return own(next(row for row in rows if (row.id, row.number) == (made.id, made.version)))


def next_version(order: Ordered, id_: str) -> int:
    """Return the number that the next version of a policy has."""
    numbers = [
        row.number for row in order.services.policies.own(order.creditor.id) if row.id == id_
    ]
    return max(numbers, default=0) + 1


def data_of(text: str) -> dict[str, Any]:
    """Read the data of a policy from JSON text; raise PolicyNotValid."""
    import json

    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyNotValid(f"This is no JSON: {error}.").told("json") from None
    if not isinstance(data, dict):
        raise PolicyNotValid("A policy is a JSON object.").told("json")
    return cast("dict[str, Any]", data)


def own(row: PolicyRow) -> OwnPolicy:
    """Render a version."""
    return {
        "id": row.id,
        "version": row.number,
        "effective_from": row.effective_from.isoformat(),
        "put_at": iso_instant(row.put_at),
        "put_by": row.put_by,
    }


def trial(found: Trial) -> TrialAnswer:
    """Render a trial."""
    return {
        "policy": found.new.id,
        "version": found.new.version,
        "instead_of": found.old.id,
        "open_items": found.open_items,
        "is_cut": found.is_cut,
        "changed": len(found.effects),
        "at_once": found.at_once,
        "repeats": found.repeats,
        "skips": found.skips,
        "effects": [_effect(effect) for effect in found.effects[:EFFECTS_MAX]],
    }


def _effect(found: Effect) -> EffectAnswer:
    return {
        "account": found.account,
        "invoice": found.invoice,
        "stages_sent": found.stages_sent,
        "before": _step(found.before),
        "after": _step(found.after),
        "repeats": found.repeats,
        "skips": list(found.skips),
    }


def _step(found: Coming | None) -> StepAnswer | None:
    if found is None:
        return None
    return {"stage": found.stage, "message": found.message, "on": found.on.isoformat()}
