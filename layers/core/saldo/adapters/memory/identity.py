"""An identity provider in memory, which behaves as the real one: for tests and one machine."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from saldo.clock import Clock
from saldo.ids import Ids
from saldo.people.model import plain_email
from saldo.people.ports import (
    Challenge,
    ChallengeOver,
    NotProven,
    PasswordNotGood,
    Proven,
    SecondFactorThere,
)
from saldo.people.totp import code_at

PASSWORD_LENGTH_MIN: Final = 12
_SESSION_LIFE: Final = timedelta(minutes=3)
_STEP: Final = timedelta(seconds=30)


@dataclass
class _Person:
    subject: str
    password: str = ""
    is_temporary: bool = False
    is_enabled: bool = True
    totp_secret: str = ""


@dataclass
class MemoryIdentity:
    """Implements `people.ports.Identity`; with `needs_totp` nobody comes in without an app."""

    clock: Clock
    ids: Ids
    needs_totp: bool = False
    people: dict[str, _Person] = field(default_factory=dict)
    sessions: dict[str, tuple[str, str, float]] = field(default_factory=dict)

    def sign_in(self, email: str, password: str) -> Proven | Challenge:
        person = self._person(email)
        if not person.is_enabled or not person.password or person.password != password:
            raise NotProven("The address or the password is not right.")
        if person.is_temporary:
            return Challenge("new-password", plain_email(email), self._session(email))
        return self._next(email, person)

    def answer(self, challenge: Challenge, value: str) -> Proven | Challenge:
        email, secret, until = self.sessions.get(challenge.session, ("", "", 0.0))
        if not email or self.clock.now().timestamp() >= until:
            raise ChallengeOver("That took too long. Sign in again.")
        person = self._person(email)
        if challenge.kind == "new-password":
            self.set_password(email, value)
            del self.sessions[challenge.session]
            return self._next(email, person)
        self._check(secret or person.totp_secret, value)
        if challenge.kind == "totp-setup":
            person.totp_secret = secret
        del self.sessions[challenge.session]
        return Proven(person.subject, "totp")

    def set_up_totp(self, email: str, password: str) -> Challenge:
        found = self.sign_in(email, password)
        if isinstance(found, Challenge):
            if found.kind == "totp-setup":
                return found
            raise SecondFactorThere("There is an authenticator app already.")
        return self._set_up(email)

    def forget_totp(self, email: str) -> None:
        self._person(email).totp_secret = ""

    def create(self, email: str) -> str:
        known = self.people.get(plain_email(email))
        if known is None:
            known = _Person(self.ids.ulid(self.clock.now()).lower())
            self.people[plain_email(email)] = known
        return known.subject

    def set_password(self, email: str, password: str) -> None:
        self._set(email, password, is_temporary=False)

    def set_temporary(self, email: str, password: str) -> None:
        """Set a password that must be replaced at the next sign-in, as the provider's own pages
        do.
        """
        self._set(email, password, is_temporary=True)

    def switch(self, email: str, *, enabled: bool) -> None:
        self._person(email).is_enabled = enabled

    def _set(self, email: str, password: str, *, is_temporary: bool) -> None:
        person = self._person(email)
        kinds = (str.islower, str.isupper, str.isdigit)
        is_mixed = all(any(kind(one) for one in password) for kind in kinds)
        if len(password) < PASSWORD_LENGTH_MIN or not is_mixed:
            raise PasswordNotGood("12 characters or more, with capital and small letters, digits.")
        person.password, person.is_temporary = password, is_temporary

    def _next(self, email: str, person: _Person) -> Proven | Challenge:
        if person.totp_secret:
            return Challenge("totp", plain_email(email), self._session(email))
        return self._set_up(email) if self.needs_totp else Proven(person.subject)

    def _set_up(self, email: str) -> Challenge:
        digest = hashlib.sha256(self.ids.token().encode()).digest()
        secret = base64.b32encode(digest[:20]).decode()
        return Challenge("totp-setup", plain_email(email), self._session(email, secret), secret)

    def _session(self, email: str, secret: str = "") -> str:
        made = self.ids.token()
        until = (self.clock.now() + _SESSION_LIFE).timestamp()
        self.sessions[made] = (plain_email(email), secret, until)
        return made

    def _person(self, email: str) -> _Person:
        person = self.people.get(plain_email(email))
        if person is None:
            raise NotProven("The address or the password is not right.")
        return person

    def _check(self, secret: str, code: str) -> None:
        now = self.clock.now()
        if code not in {code_at(secret, now + step) for step in (-_STEP, timedelta(), _STEP)}:
            raise NotProven("The code is not right.")
