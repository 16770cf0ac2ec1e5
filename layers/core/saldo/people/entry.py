"""Signing in to the console: password, then what else the identity provider asks, then a session.

What was wrong is told alike whether an address is known or not, and trying is limited per address
and network, per address, and per network.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, cast

from saldo.accounts.model import INSTALLATION
from saldo.clock import Clock
from saldo.errors import TooMany
from saldo.ids import Ids, fingerprint
from saldo.people.model import (
    ConsoleSession,
    Purpose,
    SignInStep,
    User,
    email_hash,
)
from saldo.people.ports import (
    Challenge,
    ChallengeKind,
    ChallengeOver,
    Identity,
    NotProven,
    Proven,
)
from saldo.people.sessions import SessionOver, Sessions, Signed
from saldo.people.users import Users
from saldo.portal.limits import Limit, Limits
from saldo.store import CommitConflict, Delete, Put, Store

PASSWORD_LENGTH_MAX: Final = 256
"""Cognito's own limit."""

BY_ADDRESS_AND_NETWORK: Final = Limit("console-sign-in", 8, timedelta(minutes=15))
BY_ADDRESS: Final = Limit("console-sign-in-address", 40, timedelta(minutes=15))
"""Wider than the one before: who tries somebody's password must not lock them out elsewhere."""
BY_NETWORK: Final = Limit("console-sign-in-network", 100, timedelta(minutes=15))
CODES: Final = Limit("console-code", 20, timedelta(hours=1))
"""Codes of one person from anywhere: who has the password must not get a million guesses."""


class TooManySignIns(TooMany):
    """Too many tries in a short time, with known addresses or not: later again."""

    code = "too-many-sign-ins"


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is in: `secret` is for their browser's cookie, told this once."""

    secret: str = field(repr=False)
    session: ConsoleSession


@dataclass(frozen=True, slots=True)
class Asked:
    """Something else is asked for; `token` finds the step again.

    `app_secret` is what an authenticator app is set up with, "" for other kinds.
    """

    token: str = field(repr=False)
    kind: ChallengeKind
    email: str
    app_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ProvenAgain:
    """Somebody who is in showed again who they are."""

    session: ConsoleSession


Outcome = Entered | Asked | ProvenAgain


class ConsoleEntry:
    """Lets people in."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        identity: Identity,
        users: Users,
        sessions: Sessions,
        limits: Limits,
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._identity, self._users = identity, users
        self._sessions, self._limits = sessions, limits

    def sign_in(self, email: str, password: str, network: str) -> Outcome:
        """Check a password; `network` is where it is tried from.

        Raises TooManySignIns, NotProven or IdentityUnavailable.
        """
        found = self._try(email, password, network)
        return self._on(found, "sign-in")

    def prove(self, signed: Signed, password: str, network: str) -> Outcome:
        """Check the password of somebody who is in; raises as `sign_in` does."""
        found = self._try(signed.user.email, password, network)
        return self._on(found, "proof", signed.session)

    def set_up_app(self, signed: Signed, password: str, network: str) -> Asked:
        """Begin to set up an authenticator app for somebody who is in.

        Raises what `sign_in` does, or SecondFactorThere.
        """
        self._count(signed.user.email, network)
        challenge = self._identity.set_up_totp(signed.user.email, password)
        return self._ask(challenge, "app", signed.session)

    def change_password(self, signed: Signed, old: str, new: str, network: str) -> Entered:
        """Set a new password for somebody who knows the old one; all their sessions end, and a new
        one begins. It is no proof for whom a second factor is asked, too: then the session is as
        much proven as the one before. Raises what `sign_in` does, or PasswordNotGood.
        """
        found = self._try(signed.user.email, old, network)
        proven_at = signed.session.proven_at if isinstance(found, Challenge) else None
        self._identity.set_password(signed.user.email, new)
        user = self._users.end_sessions(signed.user.id, by=signed.user.email)
        return Entered(*self._sessions.open(user, signed.session.way, proven_at))

    def step(self, token: str) -> Asked:
        """Return what a step asks for, to show its page; raise ChallengeOver."""
        step = self._step(token)
        return Asked(token, _kind(step), step.email, step.secret)

    def answer(self, token: str, value: str) -> Outcome:
        """Check the answer to a step.

        Raises ChallengeOver, PasswordNotGood, TooManySignIns, IdentityUnavailable, or NotProven:
        then the step can be answered again, a few times.
        """
        step = self._step(token)
        if step.kind == "totp" and not self._limits.take(CODES, email_hash(step.email)):
            raise TooManySignIns("That was often. Please try again in an hour.")
        # Counted before it is checked, so that answers at the same moment count one by one.
        counted = replace(step, tries=step.tries + 1, version=step.version + 1)
        try:
            self._store.commit([Put(counted, expect=step.version)])
        except CommitConflict:
            raise NotProven("Two answers came at once; please give it again.") from None
        challenge = Challenge(_kind(step), step.email, step.session, step.secret)
        found = self._identity.answer(challenge, value)
        self._store.commit([Delete(counted, expect=None)])
        if step.purpose == "sign-in":
            return self._on(found, "sign-in")
        session = self._store.get(ConsoleSession, step.console_session)
        if session is None or session.ended_at is not None:
            raise SessionOver("Nobody is signed in here.")
        return self._on(found, step.purpose, session)

    def entered_by(self, user: User, password: str) -> Outcome:
        """Go on into the console with a password that was set a moment ago."""
        return self._on(self._identity.sign_in(user.email, password), "sign-in")

    def _try(self, email: str, password: str, network: str) -> Proven | Challenge:
        self._count(email, network)
        if not password or len(password) > PASSWORD_LENGTH_MAX or not email:
            raise NotProven("The address or the password is not right.")
        return self._identity.sign_in(email, password)

    def _count(self, email: str, network: str) -> None:
        hashed = email_hash(email)
        if not (
            self._limits.take(BY_NETWORK, network)
            and self._limits.take(BY_ADDRESS_AND_NETWORK, f"{hashed}:{network}")
            and self._limits.take(BY_ADDRESS, hashed)
        ):
            raise TooManySignIns("That was often. Please try again in a quarter of an hour.")

    def _on(
        self,
        found: Proven | Challenge,
        purpose: Purpose,
        session: ConsoleSession | None = None,
    ) -> Outcome:
        if isinstance(found, Challenge):
            return self._ask(found, purpose, session)
        if session is not None:
            if found.subject != session.user:
                raise NotProven("Somebody else is signed in here.")
            return ProvenAgain(self._sessions.prove(session))
        user = self._store.get(User, INSTALLATION, found.subject)
        if user is None or user.state == "disabled":
            # The provider knows them, and they have no place here: told as a wrong password.
            raise NotProven("The address or the password is not right.")
        return Entered(*self._sessions.open(user, found.way))

    def _ask(
        self, challenge: Challenge, purpose: Purpose, session: ConsoleSession | None = None
    ) -> Asked:
        token = self._ids.token() + self._ids.token()
        step = SignInStep(
            fingerprint(token),
            purpose,
            challenge.kind,
            challenge.email,
            challenge.session,
            challenge.secret,
            self._clock.now(),
            session.secret_hash if session is not None else "",
            version=1,
        )
        self._store.commit([Put(step)])
        return Asked(token, challenge.kind, challenge.email, challenge.secret)

    def _step(self, token: str) -> SignInStep:
        step = self._store.get(SignInStep, fingerprint(token)) if token else None
        if step is None or not step.lives(self._clock.now()):
            raise ChallengeOver("That took too long, or was wrong too often. Sign in again.")
        return step


def _kind(step: SignInStep) -> ChallengeKind:
    return cast("ChallengeKind", step.kind)
