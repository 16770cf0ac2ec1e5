"""What makes a mutant: the register, and stores whose commits are changed on their way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from saldo.ledger.model import JournalEntry
from saldo.store import Put, Write

Patch = pytest.MonkeyPatch
Rewrite = Callable[[Sequence[Write]], list[Write]]

MUTANTS: dict[str, Callable[[Patch], None]] = {}


def mutant(apply: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Add a mutant under its function's name."""
    MUTANTS[apply.__name__] = apply
    return apply


@dataclass
class Rewriting:
    """A store whose commits are changed on their way."""

    store: Any
    rewrite: Rewrite

    def commit(self, writes: Sequence[Write]) -> None:
        changed = self.rewrite(writes)
        if changed:
            self.store.commit(changed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


def rewrite_commits_of(patch: Patch, service: type[Any], rewrite: Rewrite) -> None:
    """Change every commit that a service makes."""
    build = service.__init__

    def init(self: Any, store: Any, *more: Any, **named: Any) -> None:
        build(self, Rewriting(store, rewrite), *more, **named)

    patch.setattr(service, "__init__", init)


def unconditional(*kinds: type[Any]) -> Rewrite:
    """Return a rewrite that puts records of these kinds whatever is there."""
    return lambda writes: [
        replace(w, expect=None) if isinstance(w, Put) and isinstance(w.record, kinds) else w
        for w in writes
    ]


def without(*kinds: type[Any]) -> Rewrite:
    """Return a rewrite that leaves writes, or records, of these kinds out."""
    return lambda writes: [
        w
        for w in writes
        if not isinstance(w, kinds) and not isinstance(getattr(w, "record", None), kinds)
    ]


def booked_anew(writes: Sequence[Write], *causes: str) -> list[Write]:
    """Return writes whose journal entries, of these causes or of all, are known by nothing."""
    changed: list[Write] = []
    for write in writes:
        record = getattr(write, "record", None)
        if isinstance(record, JournalEntry) and (not causes or record.cause_kind in causes):
            again = replace(record, cause_id=f"{record.cause_id}#{id(write)}")
            changed.append(Put(again))
        else:
            changed.append(write)
    return changed
