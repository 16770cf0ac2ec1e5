"""A reminder run, ordered by hand: the schedule's event, and afterwards what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from saldo.accounts.model import Creditor
from saldo.clock import iso_instant, local_day, local_noon
from saldo.reminders.decisions import decisions_about
from saldo.reminders.model import AWAITING, DecisionRecord, Notice
from saldo.store import Store
from saldo_cli.waiting import unplanned, wait_until_none

if TYPE_CHECKING:
    from saldo_cli.cloud import Cloud


def reminders_event(at: datetime, creditor: str | None = None) -> dict[str, Any]:
    """Return the event that the schedule sends for a reminder run at the instant `at`."""
    event = {"kind": "reminders", "scheduled_time": iso_instant(at)}
    return event if creditor is None else {**event, "creditor": creditor}


def noon_of(day: date, creditors: Iterable[Creditor]) -> datetime:
    """Return noon of `day` where the creditors are; in UTC when they do not share a time zone.

    Noon in UTC is the same day from twelve hours west to eleven east.
    """
    zones = {creditor.time_zone for creditor in creditors}
    return local_noon(day, zones.pop() if len(zones) == 1 else "UTC")


@dataclass(slots=True)
class RunReport:
    """What a run did for one creditor, from the decisions it left.

    `claimed` counts messages per step ("invoice", "1", …), `held` items per reason, `mails` the
    claimed messages by what has become of them.
    """

    creditor: str
    day: date
    accounts: int = 0
    claimed: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    mails: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "creditor": self.creditor,
            "day": self.day.isoformat(),
            "accounts": self.accounts,
            "claimed": dict(sorted(self.claimed.items())),
            "held": dict(sorted(self.held.items())),
            "mails": dict(sorted(self.mails.items())),
        }


def run_reminders(
    cloud: Cloud,
    creditors: Iterable[Creditor],
    at: datetime,
    event: Mapping[str, Any],
    progress: Callable[[int], None] | None = None,
) -> list[RunReport]:
    """Invoke the sweep with `event`, wait until its run is over, and report for each creditor.

    Raises RunNotFinished when accounts or mails keep waiting.
    """
    store, chosen = cloud.services.store, list(creditors)
    due = {c.id: unplanned(store, c.id, at, datetime.now(UTC)) for c in chosen}
    since = cloud.now() - timedelta(seconds=1)
    cloud.sweep(event)

    def left() -> int:
        now = datetime.now(UTC)
        return sum(len(unplanned(store, c.id, at, now) & due[c.id]) for c in chosen)

    wait_until_none(
        left, "accounts", progress=progress, again=lambda: cloud.sweep(event), pace=cloud.pace
    )
    reports = []
    for creditor in chosen:
        report = RunReport(creditor.id, local_day(at, creditor.time_zone), len(due[creditor.id]))
        decided = list(_decisions(store, report, due[creditor.id], since))
        wait_until_none(lambda d=decided: _unsent(store, d), "mails", progress=progress)  # type: ignore[misc]  # the default binds this creditor's
        _count(store, report, decided)
        reports.append(report)
    return reports


def _decisions(
    store: Store, report: RunReport, accounts: Iterable[str], since: datetime
) -> Iterator[DecisionRecord]:
    for account in sorted(accounts):
        for record in decisions_about(store, report.creditor, account):
            if record.day == report.day and record.decided_at >= since:
                yield record


def _notice(store: Store, record: DecisionRecord) -> Notice | None:
    if record.notice is None:
        return None
    return store.get(Notice, record.creditor, record.account, record.notice)


def _unsent(store: Store, decided: list[DecisionRecord]) -> int:
    notices = (_notice(store, record) for record in decided)
    return sum(1 for notice in notices if notice is not None and notice.state in AWAITING)


def _count(store: Store, report: RunReport, decided: list[DecisionRecord]) -> None:
    for record in decided:
        notice = _notice(store, record)
        if record.outcome == "hold" or notice is None:
            report.held[record.reason] += 1
        else:
            report.claimed[record.step] += 1
            report.mails[notice.state] += 1
