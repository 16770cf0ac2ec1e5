"""Chalice at the edge: answers, problems and the one place where exceptions become HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from chalice.app import Chalice, Response

from saldo.edge.folded import unfolded
from saldo.edge.metrics import count, flush
from saldo.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    Refusal,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from saldo.events import correlation_id

PROBLEM_TYPE = "application/problem+json"
BODY_BYTES_MAX = 1_000_000


class RouteUnknown(NotFound):
    """There is no such path."""

    code = "route-unknown"


class MethodNotAllowed(Invalid):
    """The path exists, but not for this method."""

    code = "method-not-allowed"


class WrongContentType(Invalid):
    """The body is announced as something else than JSON."""

    code = "wrong-content-type"


class _Failed(Refusal):
    """A fault of ours, told without its cause."""

    code = "internal"


_STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (MethodNotAllowed, 405),
    (WrongContentType, 415),
    (_Failed, 500),
    (Invalid, 400),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Gone, 410),
    (TooLarge, 413),
    (TooMany, 429),
    (Unavailable, 503),
)
_TITLES = {
    400: "The request is not valid",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Not with this method",
    409: "Contradicts what is booked",
    410: "No longer there",
    413: "Too large",
    429: "Too often",
    415: "Not this type of content",
    500: "Something went wrong here",
    503: "Try again later",
}

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
F = TypeVar("F", bound=Callable[..., Any])


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status for a refusal."""
    return next((status for kind, status in _STATUS if isinstance(refusal, kind)), 400)


def problem(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal as a problem document (RFC 9457), with a JSON pointer where one applies."""
    status = status_of(refusal)
    body: dict[str, Any] = {
        "type": f"urn:saldo:problem:{refusal.code}",
        "title": _TITLES[status],
        "status": status,
        "code": refusal.code,
        "detail": refusal.detail,
    }
    if refusal.pointer is not None:
        body["pointer"] = refusal.pointer
    return body


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer; what an API tells is nobody's to keep."""
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=status,
        headers={
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            **(headers or {}),
        },
    )


def refused(refusal: Refusal) -> Response:
    """Return a refusal as a problem+json answer."""
    status = status_of(refusal)
    headers: dict[str, str | list[str]] = {
        "Content-Type": PROBLEM_TYPE,
        "Cache-Control": "no-store",
    }
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        json.dumps(problem(refusal), ensure_ascii=False), status_code=status, headers=headers
    )


def header(app: Chalice, name: str) -> str | None:
    """Return a request header by its name in any case."""
    request = app.current_request
    assert request is not None
    value = request.headers.get(name)
    return str(value) if value is not None else None


def bearer(app: Chalice) -> str | None:
    """Return the secret of an `Authorization: Bearer` header, None without one."""
    kind, _, secret = (header(app, "authorization") or "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" and secret.strip() else None


def raw_body(app: Chalice, most: int = BODY_BYTES_MAX) -> bytes:
    """Return the request's body; raise TooLarge above `most` bytes, one megabyte by default."""
    assert app.current_request is not None
    raw = app.current_request.raw_body
    body = raw.encode() if isinstance(raw, str) else raw
    if len(body) > most:
        raise TooLarge(f"A request carries at most {most} bytes.")
    return body


def json_body(app: Chalice) -> Any:
    """Return the request's JSON; raise Invalid or TooLarge. Numbers stay texts of themselves."""
    try:
        return json.loads(raw_body(app), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"The body is not JSON: {error}.") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def require_json(app: Chalice) -> None:
    """Refuse a body that is announced as anything but JSON; raise WrongContentType."""
    kind = (header(app, "content-type") or "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise WrongContentType("Send JSON, announced as 'Content-Type: application/json'.")


def lambda_handler(app: Chalice, logger: Logger, metrics: Metrics) -> Handler:
    """Return the Lambda handler of a Chalice app.

    Sets the correlation id from API Gateway, a default Accept header (Chalice answers 400 without
    one), and turns whatever a route lets escape into a plain 500: no stack trace gets outside.
    """

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        event = unfolded(event, app.routes)
        request = event.get("requestContext", {})
        trace = str(request.get("requestId") or getattr(context, "aws_request_id", ""))
        token = correlation_id.set(trace)
        logger.append_keys(correlation_id=trace, route=request.get("resourcePath"))
        for headers in (event.get("headers"), event.get("multiValueHeaders")):
            if headers is not None and not any(name.lower() == "accept" for name in headers):
                headers["accept"] = ["*/*"] if headers is event.get("multiValueHeaders") else "*/*"
        try:
            astray = _astray(app, request)
            answered: dict[str, Any] = astray.to_dict() if astray else app(event, context)
        finally:
            flush(metrics)
            correlation_id.reset(token)
        if request.get("httpMethod") == "HEAD":  # RFC 9110, 9.3.2
            answered["body"] = ""
        answered.setdefault("headers", {})
        answered.setdefault("multiValueHeaders", {})
        return answered

    return handle


def _astray(app: Chalice, request: Mapping[str, Any]) -> Response | None:
    """Return the answer to a request that no route of `app` serves; Chalice would fail on it."""
    methods = app.routes.get(request.get("resourcePath", ""))
    if methods is None:
        return refused(RouteUnknown("There is no such path."))
    if request.get("httpMethod") in methods:
        return None
    allowed = ", ".join(sorted(methods))
    response = refused(MethodNotAllowed(f"This path takes {allowed}."))
    response.headers["Allow"] = allowed
    return response


def refusals_to(
    make: Callable[[Refusal], Response], logger: Logger, metrics: Metrics
) -> Callable[[F], F]:
    """Return a decorator for routes: refusals become what `make` makes of them, all else a 500."""

    def decorate(route: F) -> F:
        @wraps(route)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                return route(*args, **kwargs)
            except Refusal as refusal:
                count(metrics, "RequestsRefused")
                logger.info("refused", extra={"code": refusal.code, "status": status_of(refusal)})
                return make(refusal)
            except Exception:  # the edge: nothing may leave this process but a plain answer
                logger.exception("failed")
                return make(_Failed("Something went wrong here. It was noted; try again later."))

        return guarded  # type: ignore[return-value]  # same signature as the route

    return decorate
