"""Waiting for what runs elsewhere: a reminder run is over when nothing of it is left to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count as count_from

from saldo.accounts.model import Account
from saldo.clock import local_day, local_midnight
from saldo.reminders.model import Notice
from saldo.store import Store
from saldo_cli.problems import Unreachable

PATIENCE_SECONDS = 180.0
"""Without any progress for this long, something is broken."""

PAUSES_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
_WOKEN_WINDOW = timedelta(hours=1)
_SENDING_SECONDS_MAX = 60
"""A send that takes longer has lost its answer; the mail service's own events will tell."""


class RunNotFinished(Unreachable):
    """Accounts or notices of the run are still waiting after a long time without progress."""


def unplanned(store: Store, creditor: str, at: datetime, now: datetime) -> set[str]:
    """Return the accounts that a run at the instant `at` must plan and has not.

    Due ones, by the index, and those that a fact of the last hour woke: their next action is the
    fact's own instant, where a plan always sets the beginning of a day.
    """
    waiting = set(store.due_accounts(creditor, at))
    for number in store.due_accounts(creditor, now, now - _WOKEN_WINDOW):
        if number in waiting:
            continue
        account = store.get(Account, creditor, number)
        if account is not None and account.due_at is not None:
            day = local_day(account.due_at, account.time_zone)
            if account.due_at != local_midnight(day, account.time_zone):
                waiting.add(number)
    return waiting


def unsent(store: Store, creditor: str, now: datetime) -> int:
    """Return how many reminders and invoice mails were claimed and have not left yet."""
    waiting = 0
    # A minute ahead: the clock that claimed may be a little before ours.
    for key in store.work(Notice, "notice", creditor, now + timedelta(minutes=1)):
        notice = store.get(Notice, *key)
        if notice is None or notice.payment is not None:
            continue
        if notice.state == "claimed" or (notice.state == "sending" and _fresh(notice, now)):
            waiting += 1
    return waiting


def _fresh(notice: Notice, now: datetime) -> bool:
    since = notice.state_since or notice.created_at
    return (now - since).total_seconds() < _SENDING_SECONDS_MAX


@dataclass(frozen=True, slots=True)
class Pace:
    """How patiently to poll: an index may lag behind its table, so zero must be seen several times
    in a row; what stands still for `again_seconds` is ordered again.
    """

    zeros_wanted: int = 2
    again_seconds: float = 5.0
    patience_seconds: float = PATIENCE_SECONDS


ON_AWS = Pace()
LOCALLY = Pace(zeros_wanted=1, again_seconds=0.7)


def wait_until_none(
    left: Callable[[], int],
    what: str,
    *,
    progress: Callable[[int], None] | None = None,
    again: Callable[[], object] | None = None,
    pace: Pace = ON_AWS,
) -> None:
    """Poll `left` until it answers 0.

    `again` orders what is waited for once more. Two plans of an account that cross each other may
    leave it due though all is done: harmless, as the next run plans it again, but here it would be
    waited for. Raises RunNotFinished when nothing moves for as long as `pace` is patient; `what`
    says in that sentence what is waited for.
    """
    last, zeros, gap = -1, 0, pace.again_seconds
    moved_at = asked_at = time.monotonic()
    for poll in count_from(0):
        count = left()
        zeros = zeros + 1 if count == 0 else 0
        now = time.monotonic()
        if count != last:
            last, moved_at, asked_at, gap = count, now, now, pace.again_seconds
            if progress is not None:
                progress(count)
        if zeros == pace.zeros_wanted:
            return
        if now - moved_at > pace.patience_seconds:
            raise RunNotFinished(
                f"{count} {what} are still waiting after {pace.patience_seconds:.0f} seconds.",
                "Look at the dead-letter queues and the functions' logs.",
            )
        if again is not None and now - asked_at > gap:
            # Ever more seldom: what is only slow must not be buried under orders.
            asked_at, gap = now, 2 * gap
            again()
        time.sleep(PAUSES_SECONDS[min(poll, len(PAUSES_SECONDS) - 1) if count else 0])
