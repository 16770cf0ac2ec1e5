"""Letters and mails as they leave: what a scanner reads, and that nothing in them is markup."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pytest
import zxingcpp
from PIL import Image

from saldo.adapters.letters.compiler import pages_of
from saldo.adapters.letters.typesetter import TypstTypesetter
from saldo.adapters.qr.codes import Codes
from saldo.creditor_reference import invoice_reference
from saldo.girocode import Transfer, girocode_text
from saldo.messages.mime import build_mime
from saldo.messages.model import Attachment, OutgoingMail
from saldo.messages.told import QR_CONTENT_ID, TransferDetails
from saldo.reminders.channels.letter import Sheet

CODE = girocode_text(
    Transfer(
        "Müsterwerk GmbH", "DE89370400440532013000", 123456, reference=invoice_reference("RE-1")
    )
)
SHEET = Sheet(
    "din-5008-b",
    "de",
    "Müsterwerk GmbH",
    ("Industriestraße 12", "10115 Berlin"),
    "Amtsgericht Musterstadt HRB 1",
    "#1f5f5b",
    ("Beispiel AG", "Beispielweg 7", "80331 München"),
    (("customer", "10001"),),
    date(2026, 12, 20),
    "Zahlungserinnerung",
    "Guten Tag,\n\nbitte zahlen Sie.\n\nRechnung\tFällig\tOffen\nRE-1\t1.12.2026\t1.234,56 €\n",
    "https://pay.musterwerk.example/p/abcdefghijklmnopqrstuv",
    Codes().svg(CODE),
    code_pays=True,
    transfer=TransferDetails("DE89370400440532013000", "Müsterwerk GmbH", qr=True),
    amount_minor=123456,
)


def scanned(picture: bytes) -> str:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    assert found.ec_level == "M"
    return str(found.text)


def test_a_banking_app_reads_the_code_of_a_mail() -> None:
    assert scanned(Codes().png(CODE)) == CODE


def test_the_largest_code_fits_version_13() -> None:
    whole = girocode_text(Transfer("Ä" * 70, "DE89370400440532013000", 1, text="x" * 124))
    assert len(whole.encode()) > 300
    picture = Image.open(io.BytesIO(Codes().png(whole)))
    modules = picture.width // 5 - 8
    assert modules <= 17 + 4 * 13
    assert scanned(Codes().png(whole)) == whole


def test_the_same_letter_gives_the_same_bytes() -> None:
    first, second = TypstTypesetter().typeset(SHEET), TypstTypesetter().typeset(SHEET)
    assert first == second
    assert first.pdf.startswith(b"%PDF-1.7")
    assert first.pages == pages_of(first.pdf) == 1


def test_a_letter_about_many_invoices_has_as_many_pages_as_it_takes() -> None:
    rows = "\n".join(f"RE-{n}\t1.12.2026\t1,00 €" for n in range(70))
    long = replace(SHEET, body=f"Guten Tag,\n\n{rows}\n\nMit freundlichen Grüßen")
    assert TypstTypesetter().typeset(long).pages == 3


def test_nothing_in_a_letter_is_taken_for_markup() -> None:
    odd = replace(
        SHEET,
        subject='#panic("x") *bold* $x$ @nobody <label>',
        body='#import "x"\n\n= Title\n\n\\ ` " \' #',
        to_lines=("#eval", "[", "]"),
    )
    assert TypstTypesetter().typeset(odd).pages == 1


@pytest.mark.parametrize("language", ["de", "en", "fr", "nl", "pl", "en-US"])
def test_every_language_has_a_letter(language: str) -> None:
    assert TypstTypesetter().typeset(replace(SHEET, language=language, paper="us-10")).pages == 1


def mail(html: str, *files: Attachment, unsubscribe: str | None = None) -> OutgoingMail:
    return OutgoingMail(
        "Buchhaltung",
        "ap@beispiel.example",
        "Musterwerk GmbH",
        None,
        "Erinnerung",
        "text",
        html,
        "de",
        {"notice": "01KAK5Z4T0ABCDEFGHJKMNPQRS"},
        datetime(2026, 12, 20, tzinfo=UTC),
        thread="abc",
        unsubscribe_url=unsubscribe,
        attachments=files,
    )


def test_the_code_stands_in_the_mail_and_the_invoice_beside_it() -> None:
    picture = Attachment("epc-qr.png", "image/png", Codes().png(CODE), QR_CONTENT_ID)
    invoice = Attachment("RE-1.pdf", "application/pdf", b"%PDF-1.7")
    html = f'<img src="cid:{QR_CONTENT_ID}">'
    raw = build_mime(mail(html, picture, invoice), "billing@musterwerk.example", None)
    message = message_from_bytes(raw, policy=policy.default)
    related = next(p for p in message.walk() if p.get_content_type() == "multipart/related")
    image = related.get_payload()[1]  # type: ignore[index]  # it is multipart
    assert image["Content-ID"] == f"<{QR_CONTENT_ID}>"  # type: ignore[index]
    assert scanned(image.get_payload(decode=True)) == CODE  # type: ignore[union-attr, arg-type]
    (file,) = message.iter_attachments()  # type: ignore[attr-defined]
    assert (file.get_filename(), file.get_content()) == ("RE-1.pdf", b"%PDF-1.7")


def test_a_picture_that_the_html_does_not_show_is_left_out() -> None:
    picture = Attachment("epc-qr.png", "image/png", b"png", QR_CONTENT_ID)
    raw = build_mime(mail("<p>plain</p>", picture), "billing@musterwerk.example", None)
    assert b"image/png" not in raw


def test_threads_and_one_click() -> None:
    url = "https://pay.musterwerk.example/p/token/stop"
    raw = build_mime(mail("x", unsubscribe=url), "billing@musterwerk.example", None)
    message = message_from_bytes(raw)
    assert message["References"] == message["In-Reply-To"] == "<abc@musterwerk.example>"
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["X-Saldo-Notice"] == "01KAK5Z4T0ABCDEFGHJKMNPQRS"
    assert "List-Unsubscribe" not in message_from_bytes(
        build_mime(mail("x"), "billing@musterwerk.example", None)
    )
