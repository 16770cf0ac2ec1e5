"""What time alone changes: items that show again, statements that are late by now."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.accounts.service import Accounts
from saldo.worklist.keep import WorkBusy, WorkKeeper

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: items changed, and accounts left for the next one."""

    changed: int
    busy: int


class WorkSweep:
    """Derives anew what is due, and every creditor as a whole. What was missed comes next time."""

    def __init__(self, accounts: Accounts, keeper: WorkKeeper) -> None:
        self._accounts, self._keeper = accounts, keeper

    def run(self, has_time: Callable[[], bool] = lambda: True) -> Swept:
        """Bring back what is due by now, for as long as there is time."""
        changed = busy = 0
        for creditor in self._accounts.creditors():
            for account in (WHOLE_CREDITOR, *self._keeper.due(creditor.id)):
                if not has_time():
                    return Swept(changed, busy)
                try:
                    changed += self._keeper.derive(creditor.id, account)
                except WorkBusy:
                    busy += 1
                    _log.warning("items of account %s are left for the next sweep", account)
        return Swept(changed, busy)
