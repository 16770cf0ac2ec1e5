"""The routes about money: what is owed, the way to the provider and back, what was agreed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from chalice.app import Response

from saldo.edge.form_key import require_form_key
from saldo.edge.forms import UPLOAD_FORM, read_fields
from saldo.edge.http import header, raw_body, status_of
from saldo.edge.metrics import count
from saldo.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable
from saldo.payments.checkout import AttemptNotValid
from saldo.payments.designation import ChoiceChanged, NothingOpen
from saldo.payments.links import Opened
from saldo.payments.model import Payment
from saldo.payments.scheduled import MandateUnknown
from saldo.wiring import Services, services

if TYPE_CHECKING or __package__:
    from functions.pay import base
    from functions.pay.outcomes import count_outcome
    from functions.pay.payer import account_views, acts, agreed, pages, views
    from functions.pay.payer.answers import Go, Show
    from functions.pay.payer.forms import PayForm, read_form
    from functions.pay.payer.shown import Frame, Typed
    from functions.pay.seen_routes import note_acted, note_fetched
else:  # in Lambda this folder is the root of the code
    import base
    from outcomes import count_outcome
    from payer import account_views, acts, agreed, pages, views
    from payer.answers import Go, Show
    from payer.forms import PayForm, read_form
    from payer.shown import Frame, Typed
    from seen_routes import note_acted, note_fetched

_PAYMENTS_LOOKED_AT: Final = 25
"""A page tells of the latest attempts to pay; sending its form looks at all of them."""

_ONE_CLICK: Final = ("List-Unsubscribe", "One-Click")
"""The field that a mail program posts by itself (RFC 8058, 3.2), as multipart/form-data or as
application/x-www-form-urlencoded.
"""


@base.page_route("GET", "/p/{token}")
def show_open(token: str) -> Response:
    """Show what is owed and how to pay it."""
    # Whoever just did something must find it; everybody else may see the page a moment old.
    books = services() if base.query("told") else services().looking()
    opened = books.links.open(token)
    note_fetched(opened)
    return _pay_page(token, opened, base.language(opened.account.language), books=books)


@base.page_route("HEAD", "/p/{token}")
def probe_link(token: str) -> Response:
    """Say whether a link opens something, as mail programs ask that check links; nobody looked."""
    services().looking().links.open(token)
    return base.page("")


@base.page_route("POST", "/p/{token}/pay")
def start_payment(token: str) -> Response:
    """Send the payer to the provider's page, or on to another way; say what cannot be paid."""
    return _act(token, _press)


@base.page_route("POST", "/p/{token}/schedule")
def schedule_payment(token: str) -> Response:
    """Plan the payment that the payer agreed to, or send them to give the mandate first."""
    return _act(token, acts.schedule)


@base.page_route("POST", "/p/{token}/change")
def change_agreement(token: str) -> Response:
    """Cancel a planned payment, revoke a mandate, or take an answer back."""
    return _act(token, acts.change)


@base.page_route("GET", "/p/{token}/mandate-return")
def come_back_from_mandate(token: str) -> Response:
    """Show what was agreed, asking the provider if it has not told yet."""
    opened = services().links.open(token)
    try:
        mandate = services().mandates.come_back(opened, base.query("mandate") or "")
    except MandateUnknown:
        return base.redirect(services().links.address(token))
    frame = base.around(opened, token, base.language(opened.account.language))
    return base.page(pages.agreed_page(agreed.agreed_page(services(), opened, frame, mandate)))


@base.page_route("GET", "/p/{token}/stop")
def ask_to_stop(token: str) -> Response:
    """Ask whether reminders shall end: mail programs open links by themselves, so this ends none.

    A page without a notice behind it has no address to stop, and leads to the invoices.
    """
    opened = services().links.open(token)
    if services().opt_outs.of_link(opened.link) is None:
        return base.redirect(services().links.address(token))
    frame = base.around(opened, token, base.language(opened.account.language))
    return base.page(pages.stop_page(frame, services().links.address(token), done=False))


@base.page_route("POST", "/p/{token}/stop", [*base.FORM_TYPES, UPLOAD_FORM])
def stop_reminders(token: str) -> Response:
    """End reminders to the address that the link was sent to: by the button of the page, or by the
    mail program's own (RFC 8058), which posts here without showing anything.
    """
    opened = services().links.open(token)
    fields = read_fields(raw_body(base.app), header(base.app, "content-type") or "")
    if fields.one(_ONE_CLICK[0]) != _ONE_CLICK[1]:
        require_form_key(token, fields.key)
        note_acted(opened)
    if services().opt_outs.give_by_link(opened.link) is None:
        return base.redirect(services().links.address(token))
    frame = base.around(opened, token, base.language(opened.account.language))
    # In another language the page asks again: what is done leads to the invoices instead.
    frame = replace(frame, page="")
    return base.page(pages.stop_page(frame, services().links.address(token), done=True))


@base.page_route("GET", "/p/{token}/return")
def come_back(token: str) -> Response:
    """Show what became of a payment, asking the provider if it has not told yet."""
    opened = services().links.open(token)
    payment = _payment(opened)
    if payment is None:
        return base.redirect(services().links.address(token))
    try:
        count_outcome(services().settlement.look_up(payment), payment)
    except Unavailable:
        base.logger.warning("provider did not answer", extra={"payment": payment.id})
    opened, payment = services().links.open(token), _payment(opened) or payment
    if payment.state in ("intended", "open"):
        return base.redirect(services().links.address(token))
    frame = base.around(opened, token, base.language(opened.account.language))
    return base.page(pages.return_page(views.return_page(services(), opened, payment, frame)))


def _press(services: Services, opened: Opened, frame: Frame, form: PayForm) -> Go | Show:
    if form.press == "later":
        return acts.show_later(services, opened, frame, form)
    if form.press == "credit":
        return acts.use_credit(services, opened, frame, form)
    if form.press == "bank":
        return acts.show_bank(services, opened, frame, form)
    if form.press == "transfer":
        return acts.announce(services, opened, frame, form)
    return acts.pay(services, frame, form, _currency(opened))


def _act(token: str, act: Callable[[Services, Opened, Frame, PayForm], Go | Show]) -> Response:
    """Do what a form asks for; what cannot be done is said on the page that it came from."""
    opened = services().links.open(token)
    spoken, form = base.language(opened.account.language), None
    try:
        form = read_form(raw_body(base.app))
        spoken = base.language(opened.account.language, form.language)
        require_form_key(token, form.key)
        note_acted(opened)
        # Taking an answer back needs the right to answer, which is looked at where it is done.
        if form.press != "take-back" or act is not acts.change:
            opened.require("pay")
        done = act(services(), opened, base.around(opened, token, spoken), form)
    except NothingOpen:  # paid in another tab, by somebody else, or before the way back
        told = urlencode({"told": "settled-meanwhile", "lang": spoken})
        return base.redirect(f"{services().links.address(token)}?{told}")
    except AttemptNotValid:  # an old page: the fresh one says how things stand
        return base.redirect(services().links.address(token))
    except (Invalid, Conflict, Forbidden, NotFound) as refusal:
        count(base.metrics, "RequestsRefused")
        base.logger.info("refused", extra={"code": refusal.code})
        return _pay_page(token, opened, spoken, refusal, form)
    if isinstance(done, Go):
        return base.redirect(done.address)
    return base.page(done.html, 200, base.form_targets(opened))


def _pay_page(
    token: str,
    opened: Opened,
    spoken: str,
    refusal: Refusal | None = None,
    form: PayForm | None = None,
    books: Services | None = None,
) -> Response:
    """Return the page of what stands open: of one invoice, or of all that the account owes."""
    books = books or services()
    frame = base.around(opened, token, spoken)
    standing = books.standings.of(opened, newest=_PAYMENTS_LOOKED_AT)
    typed = Typed()
    if refusal is not None:
        typed = Typed(refusal.code, form.currency if form else "")
    if form is not None:
        typed = replace(typed, amount=form.amount or "", day=form.day)
        if isinstance(refusal, ChoiceChanged) and form.press in ("all", "chosen"):
            typed = replace(typed, seen_minor=form.seen_minor)
    told = "" if refusal else base.query("told") or ""
    invoice = views.single(books, opened, standing)
    if invoice is not None:
        shown = views.invoice_page(books, opened, standing, invoice, frame, typed)
        html = pages.pay_page(views.with_told(shown, told))
    else:
        every = account_views.account_page(books, opened, standing, frame, typed)
        every = views.with_told(every, told)
        html = pages.account_page(
            account_views.with_choice(every, form.invoices) if form else every
        )
    return base.page(html, status_of(refusal) if refusal else 200, base.form_targets(opened))


def _currency(opened: Opened) -> str:
    """Return the currency that a form means which names none."""
    if opened.invoice is not None:
        return opened.invoice.currency
    return next((one.currency for one in services().standings.of(opened).open_), "")


def _payment(opened: Opened) -> Payment | None:
    """Return the payment that the address names, if it came by this link."""
    asked = base.query("payment")
    return services().links.payment(opened, asked) if asked else None
