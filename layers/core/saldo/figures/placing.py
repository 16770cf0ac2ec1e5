"""Moving accounts after their creditor changed which of them stand where.

What is said about one account moves it when it is said. Rules for all (who looks after which, which
policy is for which segment) move many at once: a look every hour notices them, and then every
account is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.codec import encode
from saldo.figures.counting import FigureCounter
from saldo.figures.kept import PlacedBy
from saldo.figures.subjects import Act
from saldo.ids import fingerprint
from saldo.store import EVER, Put, Store, fed_keys
from saldo.worklist.desk_model import DeskRules

_PAGE: Final = 200
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Placing:
    """Places accounts anew when the rules for all of them changed."""

    def __init__(self, store: Store, counter: FigureCounter) -> None:
        self._store, self._counter = store, counter

    def renew(self, creditors: Iterable[Creditor]) -> int:
        """Look at every account of each creditor whose rules changed; return how many were.

        Broken off, it begins anew with the next call. Raises FiguresBusy.
        """
        return sum(self._renew(creditor) for creditor in creditors)

    def _renew(self, creditor: Creditor) -> int:
        now = PlacedBy(creditor.id, self._rules(creditor))
        if self._store.get(PlacedBy, creditor.id) == now:
            return 0
        seen = 0
        for keys in fed_keys(self._store, Account, creditor.id, *EVER, limit=_PAGE):
            self._counter.count_updates(Act(key[0], key[1], _LONG_AGO, "") for key in keys)
            seen += len(keys)
        self._store.commit([Put(now, expect=None)])
        return seen

    def _rules(self, creditor: Creditor) -> str:
        rules = self._store.get(DeskRules, creditor.id)
        said = [encode(creditor.segments), creditor.policy, encode(rules) if rules else None]
        return fingerprint(repr(said))
