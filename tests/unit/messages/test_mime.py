"""The bytes of a mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

import pytest

from saldo.messages.mime import build_mime
from saldo.messages.model import MailRejected, OutgoingMail

MAIL = OutgoingMail(
    to_name="Jörg Müller, Einkauf",
    to_address="einkauf@handel.example",
    from_name="Beispiel Wasserwerke GmbH",
    reply_to="rechnung@wasserwerke.example",
    subject="Rechnung RE-0142 über 1.190,50\xa0€",
    text="Guten Tag,\n\n.\nFrom hier an: 1.190,50\xa0€\n" + "sehr lang " * 200 + "\n",
    html="<p>Guten Tag, 1.190,50\xa0€ – ✓</p>\n",
    language="de",
    tags={"notice": "01JD7W0000NOTICE0000000001", "creditor": "waterworks", "attempt": "1"},
    written_at=datetime(2026, 11, 21, 10, 0, tzinfo=UTC),
)
FROM = "post@mail.example"


def build(mail: OutgoingMail = MAIL, configuration_set: str | None = "saldo-mail") -> bytes:
    return build_mime(mail, FROM, configuration_set)


def parsed(mail: OutgoingMail = MAIL) -> EmailMessage:
    message = message_from_bytes(build(mail), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_mail_is_seven_bit_and_its_lines_fit() -> None:
    raw = build()
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) < 998


def test_headers_say_who_what_and_when() -> None:
    message = parsed()
    assert message["From"].addresses[0].addr_spec == FROM
    assert message["From"].addresses[0].display_name == MAIL.from_name
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].display_name == MAIL.to_name
    assert message["To"].addresses[0].addr_spec == MAIL.to_address
    assert message["Reply-To"].addresses[0].addr_spec == MAIL.reply_to
    assert message["Subject"] == MAIL.subject.replace("\xa0", " ")
    assert message["Date"].datetime == MAIL.written_at
    assert message["Content-Language"] == "de"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["MIME-Version"] == "1.0"


def test_ses_headers_stand_on_one_line_each() -> None:
    lines = build().split(b"\r\n")
    assert b"X-SES-CONFIGURATION-SET: saldo-mail" in lines
    assert (
        b"X-SES-MESSAGE-TAGS: notice=01JD7W0000NOTICE0000000001, creditor=waterworks, attempt=1"
        in lines
    )
    assert b"X-SES-CONFIGURATION-SET" not in build(configuration_set=None)
    assert b"X-SES-MESSAGE-TAGS" not in build(replace(MAIL, tags={}))


def test_both_parts_come_back_as_they_were() -> None:
    message = parsed()
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert isinstance(plain, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().replace("\r\n", "\n") == MAIL.text
    assert html.get_content().replace("\r\n", "\n") == MAIL.html


def test_mail_without_a_reply_address_has_no_such_header() -> None:
    assert "Reply-To" not in parsed(replace(MAIL, reply_to=None))


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\x00", "\x0b", "\x85", "\u2028"])
@pytest.mark.parametrize("field", ["to_name", "from_name", "subject"])
def test_line_breaks_in_names_and_subjects_end_nothing(field: str, break_: str) -> None:
    nasty = f"Example{break_}Bcc: victim@elsewhere.example{break_}{break_}body"
    message = parsed(replace(MAIL, **{field: nasty}))
    assert "Bcc" not in message
    assert len(message["To"].addresses) == 1
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    "name",
    [
        'Quote " and \\ backslash',
        "Comma, Inc. <other@elsewhere.example>",
        "=?utf-8?q?victim=40elsewhere=2Eexample?=",
        "x" * 300,
        "ä" * 300,
        "",
        "株式会社",
    ],
)
def test_strange_names_stay_names(name: str) -> None:
    raw = build(replace(MAIL, to_name=name, from_name=name))
    for header, address in (("From", FROM), ("To", MAIL.to_address)):
        # The older parser: the newer one puts spaces between the pieces of a long encoded name.
        value = message_from_bytes(raw)[header]
        phrase, found = parseaddr(value)
        assert found == address
        assert str(make_header(decode_header(phrase))) == name or phrase == name


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c",
        "a@b.example\r\nBcc: victim@elsewhere.example",
        "a@b.example, victim@elsewhere.example",
        "a@b.example>",
        "<a@b.example>",
        "jörg@handel.example",
        "a b@handel.example",
        "a" * 65 + "@handel.example",
    ],
)
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(MailRejected):
        build(replace(MAIL, to_address=address))
    if address:
        with pytest.raises(MailRejected):
            build(replace(MAIL, reply_to=address))


@pytest.mark.parametrize("value", ["", "a b", "a,b=c", "a\r\nBcc: x", "ä"])
def test_tag_that_ses_would_refuse_is_refused(value: str) -> None:
    with pytest.raises(MailRejected):
        build(replace(MAIL, tags={"notice": value}))
    with pytest.raises(MailRejected):
        build(replace(MAIL, tags={value: "notice"}))


def test_long_subject_is_folded_and_comes_back_whole() -> None:
    for subject in ("ü" * 78, "a" * 78, "Wort " * 15):
        message = parsed(replace(MAIL, subject=subject))
        assert message["Subject"] == subject.strip()
