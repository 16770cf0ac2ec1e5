"""Settings of what collecting costs over the API: running costs, and prices of messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.accounts.message_prices import MessagePrices
from saldo.accounts.running_costs import RunningCost, running_costs_from, told
from saldo.edge.v1.answers import _Amount, _Day
from saldo.edge.v1.fields import Amount, Currency, Day
from saldo.edge.v1.requests import Body
from saldo.errors import Invalid
from saldo.reminders.prices import own_prices_from


class RunningCostRecord(Body):
    """What running the software costs from a month on, until another in the same currency."""

    since: Annotated[Day, Field(description="The first day of a month.")]
    currency: Currency
    per_month: Annotated[Amount | None, Field(description="Each month.")] = None
    per_invoice: Annotated[
        str | None,
        Field(pattern=r"^\d{1,6}(\.\d{1,6})?$", description="For each invoice, as `0.012`."),
    ] = None


_Price = Annotated[
    str | None, Field(pattern=r"^\d{1,6}(\.\d{1,6})?$", description="Each, as `0.89`.")
]


class MessagePricesRecord(Body):
    """What messages cost by your own contracts. What is left out costs nothing."""

    currency: Currency
    email: _Price = None
    letter: _Price = None
    sms: _Price = None
    call: _Price = None
    registered: _Price = None


class RunningCostAnswer(TypedDict):
    """What running the software costs from a month on."""

    since: _Day
    currency: str
    per_month: _Amount | None
    per_invoice: str | None


class MessagePricesAnswer(TypedDict):
    """What messages cost by the creditor's own contracts; null costs nothing."""

    currency: str
    email: str | None
    letter: str | None
    sms: str | None
    call: str | None
    registered: str | None


def cost_changes(
    running: Sequence[RunningCostRecord], prices: MessagePricesRecord | None, named: Collection[str]
) -> dict[str, Any]:
    """Return the changes of what was named. Raises RunningCostsNotValid, PricesNotValid, or what is
    wrong with an amount.
    """
    changes: dict[str, Any] = {}
    if "running_costs" in named:
        try:
            costs = running_costs_from([one.model_dump() for one in running])
        except Invalid as wrong:
            raise wrong.at("/running_costs") from None
        changes["running_costs"] = costs
    if "message_prices" in named:
        said = prices.model_dump(exclude_none=True) if prices else None
        changes["message_prices"] = own_prices_from(said) if said else None
    return changes


def running_told(costs: Sequence[RunningCost]) -> list[RunningCostAnswer]:
    """Render running costs."""
    return [_running(one) for one in costs]


def _running(one: RunningCost) -> RunningCostAnswer:
    said = told(one)
    return {
        "since": one.since.isoformat(),
        "currency": one.currency,
        "per_month": said["per_month"],
        "per_invoice": said["per_invoice"],
    }


def prices_told(own: MessagePrices | None) -> MessagePricesAnswer | None:
    """Render prices of messages."""
    if own is None:
        return None
    return {
        "currency": own.currency,
        "email": own.each.get("email"),
        "letter": own.each.get("letter"),
        "sms": own.each.get("sms"),
        "call": own.each.get("call"),
        "registered": own.each.get("registered"),
    }
