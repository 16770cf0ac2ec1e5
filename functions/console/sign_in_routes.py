"""The routes that people come in by, and those about themselves.

The pages are ours, not the identity provider's: it is asked behind them. A step's token travels in
the body of its form alone. Whether an address is known is told by none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chalice.app import Response

from saldo.edge.forms import Fields
from saldo.errors import Refusal
from saldo.people.links import PasswordLinkSpent
from saldo.people.ports import ChallengeOver, PasswordNotGood
from saldo.people.sessions import SessionOver
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.console import base, sign_in_company, sign_in_own
    from functions.console.base import ScreenUnknown, route
    from functions.console.sign_in_pages import (
        PLACE_MAX,
        SECRET_MAX,
        chosen,
        go_on,
        inside,
        network,
        page_of,
        place,
        sent,
        step_page,
        typed,
    )
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    import base
    import sign_in_company
    import sign_in_own
    from base import ScreenUnknown, route
    from sign_in_pages import (
        PLACE_MAX,
        SECRET_MAX,
        chosen,
        go_on,
        inside,
        network,
        page_of,
        place,
        sent,
        step_page,
        typed,
    )
    from words import Words


@route("GET", "/console/sign-in")
def show_sign_in() -> Response:
    """Show the page that signs in; who is in already goes on."""
    to = place(base.query("to"))
    try:
        base.signed()
    except SessionOver:
        over = "sign_in.over" if base.secret() and to else ""
        return page_of("sign_in.html", base.language(), to=to, email="", note=over)
    return base.redirect(inside(to))


@route("POST", "/console/sign-in")
def sign_in() -> Response:
    """Check the password, and go on to what else is asked, or in."""
    fields, words = sent()
    to, email = place(fields.one("to", PLACE_MAX)), fields.one("email", 300)
    try:
        outcome = services().console_entry.sign_in(email, typed(fields, "password"), network())
    except Refusal as refusal:
        return page_of("sign_in.html", words, refusal, to=to, email=email, note="")
    return go_on(outcome, words, to)


@route("GET", "/console/sign-in/{step}")
def show_step(step: str) -> Response:
    """Show the page of a step that one can begin with."""
    if step == "forgotten":
        return page_of("sign_in_forgotten.html", base.language(), email=base.query("email"))
    if step == "sent":
        return page_of("sign_in_sent.html", base.language())
    if step == "company":
        return sign_in_company.leave()
    if step == "callback":
        return sign_in_company.arrive()
    if step not in sign_in_own.NAMES:
        return base.redirect(f"{base.root()}/sign-in")
    signed = base.signed()
    return sign_in_own.own_page(step, signed, place(base.query("to")))


@route("POST", "/console/sign-in/{step}")
def take_step(step: str) -> Response:
    """Take what was typed on the page of a step."""
    if step not in _STEPS:
        raise ScreenUnknown("There is nothing under this address.")
    fields, words = sent()
    return _STEPS[step](fields, words)


@route("GET", "/console/sign-in/link/{token}")
def show_link(token: str) -> Response:
    """Show where a password is chosen; opening the page uses nothing up."""
    words = base.language()
    try:
        link, user = services().password_links.look(token)
    except PasswordLinkSpent as refusal:
        return page_of("sign_in_spent.html", words, refusal)
    return page_of("sign_in_link.html", base.language(user.language), link=link, person=user)


@route("POST", "/console/sign-in/link/{token}")
def use_link(token: str) -> Response:
    """Set the password that was chosen, and go on in."""
    fields, words = sent()
    links = services().password_links
    try:
        link, user = links.look(token)
        try:
            outcome = links.use(token, chosen(fields), network())
        except PasswordNotGood as refusal:
            return page_of("sign_in_link.html", words, refusal, link=link, person=user)
    except PasswordLinkSpent as refusal:
        return page_of("sign_in_spent.html", words, refusal)
    return go_on(outcome, words, "")


@route("POST", "/console/sign-out")
def sign_out() -> Response:
    """End the session and take the cookie away."""
    fields = base.typed()
    try:
        base.require_own_form(base.signed(), fields)
    except SessionOver:
        pass  # nobody is in: what is asked for is so
    else:
        services().console_sessions.close(base.secret())
    return base.redirect(f"{base.root()}/sign-in", {"Set-Cookie": base.cookie("", seconds=0)})


def _answer_step(fields: Fields, words: Words) -> Response:
    """Take a code, or the password in a temporary one's place."""
    token, to = fields.one("step", SECRET_MAX), place(fields.one("to", PLACE_MAX))
    try:
        asked = services().console_entry.step(token)
        try:
            if asked.kind == "new-password":
                value = chosen(fields)
            else:
                value = "".join(fields.one("code", 20).split())
            outcome = services().console_entry.answer(token, value)
        except (ChallengeOver, SessionOver):
            raise
        except Refusal as refusal:
            return step_page(asked, words, to, refusal)
    except (ChallengeOver, SessionOver) as refusal:
        return page_of("sign_in.html", words, refusal, to=to, email="", note="")
    return go_on(outcome, words, to)


def _forgotten(fields: Fields, words: Words) -> Response:
    """Send a link to a known address; what is answered is the same for all."""
    email = fields.one("email", 300)
    try:
        services().password_links.ask(email, network())
    except Refusal as refusal:
        return page_of("sign_in_forgotten.html", words, refusal, email=email)
    return base.redirect(f"{base.root()}/sign-in/sent?lang={words.language}")


_STEPS: Final[dict[str, sign_in_own.Answer]] = {
    "code": _answer_step,
    "forgotten": _forgotten,
    **sign_in_own.STEPS,
}
