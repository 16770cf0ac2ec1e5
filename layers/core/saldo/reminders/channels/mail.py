"""Mail: threads, unsubscribe headers, and a code to pay with."""

from __future__ import annotations

from typing import Protocol

from saldo.ids import fingerprint
from saldo.messages.model import Attachment, Mailer, OutgoingMail
from saldo.messages.told import QR_CONTENT_ID
from saldo.reminders.channels.port import Handed, Parcel

_THREAD_LENGTH = 32


class CodeDrawer(Protocol):
    """Draws a text as a QR code of error level M, its bytes in UTF-8."""

    def png(self, text: str) -> bytes: ...

    def svg(self, text: str) -> str: ...


class Documents(Protocol):
    """Finds the invoice's own document, where the creditor gave one."""

    def attachments(self, parcel: Parcel) -> tuple[Attachment, ...]: ...


class MailCarrier:
    """Hands mail to the mailer, with codes and documents where it has somebody to make them."""

    def __init__(
        self, mailer: Mailer, codes: CodeDrawer | None = None, documents: Documents | None = None
    ) -> None:
        self._mailer, self._codes, self._documents = mailer, codes, documents

    def hand_over(self, parcel: Parcel) -> Handed:
        return Handed(self._mailer.send(self._mail(parcel)))

    def _mail(self, parcel: Parcel) -> OutgoingMail:
        creditor, words, notice = parcel.creditor, parcel.rendered, parcel.notice
        files = self._documents.attachments(parcel) if self._documents else ()
        if parcel.girocode is not None and self._codes is not None:
            picture = self._codes.png(parcel.girocode)
            files += (Attachment("epc-qr.png", "image/png", picture, QR_CONTENT_ID),)
        return OutgoingMail(
            parcel.address.name,
            parcel.address.to,
            creditor.name,
            creditor.reply_to,
            words.subject,
            words.text,
            words.html,
            parcel.account.language,
            parcel.tags,
            parcel.written_at,
            thread=thread_of(notice.creditor, notice.account),
            unsubscribe_url=parcel.opt_out_url,
            attachments=files,
        )


def thread_of(creditor: str, account: str) -> str:
    """Return the name of the conversation with one account: the same in each of its mails.

    It begins the References of each mail. SES puts a Message-ID of its own in the place of ours, so
    a mail before cannot be pointed at; a common root that was never sent makes one conversation of
    them all (RFC 5322, 3.6.4), as discussion lists have done for long.
    """
    return fingerprint(f"thread:{creditor}:{account}")[:_THREAD_LENGTH]
