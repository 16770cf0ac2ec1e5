"""The next channel takes over, once, from one that failed for good."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from saldo.accounts.model import Account
from saldo.events import event
from saldo.ids import Ids
from saldo.reminders.channels.addresses import address_of
from saldo.reminders.channels.purposes import LEGALLY_NEEDED, channels_left
from saldo.reminders.model import Claim, CoveredItem, Notice
from saldo.reminders.tasks import Task
from saldo.store import CommitConflict, Put, Store, Write

NO_INVOICE = "~"
"""Stands in a claim's invoice where a message is about none."""

CLAIMS_AT_ONCE_MAX = 80
"""So many go in one transaction of 100 writes, with the notices, the events and the address that
is barred; a bundle may be about more items."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What follows from a failure: `notice` is what takes over, None if a person must.

    `writes` go with the failure's own; `later` are the claims that found no room in there.
    """

    notice: Notice | None
    writes: tuple[Write, ...]
    later: tuple[Claim, ...] = ()

    def claim_the_rest(self, store: Store) -> None:
        """Take the claims that found no room, once the others are taken.

        One that somebody else has stays theirs: the notice is decided, and lists the item with the
        others. A crash before this leaves no notice untold and none told twice, for the planner
        never takes the same step of an item again.
        """
        for claim in self.later:
            with suppress(CommitConflict):
                store.commit([Put(claim)])


def take_over(failed: Notice, account: Account, ids: Ids, now: datetime) -> TakenOver | None:
    """Return what takes over from `failed` and what to commit with it; None if nothing has to.

    The first channel by which `account` can be reached takes over. Where there is none and the
    message is legally needed, it becomes a person's task. A notice that takes over claims that
    these items were told at this step by its channel: where that was claimed before the whole
    commit fails, and then nothing is to take over.
    """
    if failed.replaced_by is not None:
        return None
    order = channels_left(failed.message, failed.fallbacks, failed.channel)
    usable = [channel for channel in order if address_of(channel, account) is not None]
    if not usable:
        needed = failed.message in LEGALLY_NEEDED
        return TakenOver(None, (Put(_task(failed, account, now), expect=None),)) if needed else None
    channel, left = usable[0], tuple(usable[1:])
    new = replace(
        failed,
        id=ids.ulid(now),
        channel=channel,
        fallbacks=left,
        created_at=now,
        state="claimed",
        state_since=now,
        attempt=0,
        to=None,
        subject=None,
        content_hash=None,
        provider_message_id=None,
        outcome=None,
        reference=None,
        replaces=failed.id,
        replaced_by=None,
        delivered_at=None,
        own_texts=(),
        text_problems=(),
        version=1,
    )
    claims = [
        Claim(new.creditor, new.account, invoice, episode, step, channel, new.id)
        for invoice, episode, step in _claimed(new)
    ]
    told = event(
        ids.ulid(now),
        now,
        "notice.claimed",
        new.creditor,
        new.account,
        notice=new.id,
        step=new.step,
        channel=channel,
        invoice=new.invoice,
        planned_for=new.planned_for.isoformat(),
        replaces=failed.id,
    )
    at_once, later = claims[:CLAIMS_AT_ONCE_MAX], claims[CLAIMS_AT_ONCE_MAX:]
    writes = (Put(new), *(Put(claim) for claim in at_once), Put(told))
    return TakenOver(new, writes, tuple(later))


def _task(failed: Notice, account: Account, now: datetime) -> Task:
    return Task(
        failed.creditor,
        failed.account,
        f"undelivered-{failed.id}",
        "undeliverable",
        account.name,
        now,
        now,
        notice=failed.id,
        step=failed.step,
        reason=f"{failed.message}-by-{failed.channel}",
        version=1,
    )


def _claimed(notice: Notice) -> list[tuple[str, int, str]]:
    """Return what a notice claims: each of its items, or the one place of a message about money.

    In one message items stand at different stages, and each is claimed at its own, as the planner
    did: else the later step of an item could not be told by the same channel any more.
    """
    if notice.tells_of_money:
        return [(notice.invoice or NO_INVOICE, 0, notice.step)]
    items: tuple[CoveredItem, ...] = notice.items
    return [
        (item.invoice, item.episode, str(item.stage) if item.stage else notice.step)
        for item in items
    ]
