"""Mail: threads, unsubscribe headers, and a code to pay with."""

from __future__ import annotations

from typing import Protocol

from saldo.ids import fingerprint
from saldo.inbox.addresses import reply_address, sent_id
from saldo.inbox.model import SentMail
from saldo.messages.model import Attachment, Mailer, OutgoingMail
from saldo.messages.told import QR_CONTENT_ID
from saldo.reminders.channels.port import Handed, Parcel
from saldo.store import Put

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
        self,
        mailer: Mailer,
        codes: CodeDrawer | None = None,
        documents: Documents | None = None,
        inbound_domain: str = "",
    ) -> None:
        """`inbound_domain` is where replies come to us; "" where none do."""
        self._mailer, self._codes, self._documents = mailer, codes, documents
        self._inbound_domain = inbound_domain

    def hand_over(self, parcel: Parcel) -> Handed:
        mail = self._mail(parcel)
        sent = self._mailer.send(mail)
        if mail.reply_to_us is None:
            return Handed(sent)
        notice = parcel.notice
        known = SentMail(
            sent_id(sent), notice.creditor, notice.account, notice.id, parcel.written_at
        )
        return Handed(sent, (Put(known, expect=None),))

    def _mail(self, parcel: Parcel) -> OutgoingMail:
        creditor, words, notice = parcel.creditor, parcel.rendered, parcel.notice
        files = self._documents.attachments(parcel) if self._documents else ()
        if parcel.girocode is not None and self._codes is not None:
            picture = self._codes.png(parcel.girocode)
            files += (Attachment("epc-qr.png", "image/png", picture, QR_CONTENT_ID),)
        reply = parcel.context.reply
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
            reply_to_us=reply_address(notice.id, self._inbound_domain),
            in_reply_to=reply.in_reply_to if reply else "",
            references=reply.references if reply else (),
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
