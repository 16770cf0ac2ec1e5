"""Who may look at which accounts, how they sign in, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from saldo.ids import fingerprint
from saldo.payments.model import ALL_RIGHTS, LinkRight

Role = Literal["owner", "payer", "reader"]
"""owner: everything, and says who else may look; payer: sees, pays and answers; reader: sees."""

ROLES: Final[tuple[Role, ...]] = ("owner", "payer", "reader")
"""The strongest first: whoever has two has the first of them."""

RIGHTS: Final[dict[Role, tuple[LinkRight, ...]]] = {
    "owner": ALL_RIGHTS,
    "payer": ALL_RIGHTS,
    "reader": ("read",),
}
"""What the pay links may that a role leads to."""

LINK_LIFE: Final = timedelta(minutes=15)
IDLE_LIFE: Final = timedelta(minutes=30)
SESSION_LIFE: Final = timedelta(hours=12)
LENT_LIFE: Final = timedelta(hours=2)
"""A pay link that the portal leads to lives as long as somebody may sit at a provider's page."""

SEEN_EVERY: Final = timedelta(minutes=5)
"""A visit is written down this often: a page costs no write."""

USERS_MAX: Final = 20
"""So many people may be invited to one account."""

_KEPT: Final = timedelta(days=7)


def address_hash(email: str) -> str:
    """Return under what a mail address is looked up: spaces and case make no difference."""
    return fingerprint(f"portal:{''.join(email.split()).casefold()}")


@dataclass(frozen=True, slots=True)
class PortalGroup:
    """Companies of one seller, whose customers see all of them in one portal; the first of them is
    its face. A creditor without a group has a portal of its own, under its own id.
    """

    id: str
    creditors: tuple[str, ...]
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.id,)


@dataclass(frozen=True, slots=True)
class PortalAddress:
    """Says that a mail address has to do with an account, as one of its contacts or as somebody
    invited. What they may do there is the account's to say: this only finds it.
    """

    address_hash: str
    creditor: str
    account: str
    source: Literal["contact", "user"]

    @property
    def key(self) -> tuple[str, ...]:
        return (self.address_hash, self.creditor, self.account, self.source)


@dataclass(frozen=True, slots=True)
class PortalUser:
    """Somebody whom an account's owner let in. `invited` until they signed in for the first time;
    `removed` stays as a trace and may be invited again.
    """

    creditor: str
    account: str
    address_hash: str
    id: str
    email: str
    role: Role
    state: Literal["invited", "active", "removed"]
    invited_by: str
    invited_at: datetime
    ended_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.address_hash)


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A link to sign in with, once, kept by the token's hash."""

    token_hash: str
    portal: str
    address_hash: str
    created_at: datetime
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
class PortalSession:
    """Somebody is signed in: kept by the hash of what the browser's cookie holds."""

    token_hash: str
    portal: str
    address_hash: str
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.token_hash,)

    @property
    def gone_at(self) -> datetime:
        return self.created_at + SESSION_LIFE + _KEPT

    def lives(self, now: datetime) -> bool:
        """Tell whether it still opens the portal at `now`."""
        return (
            self.ended_at is None
            and now < self.seen_at + IDLE_LIFE
            and now < self.created_at + SESSION_LIFE
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was done in one window of time; `subject` is a hash."""

    subject: str
    window: str
    count: int
    gone_at: datetime
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.subject, self.window)


@dataclass(frozen=True, slots=True)
class StaffLink:
    """Lets a creditor's staff ask whether an invoice is paid, and nothing else; kept by the hash of
    its token, listed by `StaffLinkEntry`.
    """

    token_hash: str
    id: str
    creditor: str
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.token_hash,)

    def opens(self, now: datetime) -> bool:
        """Tell whether it opens anything at `now`."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class StaffLinkEntry:
    """Finds a creditor's staff links by their public id."""

    creditor: str
    id: str
    token_hash: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)
