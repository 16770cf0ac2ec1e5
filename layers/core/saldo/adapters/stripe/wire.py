"""Lets the official package send its requests over our transport.

It keeps one way out to the network: its time-outs, its size limits, no redirects. This module
imports the package, a third of a second of processor time: import it only to call Stripe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import stripe

from saldo.adapters.stripe.api import Transport

# With telemetry on, the package writes an identifier into the home folder and sends it along with
# the machine's platform.
stripe.enable_telemetry = False


class OverTransport(stripe.HTTPClient):
    """An HTTP client of the package that asks `transport`."""

    name = "saldo"

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        **_: Any,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Send one request; raise stripe.APIConnectionError when no answer came."""
        body = post_data.encode() if isinstance(post_data, str) else post_data
        try:
            status, answer_headers, answer = self._transport.request(
                method.upper(), url, dict(headers or {}), body
            )
            return answer.decode(), status, answer_headers
        except (OSError, UnicodeDecodeError) as broken:
            raise stripe.APIConnectionError(  # type: ignore[no-untyped-call]  # untyped there
                f"no whole answer: {type(broken).__name__}", should_retry=True
            ) from broken

    def close(self) -> None:
        """Our transport keeps no connection."""
