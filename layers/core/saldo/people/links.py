"""Links by mail with which people set their password: when they are invited, when they forgot it.

Whether an address is known is decided where the mail is written, behind a queue: the page that asks
does the same for every address, and its answer takes as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from saldo.accounts.model import INSTALLATION
from saldo.accounts.switch import installation_sends
from saldo.clock import Clock
from saldo.errors import Gone
from saldo.events import correlation_id
from saldo.ids import Ids, fingerprint
from saldo.people.entry import ConsoleEntry, Outcome, TooManySignIns
from saldo.people.model import (
    INVITATION_LIFE,
    PASSWORD_LINK_LIFE,
    PasswordLink,
    User,
    email_hash,
)
from saldo.people.ports import Identity
from saldo.people.users import Users
from saldo.portal.limits import Limit, Limits
from saldo.portal.sign_in import readable_address
from saldo.store import CommitConflict, Put, Store

BY_ADDRESS: Final = Limit("console-link", 3, timedelta(minutes=15))
BY_ADDRESS_A_DAY: Final = Limit("console-link-day", 12, timedelta(days=1))
BY_NETWORK: Final = Limit("console-link-network", 20, timedelta(minutes=15))
TRIES_BY_NETWORK: Final = Limit("console-link-try", 60, timedelta(minutes=15))

LinkKind = Literal["invitation", "password"]

LIFE_OF: Final = {"invitation": INVITATION_LIFE, "password": PASSWORD_LINK_LIFE}


class PasswordLinkSpent(Gone):
    """The link was used, is too old, or never was one; these three are told alike."""

    code = "password-link-spent"


@dataclass(frozen=True, slots=True)
class PersonJob:
    """Mail to write to one of our people. `person` is the address as it was typed; whether anybody
    is behind it is not known yet.
    """

    person: str
    kind: LinkKind
    asked_at: datetime
    by: str = ""
    correlation: str = ""


class PersonQueue(Protocol):
    """Takes mail to be written, at least once each."""

    def put(self, jobs: Sequence[PersonJob]) -> None: ...


class PasswordLinks:
    """Orders links, makes them where the mail is written, and takes them once."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        identity: Identity,
        users: Users,
        entry: ConsoleEntry,
        limits: Limits,
        queue: PersonQueue,
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._identity, self._users, self._entry = identity, users, entry
        self._limits, self._queue = limits, queue

    def ask(self, email: str, network: str) -> None:
        """Order a link for somebody who forgot the password, whoever's the address is.

        An address that has been sent enough gets no other, and nobody is told.
        Raises AddressNotReadable or TooManySignIns.
        """
        address = readable_address(email)
        if not self._limits.take(BY_NETWORK, network):
            raise TooManySignIns("That was often. Please try again in a quarter of an hour.")
        hashed = email_hash(address)
        is_enough = not self._limits.take(BY_ADDRESS, hashed)
        if is_enough or not self._limits.take(BY_ADDRESS_A_DAY, hashed):
            return
        self._order(address, "password")

    def invite(self, user: User, *, by: str) -> None:
        """Order the invitation of somebody who was written down."""
        self._order(user.email, "invitation", by)

    def link_for(self, job: PersonJob) -> tuple[str, User] | None:
        """Return a new token and whose it is, kept by its hash; None where nobody is to get one.

        Nothing leaves while the installation's own switch is off.
        """
        now = self._clock.now()
        user = self._users.find(job.person)
        if user is None or user.state == "disabled" or not installation_sends(self._store):
            return None
        if now >= job.asked_at + LIFE_OF[job.kind]:
            return None
        token = self._ids.token() + self._ids.token()
        link = PasswordLink(
            fingerprint(token), job.kind, user.id, now, now + LIFE_OF[job.kind], version=1
        )
        self._store.commit([Put(link)])
        return token, user

    def look(self, token: str) -> tuple[PasswordLink, User]:
        """Return a link that still works and whose it is, without using it.

        Raises PasswordLinkSpent.
        """
        link = self._store.get(PasswordLink, fingerprint(token)) if token else None
        user = self._store.get(User, INSTALLATION, link.user) if link is not None else None
        if (
            link is None
            or user is None
            or user.state == "disabled"
            or link.used_at is not None
            # Set by another link since, or locked out: the mails of before open nothing any more.
            or (user.sessions_since is not None and link.made_at < user.sessions_since)
            or self._clock.now() >= link.expires_at
        ):
            raise PasswordLinkSpent("This link does not set a password (any more).")
        return link, user

    def use(self, token: str, password: str, network: str) -> Outcome:
        """Set the password, this once, and go on into the console; older sessions end.

        Raises PasswordLinkSpent, PasswordNotGood, TooManySignIns or IdentityUnavailable.
        """
        if not self._limits.take(TRIES_BY_NETWORK, network):
            raise TooManySignIns("That was often. Please try again in a quarter of an hour.")
        link, user = self.look(token)
        self._identity.set_password(user.email, password)
        used = replace(link, used_at=self._clock.now(), version=link.version + 1)
        try:
            self._store.commit([Put(used, expect=link.version)])
        except CommitConflict:
            raise PasswordLinkSpent("This link was used just now.") from None
        ended = self._users.end_sessions(user.id, by=user.email)
        return self._entry.entered_by(ended, password)

    def _order(self, email: str, kind: LinkKind, by: str = "") -> None:
        job = PersonJob(email, kind, self._clock.now(), by, correlation_id.get())
        self._queue.put([job])
