"""What payers open: the pay link, the way to the provider and back; and providers' callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from chalice.app import Chalice, Response

from saldo.clock import local_day
from saldo.edge.http import answer, lambda_handler, raw_body, refusals_to, refused, status_of
from saldo.edge.metrics import count, flush
from saldo.errors import Invalid, NotFound, Refusal, Unavailable
from saldo.invoices.model import Invoice
from saldo.messages.formats import read_amount
from saldo.messages.model import Sender
from saldo.money import decimals_of
from saldo.payments.checkout import AttemptNotValid, NothingOpen
from saldo.payments.links import LinkExpired, LinkUnknown, Opened
from saldo.payments.model import Payment
from saldo.payments.ports import CallbackRefused, ProviderEvent
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay import pages
else:  # in Lambda this folder is the root of the code
    import pages

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
    language = _language("en")
    frame = pages.Frame(language, services().settings.public_url)
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
def show_invoice(token: str) -> Response:
    """Show what is owed and how to pay it."""
    return _pay_page(token, services().links.open(token))


@app.route("/p/{token}/pay", methods=["POST"], content_types=_FORM)
@refusals_to(_as_page, logger, metrics)
def start_payment(token: str) -> Response:
    """Send the payer to the provider's page; say on the page what cannot be paid."""
    form = parse_qs(raw_body(app).decode("utf-8", "replace"), max_num_fields=20)
    typed = form.get("amount", [None])[0]
    opened = services().links.open(token)
    language = _language(opened.account.language, form.get("lang", [None])[0])
    try:
        minor = None if typed is None else read_amount(typed, opened.invoice.currency, language)
        attempt = form.get("attempt", [""])[0]
        address = services().checkout.start(token, attempt, language, minor)
    except (NothingOpen, AttemptNotValid):  # an old page: the fresh one says how things stand
        return _redirect(services().links.address(token))
    except Invalid as refusal:
        count(metrics, "RequestsRefused")
        return _pay_page(token, opened, error=refusal.code, typed=typed or "", language=language)
    return _redirect(address)


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
    return _return_page(token, opened, payment)


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


def _pay_page(
    token: str,
    opened: Opened,
    *,
    error: str | None = None,
    typed: str = "",
    language: str | None = None,
) -> Response:
    invoice, account = opened.invoice, opened.account
    chosen = language or _language(account.language)
    payments = services().links.payments(opened)
    processing = sum(p.amount_minor for p in payments if p.state == "processing")
    today = local_day(services().clock.now(), account.time_zone)
    days_overdue = (today - invoice.due_on).days
    page = pages.PayPage(
        frame=_frame(opened, token, chosen),
        pay_url=services().links.address(token),
        status=_status(invoice, payments, days_overdue),
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        days_overdue=days_overdue,
        currency=invoice.currency,
        amount_minor=invoice.amount_minor,
        open_minor=invoice.open_minor,
        attempt=services().checkout.new_attempt(),
        description=invoice.description,
        order_reference=invoice.order_reference,
        payments=tuple(
            pages.PastPayment(p.received_on, p.allocated_minor)
            for p in payments
            if p.received_on and p.allocated_minor
        ),
        processing_minor=processing,
        provider="Sandbox Pay" if opened.creditor.provider == "sandbox" else "",
        error=error,
        typed_amount=typed,
    )
    provider = services().providers.get(opened.creditor.provider)
    targets = [provider.hosted_at] if provider else []
    return _page(pages.pay_page(page), 400 if error else 200, targets)


def _return_page(token: str, opened: Opened, payment: Payment) -> Response:
    assert payment.state in ("settled", "processing", "failed", "cancelled")
    page = pages.ReturnPage(
        frame=_frame(opened, token, _language(opened.account.language)),
        pay_url=services().links.address(token),
        outcome="paid" if payment.state == "settled" else payment.state,
        number=opened.invoice.number,
        currency=payment.currency,
        amount_minor=payment.amount_minor,
        open_minor=opened.invoice.open_minor,
        allocated_minor=payment.allocated_minor,
        credit_minor=payment.amount_minor - payment.allocated_minor,
        received_on=payment.received_on,
        method=payment.method,
        reason=payment.failure,
        email_follows=opened.account.mail_contact() is not None,
    )
    return _page(pages.return_page(page))


def _frame(opened: Opened, token: str, language: str) -> pages.Frame:
    creditor = opened.creditor
    sender = Sender(
        creditor.name, creditor.address, creditor.imprint, creditor.brand_colour, creditor.reply_to
    )
    url = services().settings.public_url
    return pages.Frame(language, url, sender, services().links.address(token))


def _status(invoice: Invoice, payments: list[Payment], days_overdue: int) -> pages.Status:
    if not invoice.is_open:
        return "paid" if any(p.allocated_minor for p in payments) else "closed"
    if any(p.state == "processing" for p in payments):
        return "processing"
    if days_overdue > 0:
        return "overdue"
    return "part-paid" if invoice.open_minor < invoice.amount_minor else "open"


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
    return pages.choose_language(asked or _query("lang"), accepted, fallback)


def _query(name: str) -> str | None:
    assert app.current_request is not None
    query: Any = app.current_request.query_params
    return (query.get(name) or None) if query else None


def _here() -> str:
    assert app.current_request is not None
    parts: Any = app.current_request.uri_params or {}
    return services().links.address(parts["token"]) if "token" in parts else ""
