"""Signing in by the company's own directory: there and back, by OpenID Connect.

OpenID Connect Core 1.0, 3.1 (code flow), with PKCE (RFC 7636). Whoever begins it in a browser must
come back in the same one: the state stands in its cookie too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hmac import compare_digest

from saldo.clock import Clock
from saldo.ids import Ids, fingerprint
from saldo.people.entry import Entered, ProvenAgain
from saldo.people.model import ConsoleSession, DirectoryStep
from saldo.people.ports import ChallengeOver, Directory, NotProven
from saldo.people.sessions import SessionOver, Sessions, Signed
from saldo.people.users import Users
from saldo.store import CommitConflict, Delete, Put, Store


@dataclass(frozen=True, slots=True)
class Begun:
    """The way to the directory: where the browser goes, and what its cookie holds meanwhile."""

    address: str
    state: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody came back: in, or proven again, and where it goes on."""

    outcome: Entered | ProvenAgain
    to: str


class SingleSignOn:
    """Sends people to the directory and takes them back."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        directory: Directory,
        users: Users,
        sessions: Sessions,
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._directory, self._users, self._sessions = directory, users, sessions

    def begin(self, to: str, signed: Signed | None = None) -> Begun:
        """Begin the way there; for somebody who is in (`signed`) to prove their session."""
        state, nonce = (self._ids.token() + self._ids.token() for _ in range(2))
        verifier = self._ids.token() + self._ids.token()
        step = DirectoryStep(
            fingerprint(state),
            nonce,
            verifier,
            to,
            self._clock.now(),
            signed.session.secret_hash if signed is not None else "",
            version=1,
        )
        self._store.commit([Put(step)])
        address = self._directory.address(state, nonce, verifier, afresh=signed is not None)
        return Begun(address, state)

    def arrive(self, state: str, held: str, code: str) -> Arrived:
        """Take somebody back; `held` is the state in the browser's cookie. A step works once.

        Raises ChallengeOver for a way that was begun elsewhere, too long ago or never, NotProven
        for whom the directory does not vouch for or who has no place here, SessionOver, or
        IdentityUnavailable.
        """
        step = self._store.get(DirectoryStep, fingerprint(state)) if state else None
        is_same_browser = compare_digest(state.encode(), held.encode())
        if step is None or not is_same_browser or self._clock.now() >= step.gone_at:
            raise ChallengeOver("That took too long, or began in another browser. Sign in again.")
        try:
            self._store.commit([Delete(step, expect=step.version)])
        except CommitConflict:
            raise ChallengeOver("That was used already. Sign in again.") from None
        vouched = self._directory.redeem(code, step.verifier)
        if not compare_digest(vouched.nonce.encode(), step.nonce.encode()):
            raise NotProven("The directory answered somebody else's question.")
        user = self._users.find(vouched.email)
        if user is None or user.state == "disabled":
            raise NotProven("The directory knows you, and nobody gave you a role here yet.")
        if not step.console_session:
            return Arrived(Entered(*self._sessions.open(user, "single-sign-on")), step.to)
        session = self._store.get(ConsoleSession, step.console_session)
        if session is None or session.ended_at is not None:
            raise SessionOver("Nobody is signed in here.")
        if session.user != user.id:
            raise NotProven("Somebody else is signed in here.")
        return Arrived(ProvenAgain(self._sessions.prove(session)), step.to)
