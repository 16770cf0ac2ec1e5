"""The circuit breaker: mail of a creditor stops before the mail service looks into it.

SES reviews an account at a bounce rate of 5 % or a complaint rate of 0.1 % (Amazon SES developer
guide, "Reputation dashboard messages"), and the account is one for all creditors. So each creditor
is stopped a little earlier, until a person has cleaned the addresses and resumes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from saldo.accounts.model import WHOLE_CREDITOR, Creditor
from saldo.accounts.service import CreditorUnknown
from saldo.clock import Clock
from saldo.events import event
from saldo.ids import Ids, shard_of
from saldo.store import CommitConflict, Delete, Put, Store, Write

SHARDS = 8
_ATTEMPTS_MAX = 6

Counted = Literal["sent", "bounced", "complained"]


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When to stop: at a share of the mails of the last `days`, in hundredths of a percent.

    `sent_min` and `bounced_min` (`complained_min`) are what it takes for a share to mean anything:
    one wrong address among the first ten mails is no reputation.
    """

    days: int = 7
    bounced_share: int = 400
    complained_share: int = 8
    sent_min: int = 50
    bounced_min: int = 5
    complained_sent_min: int = 500
    complained_min: int = 2


RULES = BreakerRules()


@dataclass(frozen=True, slots=True)
class MailDay:
    """What became of a creditor's mails in a day; each of several shards counts a part."""

    creditor: str
    day: date
    shard: str
    sent: int = 0
    bounced: int = 0
    complained: int = 0
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.day.isoformat(), self.shard)


@dataclass(frozen=True, slots=True)
class MailHealth:
    """The sums of the window."""

    sent: int
    bounced: int
    complained: int

    def trouble(self, rules: BreakerRules = RULES) -> str | None:
        """Return why mail must stop, in words, or None."""
        enough = self.sent >= rules.sent_min and self.bounced >= rules.bounced_min
        if enough and self.bounced * 10_000 >= rules.bounced_share * self.sent:
            return f"{self.bounced} of {self.sent} mails bounced ({_percent(self.bounced, self)})"
        enough = self.complained >= rules.complained_min and self.sent >= rules.complained_sent_min
        if enough and self.complained * 10_000 >= rules.complained_share * self.sent:
            of_all = _percent(self.complained, self)
            return f"{self.complained} of {self.sent} mails were complained of ({of_all})"
        return None


def _percent(part: int, health: MailHealth) -> str:
    hundredths = part * 10_000 // health.sent
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


class Breaker:
    """Counts mails and what became of them, and stops a creditor's mail."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, rules: BreakerRules = RULES) -> None:
        self._store, self._clock, self._ids, self._rules = store, clock, ids, rules

    def count(self, creditor: str, notice: str, what: Counted) -> None:
        """Count one mail, on the day that we hear of it. Lost in a crash, it makes us careful."""
        day, shard = self._clock.now().date(), shard_of(notice, SHARDS)
        for _ in range(_ATTEMPTS_MAX):
            there = self._store.get(MailDay, creditor, day.isoformat(), shard)
            there = there or MailDay(creditor, day, shard)
            more = {what: getattr(there, what) + 1}
            try:
                counted = replace(there, version=there.version + 1, **more)
                self._store.commit([Put(counted, expect=there.version)])
            except CommitConflict:
                continue
            return

    def look(self, creditor: str) -> Creditor | None:
        """Stop the creditor's mail if it has to; return the creditor if it was stopped now."""
        trouble = self.health(creditor).trouble(self._rules)
        if trouble is None:
            return None
        for _ in range(_ATTEMPTS_MAX):
            there = self._store.get(Creditor, creditor)
            if there is None or there.mail_stopped_at is not None:
                return None
            now = self._clock.now()
            stopped = replace(
                there, mail_stopped_at=now, mail_stopped_why=trouble, version=there.version + 1
            )
            told = event(
                self._ids.ulid(now),
                now,
                "sending.stopped",
                creditor,
                WHOLE_CREDITOR,
                channel="email",
                reason=trouble,
            )
            try:
                self._store.commit([Put(stopped, expect=there.version), Put(told)])
            except CommitConflict:
                continue
            return stopped
        return None

    def health(self, creditor: str) -> MailHealth:
        """Return the sums of the window that ends today."""
        rows = list(self._rows(creditor))
        return MailHealth(
            sum(r.sent for r in rows), sum(r.bounced for r in rows), sum(r.complained for r in rows)
        )

    def resume(self, creditor: str, by: str) -> Creditor:
        """Let mail go again and count anew; harmless where it was not stopped.

        Raises CreditorUnknown. What was claimed meanwhile leaves with the next look at it.
        """
        while True:
            there = self._store.get(Creditor, creditor)
            if there is None:
                raise CreditorUnknown(f"There is no creditor {creditor!r}.")
            if there.mail_stopped_at is None:
                return there
            now = self._clock.now()
            going = replace(
                there, mail_stopped_at=None, mail_stopped_why="", version=there.version + 1
            )
            told = event(
                self._ids.ulid(now),
                now,
                "sending.resumed",
                creditor,
                WHOLE_CREDITOR,
                channel="email",
                by=by,
            )
            forget: list[Write] = [Delete(row, expect=None) for row in self._rows(creditor)]
            try:
                self._store.commit([Put(going, expect=there.version), Put(told), *forget])
            except CommitConflict:
                continue
            return going

    def _rows(self, creditor: str) -> Iterable[MailDay]:
        today = self._clock.now().date()
        for ago in range(self._rules.days):
            day = (today - timedelta(days=ago)).isoformat()
            yield from self._store.list(MailDay, creditor, day)


def is_stopped(creditor: Creditor, channel: str) -> bool:
    """Tell whether the breaker keeps back what goes by `channel`: mail alone has a reputation."""
    return channel == "email" and creditor.mail_stopped_at is not None
