"""A creditor's own rules of the list: what counts how much, and when what was closed is back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.clock import Clock
from saldo.errors import Invalid, Unavailable
from saldo.events import event
from saldo.ids import Ids
from saldo.store import CommitConflict, Put, Store
from saldo.worklist.model import KINDS, WorkRules
from saldo.worklist.rank import KIND_POINTS, back_after_days

POINTS_MAX: Final = 1000
DAYS_MAX: Final = 365
_FIELDS: Final = frozenset({"points", "back_after_days", "snooze_days_max"})


class WorkRulesNotValid(Invalid):
    """The rules name a kind that there is not, or a number out of bounds."""

    code = "work-rules-not-valid"


class WorkRulesBusy(Unavailable):
    """The rules are just being changed; the same request may work later."""

    code = "work-rules-busy"


def rules_of(creditor: str, data: Any) -> WorkRules:
    """Read {"points": {kind: …}, "back_after_days": {kind: …}, "snooze_days_max": …}.

    Raises WorkRulesNotValid.
    """
    if not isinstance(data, Mapping) or not set(data) <= _FIELDS:
        raise WorkRulesNotValid(f"Rules of the list have: {', '.join(sorted(_FIELDS))}.")
    snooze = data.get("snooze_days_max", WorkRules(creditor).snooze_days_max)
    _check("snooze_days_max", snooze, 1, DAYS_MAX)
    points = _by_kind(data.get("points", {}), "points", 0, POINTS_MAX)
    back = _by_kind(data.get("back_after_days", {}), "back_after_days", 1, DAYS_MAX)
    return WorkRules(creditor, points, back, snooze)


def _by_kind(data: Any, name: str, least: int, most: int) -> dict[str, int]:
    if not isinstance(data, Mapping) or not set(data) <= set(KINDS):
        raise WorkRulesNotValid(f"{name!r} is by kind: {', '.join(KINDS)}.").at(f"/{name}")
    for kind, value in data.items():
        _check(f"{name}/{kind}", value, least, most)
    return dict(sorted(data.items()))


def _check(name: str, value: Any, least: int, most: int) -> None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:
        raise (
            WorkRulesNotValid(f"{name} is a whole number from {least} to {most}.")
            .told("number", least=least, most=most)
            .at(f"/{name}")
        )


def whole(rules: WorkRules) -> dict[str, Any]:
    """Return rules with what holds where the creditor said nothing."""
    return {
        "points": {kind: rules.points.get(kind, KIND_POINTS[kind]) for kind in KINDS},
        "back_after_days": {kind: back_after_days(kind, rules) for kind in KINDS},
        "snooze_days_max": rules.snooze_days_max,
    }


class WorkRuleBook:
    """Keeps the rules of lists."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def of(self, creditor: str) -> WorkRules:
        """Return a creditor's rules, empty ones where it has none."""
        return self._store.get(WorkRules, creditor) or WorkRules(creditor)

    def put(self, new: WorkRules, by: str) -> WorkRules:
        """Keep rules in place of those before; lists follow soon after. Raises WorkRulesBusy."""
        old, now = self.of(new.creditor), self._clock.now()
        if replace(new, version=old.version) == old:
            return old
        kept = replace(new, version=old.version + 1)
        id_ = self._ids.ulid(now)
        told = event(id_, now, "work.rules_changed", new.creditor, WHOLE_CREDITOR, by=by)
        try:
            self._store.commit([Put(kept, expect=old.version), Put(told)])
        except CommitConflict:
            raise WorkRulesBusy("The rules are just being changed; try again.") from None
        return kept
