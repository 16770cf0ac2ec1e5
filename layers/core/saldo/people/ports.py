"""Proving who somebody is: the port to the identity provider.

The provider keeps passwords and second factors and nothing else that counts: who may do what stands
in the books. People are known to it by their mail address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from saldo.errors import Conflict, Invalid, Unauthenticated, Unavailable
from saldo.people.model import SignInWay

ChallengeKind = Literal["new-password", "totp", "totp-setup"]
"""What is asked for after the password: a password of one's own in the place of a temporary one;
the code of the authenticator app; the first code of an app that is being set up."""


class NotProven(Unauthenticated):
    """The address, the password or the code is not right; these are told alike."""

    code = "not-proven"


class ChallengeOver(Unauthenticated):
    """The next step of a sign-in came too late, or too often wrong: begin again."""

    code = "challenge-over"


class PasswordNotGood(Invalid):
    """The new password is too short, too plain, or one that the provider does not take."""

    code = "password-not-good"


class SecondFactorThere(Conflict):
    """The person has an authenticator app already; it must be taken away before another comes."""

    code = "second-factor-there"


class IdentityUnavailable(Unavailable):
    """The identity provider does not answer, or refuses because it is asked too often."""

    code = "identity-unavailable"


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody showed who they are. `subject` is what the provider calls them."""

    subject: str
    way: SignInWay = "password"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What else is asked for. `session` is the provider's, to be handed back with the answer.

    `secret` is what an authenticator app is set up with, in base 32; "" for other kinds.
    """

    kind: ChallengeKind
    email: str
    session: str = field(repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom a company's own directory vouches for. `nonce` is what the way there was begun with."""

    email: str
    nonce: str


class Directory(Protocol):
    """A company's own directory, behind the identity provider."""

    def address(self, state: str, nonce: str, verifier: str, *, afresh: bool) -> str:
        """Return where the browser goes to sign in there. With `afresh` the directory is asked to
        have them prove again who they are, however recently they did.
        """

    def redeem(self, code: str, verifier: str) -> Vouched:
        """Return whom the directory vouches for, by the code that the browser came back with.

        Raises NotProven or IdentityUnavailable.
        """


class Identity(Protocol):
    """The identity provider. Every method may raise IdentityUnavailable."""

    def sign_in(self, email: str, password: str) -> Proven | Challenge:
        """Check a password. Raises NotProven, for strangers and disabled people too."""

    def answer(self, challenge: Challenge, value: str) -> Proven | Challenge:
        """Check what a challenge asked for: the new password, or a code of six digits.

        Raises NotProven for a wrong code, PasswordNotGood, or ChallengeOver.
        """

    def set_up_totp(self, email: str, password: str) -> Challenge:
        """Begin to set up an authenticator app for somebody who knows their password.

        It is there when the challenge is answered. Raises NotProven or SecondFactorThere.
        """

    def forget_totp(self, email: str) -> None:
        """Take the authenticator app away, as after a lost telephone; without one nothing happens.

        Raises NotProven where nobody has the address.
        """

    def create(self, email: str) -> str:
        """Make somebody known, without a password yet; return what they are called.

        The same address again returns the same.
        """

    def set_password(self, email: str, password: str) -> None:
        """Set a password that lasts. Raises PasswordNotGood, or NotProven for a stranger."""

    def switch(self, email: str, *, enabled: bool) -> None:
        """Let somebody sign in, or not. Raises NotProven where nobody has the address."""
