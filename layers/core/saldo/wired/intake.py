"""What takes files in: the desk with its takers, and the ways that lead to it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.documents import DocumentParts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from saldo.adapters.aws.queues import Handover
    from saldo.bank_entries.taker import StatementFiles
    from saldo.credit_data.files import ReportFiles
    from saldo.imports.book import MappingBook
    from saldo.imports.model import ImportQueue
    from saldo.imports.service import Imports
    from saldo.intake.bay import Bay
    from saldo.intake.buyers import Buyers
    from saldo.intake.desk import ReceivingDesk
    from saldo.intake.drops import DropFolders
    from saldo.intake.mails import DocumentMails
    from saldo.intake.ports import Taker
    from saldo.intake.rules import IntakeRuleBook
    from saldo.intake.uploads import Uploads
    from saldo.remittance.taker import AdviceFiles
    from saldo.tables.read import Tables


class IntakeParts(DocumentParts):
    """What takes files in: the desk with its takers, and the ways that lead to it."""

    if TYPE_CHECKING:

        @cached_property
        def credit_files(self) -> ReportFiles: ...

    @cached_property
    def intake_rules(self) -> IntakeRuleBook:
        from saldo.intake.rules import IntakeRuleBook

        return IntakeRuleBook(self.store, self.clock, self.ids)

    @cached_property
    def buyers(self) -> Buyers:
        from saldo.intake.buyers import Buyers

        return Buyers(self.store)

    @cached_property
    def takers(self) -> Sequence[Taker]:
        """Who takes files, asked in this order."""
        from saldo.adapters.einvoice.read import read
        from saldo.credit_data.taker import CreditFileTaker
        from saldo.imports.taker import TableTaker
        from saldo.intake.booking import Booking
        from saldo.intake.einvoices import EInvoices

        booking = Booking(
            self.store, self.intake, self.invoice_lines, self.dispute_looks.credit_came
        )
        return (
            self.statement_files,
            self.advice_files,
            EInvoices(
                read, self.accounts.creditor, self.intake_rules, self.buyers, booking, self.files
            ),
            CreditFileTaker(self.store, lambda: self.credit_files),
            TableTaker(self.imports),
        )

    @cached_property
    def statement_files(self) -> StatementFiles:
        from saldo.adapters.bank.read import read as read_statements
        from saldo.adapters.bank.read import recognises
        from saldo.bank_entries.taker import StatementFiles

        return StatementFiles(lambda: self.bank_entries, read_statements, recognises)

    @cached_property
    def advice_files(self) -> AdviceFiles:
        from saldo.remittance.taker import AdviceFiles

        def pdf_lines(data: bytes) -> Sequence[tuple[str, str]]:
            from saldo.adapters.remittance import pdf

            return pdf.pdf_lines(data)

        def came(creditor: str) -> None:
            self.bank_entries.match(creditor)

        return AdviceFiles(self.store, lambda: self.tables, pdf_lines, came)

    @cached_property
    def tables(self) -> Tables:
        from saldo.adapters.sheets.workbooks import OpenpyxlWorkbooks
        from saldo.tables.read import Tables

        return Tables(OpenpyxlWorkbooks())

    @cached_property
    def mappings(self) -> MappingBook:
        from saldo.imports.book import MappingBook

        return MappingBook(self.store, self.clock)

    @cached_property
    def import_queue(self) -> ImportQueue | None:
        if not self.settings.import_queue:
            return None
        from saldo.adapters.aws.queues import JobQueue

        return JobQueue(self._sqs(), self.settings.import_queue)

    @cached_property
    def imports(self) -> Imports:
        """Imports as they are begun and looked at; to go on they take a way into the books."""
        from saldo.imports.service import Imports

        return Imports(
            self.store,
            self.clock,
            self.file_store,
            self.tables,
            self.mappings,
            None,
            self.import_queue,
        )

    @cached_property
    def receiving(self) -> ReceivingDesk:
        from saldo.intake.desk import ReceivingDesk

        return ReceivingDesk(
            self.store, self.clock, self.ids, lambda: self.file_store, lambda: self.takers
        )

    @cached_property
    def uploads(self) -> Uploads:
        from saldo.intake.uploads import Uploads

        return Uploads(self.store, self.clock, self.ids, self.receiving, self.bay)

    @cached_property
    def drop_folders(self) -> DropFolders:
        from saldo.intake.drops import DropFolders

        return DropFolders(self.receiving, self.bay, self.accounts.creditor)

    @cached_property
    def document_mails(self) -> DocumentMails:
        from saldo.intake.mails import DocumentMails
        from saldo.remittance.model import SOURCE
        from saldo.remittance.reading import calls_itself_advice

        return DocumentMails(
            self.receiving, self.intake_rules, calls_itself_advice, SOURCE, self.buyers.is_contact
        )

    @cached_property
    def document_queue(self) -> Handover:
        """Where mails with documents go on to, from the function that all mail comes to."""
        from saldo.adapters.aws.queues import Handover

        return Handover(self._sqs(), self.settings.intake_queue)

    @cached_property
    def bay(self) -> Bay:
        """Where files arrive: a bucket, or in memory where none is set."""
        if not self.settings.intake_bucket:
            from saldo.adapters.memory.bay import MemoryBay

            return MemoryBay()
        from saldo.adapters.aws.bay import S3Bay
        from saldo.adapters.aws.clients import client

        return S3Bay(client("s3", self.settings.region), self.settings.intake_bucket)
