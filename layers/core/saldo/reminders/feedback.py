"""What the mail service tells about mail that left: each word moves the notice's state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from saldo.accounts.model import Account
from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.reminders.model import Notice, NoticeRef, NoticeState
from saldo.store import CommitConflict, Put, Store, Write

FeedbackKind = Literal["sent", "delivered", "bounced", "delayed", "complained", "rejected"]
_ATTEMPTS_MAX = 6

_BECOMES: dict[FeedbackKind, NoticeState] = {
    "sent": "sent",
    "delivered": "delivered",
    "bounced": "bounced",
    "complained": "complained",
    "rejected": "failed",
}
_RANK: dict[NoticeState, int] = {
    "claimed": 0,
    "withdrawn": 0,
    "sending": 1,
    "unknown": 1,
    "sent": 2,
    "delivered": 3,
    "failed": 4,
    "bounced": 4,
    "complained": 5,
}
"""A state only ever rises: events come late, twice and out of order."""

_TOLD: dict[NoticeState, EventType] = {
    "delivered": "notice.delivered",
    "bounced": "notice.bounced",
    "failed": "notice.failed",
    "complained": "notice.complained",
}


class FeedbackBusy(Unavailable):
    """The notice is being changed by others; the event will come again."""

    code = "feedback-busy"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One word of the mail service about one notice.

    `permanent` says of a bounce that the address will not work tomorrow either.
    """

    notice: str
    kind: FeedbackKind
    at: datetime
    address: str | None = None
    message_id: str | None = None
    permanent: bool = False
    detail: str = ""


class NoticeFeedback:
    """Books what the mail service tells."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def record(self, told: Feedback) -> Notice | None:
        """Move the notice that `told` is about; None when it is not ours or nothing is new."""
        ref = self._store.get(NoticeRef, told.notice)
        if ref is None:
            return None
        for _ in range(_ATTEMPTS_MAX):
            notice = self._store.get(Notice, ref.creditor, ref.account, ref.notice)
            state = _BECOMES.get(told.kind)
            if notice is None or state is None or _RANK[state] <= _RANK[notice.state]:
                return None
            writes = self._writes(notice, state, told)
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return self._store.get(Notice, *notice.key)
        raise FeedbackBusy("The notice is being changed by others.")

    def _writes(self, notice: Notice, state: NoticeState, told: Feedback) -> list[Write]:
        now = self._clock.now()
        new = replace(
            notice,
            state=state,
            state_since=told.at,
            outcome=told.detail or notice.outcome,
            provider_message_id=told.message_id or notice.provider_message_id,
            version=notice.version + 1,
        )
        writes: list[Write] = [Put(new, expect=notice.version)]
        if state in _TOLD:
            writes.append(
                Put(
                    event(
                        self._ids.ulid(now),
                        now,
                        _TOLD[state],
                        notice.creditor,
                        notice.account,
                        notice=notice.id,
                        step=notice.step,
                        channel=notice.channel,
                        invoice=notice.invoice,
                        outcome=told.detail,
                    )
                )
            )
        if told.kind == "complained" or (told.kind == "bounced" and told.permanent):
            writes += self._quarantine(notice, told, now)
        return writes

    def _quarantine(self, notice: Notice, told: Feedback, now: datetime) -> list[Write]:
        """Stop writing to an address that does not work or does not want to hear of us."""
        account = self._store.get(Account, notice.creditor, notice.account)
        address = told.address or notice.to
        if account is None or address is None:
            return []
        state: Literal["bounced", "complained"] = (
            "complained" if told.kind == "complained" else "bounced"
        )
        contacts = tuple(
            replace(c, email_state=state)
            if c.email and c.email.casefold() == address.casefold() and c.email_state == "ok"
            else c
            for c in account.contacts
        )
        if contacts == account.contacts:
            return []
        changed = replace(
            account, contacts=contacts, updated_at=now, due_at=now, version=account.version + 1
        )
        return [Put(changed, expect=account.version)]
