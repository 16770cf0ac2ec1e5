"""What payers open: the pay link and the pages behind it; and providers' callbacks.

The pages' routes stand in `pay_routes` and `answer_routes`, what is seen of visits in
`seen_routes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from chalice.app import Response

from saldo.accounts.logo import Logo, logo_drawing
from saldo.edge.http import answer, lambda_handler, raw_body, refusals_to, refused
from saldo.edge.metrics import count, flush
from saldo.errors import NotFound, Refusal
from saldo.payments.ports import CallbackRefused, ProviderEvent
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay import (
        answer_routes,
        contact_routes,
        file_routes,
        pay_routes,
        portal_routes,
        seen_routes,
        staff_routes,
        transfer_routes,
        watch_routes,
    )
    from functions.pay.base import FORM_TYPES, app, logger, metrics, query
    from functions.pay.outcomes import count_outcome
    from functions.pay.payer import pages
else:  # in Lambda this folder is the root of the code
    import answer_routes
    import contact_routes
    import file_routes
    import pay_routes
    import portal_routes
    import seen_routes
    import staff_routes
    import transfer_routes
    import watch_routes
    from base import FORM_TYPES, app, logger, metrics, query
    from outcomes import count_outcome
    from payer import pages

__all__ = [
    "answer_routes",
    "app",
    "contact_routes",
    "file_routes",
    "handler",
    "pay_routes",
    "portal_routes",
    "seen_routes",
    "staff_routes",
    "tend",
    "transfer_routes",
    "watch_routes",
]

_LOGO: Final = "logo-"
"""Begins the name of a creditor's logo among the assets."""

_CALLBACK = ["application/json", *FORM_TYPES, "text/plain", "application/octet-stream"]


class AssetUnknown(NotFound):
    """There is no such file."""

    code = "asset-unknown"


def _as_problem(refusal: Refusal) -> Response:
    if isinstance(refusal, CallbackRefused):
        count(metrics, "CallbacksRefused")
        logger.warning("callback refused", extra={"reason": refusal.detail})
        return refused(CallbackRefused("The callback was refused."))
    return refused(refusal)


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
            count_outcome(taken.outcome, taken.told)
    text = getattr(services().providers[provider], "callback_answer", None)
    if text is not None:  # some providers take nothing but their own word for a yes
        return Response(text, headers={"Content-Type": "text/plain", "Cache-Control": "no-store"})
    return answer({"received": len(done)})


@app.route("/assets/{name}", methods=["GET"])
@refusals_to(_as_problem, logger, metrics)
def get_asset(name: str) -> Response:
    """Return the stylesheet, the creditor's colours as one, its logo, or the icon."""
    if name.startswith(_LOGO):
        return _logo(name.removeprefix(_LOGO).removesuffix(".svg"))
    found = (
        ("text/css; charset=utf-8", pages.brand_css(query("c") or ""))
        if name == "brand.css"
        else pages.asset(name)
    )
    if found is None:
        raise AssetUnknown("There is no such file.")
    kind, text = found
    return Response(text, headers={"Content-Type": kind, "Cache-Control": "public, max-age=86400"})


def _logo(ref: str) -> Response:
    """Return a logo; its name is its fingerprint, so that it may be kept for ever."""
    logo = services().looking().store.get(Logo, ref)
    if logo is None:
        raise AssetUnknown("There is no such file.")
    headers: dict[str, str | list[str]] = {
        "Content-Type": "image/svg+xml",
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; img-src data:",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(logo_drawing(logo), headers=headers)


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
