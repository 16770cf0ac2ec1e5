"""What a creditor says about the documents that come in: whose they are, and how they are read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

from saldo.accounts.told import SYSTEM, Setting, setting_changed
from saldo.clock import Clock
from saldo.errors import Conflict, Invalid
from saldo.events import Event
from saldo.ids import Ids, fingerprint
from saldo.store import CommitConflict, Delete, Put, Store, Write

BuyerKind = Literal["customer-number", "reference", "vat-id", "electronic-address", "e-mail"]
"""What a document says of its buyer: customer-number: an identifier (BT-46); reference: the buyer
reference (BT-10); vat-id (BT-48); electronic-address (BT-49, with its scheme); e-mail (BT-58, or an
electronic address that is one)."""

BUYER_KINDS: Final[tuple[BuyerKind, ...]] = get_args(BuyerKind)
DUE_DAYS_MAX: Final = 120
MAILBOX: Final = "invoices-"
"""The part of a creditor's address for documents before its token."""

_ATTEMPTS_MAX = 5
_TOLD: Final = (
    "sellers",
    "buyer_by",
    "creates_accounts",
    "due_days",
    "already_sent",
    "mail_domains",
)
_TOKEN_CHARACTERS: Final = 24
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)


class IntakeRulesNotValid(Invalid):
    """What was set for the documents that come in cannot be."""

    code = "intake-rules-not-valid"


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """How a creditor's documents are taken.

    `sellers` are names, VAT ids or other identifiers by which documents may name the creditor;
    without any, its own name must stand there. `buyer_by` says by what an account is found, the
    first that knows one. With `creates_accounts` an unknown buyer becomes an account. A document
    that says nothing of when it is due is due `due_days` after its issue. `already_sent`: debtors
    have these invoices from elsewhere, so that Saldo does not mail them. Mail is taken from
    `mail_domains` alone. `mailbox` is the hash of the token in the creditor's address for
    documents, "" where it has none.
    """

    creditor: str
    sellers: tuple[str, ...] = ()
    buyer_by: tuple[BuyerKind, ...] = BUYER_KINDS
    creates_accounts: bool = False
    due_days: int = 30
    already_sent: bool = False
    mail_domains: tuple[str, ...] = ()
    mailbox: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Which creditor an address for documents belongs to, by the hash of its token."""

    token_hash: str
    creditor: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.token_hash,)


class IntakeRuleBook:
    """Keeps the rules of creditors."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def of(self, creditor: str) -> IntakeRules:
        """Return a creditor's rules; those that hold where nobody set any."""
        return self._store.get(IntakeRules, creditor) or IntakeRules(creditor)

    def change(self, creditor: str, *, by: str = SYSTEM, **changes: Any) -> IntakeRules:
        """Change fields of the rules; raise IntakeRulesNotValid, or Conflict."""
        return self._change(creditor, changes, (), by)

    def new_address(self, creditor: str, by: str = SYSTEM) -> str:
        """Return the local part of a new address for documents; the one before is closed at once.

        It is shown once: its token is kept as a hash. Raises Conflict.
        """
        # Case does not survive mail systems, so the token is written in small hexadecimal digits.
        token = hashlib.sha256(self._ids.token().encode()).hexdigest()[:_TOKEN_CHARACTERS]
        self._change(creditor, {"mailbox": fingerprint(token)}, (token,), by)
        return f"{MAILBOX}{token}"

    def close_address(self, creditor: str, by: str = SYSTEM) -> IntakeRules:
        """Close the address for documents; raise Conflict."""
        return self._change(creditor, {"mailbox": ""}, (), by)

    def creditor_at(self, address: str) -> str | None:
        """Return whose documents an address takes, None for an address of another kind."""
        local = address.strip().lower().partition("@")[0]
        if not local.startswith(MAILBOX):
            return None
        found = self._store.get(Mailbox, fingerprint(local.removeprefix(MAILBOX)))
        return found.creditor if found else None

    def is_for_documents(self, recipients: Sequence[str]) -> bool:
        """Tell whether a mail went to an address for documents, be it open or closed by now."""
        return any(one.strip().lower().startswith(MAILBOX) for one in recipients)

    def _change(
        self, creditor: str, changes: dict[str, Any], tokens: tuple[str, ...], by: str
    ) -> IntakeRules:
        for _ in range(_ATTEMPTS_MAX):
            old = self.of(creditor)
            new = replace(old, **changes, version=old.version + 1)
            _check(new)
            writes: list[Write] = [Put(new, expect=old.version)]
            if old.mailbox and old.mailbox != new.mailbox:
                writes.append(Delete(Mailbox(old.mailbox, creditor), expect=None))
            writes += [Put(Mailbox(fingerprint(token), creditor)) for token in tokens]
            if replace(new, version=old.version) != old:
                writes.append(Put(self._told(old, new, by)))
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return new
        raise Conflict("The rules are being changed by others; try again.")

    def _told(self, old: IntakeRules, new: IntakeRules, by: str) -> Event:
        now = self._clock.now()
        setting = Setting("intake", "", _TOLD, secret=("mailbox",))
        return setting_changed(setting, old, new, self._ids.ulid(now), now, by)


def _check(rules: IntakeRules) -> None:
    if not 0 <= rules.due_days <= DUE_DAYS_MAX:
        raise IntakeRulesNotValid(f"Documents are due after 0 to {DUE_DAYS_MAX} days.")
    unknown = set(rules.buyer_by) - set(BUYER_KINDS)
    if unknown or not rules.buyer_by:
        raise IntakeRulesNotValid(f"An account is found by {', '.join(BUYER_KINDS)}.")
    for domain in rules.mail_domains:
        if not _DOMAIN.fullmatch(domain):
            raise IntakeRulesNotValid(f"{domain!r} is no domain such as acme.example.")
    if any(not one.strip() for one in rules.sellers):
        raise IntakeRulesNotValid("A seller's name or id must not be blank.")


@dataclass(frozen=True, slots=True)
class BuyerLink:
    """Which account a buyer is that documents name so: `value` is written plainly."""

    creditor: str
    kind: BuyerKind
    value: str
    account: str
    by: str
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.kind, self.value)
