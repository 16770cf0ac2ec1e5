"""Reports over the API: what is asked, what is answered, and the views that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1.answers import _Day, _Instant
from saldo.edge.v1.fields import Day
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Name, Query
from saldo.figures.answer import ReportColumn, ReportRow, ReportTable
from saldo.figures.ask import Asked, PeriodName, asked
from saldo.figures.columns import Value
from saldo.figures.exports import csv_of
from saldo.figures.formulas import ages_in
from saldo.figures.model import DIMENSIONS
from saldo.figures.shapes import SHAPES, Kind, ReportName
from saldo.figures.speech import groups_of
from saldo.figures.views import RECIPIENTS_MAX, TITLE_MAX, Every, Format, Mailing, ReportView
from saldo.money import format_amount
from saldo.people.rights import Role

if TYPE_CHECKING:
    from saldo.edge.v1.money import Ordered

_LIST_MAX = 2000
_List = Annotated[str | None, Field(max_length=_LIST_MAX)]
_NAMES_MAX = 40


class ReportQuery(Query):
    """Which report, and how; lists are separated by commas."""

    report: Annotated[ReportName, Field(description="Its name.")]
    columns: Annotated[_List, Field(description="In this order. Default: the usual ones.")] = None
    groups: Annotated[
        _List, Field(description="A row for each value of these; empty for one row per currency.")
    ] = None
    branch: Annotated[_List, Field(description="Of these branches alone.")] = None
    country: Annotated[_List, Field(description="Of these countries alone.")] = None
    collector: Annotated[_List, Field(description="Of these collectors' accounts alone.")] = None
    segment: Annotated[_List, Field(description="Of accounts under these policies alone.")] = None
    kind: Annotated[_List, Field(description="`business`, `consumer`.")] = None
    period: Annotated[
        PeriodName | None, Field(description="Default: `last-12-months`. Not for what is now.")
    ] = None
    first: Annotated[Day | None, Field(alias="from", description="The first day instead.")] = None
    last: Annotated[Day | None, Field(alias="to", description="The last day.")] = None
    ages: Annotated[_List, Field(description="Days at which ages end. Default: 30,60,90,120.")] = (
        None
    )
    limit: Annotated[int | None, Field(ge=1, le=500, description="Rows of a list.")] = None
    idle_days: Annotated[
        int | None, Field(ge=0, le=365, description="`unattended`: nothing done for so long.")
    ] = None


_Texts = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)]
_Names = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=_NAMES_MAX)]


class MailingOrder(Body):
    """When and to whom a view is sent."""

    every: Annotated[Every, Field(description="How often.")]
    on: Annotated[
        int, Field(strict=True, ge=1, le=28, description="Weekday (1 Monday) or day of the month.")
    ] = 1
    hour: Annotated[int, Field(strict=True, ge=0, le=23, description="At the creditor's place.")]
    to: Annotated[
        list[Annotated[str, Field(max_length=254)]],
        Field(min_length=1, max_length=RECIPIENTS_MAX, description="People who work here."),
    ]
    formats: Annotated[list[Format], Field(min_length=1, max_length=3)]


class ReportViewOrder(Body):
    """A report to keep; with `id` in the place of one that is kept."""

    id: Annotated[str | None, Field(max_length=26, description="Of the view to change.")] = None
    title: Annotated[Name, Field(max_length=TITLE_MAX, description="What people see.")]
    report: Annotated[ReportName, Field(description="Its name.")]
    columns: Annotated[_Names | None, Field(description="Null for the usual ones.")] = None
    groups: Annotated[_Names | None, Field(description="Null for the usual ones.")] = None
    filters: Annotated[
        dict[str, _Texts] | None, Field(description="Values by dimension, such as `branch`.")
    ] = None
    period: Annotated[PeriodName | None, Field(description="Moves with the days.")] = None
    first: Annotated[Day | None, Field(description="The first day instead.")] = None
    last: Annotated[Day | None, Field(description="The last day.")] = None
    ages: Annotated[
        list[int] | None, Field(max_length=12, description="Days at which ages end.")
    ] = None
    limit: Annotated[int | None, Field(strict=True, ge=1, le=500)] = None
    idle_days: Annotated[int | None, Field(strict=True, ge=0, le=365)] = None
    roles: Annotated[
        list[Role] | None,
        Field(max_length=6, description="May see it; null for all who see reports."),
    ] = None
    mailing: Annotated[MailingOrder | None, Field(description="Null: it is not sent.")] = None


class ReportSendOrder(Body):
    """A view to send now, besides its schedule."""

    id: Annotated[str, Field(min_length=1, max_length=26, description="The view's id.")]
    to: Annotated[
        list[Annotated[str, Field(max_length=254)]] | None,
        Field(max_length=RECIPIENTS_MAX, description="Null for those that its mailing names."),
    ] = None


class ReportColumnAnswer(TypedDict):
    """A column; `money` is in the row's currency."""

    name: str
    kind: Kind


class ReportRowAnswer(TypedDict):
    """A row of one currency: values in the order of the columns, null where there is no figure."""

    currency: str
    groups: list[str]
    values: list[str | float | None]


class ReportAnswer(TypedDict):
    """A report. Amounts are decimal strings; percentages and days are numbers."""

    report: ReportName
    as_of: _Day
    first: _Day
    last: _Day
    groups: list[str]
    columns: list[ReportColumnAnswer]
    rows: list[ReportRowAnswer]
    totals: Annotated[list[ReportRowAnswer], Field(description="One per currency, never added.")]
    prices_assumed: Annotated[
        bool, Field(description="Messages are priced by the list that comes with Saldo.")
    ]
    not_given: Annotated[
        list[str], Field(description="Columns that somebody would have to say something for.")
    ]


class ReportKindAnswer(TypedDict):
    """What a report can be asked for."""

    report: ReportName
    columns: list[ReportColumnAnswer]
    groups: list[str]
    usual_columns: list[str]
    usual_groups: list[str]
    by_period: Annotated[bool, Field(description="About a time, not about now.")]


class ReportKindList(TypedDict):
    """The reports."""

    items: list[ReportKindAnswer]


class MailingAnswer(TypedDict):
    """When and to whom a view is sent."""

    every: Every
    on: int
    hour: int
    to: list[str]
    formats: list[Format]


class ReportViewAnswer(TypedDict):
    """A report that is kept."""

    id: str
    title: str
    report: ReportName
    columns: list[str]
    groups: list[str]
    filters: dict[str, list[str]]
    period: str
    first: Annotated[_Day | None, Field(description="Null: the period moves with the days.")]
    last: _Day | None
    roles: list[str]
    mailing: MailingAnswer | None
    next_at: Annotated[_Instant | None, Field(description="When it is sent next.")]
    by: str


class ReportViewList(TypedDict):
    """Reports that are kept."""

    items: list[ReportViewAnswer]


class ReportQueued(TypedDict):
    """Mails that are on their way."""

    queued: int
    state: Literal["queued"]


def asked_in(query: ReportQuery) -> Asked:
    """Return what a query asks for; raise ReportNotValid or AgesNotValid."""
    filters: dict[str, list[str]] = {
        name: _parts(getattr(query, name)) for name in DIMENSIONS if getattr(query, name)
    }
    return asked(
        query.report,
        columns=_parts(query.columns),
        groups=None if query.groups is None else _parts(query.groups),
        filters=filters,
        period=query.period or "",
        first=query.first,
        last=query.last,
        ages=ages_in(_parts(query.ages)),
        limit=query.limit,
        idle_days=query.idle_days,
    )


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def table(order: Ordered, query: ReportQuery) -> ReportAnswer:
    """Return a report."""
    return table_answer(_made(order, query))


def table_csv(order: Ordered, query: ReportQuery) -> bytes:
    """Return a report as a CSV file."""
    return csv_of(_made(order, query))


def _made(order: Ordered, query: ReportQuery) -> ReportTable:
    creditor = order.creditor
    return order.services.reports.make(creditor.id, creditor.time_zone, asked_in(query))


def table_answer(made: ReportTable) -> ReportAnswer:
    """Render a report."""
    return {
        "report": made.asked.report,
        "as_of": made.today.isoformat(),
        "first": made.first.isoformat(),
        "last": made.last.isoformat(),
        "groups": list(groups_of(made)),
        "columns": [{"name": one.name, "kind": one.kind} for one in made.columns],
        "rows": [_row(made, row) for row in made.rows],
        "totals": [_row(made, row) for row in made.totals],
        "prices_assumed": made.prices_assumed,
        "not_given": list(made.not_given),
    }


def _row(made: ReportTable, row: ReportRow) -> ReportRowAnswer:
    pairs = zip(made.columns, row.values, strict=True)
    return {
        "currency": row.currency,
        "groups": list(row.groups),
        "values": [_value(column, value, row.currency) for column, value in pairs],
    }


def _value(column: ReportColumn, value: Value, currency: str) -> str | float | None:
    if value is None or value == "":
        return None
    if column.kind == "money":
        return format_amount(int(value), currency)
    return value if isinstance(value, str) else float(value)


def kinds() -> ReportKindList:
    """Return what reports there are."""
    items: list[ReportKindAnswer] = []
    for name in SHAPES:
        shape = Asked(name).shape
        items.append(
            {
                "report": name,
                "columns": [{"name": c, "kind": kind} for c, kind in shape.columns.items()],
                "groups": list(shape.groups),
                "usual_columns": list(shape.usual),
                "usual_groups": list(shape.grouped),
                "by_period": shape.by_period,
            }
        )
    return {"items": items}


def views(order: Ordered) -> ReportViewList:
    """Return the reports that are kept."""
    found = order.services.report_views.list(order.creditor.id)
    return {"items": [view_answer(view) for view in found]}


def save_view(order: Ordered, body: Any) -> ReportViewAnswer:
    """Keep a report; raise what `asked` and `ReportViews.save` do."""
    sent = read(ReportViewOrder, body)
    wanted = asked(
        sent.report,
        columns=sent.columns or (),
        groups=sent.groups,
        filters=sent.filters,
        period=sent.period or "",
        first=sent.first,
        last=sent.last,
        ages=sent.ages or (),
        limit=sent.limit,
        idle_days=sent.idle_days,
    )
    mailing = None
    if sent.mailing is not None:
        one = sent.mailing
        mailing = Mailing(one.every, one.hour, tuple(one.to), tuple(one.formats), one.on)
    kept = order.services.report_views.save(
        order.creditor.id,
        order.creditor.time_zone,
        sent.title,
        wanted,
        order.by,
        roles=sent.roles or (),
        mailing=mailing,
        id_=sent.id,
    )
    return view_answer(kept)


def remove_view(order: Ordered, body: Any) -> ReportViewAnswer:
    """Remove a report that is kept; raise ViewUnknown or ViewBusy."""
    sent = read(ReportViewEnd, body)
    return view_answer(order.services.report_views.remove(order.creditor.id, sent.id, order.by))


class ReportViewEnd(Body):
    """A view to remove."""

    id: Annotated[str, Field(min_length=1, max_length=26, description="The view's id.")]


def send(order: Ordered, body: Any) -> ReportQueued:
    """Send a view now; raise ViewUnknown, ViewNotValid or ViewBusy."""
    sent = read(ReportSendOrder, body)
    view = order.services.report_views.get(order.creditor.id, sent.id)
    to = sent.to or (list(view.mailing.to) if view.mailing else [])
    return {"queued": order.services.report_mailings.send_now(view, to), "state": "queued"}


def view_answer(view: ReportView) -> ReportViewAnswer:
    """Render a view."""
    one = view.mailing
    return {
        "id": view.id,
        "title": view.title,
        "report": view.asked.report,
        "columns": list(view.asked.columns),
        "groups": list(view.asked.groups),
        "filters": view.asked.filters,
        "period": view.asked.period,
        "first": view.asked.first.isoformat() if view.asked.first else None,
        "last": view.asked.last.isoformat() if view.asked.last else None,
        "roles": list(view.roles),
        "mailing": {
            "every": one.every,
            "on": one.on,
            "hour": one.hour,
            "to": list(one.to),
            "formats": list(one.formats),
        }
        if one
        else None,
        "next_at": iso_instant(view.next_at) if view.next_at else None,
        "by": view.by,
    }
