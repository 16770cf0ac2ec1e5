"""Whose a mail is, by everything that says something about it. Pure, and explained.

An address for replies and a reference to a mail of ours say it outright. Without these an invoice's
number does, or a sender who is proven to be the contact of one account. What speaks for two
accounts is never weighed: a person says whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from saldo.inbox.model import Ground, GroundKind, Why

_OUTRIGHT: Final[frozenset[GroundKind]] = frozenset({"token", "reference-header"})
_NAMED: Final[frozenset[GroundKind]] = frozenset({"number", "rf"})
_SENDER: Final[frozenset[GroundKind]] = frozenset({"sender", "sender-unproven"})


@dataclass(frozen=True, slots=True)
class Placed:
    """The account that a mail belongs to, or None and `why` not."""

    account: str | None
    why: Why = ""


def place(grounds: Sequence[Ground]) -> Placed:
    """Return whose a mail is."""
    outright = _accounts(grounds, _OUTRIGHT)
    named = _accounts(grounds, _NAMED)
    senders = _accounts(grounds, _SENDER)
    if outright:
        return _agreed(outright, named, senders)
    if named:
        if len(named) > 1:
            return Placed(None, "several-accounts")
        return _agreed(named, frozenset(), senders)
    return _by_sender(grounds, senders)


def _agreed(accounts: frozenset[str], named: frozenset[str], senders: frozenset[str]) -> Placed:
    """Return the one account, unless something speaks for another."""
    if (
        len(accounts) > 1
        or (named and not named >= accounts)
        or (senders and not senders >= accounts)
    ):
        return Placed(None, "contradiction")
    return Placed(next(iter(accounts)))


def _by_sender(grounds: Sequence[Ground], senders: frozenset[str]) -> Placed:
    if not senders:
        return Placed(None, "nothing-known")
    if len(senders) > 1:
        return Placed(None, "several-accounts")
    if any(one.kind == "sender-unproven" for one in grounds):
        return Placed(None, "sender-not-proven")
    return Placed(next(iter(senders)))


def _accounts(grounds: Sequence[Ground], kinds: frozenset[GroundKind]) -> frozenset[str]:
    return frozenset(one.account for one in grounds if one.kind in kinds)
