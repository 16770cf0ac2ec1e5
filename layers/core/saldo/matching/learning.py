"""What an accepted match teaches, and what its reversal takes back. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from saldo.matching.model import Learnt
from saldo.matching.names import normal
from saldo.matching.payers import paid_from
from saldo.statements.model import Entry

Counts = Mapping[str, Mapping[str, int]]


def taught(learnt: Learnt, entry: Entry, account: str) -> Learnt:
    """Return what is known after a person or a rule said that `entry` was the account's."""
    return _counted(learnt, entry, account, 1)


def untaught(learnt: Learnt, entry: Entry, account: str) -> Learnt:
    """Return what is known after that was taken back; what nothing supports is forgotten."""
    return _counted(learnt, entry, account, -1)


def _counted(learnt: Learnt, entry: Entry, account: str, step: int) -> Learnt:
    party = entry.counterparty
    return Learnt(
        _stepped(learnt.ibans, paid_from(entry), account, step),
        _stepped(learnt.names, normal(party.name), account, step),
    )


def _stepped(counts: Counts, key: str, account: str, step: int) -> Counts:
    if not key or not account:
        return counts
    of_key = {**counts.get(key, {})}
    of_key[account] = of_key.get(account, 0) + step
    of_key = {each: count for each, count in of_key.items() if count > 0}
    rest = {each: of for each, of in counts.items() if each != key}
    return {**rest, key: of_key} if of_key else rest
