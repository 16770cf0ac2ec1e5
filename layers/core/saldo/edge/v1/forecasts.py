"""When invoices will be paid, over the API: an invoice, an account, and how good forecasts were."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.edge.v1.fields import Day, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.requests import Query
from saldo.errors import Invalid, NotFound
from saldo.forecast.kept import ItemForecast
from saldo.forecast.model import LATE_DAYS, VERSION, Group
from saldo.forecast.stored import StoredModel
from saldo.forecast.track import Misses, TrackMonth
from saldo.money import format_amount

if TYPE_CHECKING:
    from saldo.wiring import Services

MODELS_LISTED = 10


class ForecastUnknown(NotFound):
    """The invoice is not open, or nothing was told of it yet."""

    code = "forecast-unknown"


class WhichForecasts(Invalid):
    """A look at forecasts names neither an invoice nor an account, or both."""

    code = "which-forecasts"


class ForecastsQuery(Query):
    """One invoice, or an account's open items; and by which day."""

    account: Annotated[
        Number | None, Field(description="The account's number, percent-encoded.")
    ] = None
    number: Annotated[
        Number | None, Field(description="Instead: this one invoice's number, percent-encoded.")
    ] = None
    by: Annotated[
        Day | None, Field(description="Tell the chance that an item is paid by this day, too.")
    ] = None


_Chance = Annotated[float, Field(ge=0, le=1)]


class ReasonAnswer(TypedDict):
    """What moved the payment, against the creditor's usual invoice."""

    about: Annotated[
        Group,
        Field(
            description="How the account paid so far (`history`), how that changed lately "
            "(`trend`), what it owes beyond its custom (`overdue`), the `terms`, the `amount`, or "
            "the `calendar`."
        ),
    ]
    days: Annotated[float, Field(description="Later; below zero for earlier.")]


class ByDayAnswer(TypedDict):
    """The chance that an item is paid by a day."""

    day: _Day
    chance: _Chance


class ForecastAnswer(TypedDict):
    """When an open item is expected to be paid, on condition that it was not paid so far."""

    account: str
    invoice: str
    currency: str
    open: _Amount
    issued_on: _Day
    due_on: _Day
    expected_on: Annotated[_Day, Field(description="It is paid by this day with a chance of 50 %.")]
    early_on: Annotated[_Day, Field(description="With a chance of 10 %.")]
    late_on: Annotated[_Day, Field(description="With a chance of 90 %.")]
    quantiles: Annotated[
        dict[str, _Day], Field(description="By these days, with these chances in percent.")
    ]
    late: Annotated[_Chance, Field(description="That it is paid after its due date.")]
    very_late: Annotated[
        _Chance, Field(description=f"That it is paid more than {LATE_DAYS} days after it.")
    ]
    by: ByDayAnswer | None
    reasons: Annotated[list[ReasonAnswer], Field(description="The strongest first, three at most.")]
    known_invoices: Annotated[
        int, Field(description="Paid ones of the account that were looked at.")
    ]
    disputed: Annotated[bool, Field(description="It is contested, and told as if it were not.")]
    model: Annotated[int, Field(description="The model's number; 0: nothing was learnt yet.")]
    told_on: _Day


class ForecastsAnswer(TypedDict):
    """An account's open items, by due date; or the one invoice."""

    items: list[ForecastAnswer]


class ModelAnswer(TypedDict):
    """What was learnt, and from what."""

    number: int
    known_on: Annotated[_Day, Field(description="The day up to which invoices were known.")]
    invoices: Annotated[int, Field(description="Paid invoices that it was learnt from.")]
    open_invoices: int
    accounts: int
    median_days: Annotated[float, Field(description="Everybody's median of days beyond terms.")]
    made_at: _Instant
    by: str
    used: bool


class MissesAnswer(TypedDict):
    """How far off forecasts were, beside two rules that knew the same; null where nothing came."""

    invoices: int
    days: Annotated[float | None, Field(description="The forecast's mean absolute error.")]
    days_account_mean: Annotated[float | None, Field(description="That of the account's own mean.")]
    days_due_date: Annotated[float | None, Field(description="That of the due date.")]
    inside_80: Annotated[
        float | None, Field(description="The share that was paid within the 80 % interval.")
    ]


class TrackAnswer(TypedDict):
    """Invoices paid in a month, by what was told when they were issued and on their due dates."""

    month: str
    at_issue: MissesAnswer
    at_due: MissesAnswer


class ForecastModelAnswer(TypedDict):
    """The creditor's models, the newest first, and how good its forecasts were."""

    models: list[ModelAnswer]
    months: list[TrackAnswer]


def listed(order: Ordered, query: ForecastsQuery) -> ForecastsAnswer:
    """Return the forecasts of an account's open items, or of one invoice.

    Raises WhichForecasts, AccountUnknown, InvoiceUnknown or ForecastUnknown.
    """
    store, creditor, book = order.services.store, order.creditor.id, order.services.forecasts
    if query.account is not None and query.number is None:
        number = reads.account(store, creditor, query.account).number
        found = book.of_account(creditor, number)
    elif query.number is not None and query.account is None:
        found = [of_invoice(order.services, creditor, query.number)]
    else:
        raise WhichForecasts("Name an 'account' or the 'number' of an invoice.")
    return {"items": [rendered(one, query.by) for one in found]}


def of_invoice(services: Services, creditor: str, number: str) -> ItemForecast:
    """Return the forecast of an invoice; raise InvoiceUnknown or ForecastUnknown."""
    invoice = reads.invoice(services.store, creditor, number)
    found = services.forecasts.of_invoice(creditor, invoice.account, invoice.number)
    if found is None:
        raise ForecastUnknown(f"Nothing is told of invoice {number!r}: it is not open.")
    return found


def of_model(order: Ordered) -> ForecastModelAnswer:
    """Return what was learnt, and how good forecasts were."""
    creditor, parts = order.creditor.id, order.services
    used = parts.forecast_models.of(creditor).number
    return {
        "models": [
            model(one, used) for one in parts.forecast_models.stored(creditor, MODELS_LISTED)
        ],
        "months": [month(one) for one in parts.forecast_track.of(creditor)],
    }


def rendered(one: ItemForecast, by: date | None = None) -> ForecastAnswer:
    """Render a forecast."""
    told = one.forecast
    return {
        "account": one.account,
        "invoice": one.invoice,
        "currency": one.currency,
        "open": format_amount(one.open_minor, one.currency),
        "issued_on": one.issued_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "expected_on": told.paid_on(0.5).isoformat(),
        "early_on": told.paid_on(0.1).isoformat(),
        "late_on": told.paid_on(0.9).isoformat(),
        "quantiles": {
            str(percent): told.paid_on(percent / 100).isoformat()
            for percent in (5, 10, 25, 50, 75, 90, 95)
        },
        "late": round(told.late, 3),
        "very_late": round(told.very_late, 3),
        "by": {"day": by.isoformat(), "chance": round(told.paid_by(by), 3)} if by else None,
        "reasons": [{"about": each.group, "days": round(each.days, 1)} for each in told.reasons],
        "known_invoices": one.known,
        "disputed": one.disputed,
        "model": one.model,
        "told_on": one.made_on.isoformat(),
    }


def model(one: StoredModel, used: int) -> ModelAnswer:
    """Render a model; `used` is the number of the one that is gone by."""
    return {
        "number": one.number,
        "known_on": one.known_on.isoformat(),
        "invoices": one.bills,
        "open_invoices": one.open_bills,
        "accounts": one.accounts,
        "median_days": one.median / 100,
        "made_at": iso_instant(one.made_at),
        "by": one.by,
        "used": one.number == used and one.version == VERSION,
    }


def month(one: TrackMonth) -> TrackAnswer:
    """Render a month."""
    return {"month": one.month, "at_issue": _misses(one.issue), "at_due": _misses(one.due)}


def _misses(found: Misses) -> MissesAnswer:
    return {
        "invoices": found.count,
        "days": _rounded(found.mean(found.off), 2),
        "days_account_mean": _rounded(found.mean(found.mean_off), 2),
        "days_due_date": _rounded(found.mean(found.due_off), 2),
        "inside_80": _rounded(found.coverage, 3),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
