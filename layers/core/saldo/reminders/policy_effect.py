"""What a changed policy does to an account's open items, before it is put in force. Pure.

An item keeps the number of stages that it has had. Under other stages that number means something
else: what would be said again, and what would be left out, is named here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saldo.invoices.model import OpenItem
from saldo.messages.model import MessageKind
from saldo.reminders.policy_model import Policy
from saldo.reminders.stages import next_stage


@dataclass(frozen=True, slots=True)
class Coming:
    """The next step of an item: its number, its message and its day. Days past mean "now"."""

    stage: int
    message: MessageKind
    on: date


@dataclass(frozen=True, slots=True)
class Effect:
    """An open item under two policies; `before` and `after` None: every stage was sent.

    `repeats` says that the next message was sent before; `skips` are messages of the new policy
    that never were and never will be.
    """

    account: str
    invoice: str
    stages_sent: int
    before: Coming | None
    after: Coming | None
    repeats: bool
    skips: tuple[MessageKind, ...]

    @property
    def is_silent(self) -> bool:
        """Say whether nothing is said again, nothing left out and nothing comes sooner or later."""
        return not self.repeats and not self.skips and self.before == self.after

    def is_due_at_once(self, day: date) -> bool:
        """Say whether its next message would go on `day` already, and not so under the old policy:
        of what was due before, nothing changes.
        """
        was_due = self.before is not None and self.before.on <= day
        return self.after is not None and self.after.on <= day and not was_due


def effect_on(item: OpenItem, old: Policy, new: Policy, today: date) -> Effect:
    """Return what becomes of `item` when its policy changes from `old` to `new` today."""
    sent = [stage.message for stage in old.stages[: item.stage] if not stage.left_out]
    coming = _coming(item, new, today)
    passed = new.stages[: coming.stage - 1 if coming else len(new.stages)]
    skipped = [
        stage.message
        for stage in passed
        if stage.message not in sent and not stage.left_out and not new.is_before_due(stage.number)
    ]
    return Effect(
        item.account,
        item.number,
        item.stage,
        _coming(item, old, today),
        coming,
        coming is not None and coming.message in sent and not _repeats(old),
        tuple(dict.fromkeys(skipped)),
    )


def _coming(item: OpenItem, policy: Policy, today: date) -> Coming | None:
    found = next_stage(item, policy, today)
    return Coming(found[0].number, found[0].message, found[1]) if found else None


def _repeats(policy: Policy) -> bool:
    """Tell whether a policy says the same more than once on purpose, as every-n-weeks does."""
    messages = [stage.message for stage in policy.stages]
    return len(set(messages)) < len(messages)
