"""The portal's routes: signing in by a link, all accounts of a person, who else may look.

Here alone a cookie is set: it holds the session's secret, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from chalice.app import Response

from saldo.edge.form_key import FormNotOurs, require_form_key
from saldo.edge.forms import Fields, read_fields
from saldo.edge.http import header, raw_body, status_of
from saldo.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, TooMany
from saldo.portal.groups import Portal, PortalUnknown
from saldo.portal.model import LENT_LIFE, RIGHTS
from saldo.portal.sign_in import AddressNotReadable, NotSignedIn, SignInLinkSpent, Visitor
from saldo.portal.users import Membership
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay import base
    from functions.pay.payer import pages, portal
    from functions.pay.payer.portal_shown import ConfirmPage, PortalAccountPage, SignInPage
    from functions.pay.payer.shown import Frame
else:  # in Lambda this folder is the root of the code
    import base
    from payer import pages, portal
    from payer.portal_shown import ConfirmPage, PortalAccountPage, SignInPage
    from payer.shown import Frame

_COOKIE: Final = "__Host-saldo-"
"""Only this very host sets and gets it, over HTTPS (RFC 6265bis, 4.1.3.2)."""
_KEPT: Final = "Path=/; Secure; HttpOnly; SameSite=Lax"
_GONE: Final = "Max-Age=0; "
_BELOW: Final = {"documents": "/documents", "question": "/answer/question"}
"""Where a link can lead at once; what the role may not leads to the invoices from there."""


class AccountNotYours(NotFound):
    """There is no such account, or it is not the visitor's."""

    code = "account-not-yours"


def as_page(refusal: Refusal) -> Response:
    """Say what went wrong; a portal that is none tells nothing else."""
    kind = "trouble"
    if isinstance(refusal, (PortalUnknown, AccountNotYours)):
        kind = "unknown"
    elif isinstance(refusal, TooMany):
        kind = "often"
    elif isinstance(refusal, (Forbidden, NotSignedIn)):
        kind = "not-allowed"
    around = Frame(base.language("en"), services().settings.public_url)
    return base.page(pages.portal_problem_page(around, kind), status_of(refusal))


def portal_route(method: str, path: str) -> Callable[[base.View], base.View]:
    """Return a decorator that serves `method path` of the portal, with refusals as pages."""
    return base.route(method, path, as_page)


@portal_route("GET", "/portal/{group}")
def show_portal(group: str) -> Response:
    """Show all accounts of who is signed in, or where one asks for a link."""
    found = services().portals.find(group)
    try:
        visitor, secret = _visitor(found)
    except NotSignedIn:
        notice = "left" if _secret(found) else ""
        return _sign_in_page(found, SignInPage(_frame(found), notice=notice))
    around = _frame(found, secret=secret)
    return base.page(
        pages.portal_page("portal/overview.html", portal.overview(services(), visitor, around))
    )


@portal_route("POST", "/portal/{group}")
def ask_for_link(group: str) -> Response:
    """Send a link to a known address; what is answered and what it takes is the same for all."""
    _require_own_site()
    found, fields = services().portals.find(group), read_fields(raw_body(base.app))
    spoken, email = _spoken(found, fields), fields.one("email", 300)
    try:
        services().sign_in.ask(found, email, base.network(), spoken)
    except AddressNotReadable as refusal:
        around = _frame(found, language_=spoken)
        return _sign_in_page(found, SignInPage(around, email, refusal.code), status_of(refusal))
    return base.redirect(f"{portal.address(services(), found, 'mail')}?lang={spoken}")


@portal_route("GET", "/portal/{group}/mail")
def show_mail(group: str) -> Response:
    """Say that a link is on its way, if the address is known."""
    found = services().portals.find(group)
    around = _frame(found, "mail")
    return base.page(pages.portal_page("portal/mail.html", SignInPage(around)))


@portal_route("GET", "/portal/{group}/sign-in/{link}")
def show_link(group: str, link: str) -> Response:
    """Show the button that signs in; mail programs that open links sign nobody in."""
    found = services().portals.find(group)
    try:
        services().sign_in.look(found, link)
    except SignInLinkSpent as refusal:
        return _spent(found, refusal)
    around = _frame(found, "sign-in", link, secret=link)
    return base.page(pages.portal_page("portal/confirm.html", ConfirmPage(around, around.here)))


@portal_route("POST", "/portal/{group}/sign-in/{link}")
def enter(group: str, link: str) -> Response:
    """Sign in with the link, once, and set the cookie."""
    _require_own_site()
    found, fields = services().portals.find(group), read_fields(raw_body(base.app))
    require_form_key(link, fields.key)
    try:
        secret = services().sign_in.enter(found, link, base.network())
    except SignInLinkSpent as refusal:
        return _spent(found, refusal)
    gone_in = base.redirect(f"{portal.address(services(), found)}?lang={_spoken(found, fields)}")
    gone_in.headers["Set-Cookie"] = f"{_COOKIE}{found.id}={secret}; {_KEPT}"
    return gone_in


@portal_route("POST", "/portal/{group}/sign-out")
def leave(group: str) -> Response:
    """Sign out."""
    found, fields, secret = _posted(group)
    services().sign_in.leave(secret)
    gone = base.redirect(f"{portal.address(services(), found)}?lang={_spoken(found, fields)}")
    gone.headers["Set-Cookie"] = f"{_COOKIE}{found.id}=; {_GONE}{_KEPT}"
    return gone


@portal_route("GET", "/portal/{group}/accounts/{place}")
def show_account(group: str, place: str) -> Response:
    """Show everything about one account."""
    found = services().portals.find(group)
    try:
        visitor, secret = _visitor(found)
    except NotSignedIn:
        return base.redirect(portal.address(services(), found))
    who = _member(visitor, place)
    shown = _account(found, who, secret, _spoken(found))
    return base.page(_account_html(replace(shown, told=base.query("told") or "")))


@portal_route("POST", "/portal/{group}/accounts/{place}/open")
def open_payment(group: str, place: str) -> Response:
    """Lead to the pages where one pays and answers, to the documents or to the conversation, by a
    link that was made for this visit and may what its role may.
    """
    found, fields, _ = _posted(group)
    visitor, _ = _visitor(found)
    who = _member(visitor, place)
    numbers = {
        one.number for one in services().standings.of(portal.opened_by(services(), who)).open_
    }
    asked = fields.one("invoice")
    url = services().links.lend(
        who.account.creditor,
        who.account.number,
        asked if asked in numbers else "",
        RIGHTS[who.role],
        LENT_LIFE,
    )
    below = _BELOW.get(fields.one("to"), "")
    return base.redirect(f"{url}{below}?lang={_spoken(found, fields)}")


@portal_route("POST", "/portal/{group}/accounts/{place}/users")
def change_users(group: str, place: str) -> Response:
    """Invite somebody to an account, change what they may do, or take their access away."""
    found, fields, secret = _posted(group)
    visitor, _ = _visitor(found)
    who, spoken = _member(visitor, place), _spoken(found, fields)
    try:
        told = _change(found, who, fields, spoken)
    except (Invalid, Conflict, NotFound) as refusal:
        shown = _account(found, who, secret, spoken)
        typed = replace(
            shown,
            email=fields.one("email", 300),
            role=fields.one("role"),
            error=refusal.code,
        )
        return base.page(_account_html(typed), status_of(refusal))
    here = portal.address(services(), found, "accounts", place)
    return base.redirect(f"{here}?told={told}&lang={spoken}")


def _change(found: Portal, who: Membership, fields: Fields, spoken: str) -> str:
    users, press = services().portal_users, fields.one("press")
    if press == "remove":
        users.remove(who, fields.one("user"))
        return "removed"
    if press == "role":
        users.change_role(who, fields.one("user"), fields.one("role"))
        return "role-changed"
    services().sign_in.invite(found, who, fields.one("email", 300), fields.one("role"), spoken)
    return "invited"


def _account(found: Portal, who: Membership, secret: str, spoken: str) -> PortalAccountPage:
    around = _frame(found, "accounts", who.place, secret=secret, language_=spoken)
    return portal.account_page(services(), found, who, around)


def _account_html(shown: PortalAccountPage) -> str:
    return pages.portal_page("portal/account.html", shown)


def _sign_in_page(found: Portal, shown: SignInPage, status: int = 200) -> Response:
    answer = base.page(pages.portal_page("portal/sign_in.html", shown), status)
    if shown.notice == "left":  # whatever the browser still holds opens nothing
        answer.headers["Set-Cookie"] = f"{_COOKIE}{found.id}=; {_GONE}{_KEPT}"
    return answer


def _spent(found: Portal, refusal: Refusal) -> Response:
    return _sign_in_page(found, SignInPage(_frame(found), notice="spent"), status_of(refusal))


def _visitor(found: Portal) -> tuple[Visitor, str]:
    """Return who is signed in, and the session's secret; raise NotSignedIn."""
    secret = _secret(found)
    return services().sign_in.visitor(found, secret), secret or ""


def _posted(group: str) -> tuple[Portal, Fields, str]:
    """Return the portal, the fields and the session's secret of a form of ours.

    Raises FormNotOurs or NotSignedIn.
    """
    _require_own_site()
    found, fields = services().portals.find(group), read_fields(raw_body(base.app))
    secret = _secret(found)
    if secret is None:
        raise NotSignedIn("Nobody is signed in here.")
    require_form_key(secret, fields.key)
    return found, fields, secret


def _require_own_site() -> None:
    """Raise FormNotOurs where the browser says that another site sent the form.

    The form's key would not catch a stranger's own link that is pressed in somebody's name.
    """
    if (header(base.app, "sec-fetch-site") or "same-origin") not in ("same-origin", "none"):
        raise FormNotOurs("This form does not come from our page.")


def _member(visitor: Visitor, place: str) -> Membership:
    found = visitor.at(place)
    if found is None:
        raise AccountNotYours("There is no such account here.")
    return found


def _secret(found: Portal) -> str | None:
    """Return what the browser's cookie for this portal holds, None without one."""
    for part in (header(base.app, "cookie") or "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == f"{_COOKIE}{found.id}" and value:
            return value
    return None


def _frame(found: Portal, *more: str, secret: str = "", language_: str | None = None) -> Frame:
    here = portal.address(services(), found, *more)
    return portal.frame(services(), found, here, language_ or _spoken(found), secret)


def _spoken(found: Portal, fields: Fields | None = None) -> str:
    asked = fields.one("lang", 20) if fields else None
    return base.language(found.face.language, asked or None)
