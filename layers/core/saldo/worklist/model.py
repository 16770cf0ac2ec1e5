"""The work list: causes of work, the items kept of them, and the places that a list is read by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from saldo.money import Money

WorkKind = Literal[
    "question",
    "mail",
    "promise-broken",
    "plan-proposed",
    "dispute",
    "paid-claim",
    "call",
    "stage",
    "address",
    "over-limit",
    "credit-decision",
    "worsening",
    "insolvency",
    "money-unmatched",
    "refund-proposed",
    "statement-missing",
    "differs",
    "import",
    "connection",
    "sending-stopped",
    "first-run",
    "approval",
]
"""question: a payer waits for an answer; mail: mails came that nobody
knows the place of; promise-broken: a promise was not
kept, or in part; plan-proposed: instalments are asked for; dispute: something is contested;
paid-claim: the debtor says to have paid; call: speak to the debtor; stage: a step of the reminders
needs a person; address: the debtor cannot be reached; over-limit: more is owed than was agreed;
credit-decision: a limit or shorter terms are proposed;
worsening: the debtor pays later than it did;
insolvency: the debtor is insolvent, and what is owed is to be claimed in the proceedings.
Of the creditor as a whole: money-unmatched: money came that nobody knows the place of;
refund-proposed: an over-payment could go back; statement-missing: a bank statement is late;
differs: our books and the ERP's, or a provider's; import: a file was not taken; connection: an ERP
is not reached; sending-stopped: mail was stopped by the circuit breaker; first-run: a person must
let the first reminders go; approval: somebody's order waits for a second person."""

KINDS: Final[tuple[WorkKind, ...]] = get_args(WorkKind)

NextStep = Literal[
    "answer",
    "read",
    "call",
    "decide-plan",
    "settle-dispute",
    "find-money",
    "release-step",
    "write-yourself",
    "hand-over",
    "bring-evidence",
    "correct-address",
    "talk-about-limit",
    "decide-credit",
    "file-claim",
    "go-through-entries",
    "decide-refund",
    "bring-statement",
    "compare-books",
    "compare-payout",
    "look-at-import",
    "look-at-connection",
    "look-at-sending",
    "release-first-run",
    "approve",
    "check-message",
]
"""What is best done next: the key of the primary button."""

NOBODY: Final = "~"
"""Stands in a person's place where nobody looks after an account."""

SECTION_NOW: Final = "now"
SECTION_LATER: Final = "later"

STAKES_MAX: Final = 4
INVOICES_MAX: Final = 20
"""So many invoices an item names, the longest open first; its stake counts all of them."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a person is needed about an account ("~": about the creditor as a whole).

    `id` is made of what it is about and stays as long as that does. `why` and the keys of `facts`
    are for whoever words it; amounts among the facts are {"minor", "currency"}, days ISO texts.
    `stake` is one amount per currency. `since` is when it began to wait, None where no record says
    (it counts from when it was first found); `due` is when it should be done; before `shows_at`
    there is nothing to do. `task` is the task that it is, `person` whose it is by its own record.
    """

    kind: WorkKind
    id: str
    why: str
    next: NextStep
    since: datetime | None
    invoices: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict, hash=False)
    stake: tuple[Money, ...] = ()
    due: date | None = None
    shows_at: datetime | None = None
    task: str | None = None
    person: str | None = None


ItemState = Literal["open", "snoozed", "done"]
"""snoozed: put off by a person until `back_at`; done: closed by one with an outcome, and back at
`back_at` if its cause lasts."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A cause of work as it is kept, and what people said about it.

    `name` is the account's. `collector` looks after the account; `assigned_to` was given this one
    item by hand. `branch` is the account's, "" for none. `points` and `since` make its place in the
    list (`rank.py`). `back_at` is when a hidden item shows again.
    """

    creditor: str
    account: str
    cause: Cause
    name: str
    since: datetime
    points: int
    collector: str | None = None
    assigned_to: str | None = None
    state: ItemState = "open"
    back_at: datetime | None = None
    outcome: str = ""
    text: str = ""
    by: str = ""
    changed_at: datetime | None = None
    branch: str = ""
    version: int = 0

    @property
    def id(self) -> str:
        return self.cause.id

    @property
    def kind(self) -> WorkKind:
        return self.cause.kind

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.cause.id)

    @property
    def holder(self) -> str:
        """Whose list it stands on."""
        return self.assigned_to or self.cause.person or self.collector or NOBODY

    @property
    def hidden_until(self) -> datetime | None:
        """When it shows (again); None where it shows."""
        return self.back_at if self.state != "open" else self.cause.shows_at

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        at = self.hidden_until
        return ("work-item", self.creditor, at) if at is not None else None


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """Where an item stands on a list: whoever reads the list reads these alone.

    `rank` sorts, and the last comes first: what is most urgent, or comes back soonest.
    """

    creditor: str
    holder: str
    section: str
    rank: str
    item: WorkItem

    @property
    def key(self) -> tuple[str, ...]:
        account, cause = self.item.account, self.item.id
        return (self.creditor, self.holder, self.section, self.rank, account, cause)


LATER: Final = "~later"
"""Stands in a kind's place in a branch's counts."""


@dataclass(frozen=True, slots=True)
class WorkTally:
    """How many items of each kind stand on a person's list now, and how many come later, among the
    accounts of one shard. `branches` are the same counts of each branch, with those that come later
    under LATER.
    """

    creditor: str
    holder: str
    shard: str
    now: dict[str, int] = field(default_factory=dict, hash=False)
    later: int = 0
    branches: dict[str, dict[str, int]] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.holder, self.shard)


@dataclass(frozen=True, slots=True)
class WorkRules:
    """A creditor's own rules of the list; what is not named is as `rank.py` has it.

    `points` are by kind. What was closed and lasts is back after `back_after_days`, by kind. An
    item may be put off by `snooze_days_max` days at most.
    """

    creditor: str
    points: dict[str, int] = field(default_factory=dict, hash=False)
    back_after_days: dict[str, int] = field(default_factory=dict, hash=False)
    snooze_days_max: int = 60
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)


def section_of_kind(kind: str) -> str:
    """Return the section of what is to do now of one kind alone."""
    return f"{SECTION_NOW}-{kind}"
