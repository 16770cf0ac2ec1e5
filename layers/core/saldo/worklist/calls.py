"""Calls: who spoke to whom, and what came of it. A call that was asked for is closed with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from saldo.accounts.service import account_in
from saldo.clock import Clock, iso_instant
from saldo.errors import Conflict, Invalid
from saldo.events import event
from saldo.ids import Ids
from saldo.reminders.tasks import Task, TaskClosed, Tasks, TaskUnknown
from saldo.store import CommitConflict, Put, Store

TEXT_MAX: Final = 4000
LISTED_MAX: Final = 200
_AHEAD: Final = timedelta(minutes=5)
"""Clocks of telephones and ours differ by less."""

CallOutcome = Literal[
    "reached",
    "promise",
    "dispute",
    "call-back",
    "refuses",
    "no-answer",
    "voicemail",
    "wrong-number",
]
"""reached: spoken to; promise, dispute: with that result, which is entered as such besides;
call-back: they want to be called again; refuses: they will not pay; no-answer, voicemail,
wrong-number: nobody was spoken to."""

CALL_OUTCOMES: Final[tuple[CallOutcome, ...]] = get_args(CallOutcome)
UNREACHED: Final[frozenset[CallOutcome]] = frozenset({"no-answer", "voicemail", "wrong-number"})

Direction = Literal["out", "in"]


class CallNotValid(Invalid):
    """A call lies in the past, has an outcome, and not too many words."""

    code = "call-not-valid"


class CallDiffers(Conflict):
    """The id was used before for another call."""

    code = "call-differs"


@dataclass(frozen=True, slots=True)
class Call:
    """A call about an account: made ("out") or taken ("in") by `by`, at `at`."""

    creditor: str
    account: str
    id: str
    at: datetime
    by: str
    outcome: CallOutcome
    whom: str = ""
    number: str = ""
    text: str = ""
    direction: Direction = "out"
    task: str | None = None
    logged_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)


@dataclass(frozen=True, slots=True)
class CallOrder:
    """A call to be written down: `at` None is just now; `task` is the task that asked for it."""

    id: str
    by: str
    outcome: CallOutcome
    at: datetime | None = None
    whom: str = ""
    number: str = ""
    text: str = ""
    direction: Direction = "out"
    task: str | None = None


class Calls:
    """Keeps calls."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, tasks: Tasks) -> None:
        self._store, self._clock, self._ids, self._tasks = store, clock, ids, tasks

    def log(self, creditor: str, account: str, order: CallOrder) -> tuple[Call, bool]:
        """Write a call down, and tell whether it was new: the same again is answered, not doubled.

        The task that asked for it is closed: nobody reached lets the notice's next channel take
        over. Raises CallNotValid, CallDiffers, AccountUnknown or TaskUnknown.
        """
        now = self._clock.now()
        at = order.at or now
        if order.outcome not in CALL_OUTCOMES:
            raise (
                CallNotValid(f"A call ends in one of: {', '.join(CALL_OUTCOMES)}.")
                .told("outcome")
                .at("/outcome")
            )
        if at > now + _AHEAD:
            raise CallNotValid("The call lies ahead.").told("ahead").at("/at")
        text = order.text.strip()
        if len(text) > TEXT_MAX:
            raise (
                CallNotValid(f"Write at most {TEXT_MAX} characters.")
                .told("long", most=TEXT_MAX)
                .at("/text")
            )
        account_in(self._store, creditor, account, at="/account")
        if order.task and self._store.get(Task, creditor, account, order.task) is None:
            raise TaskUnknown(f"There is no task {order.task!r}.").at("/task")
        call = Call(
            creditor,
            account,
            order.id,
            at,
            order.by,
            order.outcome,
            order.whom.strip()[:200],
            order.number.strip()[:50],
            text,
            order.direction,
            order.task,
            now,
            version=1,
        )
        is_new = self._write(call)
        self._close(call)
        return (call if is_new else self._store.get(Call, *call.key) or call), is_new

    def _write(self, call: Call) -> bool:
        told = event(
            self._ids.ulid(call.logged_at or call.at),
            call.logged_at or call.at,
            "call.logged",
            call.creditor,
            call.account,
            call=call.id,
            by=call.by,
            spoken_at=iso_instant(call.at),
            outcome=call.outcome,
            whom=call.whom,
            number=call.number,
            direction=call.direction,
            text=call.text,
            task=call.task,
        )
        try:
            self._store.commit([Put(call), Put(told)])
        except CommitConflict:
            known = self._store.get(Call, *call.key)
            if known is None or (known.outcome, known.text) != (call.outcome, call.text):
                raise CallDiffers(f"{call.id!r} was another call.").at("/id") from None
            return False
        return True

    def _close(self, call: Call) -> None:
        """Close the task that asked for the call; a crash before this is mended by a repeat."""
        if call.task is None:
            return
        said = f"{call.outcome}: {call.text}" if call.text else call.outcome
        reached = call.outcome not in UNREACHED
        try:
            self._tasks.called(
                call.creditor, call.account, call.task, call.by, reached=reached, outcome=said
            )
        except TaskClosed:
            return  # by the same call before, or by somebody else meanwhile

    def of(self, creditor: str, account: str) -> list[Call]:
        """Return the newest calls about an account, LISTED_MAX at most."""
        found = self._store.newest(Call, creditor, account, limit=LISTED_MAX)
        return sorted(found, key=lambda one: (-one.at.timestamp(), one.id))
