"""Which record stands under which key, what it is read by, and what that costs.

Costs are for rows up to 1 KB (write) or 4 KB (read); a write inside a transaction costs double, a
strongly consistent query costs one read unit per 4 KB that it reads. A row in a GSI costs one more
write unit per index that it enters, moves in or leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from threading import RLock
from typing import Any, Final, TypeVar

from saldo.adapters.dynamo.kinds_accounts import ACCOUNTS
from saldo.adapters.dynamo.kinds_answers import ANSWERS
from saldo.adapters.dynamo.kinds_audit import AUDIT
from saldo.adapters.dynamo.kinds_bank import BANK
from saldo.adapters.dynamo.kinds_collection import COLLECTION
from saldo.adapters.dynamo.kinds_connectors import CONNECTORS
from saldo.adapters.dynamo.kinds_figures import FIGURES
from saldo.adapters.dynamo.kinds_files import FILES
from saldo.adapters.dynamo.kinds_imports import IMPORTS
from saldo.adapters.dynamo.kinds_inbox import INBOX
from saldo.adapters.dynamo.kinds_intake import INTAKE
from saldo.adapters.dynamo.kinds_invoices import INVOICES
from saldo.adapters.dynamo.kinds_payments import PAYMENTS
from saldo.adapters.dynamo.kinds_people import PEOPLE
from saldo.adapters.dynamo.kinds_portal import PORTAL
from saldo.adapters.dynamo.kinds_reminders import REMINDERS
from saldo.adapters.dynamo.kinds_watchers import WATCHERS
from saldo.adapters.dynamo.kinds_worklist import WORKLIST
from saldo.adapters.dynamo.row_kind import Key, RowKind

__all__ = ["BY_RECORD", "BY_TAG", "Key", "RowKind"]

_KINDS = (
    *ACCOUNTS,
    *INVOICES,
    *FILES,
    *IMPORTS,
    *INBOX,
    *INTAKE,
    *PAYMENTS,
    *BANK,
    *COLLECTION,
    *REMINDERS,
    *PORTAL,
    *PEOPLE,
    *ANSWERS,
    *CONNECTORS,
    *WORKLIST,
    *WATCHERS,
    *AUDIT,
    *FIGURES,
)
_LATER: Final = {
    "CASH": ("saldo.cash",),
    "CREDIT": ("saldo.credit",),
    "CREDIT_DATA": ("saldo.credit_data",),
    "FORESIGHT": ("saldo.forecast", "saldo.foresight", "saldo.risk"),
    "STEPS": ("saldo.steps", "saldo.reminders.hold_out"),
}
"""Families of rows that few functions read, and the packages of their records. Each is imported
when one of its records is first asked for: to import them all costs 80 ms of processor time, which
whoever opens a pay page would wait for.
"""

_K = TypeVar("_K")


class Kinds(Mapping[_K, RowKind]):
    """Kinds of rows by record or by tag; families of `_LATER` come in when they are asked for."""

    def __init__(self) -> None:
        self._known: dict[_K, RowKind] = {}

    def __getitem__(self, key: _K) -> RowKind:
        if key not in self._known:
            _add(family for family in _LATER if _may_hold(family, key))
        return self._known[key]

    def __iter__(self) -> Iterator[_K]:
        _add(_LATER)
        return iter(self._known)

    def __len__(self) -> int:
        _add(_LATER)
        return len(self._known)

    def keep(self, key: _K, kind: RowKind) -> None:
        """Take a kind in."""
        assert key not in self._known, "tags and records are unique"
        self._known[key] = kind


BY_RECORD: Final[Kinds[type[Any]]] = Kinds()
BY_TAG: Final[Kinds[str]] = Kinds()
_added: Final[set[str]] = set()
_adding: Final = RLock()


def _may_hold(family: str, key: object) -> bool:
    """Tell whether a family may have a record; of a tag, which tells nothing, each may."""
    if not isinstance(key, type):
        return True
    return any(f"{key.__module__}.".startswith(f"{one}.") for one in _LATER[family])


def _add(families: Iterable[str]) -> None:
    for family in families:
        with _adding:
            if family not in _added:
                module = import_module(f"saldo.adapters.dynamo.kinds_{family.lower()}")
                _keep(getattr(module, family))
                _added.add(family)


def _keep(kinds: tuple[RowKind, ...]) -> None:
    for kind in kinds:
        BY_RECORD.keep(kind.record, kind)
        BY_TAG.keep(kind.tag, kind)


_keep(_KINDS)
