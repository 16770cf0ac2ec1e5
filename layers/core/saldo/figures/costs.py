"""What collecting cost, by what for, and for each hundred that came. Pure.

Every cost stands in its own currency: in a row of another one a message's price is told beside,
never converted and never added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from saldo.figures.model import FEE
from saldo.figures.running import MILLION, RUNNING, RUNNING_TOLD
from saldo.messages.model import Channel
from saldo.money import decimals_of, format_amount
from saldo.reminders.foresee_model import CHANNELS, Prices

CostFigure = Callable[[Counter[str], str], int | str | None]

_HUNDRED: Final = 100


def channel_minor(prices: Prices, channel: Channel, sums: Counter[str]) -> int:
    """Return what the messages of a channel cost, in minor units of the price list's currency."""
    price = prices.of(channel) * sums[f"sent:{channel}"]
    return int((price * 10 ** decimals_of(prices.currency)).to_integral_value(ROUND_HALF_UP))


def messages_minor(prices: Prices, sums: Counter[str]) -> int:
    """Return what all messages cost: what is shown by channel adds up to it."""
    return sum(channel_minor(prices, channel, sums) for channel in CHANNELS)


def fees_minor(sums: Counter[str]) -> int | None:
    """Return what payment providers kept, in minor units; None where no payout told of any."""
    found = {name: amount for name, amount in sums.items() if name.startswith(FEE)}
    return sum(minor for name, minor in found.items() if name.endswith(":minor")) if found else None


def not_told(measures: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that nothing is known of, by the measures of all rows: no payout was read,
    no running costs were said.
    """
    known = set(measures)
    is_told = {
        "provider_fees": any(name.startswith(FEE) for name in known),
        "running": RUNNING in known,
    }
    return tuple(name for name, told in is_told.items() if not told)


def running_minor(sums: Counter[str]) -> int | None:
    """Return what running costs, None where nobody said it."""
    return round_half_up(Fraction(sums[RUNNING], MILLION)) if sums[RUNNING_TOLD] else None


def per_hundred(cost_minor: int, paid_minor: int, currency: str) -> int | None:
    """Return the cost of each hundred that was paid, in minor units; None where nothing was."""
    if paid_minor <= 0:
        return None
    hundred_minor = _HUNDRED * 10 ** decimals_of(currency)
    return round_half_up(Fraction(cost_minor * hundred_minor, paid_minor))


def round_half_up(value: Fraction) -> int:
    """Return the nearest whole number, a half rounded away from zero."""
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    return int(whole.to_integral_value(ROUND_HALF_UP))


def cost_figures(prices: Prices) -> dict[str, CostFigure]:
    """Return how each column of the report of costs comes from a row's sums."""

    def is_own(currency: str) -> bool:
        return currency == prices.currency

    def of_channel(channel: Channel) -> CostFigure:
        return lambda sums, currency: (
            channel_minor(prices, channel, sums) if is_own(currency) else None
        )

    def of_messages(sums: Counter[str], currency: str) -> int | None:
        return messages_minor(prices, sums) if is_own(currency) else None

    def elsewhere(sums: Counter[str], currency: str) -> str | None:
        minor = 0 if is_own(currency) else messages_minor(prices, sums)
        return f"{format_amount(minor, prices.currency)} {prices.currency}" if minor else None

    def cost(sums: Counter[str], currency: str) -> int:
        known = (of_messages(sums, currency), fees_minor(sums), running_minor(sums))
        return sum(one or 0 for one in known)

    return {
        **{f"cost_{channel}": of_channel(channel) for channel in CHANNELS},
        "cost_messages": of_messages,
        "provider_fees": lambda sums, _: fees_minor(sums),
        "running": lambda sums, _: running_minor(sums),
        "cost": cost,
        "cost_per_100": lambda sums, currency: per_hundred(
            cost(sums, currency), sums["collected"], currency
        ),
        "cost_elsewhere": elsewhere,
    }
