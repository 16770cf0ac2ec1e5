"""Somebody of the seller writes to a debtor themselves: a mail, a text message, a letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Account, Contact, Creditor, Hold, PostalAddress
from saldo.files.model import StoredFile
from saldo.inbox.model import NotLiveYet
from saldo.messages.render import JinjaRenderer
from saldo.reminders.by_hand.looking import Caution
from saldo.reminders.by_hand.model import (
    AccountNotWrittenTo,
    MessageDiffers,
    MessageTooLong,
    RecipientUnknown,
    RecipientUnreachable,
    Words,
    WrittenMessage,
)
from saldo.reminders.by_hand.service import ByHand
from saldo.reminders.channels.dispatch import Dispatcher
from saldo.reminders.channels.port import ChannelBusy, ChannelSilent
from saldo.reminders.model import Notice
from saldo.reminders.optouts import OptOuts
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.ports import SendJob
from saldo.reminders.send import NoticeSender
from saldo.reports.evidence import EvidencePacks
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR, Books
from tests.carriers import Shelf
from tests.stories.test_evidence import ReadIndex, opened

STREET = PostalAddress(("Beispielweg 1",), "12345", "Beispielstadt", "DE")
MAIL = "ap@beispiel.example"
PHONE = "+4915112345678"
HELLO = Words(
    "M-1", "email", "die Gutschrift folgt morgen.", "anna@musterwerk.example", "Gutschrift"
)


class Desk:
    """A set of books and somebody who writes."""

    def __init__(self) -> None:
        self.books = books = Books()
        books.open_creditor()
        books.open_account()
        contacts = (
            Contact("Buchhaltung", MAIL),
            Contact("Erika Beispiel", "alt@beispiel.example", PHONE, email_state="bounced"),
        )
        self.change(contacts=contacts, address=STREET)
        books.sender = NoticeSender(
            books.store,
            books.clock,
            books.ids,
            books.accounts,
            books.links,
            JinjaRenderer(),
            Dispatcher(books.carried.carriers(books.postbox)),
            books.sends,
        )
        self.opt_outs = OptOuts(books.store, books.clock, books.ids)
        self.by_hand = ByHand(
            books.store,
            books.clock,
            books.ids,
            PolicyBook(books.store, books.clock),
            self.opt_outs,
            JinjaRenderer(),
            books.links.address,
        )

    @property
    def creditor(self) -> Creditor:
        return self.books.accounts.creditor(CREDITOR)

    def change(self, **fields: object) -> None:
        old = self.books.store.get(Account, CREDITOR, ACCOUNT)
        assert old is not None
        new = replace(old, version=old.version + 1, **fields)  # type: ignore[arg-type]  # a test's
        self.books.store.commit([Put(new, expect=old.version)])

    def write(self, words: Words) -> WrittenMessage:
        return self.by_hand.write(self.creditor, ACCOUNT, words)

    def sent(self) -> list[Notice | None]:
        self.books.tell("message.written")
        return self.books.deliver()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_mail_goes_to_the_working_address_with_the_words_as_they_stand(desk: Desk) -> None:
    desk.write(HELLO)
    (notice,) = desk.sent()
    assert notice is not None
    assert (notice.state, notice.to, notice.message) == ("sent", MAIL, "by-hand")
    (mail,) = desk.books.postbox.mails
    assert (mail.to_address, mail.to_name) == (MAIL, "Buchhaltung")
    assert mail.subject == "Gutschrift"
    for words in (mail.text, mail.html):
        assert HELLO.text in words and "https://pay.musterwerk.example/p/" in words
    assert "message.written" in desk.books.event_types()
    assert desk.by_hand.of(CREDITOR, ACCOUNT, 5)[0][1] == "sent"


def test_pressed_twice_told_twice_and_delivered_twice_it_leaves_once(desk: Desk) -> None:
    first = desk.write(HELLO)
    assert desk.write(HELLO) == first
    desk.sent()
    desk.sent()
    assert len(desk.books.postbox.mails) == 1
    assert desk.books.event_types().count("message.written") == 1


def test_the_same_id_for_other_words_is_refused(desk: Desk) -> None:
    desk.write(HELLO)
    with pytest.raises(MessageDiffers):
        desk.write(replace(HELLO, text="etwas anderes."))


def test_a_carrier_that_answers_nothing_is_not_asked_again(desk: Desk) -> None:
    desk.write(replace(HELLO, channel="sms", subject=""))
    desk.books.carried.phone.fails.append(ChannelSilent("Nobody can tell."))
    (notice,) = desk.sent()
    assert notice is not None
    assert notice.state == "sending"
    desk.books.clock.advance(timedelta(hours=1))
    desk.books.sender.tidy()
    assert desk.books.deliver() == []
    assert desk.books.carried.phone.messages == []


def test_a_busy_carrier_is_tried_again(desk: Desk) -> None:
    desk.write(replace(HELLO, channel="sms", subject=""))
    desk.books.carried.phone.fails.append(ChannelBusy("Later."))
    with pytest.raises(ChannelBusy):
        desk.sent()
    desk.books.clock.advance(timedelta(minutes=11))
    desk.books.sender.tidy()
    desk.books.deliver()
    assert [sms.to for sms in desk.books.carried.phone.messages] == [PHONE]


def test_a_letter_goes_the_way_of_letters(desk: Desk) -> None:
    desk.write(replace(HELLO, channel="letter"))
    desk.sent()
    (sheet,) = desk.books.carried.typesetter.sheets
    assert sheet.to_lines[-2:] == ("Beispielweg 1", "12345 Beispielstadt")
    (letter,) = (n for n in desk.books.notices() if n.channel == "letter")
    assert letter.state == "sent"


def test_it_moves_no_stage_and_costs_nothing(desk: Desk) -> None:
    desk.books.push(desk.books.invoice())
    before, journal = desk.books.open_items(), desk.books.journal()
    desk.write(replace(HELLO, invoices=("RE-1",)))
    desk.sent()
    assert (desk.books.open_items(), desk.books.journal()) == (before, journal)
    (notice,) = desk.books.notices()
    assert [item.invoice for item in notice.items] == ["RE-1"]


def test_what_it_looks_like_is_shown_before_it_goes(desk: Desk) -> None:
    looked = desk.by_hand.look(desk.creditor, ACCOUNT, HELLO)
    assert looked.rendered.subject == "Gutschrift"
    assert "die Gutschrift folgt morgen." in looked.rendered.text
    assert "die Gutschrift folgt morgen." in looked.rendered.html
    assert desk.by_hand.of(CREDITOR, ACCOUNT, 5) == []


def test_a_text_message_is_counted_with_its_sender_and_link(desk: Desk) -> None:
    sms = replace(HELLO, channel="sms", subject="", text="a" * 120)
    looked = desk.by_hand.look(desk.creditor, ACCOUNT, sms)
    assert looked.length is not None
    assert looked.length.segments == 2
    assert str(looked.price) == "0.20"
    with pytest.raises(MessageTooLong):
        desk.by_hand.look(desk.creditor, ACCOUNT, replace(sms, text="a" * 600))


def test_a_bounced_or_unknown_address_is_refused(desk: Desk) -> None:
    with pytest.raises(RecipientUnreachable):
        desk.write(replace(HELLO, to="alt@beispiel.example"))
    with pytest.raises(RecipientUnknown):
        desk.write(replace(HELLO, to="somebody@else.example"))


def test_who_opted_out_is_not_written_to_even_a_moment_before_it_leaves(desk: Desk) -> None:
    sms = replace(HELLO, channel="sms", subject="")
    desk.write(sms)
    desk.books.tell("message.written")
    desk.opt_outs.give(CREDITOR, "sms", by="debtor", address=PHONE)
    (notice,) = desk.books.deliver()
    assert notice is not None
    assert (notice.state, notice.outcome) == ("withdrawn", "opted-out-asked")
    with pytest.raises(RecipientUnreachable):
        desk.write(replace(sms, id="M-2"))


def test_no_telephone_rings_at_night(desk: Desk) -> None:
    desk.books.clock.move_to(datetime(2026, 11, 21, 21, 30, tzinfo=UTC))
    written = desk.write(replace(HELLO, channel="sms", subject=""))
    assert written.leaves_at == datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    assert desk.sent() == [None]
    desk.books.clock.move_to(datetime(2026, 11, 22, 6, 0, tzinfo=UTC))
    assert desk.books.sender.tidy() == {"requeued": 0, "unknown": 0, "oldest_seconds": 0}
    desk.books.clock.move_to(datetime(2026, 11, 22, 7, 5, tzinfo=UTC))
    assert desk.books.sender.tidy()["requeued"] == 1
    desk.books.deliver()
    assert len(desk.books.carried.phone.messages) == 1


def test_what_was_kept_back_by_day_does_not_ring_at_night(desk: Desk) -> None:
    desk.books.accounts.change_creditor(CREDITOR, sending=False)
    written = desk.write(replace(HELLO, channel="sms", subject=""))
    assert written.leaves_at == written.at
    assert desk.sent() == [None]
    desk.books.clock.move_to(datetime(2026, 11, 21, 22, 30, tzinfo=UTC))
    desk.books.accounts.change_creditor(CREDITOR, sending=True)
    assert desk.books.sender.tidy()["requeued"] == 0
    desk.books.sends.put([SendJob(CREDITOR, ACCOUNT, one.id) for one in desk.books.notices()])
    assert desk.books.deliver() == [None]
    desk.books.clock.move_to(datetime(2026, 11, 22, 7, 5, tzinfo=UTC))
    assert desk.books.sender.tidy()["requeued"] == 1
    desk.books.deliver()
    assert len(desk.books.carried.phone.messages) == 1


def test_in_the_united_states_the_law_s_hours_bound_those_of_the_policy(desk: Desk) -> None:
    desk.change(country="US", time_zone="America/New_York")
    for at, leaves in (
        (datetime(2026, 11, 21, 12, 30, tzinfo=UTC), datetime(2026, 11, 21, 13, tzinfo=UTC)),
        (datetime(2026, 11, 22, 2, 30, tzinfo=UTC), datetime(2026, 11, 22, 13, tzinfo=UTC)),
        (datetime(2027, 3, 14, 4, 30, tzinfo=UTC), datetime(2027, 3, 14, 12, tzinfo=UTC)),
    ):  # the last is the night in which the clocks go forward
        desk.books.clock.move_to(at)
        assert desk.by_hand.look(desk.creditor, ACCOUNT, HELLO).written.leaves_at == leaves
    letter = desk.by_hand.look(desk.creditor, ACCOUNT, replace(HELLO, channel="letter"))
    assert letter.written.leaves_at == desk.books.clock.now()


@pytest.mark.parametrize(
    "contacts",
    [
        (Contact("Buchhaltung", MAIL, email_state="wrong-person"),),
        (Contact("Buchhaltung", "new@beispiel.example"),),
    ],
    ids=["not theirs", "replaced"],
)
def test_an_address_that_went_wrong_before_it_left_gets_nothing(
    desk: Desk, contacts: tuple[Contact, ...]
) -> None:
    desk.write(HELLO)
    desk.books.tell("message.written")
    desk.change(contacts=contacts)
    (notice,) = desk.books.deliver()
    assert notice is not None
    assert (notice.state, notice.outcome) == ("withdrawn", "no-working-address")
    assert desk.books.postbox.mails == []
    assert "notice.failed" in desk.books.event_types(), "whoever wrote it sees that it did not go"


def test_who_is_to_be_erased_meanwhile_gets_nothing(desk: Desk) -> None:
    desk.write(HELLO)
    desk.books.tell("message.written")
    desk.change(restricted_at=desk.books.clock.now())
    (notice,) = desk.books.deliver()
    assert notice is not None
    assert (notice.state, notice.outcome) == ("withdrawn", "being-erased")


def test_two_forms_of_one_id_at_the_same_moment_are_one_message(desk: Desk) -> None:
    store, late = desk.books.store, replace(HELLO, text="etwas anderes.")
    commit = store.commit

    def racing(writes: Any) -> None:
        store.commit = commit  # type: ignore[method-assign]
        desk.write(HELLO)
        commit(writes)

    store.commit = racing  # type: ignore[method-assign]
    with pytest.raises(MessageDiffers):
        desk.write(late)
    assert [one.text for one, _ in desk.by_hand.of(CREDITOR, ACCOUNT, 5)] == [HELLO.text]
    assert desk.books.event_types().count("message.written") == 1


def test_the_same_words_without_their_documents_are_other_words(desk: Desk) -> None:
    desk.write(replace(HELLO, with_documents=True))
    with pytest.raises(MessageDiffers):
        desk.write(HELLO)


def test_a_disputed_invoice_warns_and_the_message_goes_all_the_same(desk: Desk) -> None:
    books = desk.books
    books.push(books.invoice(), books.invoice("RE-2"))
    held = Hold(CREDITOR, ACCOUNT, "h", "dispute", "RE-1", "", "x", books.clock.now(), version=1)
    books.store.commit([Put(held)])
    about = replace(HELLO, invoices=("RE-1",))
    assert desk.by_hand.look(desk.creditor, ACCOUNT, about).cautions == (
        Caution("dispute", "RE-1"),
    )
    other = replace(HELLO, invoices=("RE-2",))
    assert desk.by_hand.look(desk.creditor, ACCOUNT, other).cautions == ()
    books.pay("RE-2")
    settled = desk.by_hand.look(desk.creditor, ACCOUNT, other).cautions
    assert settled == (Caution("settled", "RE-2"),)
    desk.write(about)
    desk.sent()
    assert len(books.postbox.mails) == 1


def test_documents_that_will_not_go_along_are_named_before_it_leaves(desk: Desk) -> None:
    books = desk.books
    books.push(*(books.invoice(f"RE-{number}") for number in range(1, 5)))
    for number, size in (("RE-1", 4_000_000), ("RE-2", 4_000_000), ("RE-4", 3_000_000)):
        file = StoredFile(
            CREDITOR, ACCOUNT, number, "invoice", f"{number}.pdf", "application/pdf", size, "",
            number, "ERP", books.clock.now(),
        )  # fmt: skip
        books.store.commit([Put(file)])
    about = replace(HELLO, invoices=("RE-1", "RE-2", "RE-3", "RE-4"))
    assert desk.by_hand.look(desk.creditor, ACCOUNT, about).cautions == ()
    wanted = replace(about, with_documents=True)
    found = desk.by_hand.look(desk.creditor, ACCOUNT, wanted).cautions
    assert found == (Caution("no-document", "RE-2"), Caution("no-document", "RE-3"))


def test_while_all_sending_is_off_it_is_said_too(desk: Desk) -> None:
    desk.books.accounts.switch_sending(False)
    looked = desk.by_hand.look(desk.creditor, ACCOUNT, HELLO)
    assert looked.cautions == (Caution("sending-off"),)


def test_while_sending_is_off_it_is_said_and_the_message_waits(desk: Desk) -> None:
    desk.books.accounts.change_creditor(CREDITOR, sending=False)
    looked = desk.by_hand.look(desk.creditor, ACCOUNT, HELLO)
    assert looked.cautions == (Caution("sending-off"),)
    desk.write(HELLO)
    assert desk.sent() == [None]
    desk.books.accounts.change_creditor(CREDITOR, sending=True)
    desk.books.clock.advance(timedelta(minutes=11))
    desk.books.sender.tidy()
    desk.books.deliver()
    assert len(desk.books.postbox.mails) == 1


def test_the_evidence_pack_has_the_very_words(desk: Desk) -> None:
    books = desk.books
    books.push(books.invoice(already_sent=True))
    desk.write(replace(HELLO, invoices=("RE-1",)))
    desk.sent()
    (notice,) = books.notices()
    made = EvidencePacks(books.store, books.clock, Shelf(), ReadIndex())
    for pack in (made.of_invoice(desk.creditor, "RE-1"), made.of_account(desk.creditor, ACCOUNT)):
        files = opened(pack)
        assert HELLO.text in files[f"messages/{notice.id}.text.txt"].decode()
        told = b"".join(files.values()).decode("utf-8", "replace")
        assert "Nachricht von Hand" in told
        assert f"Geschrieben (E-Mail): {HELLO.text}" in told


def test_nothing_is_written_before_going_live_or_to_who_is_to_be_erased(desk: Desk) -> None:
    creditor = replace(desk.creditor, state="shadow")
    with pytest.raises(NotLiveYet):
        desk.by_hand.write(creditor, ACCOUNT, HELLO)
    desk.change(restricted_at=desk.books.clock.now())
    with pytest.raises(AccountNotWrittenTo):
        desk.write(HELLO)
