"""Payers correct their own details.

Language, channel, name, telephone and postal address hold at once: what goes wrong by them comes
back, or goes to whom it concerned anyway. A mail address diverts everything that is written, so a
new one is used only after somebody there confirmed it, by a link that is sent nowhere else, and the
old one is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from saldo.accounts.corrections import corrected
from saldo.accounts.model import Account, Contact, PostalAddress
from saldo.accounts.service import account_in
from saldo.clock import Clock
from saldo.contacts.model import Details, DetailsChange, Field, details_of, spoken_to
from saldo.contacts.orders import (
    ChangesTooMany,
    ConfirmationSpent,
    DetailsBusy,
    DetailsOrder,
    NothingChanged,
    check_channel,
    same_person,
)
from saldo.errors import NotFound
from saldo.events import Event, event
from saldo.ids import Ids
from saldo.portal.addresses import contact_writes
from saldo.portal.limits import Limit, Limits
from saldo.store import CommitConflict, Put, Store, Write

CONFIRM_LIFE: Final = timedelta(days=7)
CHANGES: Final = Limit("details", 10, timedelta(days=1))
"""Of one account: each may send a mail to an address that somebody typed."""

_ATTEMPTS_MAX: Final = 6


class ChangeUnknown(NotFound):
    """There is no such change, or nothing of it can be taken back."""

    code = "change-unknown"


@dataclass(frozen=True, slots=True)
class _Made:
    """An account after a change, and what was changed."""

    account: Account
    fields: tuple[Field, ...]


class DetailsChanges:
    """Keeps what payers said about their details."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, limits: Limits) -> None:
        self._store, self._clock, self._ids, self._limits = store, clock, ids, limits

    def change(self, creditor: str, account: str, order: DetailsOrder) -> DetailsChange:
        """Change what holds at once, and ask the new mail address, if there is one, to confirm it.

        The same order again is answered. Raises NothingChanged, ChannelNotReachable,
        ChangesTooMany, AccountUnknown or DetailsBusy.
        """
        known = self._store.get(DetailsChange, creditor, account, order.id)
        if known is not None:
            return known
        self._look_over(account_in(self._store, creditor, account), order)
        if not self._limits.take(CHANGES, f"{creditor}/{account}"):
            raise ChangesTooMany("That was much for one day. Please try again tomorrow.")
        for _ in range(_ATTEMPTS_MAX):
            now, owner = self._clock.now(), account_in(self._store, creditor, account)
            made = self._look_over(owner, order)
            change = self._change(owner, made, order, now)
            writes: list[Write] = [Put(change)]
            if made.fields:
                writes += self._write(owner, made.account, now)
                writes.append(Put(self._told(change, made.fields, owner, made.account, order.by)))
            if change.email is not None:
                writes.append(Put(self._asked(change)))
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return change
        raise DetailsBusy("The account is just being changed; try again.")

    def confirm(self, creditor: str, account: str, change: str) -> DetailsChange:
        """Use the new mail address from now on; confirming again is harmless.

        Raises ConfirmationSpent or DetailsBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            now = self._clock.now()
            found = self._store.get(DetailsChange, creditor, account, change)
            if found is not None and found.confirmed_at is not None and not found.taken_back_at:
                return found
            if found is None or not found.awaits_confirmation(now):
                raise ConfirmationSpent("This link confirms nothing (any more).")
            owner = account_in(self._store, creditor, account)
            contacts = _with_contact(owner, name=found.contact_name or None, email=found.email)
            new = corrected(owner, contacts=contacts)
            confirmed = replace(
                found,
                confirmed_at=now,
                after=replace(found.after, contacts=contacts),
                version=found.version + 1,
            )
            told = self._told(confirmed, ("email",), owner, new, found.by)
            writes = [*self._write(owner, new, now), Put(confirmed, expect=found.version)]
            try:
                self._store.commit([*writes, Put(told)])
            except CommitConflict:
                continue
            return confirmed
        raise DetailsBusy("The account is just being changed; try again.")

    def take_back(self, creditor: str, account: str, change: str, by: str) -> DetailsChange:
        """Put back what was changed and nobody changed since; an unconfirmed address is dropped.

        Raises ChangeUnknown or DetailsBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            now = self._clock.now()
            found = self._store.get(DetailsChange, creditor, account, change)
            if found is None or found.taken_back_at is not None:
                raise ChangeUnknown("There is nothing like that to take back.")
            owner = account_in(self._store, creditor, account)
            new, fields = _put_back(owner, found)
            ended = replace(found, taken_back_at=now, version=found.version + 1)
            writes: list[Write] = [Put(ended, expect=found.version)]
            if fields:
                writes += self._write(owner, new, now)
                writes.append(Put(self._told(ended, fields, owner, new, by)))
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return ended
        raise DetailsBusy("The account is just being changed; try again.")

    def of(self, creditor: str, account: str) -> list[DetailsChange]:
        """Return what payers changed, the oldest first."""
        found = self._store.list(DetailsChange, creditor, account)
        return sorted(found, key=lambda one: (one.at, one.id))

    def _look_over(self, owner: Account, order: DetailsOrder) -> _Made:
        """Return the account after what holds at once; raise NothingChanged and the like."""
        check_channel(owner, order)
        made = _applied(owner, order)
        asks_for_email = order.email is not None and not same_person(owner, order)
        if not made.fields and not asks_for_email:
            raise NothingChanged("Nothing of this is new.")
        return made

    def _change(
        self, owner: Account, made: _Made, order: DetailsOrder, now: datetime
    ) -> DetailsChange:
        email = None if order.email is None or same_person(owner, order) else order.email
        return DetailsChange(
            owner.creditor,
            owner.number,
            order.id,
            now,
            order.by,
            made.fields,
            details_of(owner),
            details_of(made.account),
            order.name or "",
            email,
            now + CONFIRM_LIFE if email else None,
            version=1,
        )

    def _write(self, old: Account, new: Account, now: datetime) -> list[Write]:
        """What writes a changed account: its next action is thought over at once."""
        kept = replace(new, updated_at=now, due_at=now, version=old.version + 1)
        return [Put(kept, expect=old.version), *contact_writes(old, kept)]

    def _told(
        self,
        change: DetailsChange,
        fields: Iterable[Field],
        old: Account,
        new: Account,
        by: str,
    ) -> Event:
        now = self._clock.now()
        before, after = _values(old), _values(new)
        changes = [{"field": f, "before": before[f], "after": after[f]} for f in fields]
        return self._event(now, "account.corrected", change, changes=changes, by=by)

    def _asked(self, change: DetailsChange) -> Event:
        return self._event(
            change.at, "contact.confirm_asked", change, email=change.email, by=change.by
        )

    def _event(self, now: datetime, type_: Any, change: DetailsChange, **more: Any) -> Event:
        place = (change.creditor, change.account)
        return event(self._ids.ulid(now), now, type_, *place, change=change.id, **more)


def _applied(owner: Account, order: DetailsOrder) -> _Made:
    new = owner
    if order.language is not None:
        new = corrected(new, language=order.language)
    if order.channel is not None:
        new = replace(new, preferred_channel=order.channel)
    # A name goes with the mail address that it comes with, when that is confirmed.
    name = order.name if order.email is None or same_person(owner, order) else None
    if name is not None or order.phone is not None:
        new = corrected(new, contacts=_with_contact(new, name=name, phone=order.phone))
    if order.address is not None:
        new = _with_address(new, order.address)
    before, after = _values(owner), _values(new)
    fields: tuple[Field, ...] = ("language", "channel", "name", "phone", "address")
    return _Made(new, tuple(one for one in fields if before[one] != after[one]))


def _with_contact(
    account: Account,
    *,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
) -> tuple[Contact, ...]:
    """Return the contacts with the one changed that is spoken to, or with a first one."""
    old = spoken_to(account)
    base = old or Contact(name or account.name)
    new = replace(
        base,
        name=name or base.name,
        phone=phone or base.phone,
        email=email or base.email,
        email_state="ok" if email else base.email_state,
    )
    if old is None:
        return (new, *account.contacts)
    return tuple(new if one is old else one for one in account.contacts)


def _with_address(account: Account, address: PostalAddress) -> Account:
    """Return an account whose letters go to an address, wherever they went before."""
    found = account.letter_contact()
    own = found[0] if found else None
    if own is None:
        return corrected(account, address=address)
    contacts = tuple(replace(c, address=address) if c is own else c for c in account.contacts)
    return corrected(account, contacts=contacts)


def _put_back(owner: Account, change: DetailsChange) -> tuple[Account, tuple[Field, ...]]:
    """Return an account with what a change did undone, where nobody changed it since."""
    before, after, now = change.before, change.after, details_of(owner)
    new = owner
    if now.language == after.language != before.language:
        new = corrected(new, language=before.language)
    if now.channel == after.channel != before.channel:
        new = replace(new, preferred_channel=before.channel)
    if now.contacts == after.contacts != before.contacts:
        new = corrected(new, contacts=before.contacts)
    if now.address == after.address != before.address:
        new = corrected(new, address=before.address)
    old, put = _values(owner), _values(new)
    fields: tuple[Field, ...] = ("language", "channel", "name", "email", "phone", "address")
    return new, tuple(one for one in fields if old[one] != put[one])


def can_be_put_back(owner: Account, change: DetailsChange) -> bool:
    """Tell whether taking a change back would change anything."""
    return bool(_put_back(owner, change)[1])


def _values(account: Account) -> dict[Field, str | None]:
    """Return an account's details as texts."""
    details: Details = details_of(account)
    contact, letters = spoken_to(account), account.letter_contact()
    return {
        "language": details.language,
        "channel": details.channel,
        "name": contact.name if contact else None,
        "email": contact.email if contact else None,
        "phone": contact.phone if contact else None,
        "address": one_line(letters[1]) if letters else None,
    }


def one_line(address: PostalAddress) -> str:
    """Return a postal address as one line."""
    town = f"{address.postal_code} {address.city}".strip()
    return ", ".join((*address.lines, town, address.country))
