"""What a message costs by each channel, as a file says it; `prices.json` has what is assumed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final

from saldo.accounts.message_prices import MessagePrices
from saldo.accounts.model import Creditor
from saldo.errors import Invalid
from saldo.messages.model import Channel
from saldo.reminders.foresee_model import CHANNELS, Prices

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_PRICE: Final = re.compile(r"\d{1,6}(\.\d{1,6})?")


class PricesNotValid(Invalid):
    """A price list names a channel that there is not, or a price that is none."""

    code = "prices-not-valid"


def assumed_prices() -> Prices:
    """Return the prices that come with Saldo, each with where it comes from."""
    text = (files("saldo.reminders") / "prices.json").read_text("utf-8")
    return prices_from(json.loads(text))


def prices_from(data: Any) -> Prices:
    """Read {"currency": "EUR", "letter": "0.95", …}; raise PricesNotValid.

    A price is a decimal string, or {"price": …, "source": …}. A channel that is left out costs
    nothing.
    """
    if not isinstance(data, Mapping) or not _is(_CURRENCY, data.get("currency")):
        raise PricesNotValid("A price list is an object with a 'currency', such as EUR.")
    unknown = sorted(set(data) - {*CHANNELS, "currency"})
    if unknown:
        raise PricesNotValid(f"No channel: {', '.join(unknown)}. Known: {', '.join(CHANNELS)}.")
    each: dict[Channel, Decimal] = {}
    sources: dict[Channel, str] = {}
    for channel in CHANNELS:
        if channel not in data:
            continue
        told = data[channel]
        listed = told if isinstance(told, Mapping) else {"price": told}
        if not _is(_PRICE, listed.get("price")):
            raise PricesNotValid(f'The price of {channel} is a decimal string, such as "0.95".')
        each[channel] = Decimal(listed["price"])
        sources[channel] = str(listed.get("source", "given"))
    return Prices(data["currency"], each, sources)


def own_prices_from(data: Any) -> MessagePrices:
    """Read a price list as `prices_from` does, to be kept with a creditor; raise PricesNotValid."""
    read = prices_from(data)
    return MessagePrices(
        read.currency, {str(channel): f"{price}" for channel, price in read.each.items()}
    )


def prices_of(creditor: Creditor | None) -> Prices | None:
    """Return what messages cost a creditor by its own contracts, None where it does not say."""
    own = creditor.message_prices if creditor else None
    return prices_from({"currency": own.currency, **own.each}) if own else None


def _is(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
