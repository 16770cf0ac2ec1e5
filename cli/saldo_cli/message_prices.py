"""What a creditor pays for messages, on the command line: its option, and what it says."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from saldo.accounts.message_prices import MessagePrices
from saldo.reminders.prices import own_prices_from
from saldo_cli.problems import UsageProblem


def message_prices_option(parser: ArgumentParser) -> None:
    """Add what messages cost to the settings of a creditor."""
    parser.add_argument(
        "--message-prices",
        metavar="'CURRENCY CHANNEL=PRICE …'|none",
        help="what you pay for messages, such as 'EUR email=0.0001 letter=0.89'; what is left out "
        "costs nothing; none: the prices that are assumed",
    )


def message_prices_in(text: str | None) -> dict[str, Any]:
    """Return the setting that was named, if one was. Raises UsageProblem or PricesNotValid."""
    if text is None:
        return {}
    if text == "none":
        return {"message_prices": None}
    currency, *parts = text.split()
    said: dict[str, str] = {"currency": currency}
    for part in parts:
        channel, is_said, price = part.partition("=")
        if not is_said:
            raise UsageProblem(f"{part!r} is no price: write it as letter=0.89.")
        said[channel] = price
    return {"message_prices": own_prices_from(said)}


def message_prices_told(prices: MessagePrices | None) -> str:
    """Return in one line what messages cost."""
    if prices is None:
        return "as assumed"
    each = ", ".join(f"{channel} {price}" for channel, price in prices.each.items())
    return f"{each or 'nothing'} ({prices.currency})"
