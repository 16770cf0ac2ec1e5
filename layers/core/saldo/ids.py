"""Identifiers and secrets as an argument.

Ids are ULIDs (https://github.com/ulid/spec): 48 bits of milliseconds and 80 random bits in
Crockford's base 32, so that their text order is the order in which they were made.
"""

from __future__ import annotations

import hashlib
import random
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Protocol

_ULID_CHARACTERS = 26
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Ids(Protocol):
    """Makes identifiers and secrets."""

    def ulid(self, at: datetime) -> str:
        """Return a new 26-character id that sorts by `at`."""

    def token(self) -> str:
        """Return a new secret of 128 bits, safe in a URL path."""


def _ulid(at: datetime, entropy: int) -> str:
    value = (int(at.timestamp() * 1000) << 80) | entropy
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def _token(entropy: bytes) -> str:
    return urlsafe_b64encode(entropy).rstrip(b"=").decode()


def instant_of(ulid: str) -> datetime:
    """Return when an id was made, to the millisecond; raise ValueError where it is none."""
    if len(ulid) != _ULID_CHARACTERS or ulid[0] > "7":
        raise ValueError(f"{ulid!r} is no ULID")
    value = 0
    for character in ulid[:10]:
        value = value << 5 | _CROCKFORD.index(character)
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=value)


def ulid_of(name: str, at: datetime) -> str:
    """Return the id of what others call `name`: the same each time, and sorted by `at`."""
    return _ulid(at, int.from_bytes(hashlib.sha256(name.encode()).digest()[:10]))


class RandomIds:
    """Ids from the operating system's randomness."""

    def ulid(self, at: datetime) -> str:
        return _ulid(at, secrets.randbits(80))

    def token(self) -> str:
        return _token(secrets.token_bytes(16))


class SeededIds:
    """Ids that repeat for the same seed; for tests and replays, never for secrets that matter."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def ulid(self, at: datetime) -> str:
        return _ulid(at, self._random.getrandbits(80))

    def token(self) -> str:
        return _token(self._random.randbytes(16))


def fingerprint(secret: str) -> str:
    """Return the hash under which a random secret (pay token, API key) is kept.

    The secrets carry 128 random bits, so a plain SHA-256 cannot be searched; no salt is needed and
    a lookup by hash stays possible.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def shard_of(value: str, shards: int) -> str:
    """Return the shard of `value` as text: the same on every machine and in every version."""
    return str(int.from_bytes(hashlib.sha256(value.encode()).digest()[:4]) % shards)
