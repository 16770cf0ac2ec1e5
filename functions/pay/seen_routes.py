"""Whether somebody looked: the picture that pages carry, and what the other routes tell of visits.

`saldo/reminders/openings.py` says what counts as a person. Of who asks, the name of the program is
read and forgotten; the address of the network is not looked at.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from chalice.app import Response

from saldo.edge.http import header, refusals_to, refused
from saldo.payments.links import Opened
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay.base import app, logger, metrics
else:  # in Lambda this folder is the root of the code
    from base import app, logger, metrics

_PICTURE: Final = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

_AHEAD: Final = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""Headers by which browsers say that nobody asked for this yet (Fetch Standard, `Sec-Purpose`; the
others are what they said before it)."""


@app.route("/p/{token}/seen", methods=["GET"])
@refusals_to(refused, logger, metrics)
def show_seen(token: str) -> Response:
    """Return the picture that a browser fetches when it draws a page: then somebody looks at it.

    Once that is written down for the day the browser need not ask again before the next.
    """
    ahead = any(header(app, name) for name in _AHEAD)
    stands = services().openings.shown(token, _user_agent(), ahead=ahead)
    kept = f"private, max-age={_left_of_day(services().clock.now())}" if stands else "no-store"
    return Response(
        _PICTURE,
        headers={
            "Content-Type": "image/svg+xml",
            "Cache-Control": kept,
            "Content-Security-Policy": "default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )


def note_fetched(opened: Opened) -> None:
    """Note that the page of a link was asked for; of people this reads and writes nothing."""
    services().openings.fetched(opened.link, _user_agent())


def note_acted(opened: Opened) -> None:
    """Note that a button of a link's page was pressed."""
    services().openings.acted(opened.link, _user_agent())


def _user_agent() -> str:
    return header(app, "user-agent") or ""


def _left_of_day(now: datetime) -> int:
    """Return the seconds until the day ends, in UTC as openings count it."""
    end = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time.min, UTC)
    return int((end - now).total_seconds())
