"""Every state of the pages of a transfer and of documents, rendered from plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from functions.pay.payer import pages
from functions.pay.payer.documents import Asked, DocumentsPage, ReceiptRow, SummaryRow
from functions.pay.payer.shown import Frame, PastPayment
from functions.pay.payer.transfer import TransferPage
from saldo.adapters.qr.codes import payment_svg
from saldo.girocode import Transfer, girocode_text

_HERE = "https://pay.example/live/p/Zm9vYmFyYmF6cXV4MTIzNA"
TAKEN_FORMS = {f"{_HERE}/documents/statement.pdf"}
_NAME = "Example Waterworks Ltd & Co. Very Long Trading Company of Example Town"
_CODE = girocode_text(
    Transfer(_NAME, "DE02120300000000202051", 169050, "BYLADEM1001", "RF18539007547034")
)


def build_taken_pages(frame: Frame) -> dict[str, Callable[[str], str]]:
    """Return the pages by name; each is rendered in a language."""
    transfer = TransferPage(
        frame,
        ("2024/0815", "2024/0001"),
        "EUR",
        169050,
        date(2026, 11, 21),
        (
            ("holder", _NAME, _NAME),
            ("iban", "DE02 1203 0000 0000 2020 51", "DE02120300000000202051"),
            ("bic", "BYLADEM1001", "BYLADEM1001"),
            ("amount", "", "1690.50"),
            ("reference", "RF18 5390 0754 7034", "RF18539007547034"),
        ),
        payment_svg(_CODE),
        date(2026, 11, 27),
        is_account=True,
    )
    plain = replace(transfer, code="", currency="CHF", rests_until=None, is_account=False)
    plain = replace(plain, invoices=("2024/0815",))
    paid = PastPayment(date(2026, 11, 20), 50000)
    documents = DocumentsPage(
        frame,
        True,
        (ReceiptRow("01JD7W0000PAYMENT000000001", paid),),
        (SummaryRow("2024/0815", "01JD7W0000FILE0000000000001"), SummaryRow("X" * 50)),
    )
    problem = Asked("day-not-readable", "2026-01-01", "2026-13-01")
    return {
        "transfer": lambda lang: pages.transfer_page(_in(transfer, lang)),
        "transfer-discount": lambda lang: pages.transfer_page(
            _in(replace(transfer, discount_minor=3572, discount_until=date(2026, 12, 3)), lang)
        ),
        "transfer-plain": lambda lang: pages.transfer_page(_in(plain, lang)),
        "transfer-contested": lambda lang: pages.transfer_page(
            _in(replace(plain, contested_minor=1900), lang)
        ),
        "documents": lambda lang: pages.documents_page(_in(documents, lang)),
        "documents-error": lambda lang: pages.documents_page(
            _in(replace(documents, asked=problem, receipts=()), lang)
        ),
        "documents-invoice": lambda lang: pages.documents_page(
            _in(replace(documents, has_statement=False, asked=Asked("document-unknown")), lang)
        ),
    }


def _in(page: TransferPage | DocumentsPage, language: str) -> TransferPage | DocumentsPage:
    return replace(page, frame=replace(page.frame, language=language))
