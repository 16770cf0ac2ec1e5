"""Who may look at an account, and as what: its own contacts, and whom an owner let in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from saldo.accounts.model import Account, Creditor
from saldo.clock import Clock
from saldo.errors import Conflict, Forbidden, Invalid, NotFound
from saldo.events import event
from saldo.ids import Ids, fingerprint
from saldo.portal.addresses import contact_writes, known_contacts
from saldo.portal.groups import Portal
from saldo.portal.model import (
    ROLES,
    USERS_MAX,
    PortalAddress,
    PortalUser,
    Role,
    address_hash,
)
from saldo.store import EVER, CommitConflict, Delete, Put, Store, Write, fed

ACCOUNTS_MAX: Final = 100
"""So many accounts of one person are shown."""

_ATTEMPTS_MAX: Final = 5
_FEED_PAGE: Final = 100


class NotTheOwner(Forbidden):
    """Only an owner of the account says who else may look."""

    code = "not-the-owner"


class UserUnknown(NotFound):
    """Nobody like that was invited to the account."""

    code = "user-unknown"


class UserKnownBefore(Conflict):
    """That address has access already: as a contact of the account, or invited before."""

    code = "user-known-before"


class TooManyUsers(Conflict):
    """The account has as many users as it may have."""

    code = "too-many-users"


class RoleNotValid(Invalid):
    """There is no such role."""

    code = "role-not-valid"


@dataclass(frozen=True, slots=True)
class Membership:
    """What one person may do with one account, under which name and address."""

    creditor: Creditor
    account: Account
    role: Role
    name: str
    email: str

    @property
    def place(self) -> str:
        """Names the account in the portal's addresses, and tells nothing by itself."""
        return place_of(self.account)


def place_of(account: Account) -> str:
    """Return under what an account stands in the portal's addresses."""
    return fingerprint(f"place:{account.creditor}:{account.number}")[:20]


class PortalUsers:
    """Reads and changes who may look at which account."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def memberships(self, portal: Portal, hashed: str) -> tuple[Membership, ...]:
        """Return what the person of an address may see in a portal, as it stands now.

        By company in the portal's order, then by number; ACCOUNTS_MAX at most.
        """
        companies = {one.id: place for place, one in enumerate(portal.creditors)}
        found = sorted(
            {
                (one.creditor, one.account)
                for one in self._store.list(PortalAddress, hashed)
                if one.creditor in companies
            },
            key=lambda key: (companies[key[0]], key[1]),
        )[:ACCOUNTS_MAX]
        accounts = self._store.get_many(Account, found)
        users = self._store.get_many(PortalUser, [(*key, hashed) for key in found])
        made = (
            _membership(
                portal.creditors[companies[key[0]]],
                accounts[key],
                users.get((*key, hashed)),
                hashed,
            )
            for key in found
            if key in accounts
        )
        return tuple(one for one in made if one is not None)

    def of(self, account: Account) -> list[PortalUser]:
        """Return whom an account let in, those who may look, the first invited first."""
        every = self._store.list(PortalUser, account.creditor, account.number)
        return sorted(
            (one for one in every if one.state != "removed"), key=lambda one: one.invited_at
        )

    def invite(self, owner: Membership, email: str, role: str) -> PortalUser:
        """Let somebody look at the owner's account.

        Raises NotTheOwner, RoleNotValid, UserKnownBefore or TooManyUsers.
        """
        _require_owner(owner)
        wanted = _role(role)
        account, now = owner.account, self._clock.now()
        hashed = address_hash(email)
        if hashed in known_contacts(account):
            raise UserKnownBefore("That address has access already.").at("/email")
        known = self.of(account)
        if any(one.address_hash == hashed for one in known):
            raise UserKnownBefore("That address has access already.").at("/email")
        if len(known) >= USERS_MAX:
            raise TooManyUsers(f"An account has at most {USERS_MAX} invited users.")
        old = self._store.get(PortalUser, account.creditor, account.number, hashed)
        user = PortalUser(
            account.creditor,
            account.number,
            hashed,
            self._ids.ulid(now),
            email,
            wanted,
            "invited",
            owner.email,
            now,
            version=(old.version if old else 0) + 1,
        )
        lookup = PortalAddress(hashed, account.creditor, account.number, "user")
        writes = [Put(user, expect=old.version if old else 0), Put(lookup, expect=None)]
        try:
            self._store.commit([*writes, self._told(user, now)])
        except CommitConflict as conflict:
            raise UserKnownBefore("That address was invited just now.").at("/email") from conflict
        return user

    def change_role(self, owner: Membership, user_id: str, role: str) -> PortalUser:
        """Give an invited user another role; raise NotTheOwner, RoleNotValid or UserUnknown."""
        return self._change(owner, user_id, role=_role(role))

    def remove(self, owner: Membership, user_id: str) -> PortalUser:
        """Take an invited user's access away, at once; raise NotTheOwner or UserUnknown."""
        return self._change(owner, user_id, state="removed", ended_at=self._clock.now())

    def arrived(self, portal: Portal, hashed: str) -> None:
        """Note that somebody signed in: who was invited has come."""
        for one in self.memberships(portal, hashed):
            user = self._store.get(PortalUser, one.account.creditor, one.account.number, hashed)
            if user is None or user.state != "invited":
                continue
            new = replace(user, state="active", version=user.version + 1)
            try:
                self._store.commit([Put(new, expect=user.version)])
            except CommitConflict:
                continue  # removed, or seen by another browser, just now

    def index(self, creditor: str) -> int:
        """Let the contacts of every account be found by their addresses; return how many accounts.

        For accounts from before there was a portal: pushes keep the lookup by themselves.
        """
        done = 0
        for found in fed(self._store, Account, creditor, *EVER, limit=_FEED_PAGE):
            for account in found:
                for write in contact_writes(None, account):
                    self._store.commit([write])
            done += len(found)
        return done

    def _change(
        self,
        owner: Membership,
        user_id: str,
        *,
        role: Role | None = None,
        state: Literal["removed"] | None = None,
        ended_at: datetime | None = None,
    ) -> PortalUser:
        _require_owner(owner)
        for _ in range(_ATTEMPTS_MAX):
            user = next((one for one in self.of(owner.account) if one.id == user_id), None)
            if user is None:
                raise UserUnknown("There is no such user.")
            new = replace(
                user,
                role=role or user.role,
                state=state or user.state,
                ended_at=ended_at,
                version=user.version + 1,
            )
            writes: list[Write] = [
                Put(new, expect=user.version),
                self._told(new, self._clock.now()),
            ]
            if state == "removed":
                lookup = PortalAddress(user.address_hash, user.creditor, user.account, "user")
                writes.append(Delete(lookup, expect=None))
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return new
        raise Conflict("The users of this account are being changed by others; try again.")

    def _told(self, user: PortalUser, now: datetime) -> Put:
        return Put(
            event(
                self._ids.ulid(now),
                now,
                "portal.user_changed",
                user.creditor,
                user.account,
                user=user.id,
                role=user.role,
                state=user.state,
                by="payer",
            )
        )


def _membership(
    creditor: Creditor, account: Account, user: PortalUser | None, hashed: str
) -> Membership | None:
    """Return what is due to a person: the stronger of being a contact and being invited."""
    contact = known_contacts(account).get(hashed)
    if contact is not None and contact.email:
        return Membership(creditor, account, "owner", contact.name, contact.email)
    if user is not None and user.state != "removed":
        return Membership(creditor, account, user.role, "", user.email)
    return None


def _require_owner(who: Membership) -> None:
    if who.role != "owner":
        raise NotTheOwner("Only an owner of this account says who else may look.")


def _role(text: str) -> Role:
    found = next((role for role in ROLES if role == text), None)
    if found is None:
        raise RoleNotValid("There is no such role.").at("/role")
    return found
