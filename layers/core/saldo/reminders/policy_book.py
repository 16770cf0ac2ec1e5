"""A creditor's own policies: records with a version each, never edited in place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor
from saldo.clock import Clock
from saldo.errors import Conflict
from saldo.events import event
from saldo.ids import ulid_of
from saldo.reminders.policy import policy_from, supplied_policies, supplied_policy
from saldo.reminders.policy_model import Policy, PolicyNotValid, PolicyUnknown
from saldo.reminders.segments import policy_id_of
from saldo.store import CommitConflict, Put, Store, Write, any_of

_ATTEMPTS_MAX = 5


class PolicyIdTaken(Conflict):
    """The id belongs to a policy that comes with Saldo: give your own another one."""

    code = "policy-id-taken"


class PolicyVersionTaken(Conflict):
    """This version of the policy is there already; a changed policy has the next version."""

    code = "policy-version-taken"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One version of a creditor's policy, as its file had it; it holds from a day on."""

    creditor: str
    id: str
    number: int
    effective_from: date
    data: dict[str, Any] = field(hash=False)
    put_at: datetime
    put_by: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id, f"{self.number:06}")


class PolicyBook:
    """Finds policies and takes creditors' own ones."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def of(self, creditor: Creditor, account: Account, day: date) -> Policy:
        """Return the policy of an account on a day; raise PolicyNotValid when there is none."""
        return self.named(creditor.id, policy_id_of(creditor, account), day)

    def named(self, creditor: str, policy: str, day: date) -> Policy:
        """Return a policy by its id as it holds on a day, supplied or the creditor's own.

        Before the first version's day that version holds all the same: an account is never without.
        Raises PolicyUnknown, or PolicyNotValid when it cannot be read any more.
        """
        supplied = supplied_policy(policy)
        if supplied is not None:
            return supplied
        rows = sorted(self._store.list(PolicyRow, creditor, policy), key=lambda row: row.number)
        if not rows:
            self.require(creditor, policy)  # refuses, naming the known ones
        valid = [row for row in rows if row.effective_from <= day] or rows[:1]
        return read_row(valid[-1])

    def require(self, creditor: str, *policies: str) -> None:
        """Make sure that each id is a supplied policy's or one of the creditor's own; raise
        PolicyUnknown.

        One whose first version's day is yet to come is there: see `named`.
        """
        for policy in dict.fromkeys(policies):
            if supplied_policy(policy) is not None:
                continue
            if next(iter(self._store.list(PolicyRow, creditor, policy)), None) is None:
                own = sorted({row.id for row in self.own(creditor)})
                known = [*sorted(supplied_policies()), *own]
                raise PolicyUnknown(
                    f"There is no policy {policy!r}. Known: {', '.join(known)} (N from 1 to 12)."
                )

    def own(self, creditor: str) -> list[PolicyRow]:
        """Return every version of a creditor's own policies, by id and version."""
        return list(self._store.list(PolicyRow, creditor))

    def check(self, creditor: str, data: Any) -> Policy:
        """Return the policy that `data` says, as the creditor's next version of it.

        Raises PolicyNotValid, PolicyIdTaken or PolicyVersionTaken.
        """
        policy = policy_from(data)
        if supplied_policy(policy.id) is not None or policy.id == "every-n-weeks":
            raise PolicyIdTaken(f"{policy.id!r} comes with Saldo: name your own differently.")
        versions = [row.number for row in self._store.list(PolicyRow, creditor, policy.id)]
        if policy.version <= max(versions, default=0):
            raise PolicyVersionTaken(
                f"Version {max(versions)} of {policy.id!r} is there: the next is "
                f"{max(versions) + 1}."
            )
        return policy

    def put(self, creditor: str, data: Any, by: str, day: date) -> Policy:
        """Add a version, valid from its own day or else from `day`; raise what `check` does.

        The first run from that day on looks at every account of the creditor.
        """
        policy = self.check(creditor, data)
        effective, now = policy.effective_from or day, self._clock.now()
        row = PolicyRow(creditor, policy.id, policy.version, effective, dict(data), now, by)
        told = event(
            ulid_of(f"policy.put {creditor} {policy.id} {policy.version}", now),
            now,
            "policy.put",
            creditor,
            WHOLE_CREDITOR,
            policy=policy.id,
            number=policy.version,
            effective_from=effective.isoformat(),
            by=by,
        )
        for _ in range(_ATTEMPTS_MAX):
            whole = self._store.get(Creditor, creditor)
            looks: list[Write] = []
            if whole is not None:
                new = replace(whole.to_look_from(effective), version=whole.version + 1)
                looks.append(Put(new, expect=whole.version))
            try:
                self._store.commit([Put(row), Put(told), *looks])
            except CommitConflict as conflict:
                if any_of(conflict, Creditor):
                    continue
                said = f"Somebody put version {policy.version} just now."
                raise PolicyVersionTaken(said) from None
            return replace(policy, effective_from=effective)
        raise Conflict("The creditor is being changed by others; try again.")


def read_row(row: PolicyRow) -> Policy:
    """Return the policy that a row keeps."""
    try:
        return replace(policy_from(row.data), effective_from=row.effective_from)
    except PolicyNotValid as broken:
        raise PolicyNotValid(
            f"Version {row.number} of {row.id!r} cannot be read any more: {broken}"
        ) from broken
