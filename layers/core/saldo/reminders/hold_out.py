"""A fair comparison: a friendly notice waits some days for few accounts, drawn by lot. Pure.

Only who was drawn by lot differs from the others by nothing but the notice. So what a notice does
is known from such a draw alone; see docs/next-step.md. Off by default. The draw is a keyed hash of
creditor, account, policy, stage and month: whoever plans again draws the same.

Never drawn: what the law or a deadline needs (`is_friendly`), an account with a hold, a dispute, a
promise or a plan, one of which anything else is due or was begun, and one drawn a short while ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Literal

from saldo.accounts.model import Account, HoldOut
from saldo.law.packs import LawUnknown, pack_of
from saldo.messages.model import Channel, MessageKind
from saldo.reminders.model import Decision
from saldo.reminders.policy_model import Policy, Stage

if TYPE_CHECKING:
    from saldo.reminders.holds import AccountFacts

Arm = Literal["sent", "held-out"]
"""sent: the notice went on its day; held-out: it waited."""

HELD_OUT: Final = "held-out"

_FRIENDLY: Final[frozenset[MessageKind]] = frozenset({"friendly-notice", "reminder-1"})
_DEFAULT_WITHOUT_REMINDER: Final = frozenset({"NL", "EU"})
"""Where a business is in default by the day alone, so that no reminder is needed for it: art. 6:83
and 6:119a BW, art. 3 of Directive 2011/7/EU. In Germany a reminder after the due date may be what
puts the debtor in default (§286 (1) BGB); elsewhere nobody looked it up."""

_WIDE: Final = 1 << 64
_QUIET: Final = frozenset({"stage-ahead", "below-minimum"})
"""Why nothing is due of another item, without anything being under way about it."""

WATCHED_DAYS: Final = 30
NEWS_DAYS: Final = 3
"""What was paid in the 30 days is known for sure some days later: banks tell of it then."""


@dataclass(frozen=True, slots=True)
class Draw:
    """An account drawn into a comparison: its notice went on its day, or waited.

    `comparison` is the id of the `HoldOut` then in force. From `until` on a notice that waits goes.
    `invoices` are those that were due at the stage, 90 at most. On `matures_at` it is known what
    was paid within 30 days: `days_tenths` are the days until payment of those invoices on average
    (30 for what was not paid by then), in tenths, and `paid_within` those of 3, 7, 14 and 30 days
    within which all were paid. Both stay empty where nothing was left to be paid.
    """

    creditor: str
    account: str
    comparison: str
    policy: str
    stage: int
    message: MessageKind
    channel: Channel
    period: str
    arm: Arm
    drawn_on: date
    until: date
    invoices: tuple[str, ...]
    matures_at: datetime
    counted_at: datetime | None = None
    days_tenths: int | None = None
    paid_within: tuple[int, ...] = ()
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.drawn_on.isoformat())

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        """When it is to be counted."""
        return None if self.counted_at else ("draw", self.creditor, self.matures_at)

    def is_of(self, hold_out: HoldOut, policy: Policy, stage: int, period: str) -> bool:
        """Tell whether it is the draw for that stage in that month."""
        mine = (self.comparison, self.policy, self.stage, self.period)
        return mine == (hold_out.id, policy.id, stage, period)


def is_friendly(stage: Stage, policy: Policy, account: Account) -> bool:
    """Tell whether a stage may wait for some days: neither the law nor a deadline needs it.

    Nothing that charges, requires, announces, stops, hands over, sets a term or waits for a person.
    Ahead of the due date any friendly message. After it businesses alone, and only where they are
    in default without being reminded: the reminder has no effect in law then.
    """
    plain = not (
        stage.asks_law
        or stage.service
        or stage.hands_over
        or stage.needs_release
        or stage.announces_collection
        or stage.takes_along
        or stage.term_days
    )
    if not plain or stage.left_out or stage.message not in _FRIENDLY:
        return False
    if policy.is_before_due(stage.number):
        return True
    return account.kind == "business" and _law_of(account.country) in _DEFAULT_WITHOUT_REMINDER


def with_hold_out(
    facts: AccountFacts, policy: Policy, today: date, decisions: Sequence[Decision]
) -> list[Decision]:
    """Return the decisions, those held back that wait by lot; who was drawn says so in its facts.

    Without a comparison nothing changes.
    """
    rules = facts.creditor.hold_out
    if rules is None:
        return list(decisions)
    lot = lot_of(rules, facts, policy, today, decisions)
    if lot is None:
        return list(decisions)
    told = {
        "hold_out": {"comparison": rules.id, "arm": lot.arm, "period": lot.period},
        "until": lot.until.isoformat(),
    }

    def judged(decision: Decision) -> Decision:
        if not _is_due(decision):
            return decision
        found = replace(decision, facts=decision.facts | told)
        if lot.arm == "sent":
            return found
        return replace(found, outcome="hold", reason=HELD_OUT, wake_on=lot.until)

    return [judged(one) for one in decisions]


@dataclass(frozen=True, slots=True)
class Lot:
    """How an account is drawn for the stage that is due: which arm, for which month, and from which
    day on what waits goes.
    """

    arm: Arm
    period: str
    until: date


def lot_of(
    rules: HoldOut,
    facts: AccountFacts,
    policy: Policy,
    today: date,
    decisions: Sequence[Decision],
) -> Lot | None:
    """Return how the account is drawn for what is due on it today, None where nothing is drawn."""
    due = [one for one in decisions if _is_due(one)]
    stage = _stage_of(due, policy)
    if stage is None or not is_friendly(stage, policy, facts.account):
        return None
    first_on = min(date.fromisoformat(one.facts["stage_due_on"]) for one in due)
    until, period = first_on + timedelta(days=rules.delay_days), f"{first_on:%Y-%m}"
    last = facts.drawn
    is_drawn = last is not None and last.is_of(rules, policy, stage.number, period)
    if last is not None and is_drawn:
        until = last.until
    if today >= until or not _is_quiet(facts, policy, until, today, decisions):
        return None
    if last is not None and is_drawn:
        return Lot(last.arm, period, until)
    if last is not None and today < months_after(last.drawn_on, rules.rest_months):
        return None
    if stage.number != _stage_in_turn(rules, policy, facts.account, period):
        return None
    place = (*facts.account.key, policy.id, str(stage.number), period)
    waits = _lot(rules.id, *place) * 100 < rules.share_percent * _WIDE
    return Lot("held-out" if waits else "sent", period, until)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, the month's 28th at the latest."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, min(day.day, 28))


def _is_due(decision: Decision) -> bool:
    return decision.outcome == "send" and decision.stage > 0


def _stage_of(due: Sequence[Decision], policy: Policy) -> Stage | None:
    """Return the stage that is due, None where none is or more than one."""
    stages = {one.stage for one in due}
    return policy.stage(stages.pop()) if len(stages) == 1 else None


def _is_quiet(
    facts: AccountFacts, policy: Policy, until: date, today: date, decisions: Sequence[Decision]
) -> bool:
    """Tell whether nothing else is under way or ahead that waiting could touch.

    A letter that must name all that is owed would come to lack what waits.
    """
    if any(h.ended_at is None and (h.until is None or today < h.until) for h in facts.holds):
        return False
    return all(_leaves_alone(facts, policy, until, one) for one in decisions)


def _leaves_alone(facts: AccountFacts, policy: Policy, until: date, decision: Decision) -> bool:
    if decision.outcome == "send":
        return decision.reason != "goes-along" and "resumes_after" not in decision.facts
    if decision.outcome != "not-yet" or decision.reason not in _QUIET:
        return False
    stage = policy.stage(decision.stage) if decision.stage else None
    if stage is None or is_friendly(stage, policy, facts.account):
        return True
    return decision.wake_on is not None and decision.wake_on > until


def _stage_in_turn(rules: HoldOut, policy: Policy, account: Account, period: str) -> int | None:
    """Return which friendly stage of the policy the account may be drawn for in a month: all come
    in turn, or the first would take every account.
    """
    friendly = [one.number for one in policy.stages if is_friendly(one, policy, account)]
    if not friendly:
        return None
    place = (account.creditor, account.number, policy.id)
    return friendly[_lot(rules.id, *place, "turn", period) % len(friendly)]


def _lot(key: str, *parts: str) -> int:
    """Return a number below 2^64, the same for the same key and parts, else as good as any."""
    text = "\x1f".join(parts).encode()
    return int.from_bytes(blake2b(text, key=key.encode()[:64], digest_size=8).digest())


def _law_of(country: str) -> str | None:
    try:
        return pack_of(country)
    except LawUnknown:
        return None
