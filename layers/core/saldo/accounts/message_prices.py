"""What a creditor pays for a message by each channel, by its own contracts. A record alone."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MessagePrices:
    """Prices as decimal texts by channel, "letter": "0.89", in one currency.

    A channel that is left out costs nothing.
    """

    currency: str
    each: dict[str, str] = field(hash=False)
