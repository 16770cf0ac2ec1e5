"""Links for a creditor's own staff: to ask whether an invoice is paid, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from saldo.accounts.model import Creditor
from saldo.accounts.service import CreditorUnknown
from saldo.accounts.told import SYSTEM, Setting, setting_changed
from saldo.clock import Clock
from saldo.errors import Invalid, NotFound, TooMany
from saldo.ids import Ids, fingerprint
from saldo.portal.limits import Limit, Limits
from saldo.portal.model import StaffLink, StaffLinkEntry
from saldo.store import CommitConflict, Put, Store

DAYS_MAX: Final = 400
DAYS_DEFAULT: Final = 90
NAME_LENGTH_MAX: Final = 80
BY_LINK: Final = Limit("staff-link", 40, timedelta(minutes=1))
"""A desk asks about a car every few seconds at most; who tries numbers asks faster."""

_ATTEMPTS_MAX: Final = 3


class StaffLinkUnknown(NotFound):
    """The link opens nothing (any more)."""

    code = "staff-link-unknown"


class StaffLinkDays(Invalid):
    """A link for staff works for 1 to 400 days."""

    code = "staff-link-days"


class AskedTooOften(TooMany):
    """The link was used for more questions a minute than a desk has."""

    code = "asked-too-often"


class StaffLinks:
    """Makes, opens and revokes them."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, limits: Limits, public_url: str
    ) -> None:
        self._store, self._clock, self._ids, self._limits = store, clock, ids, limits
        self._public_url = public_url.rstrip("/")

    def create(
        self, creditor: str, name: str, days: int = DAYS_DEFAULT, by: str = SYSTEM
    ) -> tuple[str, StaffLink]:
        """Make a link that works for `days`; return its address, shown this once, and its record.

        `name` says where it is used, such as "workshop desk". Raises CreditorUnknown or
        StaffLinkDays.
        """
        if not 1 <= days <= DAYS_MAX:
            raise (
                StaffLinkDays(f"A link for staff works for 1 to {DAYS_MAX} days.")
                .told(most=DAYS_MAX)
                .at("/days")
            )
        if self._store.get(Creditor, creditor) is None:
            raise CreditorUnknown(f"There is no creditor {creditor!r}.")
        token, now = self._ids.token() + self._ids.token(), self._clock.now()
        link = StaffLink(
            fingerprint(token),
            self._ids.ulid(now),
            creditor,
            name.strip()[:NAME_LENGTH_MAX],
            now,
            now + timedelta(days=days),
            version=1,
        )
        entry = StaffLinkEntry(creditor, link.id, link.token_hash)
        self._store.commit([Put(link), Put(entry), self._told(None, link, by)])
        return f"{self._public_url}/staff/{token}", link

    def of(self, creditor: str) -> list[StaffLink]:
        """Return a creditor's links, those that open nothing any more included."""
        entries = list(self._store.list(StaffLinkEntry, creditor))
        found = self._store.get_many(StaffLink, [(one.token_hash,) for one in entries])
        return sorted(found.values(), key=lambda one: one.id)

    def revoke(self, creditor: str, link_id: str, by: str = SYSTEM) -> StaffLink:
        """Close a link at once and for good; again is harmless. Raises StaffLinkUnknown."""
        entry = self._store.get(StaffLinkEntry, creditor, link_id)
        for _ in range(_ATTEMPTS_MAX):
            link = self._store.get(StaffLink, entry.token_hash) if entry else None
            if link is None:
                raise StaffLinkUnknown(f"Creditor {creditor!r} has no staff link {link_id!r}.")
            if link.revoked_at is not None:
                return link
            ended = replace(link, revoked_at=self._clock.now(), version=link.version + 1)
            try:
                self._store.commit([Put(ended, expect=link.version), self._told(link, ended, by)])
            except CommitConflict:
                continue
            return ended
        raise StaffLinkUnknown("The link is being changed by others; look again.")

    def _told(self, old: StaffLink | None, new: StaffLink, by: str) -> Put:
        now = self._clock.now()
        id_ = self._ids.ulid(now)
        setting = Setting("staff-link", new.id, ("name", "expires_at", "revoked_at"))
        return Put(setting_changed(setting, old, new, id_, now, by))

    def open(self, token: str) -> Creditor:
        """Return whose invoices a link may ask about; raise StaffLinkUnknown."""
        link = self._store.get(StaffLink, fingerprint(token))
        if link is None or not link.opens(self._clock.now()):
            raise StaffLinkUnknown("This link opens nothing (any more).")
        found = self._store.get(Creditor, link.creditor)
        assert found is not None, "a link points at what exists"
        return found

    def ask(self, token: str) -> Creditor:
        """Return the same, and count a question; raise StaffLinkUnknown or AskedTooOften."""
        creditor = self.open(token)
        if not self._limits.take(BY_LINK, fingerprint(token)):
            raise AskedTooOften("That was often. Please wait a minute.")
        return creditor
