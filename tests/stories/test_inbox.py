"""Payers write mails: each is put to its account or before a person, and answered once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import quote

import pytest

from saldo.accounts.model import Account, Hold
from saldo.files.model import FileUnknown
from saldo.inbox import taking
from saldo.inbox.model import (
    AnswerOptedOut,
    AttachmentUnknown,
    Mail,
    MailNotFiled,
    MailNotInTriage,
    MailUnknown,
    NotLiveYet,
    SentMail,
)
from saldo.intake.mails import MailNotice
from saldo.messages.mime import build_mime
from saldo.store import Delete
from saldo.threads.model import Thread
from saldo.threads.service import ThreadUnknown
from tests.posted import ACCOUNT, CONTACT, CREDITOR, DOMAIN, INBOX, STRANGER, PostedBooks

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def books() -> PostedBooks:
    return PostedBooks()


def test_every_mail_of_ours_can_simply_be_replied_to(books: PostedBooks) -> None:
    mail = books.begin_to_remind()
    (notice,) = books.notices()
    assert mail.reply_to_us == f"reply+{notice.id.lower()}@{DOMAIN}"
    raw = message_from_bytes(build_mime(mail, "b@m.example", None), policy=policy.default)
    assert f"<{mail.reply_to_us}>" in raw["Reply-To"]
    known = books.store.get(SentMail, "ses-1")
    assert known is not None
    assert (known.account, known.notice) == (ACCOUNT, notice.id)


def test_a_reply_finds_its_account_by_the_address_it_goes_to(books: PostedBooks) -> None:
    """Whoever it is that answers: mails are passed on to colleagues."""
    to = books.begin_to_remind().reply_to_us
    assert to is not None
    mail = books.comes(books.written(sender=STRANGER, to=to))
    assert (mail.state, mail.account, mail.invoice) == ("filed", ACCOUNT, "RE-1")
    assert [one.kind for one in mail.because] == ["token"]
    (entry,) = books.threads.of(CREDITOR, ACCOUNT)
    assert (entry.text, entry.by, entry.mail, entry.invoice) == (
        "Wir zahlen am Freitag.",
        "payer",
        mail.id,
        "RE-1",
    )
    assert books.threads.get(CREDITOR, ACCOUNT).state == "open"
    assert {"mail.received", "thread.asked"} <= set(books.event_types())


def test_a_reply_that_was_sent_on_finds_it_by_the_mail_that_it_answers(
    books: PostedBooks,
) -> None:
    """A creditor's own mailbox passes its mail on: the recipient is the inbox, but the answer
    refers to our mail under the id that the mail service wrote into it.
    """
    books.begin_to_remind()
    reply = books.written(sender=STRANGER, In_Reply_To="<ses-1@eu-central-1.amazonses.com>")
    mail = books.comes(reply)
    assert (mail.account, [one.kind for one in mail.because]) == (ACCOUNT, ["reference-header"])


def test_a_known_sender_is_believed_only_when_proven(books: PostedBooks) -> None:
    books.begin_to_remind()
    proven = books.comes(books.written())
    assert (proven.state, proven.account) == ("filed", ACCOUNT)
    forged = books.comes(books.written(), verdicts={"dmarc": "FAIL", "spf": "FAIL"})
    assert (forged.state, forged.account, forged.why) == ("triage", None, "sender-not-proven")
    assert forged.suggested == (ACCOUNT,)


def test_an_unknown_sender_who_names_an_invoice_is_filed(books: PostedBooks) -> None:
    books.begin_to_remind()
    named = books.comes(
        books.written("Zu Rechnung RE-1: die Ware fehlt.", sender=STRANGER, subject="Frage")
    )
    assert (named.account, named.invoice) == (ACCOUNT, "RE-1")
    lost = books.comes(books.written("Guten Tag, wer sind Sie?", sender=STRANGER, subject="Hallo"))
    assert (lost.state, lost.why, lost.suggested) == ("triage", "nothing-known", ())


def test_two_accounts_are_never_weighed_against_each_other(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    assert to is not None
    books.open_account("10002", "other@elsewhere.example")
    books.push(books.invoice("RE-2", account="10002"))
    one = books.comes(books.written("Ich meine RE-2.", to=to, sender=STRANGER))
    assert (one.state, one.why, set(one.suggested)) == (
        "triage",
        "contradiction",
        {ACCOUNT, "10002"},
    )
    other = books.comes(books.written("Ja.", to=to, sender="other@elsewhere.example"))
    assert (other.state, other.why) == ("triage", "contradiction")
    both = books.comes(books.written("RE-1 und RE-2", sender=STRANGER))
    assert both.why == "several-accounts"
    with pytest.raises(ThreadUnknown):
        books.threads.get(CREDITOR, ACCOUNT)


def test_a_mail_that_is_told_of_twice_is_taken_once(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    raw = books.written(to=str(to)).as_bytes()
    at = books.clock.now()
    first = books.comes(raw, to=to, service_id="ses-9")
    books.clock.advance(timedelta(minutes=3))
    notice = notice_of("ses-9", str(to), first.at)
    again = books.post.take(notice, raw)
    assert again is not None and again.id == first.id
    assert len(books.threads.of(CREDITOR, ACCOUNT)) == 1
    assert books.event_types().count("mail.received") == 1
    assert at < first.at


def test_two_deliveries_at_once_enter_one_mail(
    books: PostedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = str(books.begin_to_remind().reply_to_us)
    raw, notice = books.written(to=to).as_bytes(), notice_of("ses-9", to, books.clock.now())
    enter = books.threads.take_mail

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(books.threads, "take_mail", enter)
        books.post.take(notice, raw)
        return enter(*args, **kwargs)

    monkeypatch.setattr(books.threads, "take_mail", overtaken)
    books.post.take(notice, raw)
    assert len(books.threads.of(CREDITOR, ACCOUNT)) == 1
    assert books.event_types().count("mail.received") == 1


def test_a_crash_before_the_books_leaves_nothing_and_the_next_delivery_does_it_all(
    books: PostedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = str(books.begin_to_remind().reply_to_us)
    written = books.written(to=to)
    written.add_attachment(PDF, "application", "pdf", filename="Beleg.pdf")
    notice = notice_of("ses-9", to, books.clock.now())
    commit = books.store.commit

    def crash(writes: Any) -> None:
        if any(isinstance(getattr(one, "record", None), Mail) for one in writes):
            raise RuntimeError("the table is out of reach")
        commit(writes)

    monkeypatch.setattr(books.store, "commit", crash)
    with pytest.raises(RuntimeError):
        books.post.take(notice, written.as_bytes())
    assert list(books.threads.of(CREDITOR, ACCOUNT)) == []
    monkeypatch.setattr(books.store, "commit", commit)
    mail = books.post.take(notice, written.as_bytes())
    assert mail is not None and mail.state == "filed"
    assert len(books.files.of(CREDITOR, ACCOUNT)) == 1, "the file was kept twice, as one"
    assert len(books.threads.of(CREDITOR, ACCOUNT)) == 1


def notice_of(service_id: str, to: str, at: datetime) -> MailNotice:
    return MailNotice(service_id, (to,), "", {}, at)


def test_reminders_wait_for_the_answer_where_the_policy_says_so(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    own = {
        "id": "patient",
        "version": 1,
        "announces_invoice": False,
        "answers": ["question"],
        "stages": [{"number": 1, "message": "reminder-1", "offset_days": 3}],
    }
    books.policies.put(CREDITOR, own, "anna", books.clock.now().date())
    books.accounts.change_creditor(CREDITOR, policy="patient")

    def held() -> list[bool]:
        holds = books.store.list(Hold, CREDITOR, ACCOUNT)
        return [hold.ended_at is None for hold in holds if hold.kind == "question"]

    mail = books.comes(books.written(to=str(to)))
    assert held() == [True]
    books.answer(mail)
    assert held() == [False]


def test_who_wrote_a_mail_gets_no_receipt(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    books.comes(books.written(to=str(to)))
    assert books.tell("thread.asked") == []


def test_the_answer_goes_to_who_wrote_as_an_answer_to_that_mail(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    mail = books.comes(books.written(to=str(to), subject="AW: Ihre Rechnung RE-1"))
    sent = books.answer(mail, "Danke, das passt.")
    assert (sent.to_address, sent.subject) == (CONTACT, "Re: Ihre Rechnung RE-1")
    raw = message_from_bytes(build_mime(sent, "b@m.example", None), policy=policy.default)
    assert raw["In-Reply-To"] == "<m1@beispiel.example>"
    assert str(raw["References"]).split()[-1] == "<m1@beispiel.example>"
    assert "Danke, das passt." in sent.text
    assert "Wir zahlen am Freitag." in sent.text
    assert "/p/" in sent.text
    shown = books.inbox.get(CREDITOR, mail.id)
    assert shown.state == "answered"


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nBcc: all@elsewhere.example",
        "x\n\nBody",
        "=?utf-8?q?x=0d=0aBcc:_all@elsewhere.example?=",
        "x\u2028Bcc: all@elsewhere.example",
        "\u202eevil",
        "{{ sender.imprint }}{% for a in range(9) %}",
        "<script>alert(1)</script>",
        "a" * 5000,
    ],
)
def test_nothing_that_strangers_write_becomes_a_header_or_a_command(
    books: PostedBooks, evil: str
) -> None:
    to = str(books.begin_to_remind().reply_to_us)
    raw = (
        f"From: =?utf-8?q?{quote(evil[:60]).replace('%', '=')}?= <{STRANGER}>\nTo: {to}\n"
        f"Message-ID: <a@b.example>\nReferences: {evil} <c@d.example>\nSubject: AW: {evil}\n"
        f"Content-Type: text/plain; charset=utf-8\n\nZu RE-1 {evil}\n"
    ).encode()
    mail = books.comes(raw, to=to)
    sent = books.answer(mail, f"Antwort {evil}"[:3000])
    made = message_from_bytes(build_mime(sent, "b@m.example", None), policy=policy.default)
    allowed = "From To Reply-To Subject Date Content-Language In-Reply-To References Content-Type"
    allowed += " MIME-Version X-SES-MESSAGE-TAGS X-Saldo-Notice"
    assert set(made.keys()) <= set(allowed.split())
    assert made["To"].addresses[0].addr_spec == STRANGER
    assert "<script>" not in sent.html and "{%" not in sent.subject.replace(evil, "")


def test_an_account_that_is_gone_is_nobodys(books: PostedBooks) -> None:
    to = str(books.begin_to_remind().reply_to_us)
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    books.store.commit([Delete(account, expect=None)])
    mail = books.comes(books.written(to=to, sender=STRANGER))
    assert (mail.state, mail.why, mail.because) == ("triage", "nothing-known", ())


def test_an_answer_leaves_once_whatever_is_repeated(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    mail = books.comes(books.written(to=str(to)))
    assert books.answer(mail, id="A-1") is not None
    assert books.answer(mail, id="A-1") is None
    assert len([n for n in books.notices() if n.message == "mail-reply"]) == 1


def test_a_stranger_is_answered_without_the_way_to_the_account(books: PostedBooks) -> None:
    """Who knows an invoice's number can write about it; the page of the account is not theirs."""
    books.begin_to_remind()
    mail = books.comes(books.written("Was ist mit RE-1?", sender=STRANGER))
    sent = books.answer(mail, "Wir klären das.")
    assert sent.to_address == STRANGER
    for words in (sent.text, sent.html):
        assert "Wir klären das." in words
        assert "/p/" not in words
        assert "Musterwerk GmbH" in words


def test_an_invoices_document_goes_with_the_answer(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    mail = books.comes(books.written(to=str(to)))
    with pytest.raises(FileUnknown):
        books.answer(mail, id="A-1", with_document=True)
    books.files.keep(CREDITOR, ACCOUNT, "invoice", "RE-1.pdf", "", PDF, "ERP", "RE-1")
    sent = books.answer(mail, id="A-2", with_document=True)
    assert [(one.name, one.content) for one in sent.attachments] == [("RE-1.pdf", PDF)]


def test_nobody_is_answered_who_wants_no_mail(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    mail = books.comes(books.written(to=str(to)))
    books.opt_outs.give(CREDITOR, "email", purpose="all", by="anna", address=CONTACT)
    with pytest.raises(AnswerOptedOut):
        books.answer(mail)
    assert [n for n in books.notices() if n.message == "mail-reply"] == []


def test_nothing_is_answered_before_going_live(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    mail = books.comes(books.written(to=str(to)))
    books.accounts.change_creditor(CREDITOR, state="shadow")
    with pytest.raises(NotLiveYet):
        books.answer(mail)


def test_a_person_says_whose_a_mail_is_and_its_sender_is_known_if_wished(
    books: PostedBooks,
) -> None:
    books.begin_to_remind()
    mail = books.comes(books.written("Hallo?", sender=STRANGER, subject="Hallo"))
    assert [one.mail.id for one in books.inbox.triage(CREDITOR)] == [mail.id]
    with pytest.raises(MailNotFiled):
        books.answer(mail)
    creditor = books.accounts.creditor(CREDITOR)
    books.inbox.file(creditor, mail.id, ACCOUNT, "anna")
    books.inbox.file(creditor, mail.id, ACCOUNT, "anna")
    assert books.inbox.triage(CREDITOR) == []
    assert len(books.threads.of(CREDITOR, ACCOUNT)) == 1
    assert books.inbox.get(CREDITOR, mail.id).state == "open"
    second = books.comes(books.written("Hallo?", sender=STRANGER, subject="Hallo"))
    assert second.why == "nothing-known"  # nobody said that this address writes for the account
    books.inbox.file(creditor, second.id, ACCOUNT, "anna", learn=True)
    third = books.comes(books.written("Hallo?", sender=STRANGER, subject="Hallo"))
    assert (third.state, third.account) == ("filed", ACCOUNT)
    with pytest.raises(MailNotInTriage):
        books.inbox.file(creditor, third.id, "10002", "anna")


def test_closing_and_opening_again(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    mail = books.comes(books.written(to=str(to)))
    assert books.inbox.close(CREDITOR, mail.id, "anna").state == "closed"
    assert books.inbox.reopen(CREDITOR, mail.id, "anna").state == "open"
    stray = books.comes(books.written("Werbung", sender=STRANGER, subject="Angebot"))
    assert books.inbox.close(CREDITOR, stray.id, "anna", spam=True).state == "spam"
    assert books.inbox.triage(CREDITOR) == []
    assert books.inbox.reopen(CREDITOR, stray.id, "anna").state == "triage"
    with pytest.raises(MailUnknown):
        books.inbox.get(CREDITOR, "nonsense")


def test_a_mail_is_somebodys(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    mail = books.comes(books.written(to=str(to)))
    assert books.inbox.assign(CREDITOR, mail.id, "ben", "anna").assigned_to == "ben"
    books.comes(books.written("Noch etwas.", to=str(to)))
    thread = books.store.get(Thread, CREDITOR, ACCOUNT)
    assert thread is not None and thread.assigned_to == "ben"


def test_an_absence_is_kept_and_asks_for_nothing(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    mail = books.comes(books.written("Ich bin im Urlaub.", to=str(to)), kind="auto-reply")
    assert (mail.state, mail.account) == ("closed", ACCOUNT)
    with pytest.raises(ThreadUnknown):
        books.threads.get(CREDITOR, ACCOUNT)
    assert "mail.received" in books.event_types()


def test_our_own_mail_sent_back_by_a_rule_is_nobodys_question(books: PostedBooks) -> None:
    sent = books.begin_to_remind()
    mail = books.comes(build_mime(sent, "billing@musterwerk.example", None), to=INBOX)
    assert (mail.state, mail.account) == ("closed", ACCOUNT)
    with pytest.raises(ThreadUnknown):
        books.threads.get(CREDITOR, ACCOUNT)


def test_files_of_a_mail_become_the_accounts_and_a_program_is_only_named(
    books: PostedBooks,
) -> None:
    to = books.begin_to_remind().reply_to_us
    written = books.written("Siehe Anhang.", to=str(to))
    written.add_attachment(PDF, "application", "pdf", filename="Beleg.pdf")
    written.add_attachment(b"MZ\x90", "application", "pdf", filename="Rechnung.pdf.exe")
    mail = books.comes(written)
    beleg, program = mail.files
    assert (beleg.verdict, program.verdict, program.why) == ("ok", "suspicious", "program")
    (kept,) = books.files.of(CREDITOR, ACCOUNT)
    assert (kept.id, kept.purpose, kept.about) == (beleg.file, "mail", mail.id)
    assert books.threads.of(CREDITOR, ACCOUNT)[0].files == (kept.id,)
    assert books.inbox.attachment(CREDITOR, mail.id, 1)[1] == PDF
    with pytest.raises(AttachmentUnknown):
        books.inbox.attachment(CREDITOR, mail.id, 2)
    assert b"Rechnung.pdf.exe" in books.inbox.raw(CREDITOR, mail.id)


def test_a_virus_reaches_nobody(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    mail = books.comes(books.written(to=str(to)), verdicts={"virus": "FAIL"})
    assert (mail.state, mail.account, mail.why) == ("spam", None, "virus")
    assert books.inbox.triage(CREDITOR) == []


def test_so_many_mails_a_day_are_no_conversation(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    last = [books.comes(books.written(to=str(to))) for _ in range(51)][-1]
    assert (last.state, last.why) == ("triage", "too-many")
    assert len(books.threads.of(CREDITOR, ACCOUNT)) == 50


def test_a_flood_of_strangers_is_kept_and_asks_nobody(
    books: PostedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "STRAYS", replace(taking.STRAYS, most=2))
    to = str(books.begin_to_remind().reply_to_us)
    strays = [books.comes(books.written(sender=STRANGER, subject="Hallo")) for _ in range(4)]
    assert [one.state for one in strays] == ["triage", "triage", "spam", "spam"]
    assert strays[-1].why == "too-many"
    assert len(books.inbox.triage(CREDITOR)) == 2
    assert books.comes(books.written(to=to)).state == "filed", "payers come through"


def test_the_newest_mails_come_first_page_by_page(books: PostedBooks) -> None:
    to = books.begin_to_remind().reply_to_us
    taken = []
    for _ in range(7):
        taken.append(books.comes(books.written(to=str(to))).id)
        books.clock.advance(timedelta(days=9))
    seen: list[str] = []
    before = None
    while True:
        page, before = books.inbox.recent(CREDITOR, 2, before)
        seen += [one.mail.id for one in page]
        if before is None:
            break
    assert seen == taken[::-1]


def test_a_mail_to_nobody_is_nobodys(books: PostedBooks) -> None:
    books.begin_to_remind()
    assert books.post.take(notice_of("x", f"sales@{DOMAIN}", books.clock.now()), b"") is None
    assert INBOX.startswith("inbox-")
