"""The work list as people use it: items are done, put off, given to somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, Literal, get_args

from saldo.accounts.model import WHOLE_CREDITOR, Creditor
from saldo.clock import Clock, local_day, local_midnight
from saldo.errors import Conflict, Invalid
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.people.colleagues import Colleagues
from saldo.reminders.tasks import Task, TaskClosed, Tasks
from saldo.store import CommitConflict, Put, Store
from saldo.threads.service import Threads
from saldo.worklist.desk_model import person
from saldo.worklist.keep import WorkBusy, WorkKeeper
from saldo.worklist.model import (
    WorkItem,
    WorkRules,
)
from saldo.worklist.pages import WorkPages
from saldo.worklist.plan import Change
from saldo.worklist.rank import back_after_days

TEXT_MAX: Final = 1000
_ATTEMPTS_MAX: Final = 6

Outcome = Literal["done", "agreed", "no-answer", "not-needed", "passed-on", "released"]
"""done: it was dealt with; agreed: with the debtor; no-answer: nobody was reached; not-needed:
there was nothing to do; passed-on: somebody else does it elsewhere; released: the step goes."""

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)


Changing = Callable[[WorkItem], WorkItem]


class WorkItemClosed(Conflict):
    """The item was closed before."""

    code = "work-item-closed"


class SnoozeNotValid(Invalid):
    """The day does not lie ahead, or further than an item may be put off."""

    code = "snooze-not-valid"


class OutcomeNotValid(Invalid):
    """The outcome is none that this item may be closed with."""

    code = "outcome-not-valid"


class WorkList(WorkPages):
    """Reads the list, and takes what people say about its items."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        keeper: WorkKeeper,
        tasks: Tasks,
        threads: Threads,
        colleagues: Colleagues | None = None,
    ) -> None:
        """Without `colleagues` an item can be given to any address."""
        super().__init__(store)
        self._colleagues = colleagues
        self._clock, self._ids = clock, ids
        self._keeper, self._tasks, self._threads = keeper, tasks, threads

    def done(
        self,
        creditor: Creditor,
        account: str,
        id_: str,
        by: str,
        outcome: Outcome = "done",
        text: str = "",
    ) -> WorkItem:
        """Close an item with what came of it.

        A task is closed with it, a conversation in which a payer waits too. Anything else is back
        after some days if its cause lasts by then. Raises WorkItemUnknown, WorkItemClosed,
        OutcomeNotValid or WorkBusy.
        """
        text = text.strip()
        if outcome not in OUTCOMES or len(text) > TEXT_MAX:
            raise OutcomeNotValid(f"An outcome is one of: {', '.join(OUTCOMES)}.").at("/outcome")
        item = self.get(creditor.id, account, id_)
        if item.cause.task is not None:
            return self._task_done(item, by, outcome, text)
        if outcome == "released":
            raise OutcomeNotValid("Only a step that waits for a word is released.").at("/outcome")
        if item.kind == "question":
            self._threads.close(creditor.id, account, by)
            self._keeper.derive(creditor.id, account)
            return replace(item, state="done", outcome=outcome, text=text, by=by)
        rules = self._store.get(WorkRules, creditor.id)
        days = back_after_days(item.kind, rules)
        now = self._clock.now()
        back_on = local_day(now, creditor.time_zone) + timedelta(days=days)

        def closed(one: WorkItem) -> WorkItem:
            if one.state == "done":
                raise WorkItemClosed("Somebody closed this item before.")
            return replace(
                one,
                state="done",
                back_at=local_midnight(back_on, creditor.time_zone),
                outcome=outcome,
                text=text,
                by=by,
                changed_at=now,
            )

        told = {"outcome": outcome, "text": text, "back_on": back_on.isoformat()}
        return self._change(creditor.id, account, id_, by, "work.done", closed, told)

    def _task_done(self, item: WorkItem, by: str, outcome: Outcome, text: str) -> WorkItem:
        place = (item.creditor, item.account, item.cause.task or "")
        task = self._store.get(Task, *place)
        said = f"{outcome}: {text}" if text else outcome
        try:
            if outcome == "released":
                self._tasks.release(*place, by)
            elif task is not None and task.kind == "call":
                self._tasks.called(*place, by, reached=outcome != "no-answer", outcome=said)
            else:
                self._tasks.done(*place, by, said)
        except TaskClosed:
            self._keeper.derive(item.creditor, item.account)
            raise WorkItemClosed("Somebody closed this item before.") from None
        self._keeper.derive(item.creditor, item.account)
        return replace(item, state="done", outcome=outcome, text=text, by=by)

    def snooze(
        self, creditor: Creditor, account: str, id_: str, by: str, until: date | None, why: str = ""
    ) -> WorkItem:
        """Put an item off until a day, or fetch it back (None).

        Raises WorkItemUnknown, SnoozeNotValid or WorkBusy.
        """
        now = self._clock.now()
        today = local_day(now, creditor.time_zone)
        rules = self._store.get(WorkRules, creditor.id) or WorkRules(creditor.id)
        last = today + timedelta(days=rules.snooze_days_max)
        if until is not None and not today < until <= last:
            raise (
                SnoozeNotValid(f"Put it off until a day after today, {last} at the latest.")
                .told(last=last)
                .at("/until")
            )
        back_at = local_midnight(until, creditor.time_zone) if until else None

        def put_off(one: WorkItem) -> WorkItem:
            return replace(
                one,
                state="snoozed" if until else "open",
                back_at=back_at,
                text=why.strip()[:TEXT_MAX],
                by=by,
                changed_at=now,
            )

        told = {"until": until.isoformat() if until else None, "reason": why.strip()[:TEXT_MAX]}
        return self._change(creditor.id, account, id_, by, "work.snoozed", put_off, told)

    def assign(self, creditor: str, account: str, id_: str, by: str, to: str | None) -> WorkItem:
        """Give one item to a person, or back to whoever looks after the account (None).

        Raises WorkItemUnknown, DeskNotValid, NotAColleague or WorkBusy.
        """
        taker, now = person(to), self._clock.now()
        if taker is not None and self._colleagues is not None:
            item = self.get(creditor, account, id_)
            branch = None if account == WHOLE_CREDITOR else item.branch
            self._colleagues.require_sight(creditor, taker, branch)

        def given(one: WorkItem) -> WorkItem:
            return replace(one, assigned_to=taker, by=by, changed_at=now)

        return self._change(creditor, account, id_, by, "work.assigned", given, {"to": taker})

    def _change(
        self,
        creditor: str,
        account: str,
        id_: str,
        by: str,
        type_: EventType,
        change: Changing,
        told: Mapping[str, str | None],
    ) -> WorkItem:
        for _ in range(_ATTEMPTS_MAX):
            old = self.get(creditor, account, id_)
            new = change(old)
            try:
                self._keeper.commit([Change(old, new)], [Put(self._told(type_, old, by, told))])
            except CommitConflict:
                continue
            return replace(new, version=old.version + 1)
        raise WorkBusy("The item is just being changed; try again.")

    def _told(
        self, type_: EventType, item: WorkItem, by: str, told: Mapping[str, str | None]
    ) -> Event:
        now = self._clock.now()
        id_ = self._ids.ulid(now)
        return event(
            id_,
            now,
            type_,
            item.creditor,
            item.account,
            item=item.id,
            kind=item.kind,
            by=by,
            **told,
        )
