"""Mails of every program and of nobody's good will are read: something comes back, in time."""

from __future__ import annotations

import base64
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.inbox.model import FILES_MAX, RAW_BYTES_MAX, TEXT_MAX
from saldo.inbox.reading import MESSAGE_ID, read_mail
from saldo.reminders.inbound.classify import classify
from tests.corpora import CORPORA, files

MAILS = CORPORA / "email"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def mail(text: str = "Hallo.", language: str = "en", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = headers.pop("sender", "Erika Beispiel <erika@beispiel.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    made["Content-Language"] = language
    return made


def test_a_mail_says_who_wrote_what() -> None:
    made = mail(
        "Wir zahlen.",
        To="inbox-acme@replies.example",
        Subject="Rückfrage",
        Message_ID="<a.b@c.example>",
        In_Reply_To="<one@x.example>",
        References="<zero@x.example> <one@x.example>",
        language="de-AT",
    )
    read = read_mail(made.as_bytes())
    assert (read.from_name, read.from_address) == ("Erika Beispiel", "erika@beispiel.example")
    assert (read.subject, read.text, read.language) == ("Rückfrage", "Wir zahlen.", "de")
    assert (read.message_id, read.references) == (
        "a.b@c.example",
        ("one@x.example", "zero@x.example"),
    )


def test_the_page_is_read_where_there_are_no_words() -> None:
    made = EmailMessage()
    made["From"] = "erika@beispiel.example"
    made.set_content("<p>Wir zahlen.</p><blockquote>alt</blockquote>", subtype="html")
    read = read_mail(made.as_bytes())
    assert (read.text, read.has_html, read.quoted) == ("Wir zahlen.", True, True)


def test_files_are_named_and_logos_of_signatures_are_not() -> None:
    made = mail()
    made.add_related(b"\x89PNG" + bytes(50), "image", "png", cid="<logo>", disposition="inline")
    made.add_attachment(PDF, "application", "pdf", filename="Beleg\u202efdp.exe")
    made.add_attachment(mail("Weitergeleitet", Subject="Alt"))
    read = read_mail(made.as_bytes())
    assert read.text == "Hallo."
    assert b"Weitergeleitet" in read.files[1].data
    assert read.files[0].file.verdict == "suspicious"
    assert "\u202e" not in read.files[0].file.name
    assert not any(one.data.startswith(b"\x89PNG") for one in read.files)


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "nobody",
        "a@b.example, c@d.example",
        "a@b.example\r\n\tBcc: <x@y.example>",
        '"x" <a@b.example> <c@d.example>',
        "<a@b.example>\x00",
        f"{'a' * 300}@b.example",
        "=?utf-8?q?a=40b.example?=",
        "a@[127.0.0.1]",
        "a;b@c.example",
    ],
)
def test_who_cannot_be_answered_is_nobody(sender: str) -> None:
    raw = f"From: {sender}\nSubject: x\n\nHallo".encode()
    found = read_mail(raw).from_address
    assert found == "" or (found.isprintable() and found.count("@") == 1 and " " not in found)


@pytest.mark.parametrize(
    "reference", ["a b@c", "<a@b>\r\nBcc: x@y", "<a@b", "a@b>", "<<a@b>>", "<@>", "<a\x00@b>"]
)
def test_no_reference_breaks_out_of_a_header(reference: str) -> None:
    raw = b"From: a@b.example\nMessage-ID: " + reference.encode() + b"\n\nHallo"
    found = read_mail(raw)
    for one in (found.message_id, *found.references):
        assert one == "" or MESSAGE_ID.fullmatch(f"<{one}>")


def nested(depth: int, kind: bytes) -> bytes:
    body = b"From: a@b.example\nSubject: tief\n"
    for number in range(depth):
        if kind == b"message":
            body += b"Content-Type: message/rfc822\n\n"
        else:
            body += b'Content-Type: multipart/%b; boundary="b%d"\n\n--b%d\n' % (
                kind,
                number,
                number,
            )
    return body + b"Content-Type: text/plain\n\nhallo\n"


@pytest.mark.parametrize("depth", [5, 100, 900, 3_000])
@pytest.mark.parametrize("kind", [b"mixed", b"alternative", b"message"])
def test_mails_within_mails_without_end(depth: int, kind: bytes) -> None:
    raw = nested(depth, kind)
    begun = time.process_time()
    read = read_mail(raw)
    assert classify(raw).kind == "message"
    assert (read.subject, read.from_address) == ("tief", "a@b.example")
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\x00" * 1000,
        b"From: a@b.example",
        b"From: a@b.example\nContent-Type: text/plain; charset=base64\n\nhallo",
        b"From: a@b.example\nContent-Type: text/plain; charset=idna\n\nhallo.\xff",
        b"From: a@b.example\nContent-Type: text/plain; charset=undefined\n\nhallo",
        b"From: a@b.example\nContent-Type: text/plain; charset=unicode_escape\n\n\\x00\\N{x}",
        b'From: a@b.example\nContent-Type: text/plain; charset="a\x00b"\n\nhallo',
        b"From: a@b.example\nContent-Type: text/plain; charset*=x'y'%%%\n\nhallo",
        b"From: a@b.example\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: a@b.example\nContent-Transfer-Encoding: x-uuencode\n\nbegin 666 a\nM\xff\nend",
        b"From: a@b.example\nSubject: =?utf-8?b?a?=\n\nhallo",
        b"From: a@b.example\nSubject: =?x-unknown?q?a?= =?utf-8?q?=FF?=\n\nhallo",
        b"From: =?utf-8?q?" + b"a" * 9000 + b"?= <a@b.example>\n\nhallo",
        b'From: a@b.example\nContent-Type: multipart/mixed; boundary=""\n\n--\nhallo',
        b"From: a@b.example\nContent-Type: multipart/mixed\n\nhallo",
        b"From: a@b.example\nContent-Disposition: attachment; filename*=utf-8''%FF%00\n\nx",
        b"From: a@b.example\nContent-Disposition: attachment; filename*0*=x; filename*9=y\n\nx",
    ],
)
def test_broken_mails_are_read(raw: bytes) -> None:
    read = read_mail(raw)
    classify(raw)
    assert all(one.isprintable() or one in "\n\t" for one in read.text)


def test_a_charset_is_believed_as_far_as_it_goes() -> None:
    raw = "From: a@b.example\nContent-Type: text/plain; charset=iso-8859-1\n\nGrüße".encode(
        "latin-1"
    )
    assert read_mail(raw).text == "Grüße"


def test_much_is_cut_and_said_to_be() -> None:
    read = read_mail(mail("Zeile\n" * 20_000).as_bytes())
    assert len(read.text) <= TEXT_MAX and read.is_cut


def test_of_a_huge_mail_the_words_are_read_and_no_file() -> None:
    made = mail("Hallo.")
    made.add_attachment(bytes(RAW_BYTES_MAX), "application", "octet-stream", filename="a.bin")
    begun = time.process_time()
    read = read_mail(made.as_bytes())
    assert (read.text, read.files, read.is_cut) == ("Hallo.", (), True)
    assert time.process_time() - begun < 5


def test_parts_without_end_are_not_read() -> None:
    part = b"--b\nContent-Type: text/plain\n\nx\n"
    raw = b'From: a@b.example\nSubject: breit\nContent-Type: multipart/mixed; boundary="b"\n\n'
    begun = time.process_time()
    read = read_mail(raw + part * 200_000)
    assert (read.subject, read.text, read.files) == ("breit", "", ())
    assert time.process_time() - begun < 2


def test_a_thousand_files_are_a_few() -> None:
    part = b'--b\nContent-Disposition: attachment; filename="a.txt"\n\nx\n'
    raw = b'From: a@b.example\nContent-Type: multipart/mixed; boundary="b"\n\n' + part * 1000
    assert len(read_mail(raw).files) == FILES_MAX


@pytest.mark.parametrize(
    "path", files(MAILS, "mime-mikel/**/*.eml", "reply-talon/**/*.eml", "sisimai-set/mac/*.eml")
)
def test_mails_that_others_collected_are_read(path: Path) -> None:
    raw = path.read_bytes()
    read = read_mail(raw)
    assert len(read.subject) <= 200
    assert "\x00" not in read.text
    for one in read.files:
        assert one.file.size == len(one.data)


def test_a_mail_with_a_pdf_whose_name_is_not_ascii() -> None:
    path = MAILS / "mime-mikel" / "attachment_emails" / "attachment_pdf.eml"
    if not path.is_file():
        pytest.skip("the corpus of mails is not here")
    (file,) = read_mail(path.read_bytes()).files
    assert file.file.name.endswith(".pdf")


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    read_mail(raw)
    classify(raw)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                b"From: a@b.example\n",
                b"Content-Type: multipart/mixed; boundary=b\n",
                b"Content-Type: message/rfc822\n",
                b"Content-Type: message/delivery-status\n",
                b"Content-Type: text/html; charset=utf-7\n",
                b"Content-Transfer-Encoding: quoted-printable\n",
                b"Content-Transfer-Encoding: base64\n",
                b"Content-Disposition: attachment; filename==?utf-8?q?a?=\n",
                b"Subject: =?utf-8?b?w7w=?= =?q?\n",
                b"\n",
                b"--b\n",
                b"--b--\n",
                base64.encodebytes(PDF),
                b"> =3D=\n",
                b"\xff\xfe\r",
            ]
        ),
        max_size=30,
    )
)
def test_any_heap_of_parts_is_a_mail(parts: list[bytes]) -> None:
    raw = b"".join(parts)
    read_mail(raw)
    classify(raw)
