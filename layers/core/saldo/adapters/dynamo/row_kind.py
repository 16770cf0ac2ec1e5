"""How a kind of record is laid out in the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

Key = tuple[str, ...]


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
        return "#".join((self.pk_prefix, *_quoted(key[: self.partition_parts])))

    def sk(self, key: Key) -> str:
        return "#".join((self.sk_prefix, *_quoted(key[self.partition_parts :]))).lstrip("#")

    def sk_start(self, prefix: Key) -> str:
        """Return what the sort keys of all rows below `prefix` begin with."""
        parts = _quoted(prefix[self.partition_parts :])
        return "#".join((self.sk_prefix, *parts, "")).lstrip("#")

    def key(self, pk: str, sk: str) -> Key:
        """Return the record's key from the row's."""
        tail = sk.removeprefix(self.sk_prefix).lstrip("#")
        parts = pk.removeprefix(self.pk_prefix).lstrip("#").split("#")
        return tuple(unquote(p) for p in [*parts, *(tail.split("#") if tail else [])] if p)


def _quoted(parts: Key) -> tuple[str, ...]:
    return tuple(quote(part, safe="") for part in parts)
