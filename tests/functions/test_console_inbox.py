"""The inbox in the console: whose a mail is, answering it, and what is never handed out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from saldo.inbox.model import Mail
from tests.functions.clerk import Office, office_of
from tests.posted import ACCOUNT, CREDITOR, STRANGER, PostedBooks

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def books() -> PostedBooks:
    books = PostedBooks()
    books.begin(books.invoice())
    return books


@pytest.fixture
def office(books: PostedBooks) -> Iterator[Office]:
    with office_of(books, file_store=books.shelf) as office:
        yield office


def filed(books: PostedBooks, text: str = "Zu RE-1: wo bleibt die Ware?") -> Mail:
    mail = books.comes(books.written(text))
    assert mail.state == "filed"
    return mail


def test_a_mail_is_answered_from_the_inbox_once(books: PostedBooks, office: Office) -> None:
    filed(books)
    clerk = office.clerk("collector").open("inbox")
    assert "Beispiel AG" in clerk.said and "wo bleibt die Ware?" in clerk.said
    clerk.open("inbox/conversation", number=ACCOUNT)
    assert "Goes to ap@beispiel.example as an answer to the mail" in clerk.said
    clerk.press("inbox/answer", text="Sie ist unterwegs.")
    assert clerk.status == 200 and "The answer is on its way." in clerk.said
    assert "Sie ist unterwegs." in clerk.said and "answered" in clerk.said
    books.tell("thread.answered")
    books.deliver()
    (sent,) = books.postbox.mails
    assert (sent.to_address, sent.subject) == ("ap@beispiel.example", "Re: Ihre Rechnung")
    assert sent.in_reply_to == "m1@beispiel.example"
    assert "Nobody waits for an answer." in clerk.open("inbox").said


def test_a_text_to_begin_with_needs_no_script(books: PostedBooks, office: Office) -> None:
    filed(books)
    books.files.keep(CREDITOR, ACCOUNT, "invoice", "RE-1.pdf", "", PDF, "ERP", "RE-1")
    clerk = office.clerk("collector")
    clerk.open("inbox/conversation", number=ACCOUNT, text="invoice-copy")
    assert "anbei erhalten Sie die Rechnung RE-1 noch einmal" in clerk.said
    clerk.press("inbox/answer")
    books.tell("thread.answered")
    books.deliver()
    assert [one.content for one in books.postbox.mails[0].attachments] == [PDF]


def test_what_is_refused_keeps_what_was_typed(books: PostedBooks, office: Office) -> None:
    filed(books)
    books.opt_outs.give(CREDITOR, "email", purpose="all", by="anna", address="ap@beispiel.example")
    clerk = office.clerk("collector").open("inbox/conversation", number=ACCOUNT)
    clerk.press("inbox/answer", text="Lange getippt.")
    assert clerk.status == 409 and "wants no mail any more" in clerk.said
    assert "Lange getippt." in clerk.said


def test_a_stray_mail_is_put_to_its_customer(books: PostedBooks, office: Office) -> None:
    mail = books.comes(books.written("Hallo?", sender=STRANGER, subject="Hallo"))
    clerk = office.clerk("collector").open("inbox", state="triage")
    assert "The sender is not known" in clerk.said and STRANGER in clerk.said
    clerk.open("inbox/mail", id=mail.id)
    clerk.press("inbox/put", other="99999")
    assert clerk.status == 404
    clerk.open("inbox/mail", id=mail.id)
    clerk.press("inbox/put", other=ACCOUNT, learn="yes")
    assert "The mail stands in the conversation now." in clerk.said and "Hallo?" in clerk.said
    again = books.comes(books.written("Noch da?", sender=STRANGER, subject="Hallo"))
    assert again.account == ACCOUNT


def test_spam_goes_and_comes_back(books: PostedBooks, office: Office) -> None:
    mail = books.comes(books.written("Kaufen!", sender=STRANGER, subject="Angebot"))
    clerk = office.clerk("collector").open("inbox/mail", id=mail.id)
    clerk.press("inbox/end")
    assert "Every mail has found its customer." in clerk.said
    clerk.open("inbox/mail", id=mail.id).press("inbox/again")
    assert books.inbox.get(CREDITOR, mail.id).state == "triage"


def test_a_conversation_is_taken_given_closed_and_opened(
    books: PostedBooks, office: Office
) -> None:
    filed(books)
    clerk = office.clerk("collector").open("inbox/conversation", number=ACCOUNT)
    clerk.press("inbox/assign", to=clerk.user.email)
    assert f"{clerk.user.email} sees to it" in clerk.said
    assert "Beispiel AG" in clerk.open("inbox", state="mine").said
    assert "Nothing is yours" in office.clerk("manager").open("inbox", state="mine").said
    clerk.open("inbox/conversation", number=ACCOUNT).press("inbox/close")
    assert "Nobody waits" in clerk.said
    clerk.open("inbox/conversation", number=ACCOUNT).press("inbox/reopen")
    assert "Open again." in clerk.said


def test_pages_of_mails_are_never_shown_and_programs_have_no_link(
    books: PostedBooks, office: Office
) -> None:
    written = books.written("Zu RE-1")
    written.add_alternative("<p>Zu RE-1 <script>alert(1)</script><b>fett</b></p>", "html")
    written.add_attachment(PDF, "application", "pdf", filename="Beleg.pdf")
    written.add_attachment(b"MZ\x90", "application", "pdf", filename="<b>x</b>.exe")
    mail = books.comes(written)
    clerk = office.clerk("collector").open("inbox/conversation", number=ACCOUNT)
    assert "<script>alert" not in clerk.html and "<b>" not in clerk.html
    assert "part=1" in clerk.html and "part=2" not in clerk.html and "suspicious" in clerk.said
    got = clerk.open("inbox/attachment", id=mail.id, part="1")
    assert got.body == PDF and got.headers["content-disposition"].startswith("attachment")
    assert clerk.open("inbox/attachment", id=mail.id, part="2").status == 404
    assert clerk.open("inbox/raw", id=mail.id).body.startswith(b"From: ")


def test_who_looks_after_own_customers_sees_no_others_mails(
    books: PostedBooks, office: Office
) -> None:
    mail = filed(books)
    stray = books.comes(books.written("Hallo?", sender=STRANGER, subject="Hallo"))
    sales = office.clerk("sales")
    assert "Nobody waits" in sales.open("inbox").said
    assert "Ihre Rechnung" not in sales.open("inbox", state="recent").said
    for one in (mail.id, stray.id):
        assert sales.open("inbox/mail", id=one).status == 404
    assert sales.open("inbox/conversation", number=ACCOUNT).status == 404
    assert sales.open("inbox", state="triage").status == 403


def test_an_auditor_reads_and_answers_nothing(books: PostedBooks, office: Office) -> None:
    filed(books)
    auditor = office.clerk("auditor").open("inbox/conversation", number=ACCOUNT)
    assert auditor.status == 200 and not auditor.has_form("inbox/answer")
    sent = {"form": auditor.csrf, "number": ACCOUNT, "id": "A-1", "text": "Hallo"}
    assert auditor.send("inbox/answer", **sent).status == 403
    assert "Hallo" not in [one.text for one in books.threads.of(CREDITOR, ACCOUNT)]


@pytest.mark.parametrize("language", ["de", "en", "nl"])
def test_every_list_is_said_in_every_language(
    books: PostedBooks, office: Office, language: str
) -> None:
    filed(books)
    mail = books.comes(books.written("Hallo?", sender=STRANGER, subject=""))
    clerk = office.clerk("owner", language=language, email=f"{language}@musterwerk.example")
    for state in ("open", "mine", "triage", "recent"):
        assert clerk.open("inbox", state=state).status == 200
    assert clerk.open("inbox/mail", id=mail.id).status == 200
    assert clerk.open("inbox/conversation", number=ACCOUNT).status == 200


def test_a_manager_writes_a_text_and_a_collector_answers_with_it(
    books: PostedBooks, office: Office
) -> None:
    filed(books)
    manager = office.clerk("manager").open("inbox/texts", language="de")
    assert "vielen Dank für Ihre Nachricht" in manager.said
    manager.press("inbox/text", id="unterwegs", title="Unterwegs", body="Zu {invoice}: kommt.")
    assert "The text is kept." in manager.said
    collector = office.clerk("collector")
    collector.open("inbox/conversation", number=ACCOUNT, text="unterwegs")
    assert "Zu RE-1: kommt." in collector.said
    manager.open("inbox/texts", language="de", id="unterwegs").press("inbox/text", body="")
    assert "Unterwegs" not in manager.said
    assert collector.open("inbox/texts").status == 403


def test_a_conversation_is_given_to_a_colleague(books: PostedBooks, office: Office) -> None:
    filed(books)
    office.clerk("collector", name="Ben Beispiel")
    clerk = office.clerk("manager").open("inbox/conversation", number=ACCOUNT)
    assert "Ben Beispiel (collector@musterwerk.example)" in clerk.said
    clerk.send("inbox/assign", form=clerk.csrf, number=ACCOUNT, to="collector@musterwerk.example")
    assert books.threads.get(CREDITOR, ACCOUNT).assigned_to == "collector@musterwerk.example"
