"""Portals: one for the companies of a seller, or one for a creditor by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from saldo.accounts.model import Creditor
from saldo.accounts.service import CreditorUnknown
from saldo.accounts.told import SYSTEM, creditor_changed
from saldo.clock import Clock
from saldo.errors import Conflict, Invalid, NotFound
from saldo.ids import ulid_of
from saldo.portal.model import PortalGroup
from saldo.store import CommitConflict, Put, Store, Write

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_ATTEMPTS_MAX: Final = 5
COMPANIES_MAX: Final = 40
"""So many companies share a portal: who signs in reads each of them."""


class PortalUnknown(NotFound):
    """There is no portal of that name."""

    code = "portal-unknown"


class GroupNotValid(Invalid):
    """A group's name stands in addresses, and keeps to plain characters."""

    code = "group-not-valid"


class GroupTaken(Conflict):
    """That name is a creditor's that is not in the group, or the group is full."""

    code = "group-taken"


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal with its companies; the first of them is its face."""

    id: str
    creditors: tuple[Creditor, ...]

    @property
    def face(self) -> Creditor:
        return self.creditors[0]

    def creditor(self, creditor: str) -> Creditor | None:
        """Return one of its companies, None if it is none."""
        return next((one for one in self.creditors if one.id == creditor), None)


class Portals:
    """Finds portals, and puts creditors into groups."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def find(self, portal: str) -> Portal:
        """Return the portal of a group, or that of a creditor, which is its group's if it is in
        one. Raises PortalUnknown.
        """
        group = self._store.get(PortalGroup, portal)
        if group is not None and group.creditors:
            found = self._store.get_many(Creditor, [(one,) for one in group.creditors])
            return Portal(portal, tuple(found[(one,)] for one in group.creditors))
        creditor = self._store.get(Creditor, portal)
        if creditor is None:
            raise PortalUnknown("There is no portal here.")
        if creditor.group is not None:
            return self.find(creditor.group)
        return Portal(portal, (creditor,))

    def move(self, creditor: str, group: str | None, by: str = SYSTEM) -> Creditor:
        """Put a creditor into a group, or out of any with None.

        Raises CreditorUnknown, GroupNotValid or GroupTaken.
        """
        if group is not None and not _ID.fullmatch(group):
            raise GroupNotValid("A group's name is made of a-z, 0-9 and -, 40 at most.")
        for _ in range(_ATTEMPTS_MAX):
            old = self._store.get(Creditor, creditor)
            if old is None:
                raise CreditorUnknown(f"There is no creditor {creditor!r}.")
            if old.group == group:
                return old
            new = replace(old, group=group, version=old.version + 1)
            now = self._clock.now()
            id_ = ulid_of(f"group {creditor} {new.version}", now)
            told = creditor_changed(old, new, id_, now, by)
            writes: list[Write] = [Put(new, expect=old.version), Put(told)]
            if old.group is not None:
                writes.append(self._without(old.group, creditor))
            if group is not None:
                writes.append(self._with(group, creditor))
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return new
        raise Conflict("The group is being changed by others; try again.")

    def _without(self, group: str, creditor: str) -> Write:
        left = self._store.get(PortalGroup, group) or PortalGroup(group, ())
        rest = tuple(one for one in left.creditors if one != creditor)
        return Put(replace(left, creditors=rest, version=left.version + 1), expect=left.version)

    def _with(self, group: str, creditor: str) -> Write:
        known = self._store.get(PortalGroup, group) or PortalGroup(group, ())
        members = (*known.creditors, creditor)
        if group not in members and self._store.get(Creditor, group) is not None:
            raise GroupTaken(f"{group!r} is a creditor that is not in the group.")
        if len(members) > COMPANIES_MAX:
            raise GroupTaken(f"A group has at most {COMPANIES_MAX} companies.")
        joined = replace(known, creditors=members, version=known.version + 1)
        return Put(joined, expect=known.version)
