"""What the provider holds for us, and pays out: less its fees, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from saldo.payments.told import Payout, PayoutLine

Lines = Callable[[], Iterable[PayoutLine]]
"""Tells every movement of money that there ever was, each under an id of its own."""


class Vault:
    """Pays out what was not paid out before."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._gone: set[str] = set()
        self.payouts: list[Payout] = []

    def pay_out(self, on: date, *, last: bool) -> list[Payout]:
        """Pay out, per currency, whatever was held; a sum that is owed to the provider waits.

        The `last` time the provider collects what is owed to it.
        """
        made: list[Payout] = []
        waiting = [line for line in self._lines() if line.line_id not in self._gone]
        for currency in sorted({line.currency for line in waiting}):
            lines = tuple(line for line in waiting if line.currency == currency)
            net = sum(line.net_minor for line in lines)
            if net < 0 and not last:
                continue
            self._gone |= {line.line_id for line in lines}
            id_ = f"payout-{len(self.payouts) + 1}"
            made.append(Payout(id_, net, currency, on, lines))
            self.payouts.append(made[-1])
        return made

    def since(self, day: date) -> list[Payout]:
        """Return the payouts that arrived on or after `day`."""
        return [p for p in self.payouts if p.arrives_on is None or p.arrives_on >= day]

    def gross_minor(self, currency: str) -> int:
        """Return what left the provider's account by payouts, fees included."""
        return sum(line.gross_minor for line in self._paid(currency))

    def net_minor(self, currency: str) -> int:
        """Return what arrived at our bank."""
        return sum(line.net_minor for line in self._paid(currency))

    def _paid(self, currency: str) -> list[PayoutLine]:
        return [line for p in self.payouts if p.currency == currency for line in p.lines]
