"""Notes the steps that were taken about an account, so that what came of them can be counted.

A step is noted from the account's newest notices and calls, whatever was told and how often: those
that are noted already stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from saldo.accounts.model import Account
from saldo.clock import Clock, local_day, local_midnight
from saldo.invoices.model import Invoice, OpenItem
from saldo.reminders.model import Claim, Notice, NoticeState
from saldo.steps.model import CALL, StepOutcome
from saldo.steps.outcomes import KNOWN_AFTER_DAYS, shape_of, step_name
from saldo.store import CommitConflict, Put, Store
from saldo.worklist.calls import UNREACHED, Call

NEWEST: Final = 20
"""So many notices and calls are looked at: an account gets far fewer between two looks."""

_INVOICES_MAX: Final = 90
_LEFT: Final[frozenset[NoticeState]] = frozenset({"sent", "delivered", "complained"})


class StepNotes:
    """Notes steps. An account costs two queries of 20 rows, some 12 RU, and 2 WU a new step."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def note(self, account: Account) -> int:
        """Note what was done about an account lately; return how many steps were new."""
        oldest = self._clock.now() - timedelta(days=KNOWN_AFTER_DAYS)
        notices = {
            one.id: one
            for one in self._store.newest(Notice, *account.key, limit=NEWEST)
            if one.state in _LEFT and one.step.isdecimal() and one.created_at > oldest
        }
        calls = {
            one.id: one
            for one in self._store.newest(Call, *account.key, limit=NEWEST)
            if one.outcome not in UNREACHED and one.direction == "out" and one.at > oldest
        }
        known = self._store.get_many(
            StepOutcome, [(*account.key, id_) for id_ in (*notices, *calls)]
        )
        new = [one for id_, one in notices.items() if (*account.key, id_) not in known]
        made = [self._of_notice(account, one) for one in new]
        spoken = [one for id_, one in calls.items() if (*account.key, id_) not in known]
        made += self._of_calls(account, spoken) if spoken else []
        return sum(self._put(one) for one in made if one is not None)

    def _put(self, outcome: StepOutcome) -> int:
        try:
            self._store.commit([Put(outcome)])
        except CommitConflict:
            return 0
        return 1

    def _of_notice(self, account: Account, notice: Notice) -> StepOutcome | None:
        due = self._dues(account, tuple(item.invoice for item in notice.items)[:_INVOICES_MAX])
        if not due:
            return None
        first = next((i for i in notice.items if str(i.stage) == notice.step), notice.items[0])
        claim = self._store.get(
            Claim,
            *account.key,
            first.invoice,
            str(first.episode),
            str(first.stage),
            notice.channel,
        )
        policy = claim.grounds.policy if claim and claim.grounds else ""
        asked = sum(item.open_minor - item.disputed_minor for item in notice.items)
        return self._made(
            account,
            notice.id,
            notice.created_at,
            step_name(policy, int(notice.step), notice.message),
            notice.channel,
            (asked, first.currency),
            due,
        )

    def _of_calls(self, account: Account, calls: list[Call]) -> Iterator[StepOutcome]:
        """A call is about what is overdue when it is noted, moments after it was written down."""
        items = list(self._store.list(OpenItem, *account.key))
        for call in calls:
            on = local_day(call.at, account.time_zone)
            overdue = [item for item in items if item.due_on < on][:_INVOICES_MAX]
            if not overdue:
                continue
            currency = overdue[0].currency
            asked = sum(one.open_minor for one in overdue if one.currency == currency)
            due = {one.number: one.due_on for one in overdue}
            yield self._made(account, call.id, call.at, CALL, "call", (asked, currency), due)

    def _dues(self, account: Account, numbers: tuple[str, ...]) -> dict[str, date]:
        keys = [(*account.key, number) for number in numbers]
        found = self._store.get_many(Invoice, keys)
        return {one.number: one.due_on for one in found.values()}

    def _made(
        self,
        account: Account,
        id_: str,
        at: datetime,
        step: str,
        channel: str,
        asked: tuple[int, str],
        due: dict[str, date],
    ) -> StepOutcome:
        there = at.astimezone(ZoneInfo(account.time_zone))
        on = there.date()
        return StepOutcome(
            account.creditor,
            account.number,
            id_,
            shape_of(step, channel, there.weekday(), there.hour, *asked),  # type: ignore[arg-type]  # a channel by its name
            at,
            on,
            tuple(due),
            asked[1],
            asked[0],
            max(0, (on - min(due.values())).days),
            local_midnight(on + timedelta(days=KNOWN_AFTER_DAYS), account.time_zone),
            version=1,
        )
