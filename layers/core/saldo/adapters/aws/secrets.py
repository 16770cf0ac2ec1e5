"""The payment providers' keys, from one secret in Secrets Manager.

The secret is a JSON object by provider: `{"stripe": {"api_key": "…", "webhook_secrets": ["new",
"old"]}, …}`. Nothing in here shows a value: not in a repr, not in an exception or what it hangs on
to, not in a log, botocore's own debug log included.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from saldo.clock import Clock
from saldo.errors import Unavailable

TTL: Final = timedelta(minutes=5)
"""How long values are used before they are read again."""

EARLY_GAP: Final = timedelta(minutes=1)
"""The least time between two readings before the time, and after a reading that failed."""

_log = logging.getLogger(__name__)


class SecretsUnavailable(Unavailable):
    """The providers' keys cannot be read now, and never were in this process."""

    code = "secrets-unavailable"


class Hidden:
    """A part of the secret: whoever means it calls `reveal`, everybody else sees nothing."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = dict(fields)

    def reveal(self) -> Mapping[str, Any]:
        """Return the fields with their values."""
        return dict(self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hidden) and self._fields == other._fields

    __hash__ = None  # type: ignore[assignment]  # nobody collects secrets

    def __repr__(self) -> str:
        return "Hidden()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


Parts = Mapping[str, Hidden]
Read = Callable[[], str]


class ProviderSecrets:
    """The secret's parts by provider, read when first asked for.

    A reading that fails, or brings something that cannot be used, leaves the values that are known
    in force and is tried again after EARLY_GAP.
    """

    def __init__(self, read: Read, clock: Clock) -> None:
        self._read, self._clock = read, clock
        self._parts: Parts | None = None
        self._due_at: datetime | None = None
        self._early_at: datetime | None = None

    def __repr__(self) -> str:
        return "ProviderSecrets()"

    def parts(self) -> Parts:
        """Return the parts, at most TTL old while Secrets Manager answers.

        Raises SecretsUnavailable when they were never read.
        """
        now = self._clock.now()
        if self._parts is None or self._due_at is None or now >= self._due_at:
            self._renew(now)
        if self._parts is None:
            raise SecretsUnavailable("The payment providers cannot be reached now.")
        return self._parts

    def read_early(self) -> bool:
        """Read at once, as a value may have changed; False when that was done within EARLY_GAP."""
        now = self._clock.now()
        if self._early_at is not None and timedelta() <= now - self._early_at < EARLY_GAP:
            return False
        self._early_at = now
        self._renew(now)
        return True

    def _renew(self, now: datetime) -> None:
        """Read; keep what is known if that fails. The log says how it failed, and nothing else."""
        failure: str | None = None
        parts: Parts | None = None
        try:
            parts = parts_of(self._read())
        except ClientError as refused:
            failure = str(refused.response.get("Error", {}).get("Code", "refused"))
        except (BotoCoreError, ValueError) as bad:
            failure = str(bad) if isinstance(bad, NotReadable) else type(bad).__name__
        if parts is not None:
            self._parts, self._due_at = parts, now + TTL
            return
        self._due_at = now + EARLY_GAP
        _log.error(
            "the providers' secret cannot be read (%s); %s",
            failure,
            "none is known" if self._parts is None else "the one read before stays in force",
        )


class NotReadable(ValueError):
    """The secret is not what was agreed. The message never quotes it."""


def parts_of(text: str) -> Parts:
    """Read the secret's text; raise NotReadable."""
    # Raised outside the handler: an error of json carries the whole text along.
    document: object = None
    with suppress(ValueError, RecursionError):
        document = json.loads(text)
    if not isinstance(document, dict) or not all(isinstance(p, dict) for p in document.values()):
        raise NotReadable("it is not a JSON object of one object per provider")
    return {str(name): Hidden(part) for name, part in document.items()}


def from_secrets_manager(client: Any, secret: str) -> Read:
    """Return a reader of the secret with this ARN or name; `client` is of Secrets Manager.

    What it returns raises ClientError or BotoCoreError, NotReadable for a secret without text.
    """
    # At its debug level this logger writes down whole answers.
    logging.getLogger("botocore.parsers").setLevel(logging.INFO)

    def read() -> str:
        text = client.get_secret_value(SecretId=secret).get("SecretString")
        if not isinstance(text, str):
            raise NotReadable("it is binary, not text")
        return text

    return read
