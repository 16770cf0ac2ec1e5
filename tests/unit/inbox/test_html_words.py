"""Words of pages as mail programs really write them: nothing that somebody wrote is lost."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from saldo.inbox.html_words import words_of_html
from saldo.inbox.reading import read_mail


@pytest.mark.parametrize(
    "page",
    [
        '<p style="font-size:0.9em">We paid on Friday.</p>',
        '<div style="font-size: 0.875rem; color: #222">We paid on Friday.</div>',
        "<html><head><title>x</title><body><p>We paid on Friday.</p></body></html>",
        "<html><head><meta charset=utf-8><p>We paid on Friday.</p></html>",
        '<p style="display:none">preview<p>We paid on Friday.',
        '<table><tr style="display:none"><td>preview<tr><td>We paid on Friday.</table>',
    ],
)
def test_what_a_reader_sees_is_read(page: str) -> None:
    assert words_of_html(page) == "We paid on Friday."


@pytest.mark.parametrize(
    "style",
    ["font-size:0", "font-size: 0px", "font-size:0.0em;", "FONT-SIZE:0 !important", "display:none"],
)
def test_what_a_reader_would_not_see_is_left_out(style: str) -> None:
    assert words_of_html(f'<div style="{style}">secret</div><p>We paid.</p>') == "We paid."


def test_many_marks_that_nobody_closes_do_not_let_styles_be_read() -> None:
    page = "<p>so<b>" * 500 + "<style>p {color: red}</style><p>We paid.</p>"
    assert "color: red" not in words_of_html(page)


def test_a_page_in_two_parts_around_a_picture_is_read_whole() -> None:
    mail = EmailMessage()
    mail["From"] = "erika@beispiel.example"
    mail.set_content("<p>Two boxes were missing:</p>", subtype="html")
    mail.make_mixed()
    mail.add_attachment(b"\x89PNG" + bytes(20_000), "image", "png", filename="boxes.png")
    mail.add_attachment("<p>Please send a credit note.</p>", subtype="html")
    last = mail.get_payload()[-1]  # type: ignore[index]
    del last["Content-Disposition"]  # type: ignore[union-attr]
    read = read_mail(mail.as_bytes())
    assert read.text == "Two boxes were missing:\n\nPlease send a credit note."
