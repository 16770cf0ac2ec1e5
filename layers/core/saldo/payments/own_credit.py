"""A payer uses the account's own credit for invoices: at once, and without any provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from saldo.clock import Clock
from saldo.errors import Conflict
from saldo.ids import Ids
from saldo.invoices.model import Credit
from saldo.payments.allocate import Allocator, CreditUnknown, Grounds
from saldo.payments.designation import ChoiceChanged, NothingOpen, Wish, wanted_of
from saldo.payments.links import Opened
from saldo.payments.standing import Standings
from saldo.store import Store

BY_PAYER: Final = Grounds("payer", "The payer used the credit (§366 BGB, art. 6:43 BW).")


class NoCredit(Conflict):
    """There is no credit in this currency that this link may use, or it was used meanwhile."""

    code = "no-credit"


class OwnCredit:
    """Pays invoices with customer credit, as the payer says."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._standings = Standings(store, clock)
        self._allocator = Allocator(store, clock, ids)

    def use(
        self, opened: Opened, invoices: Sequence[str] | None, currency: str, seen_minor: int | None
    ) -> int:
        """Pay `invoices` with the account's credit in `currency`, as far as it reaches: the oldest
        first, with the oldest credit; None is everything that nothing is underway for.

        `seen_minor` is the credit that the payer was shown: another one now is refused. Returns the
        minor units used. Doing it twice uses nothing twice. A link to one invoice may use none.
        Raises NothingOpen, NothingChosen, TooManyChosen, CurrenciesMixed, ChoiceChanged, NoCredit
        or AllocationBusy: what was not used yet is used by schedule then.
        """
        standing = self._standings.of(opened)
        chosen = tuple(invoices) if invoices is not None else None
        # Credit pays invoices whole: one that is contested in part is paid if it is named.
        open_ = [one for one in standing.open_ if chosen is not None or not one.contested_minor]
        wanted = wanted_of(open_, Wish(chosen, currency))
        currency = wanted[0].currency
        found = self._credits(opened, currency) if opened.link.scope == "account" else []
        if not found:
            raise NoCredit("There is no credit left to use.")
        if seen_minor is not None and seen_minor != sum(credit.open_minor for credit in found):
            raise ChoiceChanged("The credit has changed; look at it again.")
        numbers = [one.number for one in wanted]
        used, left = 0, sum(one.open_minor for one in wanted)
        for credit in found:
            if used >= left:
                break
            try:
                used += self._allocator.allocate(
                    credit.creditor, credit.account, credit.source, numbers, BY_PAYER
                )
            except CreditUnknown:
                continue  # used by another click, or by a collector
        if not used:
            raise NothingOpen("What you chose is settled meanwhile.")
        return used

    def _credits(self, opened: Opened, currency: str) -> list[Credit]:
        every = self._store.list(Credit, opened.link.creditor, opened.link.account)
        free = [one for one in every if one.currency == currency and not one.pending]
        return sorted(free, key=lambda one: (one.since, one.source))
