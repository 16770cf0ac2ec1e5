"""The SMTP sink: takes every mail the local SES relays and puts it into the mailbox."""

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.local.mailbox import Mailbox
from infra.local.settings import HOST

MAIL_BYTES_MAX = 40_000_000  # SES's own limit


class _Handler:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        content = envelope.original_content or b""
        self._mailbox.deliver(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        return "250 OK"


def smtp_sink(mailbox: Mailbox, port: int) -> Controller:
    """A server for `start()` and `stop()` that delivers into `mailbox`."""
    return Controller(_Handler(mailbox), hostname=HOST, port=port, data_size_limit=MAIL_BYTES_MAX)
