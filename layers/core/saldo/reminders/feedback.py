"""What a carrier tells about what left: each word moves the notice's state.

A mail service, a print service and a person after a call all speak in the same few words. Where
they say that a notice did not and will not arrive, the next channel takes over in the transaction
that books it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from saldo.accounts.model import Account
from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.reminders.breaker import Breaker
from saldo.reminders.channels.takeover import TakenOver, take_over
from saldo.reminders.model import Claim, Notice, NoticeRef, NoticeState
from saldo.reminders.optouts import OptOut, OptOuts
from saldo.reminders.ports import SendJob, SendQueue
from saldo.store import CommitConflict, Put, Store, Write, any_of

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
    """One word of a carrier about one notice.

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
    """Books what carriers tell. Without a `send_queue` what takes over waits for the tidying."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, send_queue: SendQueue | None = None
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._send_queue = send_queue
        self._opt_outs = OptOuts(store, clock, ids)
        self._breaker = Breaker(store, clock, ids)

    def record(self, told: Feedback) -> Notice | None:
        """Move the notice that `told` is about; None when it is not ours or nothing is new."""
        ref = self._store.get(NoticeRef, told.notice)
        if ref is None:
            return None
        takes_over = True
        for _ in range(_ATTEMPTS_MAX):
            notice = self._store.get(Notice, ref.creditor, ref.account, ref.notice)
            state = _BECOMES.get(told.kind)
            if notice is None or state is None or _RANK[state] <= _RANK[notice.state]:
                return None
            if told.kind == "bounced" and notice.state == "delivered" and not told.permanent:
                return None  # an automatic reply to a mail that arrived
            taken = self._taken_over(notice, told) if takes_over else None
            new = taken.notice if taken else None
            writes = self._writes(notice, state, told, new.id if new else None)
            try:
                self._store.commit([*writes, *(taken.writes if taken else ())])
            except CommitConflict as conflict:
                # Another notice has told the same by that channel: nothing is to take over.
                takes_over = takes_over and not any_of(conflict, Claim)
                continue
            if taken is not None:
                taken.claim_the_rest(self._store)
            self._after(notice, told, new)
            return self._store.get(Notice, *notice.key)
        raise FeedbackBusy("The notice is being changed by others.")

    def _taken_over(self, notice: Notice, told: Feedback) -> TakenOver | None:
        """Return what takes over, where this notice did not reach anybody."""
        if told.kind not in ("bounced", "rejected"):
            return None
        account = self._store.get(Account, notice.creditor, notice.account)
        return take_over(notice, account, self._ids, self._clock.now()) if account else None

    def _after(self, notice: Notice, told: Feedback, taken: Notice | None) -> None:
        if taken is not None and self._send_queue is not None:
            job = SendJob(taken.creditor, taken.account, taken.id, taken.correlation)
            self._send_queue.put([job])
        if notice.channel != "email":
            return
        if told.kind == "complained":
            self._breaker.count(notice.creditor, notice.id, "complained")
        elif told.kind == "bounced" and told.permanent:
            self._breaker.count(notice.creditor, notice.id, "bounced")
        else:
            return
        self._breaker.look(notice.creditor)

    def _writes(
        self, notice: Notice, state: NoticeState, told: Feedback, replaced_by: str | None
    ) -> list[Write]:
        now = self._clock.now()
        new = replace(
            notice,
            state=state,
            state_since=told.at,
            outcome=told.detail or notice.outcome,
            provider_message_id=told.message_id or notice.provider_message_id,
            replaced_by=replaced_by or notice.replaced_by,
            delivered_at=told.at if state == "delivered" else notice.delivered_at,
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
        """Stop writing to an address that does not work or does not want to hear of us.

        A mail address carries its state in the account. Any other is kept as an opt-out, for it may
        be the address of several.
        """
        address = told.address or notice.to
        if address is None:
            return []
        if notice.channel != "email":
            opted = self._opt_outs.opt_out(
                notice.creditor,
                notice.channel,
                "all",
                "carrier",
                address=address,
                account=notice.account,
                reason="returned" if notice.channel in ("letter", "registered") else "refused",
            )
            return self._opt_outs.writes(opted, self._store.get(OptOut, *opted.key))
        account = self._store.get(Account, notice.creditor, notice.account)
        if account is None:
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
