"""What payers open: the pay link, the way to the provider and back; and providers' callbacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from chalice.app import Chalice, Response

from saldo.edge.http import answer, lambda_handler, raw_body, refusals_to, refused, status_of
from saldo.edge.metrics import count, flush
from saldo.errors import Conflict, Invalid, NotFound, Refusal, Unavailable
from saldo.money import decimals_of
from saldo.payments.checkout import AttemptNotValid
from saldo.payments.designation import NothingOpen
from saldo.payments.links import LinkExpired, LinkUnknown, Opened
from saldo.payments.model import Payment
from saldo.payments.ports import CallbackRefused, ProviderEvent
from saldo.payments.scheduled import MandateUnknown
from saldo.wiring import Services, services

if TYPE_CHECKING or __package__:
    from functions.pay.payer import acts, agreed, pages, views
    from functions.pay.payer.forms import PayForm, read_form
    from functions.pay.payer.shown import Frame, Typed
    from functions.pay.payer.words import choose_language
else:  # in Lambda this folder is the root of the code
    from payer import acts, agreed, pages, views
    from payer.forms import PayForm, read_form
    from payer.shown import Frame, Typed
    from payer.words import choose_language

app = Chalice(app_name="saldo-pay")
logger = Logger(service="pay")
metrics = Metrics(namespace="Saldo", service="pay")

_FORM = ["application/x-www-form-urlencoded"]
_CALLBACK = ["application/json", *_FORM, "text/plain", "application/octet-stream"]
_SEE_OTHER = 303


class AssetUnknown(NotFound):
    """There is no such file."""

    code = "asset-unknown"


def _as_page(refusal: Refusal) -> Response:
    """A payer sees a page, whatever went wrong; a link that opens nothing tells nothing."""
    frame = Frame(_language("en"), services().settings.public_url)
    if isinstance(refusal, (LinkUnknown, LinkExpired)):
        return _page(pages.link_problem_page(frame), 404)
    return _page(pages.trouble_page(frame, _here()), status_of(refusal))


def _as_problem(refusal: Refusal) -> Response:
    if isinstance(refusal, CallbackRefused):
        count(metrics, "CallbacksRefused")
        logger.warning("callback refused", extra={"reason": refusal.detail})
        return refused(CallbackRefused("The callback was refused."))
    return refused(refusal)


@app.route("/p/{token}", methods=["GET"])
@refusals_to(_as_page, logger, metrics)
def show_open(token: str) -> Response:
    """Show what is owed and how to pay it."""
    opened = services().links.open(token)
    return _pay_page(token, opened, _language(opened.account.language))


@app.route("/p/{token}/pay", methods=["POST"], content_types=_FORM)
@refusals_to(_as_page, logger, metrics)
def start_payment(token: str) -> Response:
    """Send the payer to the provider's page, or on to another way; say what cannot be paid."""
    return _act(token, _press)


@app.route("/p/{token}/schedule", methods=["POST"], content_types=_FORM)
@refusals_to(_as_page, logger, metrics)
def schedule_payment(token: str) -> Response:
    """Plan the payment that the payer agreed to, or send them to give the mandate first."""
    return _act(token, acts.schedule)


@app.route("/p/{token}/change", methods=["POST"], content_types=_FORM)
@refusals_to(_as_page, logger, metrics)
def change_agreement(token: str) -> Response:
    """Cancel a planned payment, or revoke a mandate."""
    return _act(token, acts.change)


@app.route("/p/{token}/mandate-return", methods=["GET"])
@refusals_to(_as_page, logger, metrics)
def come_back_from_mandate(token: str) -> Response:
    """Show what was agreed, asking the provider if it has not told yet."""
    opened = services().links.open(token)
    try:
        mandate = services().mandates.come_back(opened, _query("mandate") or "")
    except MandateUnknown:
        return _redirect(services().links.address(token))
    around = _around(opened, token, _language(opened.account.language))
    return _page(pages.agreed_page(agreed.agreed_page(services(), opened, around, mandate)))


@app.route("/p/{token}/stop", methods=["GET"])
@refusals_to(_as_page, logger, metrics)
def ask_to_stop(token: str) -> Response:
    """Ask whether reminders shall end: mail programs open links by themselves, so this ends none.

    A page without a notice behind it has no address to stop, and leads to the invoices.
    """
    opened = services().links.open(token)
    if services().opt_outs.of_link(opened.link) is None:
        return _redirect(services().links.address(token))
    around = _around(opened, token, _language(opened.account.language))
    return _page(pages.stop_page(around, services().links.address(token), done=False))


@app.route("/p/{token}/stop", methods=["POST"], content_types=_FORM)
@refusals_to(_as_page, logger, metrics)
def stop_reminders(token: str) -> Response:
    """End reminders to the address that the link was sent to: by the button of the page, or by the
    mail program's own (RFC 8058), which posts here without showing anything.
    """
    opened = services().links.open(token)
    if services().opt_outs.give_by_link(opened.link) is None:
        return _redirect(services().links.address(token))
    around = _around(opened, token, _language(opened.account.language))
    return _page(pages.stop_page(around, services().links.address(token), done=True))


@app.route("/p/{token}/return", methods=["GET"])
@refusals_to(_as_page, logger, metrics)
def come_back(token: str) -> Response:
    """Show what became of a payment, asking the provider if it has not told yet."""
    opened = services().links.open(token)
    payment = _payment(opened)
    if payment is None:
        return _redirect(services().links.address(token))
    try:
        _count_outcome(services().settlement.look_up(payment), payment)
    except Unavailable:
        logger.warning("provider did not answer", extra={"payment": payment.id})
    opened, payment = services().links.open(token), _payment(opened) or payment
    if payment.state in ("intended", "open"):
        return _redirect(services().links.address(token))
    around = _around(opened, token, _language(opened.account.language))
    return _page(pages.return_page(views.return_page(services(), opened, payment, around)))


@app.route("/callbacks/{provider}", methods=["POST"], content_types=_CALLBACK)
@refusals_to(_as_problem, logger, metrics)
def take_callback(provider: str) -> Response:
    """Book what a provider tells. Its signature is over the raw body."""
    assert app.current_request is not None
    headers = {name.lower(): value for name, value in app.current_request.headers.items()}
    done = services().callbacks.take(provider, headers, raw_body(app))
    for taken in done:
        logger.info("callback", extra={"event_id": taken.told.event_id, "outcome": taken.outcome})
        if isinstance(taken.told, ProviderEvent):
            _count_outcome(taken.outcome, taken.told)
    text = getattr(services().providers[provider], "callback_answer", None)
    if text is not None:  # some providers take nothing but their own word for a yes
        return Response(text, headers={"Content-Type": "text/plain", "Cache-Control": "no-store"})
    return answer({"received": len(done)})


@app.route("/assets/{name}", methods=["GET"])
@refusals_to(_as_problem, logger, metrics)
def get_asset(name: str) -> Response:
    """Return the stylesheet, the creditor's colours as one, or the icon."""
    found = (
        ("text/css; charset=utf-8", pages.brand_css(_query("c") or ""))
        if name == "brand.css"
        else pages.asset(name)
    )
    if found is None:
        raise AssetUnknown("There is no such file.")
    kind, text = found
    return Response(text, headers={"Content-Type": kind, "Cache-Control": "public, max-age=86400"})


handler = lambda_handler(app, logger, metrics)


def tend(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Bring on what money has left undone (by schedule), and say what was done about each."""
    del event, context
    done = services().tending.tend()
    for what, number in done.items():
        logger.info("tended", extra={"what": what, "count": number})
    count(metrics, "PaymentsTended", sum(done.values()))
    flush(metrics)
    return dict(done)


def _press(services: Services, opened: Opened, around: Frame, form: PayForm) -> acts.Go | acts.Show:
    if form.press == "later":
        return acts.show_later(services, opened, around, form)
    if form.press == "credit":
        return acts.use_credit(services, opened, around, form)
    if form.press == "transfer":
        return acts.announce(services, opened, around, form)
    return acts.pay(services, around, form, _currency(opened))


def _act(
    token: str, act: Callable[[Services, Opened, Frame, PayForm], acts.Go | acts.Show]
) -> Response:
    """Do what a form asks for; what cannot be done is said on the page that it came from."""
    opened = services().links.open(token)
    language, form = _language(opened.account.language), None
    try:
        form = read_form(raw_body(app))
        language = _language(opened.account.language, form.language)
        done = act(services(), opened, _around(opened, token, language), form)
    except (NothingOpen, AttemptNotValid):  # an old page: the fresh one says how things stand
        return _redirect(services().links.address(token))
    except (Invalid, Conflict, NotFound) as refusal:
        count(metrics, "RequestsRefused")
        logger.info("refused", extra={"code": refusal.code})
        return _pay_page(token, opened, language, refusal, form)
    if isinstance(done, acts.Go):
        return _redirect(done.address)
    return _page(done.html, 200, _form_targets(opened))


def _pay_page(
    token: str,
    opened: Opened,
    language: str,
    refusal: Refusal | None = None,
    form: PayForm | None = None,
) -> Response:
    """Return the page of what stands open: of one invoice, or of all that the account owes."""
    around, standing = _around(opened, token, language), services().standings.of(opened)
    typed = Typed()
    if refusal is not None:
        typed = Typed(refusal.code, form.currency if form else "")
    if form is not None:
        typed = replace(typed, amount=form.amount or "", day=form.day)
    told = "" if refusal else _query("told") or ""
    invoice = views.single(services(), opened, standing)
    if invoice is not None:
        shown = views.invoice_page(services(), opened, standing, invoice, around, typed)
        html = pages.pay_page(views.with_told(shown, told))
    else:
        every = views.account_page(services(), opened, standing, around, typed)
        every = views.with_told(every, told)
        html = pages.account_page(views.with_choice(every, form.invoices) if form else every)
    return _page(html, status_of(refusal) if refusal else 200, _form_targets(opened))


def _form_targets(opened: Opened) -> list[str]:
    """Return where the forms of a link may end: at the provider's pages."""
    provider = services().providers.get(opened.creditor.provider)
    return [provider.hosted_at] if provider else []


def _around(opened: Opened, token: str, language: str) -> Frame:
    return views.frame(services(), opened, token, language)


def _currency(opened: Opened) -> str:
    """Return the currency that a form means which names none."""
    if opened.invoice is not None:
        return opened.invoice.currency
    return next((one.currency for one in services().standings.of(opened).open_), "")


def _payment(opened: Opened) -> Payment | None:
    """Return the payment that the address names, if it came by this link."""
    asked = _query("payment")
    return services().links.payment(opened, asked) if asked else None


def _count_outcome(outcome: str, about: Payment | ProviderEvent) -> None:
    if outcome == "failed":
        count(metrics, "PaymentsFailed")
    if outcome not in ("settled", "suspense"):
        return
    count(metrics, "PaymentsSettled")
    with single_metric(
        name="PaymentsSettledAmount",
        unit=MetricUnit.NoUnit,
        namespace="Saldo",
        value=about.amount_minor / 10 ** decimals_of(about.currency),
        default_dimensions={"service": "pay"},
    ) as metric:
        metric.add_dimension(name="currency", value=about.currency)


def _page(html: str, status: int = 200, form_targets: list[str] | None = None) -> Response:
    return Response(
        html,
        status_code=status,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": pages.content_security_policy(form_targets or []),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _redirect(address: str) -> Response:
    return Response(
        "",
        status_code=_SEE_OTHER,
        headers={
            "Location": address,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        },
    )


def _language(fallback: str, asked: str | None = None) -> str:
    assert app.current_request is not None
    accepted = app.current_request.headers.get("accept-language")
    return choose_language(asked or _query("lang"), accepted, fallback)


def _query(name: str) -> str | None:
    assert app.current_request is not None
    query: Any = app.current_request.query_params
    return (query.get(name) or None) if query else None


def _here() -> str:
    assert app.current_request is not None
    parts: Any = app.current_request.uri_params or {}
    return services().links.address(parts["token"]) if "token" in parts else ""
