"""Books whose events are heard for those who watch an account or a case."""

from __future__ import annotations

from datetime import timedelta

from saldo.messages.model import OutgoingMail
from saldo.people.model import Grant, User, UserEmail, email_hash
from saldo.people.rights import Role
from saldo.store import Put
from saldo.watchers.model import Watcher
from saldo.watchers.service import WatchOrder
from tests.books import ListQueue
from tests.worked import ACCOUNT, ANNA, BEN, CREDITOR, OLGA, WorkBooks

LAWYER = "kanzlei@recht.example"


class WatchBooks(WorkBooks):
    """Books whose events watchers hear."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = ListQueue()
        self.parts.__dict__["watch_queue"] = self.queue
        self.parts.__dict__["mailer"] = self.postbox
        self.passed_on: set[str] = set()

    def watch(self, email: str = LAWYER, **more: object) -> Watcher:
        fields = {"kind": "account", "subject": "", "why": "lawyer", "pace": "at-once", **more}
        order = WatchOrder(ACCOUNT, email=email, **fields)  # type: ignore[arg-type]
        return self.parts.watchers.add(CREDITOR, order, OLGA)

    def tell_watchers(self, *, again: bool = False) -> int:
        """Let watchers hear of what happened since (or of all of it again)."""
        known = set() if again else self.passed_on
        new = [one for one in self.all_events() if one.id not in known]
        self.passed_on |= {one.id for one in new}
        hear = self.parts.watch_news.hear
        return sum(
            hear(one.type, one.creditor, one.account, one.id, one.at, one.data) for one in new
        )

    def mails(self) -> list[OutgoingMail]:
        """Send what is queued; return the mails that left."""
        before = len(self.postbox.mails)
        for job in self.queue.take():
            self.parts.watch_mails.send(job)
        return self.postbox.mails[before:]

    def contested(self) -> None:
        self.clock.advance(timedelta(minutes=1))
        self.dispute("D-1")

    def person(self, email: str, role: Role, *branches: str) -> None:
        grant = Grant(CREDITOR, role, branches)
        user = User(f"sub-{email}", email, "Sample", "de", "active", (grant,), version=1)
        self.store.commit([Put(user), Put(UserEmail(email_hash(email), user.id))])


__all__ = ["ACCOUNT", "ANNA", "BEN", "CREDITOR", "LAWYER", "OLGA", "WatchBooks"]
