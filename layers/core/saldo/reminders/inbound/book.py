"""Mail that came in, booked: a bounce moves its notice, an absence is no news."""

from __future__ import annotations

from dataclasses import dataclass

from saldo.clock import Clock
from saldo.reminders.feedback import Feedback, FeedbackKind, NoticeFeedback
from saldo.reminders.inbound.classify import Inbound, InboundKind, classify
from saldo.reminders.model import Notice, NoticeRef
from saldo.reminders.optouts import OptOuts
from saldo.store import Store

_SAYS: dict[InboundKind, FeedbackKind] = {
    "bounce": "bounced",
    "complaint": "complained",
    "delivered": "delivered",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a mail was and which notice it moved, None for none."""

    kind: InboundKind
    notice: str | None
    moved: bool


class InboundMails:
    """Takes mails as they come, at least once each."""

    def __init__(
        self, store: Store, clock: Clock, feedback: NoticeFeedback, opt_outs: OptOuts
    ) -> None:
        self._store, self._clock = store, clock
        self._feedback, self._opt_outs = feedback, opt_outs

    def take(self, raw: bytes, answered: str | None = None) -> Taken:
        """Book what a mail says of our notices. What says nothing of one of ours moves nothing.

        `answered` is the id of the notice whose address for replies it went to, None for no such
        address: its recipient may unsubscribe so. A report of a mail system must itself hold the
        notice that it is about.
        """
        read = classify(raw)
        notice = self._notice(read.notice or (answered if read.kind == "unsubscribe" else None))
        if notice is None:
            return Taken(read.kind, None, moved=False)
        if read.kind == "unsubscribe" and notice.to:
            self._opt_outs.give(
                notice.creditor, notice.channel, by="mail", address=notice.to, reason="asked"
            )
            return Taken(read.kind, notice.id, moved=True)
        return Taken(read.kind, notice.id, moved=self._tell(read, notice))

    def _notice(self, notice: str | None) -> Notice | None:
        ref = self._store.get(NoticeRef, notice) if notice else None
        if ref is None:
            return None
        return self._store.get(Notice, ref.creditor, ref.account, ref.notice)

    def _tell(self, read: Inbound, notice: Notice) -> bool:
        kind = _SAYS.get(read.kind)
        if kind is None:
            return False
        # The address that a report names may be one that ours forwards to: ours is what we stop.
        told = Feedback(
            notice.id,
            kind,
            self._clock.now(),
            permanent=any(one.permanent for one in read.returned),
            detail=read.returned[0].detail if read.returned else read.kind,
        )
        return self._feedback.record(told) is not None
