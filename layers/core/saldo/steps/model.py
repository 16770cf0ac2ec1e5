"""What is kept of steps: what came of each, sums over them, advice, and suggestions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from saldo.messages.model import Channel
from saldo.money import Money
from saldo.steps.tally import Result

CALL: Final = "call"
"""The step of a call that reached somebody; a notice's is "policy:stage:message"."""

ALL: Final = "all|"
"""Stands for all steps of a kind among sums by part and value, such as "channel|email"."""

Part = Literal["channel", "weekday", "hours", "size"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
"""What steps are sorted by, in the order in which a cell of a sheet names them."""

Hours = Literal["before-9", "9-12", "12-15", "15-18", "after-18"]
Size = Literal["below-100", "below-1000", "below-10000", "more"]


@dataclass(frozen=True, slots=True)
class StepShape:
    """When and how a step was taken: what sums are kept by.

    `weekday` is 0 for Monday, `hours` by the clock of the debtor's place, `size` by the sum asked
    for, in units of its currency.
    """

    step: str
    channel: Channel
    weekday: int
    hours: Hours
    size: Size

    @property
    def cell(self) -> str:
        return "|".join(self.value_of(part) for part in PARTS)

    def value_of(self, part: Part) -> str:
        return str(getattr(self, part))


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """A step that was taken about an account, and what came of it.

    `id` is the notice's or the call's. `invoices` are those it was about, 90 at most; the oldest
    was `overdue_days` overdue. On `matures_at` it is known what was paid within 30 days:
    then it is counted, once (`counted_at`); `result` stays None where nothing was left to be paid.
    """

    creditor: str
    account: str
    id: str
    shape: StepShape
    taken_at: datetime
    taken_on: date
    invoices: tuple[str, ...]
    currency: str
    asked_minor: int
    overdue_days: int
    matures_at: datetime
    counted_at: datetime | None = None
    result: Result | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return None if self.counted_at else ("step", self.creditor, self.matures_at)


@dataclass(frozen=True, slots=True)
class StepSheet:
    """Sums over the steps of one kind that a creditor took in a month ("2026-12").

    `cells` has the numbers of a `Tally` by channel, weekday, hours and size: some 400 cells at
    most, in practice a few dozen.
    """

    creditor: str
    month: str
    step: str
    cells: dict[str, list[int]] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.month, self.step)


@dataclass(frozen=True, slots=True)
class StepSummary:
    """The sheets of the last year or so in one row: `seen` has the numbers of a `Tally` by step,
    then by "all|", "channel|email", "weekday|3" and so on. Made anew each night.
    """

    creditor: str
    made_on: date
    seen: dict[str, dict[str, list[int]]] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)


@dataclass(frozen=True, slots=True)
class DrawSheet:
    """Sums over the accounts drawn in a comparison: the numbers of a `Tally` by step, channel and
    arm ("de-business:1:friendly-notice|email|held-out").
    """

    creditor: str
    comparison: str
    arms: dict[str, list[int]] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.comparison)


CandidateKind = Literal["notice", "other-day", "other-hours", "other-channel", "call", "wait"]
Basis = Literal["effect", "correlation", "not-known"]
"""effect: told by a comparison by lot, and by nothing else; correlation: what came after like steps
so far, whoever they were taken with; not-known: too little to say anything."""
Against = Literal["waiting", "planned"]
"""What a gain is measured against: sending nothing for now, or the planned notice as it is."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A step that could be next. `days_tenths` is by how much earlier payment is expected (below
    zero: later) than `against`, between `low_tenths` and `high_tenths`; None where it is not known.

    `detail` is a channel, weekday (0 Monday), hours or stage; `cases` is how many the figures rest
    on, `own_cases` of them the account's own. `money` is what that time is worth, by currency.
    """

    kind: CandidateKind
    basis: Basis
    against: Against
    detail: str = ""
    days_tenths: int | None = None
    low_tenths: int | None = None
    high_tenths: int | None = None
    cases: int = 0
    own_cases: int = 0
    money: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """The next best step of an account, as of `made_on`, and what else could be done.

    `reason` is a stable code. `planned_step` and `planned_on` are what the policy has next. `pays`
    is the weekday on which the account mostly pays (0 Monday) with how many payments say so of how
    many.
    """

    creditor: str
    account: str
    made_on: date
    best: Candidate
    reason: str
    candidates: tuple[Candidate, ...] = ()
    planned_step: str = ""
    planned_on: date | None = None
    facts: dict[str, Any] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)


SuggestionState = Literal["open", "accepted", "declined"]
SuggestionKind = Literal["skip-stage", "channel-first"]
"""skip-stage: a comparison by lot shows that the stage does next to nothing; channel-first: another
of the stage's channels was followed by payment sooner (a correlation)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change of a policy that figures speak for; nothing changes until a person agrees.

    `id` is made of what it is about. `evidence` has the numbers as they were when it was made.
    Declined, it is not made again for 90 days.
    """

    creditor: str
    id: str
    kind: SuggestionKind
    policy: str
    stage: int
    message: str
    detail: str
    basis: Basis
    evidence: dict[str, Any] = field(hash=False)
    made_at: datetime
    state: SuggestionState = "open"
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""
    made_policy: str = ""
    made_version: int = 0
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)


@dataclass(frozen=True, slots=True)
class StepRules:
    """What a creditor says its money costs: hundredths of a percent a year, by currency."""

    creditor: str
    cost_of_money: dict[str, int] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)
