"""What an entry commits to: every field of its event by a hash of its own, and all of them by one.

A field's hash is taken over its name, its value and a salt. So a field can be erased and the rest
still be checked: its hash stays in the mark, its words and their salt do not. Selective disclosure
for JWTs hides claims in this way (https://www.rfc-editor.org/rfc/rfc9901.txt). Whoever erases
cannot change: any other value in any field gives another digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from saldo.audit.model import AuditEntry, AuditMark
from saldo.clock import iso_instant
from saldo.codec import encode
from saldo.events import Event

OWN: Final = "~"
"""The name under which an event's own fields stand: its id, type, instant and whose it is."""


def canonical(value: Any) -> bytes:
    """Write plain data in the one form that is hashed: keys in order, no spaces, UTF-8."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def fields_of(event: Event) -> dict[str, Any]:
    """Return what an event says, field by field; whether it was relayed is not part of it."""
    own = {
        "id": event.id,
        "type": event.type,
        "at": iso_instant(event.at),
        "creditor": event.creditor,
        "account": event.account,
        "correlation": event.correlation,
        "version": event.version,
    }
    return {OWN: own, **event.data}


def salt_of(secret: str, name: str) -> str:
    """Return a field's salt, by the event's."""
    return hashlib.sha256(canonical([secret, name])).hexdigest()[:32]


def field_hash(name: str, value: Any, salt: str) -> str:
    return hashlib.sha256(canonical([name, value, salt])).hexdigest()


def salts_of(mark: AuditMark, names: Iterable[str]) -> dict[str, str]:
    """Return the salts of fields: from the event's, or those that were left when words went."""
    if mark.salt:
        return {name: salt_of(mark.salt, name) for name in names}
    return {name: mark.salts.get(name, "") for name in names}


def digest_of(event: Event, mark: AuditMark) -> str:
    """Return the digest of an event, fields that were erased by the hashes that stayed."""
    said = fields_of(event)
    salts = salts_of(mark, said)
    hashes = {
        name: mark.erased[name] if name in mark.erased else field_hash(name, value, salts[name])
        for name, value in said.items()
    }
    return hashlib.sha256(canonical(hashes)).hexdigest()


def blank_of(value: Any) -> Any:
    """Return what stands in a field whose words were erased: nothing, of the same kind."""
    kinds: tuple[tuple[type, Any], ...] = ((str, ""), (list, []), (dict, {}))
    return next((blank for kind, blank in kinds if isinstance(value, kind)), None)


def is_blank(value: Any) -> bool:
    return value is None or value in ("", [], {})


def without(
    event: Event, mark: AuditMark, names: Iterable[str], at: datetime
) -> tuple[Event, AuditMark]:
    """Return an event without the words in fields `names`, and the mark that still proves the rest.

    What was erased before stays so.
    """
    going = [name for name in names if name in event.data and name not in mark.erased]
    said = fields_of(event)
    salts = salts_of(mark, said)
    erased = mark.erased | {name: field_hash(name, said[name], salts[name]) for name in going}
    blank = {name: blank_of(event.data[name]) for name in going}
    staying = {name: salt for name, salt in salts.items() if name not in erased}
    return (
        replace(event, data=event.data | blank),
        replace(
            mark, salt="", salts=staying, erased=erased, erased_at=at, version=mark.version + 1
        ),
    )


def entry_hash(entry: AuditEntry) -> str:
    """Return the hash of everything in an entry but its hash."""
    return hashlib.sha256(canonical(encode(replace(entry, hash="")))).hexdigest()


def mark_agrees(mark: AuditMark, entry: AuditEntry) -> bool:
    return (mark.creditor, mark.event, mark.number) == (entry.creditor, entry.event, entry.number)


_ABOUT: Final = (
    "invoice",
    "credit_note",
    "payment",
    "refund",
    "mandate",
    "scheduled",
    "notice",
    "dispute",
    "promise",
    "claim",
    "plan",
    "case",
    "hold",
    "task",
    "call",
    "file",
    "thread",
    "mail",
    "document",
    "entry",
    "statement",
    "payout",
    "connection",
    "order",
    "request",
    "service",
    "user",
    "item",
)


def about(data: Mapping[str, Any]) -> str:
    """Return what an event's data is about, as "invoice:RE-1": the first thing that it names."""
    for name in _ABOUT:
        found = data.get(name)
        if isinstance(found, str) and found:
            return f"{name}:{found}"
    invoices = data.get("invoices")
    if isinstance(invoices, list) and invoices and isinstance(invoices[0], str):
        return f"invoice:{invoices[0]}"
    return ""
