"""Creditors, keys and holds: what an owner or a person entitled sets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from saldo.accounts.api_keys import ALL_SCOPES, ApiKey, ApiKeyEntry
from saldo.accounts.model import (
    INSTALLATION,
    PLACED_BY_HAND,
    WHOLE_CREDITOR,
    Account,
    Creditor,
    Hold,
    HoldKind,
    Installation,
)
from saldo.accounts.told import (
    SYSTEM,
    creditor_changed,
    hold_placed,
    key_told,
    sending_switched,
)
from saldo.clock import Clock, local_day
from saldo.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from saldo.events import event
from saldo.ids import Ids, fingerprint
from saldo.invoices.model import NumberTaken
from saldo.store import EVER, CommitConflict, Put, Store, Wake, Write, fed_keys

_CREDITOR_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_KEY_PREFIX = "saldo_"
_ATTEMPTS_MAX = 5
_FEED_PAGE = 100


class CreditorUnknown(NotFound):
    """No creditor goes by that id."""

    code = "creditor-unknown"


class CreditorExists(Conflict):
    """A creditor of that id is already there."""

    code = "creditor-exists"


class CreditorIdNotValid(Invalid):
    """A creditor's id stands in mail tags and addresses, and keeps to plain characters."""

    code = "creditor-id-not-valid"


class FirstRunNotWaiting(Conflict):
    """No first run waits for a person: the creditor is in shadow, or needs no release."""

    code = "first-run-not-waiting"


class AccountUnknown(NotFound):
    """The creditor has no account of that number."""

    code = "account-unknown"


class InvoiceUnknown(NotFound):
    """The creditor has no invoice of that number."""

    code = "invoice-unknown"


class HoldUnknown(NotFound):
    """Nothing is paused there."""

    code = "hold-unknown"


class HoldKindNotPlaced(Invalid):
    """Holds of that kind come and go with the fact behind them; nobody places them by hand."""

    code = "hold-kind-not-placed"


class KeyNotAccepted(Unauthenticated):
    """The API key is missing, unknown or revoked."""

    code = "key-not-accepted"


class ScopeMissing(Forbidden):
    """The API key may not do this; the text names the scope it lacks."""

    code = "scope-missing"


@dataclass(frozen=True, slots=True)
class Target:
    """What a hold is placed on: a creditor, one of its accounts, or one invoice."""

    creditor: str
    account: str = WHOLE_CREDITOR
    invoice: str | None = None


def account_in(store: Store, creditor: str, number: str, *, at: str = "") -> Account:
    """Return an account; raise AccountUnknown, which points `at` a field of what was sent."""
    found = store.get(Account, creditor, number)
    if found is None:
        problem = AccountUnknown(f"There is no account {number!r}.")
        raise problem.at(at) if at else problem
    return found


class Accounts:
    """Keeps creditors, API keys and holds."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def creditor(self, creditor: str) -> Creditor:
        """Return a creditor; raise CreditorUnknown."""
        found = self._store.get(Creditor, creditor)
        if found is None:
            raise CreditorUnknown(f"There is no creditor {creditor!r}.")
        return found

    def creditors(self) -> Iterator[Creditor]:
        """Yield every creditor of the installation, by the feed index."""
        for keys in fed_keys(self._store, Creditor, INSTALLATION, *EVER, limit=_FEED_PAGE):
            for key in keys:
                if (found := self._store.get(Creditor, *key)) is not None:
                    yield found

    def owners(self) -> Iterator[str]:
        """Yield whose events there are: the installation's and each creditor's."""
        yield INSTALLATION
        for creditor in self.creditors():
            yield creditor.id

    def create_creditor(self, creditor: Creditor, by: str = SYSTEM) -> Creditor:
        """Add a creditor, in shadow unless it says otherwise.

        Raises CreditorExists or CreditorIdNotValid.
        """
        if not _CREDITOR_ID.fullmatch(creditor.id):
            raise CreditorIdNotValid("A creditor's id is made of a-z, 0-9 and -, 40 at most.")
        now = self._clock.now()
        made = replace(creditor, created_at=now, version=1)
        told = creditor_changed(None, made, self._ids.ulid(now), now, by)
        try:
            self._store.commit([Put(made), Put(told)])
        except CommitConflict:
            raise CreditorExists(f"A creditor {creditor.id!r} is already there.") from None
        return made

    def change_creditor(self, creditor: str, *, by: str = SYSTEM, **changes: Any) -> Creditor:
        """Change fields of a creditor; raise CreditorUnknown. The same again changes nothing.

        Back in shadow, a first run that was released has to be released anew. Where it changes what
        is due (`_changes_dues`), the next run looks at every account.
        """
        if changes.get("state") == "shadow":
            changes |= {"first_run_released_at": None, "first_run_released_by": ""}
        for _ in range(_ATTEMPTS_MAX):
            old, now = self.creditor(creditor), self._clock.now()
            if replace(old, **changes) == old:
                return old
            new = replace(old, **changes, version=old.version + 1)
            if _changes_dues(old, new):
                new = new.to_look_from(local_day(now, new.time_zone))
            told = creditor_changed(old, new, self._ids.ulid(now), now, by)
            try:
                self._store.commit([Put(new, expect=old.version), Put(told)])
            except CommitConflict:
                continue
            return new
        raise Conflict("The creditor is being changed by others; try again.")

    def release_first_run(self, creditor: str, by: str) -> Creditor:
        """Let the first run go; who let it go before is not replaced.

        Raises CreditorUnknown or FirstRunNotWaiting.
        """
        known = self.creditor(creditor)
        if known.state == "live" and known.first_run_released_at is not None:
            return known
        if not known.awaits_release:
            raise FirstRunNotWaiting(f"No first run of {creditor!r} waits to be released.")
        now = self._clock.now()
        return self.change_creditor(
            creditor, by=by, first_run_released_at=now, first_run_released_by=by
        )

    def installation(self) -> Installation:
        """Return what holds for the whole installation."""
        return self._store.get(Installation, INSTALLATION) or Installation()

    def switch_sending(self, sends: bool, by: str = SYSTEM) -> Installation:
        """Stop or allow all sending of this installation."""
        old, now = self.installation(), self._clock.now()
        new = replace(old, sending=sends, version=old.version + 1)
        told = sending_switched(sends, self._ids.ulid(now), now, by)
        self._store.commit([Put(new, expect=None), Put(told)])
        return new

    def create_key(
        self, creditor: str, name: str, scopes: Sequence[str], by: str = SYSTEM
    ) -> tuple[str, ApiKey]:
        """Make an API key and return its secret, which is shown once and kept as a hash."""
        self.creditor(creditor)
        unknown = set(scopes) - set(ALL_SCOPES)
        if unknown or not scopes:
            raise Invalid(f"Scopes are {', '.join(ALL_SCOPES)}; not {', '.join(sorted(unknown))}.")
        now = self._clock.now()
        secret = _KEY_PREFIX + self._ids.token() + self._ids.token()
        key = ApiKey(
            fingerprint(secret), self._ids.ulid(now), creditor, name, tuple(scopes), now, version=1
        )
        entry = ApiKeyEntry(creditor, key.id, key.secret_hash, name)
        told = key_told("key.created", key, self._ids.ulid(now), now, by)
        self._store.commit([Put(key), Put(entry), Put(told)])
        return secret, key

    def keys(self, creditor: str) -> list[ApiKey]:
        """Return the keys of a creditor, revoked ones included."""
        entries = list(self._store.list(ApiKeyEntry, creditor))
        found = self._store.get_many(ApiKey, [(e.secret_hash,) for e in entries])
        return sorted(found.values(), key=lambda key: key.id)

    def revoke_key(self, creditor: str, key_id: str, by: str = SYSTEM) -> ApiKey:
        """Revoke a key, now and for good; raise NotFound."""
        entry = self._store.get(ApiKeyEntry, creditor, key_id)
        key = self._store.get(ApiKey, entry.secret_hash) if entry else None
        if key is None:
            raise NotFound(f"Creditor {creditor!r} has no key {key_id!r}.")
        if key.revoked_at is None:
            now = self._clock.now()
            new = replace(key, revoked_at=now, version=key.version + 1)
            told = key_told("key.revoked", new, self._ids.ulid(now), now, by)
            self._store.commit([Put(new, expect=key.version), Put(told)])
            return new
        return key

    def authenticate(self, secret: str | None, scope: str | None) -> ApiKey:
        """Return the key behind a secret; raise KeyNotAccepted or ScopeMissing.

        `scope` None asks for nothing but a valid key.
        """
        key = self._store.get(ApiKey, fingerprint(secret)) if secret else None
        if key is None or key.revoked_at is not None:
            raise KeyNotAccepted("Send a valid API key as 'Authorization: Bearer …'.")
        if scope is not None and scope not in key.scopes:
            raise ScopeMissing(f"This key lacks the scope {scope}.")
        return key

    def pause(self, target: Target, reason: str, by: str, until: date | None = None) -> Hold:
        """Keep all notices about the target back until a day, or until it is resumed.

        Raises CreditorUnknown, AccountUnknown or InvoiceUnknown.
        """
        return self.place(target, "pause", reason, by, until)

    def place(
        self,
        target: Target,
        kind: HoldKind,
        reason: str,
        by: str,
        until: date | None = None,
        owner: str | None = None,
    ) -> Hold:
        """Place a hold of one of the kinds that people place (`PLACED_BY_HAND`).

        It ends by itself on the day `until`, or by `resume`. `owner` sees to it; None: whoever
        placed it. Raises HoldKindNotPlaced, CreditorUnknown, AccountUnknown or InvoiceUnknown.
        """
        _check_by_hand(kind)
        target = self._resolve(target)
        now = self._clock.now()
        hold = Hold(
            target.creditor,
            target.account,
            self._ids.ulid(now),
            kind,
            target.invoice,
            reason,
            by,
            now,
            until,
            owner=owner,
            version=1,
        )
        told = hold_placed(hold, self._ids.ulid(now))
        self._store.commit([Put(hold), Put(told), *self._wake(target, now)])
        return hold

    def resume(self, target: Target, by: str, kind: HoldKind = "pause") -> list[Hold]:
        """End every hold of a kind placed on exactly this target.

        Raises HoldUnknown when there is none, HoldKindNotPlaced, CreditorUnknown, AccountUnknown or
        InvoiceUnknown.
        """
        _check_by_hand(kind)
        target = self._resolve(target)
        now = self._clock.now()
        ended = []
        for hold in list(self._store.list(Hold, target.creditor, target.account)):
            numbers = {hold.invoice, *hold.more_invoices}
            if hold.kind != kind or hold.ended_at or target.invoice not in numbers:
                continue
            new = replace(hold, ended_at=now, ended_by=by, version=hold.version + 1)
            told = event(
                self._ids.ulid(now),
                now,
                "hold.ended",
                target.creditor,
                target.account,
                hold=hold.id,
                kind=hold.kind,
                invoice=target.invoice,
                by=by,
            )
            self._store.commit([Put(new, expect=hold.version), Put(told), *self._wake(target, now)])
            ended.append(new)
        if not ended:
            raise HoldUnknown(
                "Nothing is paused there."
                if kind == "pause"
                else f"There is no hold of kind {kind} there."
            )
        return ended

    def holds(self, creditor: str, account: str) -> list[Hold]:
        """Return the holds on an account and on its creditor as a whole, ended ones included."""
        places = dict.fromkeys((WHOLE_CREDITOR, account))
        return [hold for place in places for hold in self._store.list(Hold, creditor, place)]

    def _wake(self, target: Target, now: datetime) -> list[Write]:
        if target.account == WHOLE_CREDITOR:
            return []
        return [Wake(target.creditor, target.account, now)]

    def _resolve(self, target: Target) -> Target:
        self.creditor(target.creditor)
        if target.invoice is not None:
            taken = self._store.get(NumberTaken, target.creditor, "invoice", target.invoice)
            if taken is None or target.account not in (WHOLE_CREDITOR, taken.account):
                raise InvoiceUnknown(f"There is no invoice {target.invoice!r}.")
            return replace(target, account=taken.account)
        if target.account == WHOLE_CREDITOR:
            return target
        account_in(self._store, target.creditor, target.account)
        return target


def _check_by_hand(kind: HoldKind) -> None:
    if kind not in PLACED_BY_HAND:
        raise HoldKindNotPlaced(f"A hold of kind {kind} comes and goes with its fact.").at("/kind")


def _changes_dues(old: Creditor, new: Creditor) -> bool:
    """Tell whether reminders may be due on other days: by another policy, or because a comparison
    by lot is over that notices wait for.
    """
    is_over = old.hold_out is not None and new.hold_out != old.hold_out
    return is_over or (new.policy, new.segments) != (old.policy, old.segments)
