"""How a kind of record is laid out in the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from saldo.errors import Invalid

Key = tuple[str, ...]

_PARTITION_BYTES_MAX: Final = 2048
_SORT_BYTES_MAX: Final = 1024
"""Amazon DynamoDB Developer Guide, "Quotas": the lengths of partition and sort keys."""


class KeyTooLong(Invalid):
    """A number, name or id is longer than the table can keep, written out."""

    code = "key-too-long"


@dataclass(frozen=True, slots=True)
class RowKind:
    """How a record kind is laid out.

    The first `partition_parts` parts of the key follow `pk_prefix`, the others follow `sk_prefix`,
    each percent-encoded and joined by "#". `tag` is the row's discriminator. `access` says which
    question the row answers and what the answer costs.
    """

    record: type[Any]
    tag: str
    pk_prefix: str
    partition_parts: int
    sk_prefix: str
    access: str

    def pk(self, key: Key) -> str:
        """Return the partition key; raise KeyTooLong."""
        made = "#".join((self.pk_prefix, *_quoted(key[: self.partition_parts])))
        return _fitting(made, _PARTITION_BYTES_MAX)

    def sk(self, key: Key) -> str:
        """Return the sort key; raise KeyTooLong."""
        made = "#".join((self.sk_prefix, *_quoted(key[self.partition_parts :]))).lstrip("#")
        return _fitting(made, _SORT_BYTES_MAX)

    def sk_start(self, prefix: Key) -> str:
        """Return what the sort keys of all rows below `prefix` begin with; raise KeyTooLong."""
        parts = _quoted(prefix[self.partition_parts :])
        return _fitting("#".join((self.sk_prefix, *parts, "")).lstrip("#"), _SORT_BYTES_MAX)

    def key(self, pk: str, sk: str) -> Key:
        """Return the record's key from the row's."""
        tail = sk.removeprefix(self.sk_prefix).lstrip("#")
        parts = pk.removeprefix(self.pk_prefix).lstrip("#").split("#")
        return tuple(unquote(p) for p in [*parts, *(tail.split("#") if tail else [])] if p)


def _quoted(parts: Key) -> tuple[str, ...]:
    return tuple(quote(part, safe="") for part in parts)


def _fitting(key: str, bytes_max: int) -> str:
    """Return a key, of ASCII by now, that is not too long."""
    if len(key) > bytes_max:
        raise KeyTooLong("What names a record is too long: give something shorter.")
    return key
