"""Finds the local cloud that runs on this machine, if one does."""

from __future__ import annotations

from urllib.parse import urlsplit

from infra.local.processes import port_is_free
from infra.local.settings import Ports, client_environment

_PASSED_ON = ("AWS_", "NO_PROXY", "no_proxy")


def local_environment() -> dict[str, str]:
    """Return the settings that turn AWS clients to the local cloud, {} when none runs here."""
    ports = Ports.from_environment()
    if port_is_free(ports.aws):
        return {}
    return {
        name: value
        for name, value in client_environment(ports).items()
        if name.startswith(_PASSED_ON)
    }


def desk_of(aws_endpoint: str) -> str | None:
    """Return the front desk beside a local AWS: its ports are counted from one base."""
    port = urlsplit(aws_endpoint).port
    if port is None:
        return None
    base = Ports.from_base(0)
    return Ports.from_base(port - base.aws).desk_url
