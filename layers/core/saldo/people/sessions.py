"""Staying signed in to the console for a while.

The cookie holds a secret of 256 random bits and nothing else; who it is and what they may is read
with every page, so that a right taken away is gone with the next click.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from saldo.accounts.model import INSTALLATION
from saldo.clock import Clock
from saldo.errors import Unauthenticated
from saldo.events import event
from saldo.ids import Ids, fingerprint
from saldo.people.model import (
    SEEN_EVERY,
    SESSION_LIFE,
    ConsoleSession,
    SignInWay,
    User,
)
from saldo.people.users import told_of
from saldo.store import CommitConflict, Put, Store

_ATTEMPTS_MAX = 5


class SessionOver(Unauthenticated):
    """Nobody is signed in here, or not any more."""

    code = "session-over"


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is signed in, by which session."""

    user: User
    session: ConsoleSession


class Sessions:
    """Opens sessions, finds who is behind one, and ends them."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def open(
        self, user: User, way: SignInWay = "password", proven_at: datetime | None = None
    ) -> tuple[str, ConsoleSession]:
        """Open a session for somebody who just proved who they are, or did so at `proven_at`;
        return its secret, told once.

        Whoever was invited is active from now on. Raises SessionOver for disabled people.
        """
        for _ in range(_ATTEMPTS_MAX):
            now = self._clock.now()
            if user.state == "disabled":
                raise SessionOver("This person is not let in any more.")
            secret = self._ids.token() + self._ids.token()
            session = ConsoleSession(
                fingerprint(secret),
                user.id,
                self._ids.token(),
                now,
                now,
                proven_at or now,
                now + SESSION_LIFE,
                way,
                version=1,
            )
            came = replace(user, state="active", signed_in_at=now, version=user.version + 1)
            told = event(
                self._ids.ulid(now), now, "user.signed_in", *told_of(), **_plain(came, way)
            )
            try:
                self._store.commit([Put(session), Put(came, expect=user.version), Put(told)])
            except CommitConflict:
                user = self._known(user.id)
                continue
            return secret, session
        raise SessionOver("This person is being changed by others; sign in again.")

    def of(self, secret: str | None) -> Signed:
        """Return who is signed in; raise SessionOver.

        Two reads; a write at most once a minute.
        """
        session = self._store.get(ConsoleSession, fingerprint(secret)) if secret else None
        now = self._clock.now()
        if session is None or not session.lives(now):
            raise SessionOver("Nobody is signed in here.")
        user = self._known(session.user)
        if user.state != "active":
            raise SessionOver("This person is not let in any more.")
        if user.sessions_since is not None and session.opened_at < user.sessions_since:
            raise SessionOver("Nobody is signed in here.")
        if now >= session.seen_at + SEEN_EVERY:
            session = self._changed(session, seen_at=now)
        return Signed(user, session)

    def prove(self, session: ConsoleSession) -> ConsoleSession:
        """Write down that the person behind a session just proved again who they are."""
        now = self._clock.now()
        return self._changed(session, seen_at=now, proven_at=now)

    def close(self, secret: str) -> None:
        """Sign out: the session opens nothing any more. Unknown secrets are no matter."""
        for _ in range(_ATTEMPTS_MAX):
            session = self._store.get(ConsoleSession, fingerprint(secret))
            if session is None or session.ended_at is not None:
                return
            ended = replace(session, ended_at=self._clock.now(), version=session.version + 1)
            try:
                self._store.commit([Put(ended, expect=session.version)])
            except CommitConflict:
                continue  # seen at the same moment: what counts is that it is ended
            return
        raise SessionOver("This session is being used elsewhere; sign out again.")

    def _known(self, user_id: str) -> User:
        user = self._store.get(User, INSTALLATION, user_id)
        if user is None:
            raise SessionOver("Nobody like that works here.")
        return user

    def _changed(self, session: ConsoleSession, **changes: datetime) -> ConsoleSession:
        """Write instants of a session, unless it was ended meanwhile; return it as it is now."""
        for _ in range(_ATTEMPTS_MAX):
            new = replace(session, **changes, version=session.version + 1)  # type: ignore[arg-type]  # instants alone
            try:
                self._store.commit([Put(new, expect=session.version)])
            except CommitConflict:
                fresh = self._store.get(ConsoleSession, session.secret_hash)
                if fresh is None or fresh.ended_at is not None:
                    raise SessionOver("Nobody is signed in here.") from None
                if all(getattr(fresh, name) >= at for name, at in changes.items()):
                    return fresh  # another page of the same browser wrote it just now
                session = fresh
                continue
            return new
        return session


def _plain(user: User, way: SignInWay) -> dict[str, str]:
    return {"user": user.id, "by": user.email, "way": way}
