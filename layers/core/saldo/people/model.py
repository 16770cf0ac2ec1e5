"""People of the seller, and their sessions in the console."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from saldo.accounts.model import INSTALLATION
from saldo.ids import fingerprint
from saldo.people.rights import Role

Language = Literal["de", "en", "nl"]
"""What the console speaks."""

UserState = Literal["invited", "active", "disabled"]
"""invited until they signed in for the first time; disabled people are let in no more, and what
they did keeps their name."""

SignInWay = Literal["password", "totp", "single-sign-on"]

IDLE_LIFE: Final = timedelta(minutes=30)
SESSION_LIFE: Final = timedelta(hours=12)
PROOF_LIFE: Final = timedelta(minutes=10)
"""Who proved themselves longer ago does so again before refunds, write-offs and bank details."""

SEEN_EVERY: Final = timedelta(minutes=1)
"""A visit is written down this often: most pages cost no write."""

GRANTS_MAX: Final = 50

STEP_LIFE: Final = timedelta(minutes=10)
STEP_TRIES_MAX: Final = 5
INVITATION_LIFE: Final = timedelta(days=7)
PASSWORD_LINK_LIFE: Final = timedelta(hours=1)

_KEPT: Final = timedelta(days=7)


def plain_email(typed: str) -> str:
    """Return an address as people are known by: without spaces around it, in lower case."""
    return typed.strip().lower()


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at a creditor, or with `creditor` "*" at every one of the installation.

    With `branches` accounts of these branches alone; empty for all.
    """

    creditor: str
    role: Role
    branches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works with the console; `id` is what the identity provider calls them.

    `email` is in lower case. Sessions opened before `sessions_since` are over: it moves when
    somebody is disabled or set a new password.
    """

    id: str
    email: str
    name: str
    language: Language = "en"
    state: UserState = "invited"
    grants: tuple[Grant, ...] = ()
    created_at: datetime | None = None
    created_by: str = ""
    signed_in_at: datetime | None = None
    sessions_since: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (INSTALLATION, self.id)


@dataclass(frozen=True, slots=True)
class UserEmail:
    """Finds a person by their address, and keeps two from having the same."""

    email_hash: str
    user: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.email_hash,)


def email_hash(email: str) -> str:
    """Return under what a person's address is looked up."""
    return fingerprint(f"console:{plain_email(email)}")


@dataclass(frozen=True, slots=True)
class ConsoleSession:
    """Somebody is signed in: kept by the hash of what the browser's cookie holds.

    `csrf` is what every form of the session carries. `proven_at` is when they last showed who they
    are by more than the cookie; `way` how they came in.
    """

    secret_hash: str
    user: str
    csrf: str
    opened_at: datetime
    seen_at: datetime
    proven_at: datetime
    ends_at: datetime
    way: SignInWay = "password"
    ended_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.secret_hash,)

    @property
    def gone_at(self) -> datetime:
        return self.ends_at + _KEPT

    def lives(self, now: datetime) -> bool:
        """Tell whether it still opens the console at `now`."""
        return self.ended_at is None and now < self.seen_at + IDLE_LIFE and now < self.ends_at

    def is_proven(self, now: datetime) -> bool:
        """Tell whether they showed who they are recently enough for what must not go wrong."""
        return now < self.proven_at + PROOF_LIFE


Purpose = Literal["sign-in", "proof", "app"]
"""What a step leads to: into the console, to a proof for a session, to an authenticator app."""


@dataclass(frozen=True, slots=True)
class SignInStep:
    """A sign-in that goes on with another question, kept by the hash of what the browser holds.

    `session` and `secret` are the identity provider's (`ports.Challenge`); the row is deleted when
    the question was answered. `console_session` names the session that is being proven.
    """

    token_hash: str
    purpose: Purpose
    kind: str
    email: str
    session: str = field(repr=False)
    secret: str = field(repr=False)
    began_at: datetime
    console_session: str = ""
    tries: int = 0
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.token_hash,)

    @property
    def gone_at(self) -> datetime:
        return self.began_at + STEP_LIFE

    def lives(self, now: datetime) -> bool:
        """Tell whether an answer is still taken at `now`."""
        return now < self.began_at + STEP_LIFE and self.tries < STEP_TRIES_MAX


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """A link by mail with which a person sets a password, once, kept by the token's hash."""

    token_hash: str
    kind: Literal["invitation", "password"]
    user: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.token_hash,)

    @property
    def gone_at(self) -> datetime:
        return self.expires_at + _KEPT


@dataclass(frozen=True, slots=True)
class DirectoryStep:
    """A way to the company's own directory and back, kept by the hash of its state.

    `to` is where it goes on inside; `console_session` names the session that is being proven.
    """

    state_hash: str
    nonce: str
    verifier: str = field(repr=False)
    to: str
    began_at: datetime
    console_session: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.state_hash,)

    @property
    def gone_at(self) -> datetime:
        return self.began_at + STEP_LIFE
