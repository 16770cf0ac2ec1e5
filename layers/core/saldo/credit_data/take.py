"""Taking reports: what changed is told, and an insolvent debtor is not reminded on.

The report, the events about it, the hold and the task that a notice of insolvency asks for are one
transaction. The same report again changes nothing; an older one is left.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from saldo.accounts.model import Account, Hold
from saldo.accounts.service import account_in
from saldo.accounts.told import hold_placed
from saldo.clock import Clock, iso_instant
from saldo.credit_data.keep import RiskBusy, RiskKeeper
from saldo.credit_data.ports import Told
from saldo.credit_data.report import CreditReport, Insolvency, ReportNotValid
from saldo.credit_data.rules import CreditDataRules
from saldo.errors import Unavailable
from saldo.events import Event, event
from saldo.ids import Ids
from saldo.invoices.intake import AccountRestricted
from saldo.money import Money, format_amount
from saldo.reminders.tasks import Task
from saldo.store import CommitConflict, Put, Store, Wake, Write

Outcome = Literal["taken", "unchanged", "older"]
_ATTEMPTS_MAX: Final = 5
_SOURCE_MAX: Final = 40
EARLIEST_PLACE: Final = timedelta(hours=14)
"""So far ahead of UTC a day begins first: what is of a later one is of tomorrow everywhere."""


class ReportBusy(Unavailable):
    """The reports about this account are being changed by others; the same may work later."""

    code = "credit-report-busy"


@dataclass(frozen=True, slots=True)
class Taken:
    """A report as it stands, and what became of the one that came."""

    report: CreditReport
    outcome: Outcome


def open_account(store: Store, creditor: str, number: str) -> Account:
    """Return an account about which something may be gathered; raise AccountUnknown, or
    AccountRestricted for one that is to be erased, which would fill again what was emptied.
    """
    account = account_in(store, creditor, number)
    if account.restricted_at is not None:
        raise AccountRestricted("The account is to be erased: nothing is gathered about it.")
    return account


class CreditReports:
    """Keeps the reports about accounts."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, keeper: RiskKeeper) -> None:
        self._store, self._clock, self._ids, self._keeper = store, clock, ids, keeper

    def of(self, creditor: str, account: str) -> list[CreditReport]:
        """Return the reports about an account, one per source."""
        return list(self._store.list(CreditReport, creditor, account))

    def take(self, creditor: str, number: str, source: str, told: Told, by: str) -> Taken:
        """Take what a source says.

        Raises AccountUnknown, AccountRestricted, ReportNotValid or ReportBusy.
        """
        self._check(source, told)
        for _ in range(_ATTEMPTS_MAX):
            account = open_account(self._store, creditor, number)
            old = self._store.get(CreditReport, creditor, number, source)
            if old is not None and told.as_of < old.as_of:
                return Taken(old, "older")
            now = self._clock.now()
            new = _report(account, source, told, now, by, old)
            if old is not None and _same(old, new):
                self._look_again(old, now)
                return Taken(old, "unchanged")
            writes: list[Write] = [Put(new, expect=old.version if old else 0)]
            if old is None or old.said != new.said:
                writes.append(Put(self._changed(old, new, now)))
            if new.insolvency is not None and not _known(old, new.insolvency):
                writes += self._noticed(account, new, new.insolvency, now)
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            # The report is kept: the bus tells of it, and the account is looked at again.
            with suppress(RiskBusy):
                self._keeper.refresh(creditor, number)
            return Taken(new, "taken")
        raise ReportBusy("The reports about this account are being changed; try again.")

    def _check(self, source: str, told: Told) -> None:
        if not source or len(source) > _SOURCE_MAX or not source.isprintable():
            raise ReportNotValid("A source has a name of 40 letters at most.").at("/source")
        if told.as_of > (self._clock.now() + EARLIEST_PLACE).date():
            raise ReportNotValid(f"{told.as_of} has not come.").at("/as_of")
        if not any((told.score, told.limit, told.cover, told.insolvency, told.state)):
            raise ReportNotValid("The report says nothing.")
        amounts = [told.limit.minor if told.limit else 0]
        amounts.append(told.cover.amount_minor if told.cover else 0)
        if min(amounts) < 0:
            raise ReportNotValid("Nobody recommends or covers less than nothing.")

    def _look_again(self, old: CreditReport, now: datetime) -> None:
        """Keep that a source still says the same, for whoever asks when it is to be asked again."""
        if old.fetched_at.date() == now.date():
            return
        new = replace(old, fetched_at=now, version=old.version + 1)
        try:
            self._store.commit([Put(new, expect=old.version)])
        except CommitConflict:
            return  # somebody else looked just now

    def _changed(self, old: CreditReport | None, new: CreditReport, now: datetime) -> Event:
        before, after = (old.said if old else {}), new.said
        changes = [
            {"field": name, "before": before.get(name, ""), "after": after.get(name, "")}
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name)
        ]
        return event(
            self._ids.ulid(now),
            now,
            "credit.report_changed",
            new.creditor,
            new.account,
            source=new.source,
            ref=new.reference,
            as_of=new.as_of.isoformat(),
            points=new.score.points if new.score else None,
            points_before=old.score.points if old and old.score else None,
            changes=changes,
            **_headline(old, new),
            by=new.by,
        )

    def _noticed(
        self, account: Account, report: CreditReport, notice: Insolvency, now: datetime
    ) -> list[Write]:
        told = event(
            self._ids.ulid(now),
            now,
            "insolvency.noticed",
            account.creditor,
            account.number,
            source=report.source,
            ref=report.reference,
            kind=notice.kind,
            on=notice.on.isoformat(),
            court=notice.court,
            number=notice.number,
            by=report.by,
        )
        writes: list[Write] = [Put(told), *self._task(account, notice, now)]
        rules = self._store.get(CreditDataRules, account.creditor)
        if rules is None or rules.hold_on_insolvency:
            writes += self._hold(account, report, notice, now)
        return [*writes, Wake(account.creditor, account.number, now)]

    def _hold(
        self, account: Account, report: CreditReport, notice: Insolvency, now: datetime
    ) -> list[Write]:
        """Keep reminders back; where that is so, or a person ended this very hold, nothing."""
        there = list(self._store.list(Hold, *account.key))
        hold = Hold(
            account.creditor,
            account.number,
            f"insolvency-{notice.on}-{notice.kind}",
            "insolvency",
            None,
            f"{report.source}: {notice.kind} on {notice.on}",
            f"credit-data:{report.source}",
            now,
            version=1,
        )
        if any(
            one.id == hold.id
            or (one.kind == "insolvency" and one.invoice is None and one.ended_at is None)
            for one in there
        ):
            return []
        return [Put(hold), Put(hold_placed(hold, self._ids.ulid(now)))]

    def _task(self, account: Account, notice: Insolvency, now: datetime) -> list[Write]:
        """Ask a person to file the claim, once per notice, however many sources tell of it."""
        task = Task(
            account.creditor,
            account.number,
            f"insolvency-{notice.on}",
            "insolvency",
            account.name,
            now,
            now,
            reason=", ".join(part for part in (notice.court, notice.number) if part),
            version=1,
        )
        if self._store.get(Task, *task.key) is not None:
            return []
        told = event(
            self._ids.ulid(now),
            now,
            "task.opened",
            account.creditor,
            account.number,
            task=task.id,
            kind=task.kind,
            title=task.title,
            invoice=None,
            due_at=iso_instant(task.due_at),
        )
        return [Put(task), Put(told)]


def _report(
    account: Account, source: str, told: Told, now: datetime, by: str, old: CreditReport | None
) -> CreditReport:
    return CreditReport(
        account.creditor,
        account.number,
        source,
        told.as_of,
        now,
        told.reference,
        told.company,
        told.score,
        told.limit,
        told.cover,
        told.insolvency,
        told.state,
        by,
        old.version + 1 if old else 1,
    )


def _headline(old: CreditReport | None, new: CreditReport) -> dict[str, str | None]:
    """Return the change that matters most in a few words: its kind, before and after, where both
    are of one currency.
    """
    if new.score is not None and (old is None or old.score != new.score):
        before = old.score.value if old and old.score else None
        return {"kind": "score", "before": before, "after": new.score.value, "currency": ""}
    if new.cover is not None and (old is None or old.cover != new.cover):
        was = old.cover if old else None
        now = Money(new.cover.amount_minor, new.cover.currency)
        return _amounts("cover", Money(was.amount_minor, was.currency) if was else None, now)
    if new.limit is not None and (old is None or old.limit != new.limit):
        return _amounts("limit", old.limit if old else None, new.limit)
    return {"kind": "other", "before": None, "after": None, "currency": ""}


def _amounts(kind: str, was: Money | None, now: Money) -> dict[str, str | None]:
    is_same = was is not None and was.currency == now.currency
    return {
        "kind": kind,
        "before": format_amount(was.minor, was.currency) if was and is_same else None,
        "after": format_amount(now.minor, now.currency),
        "currency": now.currency,
    }


def _same(old: CreditReport, new: CreditReport) -> bool:
    return replace(new, fetched_at=old.fetched_at, by=old.by, version=old.version) == old


def _known(old: CreditReport | None, notice: Insolvency) -> bool:
    known = old.insolvency if old is not None else None
    return known is not None and (known.kind, known.on) == (notice.kind, notice.on)
