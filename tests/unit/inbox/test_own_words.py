"""What somebody wrote themselves is told from what they quoted, and nothing they wrote is lost."""

from __future__ import annotations

import os
import time
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.inbox.html_words import words_of_html
from saldo.inbox.own_words import own_words
from tests.corpora import CORPORA

FRIDAY = {"de": "Wir zahlen am Freitag.", "en": "We will pay on Friday."}
FRIDAY |= {"nl": "Wij betalen vrijdag.", "fr": "Nous payons vendredi."}
OURS = {"de": "Sehr geehrte Damen", "en": "Dear customer", "nl": "Geachte heer", "fr": "Bonjour"}
INTRO = {
    "gmail-de": "Am Di., 3. Nov. 2026 um 09:14 Uhr schrieb Musterwerk <b@musterwerk.example>:",
    "mobile-de": "Musterwerk <b@musterwerk.example> schrieb am Di., 3. Nov. 2026, 09:14:",
    "thunderbird-de": "Am 03.11.26 um 09:14 schrieb Musterwerk GmbH:",
    "wrapped-de": "Am Di., 3. Nov. 2026 um 09:14 Uhr schrieb Musterwerk <\nb@musterwerk.example>:",
    "gmail-en": "On Tue, Nov 3, 2026 at 9:14 AM Musterwerk <b@musterwerk.example> wrote:",
    "wrapped-en": "On Tue, Nov 3, 2026 at 9:14 AM Musterwerk\n<b@musterwerk.example> wrote:",
    "old-gmail-en": "2026-11-03 9:14 GMT+01:00 Musterwerk <b@musterwerk.example>:",
    "gmail-nl": "Op di 3 nov 2026 om 09:14 schreef Musterwerk <b@musterwerk.example>:",
    "apple-nl": "Musterwerk <b@musterwerk.example> heeft op 3 nov 2026 het volgende geschreven:",
    "gmail-fr": "Le mar. 3 nov. 2026 à 09:14, Musterwerk <b@musterwerk.example> a écrit :",
}
HEADS = {
    "outlook-de": "Von: Musterwerk <b@m.example>\nGesendet: Dienstag, 3. November 2026 09:14\n"
    "An: AP <ap@b.example>\nBetreff: Rechnung RE-1",
    "outlook-en": "From: Musterwerk <b@m.example>\nSent: Tuesday, November 3, 2026 9:14 AM\n"
    "To: AP <ap@b.example>\nSubject: Invoice RE-1",
    "outlook-nl": "Van: Musterwerk <b@m.example>\nVerzonden: dinsdag 3 november 2026 09:14\n"
    "Aan: AP <ap@b.example>\nOnderwerp: Factuur RE-1",
    "outlook-fr": "De : Musterwerk <b@m.example>\nEnvoyé : mardi 3 novembre 2026 09:14\n"
    "À : AP <ap@b.example>\nObjet : Facture RE-1",
}
LINES = {
    "de": "-----Ursprüngliche Nachricht-----",
    "en": "-----Original Message-----",
    "nl": "-----Oorspronkelijk bericht-----",
    "fr": "-----Message d'origine-----",
}
FOOTERS = {
    "de": "Von meinem iPhone gesendet",
    "en": "Sent from my iPhone",
    "nl": "Verstuurd vanaf mijn iPhone",
    "fr": "Envoyé de mon iPhone",
}


@pytest.mark.parametrize("program", INTRO)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_an_answer_above_a_quotation(program: str, mark: str) -> None:
    language = program[-2:]
    mail = f"{FRIDAY[language]}\n\n{INTRO[program]}\n\n{mark}{OURS[language]}\n{mark}119,00 EUR\n"
    found = own_words(mail)
    assert (found.text, found.quoted) == (FRIDAY[language], True)


@pytest.mark.parametrize("program", HEADS)
@pytest.mark.parametrize("above", ["", "line", "rule"])
def test_an_answer_above_another_mails_head(program: str, above: str) -> None:
    language = program[-2:]
    between = {"": "", "line": LINES[language] + "\n", "rule": "_" * 32 + "\n"}[above]
    mail = f"{FRIDAY[language]}\n\n{between}{HEADS[program]}\n\n{OURS[language]}\n"
    found = own_words(mail)
    assert (found.text, found.quoted) == (FRIDAY[language], True)


@pytest.mark.parametrize("language", FOOTERS)
def test_the_line_of_a_telephone_is_left_out(language: str) -> None:
    assert own_words(f"{FRIDAY[language]}\n\n{FOOTERS[language]}\n").text == FRIDAY[language]


def test_an_answer_below_the_quotation_is_kept() -> None:
    mail = "Am 3.11.2026 um 09:14 schrieb Musterwerk:\n> Wann zahlen Sie?\n> Danke\n\nAm Freitag.\n"
    assert own_words(mail).text == "Am Freitag."


def test_answers_between_the_lines_keep_what_they_answer() -> None:
    mail = "> Wann zahlen Sie?\nAm Freitag.\n> Wie viel?\nAlles.\n"
    assert own_words(mail).text.split("\n") == mail.strip().split("\n")


@pytest.mark.parametrize(
    "mail",
    [
        "Wir zahlen am Freitag:\n- RE-1\n- RE-2\nDanke",
        "Am 3.11.2026 haben wir überwiesen: 119,00 EUR.",
        "Unsere Daten haben sich geändert\nAn: Beispiel AG\nStraße: Beispielweg 7",
        "Von: hier an gilt die neue Adresse.",
        "Sehr geehrte Damen und Herren,\n\nbitte um Kopie.\n\nMit freundlichen Grüßen\nErika",
        "Summe\n-----\n119,00",
    ],
)
def test_what_looks_like_a_quotation_is_left_in(mail: str) -> None:
    assert own_words(mail).text == mail


def test_a_mail_of_nothing_but_quotation_is_shown_whole() -> None:
    mail = "> Wann zahlen Sie?\n> Danke"
    assert (own_words(mail).text, own_words(mail).quoted) == (mail, False)


def test_a_signature_is_left_out_and_a_text_below_two_dashes_is_not() -> None:
    assert own_words("Ja.\n\n-- \nErika Beispiel\nBeispiel AG").text == "Ja."
    long = "Ja.\n--\n" + "\n".join(f"Zeile {n}" for n in range(40))
    assert own_words(long).text == long


ZAPIER = {
    "correct_sig.txt": "this is an email with a correct -- signature.",
    "email_1_4.txt": "Awesome! I haven't had another problem with it.",
    "email_1_6.txt": "I get proper rendering as well.\n\nSent from a magnificent torch of pixels",
    "email_2_1.txt": "Outlook with a reply",
    "email_2_2.txt": "Outlook with a reply directly above line",
    "email_gmail.txt": "This is a test for inbox replying to a github message.",
    "email_multi_word_sent_from_my_mobile_device.txt": "Here is another email",
    "email_one_is_not_on.txt": "Thank, this is really helpful.\n\nOne outstanding question I had:"
    "\n\nLocally (on development), when I run...",
}
BEGIN_AND_END = {
    "email_1_3.txt": ("Oh thanks.\n\nHaving the function would be great.", ""),
    "email_1_5.txt": ("One: Here's what I've got.", "goes on and on\nfor a while."),
    "greedy_on.txt": ("On your remote host you can run:", "the tunnel is not working."),
    "pathological.txt": ("I think you're onto something.", ""),
}
TALON = {
    "apple_mail_2.eml": "Hello",
    "comcast.eml": "Hello",
    "gmail.eml": "Hello",
    "outlook.eml": "Hello",
    "yahoo.eml": "Hello",
    "sparrow.eml": "Hello",
}


def corpus(name: str) -> bytes:
    path = CORPORA / "email" / name
    if not path.is_file() and not os.environ.get("CI"):
        pytest.skip("the corpus of mails is not here")
    return path.read_bytes()


@pytest.mark.parametrize("name", ZAPIER)
def test_replies_that_others_collected(name: str) -> None:
    assert own_words(corpus(f"reply-zapier/{name}").decode()).text == ZAPIER[name]


@pytest.mark.parametrize("name", BEGIN_AND_END)
def test_nothing_that_was_written_is_lost(name: str) -> None:
    begin, end = BEGIN_AND_END[name]
    text = own_words(corpus(f"reply-zapier/{name}").decode()).text
    assert text.startswith(begin) and text.endswith(end)


@pytest.mark.parametrize("name", TALON)
def test_replies_as_six_mail_programs_wrote_them(name: str) -> None:
    raw = corpus(f"reply-talon/standard_replies/{name}")
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    assert own_words(body.get_content()).text.startswith(TALON[name])
    assert "wrote" not in own_words(body.get_content()).text


PAGES = {
    "OLK_SRC_BODY_SECTION.html": "Reply",
    "html_replies/ms_outlook_2003.html": "Hi. I am fine.\n\nThanks,\n\nAlex",
    "html_replies/ms_outlook_2010.html": "Hi. I am fine.\n\nThanks,\n\nAlex",
    "html_replies/yandex_ru.html": "Hi. I am fine.\n\nThanks,\nAlex",
}


@pytest.mark.parametrize("name", PAGES)
def test_replies_that_came_as_pages(name: str) -> None:
    page = corpus(f"reply-talon/{name}").decode("utf-8", "replace")
    assert own_words(words_of_html(page)).text == PAGES[name]


def test_what_a_reader_would_not_see_is_not_read() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>Guten&nbsp;Tag</p>"
        '<div style="display:none">geheim</div><script>alert(1)</script><p hidden>weg</p>'
        "<blockquote>alt<br>älter</blockquote><p>Ende &lt;b&gt;</body>"
    )
    assert words_of_html(page) == "Guten Tag\n\n> alt\n> älter\n\nEnde <b>"


@pytest.mark.parametrize(
    "part",
    ["On a ", "On a\n", "Am x schrieb \n", ">", "> ", "From: a\n", "Von: ", " ", "\n", "* ", "_",
     "Le a écrit ", "-- \n", "> > > ", "> From: x\n", "a:", "<div>", "<blockquote>", "</p>"],
)  # fmt: skip
def test_nobody_writes_a_mail_that_takes_long_to_read(part: str) -> None:
    text = part * (60_000 // len(part))
    begun = time.process_time()
    own_words(text)
    words_of_html(text)
    assert time.process_time() - begun < 1.5


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("aA:>\n-_ .<@1*")), max_size=400))
def test_any_text_is_read_and_nothing_is_invented(text: str) -> None:
    found = own_words(text).text
    assert set(found) <= set(text)
    assert len(found) <= len(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_page_is_read(page: str) -> None:
    words_of_html(page)
    words_of_html(f"<div>{page}<p>")
