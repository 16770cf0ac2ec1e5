"""Whether mails go out at all: no page promises one that does not."""

from __future__ import annotations

from saldo.payments.links import Opened


def mails_go(opened: Opened) -> bool:
    """Tell whether the creditor's mails are sent: in shadow none is. Those that are kept back while
    sending is switched off leave later.
    """
    return opened.creditor.state == "live"


def mail_follows(opened: Opened) -> bool:
    """Tell whether what is done with a link is confirmed by mail: an address must be known."""
    return mails_go(opened) and opened.account.mail_contact() is not None
