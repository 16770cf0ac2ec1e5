"""What writes: texts, the channels that notices go by, letters, evidence and case files."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.reminders import ReminderParts

if TYPE_CHECKING:
    from collections.abc import Callable

    from saldo.messages.model import Renderer
    from saldo.messages.own import OwnTexts
    from saldo.reminders.by_hand.service import ByHand
    from saldo.reminders.channels.letter import Outbox
    from saldo.reminders.channels.mail import CodeDrawer
    from saldo.reminders.channels.port import Carriers, Parcel
    from saldo.reminders.letters import Letters
    from saldo.reminders.ports import SendQueue
    from saldo.reminders.preview import Preview
    from saldo.reminders.send import NoticeSender
    from saldo.reports.case_files import CaseFiles, Shelf
    from saldo.reports.evidence import EvidencePacks
    from saldo.reports.paper import PaperTypesetter
    from saldo.reports.statement_book import Statements


class DocumentParts(ReminderParts):
    """What writes: texts, the channels that notices go by, letters, evidence and case files."""

    @cached_property
    def renderer(self) -> Renderer:
        from saldo.messages.render import JinjaRenderer

        return JinjaRenderer(self.own_texts)

    @cached_property
    def own_texts(self) -> OwnTexts:
        from saldo.messages.own import OwnTexts

        return OwnTexts(self.store, self.clock.now)

    @cached_property
    def codes(self) -> CodeDrawer:
        """Draws the codes that payers scan."""
        from saldo.adapters.qr.codes import Codes

        return Codes()

    @cached_property
    def carriers(self) -> Carriers:
        """The channels that need nothing but a call; letters are `letter_carriers`."""
        from saldo.adapters.aws.clients import client_without_retries
        from saldo.adapters.sms.sns import SnsGateway
        from saldo.reminders.channels.call import CallCarrier
        from saldo.reminders.channels.documents import InvoiceDocuments
        from saldo.reminders.channels.mail import MailCarrier
        from saldo.reminders.channels.sms import SmsCarrier

        return {
            "email": MailCarrier(
                self.mailer,
                self.codes,
                InvoiceDocuments(self.files, self.policies),
                self.settings.inbound_domain,
            ),
            "sms": SmsCarrier(SnsGateway(client_without_retries("sns", self.settings.region))),
            "call": CallCarrier(),
        }

    @cached_property
    def letter_carriers(self) -> Carriers:
        """The channels on paper: they need the layer `documents`."""
        from saldo.adapters.letters.typesetter import TypstTypesetter
        from saldo.reminders.channels.letter import LetterCarrier

        typesetter, codes = TypstTypesetter(), self.codes
        return {
            "letter": LetterCarrier(typesetter, self.outbox, codes),
            "registered": LetterCarrier(typesetter, self.outbox, codes, "registered"),
        }

    @cached_property
    def outbox(self) -> Outbox:
        """Where letters lie for the print service: a bucket, or on one machine a folder."""
        if not self.settings.letters_bucket:
            from pathlib import Path
            from tempfile import gettempdir

            from saldo.adapters.files.outbox import FolderOutbox

            return FolderOutbox(Path(gettempdir()) / "saldo-outbox")
        from saldo.adapters.aws.clients import client
        from saldo.adapters.aws.outbox import S3Outbox

        return S3Outbox(client("s3", self.settings.region), self.settings.letters_bucket)

    @cached_property
    def letter_queue(self) -> SendQueue | None:
        if not self.settings.letter_queue:
            return None
        from saldo.adapters.aws.queues import JobQueue

        return JobQueue(self._sqs(), self.settings.letter_queue)

    @cached_property
    def sender(self) -> NoticeSender:
        return self._sender(self.carriers, self.letter_queue)

    @cached_property
    def letter_sender(self) -> NoticeSender:
        return self._sender(self.letter_carriers, None)

    def _sender(self, carriers: Carriers, elsewhere: SendQueue | None) -> NoticeSender:
        from saldo.reminders.channels.dispatch import Dispatcher
        from saldo.reminders.send import NoticeSender

        return NoticeSender(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.links,
            self.renderer,
            Dispatcher(carriers, elsewhere),
            self.send_queue,
        )

    @cached_property
    def letters(self) -> Letters:
        from saldo.reminders.letters import Letters

        return Letters(self.store, self.clock, self.ids, self.outbox, self.feedback)

    @cached_property
    def by_hand(self) -> ByHand:
        from saldo.reminders.by_hand.service import ByHand

        return ByHand(
            self.store,
            self.clock,
            self.ids,
            self.policies,
            self.opt_outs,
            self.renderer,
            self.links.address,
        )

    @cached_property
    def letter_proof(self) -> Callable[[Parcel], bytes]:
        """Typesets a letter to be looked at; it needs the layer `documents`."""
        from saldo.adapters.letters.typesetter import TypstTypesetter
        from saldo.reminders.channels.letter import sheet_of

        typesetter, codes = TypstTypesetter(), self.codes
        return lambda parcel: typesetter.typeset(sheet_of(parcel, codes)).pdf

    @cached_property
    def preview(self) -> Preview:
        from saldo.reminders.preview import Preview

        return Preview(
            self.store, self.clock, self.run, self.opt_outs, self.renderer, self.links.address
        )

    @cached_property
    def evidence(self) -> EvidencePacks:
        """Makes packs; it needs the layer `documents`."""
        from saldo.adapters.letters.evidence import TypstIndex
        from saldo.reports.evidence import EvidencePacks

        return EvidencePacks(self.store, self.clock, self.outbox, TypstIndex())

    @cached_property
    def statements(self) -> Statements:
        from saldo.reports.statement_book import Statements

        return Statements(self.store, self.clock)

    @cached_property
    def papers(self) -> PaperTypesetter:
        """Typesets documents for payers; it needs the layer `documents`."""
        from saldo.adapters.letters.paper import TypstPaper

        return TypstPaper()

    @cached_property
    def case_files(self) -> CaseFiles:
        """Keeps cases' files; to make one takes the layer `documents`."""
        from saldo.reports.case_files import CaseFiles

        return CaseFiles(
            self.store, self.clock, self.accounts, lambda: self.evidence, self.case_shelf
        )

    @cached_property
    def case_shelf(self) -> Shelf:
        """Where cases' files lie: a bucket, or on one machine a folder."""
        if not self.settings.case_files_bucket:
            from pathlib import Path
            from tempfile import gettempdir

            from saldo.adapters.files.outbox import FolderOutbox

            return FolderOutbox(Path(gettempdir()) / "saldo-cases")
        from saldo.adapters.aws.clients import client
        from saldo.adapters.aws.outbox import S3Outbox

        return S3Outbox(client("s3", self.settings.region), self.settings.case_files_bucket)
