"""How often the pages of pay links may be asked for things.

A person never comes near these; a program that guesses links, or presses one button for ever, does.
Links that open something are never counted when they are only looked at: behind one address of the
network there may be a whole company.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from saldo.errors import TooMany
from saldo.portal.limits import Limit
from saldo.wiring import Services

ACTS: Final = Limit("page-acts", 60, timedelta(minutes=10))
"""Forms sent by one link."""

UNKNOWN: Final = Limit("unknown-links", 30, timedelta(minutes=10))
"""Links that open nothing, asked for from one address of the network."""


class TooOften(TooMany):
    """The same link, or links that open nothing, were asked for too often; later it will do."""

    code = "too-often"

    def __init__(self, retry_seconds: int) -> None:
        super().__init__("That was often. Please wait some minutes.")
        self.retry_seconds = retry_seconds


def count_act(services: Services, token: str) -> None:
    """Count a form that was sent by a link; raise TooOften."""
    if not services.limits.take(ACTS, token):
        raise TooOften(_left(services.clock.now(), ACTS))


def count_unknown(services: Services, network: str) -> None:
    """Count a link that opens nothing; raise TooOften.

    The address of the network is kept as a hash that is another one each day, for minutes.
    """
    now = services.clock.now()
    if not services.limits.take(UNKNOWN, f"{now.date()}:{network}"):
        raise TooOften(_left(now, UNKNOWN))


def _left(now: datetime, limit: Limit) -> int:
    """Return the seconds until the window of a limit ends."""
    per = int(limit.per.total_seconds())
    return per - int(now.timestamp()) % per
