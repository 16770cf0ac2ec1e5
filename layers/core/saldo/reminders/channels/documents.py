"""Finds the invoice's own document, where the ERP gave one, and puts it into the mail."""

from __future__ import annotations

from typing import Final

from saldo.files.model import FILES_MAX, FilesBusy, FileUnknown, StoredFile
from saldo.files.service import Files
from saldo.messages.model import Attachment, MessageKind
from saldo.reminders.by_hand.model import KIND as BY_HAND
from saldo.reminders.channels.port import ChannelBusy, Parcel
from saldo.reminders.policy_book import PolicyBook

_CARRIED: Final[frozenset[MessageKind]] = frozenset({"invoice", "invoice-copy"})
BYTES_MAX: Final = 7_000_000
"""SES takes 10 MB of a raw mail, and base64 makes four bytes of three."""


class InvoiceDocuments:
    """Attaches documents to mails of the invoice as the account's policy says; to the copy that a
    debtor asks for unless the policy says that none is ever attached; and to what a person writes,
    where they want it.
    """

    def __init__(self, files: Files, policies: PolicyBook) -> None:
        self._files, self._policies = files, policies

    def attachments(self, parcel: Parcel) -> tuple[Attachment, ...]:
        """Return the documents of the invoices that a mail is about; raise ChannelBusy."""
        notice = parcel.notice
        if notice.message == "mail-reply":
            return self._named(parcel)
        asked_for = notice.message == BY_HAND and bool(notice.facts.get("with_documents"))
        if not asked_for and not self._carries(parcel):
            return ()
        found: list[Attachment] = []
        for item in notice.items:
            file = self._files.document(notice.creditor, notice.account, item.invoice)
            room = BYTES_MAX - sum(len(one.content) for one in found)
            if file is not None and file.size <= room:
                found.extend(self._attached(file))
        return tuple(found)

    def _carries(self, parcel: Parcel) -> bool:
        notice = parcel.notice
        if notice.message not in _CARRIED:
            return False
        wish = self._policies.of(parcel.creditor, parcel.account, notice.planned_for).attach_invoice
        return wish != "no" and not (wish == "link" and notice.message == "invoice")

    def _named(self, parcel: Parcel) -> tuple[Attachment, ...]:
        """Return the files that somebody answers with."""
        notice = parcel.notice
        found: list[Attachment] = []
        for named in notice.facts.get("files", ())[:FILES_MAX]:
            try:
                file = self._files.get(notice.creditor, notice.account, str(named))
            except FileUnknown:
                continue
            if file.size <= BYTES_MAX - sum(len(one.content) for one in found):
                found.extend(self._attached(file))
        return tuple(found)

    def _attached(self, file: StoredFile) -> tuple[Attachment, ...]:
        try:
            return (Attachment(file.name, file.content_type, self._files.read(file)),)
        except FileUnknown:
            return ()  # its time was over; the mail says all that matters
        except FilesBusy as error:
            raise ChannelBusy("The invoice's document could not be read just now.") from error
