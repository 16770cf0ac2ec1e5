"""Signing in by a link to a known address, and staying signed in for a while.

Whether an address is known is decided where the mail is written, behind a queue: the page that asks
does the same for every address, and its answer takes as long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from saldo.accounts.switch import installation_sends
from saldo.clock import Clock
from saldo.errors import Gone, Invalid, TooMany, Unauthenticated
from saldo.events import correlation_id
from saldo.ids import Ids, fingerprint
from saldo.portal.groups import Portal, Portals
from saldo.portal.limits import Limit, Limits
from saldo.portal.model import (
    LINK_LIFE,
    SEEN_EVERY,
    PortalSession,
    PortalUser,
    SignInLink,
    address_hash,
)
from saldo.portal.users import Membership, PortalUsers
from saldo.store import CommitConflict, Put, Store

ADDRESS_LENGTH_MAX: Final = 254
"""RFC 5321, 4.5.3.1.3, with RFC 3696's erratum 1690."""

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
"""ASCII alone, as the mail service takes it; a domain with umlauts is written in punycode."""

BY_ADDRESS: Final = Limit("sign-in-address", 3, timedelta(minutes=15))
BY_ADDRESS_A_DAY: Final = Limit("sign-in-address-day", 12, timedelta(days=1))
BY_ACCOUNT: Final = Limit("invitation", 20, timedelta(days=1))
BY_NETWORK: Final = Limit("sign-in-network", 20, timedelta(minutes=15))
TRIES_BY_NETWORK: Final = Limit("sign-in-try", 60, timedelta(minutes=15))


class AddressNotReadable(Invalid):
    """What was typed is no mail address."""

    code = "address-not-readable"


class TooManyTries(TooMany):
    """Too many from one network, known addresses or not: later again."""

    code = "too-many-tries"


class SignInLinkSpent(Gone):
    """The link was used, is too old, or never was one; these three are told alike."""

    code = "sign-in-link-spent"


class NotSignedIn(Unauthenticated):
    """Nobody is signed in here, or not any more."""

    code = "not-signed-in"


@dataclass(frozen=True, slots=True)
class PortalJob:
    """Mail to write: to an address that asked to sign in, or that was invited to an account.

    `email` is as it was typed; whether anybody is behind it is not known yet. `account` is
    "creditor/number" of the invitation's account, "" where somebody asked to sign in.
    """

    portal: str
    email: str
    language: str
    asked_at: datetime
    kind: Literal["sign-in", "invitation"] = "sign-in"
    creditor: str = ""
    account: str = ""
    correlation: str = ""


class PortalQueue(Protocol):
    """Takes mail to be written, at least once each."""

    def put(self, jobs: Sequence[PortalJob]) -> None: ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in where, and what they may see."""

    session: PortalSession
    portal: Portal
    memberships: tuple[Membership, ...]

    @property
    def email(self) -> str:
        return self.memberships[0].email

    def at(self, place: str) -> Membership | None:
        """Return what they may do with the account at a place, None if they may not see it."""
        return next((one for one in self.memberships if one.place == place), None)


class SignIn:
    """Asks for links, takes them once, and keeps sessions."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        portals: Portals,
        users: PortalUsers,
        limits: Limits,
        queue: PortalQueue,
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._portals, self._users, self._limits, self._queue = portals, users, limits, queue

    def ask(self, portal: Portal, email: str, network: str, language: str) -> None:
        """Order a link to an address, whoever's it is; `network` is where it is asked from.

        An address that has been sent enough gets no other, and nobody is told.
        Raises AddressNotReadable or TooManyTries.
        """
        address = email.strip()
        if len(address) > ADDRESS_LENGTH_MAX or not _ADDRESS.fullmatch(address):
            raise AddressNotReadable("Write your mail address like name@company.example.").at(
                "/email"
            )
        if not self._limits.take(BY_NETWORK, network):
            raise TooManyTries("That was often. Please try again in a quarter of an hour.")
        subject = f"{portal.id}:{address_hash(address)}"
        is_enough = not self._limits.take(BY_ADDRESS, subject)
        if is_enough or not self._limits.take(BY_ADDRESS_A_DAY, subject):
            return
        job = PortalJob(
            portal.id, address, language, self._clock.now(), correlation=correlation_id.get()
        )
        self._queue.put([job])

    def invite(
        self, portal: Portal, who: Membership, email: str, role: str, language: str
    ) -> PortalUser:
        """Let somebody look at an account, and order the mail that tells them.

        Raises AddressNotReadable, TooManyTries, or what `PortalUsers.invite` raises.
        """
        address = readable_address(email)
        if not self._limits.take(BY_ACCOUNT, f"{who.account.creditor}/{who.account.number}"):
            raise TooManyTries("That was often. Please try again tomorrow.")
        user = self._users.invite(who, address, role)
        job = PortalJob(
            portal.id,
            address,
            language,
            self._clock.now(),
            "invitation",
            who.account.creditor,
            who.account.number,
            correlation_id.get(),
        )
        self._queue.put([job])
        return user

    def link_for(self, job: PortalJob) -> tuple[str, SignInLink] | None:
        """Return a new token and its record, which is written; None where nobody is to get one.

        Nothing leaves while the installation's own switch is off. A creditor's does not count: who
        asks for a link is not reminded of anything.
        """
        now = self._clock.now()
        if now >= job.asked_at + LINK_LIFE or not installation_sends(self._store):
            return None
        token, hashed = self._ids.token(), address_hash(job.email)
        link = SignInLink(fingerprint(token), job.portal, hashed, now, now + LINK_LIFE, version=1)
        self._store.commit([Put(link, expect=None)])
        return token, link

    def look(self, portal: Portal, token: str) -> SignInLink:
        """Return a link that still signs in, without using it; raise SignInLinkSpent."""
        link = self._store.get(SignInLink, fingerprint(token))
        if (
            link is None
            or link.portal != portal.id
            or link.used_at is not None
            or self._clock.now() >= link.expires_at
        ):
            raise SignInLinkSpent("This link does not sign anybody in (any more).")
        return link

    def enter(self, portal: Portal, token: str, network: str) -> str:
        """Use a link, this once, and return the secret of the new session.

        Raises SignInLinkSpent or TooManyTries.
        """
        if not self._limits.take(TRIES_BY_NETWORK, network):
            raise TooManyTries("That was often. Please try again in a quarter of an hour.")
        link, now = self.look(portal, token), self._clock.now()
        secret = self._ids.token() + self._ids.token()
        session = PortalSession(
            fingerprint(secret), portal.id, link.address_hash, now, now, version=1
        )
        used = replace(link, used_at=now, version=link.version + 1)
        try:
            self._store.commit([Put(used, expect=link.version), Put(session)])
        except CommitConflict as conflict:
            raise SignInLinkSpent("This link was used just now.") from conflict
        self._users.arrived(portal, link.address_hash)
        return secret

    def visitor(self, portal: Portal, secret: str | None) -> Visitor:
        """Return who is signed in; raise NotSignedIn.

        Whom the last account was closed to is signed out by that.
        """
        session = self._store.get(PortalSession, fingerprint(secret)) if secret else None
        now = self._clock.now()
        if session is None or session.portal != portal.id or not session.lives(now):
            raise NotSignedIn("Nobody is signed in here.")
        found = self._users.memberships(portal, session.address_hash)
        if not found:
            self._end(session)
            raise NotSignedIn("Nobody is signed in here.")
        if now >= session.seen_at + SEEN_EVERY:
            session = self._seen(session, now)
        return Visitor(session, portal, found)

    def leave(self, secret: str) -> None:
        """Sign out: the session opens nothing any more."""
        session = self._store.get(PortalSession, fingerprint(secret))
        if session is not None and session.ended_at is None:
            self._end(session)

    def _seen(self, session: PortalSession, now: datetime) -> PortalSession:
        new = replace(session, seen_at=now, version=session.version + 1)
        try:
            self._store.commit([Put(new, expect=session.version)])
        except CommitConflict:
            return session  # another page of the same browser wrote it, or it is being ended
        return new

    def _end(self, session: PortalSession) -> None:
        ended = replace(session, ended_at=self._clock.now(), version=session.version + 1)
        try:
            self._store.commit([Put(ended, expect=session.version)])
        except CommitConflict:
            # Seen or ended at the same moment: what counts is that it is ended.
            fresh = self._store.get(PortalSession, session.token_hash)
            if fresh is not None and fresh.ended_at is None:
                again = replace(fresh, ended_at=ended.ended_at, version=fresh.version + 1)
                self._store.commit([Put(again, expect=None)])


def readable_address(typed: str) -> str:
    """Return a mail address without spaces around it; raise AddressNotReadable."""
    address = typed.strip()
    if len(address) > ADDRESS_LENGTH_MAX or not _ADDRESS.fullmatch(address):
        raise AddressNotReadable("Write the address like name@company.example.").at("/email")
    return address
