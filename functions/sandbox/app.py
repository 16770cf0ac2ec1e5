"""Sandbox Pay over HTTP: an API for the merchant, a hosted page for the payer."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import parse_qs

from chalice.app import Chalice, Request, Response

from saldo.adapters.http.transport import UrllibTransport
from saldo.clock import Clock, SystemClock
from saldo.errors import Conflict, Invalid, NotFound, Refusal, Unauthenticated
from saldo.ids import Ids, RandomIds

if TYPE_CHECKING or __package__:
    from functions.sandbox.sandboxpay import pages
    from functions.sandbox.sandboxpay.callbacks import Deliver
    from functions.sandbox.sandboxpay.later import SandboxLater, UnknownMandate
    from functions.sandbox.sandboxpay.mandates import Mandate, MandateOutcome
    from functions.sandbox.sandboxpay.payments import Outcome, Payment, read_amount
    from functions.sandbox.sandboxpay.payouts import read_since
    from functions.sandbox.sandboxpay.service import Callback, SandboxPay, UnknownPayment
    from functions.sandbox.sandboxpay.storage import Storage, storage_from_environment
else:  # in Lambda this folder is the root of the code
    from sandboxpay import pages
    from sandboxpay.callbacks import Deliver
    from sandboxpay.later import SandboxLater, UnknownMandate
    from sandboxpay.mandates import Mandate, MandateOutcome
    from sandboxpay.payments import Outcome, Payment, read_amount
    from sandboxpay.payouts import read_since
    from sandboxpay.service import Callback, SandboxPay, UnknownPayment
    from sandboxpay.storage import Storage, storage_from_environment

Headers = dict[str, str | list[str]]

FORM: Final = ["application/x-www-form-urlencoded"]
_STATUS: Final[dict[type[Refusal], int]] = {
    Invalid: 400,
    Unauthenticated: 401,
    NotFound: 404,
    Conflict: 409,
}
_ASSET_TYPES: Final = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}

app = Chalice(app_name="saldo-sandbox")
_installed: dict[str, tuple[SandboxPay, SandboxLater]] = {}


def install(
    storage: Storage,
    deliver: Deliver,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    secret: str | None = None,
    base_url: str | None = None,
) -> None:
    """Let this process use the given storage and delivery instead of what the environment names.

    `secret` None: SALDO_SANDBOX_SECRET; `base_url` None: SALDO_SANDBOX_URL.
    """
    secrets = (secret or os.environ.get("SALDO_SANDBOX_SECRET", "")).split()
    clock, ids = clock or SystemClock(), ids or RandomIds()
    pay = SandboxPay(
        storage=storage,
        deliver=deliver,
        clock=clock,
        ids=ids,
        secrets=secrets,
        base_url=os.environ.get("SALDO_SANDBOX_URL", "") if base_url is None else base_url,
    )
    _installed["provider"] = pay, SandboxLater(pay, storage, clock, ids)


def _provider() -> SandboxPay:
    return _provider_parts()[0]


def _later() -> SandboxLater:
    return _provider_parts()[1]


def _provider_parts() -> tuple[SandboxPay, SandboxLater]:
    if "provider" not in _installed:
        transport = UrllibTransport(timeout_seconds=10)

        def deliver(url: str, headers: Any, body: bytes) -> int:
            return transport.request("POST", url, headers, body)[0]

        install(storage_from_environment(), deliver)
    return _installed["provider"]


def handler(event: dict[str, Any], context: Any) -> Any:
    """Answer one request of API Gateway."""
    # Chalice answers 400 to requests without Accept when a type is binary.
    headers = event.get("headers") or {}
    if not any(name.lower() == "accept" for name in headers):
        event = {**event, "headers": {**headers, "Accept": "*/*"}}
    return app(event, context)


@app.route("/payments", methods=["POST"])
def create_payment() -> Response:
    """Create a payment, or return the one made under the same Idempotency-Key."""
    try:
        provider = _authenticated()
        payment, created = provider.create(_key(), _json_object())
    except Refusal as refusal:
        return _refused(refusal)
    return Response(provider.document(payment), status_code=201 if created else 200)


@app.route("/payments/{payment_id}", methods=["GET"])
def get_payment(payment_id: str) -> Response:
    """Return a payment as it is now."""
    try:
        provider = _authenticated()
        return Response(provider.document(provider.looked_up(payment_id)))
    except Refusal as refusal:
        return _refused(refusal)


@app.route("/payments/{payment_id}/cancel", methods=["POST"])
def cancel_payment(payment_id: str) -> Response:
    """Close the page of a payment that nobody decided on; any other stays as it is."""
    try:
        provider = _authenticated()
        payment = provider.decide(
            payment_id, "cancel", received_minor=None, received_on=None, callback="once"
        )
        return Response(provider.document(payment))
    except Refusal as refusal:
        return _refused(refusal)


@app.route("/mandates", methods=["POST"])
def request_mandate() -> Response:
    """Begin a mandate, or return the one begun under the same Idempotency-Key."""
    try:
        _authenticated()
        mandate, created = _later().request(_key(), _json_object())
    except Refusal as refusal:
        return _refused(refusal)
    return Response(_later().mandate_document(mandate), status_code=201 if created else 200)


@app.route("/mandates/{mandate_id}", methods=["GET"])
def get_mandate(mandate_id: str) -> Response:
    """Return a mandate as it is now."""
    try:
        _authenticated()
        return Response(_later().mandate_document(_later().mandate(mandate_id)))
    except Refusal as refusal:
        return _refused(refusal)


@app.route("/mandates/{mandate_id}/end", methods=["POST"])
def end_mandate(mandate_id: str) -> Response:
    """End a mandate from the merchant's side."""
    try:
        _authenticated()
        return Response(_later().mandate_document(_later().decide(mandate_id, "end", "once")))
    except Refusal as refusal:
        return _refused(refusal)


@app.route("/charges", methods=["POST"])
def charge_mandate() -> Response:
    """Charge a mandate, or return the payment made under the same Idempotency-Key."""
    try:
        provider = _authenticated()
        payment, created = _later().charge(_key(), _json_object())
    except Refusal as refusal:
        return _refused(refusal)
    return Response(provider.document(payment), status_code=201 if created else 200)


@app.route("/refunds", methods=["POST"])
def refund_payment() -> Response:
    """Give money of a payment back, or return the refund made under the same Idempotency-Key."""
    try:
        _authenticated()
        refund, created = _later().refund(_key(), _json_object())
    except Refusal as refusal:
        return _refused(refusal)
    return Response(refund.document(), status_code=201 if created else 200)


@app.route("/refunds/{refund_id}", methods=["GET"])
def get_refund(refund_id: str) -> Response:
    """Return a refund."""
    try:
        _authenticated()
        return Response(_later().found_refund(refund_id).document())
    except Refusal as refusal:
        return _refused(refusal)


@app.route("/payouts", methods=["GET"])
def list_payouts() -> Response:
    """Return the payouts since a day, oldest first, a page at a time."""
    try:
        _authenticated()
        query = dict(_request().query_params or {})
        page, more = _later().payouts(read_since(query), query.get("after", ""))
    except Refusal as refusal:
        return _refused(refusal)
    return Response({"payouts": [payout.document() for payout in page], "more": more})


@app.route("/hosted-mandates/{mandate_id}", methods=["GET"])
def show_mandate_page(mandate_id: str) -> Response:
    """Show the payer the mandate."""
    try:
        return _mandate_page(_later().mandate(mandate_id), 200)
    except UnknownMandate:
        return _unknown()


@app.route("/hosted-mandates/{mandate_id}", methods=["POST"], content_types=FORM)
def decide_on_mandate_page(mandate_id: str) -> Response:
    """Let the outcome happen that the payer chose, tell the merchant, lead the payer back."""
    form = _form()
    outcome, callback = form.get("outcome", ""), form.get("callback", "once")
    try:
        if outcome not in get_args(MandateOutcome) or callback not in get_args(Callback):
            return _mandate_page(_later().mandate(mandate_id), 400)
        mandate = _later().decide(
            mandate_id,
            outcome,  # type: ignore[arg-type]  # looked up above
            callback,  # type: ignore[arg-type]  # looked up above
        )
    except UnknownMandate:
        return _unknown()
    return _back_to(mandate.return_url)


@app.route("/hosted/{payment_id}", methods=["GET"])
def show_hosted_page(payment_id: str) -> Response:
    """Show the payer what can be done."""
    try:
        payment = _provider().payment(payment_id)
    except UnknownPayment:
        return _unknown()
    return _hosted(payment, pages.Entry(), 200)


@app.route("/hosted/{payment_id}", methods=["POST"], content_types=FORM)
def decide_on_hosted_page(payment_id: str) -> Response:
    """Let the outcome happen that the payer chose, tell the merchant, lead the payer back."""
    provider = _provider()
    try:
        payment = provider.payment(payment_id)
    except UnknownPayment:
        return _unknown()
    form = _form()
    outcome = form.get("outcome", "")
    callback = form.get("callback", "once")
    if outcome not in get_args(Outcome) or callback not in get_args(Callback):
        return _hosted(payment, pages.Entry(), 400)
    entry, received_minor, received_on = _entered(payment, form)
    if entry.errors:
        return _hosted(payment, entry, 400)
    payment = provider.decide(
        payment_id,
        outcome,  # type: ignore[arg-type]  # looked up above
        received_minor=received_minor,
        received_on=received_on,
        callback=callback,  # type: ignore[arg-type]  # looked up above
    )
    return _back_to(payment.return_url)


@app.route("/assets/{name}", methods=["GET"])
def get_asset(name: str) -> Response:
    """Return a stylesheet or a picture."""
    text = pages.asset(name)
    if text is None:
        return Response("", status_code=404, headers={"Content-Type": "text/plain"})
    headers: Headers = {
        "Content-Type": _ASSET_TYPES[name.rpartition(".")[2]],
        "Cache-Control": "public, max-age=3600",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(text, headers=headers)


def _entered(payment: Payment, form: dict[str, str]) -> tuple[pages.Entry, int | None, date | None]:
    """Read the optional fields; what is wrong stands in the entry's errors."""
    amount, day = form.get("amount", "").strip(), form.get("received_on", "").strip()
    received_minor, received_on, errors = None, None, []
    if amount:
        try:
            received_minor = read_amount(_with_point(amount), payment.currency)
        except Invalid:
            errors.append("amount")
    if day:
        try:
            received_on = date.fromisoformat(day)
        except ValueError:
            errors.append("received_on")
    return pages.Entry(amount, day, tuple(errors)), received_minor, received_on


def _with_point(amount: str) -> str:
    return amount if "." in amount else amount.replace(",", ".")


def _request() -> Request:
    request = app.current_request
    assert request is not None, "only views ask for it"
    return request


def _key() -> str:
    return str(_request().headers.get("idempotency-key", ""))


def _back_to(address: str) -> Response:
    headers: Headers = {"Location": address, "Cache-Control": "no-store"}
    return Response("", status_code=303, headers=headers)


def _authenticated() -> SandboxPay:
    provider = _provider()
    provider.authenticate(_request().headers.get("authorization", ""))
    return provider


def _json_object() -> dict[str, Any]:
    try:
        wanted = json.loads(_request().raw_body)
    except (ValueError, RecursionError) as bad:
        raise Invalid("The body is not JSON.") from bad
    if not isinstance(wanted, dict):
        raise Invalid("The body is not a JSON object.")
    return wanted


def _form() -> dict[str, str]:
    """Return the fields of the query and the form; the form wins."""
    raw = _request().raw_body or b""
    text = (raw if isinstance(raw, bytes) else raw.encode()).decode("utf-8", "replace")
    fields = {name: values[0] for name, values in parse_qs(text).items()}
    return {**dict(_request().query_params or {}), **fields}


def _refused(refusal: Refusal) -> Response:
    status = next(status for kind, status in _STATUS.items() if isinstance(refusal, kind))
    error = {"code": refusal.code, "message": refusal.detail, "field": refusal.pointer}
    return Response({"error": error}, status_code=status)


def _unknown() -> Response:
    return _html(pages.unknown_page(_provider().base_path), 404)


def _hosted(payment: Payment, entry: pages.Entry, status: int) -> Response:
    page = pages.hosted_page(payment, _provider().base_path, entry)
    return _html(page, status, payment.return_url)


def _mandate_page(mandate: Mandate, status: int) -> Response:
    page = pages.mandate_page(mandate, _later().charges(mandate), _provider().base_path)
    return _html(page, status, mandate.return_url)


def _html(page: str, status: int, return_url: str = "") -> Response:
    headers: Headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": pages.content_security_policy(return_url),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(page, status_code=status, headers=headers)
