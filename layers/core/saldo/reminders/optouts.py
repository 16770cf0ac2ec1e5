"""Opt-outs: who does not want to hear from us by which channel, about what; and dead addresses.

An opt-out belongs to an address (a mail address, a telephone number, a postal address) or to an
account as a whole. It is honoured when a notice is about to leave, so that one given a minute ago
counts. Every giving and taking back is an event too: the consent log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from saldo.accounts.model import WHOLE_CREDITOR, Account
from saldo.clock import Clock
from saldo.errors import Invalid, NotFound
from saldo.events import event
from saldo.ids import Ids, fingerprint
from saldo.messages.model import Channel
from saldo.payments.model import PayLink
from saldo.reminders.channels.purposes import Purpose
from saldo.reminders.model import Notice
from saldo.store import CommitConflict, Put, Store, Write

OptOutReason = Literal["asked", "complained", "returned", "refused", "wrong-person"]
"""asked: somebody said so; complained: to the carrier; returned, refused: the address is dead;
wrong-person: who has it says that it does not concern them."""

_ATTEMPTS_MAX = 5

_STOP = frozenset(
    {
        *("ARRET", "CANCEL", "END", "OPTOUT", "QUIT", "REMOVE", "REVOKE", "STOP", "STOPALL", "TD"),
        *("UNSUBSCRIBE", "ABMELDEN", "STOPP", "AFMELDEN", "UITSCHRIJVEN", "DESABONNER"),
    }
)
"""What ends text messages: the words that US carriers require (AWS End User Messaging SMS,
"Required opt-out keywords"), and those of the languages that we write in."""

_START = frozenset({"START", "UNSTOP", "RESUME"})


class OptOutNotValid(Invalid):
    """There is no such channel or purpose."""

    code = "optout-not-valid"


class OptOutUnknown(NotFound):
    """Nobody opted out there."""

    code = "optout-unknown"


@dataclass(frozen=True, slots=True)
class OptOut:
    """No more by `channel` about `purpose`. `subject` is the hash of an address or an account.

    A taken-back one stays, with `ended_at`: it is part of the consent log.
    """

    creditor: str
    channel: Channel
    subject: str
    purpose: Purpose
    reason: OptOutReason
    by: str
    given_at: datetime
    account: str = WHOLE_CREDITOR
    ended_at: datetime | None = None
    ended_by: str | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.channel, self.subject)

    def covers(self, purpose: Purpose) -> bool:
        """Tell whether it keeps back what is for `purpose`."""
        return self.ended_at is None and self.purpose in ("all", purpose)


def subject_of(address: str) -> str:
    """Return what an address is kept by: never the address itself."""
    return fingerprint("".join(address.split()).casefold())


def subject_of_account(account: str) -> str:
    """Return what a whole account is kept by."""
    return fingerprint(f"account:{account}")


def keyword_of(text: str) -> Literal["stop", "start"] | None:
    """Tell whether a text message that came asks to stop or to start again.

    The first word decides, whatever its case and punctuation: "Stop!" and "stop bitte" both do, and
    so does "opt-out". (47 CFR 64.1200(a)(10): any reasonable manner counts; a longer sentence is a
    person's to read.)
    """
    words = re.findall(r"[^\W\d_]+", text.replace("-", "").upper())
    first = words[0] if words else ""
    if first in _STOP:
        return "stop"
    return "start" if first in _START and len(words) == 1 else None


class OptOuts:
    """Takes and asks for opt-outs."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def of(self, account: Account, channel: Channel, to: str, purpose: Purpose) -> OptOut | None:
        """Return what keeps a notice for `purpose` from `to`, or None. Two gets in one batch."""
        subjects = (subject_of(to), subject_of_account(account.number))
        keys = [(account.creditor, channel, subject) for subject in subjects]
        found = self._store.get_many(OptOut, keys)
        return next((one for one in found.values() if one.covers(purpose)), None)

    def of_either(self, account: Account, channel: Channel, to: str) -> OptOut | None:
        """Return what keeps any message from `to`, whatever it is for, or None."""
        reminders = self.of(account, channel, to, "reminders")
        return reminders or self.of(account, channel, to, "payments")

    def of_creditor(self, creditor: str) -> Iterator[OptOut]:
        """Yield every opt-out that a creditor was ever given."""
        return self._store.list(OptOut, creditor)

    def give(
        self,
        creditor: str,
        channel: str,
        *,
        purpose: str = "reminders",
        by: str,
        address: str | None = None,
        account: str | None = None,
        reason: OptOutReason = "asked",
    ) -> OptOut:
        """Stop `purpose` by `channel` to an address, else to all of an account.

        Giving it again changes nothing but that a narrower one widens. Raises OptOutNotValid.
        """
        new = self.opt_out(
            creditor, channel, purpose, by, address=address, account=account, reason=reason
        )
        for _ in range(_ATTEMPTS_MAX):
            there = self._store.get(OptOut, *new.key)
            writes = self.writes(new, there)
            if not writes:
                assert there is not None, "nothing is written where one stands already"
                return there
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return new
        return new  # somebody else gave the very same meanwhile, again and again

    def of_link(self, link: PayLink) -> Notice | None:
        """Return the notice that a link was sent with, if it went to an address."""
        if link.notice is None:
            return None
        notice = self._store.get(Notice, link.creditor, link.account, link.notice)
        return notice if notice is not None and notice.to else None

    def give_by_link(self, link: PayLink) -> OptOut | None:
        """Stop reminders to the address that a link was sent to; None if it was sent to none."""
        notice = self.of_link(link)
        if notice is None:
            return None
        return self.give(link.creditor, notice.channel, by="link", address=notice.to)

    def opt_out(
        self,
        creditor: str,
        channel: str,
        purpose: str,
        by: str,
        *,
        address: str | None = None,
        account: str | None = None,
        reason: OptOutReason = "asked",
    ) -> OptOut:
        """Return a new opt-out, not committed yet; raise OptOutNotValid."""
        if channel not in get_args(Channel) or purpose not in get_args(Purpose):
            raise OptOutNotValid(f"There is no {purpose!r} by {channel!r} to opt out of.")
        if address is None and account is None:
            raise OptOutNotValid("An opt-out is of an address or of an account.")
        subject = subject_of(address) if address else subject_of_account(account or "")
        now = self._clock.now()
        kept = account or WHOLE_CREDITOR
        return OptOut(creditor, channel, subject, purpose, reason, by, now, kept)  # type: ignore[arg-type]  # checked above

    def writes(self, new: OptOut, there: OptOut | None) -> list[Write]:
        """Return what records `new` where `there` stands; nothing when that says as much."""
        if there is not None and there.covers(new.purpose):
            return []
        version = there.version if there else 0
        wider = "all" if there and there.ended_at is None else new.purpose
        kept = replace(new, purpose=wider, version=version + 1)
        return [Put(kept, expect=version), self._tell("optout.given", kept, new.by)]

    def take_back(self, creditor: str, channel: str, subject: str, by: str) -> OptOut:
        """End an opt-out; raise OptOutUnknown."""
        there = self._store.get(OptOut, creditor, channel, subject)
        if there is None or there.ended_at is not None:
            raise OptOutUnknown("Nobody opted out there.")
        now = self._clock.now()
        ended = replace(there, ended_at=now, ended_by=by, version=there.version + 1)
        self._store.commit(
            [Put(ended, expect=there.version), self._tell("optout.taken_back", ended, by)]
        )
        return ended

    def _tell(
        self, type_: Literal["optout.given", "optout.taken_back"], about: OptOut, by: str
    ) -> Put:
        now = self._clock.now()
        return Put(
            event(
                self._ids.ulid(now),
                now,
                type_,
                about.creditor,
                about.account,
                channel=about.channel,
                purpose=about.purpose,
                subject=about.subject,
                reason=about.reason,
                by=by,
            )
        )
