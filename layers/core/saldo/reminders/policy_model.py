"""What a reminder policy says, and what makes one contradict itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Final, Literal

from saldo.errors import Invalid
from saldo.messages.model import Channel, MessageKind

STAGES_MAX = 12

CountsFrom = Literal["due", "previous"]
Bundling = Literal["account", "invoice"]
AttachInvoice = Literal["attach", "link", "no"]
"""Whether the invoice's own document goes with mails of it. attach: it does; link: the page behind
the link offers it, and only a copy that was asked for carries it; no: never in a mail."""
Service = Literal["stop-deliveries", "block-orders"]

PolicyFee = Literal["flat-sum", "collection-costs", "reminder-fee"]
"""What a stage may charge; interest is a switch of its own."""

Precondition = Literal["default", "fee", "interest", "fourteen-day-letter"]
"""What must be evidenced before a stage may go at all: the debtor is in default; the stage's fee or
interest is allowed by law; a 14-day letter was received and its term has passed (NL)."""

Answer = Literal[
    "promise", "dispute", "transfer-announced", "plan-proposed", "paid-claim", "question"
]
"""Words of the debtor that keep reminders back. Money and agreements always do. A question alone
does so only where a policy says it."""

ANSWERS_BY_DEFAULT: Final[tuple[Answer, ...]] = (
    "promise",
    "dispute",
    "transfer-announced",
    "plan-proposed",
    "paid-claim",
)


class PolicyNotValid(Invalid):
    """A policy is unknown, or its data contradicts itself."""

    code = "policy-not-valid"


class PolicyUnknown(PolicyNotValid):
    """Nothing goes by this policy's id: neither a supplied policy nor one of the creditor's own."""

    code = "policy-unknown"


@dataclass(frozen=True, slots=True)
class FeeRule:
    """What a stage charges, if the law allows it.

    `amounts` is in minor units by currency; empty means what the law itself gives (the flat sum,
    the Dutch scale). `real_cost` is what one such notice costs the creditor in paper and postage,
    by currency: the evidence that some countries ask for.
    """

    kind: PolicyFee
    amounts: dict[str, int] = field(default_factory=dict, hash=False)
    real_cost: dict[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Hours:
    """When reminders may leave, by the clock of the debtor's place: from `first`, before `last`.

    They are spread over the `spread_minutes` after `first`. `business_days` leaves out weekends and
    the public holidays of the debtor's place.
    """

    first: time = time(8)
    last: time = time(20)
    spread_minutes: int = 120
    business_days: bool = True


@dataclass(frozen=True, slots=True)
class Stage:
    """One reminder: when, by which text, by which channel, with what beside it.

    `offset_days` counts from the due date (below zero: before it) or from the stage before. The
    first of `channels` that can be used goes; the next takes over when one fails. `requires` names
    what must be evidenced, or a person has to look. `takes_along`: every overdue item of the
    account that has not come as far goes with it, because the law wants one letter for all.
    `term_days` is how long the text gives to pay. `hands_over` opens a case for `handed_to` instead
    of sending anything: at once, or with `needs_release` when a person lets it go. `left_out` never
    goes: its number stays, so that an account that comes from another policy goes on where it was.
    """

    number: int
    offset_days: int
    message: MessageKind
    announces_collection: bool = False
    counts_from: CountsFrom = "due"
    channels: tuple[Channel, ...] = ("email",)
    fee: FeeRule | None = None
    interest: bool = False
    requires: tuple[Precondition, ...] = ()
    service: Service | None = None
    needs_release: bool = False
    hands_over: bool = False
    handed_to: str = ""
    takes_along: bool = False
    term_days: int | None = None
    left_out: bool = False

    @property
    def asks_law(self) -> bool:
        """Say whether facts about default and notices must be looked up for it."""
        return self.fee is not None or self.interest or bool(self.requires)


@dataclass(frozen=True, slots=True)
class Policy:
    """When an account's open items are reminded, and how considerately.

    `announces_invoice`: Saldo mails the invoice itself too. `bundling` "account" writes one message
    about all overdue items. Below `minimum_minor` (by currency) an account's overdue sum is not
    worth a message. Nothing goes within `grace_days` after the due date, nor within `gap_days_min`
    after another reminder to the account, nor more than `contacts_per_week_max` times in 7 days.
    `hours` None: at any time of any day. `attach_invoice` is about the ERP's document of it.
    `effective_from` None: always.
    """

    id: str
    version: int
    announces_invoice: bool
    stages: tuple[Stage, ...]
    effective_from: date | None = None
    bundling: Bundling = "account"
    minimum_minor: dict[str, int] = field(default_factory=dict, hash=False)
    grace_days: int = 0
    gap_days_min: int = 0
    contacts_per_week_max: int | None = None
    answers: tuple[Answer, ...] = ANSWERS_BY_DEFAULT
    hours: Hours | None = None
    attach_invoice: AttachInvoice = "link"
    after_due: tuple[timedelta, ...] = field(init=False, repr=False, compare=False)
    """By stage: how long after the due date it goes at the earliest."""

    def __post_init__(self) -> None:
        if len(self.stages) > STAGES_MAX or all(stage.left_out for stage in self.stages):
            raise PolicyNotValid(f"Policy {self.id} needs 1 to {STAGES_MAX} stages.").told(
                "stages", most=STAGES_MAX
            )
        if [stage.number for stage in self.stages] != list(range(1, len(self.stages) + 1)):
            raise PolicyNotValid(f"The stages of policy {self.id} are not numbered 1, 2, 3 …").told(
                "numbered"
            )
        if self.stages[0].counts_from != "due":
            raise PolicyNotValid(f"Stage 1 of policy {self.id} has no stage before it.").told(
                "first"
            )
        days: list[int] = []
        for stage in self.stages:
            base = days[-1] if stage.counts_from == "previous" else 0
            days.append(base + stage.offset_days)
        if days != sorted(set(days)):
            raise PolicyNotValid(
                f"The stages of policy {self.id} do not follow each other in time."
            ).told("order")
        reached = [max(day, self.grace_days) if day >= 0 else day for day in days]
        if reached != sorted(set(reached)):
            raise PolicyNotValid(
                f"Policy {self.id} gives {self.grace_days} days of grace, in which two stages end."
            ).told("grace", days=self.grace_days)
        object.__setattr__(self, "after_due", tuple(timedelta(days=day) for day in reached))

    def stage(self, number: int) -> Stage | None:
        """Return the stage with that number, None past the last."""
        return self.stages[number - 1] if number <= len(self.stages) else None

    @property
    def days_that_go(self) -> tuple[int, ...]:
        """The days after the due date of the stages that are not left out."""
        pairs = zip(self.stages, self.after_due, strict=True)
        return tuple(after.days for stage, after in pairs if not stage.left_out)

    def is_before_due(self, number: int) -> bool:
        """Tell whether a stage is a notice ahead of the due date."""
        return self.after_due[number - 1].days < 0

    def gap(self, number: int, last: int = 0) -> timedelta:
        """Return how long stage `number` keeps away from the message before it.

        `last` is the stage that was sent last; 0 is the invoice itself, at least the stage's own
        offset away, and a notice ahead of the due date the least gap.
        """
        if last:
            return self.after_due[number - 1] - self.after_due[min(last, number - 1) - 1]
        if self.is_before_due(number):
            return timedelta(days=max(1, self.gap_days_min))
        return self.after_due[number - 1]

    @property
    def limits_contacts(self) -> bool:
        """Say whether it matters when the account was written to last."""
        return self.gap_days_min > 0 or self.contacts_per_week_max is not None
