"""Signing in by the company's own directory: the way there, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chalice.app import Response

from saldo.errors import Refusal
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.console import base
    from functions.console.base import ScreenUnknown
    from functions.console.sign_in_pages import go_on, page_of, place
else:  # in Lambda this folder is the root of the code
    import base
    from base import ScreenUnknown
    from sign_in_pages import go_on, page_of, place

_WAY_SECONDS: Final = 600


def leave() -> Response:
    """Send the browser to the company's own directory: to come in, or to prove who is in."""
    found = services().single_sign_on
    if found is None:
        raise ScreenUnknown("There is nothing under this address.")
    signed = base.signed() if base.query("prove") else None
    begun = found.begin(place(base.query("to")), signed)
    kept = base.cookie(begun.state, seconds=_WAY_SECONDS, name=_way_cookie())
    return base.redirect(begun.address, {"Set-Cookie": kept})


def arrive() -> Response:
    """Take somebody back from the directory."""
    found = services().single_sign_on
    if found is None:
        raise ScreenUnknown("There is nothing under this address.")
    try:
        arrived = found.arrive(base.query("state"), base.held(_way_cookie()), base.query("code"))
    except Refusal as refusal:
        return page_of("sign_in.html", base.language(), refusal, to="", email="", note="")
    return go_on(arrived.outcome, base.language(), arrived.to)


def _way_cookie() -> str:
    return f"{base.cookie_name()}-way"
