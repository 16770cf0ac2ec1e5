"""What a provider kept for its work, by whose payments it kept it for. A record alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ProviderFee:
    """What a provider kept in one payout for the payments of one account.

    `account` WHOLE_CREDITOR ("~"): the creditor's share of what no payment bears. `on` is the day
    on which the payout is booked. `gross_minor` is what was paid by `payments` payments of those
    that the fee was kept for; under "~" of those that bear no fee of their own. A fee that was
    given back is below zero. Amounts are minor units.
    """

    creditor: str
    account: str
    provider: str
    payout: str
    currency: str
    on: date
    fee_minor: int
    gross_minor: int
    payments: int

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.provider, self.payout, self.currency)
