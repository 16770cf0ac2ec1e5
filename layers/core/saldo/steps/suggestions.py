"""Suggestions: what figures speak for, put before people, who agree or decline.

Nothing changes by itself. Agreeing puts the next version of the policy in force through the policy
book; what was declined is not suggested again for 90 days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from saldo.accounts.model import WHOLE_CREDITOR, Creditor, Segment
from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_day
from saldo.errors import Conflict, NotFound
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.reminders.policy import supplied_policy
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.policy_model import PolicyNotValid, Stage
from saldo.reminders.policy_trial import PolicyTrials, Trial
from saldo.steps.book import StepBook
from saldo.steps.model import Suggestion
from saldo.steps.suggest import Idea, changed, ideas, own_id_of
from saldo.store import CommitConflict, Delete, Put, Store

QUIET: Final = timedelta(days=90)
"""What was declined is not suggested again for so long."""

LISTED_MAX: Final = 200
TRIED_ACCOUNTS_MAX: Final = 500
TEXT_MAX: Final = 1000


class SuggestionUnknown(NotFound):
    """There is no suggestion of this id."""

    code = "suggestion-unknown"


class SuggestionDecided(Conflict):
    """Somebody agreed to the suggestion or declined it before."""

    code = "suggestion-decided"


class SuggestionOutdated(Conflict):
    """The policy has changed since: the stage that it is about is not what it was."""

    code = "suggestion-outdated"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What agreeing did: the suggestion as decided, and the policy's version in force."""

    suggestion: Suggestion
    policy: str
    number: int


class Suggestions:
    """Makes suggestions, and takes what people say to them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        accounts: Accounts,
        policies: PolicyBook,
        trials: PolicyTrials,
        book: StepBook,
    ) -> None:
        self._store, self._clock, self._ids, self._accounts = store, clock, ids, accounts
        self._policies, self._trials, self._book = policies, trials, book

    def all(self, creditor: str) -> list[Suggestion]:
        """Return the suggestions, open ones first, the newest first among them."""
        found = self._store.first(Suggestion, creditor, limit=LISTED_MAX)
        newest = sorted(found, key=lambda one: one.made_at, reverse=True)
        return sorted(newest, key=lambda one: one.state != "open")

    def get(self, creditor: str, id_: str) -> Suggestion:
        """Return a suggestion; raise SuggestionUnknown."""
        found = self._store.get(Suggestion, creditor, id_)
        if found is None:
            raise SuggestionUnknown(f"There is no suggestion {id_!r}.")
        return found

    def look(self, creditor: Creditor) -> int:
        """Make what figures speak for, take back what they speak for no more; return how many
        changed.
        """
        told, sums = self._book.comparison(creditor.id), self._book.sums(creditor.id)
        found: dict[str, Idea] = {}
        for policy in self._in_use(creditor, set(_policies(sums, told))):
            for idea in ideas(policy, told.effects if told else (), sums):
                found[idea.id] = idea
        known = {one.id: one for one in self.all(creditor.id)}
        changes = sum(self._make(creditor.id, idea, known.get(idea.id)) for idea in found.values())
        for old in known.values():
            if old.state == "open" and old.id not in found:
                self._store.commit([Delete(old, expect=old.version)])
                changes += 1
        return changes

    def _in_use(self, creditor: Creditor, seen: set[str]) -> list[Any]:
        today = local_day(self._clock.now(), creditor.time_zone)
        found = []
        for name in sorted({creditor.policy, *(s.policy for s in creditor.segments)} & seen):
            try:
                found.append(self._policies.named(creditor.id, name, today))
            except PolicyNotValid:
                continue
        return found

    def _make(self, creditor: str, idea: Idea, old: Suggestion | None) -> bool:
        now = self._clock.now()
        if old is not None:
            was_declined = old.state == "declined" and old.decided_at is not None
            is_quiet = was_declined and old.decided_at is not None and now < old.decided_at + QUIET
            if old.state == "open" or is_quiet:
                return False
        version = old.version if old else 0
        made = Suggestion(
            creditor,
            idea.id,
            idea.kind,
            idea.policy,
            idea.stage,
            idea.message,
            idea.detail,
            idea.basis,
            idea.evidence,
            now,
            version=version + 1,
        )
        try:
            self._store.commit(
                [Put(made, expect=version), Put(self._told("suggestion.made", made, "system"))]
            )
        except CommitConflict:
            return False
        return True

    def preview(self, creditor: Creditor, id_: str) -> Trial:
        """Tell what agreeing would do to the open items of up to 500 accounts; nothing is written.

        Raises SuggestionUnknown, SuggestionOutdated.
        """
        found = self.get(creditor.id, id_)
        today = local_day(self._clock.now(), creditor.time_zone)
        new = self._policies.check(creditor.id, self._data(creditor, found, today))
        return self._trials.of(creditor, new, today, found.policy, TRIED_ACCOUNTS_MAX)

    def accept(self, creditor: Creditor, id_: str, by: str) -> Accepted:
        """Put the policy's next version in force with the change; a supplied policy is copied, and
        the creditor's settings name the copy from then on.

        Raises SuggestionUnknown, SuggestionDecided, SuggestionOutdated.
        """
        found = self._open(creditor.id, id_)
        today = local_day(self._clock.now(), creditor.time_zone)
        made = self._policies.put(creditor.id, self._data(creditor, found, today), by, today)
        if made.id != found.policy:
            self._accounts.change_creditor(
                creditor.id, by=by, **_renamed(creditor, found.policy, made.id)
            )
        decided = replace(
            found,
            state="accepted",
            decided_at=self._clock.now(),
            decided_by=by,
            made_policy=made.id,
            made_version=made.version,
            version=found.version + 1,
        )
        self._decide("suggestion.accepted", found, decided, by)
        return Accepted(decided, made.id, made.version)

    def decline(self, creditor: str, id_: str, by: str, reason: str = "") -> Suggestion:
        """Decline a suggestion, with a reason if one is given.

        Raises SuggestionUnknown or SuggestionDecided.
        """
        found = self._open(creditor, id_)
        decided = replace(
            found,
            state="declined",
            decided_at=self._clock.now(),
            decided_by=by,
            reason=reason.strip()[:TEXT_MAX],
            version=found.version + 1,
        )
        self._decide("suggestion.declined", found, decided, by)
        return decided

    def _open(self, creditor: str, id_: str) -> Suggestion:
        found = self.get(creditor, id_)
        if found.state != "open":
            raise SuggestionDecided(f"{found.decided_by} {found.state} it before.")
        return found

    def _decide(self, type_: EventType, old: Suggestion, new: Suggestion, by: str) -> None:
        try:
            self._store.commit([Put(new, expect=old.version), Put(self._told(type_, new, by))])
        except CommitConflict:
            raise SuggestionDecided("Somebody decided it just now.") from None

    def _data(self, creditor: Creditor, found: Suggestion, today: date) -> dict[str, Any]:
        policy = self._policies.named(creditor.id, found.policy, today)
        stage = policy.stage(found.stage)
        if stage is None or stage.message != found.message or not _still_fits(stage, found):
            raise SuggestionOutdated("The policy has changed since this was suggested.")
        own_id = own_id_of(policy.id, is_supplied=supplied_policy(policy.id) is not None)
        numbers = [row.number for row in self._policies.own(creditor.id) if row.id == own_id]
        return changed(policy, _idea(found), max(numbers, default=0) + 1, own_id)

    def _told(self, type_: EventType, found: Suggestion, by: str) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            type_,
            found.creditor,
            WHOLE_CREDITOR,
            suggestion=found.id,
            kind=found.kind,
            policy=found.policy,
            stage=found.stage,
            basis=found.basis,
            by=by,
        )


def _still_fits(stage: Stage, found: Suggestion) -> bool:
    """Tell whether a channel that is to go first is one of the stage's, behind another."""
    return found.kind != "channel-first" or found.detail in stage.channels[1:]


def _policies(sums: Any, told: Any) -> list[str]:
    steps = [*sums, *(effect.step for effect in (told.effects if told else ()))]
    return [step.partition(":")[0] for step in steps]


def _idea(found: Suggestion) -> Idea:
    place = (found.policy, found.stage, found.message, found.detail)
    return Idea(found.kind, *place, found.basis, found.evidence)


def _renamed(creditor: Creditor, old: str, new: str) -> dict[str, Any]:
    """Return the settings that name a policy, with another in its place."""
    segments = tuple(
        Segment(s.when, new if s.policy == old else s.policy) for s in creditor.segments
    )
    return {
        "policy": new if creditor.policy == old else creditor.policy,
        "segments": segments,
    }
