"""The pages about oneself: proving who one is, name and language, password, authenticator app."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from chalice.app import Response

from saldo.edge.forms import Fields
from saldo.errors import Refusal
from saldo.people.sessions import Signed
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.console import base
    from functions.console.sign_in_pages import (
        PLACE_MAX,
        chosen,
        go_on,
        network,
        page_of,
        place,
        step_page,
        typed,
    )
    from functions.console.words import Words, languages
else:  # in Lambda this folder is the root of the code
    import base
    from sign_in_pages import PLACE_MAX, chosen, go_on, network, page_of, place, step_page, typed
    from words import Words, languages

Answer = Callable[[Fields, Words], Response]

NAMES: Final = ("prove", "app", "password", "me")


def prove(fields: Fields, words: Words) -> Response:
    """Check the password of who is in, before what must not go wrong."""
    signed = _own(fields)
    to = place(fields.one("to", PLACE_MAX))
    try:
        password = typed(fields, "password")
        outcome = services().console_entry.prove(signed, password, network())
    except Refusal as refusal:
        return own_page("prove", signed, to, refusal)
    return go_on(outcome, words, to, signed)


def app(fields: Fields, words: Words) -> Response:
    """Begin to set up an authenticator app."""
    signed = _own(fields)
    try:
        password = typed(fields, "password")
        asked = services().console_entry.set_up_app(signed, password, network())
    except Refusal as refusal:
        return own_page("app", signed, "", refusal)
    return step_page(asked, words, "me")


def password(fields: Fields, words: Words) -> Response:
    """Change the password of who is in."""
    del words
    signed = _own(fields)
    try:
        entered = services().console_entry.change_password(
            signed, typed(fields, "old"), chosen(fields), network()
        )
    except Refusal as refusal:
        return own_page("password", signed, "", refusal)
    to = f"{base.root()}/sign-in/me?told=password"
    return base.redirect(to, {"Set-Cookie": base.cookie(entered.secret)})


def me(fields: Fields, words: Words) -> Response:
    """Change how somebody is called, and in which language the console speaks to them."""
    del words
    signed = _own(fields)
    try:
        services().users.describe(
            signed.user.id,
            name=fields.one("name"),
            language=fields.one("language", 10),
            by=signed.user.email,
        )
    except Refusal as refusal:
        return own_page("me", signed, "", refusal)
    return base.redirect(f"{base.root()}/sign-in/me?told=saved")


def own_page(step: str, signed: Signed, to: str, refusal: Refusal | None = None) -> Response:
    words = base.language(signed.user.language)
    told = {"saved": "sign_in.told.saved", "password": "sign_in.told.password"}
    values: dict[str, Any] = {
        "to": to,
        "person": signed.user,
        "languages": languages(),
        "way": signed.session.way,
        "note": told.get(base.query("told"), ""),
    }
    return page_of(f"sign_in_{step}.html", words, refusal, form_key=signed.session.csrf, **values)


def _own(fields: Fields) -> Signed:
    """Return who is in and sent the form; raise SessionOver or FormNotOurs."""
    signed = base.signed()
    base.require_own_form(signed, fields)
    return signed


STEPS: Final[dict[str, Answer]] = {"prove": prove, "app": app, "password": password, "me": me}
