"""From the books to what staff see of an invoice."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from saldo.accounts.model import Creditor
from saldo.edge.form_key import form_key
from saldo.portal.paid import PayStatus
from saldo.wiring import Services

from .portal import sender_of
from .portal_shown import PaidAnswer
from .shown import Frame


def frame(services: Services, creditor: Creditor, link: str, language: str) -> Frame:
    """Return what the staff's page has around it."""
    here = f"{services.settings.public_url}/staff/{link}"
    return Frame(
        language,
        services.settings.public_url,
        sender_of(creditor),
        here,
        form_key(link),
        is_tracked=False,
    )


def answer(creditor: Creditor, status: PayStatus) -> PaidAnswer:
    """Return how an invoice stands, with the creditor's time of day."""
    at = status.as_of.astimezone(ZoneInfo(creditor.time_zone))
    return PaidAnswer(
        status.number,
        status.state,
        status.as_of,
        at.strftime("%H:%M"),
        status.open_minor,
        status.currency,
        status.since,
    )
