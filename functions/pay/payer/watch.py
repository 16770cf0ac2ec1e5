"""What the page has around it by which somebody stops mails about a case."""

from __future__ import annotations

from saldo.accounts.model import Creditor
from saldo.edge.form_key import form_key
from saldo.wiring import Services

from .portal import sender_of
from .shown import Frame


def frame(services: Services, creditor: Creditor, link: str, language: str) -> Frame:
    """Return what the page has around it."""
    return Frame(
        language,
        services.settings.public_url,
        sender_of(creditor),
        f"{services.settings.public_url}/watch/{link}",
        form_key(link),
        is_tracked=False,
    )
