"""Who works here, and as what: the books' side of it. Proving who somebody is happens elsewhere
(`ports.Identity`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final, get_args

from saldo.accounts.model import INSTALLATION, WHOLE_CREDITOR, Creditor
from saldo.accounts.service import CreditorUnknown
from saldo.clock import Clock
from saldo.errors import Conflict, Forbidden, Invalid, NotFound
from saldo.events import event
from saldo.ids import Ids
from saldo.people.model import (
    GRANTS_MAX,
    Grant,
    Language,
    User,
    UserEmail,
    email_hash,
    plain_email,
)
from saldo.people.rights import ROLES, Role
from saldo.store import CommitConflict, Delete, Put, Store

NAME_LENGTH_MAX: Final = 80
BRANCHES_MAX: Final = 50

_ATTEMPTS_MAX: Final = 5

Change = Callable[[User], User]


class PersonUnknown(NotFound):
    """Nobody of that address works here."""

    code = "person-unknown"


class PersonExists(Conflict):
    """Somebody of that address works here already."""

    code = "person-exists"


class PersonNotValid(Invalid):
    """A person's name, language, role or branches cannot be like that."""

    code = "person-not-valid"


class OwnRights(Forbidden):
    """Nobody changes what they themselves may do, nor locks themselves out."""

    code = "own-rights"


class LastOwner(Conflict):
    """Somebody must stay who can let others in."""

    code = "last-owner"


class WorksElsewhere(Forbidden):
    """The person works for other creditors too, so one of them alone cannot decide this."""

    code = "works-elsewhere"


def told_of(creditor: str = INSTALLATION) -> tuple[str, str]:
    """Return where an event about a person stands: no account is concerned."""
    return creditor, WHOLE_CREDITOR


class Users:
    """Reads and changes people and what they were granted.

    `by` is the mail address of whoever changes something, or a name for a command line or key.
    """

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def get(self, user_id: str) -> User:
        """Return a person by what the identity provider calls them; raise PersonUnknown."""
        found = self._store.get(User, INSTALLATION, user_id)
        if found is None:
            raise PersonUnknown("Nobody like that works here.")
        return found

    def by_email(self, email: str) -> User:
        """Return a person by their address; raise PersonUnknown."""
        found = self.find(email)
        if found is None:
            raise PersonUnknown(f"Nobody works here as {plain_email(email)!r}.").at("/email")
        return found

    def find(self, email: str) -> User | None:
        """Return a person by their address, None for a stranger."""
        entry = self._store.get(UserEmail, email_hash(email))
        return self._store.get(User, INSTALLATION, entry.user) if entry is not None else None

    def all(self) -> list[User]:
        """Return everybody, by name; one query."""
        return sorted(self._store.list(User, INSTALLATION), key=_by_name)

    def at(self, creditor: str) -> list[User]:
        """Return who was granted something at a creditor or at all of them, by name."""
        places = {creditor, INSTALLATION}
        return [one for one in self.all() if any(g.creditor in places for g in one.grants)]

    def add(
        self,
        user_id: str,
        email: str,
        name: str,
        language: str = "en",
        grants: Iterable[Grant] = (),
        *,
        by: str,
    ) -> User:
        """Write down somebody whom the identity provider knows as `user_id`.

        The same again changes nothing and returns who is there. Raises PersonExists where the
        address is somebody else's, PersonNotValid or CreditorUnknown.
        """
        wanted = tuple(grants)
        for grant in wanted:
            self._check(grant)
        now = self._clock.now()
        user = User(
            user_id,
            plain_email(email),
            _name(name),
            language_of(language),
            "invited",
            wanted,
            now,
            by,
            version=1,
        )
        entry = UserEmail(email_hash(email), user_id)
        try:
            self._store.commit([Put(entry), Put(user), *self._told(user, "added", by, wanted)])
        except CommitConflict:
            known = self.find(email)
            if known is not None and known.id == user_id:
                return known
            raise PersonExists(f"Somebody works here as {user.email!r} already.").at(
                "/email"
            ) from None
        return user

    def grant(self, user_id: str, grant: Grant, *, by: str) -> User:
        """Give a role at a creditor, in the place of one that the person has there.

        Raises PersonUnknown, PersonNotValid, CreditorUnknown, OwnRights or LastOwner.
        """
        self._check(grant)

        def granted(user: User) -> User:
            others = tuple(one for one in user.grants if one.creditor != grant.creditor)
            if len(others) >= GRANTS_MAX:
                raise PersonNotValid(f"A person has roles at {GRANTS_MAX} creditors at most.")
            return replace(user, grants=(*others, grant))

        return self._change(user_id, "granted", by, granted, (grant,))

    def revoke(self, user_id: str, creditor: str, *, by: str) -> User:
        """Take away what was granted at a creditor; without such a grant nothing changes.

        Raises PersonUnknown, OwnRights or LastOwner.
        """

        def revoked(user: User) -> User:
            left = tuple(one for one in user.grants if one.creditor != creditor)
            return replace(user, grants=left)

        return self._change(user_id, "revoked", by, revoked, (Grant(creditor, "support"),))

    def disable(self, user_id: str, *, by: str) -> User:
        """Let somebody in no more; their sessions end with this.

        Raises PersonUnknown, OwnRights or LastOwner.
        """
        now = self._clock.now()
        return self._change(
            user_id,
            "disabled",
            by,
            lambda user: replace(user, state="disabled", sessions_since=now),
        )

    def enable(self, user_id: str, *, by: str) -> User:
        """Let somebody in again, with what they were granted; raise PersonUnknown or OwnRights."""

        def enabled(user: User) -> User:
            came_before = user.signed_in_at is not None
            return replace(user, state="active" if came_before else "invited")

        return self._change(user_id, "enabled", by, enabled)

    def describe(
        self, user_id: str, *, name: str | None = None, language: str | None = None, by: str
    ) -> User:
        """Change a person's name or language, which they may do themselves.

        Raises PersonUnknown or PersonNotValid.
        """

        def described(user: User) -> User:
            return replace(
                user,
                name=user.name if name is None else _name(name),
                language=user.language if language is None else language_of(language),
            )

        return self._change(user_id, "described", by, described)

    def end_sessions(self, user_id: str, *, by: str) -> User:
        """End every session that somebody has, as after a new password; raise PersonUnknown."""
        now = self._clock.now()
        return self._change(
            user_id, "signed-out", by, lambda user: replace(user, sessions_since=now)
        )

    def move(self, user: User, user_id: str, *, by: str) -> User:
        """Write down that the identity provider calls somebody otherwise now, as after the books
        were restored beside a new pool. Their sessions end with this.
        """
        new = replace(user, id=user_id, version=1)
        entry = UserEmail(email_hash(user.email), user_id)
        told = self._told(new, "moved", by, new.grants)
        try:
            self._store.commit(
                [Delete(user, expect=user.version), Put(new), Put(entry, expect=None), *told]
            )
        except CommitConflict:
            return self.by_email(user.email)  # somebody moved or changed them at the same moment
        return new

    def _change(
        self, user_id: str, what: str, by: str, change: Change, about: tuple[Grant, ...] = ()
    ) -> User:
        for _ in range(_ATTEMPTS_MAX):
            old = self.get(user_id)
            new = replace(change(old), version=old.version + 1)
            if replace(new, version=old.version) == old:
                return old
            if what in _RIGHTS_CHANGE and plain_email(by) == old.email:
                raise OwnRights("What you may do yourself is for somebody else to change.")
            self._keep_an_owner(old, new)
            try:
                self._store.commit(
                    [Put(new, expect=old.version), *self._told(new, what, by, about or new.grants)]
                )
            except CommitConflict:
                continue
            return new
        raise Conflict("This person is being changed by others; try again.")

    def _keep_an_owner(self, old: User, new: User) -> None:
        """Raise LastOwner when a creditor that `old` could let people in at has nobody left.

        Two owners who remove each other at the same moment both get through; whoever runs the
        installation lets somebody in again by command line.
        """
        lost = _owns(old) - _owns(new)
        if not lost:
            return
        others = [one for one in self.all() if one.id != old.id]
        for creditor in lost:
            if not any(_owns(one) & {creditor, INSTALLATION} for one in others):
                raise LastOwner("Make somebody else an owner first: somebody must let others in.")

    def _check(self, grant: Grant) -> None:
        if grant.role not in ROLES:
            raise PersonNotValid(f"A role is one of {', '.join(ROLES)}.").at("/role")
        if len(grant.branches) > BRANCHES_MAX or not all(grant.branches):
            raise PersonNotValid(f"At most {BRANCHES_MAX} branches, each with a name.").at(
                "/branches"
            )
        if grant.creditor != INSTALLATION and self._store.get(Creditor, grant.creditor) is None:
            raise CreditorUnknown(f"There is no creditor {grant.creditor!r}.")

    def _told(self, user: User, what: str, by: str, about: tuple[Grant, ...]) -> list[Put]:
        """Return one event for each creditor that a change concerns, else one for all of them."""
        now = self._clock.now()
        places = sorted({grant.creditor for grant in about}) or [INSTALLATION]
        return [
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    "user.changed",
                    *told_of(place),
                    user=user.id,
                    email=user.email,
                    change=what,
                    state=user.state,
                    role=_role_at(user, place),
                    branches=list(_branches_at(user, place)),
                    by=by,
                )
            )
            for place in places
        ]


_RIGHTS_CHANGE: Final = frozenset({"granted", "revoked", "disabled", "enabled"})


def role_of(text: str) -> Role:
    """Return the role of a name; raise PersonNotValid."""
    found = next((role for role in ROLES if role == text), None)
    if found is None:
        raise PersonNotValid(f"A role is one of {', '.join(ROLES)}.").at("/role")
    return found


def language_of(text: str) -> Language:
    """Return the language of a code; raise PersonNotValid."""
    known: tuple[Language, ...] = get_args(Language)
    found = next((one for one in known if one == text), None)
    if found is None:
        raise PersonNotValid(f"The console speaks {', '.join(known)}.").at("/language")
    return found


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable():
        raise PersonNotValid(f"A name has 1 to {NAME_LENGTH_MAX} characters.").at("/name")
    return name


def _owns(user: User) -> set[str]:
    if user.state == "disabled":
        return set()
    return {grant.creditor for grant in user.grants if grant.role == "owner"}


def _role_at(user: User, creditor: str) -> str | None:
    return next((grant.role for grant in user.grants if grant.creditor == creditor), None)


def _branches_at(user: User, creditor: str) -> tuple[str, ...]:
    return next((grant.branches for grant in user.grants if grant.creditor == creditor), ())


def _by_name(user: User) -> tuple[str, str]:
    return user.name.casefold(), user.email
