"""What every route of the pages stands on: the app, answers as pages, the language, the query."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from chalice.app import Chalice, Response

from saldo.edge.http import refusals_to, status_of
from saldo.errors import Refusal, Unavailable
from saldo.payments.links import LinkDisowned, LinkExpired, LinkUnknown, Opened
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay.payer import often, pages, views
    from functions.pay.payer.shown import Frame
    from functions.pay.payer.words import choose_language
else:  # in Lambda this folder is the root of the code
    from payer import often, pages, views
    from payer.shown import Frame
    from payer.words import choose_language

app = Chalice(app_name="saldo-pay")
logger = Logger(service="pay")
metrics = Metrics(namespace="Saldo", service="pay")

SEE_OTHER = 303
FORM_TYPES = ["application/x-www-form-urlencoded"]

View = TypeVar("View", bound=Callable[..., Response])


def page_route(
    method: str, path: str, content_types: list[str] | None = None
) -> Callable[[View], View]:
    """Return a decorator that serves `method path`, with refusals as pages.

    What is sent by a link is counted, so that no program does it without end.
    """
    guard = refusals_to(as_page, logger, metrics)
    types = content_types or (FORM_TYPES if method == "POST" else [])
    kinds = {"content_types": types} if types else {}

    def serve(view: View) -> View:
        counted = _counted(view) if method == "POST" and "{token}" in path else view
        served: View = app.route(path, methods=[method], **kinds)(guard(counted))
        return served

    return serve


def _counted(view: View) -> View:
    @wraps(view)
    def counting(*args: str, **kwargs: str) -> Response:
        often.count_act(services(), kwargs.get("token") or args[0])
        return view(*args, **kwargs)

    return counting  # type: ignore[return-value]  # same signature as the view


def as_page(refusal: Refusal) -> Response:
    """A payer sees a page, whatever went wrong; a link that opens nothing tells nothing."""
    frame = Frame(language("en"), services().settings.public_url)
    if isinstance(refusal, LinkDisowned):
        return page(pages.disowned_page(frame), status_of(refusal))
    if isinstance(refusal, (LinkUnknown, LinkExpired)):
        try:
            often.count_unknown(services(), _network())
        except often.TooOften as too_often:
            refusal = too_often
        else:
            return page(pages.link_problem_page(frame), 404)
    if isinstance(refusal, often.TooOften):
        answer = page(pages.trouble_page(frame, "", "often"), status_of(refusal))
        answer.headers["Retry-After"] = str(refusal.retry_seconds)
        return answer
    kind: pages.TroubleKind = "trouble" if isinstance(refusal, Unavailable) else "mishap"
    return page(pages.trouble_page(frame, here(), kind), status_of(refusal))


def _network() -> str:
    """Return the address that the request comes from; nothing keeps it as it is."""
    assert app.current_request is not None
    return str(app.current_request.context.get("identity", {}).get("sourceIp", ""))


def around(opened: Opened, token: str, in_language: str) -> Frame:
    """Return what the pages of a link have around them."""
    return views.frame(services(), opened, token, in_language)


def form_targets(opened: Opened) -> list[str]:
    """Return where the forms of a link may end: at the provider's pages."""
    provider = services().providers.get(opened.creditor.provider)
    return [provider.hosted_at] if provider else []


def page(html: str, status: int = 200, targets: list[str] | None = None) -> Response:
    """Return a page under its policy; `targets` are where its forms may end beside here."""
    return Response(
        html,
        status_code=status,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": pages.content_security_policy(targets or []),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )


def redirect(address: str) -> Response:
    """Send the browser on, with a GET."""
    return Response(
        "",
        status_code=SEE_OTHER,
        headers={
            "Location": address,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        },
    )


def language(fallback: str, asked: str | None = None) -> str:
    """Return the language of the page that is asked for."""
    assert app.current_request is not None
    accepted = app.current_request.headers.get("accept-language")
    return choose_language(asked or query("lang"), accepted, fallback)


def query(name: str) -> str | None:
    """Return a parameter of the query, None without it."""
    assert app.current_request is not None
    found: Any = app.current_request.query_params
    return (found.get(name) or None) if found else None


def here() -> str:
    """Return the address of the link that the request is about, "" if it is about none."""
    assert app.current_request is not None
    parts: Any = app.current_request.uri_params or {}
    return services().links.address(parts["token"]) if "token" in parts else ""
