"""Posts webhooks over HTTP(S)."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from saldo.reconciliation.webhooks import Answer

TIMEOUT_SECONDS = 10
_ANSWER_BYTES_MAX = 1000


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is no acceptance, and must not carry the signature elsewhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class UrllibWebhookTransport:
    """Implements `saldo.reconciliation.webhooks.WebhookTransport`.

    Unless `allow_private`, a name that leads into a private network is not called: an endpoint is
    the customer's word, and must not reach what only this function can.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._opener = urllib.request.build_opener(_NoRedirects)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        request = urllib.request.Request(url, body, dict(headers), method="POST")  # noqa: S310 - http(s) was checked at subscription
        try:
            if not self._allow_private and not _is_public(urlsplit(url)):
                return Answer(0, "no answer: the address is not a public one")
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return Answer(answer.status, _text(answer.read(_ANSWER_BYTES_MAX)))
        except urllib.error.HTTPError as error:
            return Answer(error.code, _text(error.read(_ANSWER_BYTES_MAX)))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(0, f"no answer: {error}")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _is_public(url: SplitResult) -> bool:
    """Tell whether every address behind a URL's host is reachable from anywhere."""
    found = socket.getaddrinfo(url.hostname, url.port or url.scheme, type=socket.SOCK_STREAM)
    return all(ipaddress.ip_address(entry[4][0]).is_global for entry in found)
