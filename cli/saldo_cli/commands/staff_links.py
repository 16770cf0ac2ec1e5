"""`saldo staff-link …`."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime

from saldo.clock import iso_instant
from saldo.portal.model import StaffLink
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK


def create(options: Namespace, out: Output) -> int:
    """Make a link and show its address, this once."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    url, link = services.staff_links.create(creditor, options.name, options.days, who(options))
    out.result(
        {**_plain(link), "url": url},
        f"[bold]{url}[/]",
        f"This address is shown once and kept only as a hash. Its id is {link.id}.",
        f"It works until {link.expires_at.date()}.",
    )
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List a creditor's links."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    links, now = services.staff_links.of(creditor), services.clock.now()
    out.result([_plain(link) for link in links])
    if links:
        rows = [(k.id, k.name, _state(k, now), str(k.expires_at.date())) for k in links]
        out.table("", ("id", "name", "state", "until"), rows)
    else:
        out.say(f"{creditor} has no links for staff. Make one: saldo staff-link create --name DESK")
    return OK


def revoke(options: Namespace, out: Output) -> int:
    """Revoke a link."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    link = services.staff_links.revoke(creditor, options.id, who(options))
    out.result(_plain(link), f"The link {link.id} ({link.name}) opens nothing any more.")
    return OK


def _state(link: StaffLink, now: datetime) -> str:
    if link.revoked_at is not None:
        return "revoked"
    return "works" if link.opens(now) else "expired"


def _plain(link: StaffLink) -> dict[str, object]:
    return {
        "id": link.id,
        "creditor": link.creditor,
        "name": link.name,
        "created_at": iso_instant(link.created_at),
        "expires_at": iso_instant(link.expires_at),
        "revoked_at": iso_instant(link.revoked_at) if link.revoked_at else None,
    }
