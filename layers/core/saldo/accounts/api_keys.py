"""Keys of creditors' systems, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Scope = Literal[
    "accounts:read",
    "accounts:write",
    "invoices:read",
    "invoices:write",
    "status:read",
    "links:write",
    "payments:read",
    "payments:write",
    "holds:read",
    "holds:write",
    "collection:read",
    "collection:write",
    "cases:write",
    "reports:read",
    "reports:write",
    "webhooks:read",
    "webhooks:write",
    "settings:read",
    "settings:write",
    "users:write",
    "audit:read",
    "privacy:write",
]
ALL_SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a key may be allowed; a key names each one that it has."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a creditor's system, kept by the hash of its secret."""

    secret_hash: str
    id: str
    creditor: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.secret_hash,)


@dataclass(frozen=True, slots=True)
class ApiKeyEntry:
    """Lists a creditor's keys by their public id, so that one can be revoked without its secret."""

    creditor: str
    id: str
    secret_hash: str
    name: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)
