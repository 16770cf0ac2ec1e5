"""The page for staff who only need to know whether an invoice is paid, `/staff/{link}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.accounts.model import Creditor
from saldo.edge.form_key import require_form_key
from saldo.edge.forms import read_fields
from saldo.edge.http import raw_body, status_of
from saldo.errors import Refusal, TooMany
from saldo.portal.staff import AskedTooOften
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay import base
    from functions.pay.payer import pages, staff
    from functions.pay.payer.portal_shown import StaffPage
    from functions.pay.payer.shown import Frame
else:  # in Lambda this folder is the root of the code
    import base
    from payer import pages, staff
    from payer.portal_shown import StaffPage
    from payer.shown import Frame


def as_page(refusal: Refusal) -> Response:
    kind = "often" if isinstance(refusal, TooMany) else "staff"
    around = Frame(base.language("en"), services().settings.public_url)
    return base.page(pages.portal_problem_page(around, kind), status_of(refusal))


def staff_route(method: str, path: str) -> Callable[[base.View], base.View]:
    """Return a decorator that serves `method path` for staff, with refusals as pages."""
    return base.route(method, path, as_page)


@staff_route("GET", "/staff/{link}")
def show_desk(link: str) -> Response:
    """Show the field for the number."""
    creditor = services().staff_links.open(link)
    around = _frame(creditor, link, base.language(creditor.language))
    return base.page(pages.portal_page("staff.html", StaffPage(around, around.here)))


@staff_route("POST", "/staff/{link}")
def ask_desk(link: str) -> Response:
    """Say how the invoice of a number stands, and nothing else."""
    fields = read_fields(raw_body(base.app))
    creditor = services().staff_links.open(link)
    require_form_key(link, fields.key)
    around = _frame(
        creditor, link, base.language(creditor.language, fields.one("lang", 20) or None)
    )
    scanned = fields.one("number", 500)
    if not scanned:
        return base.page(
            pages.portal_page("staff.html", StaffPage(around, around.here, None, "empty")),
            400,
        )
    try:
        services().staff_links.ask(link)
    except AskedTooOften as refusal:
        shown = StaffPage(around, around.here, None, refusal.code)
        return base.page(pages.portal_page("staff.html", shown), status_of(refusal))
    told = staff.answer(creditor, services().pay_statuses.of(creditor, scanned))
    return base.page(pages.portal_page("staff.html", StaffPage(around, around.here, told)))


def _frame(creditor: Creditor, link: str, spoken: str) -> Frame:
    return staff.frame(services(), creditor, link, spoken)
