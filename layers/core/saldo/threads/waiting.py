"""What waits in a conversation: words that the other side was not shown, and reminders that rest.

Robots write, too, and fill a conversation in days: what is ended or marked is done in parts, each
small enough for a transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from saldo.accounts.model import Hold
from saldo.events import Event, event
from saldo.store import Put, Store, Wake, Write
from saldo.threads.model import Side, Thread, ThreadEntry

PART: Final = 40
"""So many words are marked, and so many holds ended, in one transaction: beside them stand the
facts that do so, and a transaction holds a hundred rows."""


def marks(
    store: Store, side: Side, creditor: str, account: str, now: datetime, most: int = PART
) -> list[Write]:
    """Mark what the other side wrote and this one had not been shown, from its oldest on."""
    written = store.list(ThreadEntry, creditor, account)
    unread: list[ThreadEntry] = []
    for one in sorted(written, key=lambda one: (one.at, one.id), reverse=True):
        if one.side == side:
            continue
        if one.read_at is not None:
            break
        unread.append(one)
    return [
        Put(replace(one, read_at=now, version=one.version + 1), expect=one.version)
        for one in unread[::-1][:most]
    ]


def hold_of(entry: ThreadEntry) -> Hold:
    """Return the hold that keeps reminders back about what was asked."""
    return Hold(
        entry.creditor,
        entry.account,
        entry.hold_id,
        "question",
        entry.invoice,
        entry.text[:300],
        entry.by,
        entry.at,
        version=1,
    )


def held(store: Store, creditor: str, account: str) -> list[Hold]:
    """Return the holds of an account that last until the payer is answered."""
    return [
        one
        for one in store.list(Hold, creditor, account)
        if one.kind == "question" and one.ended_at is None
    ]


def another_waits(store: Store, creditor: str, account: str, invoice: str) -> bool:
    """Tell whether the payer waits for a word about another invoice than this one."""
    thread = store.get(Thread, creditor, account)
    if thread is None or thread.state != "open":
        return False
    waiting: set[str] = set()
    written = store.list(ThreadEntry, creditor, account)
    for one in sorted(written, key=lambda one: (one.at, one.id)):
        if one.at < thread.asked_at:
            continue
        if one.side == "payer":
            waiting.add(one.invoice or "")
        elif one.invoice is None or one.mail is not None:
            waiting.clear()
        else:
            waiting.discard(one.invoice)
    return bool(waiting - {"", invoice})


def let_go(
    store: Store, creditor: str, account: str, by: str, now: datetime, only: str | None = None
) -> list[Write]:
    """End what keeps reminders back until the payer is answered, at most PART of it; nothing where
    nothing does. `only` is the invoice that was spoken of, None for all.
    """
    standing = held(store, creditor, account)
    ended: list[Write] = [
        Put(replace(one, ended_at=now, ended_by=by, version=one.version + 1), expect=one.version)
        for one in [one for one in standing if only in (None, one.invoice)][:PART]
    ]
    return [*ended, Wake(creditor, account, now)] if ended else []


def told_of(id_: str, entry: ThreadEntry) -> Event:
    """Return the event that tells of an entry."""
    return event(
        id_,
        entry.at,
        "thread.asked" if entry.side == "payer" else "thread.answered",
        entry.creditor,
        entry.account,
        entry=entry.id,
        text=entry.text,
        invoice=entry.invoice,
        files=list(entry.files),
        by=entry.by,
        **({"mail": entry.mail} if entry.mail else {}),
    )
