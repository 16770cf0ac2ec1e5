"""What a token endpoint answers (RFC 6749, 5.1), read so that nothing odd is believed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from saldo.connectors.ports import ErpNonsense, Renewed

LIFE_SECONDS_MAX: Final = 86_400
"""No vendor here gives access for longer than an hour; a day is a mistake worth refusing."""

_TOKEN_CHARACTERS_MAX: Final = 8_000


def renewed_of(vendor: str, made: Any, now: datetime, *, with_refresh: bool = False) -> Renewed:
    """Return the access that an answer brings; raise ErpNonsense.

    `with_refresh`: there must be a new refresh token too.
    """
    try:
        seconds = int(made["expires_in"])
        access = made["access_token"]
        refresh = made["refresh_token"] if with_refresh else ""
    except (TypeError, KeyError, ValueError, OverflowError) as bad:
        raise ErpNonsense(f"{vendor}'s answer about access cannot be read.") from bad
    tokens = [access, refresh] if with_refresh else [access]
    if not 0 < seconds <= LIFE_SECONDS_MAX or not all(_is_token(one) for one in tokens):
        raise ErpNonsense(f"{vendor}'s answer about access cannot be right.")
    return Renewed(access, now + timedelta(seconds=seconds), refresh)


def _is_token(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _TOKEN_CHARACTERS_MAX and value.isascii()
