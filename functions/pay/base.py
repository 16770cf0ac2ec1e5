"""What every route of the pages stands on: the app, answers as pages, the language, the query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote, urlencode

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

_ABOUT: Final = ("invoice", "currency", "payment", "mandate", "from", "to", "problem")
"""What the query of a page says that it is about, beside its language and what was just done."""

View = TypeVar("View", bound=Callable[..., Response])


def route(
    method: str,
    path: str,
    refused_as: Callable[[Refusal], Response],
    content_types: list[str] | None = None,
) -> Callable[[View], View]:
    """Return a decorator that serves `method path`, with refusals as what `refused_as` makes."""
    guard = refusals_to(refused_as, logger, metrics)
    types = content_types or (FORM_TYPES if method == "POST" else [])
    kinds = {"content_types": types} if types else {}

    def serve(view: View) -> View:
        served: View = app.route(path, methods=[method], **kinds)(guard(view))
        return served

    return serve


def page_route(
    method: str, path: str, content_types: list[str] | None = None
) -> Callable[[View], View]:
    """Return a decorator that serves `method path` of a link, with refusals as pages.

    What is sent by a link is counted, so that no program does it without end.
    """
    serve = route(method, path, as_page, content_types)
    return lambda view: serve(_counted(view) if method == "POST" else view)


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
            often.count_unknown(services(), network())
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


def network() -> str:
    """Return the address that the request comes from: it is counted by its hash and forgotten."""
    assert app.current_request is not None
    return str(app.current_request.context.get("identity", {}).get("sourceIp", ""))


def around(opened: Opened, token: str, in_language: str) -> Frame:
    """Return what the pages of a link have around them."""
    frame = views.frame(services(), opened, token, in_language)
    return replace(frame, page=_this_page(frame.here))


def _this_page(link: str) -> str:
    """Return the address of the very page that is asked for, with what it is about; "" where it
    only comes as the answer to a form.
    """
    assert app.current_request is not None
    request: Any = app.current_request
    path = request.context["resourcePath"]
    if "GET" not in app.routes[path]:
        return ""
    parts = {name: quote(value, safe="") for name, value in (request.uri_params or {}).items()}
    below = path.partition("{token}")[2].format(**parts)
    asked = [(name, value) for name in _ABOUT for value in queries(name)]
    return f"{link}{below}" + (f"?{urlencode(asked)}" if asked else "")


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


def queries(name: str) -> tuple[str, ...]:
    """Return all values of a parameter of the query, each once."""
    assert app.current_request is not None
    found: Any = app.current_request.query_params
    return tuple(dict.fromkeys(found.getlist(name))) if found and name in found else ()


def here() -> str:
    """Return the address of the link that the request is about, "" if it is about none."""
    assert app.current_request is not None
    parts: Any = app.current_request.uri_params or {}
    return services().links.address(parts["token"]) if "token" in parts else ""
