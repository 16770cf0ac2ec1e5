"""Payers and sellers write to each other: details, questions, copies, and the wrong person."""

from __future__ import annotations

from saldo.reminders.feedback import Feedback
from tests.browser import flows
from tests.browser.seller import ACCOUNT, EMAIL, REMINDED, Seller
from tests.browser.settings import in_every_setting
from tests.browser.visit import Visit

NEW = "neu@beispiel.example"


@in_every_setting
def test_a_contact_is_corrected_after_a_bounce(seller: Seller, visit: Visit) -> None:
    seller.invoice()
    (mail,) = seller.mails()
    told = Feedback(mail.tags["notice"], "bounced", seller.world.clock.now(), EMAIL, permanent=True)
    seller.services.feedback.record(told)
    seller.settle()
    visit.open(seller.link())
    flows.begin(visit, "details")
    visit.look("details")
    visit.write('input[name="email"]', "neu at beispiel")
    visit.press(flows.SUBMIT)
    visit.sees('.errors a[href="#email"]')
    assert visit.at('input[name="email"]').input_value() == "neu at beispiel"
    visit.look("not-an-address")
    visit.write('input[name="email"]', NEW)
    visit.press(flows.SUBMIT)
    visit.says(visit.t("told.details-confirm"))
    visit.look("to-be-confirmed")
    (asked,) = seller.mails(NEW)
    assert "RE-1" not in asked.text, "nobody knows yet who reads there"
    visit.open(seller.link_in(asked))
    visit.look("confirm")
    visit.press("form button.first")
    visit.says(visit.t("contact.done_title"))
    visit.look("confirmed")
    seller.day(REMINDED[0])
    assert len(seller.mails(NEW)) > 1, "reminders go to the new address"
    assert "RE-1" in seller.mails(NEW)[-1].text


@in_every_setting
def test_a_question_is_answered_where_it_was_asked(seller: Seller, visit: Visit) -> None:
    seller.invoice()
    link = seller.link_in(seller.mails()[0])
    visit.open(link)
    flows.begin(visit, "question")
    visit.look("question")
    visit.write('textarea[name="text"]', "Welche Filter sind das?\nDie großen?")
    visit.press(flows.SUBMIT)
    visit.says(visit.t("told.question"))
    visit.look("asked")
    (thread,) = seller.call("GET", "/v1/threads")["items"]
    assert thread["entries"][0]["text"] == "Welche Filter sind das?\nDie großen?"
    reply = {"account": ACCOUNT, "id": "A-1", "text": "Die großen, aus Bestellung 4711."}
    seller.call("POST", "/v1/threads/reply", reply)
    assert reply["text"] in seller.mails()[-1].text
    visit.open(link)
    flows.begin(visit, "question")
    visit.says(reply["text"])
    visit.look("answered")


@in_every_setting
def test_an_invoice_that_never_came_is_sent_again(seller: Seller, visit: Visit) -> None:
    seller.invoice()
    visit.open(seller.link_in(seller.mails()[0]))
    flows.begin(visit, "not-received")
    visit.look("not-received")
    visit.press(flows.SUBMIT)
    visit.says(visit.t("told.not-received"))
    visit.look("on-its-way")
    assert seller.kinds()[-1] == "invoice-copy"


@in_every_setting
def test_the_wrong_person_hears_nothing_more(seller: Seller, visit: Visit) -> None:
    seller.invoice()
    link = seller.link_in(seller.mails()[0])
    visit.open(link)
    flows.begin(visit, "wrong-person")
    visit.look("wrong-person")
    visit.press(flows.SUBMIT)
    visit.look("good-bye")
    visit.misses(".answers")
    seller.day(REMINDED[0])
    assert len(seller.mails(EMAIL)) == 1
    visit.open(link)
    visit.misses(".amount")
    visit.look("closed")


@in_every_setting
def test_documents_are_fetched(seller: Seller, visit: Visit) -> None:
    seller.invoice()
    visit.open(seller.link(scope="account"))
    visit.press(".to-documents a")
    visit.look("documents")
    with visit.page.expect_download() as fetched:
        visit.press('button[formaction$="statement.csv"]')
    assert "RE-1" in fetched.value.path().read_text("utf-8-sig")
    with visit.page.expect_download() as fetched:
        visit.press('a[href*="summary.pdf"]')
    assert fetched.value.path().read_bytes().startswith(b"%PDF-")
    assert seller.open_amount() == "119.00"
