"""Paid or not, for systems and for staff: what is asked, what is answered."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Name
from saldo.money import format_amount
from saldo.portal.model import StaffLink
from saldo.portal.paid import PaidState, PayStatus
from saldo.portal.staff import DAYS_DEFAULT, DAYS_MAX, NAME_LENGTH_MAX, StaffLinks


class StaffLinkOrder(Body):
    """A link to the page for staff."""

    name: Annotated[
        Name, Field(max_length=NAME_LENGTH_MAX, description="Where it is used, such as a desk.")
    ]
    days: Annotated[
        int, Field(ge=1, le=DAYS_MAX, strict=True, description="For how long it works.")
    ] = DAYS_DEFAULT


class StaffLinkEnd(Body):
    """A link to the page for staff that is to open nothing any more."""

    id: Annotated[str, Field(min_length=1, max_length=26, description="The link's id.")]


class PaidAnswer(TypedDict):
    """How an invoice stands, and nothing about whose it is."""

    number: str
    state: Annotated[
        PaidState,
        Field(
            description="paid; closed: nothing is open, by a credit note or a write-off; "
            "processing: the money is on its way, not here yet; part-paid, open, overdue; unknown: "
            "no invoice of that number."
        ),
    ]
    open: Annotated[_Amount | None, Field(description="Null for an unknown number.")]
    currency: str | None
    since: Annotated[
        _Day | None, Field(description="When it was closed; while it is open, when it was due.")
    ]
    as_of: _Instant


class StaffLinkAnswer(TypedDict):
    """A link to the page for staff, without its address."""

    id: str
    name: str
    created_at: _Instant
    expires_at: _Instant
    revoked_at: _Instant | None


class StaffLinkMade(StaffLinkAnswer):
    """A new link, with its address."""

    url: Annotated[str, Field(description="Shown this once; kept as a hash.")]


class StaffLinkList(TypedDict):
    """The creditor's links, those that open nothing any more included."""

    items: list[StaffLinkAnswer]


def paid(found: PayStatus) -> PaidAnswer:
    """Return how an invoice stands."""
    is_known = found.open_minor is not None and found.currency is not None
    return {
        "number": found.number,
        "state": found.state,
        "open": format_amount(found.open_minor or 0, found.currency or "") if is_known else None,
        "currency": found.currency,
        "since": found.since.isoformat() if found.since else None,
        "as_of": iso_instant(found.as_of),
    }


def make(links: StaffLinks, creditor: str, sent: Any, by: str) -> StaffLinkMade:
    """Make a link as `sent` orders it; raise what is wrong with the order."""
    order = read(StaffLinkOrder, sent)
    url, link = links.create(creditor, order.name, order.days, by)
    return {**_plain(link), "url": url}


def revoke(links: StaffLinks, creditor: str, sent: Any, by: str) -> StaffLinkAnswer:
    """Close the link that `sent` names; raise StaffLinkUnknown."""
    return _plain(links.revoke(creditor, read(StaffLinkEnd, sent).id, by))


def listed(links: StaffLinks, creditor: str) -> StaffLinkList:
    """Return a creditor's links, the oldest first."""
    return {"items": [_plain(link) for link in links.of(creditor)]}


def _plain(link: StaffLink) -> StaffLinkAnswer:
    return {
        "id": link.id,
        "name": link.name,
        "created_at": iso_instant(link.created_at),
        "expires_at": iso_instant(link.expires_at),
        "revoked_at": iso_instant(link.revoked_at) if link.revoked_at else None,
    }
