"""Payers correct their details, say that they are the wrong person, and ask: over the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from saldo.accounts.model import Account, Contact, Hold, PostalAddress
from saldo.messages.render import JinjaRenderer
from saldo.reminders.model import CoveredItem, Notice
from saldo.reminders.ports import SendJob
from saldo.reminders.tasks import Task
from saldo.store import Put
from saldo.threads.service import Words
from saldo.wiring import services
from tests.books import CREDITOR, Books
from tests.functions.payer import HERE, Browser, browsing, words
from tests.unit.files.hostile import PNG

ACCOUNT = "10001"


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1", already_sent=True), books.invoice("RE-2", already_sent=True))
    books.sender._renderer = JinjaRenderer()
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        books.sender._links = books.links
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1", "account")


def account(books: Books) -> Account:
    found = books.store.get(Account, CREDITOR, ACCOUNT)
    assert found is not None
    return found


def push(books: Books, **changes: Any) -> str:
    """Push the account as the ERP knows it."""
    own = replace(
        account(books),
        language="de",
        contacts=(Contact("Buchhaltung", "ap@beispiel.example"),),
        address=None,
        pushed=None,
        preferred_channel=None,
    )
    return books.intake.put_accounts([replace(own, **changes)])[0].status


def form_id(browser: Browser, link: str, name: str) -> str:
    status, _, page = browser.get(f"{link}/answer/{name}?lang=en")
    assert status == 200
    (found,) = re.findall(r'name="id" value="(\w+)"', page.decode())
    return found


def send(browser: Browser, link: str, answer: str, /, **fields: str) -> tuple[int, str]:
    """Fill in an answer's form and return the status and what the next page says."""
    form = {"id": form_id(browser, link, answer), "lang": "en", **fields}
    status, headers, page = browser.post(f"{link}/answer/{answer}", **form)
    if status == 303:
        page = browser.get(headers["location"])[2]
    return status, words(page)


def mails(books: Books) -> list[Any]:
    before = len(books.postbox.mails)
    books.tell()
    books.deliver()
    return books.postbox.mails[before:]


def link_in(mail: Any) -> str:
    (found,) = set(re.findall(rf"{HERE}/p/\S+", mail.text))
    return found


def test_what_is_corrected_holds_at_once_and_is_told(
    books: Books, browser: Browser, link: str
) -> None:
    status, seen = send(
        browser,
        link,
        "details",
        language="nl",
        channel="letter",
        phone="0049 30 123456",
        street="Beispielweg 7",
        postal_code="80331",
        city="München",
        country="DE",
    )
    assert status == 303
    assert "we have changed your details" in seen
    assert "Your details changed on" in seen
    now = account(books)
    assert (now.language, now.preferred_channel) == ("nl", "letter")
    assert now.contacts[0].phone == "+4930123456"
    assert now.address == PostalAddress(("Beispielweg 7",), "80331", "München", "DE")
    (told,) = [e for e in books.events() if e.type == "account.corrected"]
    assert told.data["by"] == "payer"
    assert {"field": "language", "before": "de", "after": "nl"} in told.data["changes"]
    (mail,) = mails(books)
    assert mail.to_address == "ap@beispiel.example"
    assert "taal" in mail.text and "postadres" in mail.text


def test_the_erp_repeating_itself_undoes_no_correction_and_news_of_it_does(
    books: Books, browser: Browser, link: str
) -> None:
    push(books)
    send(browser, link, "details", language="fr", phone="+49 30 123456")
    assert push(books) == "unchanged"
    assert (account(books).language, account(books).contacts[0].phone) == ("fr", "+4930123456")
    # The ERP has a new contact, and says nothing new about the language.
    new = (Contact("Einkauf", "ek@beispiel.example"),)
    assert push(books, contacts=new) == "accepted"
    assert (account(books).language, account(books).contacts) == ("fr", new)
    assert push(books, contacts=new) == "unchanged"
    # Now it speaks as the payer asked: nothing stands beside it any more.
    assert push(books, contacts=new, language="fr") == "accepted"
    assert account(books).pushed is None


def test_a_new_mail_address_is_used_after_it_was_confirmed_and_the_old_one_is_told(
    books: Books, browser: Browser, link: str
) -> None:
    push(books)
    status, seen = send(browser, link, "details", email="new@beispiel.example", name="Neu")
    assert status == 303
    assert "counts as soon as you follow the link" in seen
    assert account(books).contacts[0].email == "ap@beispiel.example"
    (mail,) = mails(books)
    assert (mail.to_address, mail.to_name) == ("new@beispiel.example", "Neu")
    assert "RE-1" not in mail.text and "119" not in mail.text, "nobody is known there yet"
    confirm = link_in(mail)
    assert confirm.endswith("/confirm")
    # The link opens nothing else, and looking confirms nothing.
    bare = confirm.removesuffix("/confirm")
    assert browser.get(bare)[0] == 404
    assert browser.get(f"{bare}/answer/details")[0] == 404
    page = words(browser.get(f"{confirm}?lang=en")[2])
    assert "Is this your e-mail address?" in page and "Beispiel AG" not in page
    assert account(books).contacts[0].email == "ap@beispiel.example"
    for _ in range(2):
        assert browser.post(confirm)[0] == 200
    opened = [one.data for one in books.events() if one.type == "link.opened"]
    assert [one["how"] for one in opened if one["notice"]] == ["acted"], "who confirms was there"
    contact = account(books).contacts[0]
    assert (contact.name, contact.email, contact.email_state) == (
        "Neu",
        "new@beispiel.example",
        "ok",
    )
    (told,) = mails(books)
    assert told.to_address == "ap@beispiel.example"
    assert "n…@beispiel.example" in told.text and "new@beispiel.example" not in told.text
    assert push(books) == "unchanged", "the ERP pushes what it pushed before"
    assert account(books).contacts[0].email == "new@beispiel.example"


def test_an_address_that_nobody_confirmed_in_time_is_never_used(
    books: Books, browser: Browser, link: str
) -> None:
    push(books)
    send(browser, link, "details", email="new@beispiel.example")
    confirm = link_in(mails(books)[0])
    books.clock.advance(timedelta(days=8))
    assert browser.get(confirm)[0] == 404
    assert browser.post(confirm)[0] == 404
    assert account(books).contacts[0].email == "ap@beispiel.example"


def test_a_bounced_address_is_replaced_by_one_that_was_confirmed(
    books: Books, browser: Browser, link: str
) -> None:
    push(books)
    dead = replace(account(books).contacts[0], email_state="bounced")
    now = account(books)
    books.store.commit(
        [Put(replace(now, contacts=(dead,), version=now.version + 1), expect=now.version)]
    )
    send(browser, link, "details", email="new@beispiel.example")
    browser.post(link_in(mails(books)[0]))
    contact = account(books).mail_contact()
    assert contact is not None and contact.email == "new@beispiel.example"
    (told,) = mails(books)
    assert told.to_address == "new@beispiel.example", "the old one cannot be told"
    # The dead address stays dead, whoever names it.
    push(books, contacts=(Contact("Buchhaltung", "ap@beispiel.example"), Contact("Zwei")))
    assert account(books).contacts[0].email_state == "bounced"


def test_a_correction_can_be_taken_back(books: Books, browser: Browser, link: str) -> None:
    push(books)
    form = {"id": form_id(browser, link, "details"), "language": "en", "lang": "en"}
    for _ in range(2):
        assert browser.post(f"{link}/answer/details", **form)[0] == 303
    assert account(books).language == "en"
    back = {"press": "take-back", "kind": "details", "id": form["id"], "lang": "en"}
    status, headers, _ = browser.post(f"{link}/change", **back)
    assert status == 303
    assert "is taken back" in words(browser.get(headers["location"])[2])
    assert (account(books).language, account(books).pushed) == ("de", None)
    assert browser.post(f"{link}/change", **back)[0] == 404


def test_a_new_address_can_be_dropped_before_it_is_confirmed(
    books: Books, browser: Browser, link: str
) -> None:
    push(books)
    form = {"id": form_id(browser, link, "details"), "email": "new@beispiel.example"}
    browser.post(f"{link}/answer/details", **form)
    page = words(browser.get(f"{link}?lang=en")[2])
    assert "Your details changed on" in page and "to be confirmed" in page
    confirm = link_in(mails(books)[0])
    back = {"press": "take-back", "kind": "details", "id": form["id"]}
    assert browser.post(f"{link}/change", **back)[0] == 303
    assert browser.post(confirm)[0] == 404
    assert account(books).contacts[0].email == "ap@beispiel.example"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "nobody"}, "We cannot read this e-mail address"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "We cannot read this e-mail address"),
        ({"phone": "030 123456"}, "with the country code"),
        ({"street": "Beispielweg 7"}, "Please give street, postal code and town"),
        ({"channel": "letter"}, "For this we lack an address"),
        ({}, "You have not changed anything yet"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    books: Books, browser: Browser, link: str, fields: dict[str, str], said: str
) -> None:
    push(books)
    form = {"id": form_id(browser, link, "details"), "lang": "en", "name": "Neu"}
    if not fields:
        form.pop("name")
    status, _, page = browser.post(f"{link}/answer/details", **form, **fields)
    assert status == 400
    assert words(page).count(said) >= 2, "at the top and at the field"
    if fields:
        assert 'value="Neu"' in page.decode()
    assert not [e for e in books.events() if e.type == "account.corrected"]


def test_the_page_gives_nobody_the_address_it_does_not_know(
    books: Books, browser: Browser, link: str
) -> None:
    push(books, contacts=(Contact("Erika", "ap@beispiel.example", "+49 30 987654"),))
    page = browser.get(f"{link}/answer/details?lang=en")[2].decode()
    assert "a…@beispiel.example" in page and "… 654" in page
    assert "ap@beispiel.example" not in page and "98765" not in page and "Erika" not in page


def reminded(books: Books, channel: str = "email", **changes: Any) -> str:
    """Send a reminder, and return the link in it."""
    message: Any = changes.pop("message", "reminder-1")
    item = books.invoice_now()
    books.clock.advance(timedelta(seconds=1))

    now = books.clock.now()
    notice = Notice(
        CREDITOR,
        ACCOUNT,
        books.ids.ulid(now),
        "1",
        message,
        channel,  # type: ignore[arg-type]
        (CoveredItem(item.number, item.episode, item.open_minor, item.currency, stage=1),),
        now.date(),
        now,
        state_since=now,
        version=1,
        **changes,
    )
    books.store.commit([Put(notice)])
    sent = books.sender.send(SendJob(CREDITOR, ACCOUNT, notice.id))
    assert sent is not None and sent.state == "sent"
    return link_in(books.postbox.mails[-1])


def test_the_wrong_person_is_left_in_peace_and_the_link_shows_nothing_more(
    books: Books, browser: Browser
) -> None:
    push(books, contacts=(Contact("Falsch", "ap@beispiel.example"), Contact("Zwei", "b@b.example")))
    link = reminded(books)
    assert "/answer/wrong-person" in browser.get(link)[2].decode()
    form = {"id": form_id(browser, link, "wrong-person"), "text": "Ask my tenant.", "lang": "en"}
    status, headers, _ = browser.post(f"{link}/answer/wrong-person", **form)
    assert status == 303
    for address in (headers["location"], link, f"{link}/answer/question", f"{link}/stop"):
        code, _, page = browser.get(address, **{"accept-language": "en"})
        assert code == 410
        assert "Thank you for telling us" in words(page)
        assert not re.search("RE-1|119|Beispiel|Musterwerk", page.decode())
    assert browser.post(f"{link}/answer/wrong-person", **form)[0] == 410, "pressed twice"
    assert browser.post(f"{link}/pay")[0] == 410
    now = account(books)
    assert now.contacts[0].email_state == "wrong-person"
    contact = now.mail_contact()
    assert contact is not None and contact.email == "b@b.example", "the next contact is written to"
    (told,) = [e for e in books.events() if e.type == "contact.disowned"]
    assert (told.data["to"], told.data["text"]) == ("ap@beispiel.example", "Ask my tenant.")
    (task,) = books.store.list(Task, CREDITOR, ACCOUNT)
    assert (task.kind, task.state) == ("wrong-person", "open")
    assert "Ask my tenant." in task.reason
    push(books, contacts=(Contact("Falsch", "ap@beispiel.example"),))
    assert account(books).mail_contact() is None, "the ERP naming it again changes nothing"


def test_what_the_law_needs_goes_on_by_letter(books: Books, browser: Browser) -> None:
    home = PostalAddress(("Beispielweg 7",), "80331", "München", "DE")
    push(books, address=home)
    link = reminded(books, message="final-notice")
    send_it = {"id": form_id(browser, link, "wrong-person")}
    assert browser.post(f"{link}/answer/wrong-person", **send_it)[0] == 303
    first, second = sorted(books.notices(), key=lambda one: one.channel)
    assert (first.state, first.outcome, first.replaced_by) == ("failed", "wrong-person", second.id)
    assert (second.channel, second.state) == ("letter", "claimed")
    assert account(books).letter_contact() is not None


def test_only_who_was_written_to_can_be_the_wrong_person(
    books: Books, browser: Browser, link: str
) -> None:
    assert "/answer/wrong-person" not in browser.get(link)[2].decode()
    assert browser.get(f"{link}/answer/wrong-person")[0] == 303
    assert browser.post(f"{link}/answer/wrong-person", id="0" * 26)[0] == 303
    assert account(books).mail_contact() is not None


def test_a_question_is_answered_and_both_sides_see_it(
    books: Books, browser: Browser, link: str
) -> None:
    status, seen = send(
        browser, link, "question", text="Which cartridges?\n<b>Wide</b>", invoice="RE-1"
    )
    assert status == 303
    assert "we have your question" in seen and "Your question of" in seen
    (receipt,) = mails(books)
    assert "Which cartridges?" in receipt.text and "RE-1" in receipt.text
    threads = services().threads
    (waiting,) = threads.open_of(CREDITOR)
    assert (waiting.account, waiting.state) == (ACCOUNT, "open")
    creditor = books.accounts.creditor(CREDITOR)
    for _ in range(2):
        threads.answer(creditor, ACCOUNT, Words("A-1", "The wide ones.", "anna"))
    assert list(threads.open_of(CREDITOR)) == []
    (mail,) = mails(books)
    assert "The wide ones." in mail.text and "Which cartridges?" in mail.text
    asked, answered = threads.of(CREDITOR, ACCOUNT)
    assert asked.read_at is not None and answered.read_at is None
    assert answered.invoice == "RE-1", "an answer is about what was asked about"
    page = browser.get(f"{link}/answer/question?lang=en")[2].decode()
    assert "The wide ones." in page and "&lt;b&gt;Wide&lt;/b&gt;" in page
    assert threads.of(CREDITOR, ACCOUNT)[1].read_at is not None
    assert "Our answer of" in words(browser.get(f"{link}?lang=en")[2])


PICTURE = ("wide.png", "image/png", PNG)


def test_a_picture_goes_with_a_question_and_both_sides_have_it(
    books: Books, browser: Browser, link: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = {"id": form_id(browser, link, "question"), "text": "These?", "invoice": "RE-1"}
    for _ in range(2):
        assert browser.upload(f"{link}/answer/question", [PICTURE], **sent)[0] == 303
    (asked,) = services().threads.of(CREDITOR, ACCOUNT)
    (file,) = services().files.of(CREDITOR, ACCOUNT)
    assert asked.files == (file.id,)
    assert (file.purpose, file.name, file.invoice) == ("thread", "wide.png", "RE-1")
    page = browser.get(f"{link}/answer/question?lang=en")[2].decode()
    assert f'href="{link}/files/{file.id}"' in page and "wide.png" in page
    assert browser.get(f"{link}/files/{file.id}")[2] == PICTURE[2]
    other = books.links.create(CREDITOR, "RE-2")
    assert browser.get(f"{other}/files/{file.id}")[0] == 404


def test_a_program_goes_with_no_question(books: Books, browser: Browser, link: str) -> None:
    sent = {"id": form_id(browser, link, "question"), "text": "Run me", "lang": "en"}
    program = ("run.exe", "image/png", b"MZ" + bytes(64))
    status, _, page = browser.upload(f"{link}/answer/question", [PICTURE, program], **sent)
    assert status == 400
    assert words(page).count("of a kind that we cannot take") == 2, "at the top and at the field"
    assert ">\nRun me</textarea>" in page.decode()
    assert services().threads.of(CREDITOR, ACCOUNT) == []
    assert services().files.of(CREDITOR, ACCOUNT) == []
    status, _, page = browser.upload(f"{link}/answer/question", [PICTURE], **{**sent, "text": " "})
    assert "Please choose your files once more" in words(page)
    assert services().files.of(CREDITOR, ACCOUNT) == [], "what nobody saw is forgotten"


def test_the_same_question_sent_twice_is_one(books: Books, browser: Browser, link: str) -> None:
    form = {"id": form_id(browser, link, "question"), "text": "Why?"}
    for _ in range(2):
        assert browser.post(f"{link}/answer/question", **form)[0] == 303
    assert len(services().threads.of(CREDITOR, ACCOUNT)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [("  ", "Please write your question"), ("x" * 4001, "Please write at most 4000 characters")],
)
def test_an_empty_or_endless_question_is_not_sent(
    books: Books, browser: Browser, link: str, text: str, said: str
) -> None:
    status, seen = send(browser, link, "question", text=text)
    assert status == 400
    assert seen.count(said) == 2
    assert services().threads.of(CREDITOR, ACCOUNT) == []


def test_ten_questions_a_day_are_enough(books: Books, browser: Browser, link: str) -> None:
    for number in range(10):
        assert send(browser, link, "question", text=f"Why {number}?")[0] == 303
    status, seen = send(browser, link, "question", text="And why?")
    assert status == 429
    assert "write again tomorrow" in seen and "And why?" in seen
    assert len(services().threads.of(CREDITOR, ACCOUNT)) == 10
    books.clock.advance(timedelta(days=1))
    assert send(browser, link, "question", text="And why?")[0] == 303


def test_a_link_about_one_invoice_shows_what_was_said_about_that_one(
    books: Books, browser: Browser, link: str
) -> None:
    send(browser, link, "question", text="About the second", invoice="RE-2")
    send(browser, link, "question", text="About nothing")
    single = books.links.create(CREDITOR, "RE-1")
    send(browser, single, "question", text="About the first", invoice="RE-2")
    page = words(browser.get(f"{single}/answer/question")[2])
    assert "About the first" in page
    assert "About the second" not in page and "About nothing" not in page
    assert services().threads.of(CREDITOR, ACCOUNT)[-1].invoice == "RE-1"


def test_a_question_about_somebody_elses_invoice_is_refused(
    books: Books, browser: Browser, link: str
) -> None:
    assert send(browser, link, "question", text="Why?", invoice="RE-9")[0] == 404
    assert services().threads.of(CREDITOR, ACCOUNT) == []


def test_a_question_holds_reminders_only_where_the_policy_says_so(
    books: Books, browser: Browser, link: str
) -> None:
    send(browser, link, "question", text="Why?")
    assert list(books.store.list(Hold, CREDITOR, ACCOUNT)) == []


def test_closing_waits_for_nothing_and_a_new_question_opens_it_again(
    books: Books, browser: Browser, link: str
) -> None:
    send(browser, link, "question", text="Thank you!")
    threads = services().threads
    assert threads.close(CREDITOR, ACCOUNT, "anna").state == "closed"
    assert threads.close(CREDITOR, ACCOUNT, "anna").closed_by == "anna"
    assert list(threads.open_of(CREDITOR)) == []
    assert "Your question of" not in words(browser.get(f"{link}?lang=en")[2])
    send(browser, link, "question", text="One more thing")
    assert threads.get(CREDITOR, ACCOUNT).state == "open"
