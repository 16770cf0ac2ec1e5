"""Reports: an overview for whoever steers, each report as chart and table, views and mailings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, get_args
from urllib.parse import parse_qs, urlencode

from saldo.figures.exports import csv_of
from saldo.figures.mailing import TYPES, file_name
from saldo.figures.speech import FigureSpeech
from saldo.figures.views import FORMATS, Every, Format, Mailing, ReportView, ViewNotValid
from saldo.people.rights import RIGHTS_OF, Role, grant_of

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.report_costs import prices, running, running_end, shown_costs
    from functions.console.screen import Act, Back, File, Page, Part, Screen, Shown, Visit
    from functions.console.shown_overview import overview
    from functions.console.shown_reports import asked_by, choices, made, shown
else:  # in Lambda this folder is the root of the code
    from report_costs import prices, running, running_end, shown_costs
    from screen import Act, Back, File, Page, Part, Screen, Shown, Visit
    from shown_overview import overview
    from shown_reports import asked_by, choices, made, shown

if TYPE_CHECKING:
    from saldo.figures.ask import Asked

_READERS: Final = tuple(role for role, rights in RIGHTS_OF.items() if "reports:read" in rights)
_TO_MAX: Final = 5000
_QUERY_MAX: Final = 4000
_PARAMETERS_MAX: Final = 200


def show(visit: Visit) -> Shown:
    """Show the overview, or the report or view that is asked for."""
    views = visit.services.report_views.list(visit.creditor.id, _role(visit))
    if not visit.query("report") and not visit.query("view"):
        return Page("reports.html", {"overview": overview(visit), "views": views})
    view, wanted = _wanted(visit)
    table = made(visit, wanted)
    return Page(
        "report.html",
        {
            "shown": shown(visit, table, view.title if view else ""),
            "asked": wanted,
            "choices": choices(visit, wanted),
            "view": view,
            "views": views,
            "query": _query(visit),
            "roles": _READERS,
            "formats": FORMATS,
            "everies": get_args(Every),
            "costs": shown_costs(visit) if wanted.report == "costs" else None,
        },
    )


def _role(visit: Visit) -> Role:
    grant = grant_of(visit.user, visit.creditor.id)
    assert grant is not None, "who has no role sees no screen"
    return grant.role


def _wanted(visit: Visit) -> tuple[ReportView | None, Asked]:
    """Return the view that is meant, if one is, and what is to be shown: a view may be shown with
    other columns before it is kept so.
    """
    view = None
    if visit.query("view"):
        view = visit.services.report_views.get(visit.creditor.id, visit.query("view"), _role(visit))
    return view, asked_by(visit) if visit.query("report") or view is None else view.asked


def _query(visit: Visit) -> str:
    """Return the address's query, for links to the same as a file."""
    return urlencode(
        [(name, one) for name, values in visit.asked.items() if name != "told" for one in values]
    )


def csv(visit: Visit) -> Shown:
    """Give the report as a CSV file."""
    return _file(visit, "csv")


def xlsx(visit: Visit) -> Shown:
    """Give the report as a workbook."""
    return _file(visit, "xlsx")


def pdf(visit: Visit) -> Shown:
    """Give the report as a PDF."""
    return _file(visit, "pdf")


def _file(visit: Visit, kind: Format) -> Shown:
    view, wanted = _wanted(visit)
    table = made(visit, wanted)
    language = visit.user.language
    title = view.title if view else FigureSpeech(language).report(wanted.report)
    if kind == "csv":
        data = csv_of(table)
    else:
        data = visit.services.report_sender.files(visit.creditor, title, table, kind, language)
    return File(f"{file_name(wanted.report, table)}.{kind}", TYPES[kind], data)


def save(visit: Visit) -> Shown:
    """Keep the report that the form stood beside."""
    try:
        stood_beside = parse_qs(
            visit.form("query", _QUERY_MAX),
            keep_blank_values=True,  # "" is what nobody looks after, and what is of no branch
            max_num_fields=_PARAMETERS_MAX,
        )
    except ValueError:
        raise ViewNotValid("A view has fewer columns and filters.") from None
    view, wanted = _wanted(
        replace(visit, asked={name: tuple(values) for name, values in stood_beside.items()})
    )
    kept = visit.services.report_views.save(
        visit.creditor.id,
        visit.creditor.time_zone,
        visit.form("title"),
        wanted,
        visit.by,
        roles=[role for role in _READERS if role in visit.fields.many("roles")],
        mailing=_mailing(visit),
        id_=view.id if view and visit.form("same") else None,
    )
    return Back(f"reports?{urlencode({'view': kept.id})}", "reports.saved")


def _mailing(visit: Visit) -> Mailing | None:
    every = next((one for one in get_args(Every) if one == visit.form("every")), None)
    if every is None:
        return None
    on, hour = visit.form("on", 2) or "1", visit.form("hour", 2) or "7"
    if not (on.isdecimal() and hour.isdecimal()):
        raise ViewNotValid("Day and hour are numbers.")
    formats = tuple(one for one in FORMATS if one in visit.fields.many("formats"))
    to = tuple(visit.form("to", _TO_MAX).replace(",", " ").split())
    return Mailing(every, int(hour), to, formats or ("pdf",), 1 if every == "day" else int(on))


def remove(visit: Visit) -> Shown:
    """Keep a view no more."""
    views, creditor = visit.services.report_views, visit.creditor.id
    found = views.get(creditor, visit.form("view"), _role(visit))
    views.remove(creditor, found.id, visit.by)
    return Back("reports", "reports.removed")


def send(visit: Visit) -> Shown:
    """Send a view to those whom its mailing names."""
    view = visit.services.report_views.get(visit.creditor.id, visit.form("view"), _role(visit))
    if view.mailing is None:
        raise ViewNotValid("The view is sent to nobody.")
    visit.services.report_mailings.send_now(view, view.mailing.to, once=visit.sent_id())
    return Back(f"reports?{urlencode({'view': view.id})}", "reports.sent")


SCREEN: Final = Screen(
    "reports",
    "reports:read",
    show,
    parts={
        "csv": Part("reports:read", csv),
        "xlsx": Part("reports:read", xlsx),
        "pdf": Part("reports:read", pdf),
    },
    acts={
        "save": Act("reports:write", save),
        "remove": Act("reports:write", remove),
        "send": Act("reports:write", send),
        "running": Act("settings:write", running),
        "running-end": Act("settings:write", running_end),
        "prices": Act("settings:write", prices),
    },
)
