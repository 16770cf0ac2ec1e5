"""Watchers are named, and end."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from saldo.accounts.model import Account
from saldo.accounts.service import AccountUnknown
from saldo.clock import Clock
from saldo.collection.facts import Case, Dispute
from saldo.collection.model import Plan
from saldo.errors import Conflict, Invalid, NotFound, Unavailable
from saldo.events import EventType, event
from saldo.ids import Ids, fingerprint
from saldo.people.rights import rights_once_in
from saldo.people.users import Users
from saldo.store import CommitConflict, Put, Store, Write
from saldo.watchers.model import (
    FAMILIES,
    PACES,
    WATCHED,
    EndedBy,
    Family,
    Pace,
    WatchedKind,
    Watcher,
    WatchLink,
)
from saldo.worklist.desk_model import person

WATCHERS_MAX: Final = 20
WHY_MAX: Final = 80
_ATTEMPTS_MAX: Final = 5
_ID_CHARACTERS: Final = 26
_LANGUAGES: Final = ("de", "en", "nl")

_SUBJECTS: Final[Mapping[str, type[Dispute | Plan | Case]]] = {
    "dispute": Dispute,
    "plan": Plan,
    "case": Case,
}


class WatcherNotValid(Invalid):
    """What is watched, of what and how often it is told cannot be."""

    code = "watcher-not-valid"


class WatcherUnknown(NotFound):
    """There is no such watcher on this account."""

    code = "watcher-unknown"


class TooManyWatchers(Conflict):
    """So many watch the account already."""

    code = "too-many-watchers"


class WatchersBusy(Unavailable):
    """The same person is just being named or ended; the same request may work later."""

    code = "watchers-busy"


class WatchLinkUnknown(NotFound):
    """The link stops no mails."""

    code = "watch-link-unknown"


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """Who is to watch what. `subject` is the id of a dispute, plan or case; "" for the account."""

    account: str
    kind: WatchedKind
    subject: str
    email: str
    why: str
    families: tuple[Family, ...] = FAMILIES
    pace: Pace = "daily"
    language: str = "en"


class Watchers:
    """Names watchers and ends them."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, users: Users) -> None:
        self._store, self._clock, self._ids, self._users = store, clock, ids, users

    def of(self, creditor: str, account: str) -> list[Watcher]:
        """Return who watches an account or a case of it, in the order in which they were named."""
        found = self._store.list(Watcher, creditor, account)
        named = [one for one in found if one.ended_at is None]
        return sorted(named, key=lambda one: (one.at, one.id))

    def add(self, creditor: str, order: WatchOrder, by: str) -> Watcher:
        """Name a watcher; the same again is answered, not doubled.

        Raises WatcherNotValid, DeskNotValid, AccountUnknown, TooManyWatchers or WatchersBusy.
        """
        email = self._check(creditor, order)
        for _ in range(_ATTEMPTS_MAX):
            known = self.of(creditor, order.account)
            id_ = _id_of(creditor, order, email)
            if len(known) >= WATCHERS_MAX and all(one.id != id_ for one in known):
                raise TooManyWatchers(f"{WATCHERS_MAX} watch this account already.")
            old = self._store.get(Watcher, creditor, order.account, id_)
            new = self._named(creditor, order, email, by, old)
            if new == old:
                return new
            link = WatchLink(fingerprint(new.token), creditor, order.account, new.id)
            writes: list[Write] = [Put(new, expect=old.version if old else 0), Put(link, None)]
            try:
                self._store.commit([*writes, self._told("watcher.added", new, by)])
            except CommitConflict:
                continue  # the form came twice at the same moment, or they were ended just now
            return new
        raise WatchersBusy("They are just being named; try again.")

    def _named(
        self, creditor: str, order: WatchOrder, email: str, by: str, old: Watcher | None
    ) -> Watcher:
        """Return a watcher as they are to be told from now on; the very same where they are."""
        fields: dict[str, Any] = {
            "families": order.families,
            "pace": order.pace,
            "why": order.why.strip(),
            "language": order.language,
            "is_colleague": self.works_here(creditor, email),
        }
        if old is not None and old.ended_at is None:
            new = replace(old, **fields)
            return old if new == old else replace(new, version=old.version + 1)
        return Watcher(
            creditor=creditor,
            account=order.account,
            id=_id_of(creditor, order, email),
            kind=order.kind,
            subject=order.subject,
            email=email,
            token=self._ids.token() + self._ids.token(),
            by=by,
            at=self._clock.now(),
            version=(old.version if old else 0) + 1,
            **fields,
        )

    def works_here(self, creditor: str, email: str) -> bool:
        """Tell whether an address is somebody's who works at a creditor, invited ones included."""
        user = self._users.find(email)
        return user is not None and bool(rights_once_in(user, creditor))

    def _check(self, creditor: str, order: WatchOrder) -> str:
        email = person(order.email)
        if email is None:
            raise WatcherNotValid("Say to whom.").at("/email")
        if order.kind not in WATCHED or bool(order.subject) != (order.kind != "account"):
            raise WatcherNotValid(f"Watched is one of: {', '.join(WATCHED)}.").at("/kind")
        if not order.families or not set(order.families) <= set(FAMILIES):
            raise WatcherNotValid(f"Families are: {', '.join(FAMILIES)}.").at("/families")
        if order.pace not in PACES or order.language not in _LANGUAGES:
            raise WatcherNotValid("A pace is at-once or daily; a language de, en or nl.")
        if not 0 < len(order.why.strip()) <= WHY_MAX or not order.why.isprintable():
            raise WatcherNotValid(f"Say who they are, in {WHY_MAX} characters.").at("/why")
        if self._store.get(Account, creditor, order.account) is None:
            raise AccountUnknown(f"There is no account {order.account!r}.")
        kind = _SUBJECTS.get(order.kind)
        if (
            kind is not None
            and self._store.get(kind, creditor, order.account, order.subject) is None
        ):
            raise WatcherNotValid(f"There is no such {order.kind}.").at("/subject")
        return email

    def end(self, creditor: str, account: str, id_: str, by: str) -> Watcher:
        """End a watcher for one of the creditor's people; again is harmless.

        Raises WatcherUnknown.
        """
        known = self._store.get(Watcher, creditor, account, id_)
        if known is None:
            raise WatcherUnknown(f"Nobody watches {account!r} as {id_!r}.")
        return self.ended(known, "person", by)

    def stop(self, token: str, *, look: bool = False) -> Watcher:
        """End a watcher by the link of their mails, or only look whose it is.

        Again is harmless. Raises WatchLinkUnknown.
        """
        link = self._store.get(WatchLink, fingerprint(token))
        known = (
            self._store.get(Watcher, link.creditor, link.account, link.watcher) if link else None
        )
        if known is None:
            raise WatchLinkUnknown("This link stops nothing (any more).")
        return known if look else self.ended(known, "link", "link")

    def ended(self, known: Watcher, ended: EndedBy, by: str) -> Watcher:
        """End a watcher, whoever does it; one that is ended stays so. Raises WatcherUnknown."""
        while known.ended_at is None:
            new = replace(
                known,
                ended_at=self._clock.now(),
                ended=ended,
                ended_by=by,
                version=known.version + 1,
            )
            with suppress(CommitConflict):
                told = self._told("watcher.ended", new, by)
                self._store.commit([Put(new, expect=known.version), told])
                return new
            fresh = self._store.get(Watcher, *known.key)
            if fresh is None:
                raise WatcherUnknown("They were erased just now.")
            known = fresh
        return known

    def _told(self, type_: EventType, one: Watcher, by: str) -> Put:
        now = self._clock.now()
        return Put(
            event(
                self._ids.ulid(now),
                now,
                type_,
                one.creditor,
                one.account,
                watcher=one.id,
                kind=one.kind,
                of=one.subject,
                email=one.email,
                pace=one.pace,
                families=list(one.families),
                ended=one.ended,
                by=by,
            )
        )


def _id_of(creditor: str, order: WatchOrder, email: str) -> str:
    """Return the id of a watcher: whoever is named twice, at the same moment even, is one."""
    about = (creditor, order.account, order.kind, order.subject, email)
    return fingerprint(f"watcher:{':'.join(about)}")[:_ID_CHARACTERS]
