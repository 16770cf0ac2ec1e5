"""Where a webhook may point: a host of the public internet, never one of ours.

A name may still resolve to a private address; the transport that posts guards against that.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from saldo.reconciliation.webhooks import WebhookAddressNotAllowed

_PLAIN = re.compile(r"[!-~]+", re.ASCII)
_PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".home.arpa", ".invalid", ".onion")
# "127.1", "0x7f.0.0.1" and "2130706433" are addresses to a resolver.
_NUMERIC_END = re.compile(r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)\.?")


def check_webhook_url(url: str, *, is_local: bool) -> str:
    """Return `url`; raise WebhookAddressNotAllowed. `is_local` allows http and hosts nearby."""
    refusal = WebhookAddressNotAllowed
    if _PLAIN.fullmatch(url) is None or "\\" in url:
        raise refusal("'url' must be plain ASCII without blanks.").at("/url")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refusal("'url' is not an address.").at("/url") from None
    if parts.scheme != "https" and not (is_local and parts.scheme == "http"):
        raise refusal("'url' must begin with https://.").at("/url")
    if not host or port == 0:
        raise refusal("'url' names no host.").at("/url")
    if parts.username is not None or parts.password is not None:
        raise refusal("'url' must not carry a user or a password.").at("/url")
    if "#" in url:
        raise refusal("'url' must not have a fragment.").at("/url")
    if not is_local and not _is_public(host):
        raise refusal("'url' must name a host of the public internet.").at("/url")
    return url


def _is_public(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.rstrip(".")
        labels = name.split(".")
        return (
            len(labels) > 1
            and all(labels)
            and not name.endswith(_PRIVATE_ENDINGS)
            and _NUMERIC_END.fullmatch(labels[-1]) is None
        )
    return address.is_global and not address.is_multicast
