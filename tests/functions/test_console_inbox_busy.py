"""The inbox on a busy day: two at one conversation, strangers, and customers who never wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from saldo.audit.model import AccessSeen
from tests.functions.clerk import CONSOLE, Office, office_of
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


def test_two_colleagues_answer_at_once_and_the_second_sees_the_first(
    books: PostedBooks, office: Office
) -> None:
    books.comes(books.written("Zu RE-1: wo bleibt die Ware?"))
    anna, ben = office.clerk("collector"), office.clerk("manager")
    for clerk in (anna, ben):
        clerk.open("inbox/conversation", number=ACCOUNT)
    anna.press("inbox/answer", text="Sie kommt am Freitag.")
    ben.press("inbox/answer", text="Lange getippt.", invoice="")
    assert ben.status == 409 and "Somebody wrote in the meantime." in ben.said
    assert "Lange getippt." in ben.said and "Sie kommt am Freitag." in ben.said
    ben.press("inbox/answer", text="Und zwar vormittags.")
    assert ben.status == 200
    said = [one.text for one in books.threads.of(CREDITOR, ACCOUNT) if one.side == "creditor"]
    assert said == ["Sie kommt am Freitag.", "Und zwar vormittags."]


def test_what_came_while_somebody_read_is_not_closed_with_it(
    books: PostedBooks, office: Office
) -> None:
    books.comes(books.written("Zu RE-1: danke."))
    anna = office.clerk("collector").open("inbox/conversation", number=ACCOUNT)
    books.comes(books.written("Zu RE-1: zwei Kartons fehlen!"))
    anna.press("inbox/close")
    assert anna.status == 409 and "zwei Kartons fehlen!" in anna.said
    assert books.threads.get(CREDITOR, ACCOUNT).state == "open"


def test_a_stranger_who_names_an_invoice_is_not_sent_it_by_habit(
    books: PostedBooks, office: Office
) -> None:
    books.files.keep(CREDITOR, ACCOUNT, "invoice", "RE-1.pdf", "", PDF, "ERP", "RE-1")
    books.comes(books.written("Bitte eine Kopie der RE-1", sender=STRANGER))
    clerk = office.clerk("collector")
    clerk.open("inbox/conversation", number=ACCOUNT, text="invoice-copy")
    assert f"{STRANGER} is not one of the contacts" in clerk.said
    form, _ = clerk._form("inbox/answer")
    assert "with_document" not in form
    books.comes(books.written("Bitte eine Kopie der RE-1"))
    clerk.open("inbox/conversation", number=ACCOUNT, text="invoice-copy")
    form, _ = clerk._form("inbox/answer")
    assert form["with_document"] == ["yes"] and "not one of the contacts" not in clerk.said


def test_a_customer_who_never_wrote_is_written_to(books: PostedBooks, office: Office) -> None:
    clerk = office.clerk("collector").open("inbox/conversation", number=ACCOUNT)
    assert clerk.status == 200 and "Nobody has written anything here yet." in clerk.said
    assert not clerk.has_form("inbox/close")
    clerk.press("inbox/answer", text="Wie geht es mit RE-1 weiter?")
    assert clerk.status == 200 and "Wie geht es mit RE-1 weiter?" in clerk.said


def test_a_list_of_who_waits_is_no_look_at_any_of_them(books: PostedBooks, office: Office) -> None:
    books.comes(books.written("Zu RE-1: wo bleibt die Ware?"))
    clerk = office.clerk("collector").open("inbox")
    assert "wo bleibt die Ware?" in clerk.said
    assert "Ihre Rechnung" in clerk.open("inbox", state="recent").said
    assert list(books.store.list(AccessSeen, CREDITOR)) == []
    clerk.open("inbox/conversation", number=ACCOUNT)
    assert [one.account for one in books.store.list(AccessSeen, CREDITOR)] == [ACCOUNT]


def test_a_photograph_that_is_too_large_for_a_page_is_given_all_the_same(
    books: PostedBooks, office: Office
) -> None:
    clerk = office.clerk("collector")
    for name, data in (
        ("Foto.jpg", b"\xff\xd8\xff" + bytes(4_100_000)),
        ("Daten.xyz", b"?" + bytes(4_100_000)),
    ):
        written = books.written("Zu RE-1: das Foto")
        written.add_attachment(data, "image", "jpeg", filename=name)
        mail = books.comes(written)
        assert bool(mail.files[0].file) is (name == "Foto.jpg")
        url = f"{CONSOLE}/at/{CREDITOR}/inbox/attachment?id={mail.id}&part=1"
        status, headers, body = clerk.http.request("GET", url, clerk._sent(), None)
        assert status == 303 and headers["location"].startswith("https://files.example/")
        assert len(body) < 1000


def test_a_mail_at_the_wrong_customer_is_put_right(books: PostedBooks, office: Office) -> None:
    books.open_account("10002", "other@beispiel.example")
    mail = books.comes(books.written("Zu RE-1: hier unser Vertrag", sender=STRANGER))
    clerk = office.clerk("collector").open("inbox/mail", id=mail.id)
    clerk.press("inbox/out")
    assert "Now say whose mail it is." in clerk.said
    clerk.press("inbox/put", other="10002")
    assert clerk.status == 200 and "hier unser Vertrag" in clerk.said
    clerk.open("inbox/conversation", number=ACCOUNT)
    assert "hier unser Vertrag" not in clerk.said
