"""What every route of the console stands on: the app, who is signed in, answers as pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from aws_lambda_powertools import Logger, Metrics
from chalice.app import Chalice, Response

from saldo.edge.form_key import FIELD
from saldo.edge.forms import UPLOAD_BODY_MAX, UPLOAD_FORM, Fields, read_fields
from saldo.edge.http import header, raw_body, refusals_to, status_of
from saldo.edge.metrics import NAMESPACE
from saldo.errors import Forbidden, NotFound, Refusal
from saldo.people.sessions import SessionOver, Signed
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.console.pages import POLICY, Around, render
    from functions.console.refused import problem_text
    from functions.console.words import Words, choose_language, languages
else:  # in Lambda this folder is the root of the code
    from pages import POLICY, Around, render
    from refused import problem_text
    from words import Words, choose_language, languages

app = Chalice(app_name="saldo-console")
logger = Logger(service="console")
metrics = Metrics(namespace=NAMESPACE, service="console")

SEE_OTHER: Final = 303
FORM_TYPES: Final = ["application/x-www-form-urlencoded", UPLOAD_FORM]

View = TypeVar("View", bound=Callable[..., Response])


class FormNotOurs(Forbidden):
    """The form does not come from a page of this session."""

    code = "form-not-ours"


class ScreenUnknown(NotFound):
    """There is no such screen, or nothing of it under that name."""

    code = "screen-unknown"


def route(
    method: str, path: str, refused_as: Callable[[Refusal], Response] | None = None
) -> Callable[[View], View]:
    """Return a decorator that serves `method path`, with refusals as pages."""
    guard = refusals_to(refused_as or as_page, logger, metrics)
    kinds = {"content_types": FORM_TYPES} if method == "POST" else {}

    def serve(view: View) -> View:
        served: View = app.route(path, methods=[method], **kinds)(guard(view))
        return served

    return serve


def as_page(refusal: Refusal) -> Response:
    """Show what went wrong; who is not signed in is asked to."""
    if isinstance(refusal, SessionOver):
        return to_sign_in()
    words = language(_own_language(refusal))
    values = {
        "kind": _kind_of(refusal),
        "said": problem_text(words, refusal),
        "refusal": refusal,
        "user": None,
        "creditor": None,
        "problem": "",
    }
    return html(render("problem.html", words, Around(root()), values), status_of(refusal))


def _own_language(refusal: Refusal) -> str | None:
    """Return the language of whoever is signed in, which need not be their browser's; None where
    nobody is, and in trouble of our own, when the books are better left alone.
    """
    if status_of(refusal) >= 500:
        return None
    try:
        return signed().user.language
    except Refusal:
        return None


def _kind_of(refusal: Refusal) -> str:
    """Return whether something is not theirs, not there, not possible, or our own trouble."""
    if isinstance(refusal, Forbidden):
        return "forbidden"
    if isinstance(refusal, NotFound):
        return "missing"
    return "refused" if status_of(refusal) < 500 else "trouble"


def to_sign_in() -> Response:
    """Send the browser to the page for signing in, and from there to what it asked for."""
    request: Any = app.current_request
    to = here() if request.method == "GET" else ""
    return redirect(f"{root()}/sign-in" + (f"?to={quote(to, safe='')}" if to else ""))


def root() -> str:
    """Return the path that the console stands under: the page may be reached under another host
    than the public one.
    """
    return f"{urlsplit(services().settings.public_url).path.rstrip('/')}/console"


def here() -> str:
    """Return the address that is asked for, below the console: "at/musterwerk/today?kind=call"."""
    request: Any = app.current_request
    path: str = request.context["resourcePath"].partition("/console")[2].lstrip("/")
    for name, value in (request.uri_params or {}).items():
        path = path.replace("{" + name + "}", value)
    asked = [(name, value) for name in request.query_params or {} for value in queries(name)]
    return path + (f"?{urlencode(asked)}" if asked else "")


def query(name: str) -> str:
    """Return a parameter of the query, "" without it."""
    return next(iter(queries(name)), "")


def queries(name: str) -> tuple[str, ...]:
    """Return all values of a parameter of the query."""
    request: Any = app.current_request
    found = request.query_params
    return tuple(found.getlist(name)) if found and name in found else ()


def asked() -> Mapping[str, tuple[str, ...]]:
    """Return the whole query."""
    request: Any = app.current_request
    return {name: queries(name) for name in request.query_params or {}}


def cookie_name() -> str:
    """Return the name of the session's cookie. `__Host-` lets this very host alone set it, over
    HTTPS (RFC 6265bis, 4.1.3.2); a local installation has no HTTPS.
    """
    return "__Host-saldo-console" if _is_https() else "saldo-console"


def cookie(value: str, *, seconds: int | None = None, name: str = "") -> str:
    """Return the Set-Cookie header that keeps `value` for as long as the browser is open, or for
    `seconds`: 0 takes it away. The session's cookie, or the one of `name`.
    """
    kept = "" if seconds is None else f"; Max-Age={seconds}"
    secure = "; Secure" if _is_https() else ""
    return f"{name or cookie_name()}={value}; Path=/{secure}; HttpOnly; SameSite=Lax{kept}"


def _is_https() -> bool:
    return services().settings.public_url.startswith("https:")


def secret() -> str:
    """Return the session's secret that the browser holds, "" without one."""
    return held(cookie_name())


def held(cookie: str) -> str:
    """Return what the browser holds as a cookie, "" without one."""
    pairs = (pair.partition("=") for pair in (header(app, "cookie") or "").split(";"))
    return next((value for name, _, value in pairs if name.strip() == cookie), "").strip()


def signed() -> Signed:
    """Return who is signed in; raise SessionOver."""
    return services().console_sessions.of(secret() or None)


def typed() -> Fields:
    """Return what was typed; raise TooLarge or FormNotReadable."""
    return read_fields(raw_body(app, UPLOAD_BODY_MAX), header(app, "content-type") or "")


def require_own_form(signed: Signed, fields: Fields) -> None:
    """Raise FormNotOurs unless a form carries its session's key, and no other site sent it."""
    require_own_site()
    if not compare_digest(signed.session.csrf.encode(), fields.one(FIELD).encode()):
        raise FormNotOurs("This form does not come from our page. Please open the page again.")


def require_own_site() -> None:
    """Raise FormNotOurs for what another site sent, as far as the browser says so."""
    if header(app, "sec-fetch-site") not in (None, "same-origin", "none"):
        raise FormNotOurs("This form comes from another site.")


def is_fragment() -> bool:
    """Tell whether htmx asks for a part of a page only."""
    return header(app, "hx-request") == "true" and header(app, "hx-boosted") != "true"


def language(of: str | None = None) -> Words:
    """Return the words of a language, else of what the browser accepts."""
    if of in languages():
        return Words(of)
    return Words(choose_language(query("lang") or None, header(app, "accept-language")))


def html(text: str, status: int = 200) -> Response:
    """Return a page under its policy; nobody keeps a copy."""
    return Response(
        text,
        status_code=status,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": POLICY,
            "Cache-Control": "no-store",
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        },
    )


def bare(text: str) -> Response:
    """Return a page that is not ours, such as a mail, under a policy that lets it be read alone."""
    found = html(text)
    found.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; sandbox"
    )
    return found


def redirect(address: str, headers: Mapping[str, str] | None = None) -> Response:
    """Send the browser on, with a GET."""
    return Response(
        "",
        status_code=SEE_OTHER,
        headers={"Location": address, "Cache-Control": "no-store", **(headers or {})},
    )
