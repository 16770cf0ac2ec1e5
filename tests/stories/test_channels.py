"""Notices by mail, text message, letter and call; and who takes over when one fails."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Account, Contact, Creditor, PostalAddress
from saldo.messages.model import Channel, MessageKind
from saldo.reminders.breaker import Breaker
from saldo.reminders.channels.port import ChannelBusy, ChannelRefused, ChannelSilent
from saldo.reminders.feedback import Feedback
from saldo.reminders.letters import LetterGone, LetterNotHandedOver, Letters, LetterUnknown
from saldo.reminders.model import Claim, CoveredItem, Notice, NoticeRef
from saldo.reminders.optouts import OptOuts
from saldo.reminders.ports import SendJob
from saldo.reminders.references import invoices_of
from saldo.reminders.tasks import Task, Tasks
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR, Books

TODAY = date(2026, 12, 20)
HOME = PostalAddress(("Beispielweg 7",), "80331", "München", "DE")
NUMBER = "+498912345"


@pytest.fixture
def books() -> Books:
    books = Books()
    books.open_creditor(sms_from="+4915112345678")
    account = Account(
        CREDITOR,
        ACCOUNT,
        "Beispiel AG",
        "business",
        "DE",
        "de",
        "Europe/Berlin",
        (Contact("Buchhaltung", "ap@beispiel.example", "+49 89 12345"),),
        address=HOME,
    )
    assert books.intake.put_accounts([account])[0].status == "accepted"
    books.push(books.invoice(), books.invoice("RE-2", 5000))
    return books


def claimed(
    books: Books,
    channel: Channel,
    *fallbacks: Channel,
    message: MessageKind = "reminder-1",
    numbers: tuple[str, ...] = ("RE-1",),
    step: str = "1",
) -> Notice:
    """A notice as the planner claims it, queued to be sent."""
    books.clock.advance(timedelta(seconds=1))
    items = tuple(
        CoveredItem(i.number, i.episode, i.open_minor, i.currency)
        for i in map(books.invoice_now, numbers)
    )
    notice = Notice(
        CREDITOR,
        ACCOUNT,
        books.ids.ulid(books.clock.now()),
        step,
        message,
        channel,
        items,
        TODAY,
        books.clock.now(),
        state_since=books.clock.now(),
        fallbacks=fallbacks,
        version=1,
    )
    claims = [
        Put(Claim(CREDITOR, ACCOUNT, i.invoice, i.episode, step, channel, notice.id)) for i in items
    ]
    books.store.commit([Put(notice), Put(NoticeRef(notice.id, CREDITOR, ACCOUNT)), *claims])
    books.sends.put([SendJob(CREDITOR, ACCOUNT, notice.id)])
    return notice


def sent(books: Books, channel: Channel, *fallbacks: Channel, **more: Any) -> Notice:
    claimed(books, channel, *fallbacks, **more)
    (notice,) = books.deliver()
    assert notice is not None
    return notice


def states(books: Books) -> list[tuple[str, str]]:
    return [(n.channel, n.state) for n in in_order(books)]


def in_order(books: Books) -> list[Notice]:
    """The notices as they came about; ids of one instant sort by chance."""
    return sorted(books.notices(), key=lambda n: (n.created_at, n.replaces is not None))


def opt_outs(books: Books) -> OptOuts:
    return OptOuts(books.store, books.clock, books.ids)


def letters(books: Books) -> Letters:
    return Letters(books.store, books.clock, books.ids, books.carried.shelf, books.feedback)


def move_out(books: Books, **changes: Any) -> None:
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    moved = replace(account, version=account.version + 1, **changes)
    books.store.commit([Put(moved, expect=account.version)])


def test_a_text_message_leaves_with_a_link_and_the_creditors_number(books: Books) -> None:
    notice = sent(books, "sms")
    (sms,) = books.carried.phone.messages
    assert (sms.to, sms.sender, notice.state) == (NUMBER, "+4915112345678", "sent")
    assert "https://pay.musterwerk.example/p/" in sms.text
    assert (sms.length.alphabet, sms.length.segments) == ("GSM-7", 1)


def test_a_text_message_without_an_answer_is_never_sent_again(books: Books) -> None:
    books.carried.phone.fails = [ChannelSilent("no answer")]
    assert sent(books, "sms", "letter").state == "sending"
    for _ in range(3):
        books.clock.advance(timedelta(hours=13))
        books.sender.tidy()
        books.deliver()
    assert books.carried.phone.messages == []
    assert states(books) == [("sms", "unknown")], "nor does another channel tell it twice"


def test_a_busy_carrier_gets_the_notice_again(books: Books) -> None:
    books.carried.phone.fails = [ChannelBusy("later")]
    notice = claimed(books, "sms")
    with pytest.raises(ChannelBusy):
        books.deliver()
    assert books.sender.send(SendJob(CREDITOR, ACCOUNT, notice.id)) is not None
    assert len(books.carried.phone.messages) == 1


def test_a_refused_text_message_becomes_a_letter_once(books: Books) -> None:
    books.carried.phone.fails = [ChannelRefused("no such number")]
    refused = sent(books, "sms", "letter")
    (letter,) = books.deliver()
    assert states(books) == [("sms", "failed"), ("letter", "sent")]
    assert letter is not None
    assert (letter.replaces, refused.replaced_by) == (refused.id, letter.id)
    books.feedback.record(Feedback(refused.id, "bounced", books.clock.now(), permanent=True))
    assert books.sends.take() == []


def test_a_bounced_mail_quarantines_the_address_and_the_next_channel_takes_over(
    books: Books,
) -> None:
    mail = sent(books, "email", "sms", "letter")
    told = Feedback(mail.id, "bounced", books.clock.now(), permanent=True)
    books.feedback.record(told)
    books.feedback.record(told)
    books.deliver()
    assert states(books) == [("email", "bounced"), ("sms", "sent")]
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    assert account.contacts[0].email_state == "bounced"
    assert in_order(books)[1].fallbacks == ("letter",)


def test_a_channel_that_told_the_same_before_does_not_take_over(books: Books) -> None:
    sent(books, "letter")
    mail = sent(books, "email", "letter")
    books.feedback.record(Feedback(mail.id, "bounced", books.clock.now(), permanent=True))
    assert books.sends.take() == []
    assert states(books) == [("letter", "sent"), ("email", "bounced")]


def test_an_automatic_reply_after_the_delivery_changes_nothing(books: Books) -> None:
    mail = sent(books, "email", "letter")
    books.feedback.record(Feedback(mail.id, "delivered", books.clock.now()))
    books.feedback.record(Feedback(mail.id, "bounced", books.clock.now()))
    assert states(books) == [("email", "delivered")]


def test_who_has_no_number_is_told_by_the_next_channel(books: Books) -> None:
    move_out(books, contacts=(Contact("Buchhaltung", "ap@beispiel.example"),))
    claimed(books, "sms", "email")
    books.deliver()
    books.deliver()
    assert states(books) == [("sms", "withdrawn"), ("email", "sent")]


def test_the_next_channel_respects_a_pause_and_a_payment(books: Books) -> None:
    mail = sent(books, "email", "sms")
    books.feedback.record(Feedback(mail.id, "bounced", books.clock.now(), permanent=True))
    books.pay()
    books.deliver()
    assert states(books) == [("email", "bounced"), ("sms", "withdrawn")]
    assert books.carried.phone.messages == []


def test_an_opt_out_keeps_soft_reminders_away_and_a_needed_one_goes_by_letter(
    books: Books,
) -> None:
    opt_outs(books).give(CREDITOR, "email", by="link", address="AP@beispiel.example")
    claimed(books, "email")
    books.deliver()
    assert books.postbox.mails == []
    claimed(books, "email", message="final-notice", step="3")
    books.deliver()
    books.deliver()
    assert states(books) == [("email", "withdrawn"), ("email", "withdrawn"), ("letter", "sent")]
    assert in_order(books)[0].outcome == "opted-out-asked"
    given = [e for e in books.events("~") if e.type == "optout.given"]
    assert [e.data["channel"] for e in given] == ["email"]


def test_an_opt_out_of_reminders_leaves_the_word_about_money(books: Books) -> None:
    opt_outs(books).give(CREDITOR, "email", by="link", address="ap@beispiel.example")
    books.pay()
    books.tell("payment.settled")
    books.deliver()
    assert [mail.subject.split()[0] for mail in books.postbox.mails] == ["payment-received"]


def test_an_opt_out_is_taken_back(books: Books) -> None:
    book = opt_outs(books)
    given = book.give(CREDITOR, "sms", by="STOP", address=NUMBER)
    assert book.give(CREDITOR, "sms", by="STOP", address="+49 89 12345").key == given.key
    book.take_back(CREDITOR, "sms", given.subject, "START")
    assert sent(books, "sms").state == "sent"
    types = [e.type for e in books.events("~")]
    assert types.count("optout.given") == types.count("optout.taken_back") == 1


def test_a_needed_notice_that_reaches_nobody_becomes_a_persons_task(books: Books) -> None:
    move_out(books, address=None, contacts=(Contact("Buchhaltung", "ap@beispiel.example"),))
    mail = sent(books, "email", message="final-notice")
    books.feedback.record(Feedback(mail.id, "bounced", books.clock.now(), permanent=True))
    (task,) = books.store.list(Task, CREDITOR, ACCOUNT)
    assert (task.kind, task.state) == ("undeliverable", "open")
    assert books.sends.take() == []


def test_letters_are_handed_over_once_with_a_manifest(books: Books) -> None:
    first = sent(books, "letter")
    sent(books, "letter", step="2", numbers=("RE-2",))
    desk, shelf = letters(books), books.carried.shelf
    with pytest.raises(LetterNotHandedOver):
        desk.mark(first.id, "printed", TODAY)
    (batch,) = desk.hand_over(CREDITOR)
    assert desk.hand_over(CREDITOR) == []
    manifest = json.loads(shelf.files[batch.file])
    assert [one["id"] for one in manifest["letters"]] == list(batch.letters)
    for one in manifest["letters"]:
        assert one["file"] in shelf.files
        assert one["to"] == ["Beispiel AG", "Beispielweg 7", "80331 München"]


def test_a_manifest_that_a_crash_kept_back_is_written_by_the_next_run(books: Books) -> None:
    sent(books, "letter")
    desk = letters(books)
    books.carried.shelf.fails = [ChannelBusy("the bucket is away")]
    with pytest.raises(ChannelBusy):
        desk.hand_over(CREDITOR)
    (batch,) = desk.hand_over(CREDITOR)
    assert batch.file in books.carried.shelf.files
    assert [b.id for b in desk.batches(CREDITOR)] == [batch.id]


def test_a_letter_whose_typesetting_broke_off_is_made_again(books: Books) -> None:
    books.carried.shelf.fails = [ChannelSilent("cut off")]
    assert sent(books, "letter").state == "sending"
    books.clock.advance(timedelta(minutes=11))
    books.sender.tidy()
    books.clock.advance(timedelta(minutes=11))
    books.sender.tidy()
    books.deliver()
    assert states(books) == [("letter", "sent")]


def test_a_printed_letter_is_delivered_and_a_returned_one_bars_its_address(books: Books) -> None:
    letter = sent(books, "letter", "call")
    desk = letters(books)
    desk.hand_over(CREDITOR)
    assert desk.mark(letter.id, "printed", TODAY).printed_on == TODAY
    assert states(books) == [("letter", "delivered")]
    desk.mark(letter.id, "returned", TODAY)
    books.deliver()
    assert states(books) == [("letter", "bounced"), ("call", "sent")]
    claimed(books, "letter", step="2")
    books.deliver()
    assert in_order(books)[-1].outcome == "opted-out-returned"
    with pytest.raises(LetterUnknown):
        desk.mark("01KAK5Z4T0ABCDEFGHJKMNPQRS", "printed", TODAY)


def test_a_letter_is_had_as_it_was_printed_until_its_file_is_gone(books: Books) -> None:
    letter, desk = sent(books, "letter"), letters(books)
    place = f"letter/{CREDITOR}/{letter.created_at.date().isoformat()}/{letter.id}.pdf"
    assert desk.printed(CREDITOR, ACCOUNT, letter.id) == books.carried.shelf.files[place]
    with pytest.raises(LetterUnknown):
        desk.printed(CREDITOR, "10002", letter.id)
    books.carried.shelf.files[place] = b"%PDF of somebody else"
    with pytest.raises(LetterGone):
        desk.printed(CREDITOR, ACCOUNT, letter.id)
    del books.carried.shelf.files[place]
    with pytest.raises(LetterGone):
        desk.printed(CREDITOR, ACCOUNT, letter.id)


def test_a_call_is_a_task_with_script_and_number(books: Books) -> None:
    call = sent(books, "call", "letter")
    (task,) = books.store.list(Task, CREDITOR, ACCOUNT)
    assert (task.kind, task.numbers, task.notice) == ("call", (NUMBER,), call.id)
    assert task.script
    tasks = Tasks(books.store, books.clock, books.ids, books.feedback)
    tasks.called(CREDITOR, ACCOUNT, task.id, "anna", reached=False, outcome="number is dead")
    books.deliver()
    assert states(books) == [("call", "failed"), ("letter", "sent")]


def test_registered_mail_lies_in_the_outbox_with_its_slip(books: Books) -> None:
    notice = sent(books, "registered", message="final-notice")
    files = sorted(books.carried.shelf.files)
    assert [name.rpartition(".")[2] for name in files] == ["json", "pdf"]
    slip = json.loads(books.carried.shelf.files[files[0]])
    assert (slip["notice"], slip["document"]) == (notice.id, files[1])


def test_mails_to_one_account_are_one_conversation_and_soft_ones_can_be_ended(
    books: Books,
) -> None:
    sent(books, "email")
    sent(books, "email", message="final-notice", step="2")
    soft, final = books.postbox.mails
    assert soft.thread == final.thread
    assert soft.unsubscribe_url is not None
    assert soft.unsubscribe_url.endswith("/stop")
    assert final.unsubscribe_url is None


def test_a_payment_by_reference_finds_what_the_notice_asked_for(books: Books) -> None:
    one = sent(books, "email")
    both = sent(books, "email", numbers=("RE-1", "RE-2"), step="2")
    assert one.reference is not None
    assert both.reference is not None
    found = invoices_of(books.store, CREDITOR, one.reference.lower())
    assert found is not None
    assert found.invoices == ("RE-1",)
    bundle = invoices_of(books.store, CREDITOR, both.reference)
    assert bundle is not None
    assert (bundle.invoices, bundle.notice) == (("RE-1", "RE-2"), both.id)
    assert invoices_of(books.store, CREDITOR, "RF17539007547034") is None


def test_too_many_bounces_stop_the_mail_but_not_the_letters(books: Books) -> None:
    breaker = Breaker(books.store, books.clock, books.ids)
    for n in range(60):
        breaker.count(CREDITOR, f"n{n}", "sent")
    for n in range(4):
        breaker.count(CREDITOR, f"n{n}", "bounced")
    assert breaker.look(CREDITOR) is None, "four are no reputation"
    mail = sent(books, "email")
    books.feedback.record(Feedback(mail.id, "bounced", books.clock.now(), permanent=True))
    stopped = books.store.get(Creditor, CREDITOR)
    assert stopped is not None
    assert stopped.mail_stopped_at == books.clock.now()
    assert "5 of 61" in stopped.mail_stopped_why
    move_out(books, contacts=(Contact("Neu", "neu@beispiel.example"),))
    waiting = claimed(books, "email", step="2")
    books.deliver()
    assert sent(books, "letter", step="3").state == "sent"
    breaker.resume(CREDITOR, "anna")
    assert breaker.health(CREDITOR).sent == 0
    assert books.sender.send(SendJob(CREDITOR, ACCOUNT, waiting.id)) is not None
    assert len(books.postbox.mails) == 2
    told = [e.type for e in books.events("~") if e.type.startswith("sending.")]
    assert told == ["sending.stopped", "sending.resumed"]


def test_a_bundle_of_many_invoices_takes_another_channel_whole(books: Books) -> None:
    numbers = tuple(f"RE-{n}" for n in range(100, 220))
    for start in range(0, len(numbers), 20):
        books.push(*(books.invoice(n, 1000) for n in numbers[start : start + 20]))
    items = tuple(
        CoveredItem(i.number, i.episode, i.open_minor, i.currency)
        for i in map(books.invoice_now, numbers)
    )
    short = claimed(books, "email", "letter")
    notice = replace(short, items=items, version=short.version + 1)
    books.store.commit([Put(notice, expect=short.version)])
    books.deliver()
    books.feedback.record(Feedback(notice.id, "bounced", books.clock.now(), permanent=True))
    books.deliver()
    assert states(books) == [("email", "bounced"), ("letter", "sent")]
    letter = in_order(books)[1]
    assert len(letter.items) == len(numbers)
    for item in items:
        key = (CREDITOR, ACCOUNT, item.invoice, str(item.episode), "1", "letter")
        claim = books.store.get(Claim, *key)
        assert claim is not None
        assert claim.notice == letter.id


def test_a_delivery_stays_known_after_a_complaint_and_is_not_the_next_channels(
    books: Books,
) -> None:
    mail = sent(books, "email")
    arrived = books.clock.now()
    books.feedback.record(Feedback(mail.id, "delivered", arrived))
    books.feedback.record(Feedback(mail.id, "complained", arrived + timedelta(days=2)))
    (complained,) = books.notices()
    assert (complained.state, complained.delivered_at) == ("complained", arrived)


def test_a_returned_letter_does_not_make_the_next_channel_look_delivered(books: Books) -> None:
    letter = sent(books, "letter", "call")
    desk = letters(books)
    desk.hand_over(CREDITOR)
    desk.mark(letter.id, "printed", TODAY)
    desk.mark(letter.id, "returned", TODAY)
    returned, call = in_order(books)
    assert returned.delivered_at is not None
    assert call.delivered_at is None
