"""The events about the credit of an account: what changed between two sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from saldo.accounts.told import SYSTEM
from saldo.credit.decide import crossed
from saldo.credit.model import CreditLine, CreditSheet, Exposure, ShorterTerms
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.money import format_amount

TOLD: Final = frozenset(
    {
        "limit.changed",
        "limit.proposed",
        "limit.declined",
        "limit.exceeded",
        "limit.restored",
        "order_block.set",
        "order_block.released",
        "terms.proposed",
        "terms.declined",
        "terms.shortened",
        "terms.restored",
    }
)
"""What is told of accounts here."""


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word that a change goes back to; of the system's own where nobody said anything.

    `until` is the day that a release by hand lasts to, as text.
    """

    by: str = SYSTEM
    reason: str = ""
    until: str | None = None


NOBODYS: Final = Word()


class Teller:
    """Makes the events of one account at one instant."""

    def __init__(self, ids: Ids, now: datetime, creditor: str, account: str) -> None:
        self._ids, self._now = ids, now
        self._creditor, self._account = creditor, account

    def tell(self, type_: EventType, **data: Any) -> Event:
        """Return an event of now."""
        id_ = self._ids.ulid(self._now)
        return event(id_, self._now, type_, self._creditor, self._account, **data)

    def differences(
        self,
        old: CreditSheet,
        new: CreditSheet,
        lines: Iterable[CreditLine],
        agreed_days: int | None,
        word: Word = NOBODYS,
    ) -> Iterator[Event]:
        """Yield what is to be told of a sheet that follows another; `lines` are as of now."""
        by_currency = {one.currency: one for one in lines}
        for currency, is_over in crossed(old, new):
            line = by_currency.get(currency) or CreditLine(currency, Exposure(currency))
            yield self._crossed(line, is_over=is_over)
        yield from self._block(old, new, word)
        yield from self._terms(old.terms, new.terms, agreed_days, word)

    def _crossed(self, line: CreditLine, *, is_over: bool) -> Event:
        def amount(minor: int | None) -> str | None:
            return None if minor is None else format_amount(minor, line.currency)

        found = line.exposure
        return self.tell(
            "limit.exceeded" if is_over else "limit.restored",
            currency=line.currency,
            amount=amount(found.minor),
            limit=amount(line.limit_minor),
            headroom=amount(line.headroom_minor),
            open=amount(found.open_minor),
            overdue=amount(found.overdue_minor),
            orders=amount(found.orders_minor),
            credit=amount(found.credit_minor),
            insured=amount(line.insured_minor),
        )

    def _block(self, old: CreditSheet, new: CreditSheet, word: Word) -> Iterator[Event]:
        """Yield that orders wait or go. A person's word is told where they wait already, too, with
        the block that there is: who said what is to be found.
        """
        was, is_ = old.block, new.block
        by_hand = new.manual if new.manual != old.manual else None
        if is_ is not None and (was is None or by_hand is not None):
            yield self.tell(
                "order_block.set",
                block=is_.id,
                kinds=list(is_.kinds),
                why=[{"kind": one.kind, **one.facts} for one in is_.reasons],
                reason=word.reason,
                by=by_hand.by if by_hand is not None else is_.by,
            )
        if was is not None and is_ is None:
            yield self.tell(
                "order_block.released",
                block=was.id,
                kinds=list(was.kinds),
                reason=word.reason,
                until=word.until,
                by=word.by,
            )

    def _terms(
        self,
        old: ShorterTerms | None,
        new: ShorterTerms | None,
        agreed_days: int | None,
        word: Word,
    ) -> Iterator[Event]:
        before = (old.net_days, old.state) if old else None
        after = (new.net_days, new.state) if new else None
        if before == after:
            return
        if old is not None and old.state == "applied" and (new is None or new.state != "applied"):
            yield self._restored(old, agreed_days, word)
        if new is not None and new.state != "declined":
            yield self.tell(
                "terms.shortened" if new.state == "applied" else "terms.proposed",
                net_days=new.net_days,
                prepayment=new.is_prepayment,
                agreed_net_days=agreed_days,
                kinds=list(new.reasons),
                by=word.by,
            )
        elif new is not None and old is not None and old.state == "proposed":
            yield self.tell(
                "terms.declined",
                net_days=new.net_days,
                prepayment=new.is_prepayment,
                agreed_net_days=agreed_days,
                kinds=list(new.reasons),
                reason=word.reason,
                by=word.by,
            )

    def _restored(self, old: ShorterTerms, agreed_days: int | None, word: Word) -> Event:
        return self.tell(
            "terms.restored",
            net_days=agreed_days,
            was_net_days=old.net_days,
            reason=word.reason,
            by=word.by,
        )
