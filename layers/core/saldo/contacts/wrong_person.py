"""Whoever was written to is the wrong person: nothing more goes there, and a person looks into it.

Only the one address is given up that the message went to. The debtor's other contacts are written
to as before and letters go on, so that nobody escapes a notice by this: what must reach the debtor
takes the next channel, by the same rules as after a bounce.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from saldo.accounts.model import Account
from saldo.clock import Clock
from saldo.contacts.typed import cleaned
from saldo.errors import Conflict, Unavailable
from saldo.events import event
from saldo.ids import Ids
from saldo.payments.model import PayLink
from saldo.portal.addresses import contact_writes
from saldo.reminders.channels.takeover import TakenOver, take_over
from saldo.reminders.model import Claim, Notice
from saldo.reminders.optouts import OptOut, OptOuts
from saldo.reminders.ports import SendJob, SendQueue
from saldo.reminders.tasks import Task
from saldo.store import CommitConflict, Put, Store, Wake, Write, any_of

_ATTEMPTS_MAX: Final = 6
_LEFT: Final = frozenset({"sent", "delivered", "sending", "unknown"})
"""States of a notice that may have reached the wrong person."""


class NobodyWasWrittenTo(Conflict):
    """The link was not sent to an address, so that there is nobody to be the wrong one."""

    code = "nobody-was-written-to"


class DisowningBusy(Unavailable):
    """The account is just being changed; the same request may work later."""

    code = "disowning-busy"


class WrongPersons:
    """Takes the word of whoever was written to by mistake."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        opt_outs: OptOuts,
        send_queue: SendQueue,
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._opt_outs, self._send_queue = opt_outs, send_queue

    def disown(self, link: PayLink, words: str = "") -> None:
        """Give up the address that a link was sent to, close the link, and make a task.

        `words` is what they add. Raises NobodyWasWrittenTo or DisowningBusy.
        """
        words, takes_over = cleaned(words), True
        for _ in range(_ATTEMPTS_MAX):
            notice = self._opt_outs.of_link(link)
            account = self._store.get(Account, link.creditor, link.account)
            if notice is None or account is None:
                raise NobodyWasWrittenTo("This link was not sent to an address.")
            now = self._clock.now()
            given_up, writes = self._give_up(account, notice, now)
            may = takes_over and notice.state in _LEFT and notice.channel != "letter"
            taken = take_over(notice, given_up, self._ids, now) if may else None
            writes += self._failed(notice, taken, now)
            writes += [self._told(link, notice, words, now)]
            writes += [self._task(account, notice, words, now)]
            closed = replace(link, disowned_at=now, version=link.version + 1)
            try:
                self._store.commit(
                    [*writes, Put(closed, expect=link.version), *(taken.writes if taken else ())]
                )
            except CommitConflict as conflict:
                takes_over = takes_over and not any_of(conflict, Claim)
                fresh = self._store.get(PayLink, *link.key)
                if fresh is None or fresh.disowned_at is not None:
                    return  # pressed twice at once
                link = fresh
                continue
            self._after(taken)
            return
        raise DisowningBusy("The account is just being changed; try again.")

    def _give_up(
        self, account: Account, notice: Notice, now: datetime
    ) -> tuple[Account, list[Write]]:
        """Return the account without the address, and the writes that keep it so.

        A postal address stays: a letter that somebody else opened is the post's to sort out, and
        without letters a debtor could not be reached lawfully.
        """
        to = (notice.to or "").casefold()
        if notice.channel in ("email", "registered"):
            contacts = tuple(
                replace(one, email_state="wrong-person")
                if one.email and one.email.casefold() == to
                else one
                for one in account.contacts
            )
            if contacts == account.contacts:
                return account, [Wake(account.creditor, account.number, now)]
            new = replace(
                account,
                contacts=contacts,
                updated_at=now,
                due_at=now,
                version=account.version + 1,
            )
            return new, [Put(new, expect=account.version), *contact_writes(account, new)]
        wake = Wake(account.creditor, account.number, now)
        if notice.channel != "sms" or not notice.to:
            return account, [wake]
        opted = self._opt_outs.opt_out(
            account.creditor,
            "sms",
            "all",
            "payer",
            address=notice.to,
            account=account.number,
            reason="wrong-person",
        )
        there = self._store.get(OptOut, *opted.key)
        return account, [wake, *self._opt_outs.writes(opted, there)]

    def _failed(self, notice: Notice, taken: TakenOver | None, now: datetime) -> list[Write]:
        """The notice did not reach the debtor, as far as anybody can tell."""
        if notice.state not in _LEFT or notice.channel == "letter":
            return []
        new = replace(
            notice,
            state="failed",
            state_since=now,
            outcome="wrong-person",
            replaced_by=taken.notice.id if taken and taken.notice else notice.replaced_by,
            version=notice.version + 1,
        )
        told = event(
            self._ids.ulid(now),
            now,
            "notice.failed",
            notice.creditor,
            notice.account,
            notice=notice.id,
            step=notice.step,
            channel=notice.channel,
            invoice=notice.invoice,
            outcome="wrong-person",
        )
        return [Put(new, expect=notice.version), Put(told)]

    def _told(self, link: PayLink, notice: Notice, words: str, now: datetime) -> Put:
        told = event(
            self._ids.ulid(now),
            now,
            "contact.disowned",
            link.creditor,
            link.account,
            notice=notice.id,
            channel=notice.channel,
            to=notice.to,
            text=words,
            by="payer",
        )
        return Put(told)

    def _task(self, account: Account, notice: Notice, words: str, now: datetime) -> Put:
        said = f"{notice.to} ({notice.channel})"
        task = Task(
            account.creditor,
            account.number,
            f"wrong-person-{notice.id}",
            "wrong-person",
            account.name,
            now,
            now,
            notice=notice.id,
            invoice=notice.invoice or None,
            step=notice.step,
            reason=f"{said}: {words}" if words else said,
            version=1,
        )
        return Put(task, expect=None)

    def _after(self, taken: TakenOver | None) -> None:
        if taken is None:
            return
        taken.claim_the_rest(self._store)
        if taken.notice is not None:
            new = taken.notice
            self._send_queue.put([SendJob(new.creditor, new.account, new.id, new.correlation)])
