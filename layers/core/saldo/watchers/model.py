"""Watchers: addresses that hear what changes on an account, a dispute, a plan or a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args

WatchedKind = Literal["account", "dispute", "plan", "case"]
WATCHED: Final[tuple[WatchedKind, ...]] = get_args(WatchedKind)

Family = Literal["disputes", "promises", "plans", "cases", "payments", "reminders", "questions"]
FAMILIES: Final[tuple[Family, ...]] = get_args(Family)

Pace = Literal["at-once", "daily"]
PACES: Final[tuple[Pace, ...]] = get_args(Pace)

TYPES: Final[Mapping[str, Family]] = {
    "dispute.opened": "disputes",
    "dispute.assigned": "disputes",
    "dispute.overdue": "disputes",
    "dispute.settled": "disputes",
    "dispute.rejected": "disputes",
    "dispute.withdrawn": "disputes",
    "promise.given": "promises",
    "promise.kept": "promises",
    "promise.part_kept": "promises",
    "promise.broken": "promises",
    "promise.withdrawn": "promises",
    "paid_claim.made": "promises",
    "paid_claim.confirmed": "promises",
    "paid_claim.unfounded": "promises",
    "plan.proposed": "plans",
    "plan.agreed": "plans",
    "plan.missed": "plans",
    "plan.finished": "plans",
    "plan.cancelled": "plans",
    "case.opened": "cases",
    "case.changed": "cases",
    "payment.settled": "payments",
    "payment.charged_back": "payments",
    "invoice.closed": "payments",
    "invoice.written_off": "payments",
    "notice.sent": "reminders",
    "notice.bounced": "reminders",
    "thread.asked": "questions",
    "thread.answered": "questions",
}
"""Events that watchers are told of, by family. All of them are facts that the work list hears."""

_ENDS: Final[Mapping[str, frozenset[str]]] = {
    "dispute": frozenset({"dispute.settled", "dispute.rejected", "dispute.withdrawn"}),
    "plan": frozenset({"plan.finished", "plan.cancelled"}),
    "case": frozenset({"case.changed"}),
}
_CASE_OVER: Final = frozenset({"paid", "withdrawn", "closed"})

_KEPT: Final = timedelta(days=60)

EndedBy = Literal["link", "person", "over", "left"]
"""link: whoever got the mails stopped them; person: one of the creditor's people did; over: the
dispute, plan or case came to its end; left: a colleague does not work here any more."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """`email` is told what happens to an account or one case of it (`kind`; `subject` is its id, ""
    for the account), of some families of events, at once or once a day.

    `why` is who they are, in a word ("sales", "lawyer"): each mail says it. `token` stops the mails
    and opens nothing else. `is_colleague`: they worked here when they were named, and hear nothing
    any more when they do not.
    """

    creditor: str
    account: str
    id: str
    kind: WatchedKind
    subject: str
    email: str
    language: str
    families: tuple[Family, ...]
    pace: Pace
    why: str
    token: str
    by: str
    at: datetime
    ended_at: datetime | None = None
    ended: EndedBy | None = None
    ended_by: str = ""
    is_colleague: bool = False
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    def hears(self, event_type: str, data: Mapping[str, Any]) -> bool:
        """Tell whether an event of the account is one that they are told of."""
        family = TYPES.get(event_type)
        if family is None or self.ended_at is not None:
            return False
        if self.kind == "account":
            return family in self.families
        return event_type.startswith(f"{self.kind}.") and data.get(self.kind) == self.subject

    def is_over(self, event_type: str, data: Mapping[str, Any]) -> bool:
        """Tell whether an event that they hear of ends what they watch."""
        if event_type not in _ENDS.get(self.kind, ()):
            return False
        return self.kind != "case" or data.get("state") in _CASE_OVER


@dataclass(frozen=True, slots=True)
class WatchLink:
    """Finds a watcher by the hash of its token."""

    token_hash: str
    creditor: str
    account: str
    watcher: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.token_hash,)


NewsState = Literal["waits", "sending", "sent"]
"""sending: a mail with it was begun; whether it left nobody knows until it is sent. It is never
begun twice."""


@dataclass(frozen=True, slots=True)
class WatchNews:
    """An event that a watcher is told of, once: what stands in the mail is made from these fields.

    `facts` are its numbers, states and amounts, no words of anybody; `due_at` is when a mail with
    it may leave.
    """

    creditor: str
    account: str
    watcher: str
    event: str
    type: str
    at: datetime
    facts: dict[str, str]
    due_at: datetime
    state: NewsState = "waits"
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.watcher, self.event)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("watch-news", self.creditor, self.due_at) if self.state == "waits" else None

    @property
    def gone_at(self) -> datetime:
        return self.at + _KEPT


@dataclass(frozen=True, slots=True)
class MorningWish:
    """A person wants their work list by mail in the morning; `last_on` is the last day it went."""

    creditor: str
    person: str
    is_on: bool
    last_on: date | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.person)


@dataclass(frozen=True, slots=True)
class WatchJob:
    """Send a watcher what waits for them (`watch` is the watcher's id), or, where `watch` is "",
    one of our people their list of the morning (`account` is their address).
    """

    watch: str
    creditor: str
    account: str
    day: date | None = None
    correlation: str = ""
