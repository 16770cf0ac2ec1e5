"""Mails of payers from the bucket to the answer: the function, the API and the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from functions.remind import app as remind
from saldo.adapters.memory.files import MemoryFiles
from saldo.clock import FixedClock
from saldo.inbox.model import Mail
from saldo.intake.mails import MailNotice
from saldo.reminders.optouts import OptOuts
from saldo.settings import Settings
from saldo.wiring import Services, install
from saldo_cli.commands import _common
from tests.books import ACCOUNT as DEBTOR
from tests.books import CREDITOR, Books
from tests.carriers import Shelf
from tests.functions import test_money_commands as money
from tests.functions.erp import Erp, World, refusal
from tests.functions.sqs import sqs_event
from tests.posted import DOMAIN, PROVEN

books = money.books
run, said = money.run, money.said
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def written(text: str = "Wo bleibt die Ware?", subject: str = "Frage") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Erika Beispiel <erika@elsewhere.example>"
    mail["To"] = f"inbox-{CREDITOR}@{DOMAIN}"
    mail["Subject"] = subject
    mail["Message-ID"] = "<m1@elsewhere.example>"
    mail.set_content(text)
    mail.add_attachment(PDF, "application", "pdf", filename="Beleg.pdf")
    mail.add_attachment(b"MZ\x90", "application", "pdf", filename="Beleg.exe")
    return mail


def ses(key: str = "mail/1", to: str = f"inbox-{CREDITOR}@{DOMAIN}") -> dict[str, Any]:
    """What SES tells of a mail that it put into the bucket."""
    verdicts = {f"{name}Verdict": {"status": "PASS"} for name in PROVEN}
    return {
        "notificationType": "Received",
        "mail": {
            "messageId": key,
            "source": "erika@elsewhere.example",
            "timestamp": "2026-11-21T09:00:00.000Z",
        },
        "receipt": {
            "recipients": [to],
            **verdicts,
            "action": {"type": "S3", "bucketName": "inbound", "objectKey": key},
        },
    }


class Installed(Services):
    shelf: Shelf

    def inbound_bucket(self, bucket: str) -> Any:
        return self.shelf


@pytest.fixture
def telling() -> Iterator[Books]:
    told = Books()
    told.begin(told.invoice())
    parts = Installed(
        Settings(is_local=True),
        store=told.store,
        clock=told.clock,
        ids=told.ids,
        feedback=told.feedback,
        shelf=told.carried.shelf,
    )
    install(parts)
    yield told
    install(None)


def of_account(books: Books, account: str) -> list[str]:
    told = [e.type for e in books.events(account) if e.type.startswith(("mail.", "thread."))]
    return sorted(told)


def test_a_mail_that_ses_tells_of_twice_is_in_the_conversation_once(telling: Books) -> None:
    mail = written("Zu RE-1: wo bleibt die Ware?").as_bytes()
    telling.carried.shelf.put("mail/1", mail, "message/rfc822")
    for _ in range(2):
        assert remind.inbound(sqs_event(ses()), None) == {"batchItemFailures": []}
    assert of_account(telling, DEBTOR) == ["mail.received", "thread.asked"]


def test_an_absence_waits_for_nobody_and_a_bounce_is_no_mail(telling: Books) -> None:
    away = written("Ich bin im Urlaub, zu RE-1.")
    away["Auto-Submitted"] = "auto-replied"
    telling.carried.shelf.put("mail/1", away.as_bytes(), "message/rfc822")
    remind.inbound(sqs_event(ses()), None)
    assert of_account(telling, DEBTOR) == ["mail.received"]
    bounce = written("550 5.1.1 user unknown", "Undelivered Mail Returned to Sender")
    bounce.replace_header("From", "MAILER-DAEMON@elsewhere.example")
    telling.carried.shelf.put("mail/2", bounce.as_bytes(), "message/rfc822")
    remind.inbound(sqs_event(ses("mail/2")), None)
    assert of_account(telling, DEBTOR) == ["mail.received"]
    assert of_account(telling, "~") == []


def test_who_answers_unsubscribe_is_reminded_no_more(telling: Books) -> None:
    telling.plan(phase="fact")
    telling.deliver()
    (notice,) = telling.notices()
    stop = written("", "Abmelden").as_bytes()
    telling.carried.shelf.put("mail/1", stop, "message/rfc822")
    remind.inbound(sqs_event(ses(to=f"reply+{notice.id.lower()}@{DOMAIN}")), None)
    book = OptOuts(telling.store, telling.clock, telling.ids)
    (given,) = book.of_creditor(CREDITOR)
    assert (given.channel, given.purpose, given.by) == ("email", "reminders", "mail")
    assert of_account(telling, DEBTOR) == []


def test_mail_to_nobody_is_counted_and_left(telling: Books) -> None:
    telling.carried.shelf.put("mail/1", written().as_bytes(), "message/rfc822")
    answer = remind.inbound(sqs_event(ses(to=f"sales@{DOMAIN}")), None)
    assert answer == {"batchItemFailures": []}
    assert of_account(telling, "~") == []


@pytest.fixture
def world(clock: FixedClock) -> World:
    world = World(clock)
    world.services.__dict__["file_store"] = MemoryFiles()
    return world


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    return erp


def comes(world: World, mail: EmailMessage | None = None, id_: str = "ses-1") -> Mail:
    creditor = next(iter(world.services.accounts.creditors()))
    to = f"inbox-{creditor.id}@{DOMAIN}"
    notice = MailNotice(id_, (to,), "", PROVEN, world.clock.now())
    taken = world.services.inbound_post.take(notice, (mail or written()).as_bytes())
    assert taken is not None
    return taken


def test_an_erp_puts_a_mail_to_its_account_and_answers_it(erp: Erp, world: World) -> None:
    assert erp.get("/v1/mails").json == {"items": [], "cursor": None}
    mail = comes(world)
    (waiting,) = erp.get("/v1/mails").json["items"]
    assert (waiting["id"], waiting["state"], waiting["why"]) == (mail.id, "triage", "nothing-known")
    early = erp.call("POST", "/v1/mails/reply", {"mail": mail.id, "id": "R-1", "text": "Ja."})
    assert refusal(early)[:2] == (409, "mail-not-filed")
    for _ in range(2):
        filed = erp.call("POST", "/v1/mails/file", {"mail": mail.id, "account": "D-1"})
        assert (filed.status, filed.json["state"], filed.json["account"]) == (200, "open", "D-1")
    kept, program = filed.json["files"]
    assert (kept["verdict"], program["verdict"], program["file"]) == ("ok", "suspicious", None)
    (file,) = erp.get("/v1/files", account="D-1").json["items"]
    assert (file["id"], file["purpose"]) == (kept["file"], "mail")
    (open_,) = erp.get("/v1/mails", state="open").json["items"]
    assert open_["id"] == mail.id
    order = {"mail": mail.id, "id": "R-1", "text": "Sie ist unterwegs."}
    first = erp.call("POST", "/v1/mails/reply", order)
    again = erp.call("POST", "/v1/mails/reply", order)
    assert (first.status, again.status) == (201, 200)
    assert erp.get("/v1/mails", id=mail.id).json["items"][0]["state"] == "answered"
    assert erp.get("/v1/mails", state="open").json["items"] == []
    assert erp.get("/v1/mails", account="D-1").json["items"][0]["id"] == mail.id


def test_files_of_a_mail_are_saved_but_for_programs(erp: Erp, world: World) -> None:
    sent = written()
    mail = comes(world, sent)
    got = erp.get("/v1/mails/attachment", id=mail.id, part="1")
    assert (got.status, got.body) == (200, PDF)
    refused = erp.get("/v1/mails/attachment", id=mail.id, part="2")
    assert refusal(refused)[:2] == (404, "attachment-unknown")
    assert erp.get("/v1/mails/raw", id=mail.id).body == sent.as_bytes()


def test_a_mail_is_somebodys_is_closed_and_opened_again(erp: Erp, world: World) -> None:
    mail = comes(world)
    order = {"mail": mail.id, "to": "anna"}
    assert erp.call("POST", "/v1/mails/assign", order).json["assigned_to"] == "anna"
    spam = erp.call("POST", "/v1/mails/close", {"mail": mail.id, "spam": True})
    assert spam.json["state"] == "spam"
    assert erp.get("/v1/mails", state="all").json["items"][0]["state"] == "spam"
    again = erp.call("POST", "/v1/mails/reopen", {"mail": mail.id})
    assert again.json["state"] == "triage"
    unknown = erp.call("POST", "/v1/mails/close", {"mail": "0" * 26})
    assert refusal(unknown)[:2] == (404, "mail-unknown")
    stranger = world.erp("andere")
    assert stranger.get("/v1/mails").json["items"] == []
    assert refusal(stranger.get("/v1/mails", id=mail.id))[:2] == (404, "mail-unknown")


def test_texts_to_answer_with(erp: Erp) -> None:
    supplied = erp.get("/v1/reply-texts", language="de").json["items"]
    assert "invoice-copy" in {one["id"] for one in supplied}
    own = {"id": "invoice-copy", "language": "de", "title": "Kopie", "body": "Anbei {invoice}."}
    assert erp.call("PUT", "/v1/reply-texts", own).json["is_own"] is True
    found = {one["id"]: one for one in erp.get("/v1/reply-texts", language="de").json["items"]}
    assert found["invoice-copy"]["body"] == "Anbei {invoice}."
    erp.call("PUT", "/v1/reply-texts", {**own, "body": ""})
    left = {one["id"] for one in erp.get("/v1/reply-texts", language="de").json["items"]}
    assert "invoice-copy" not in left
    nothing = erp.call("PUT", "/v1/reply-texts", {**own, "id": "no-such", "body": ""})
    assert refusal(nothing)[:2] == (404, "reply-text-unknown")


def test_a_collector_works_the_inbox_off_at_the_command_line(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(capsys, "inbox", "list") == (0, [])
    cloud = _common.open_cloud("saldo")
    cloud.services.__dict__["file_store"] = MemoryFiles()
    notice = MailNotice("ses-1", (f"inbox-{CREDITOR}@{DOMAIN}",), "", PROVEN, books.clock.now())
    mail = cloud.services.inbound_post.take(notice, written("Ware fehlt\x1b[2J").as_bytes())
    assert mail is not None
    text = said(capsys, "inbox", "list")[1]
    assert mail.id in text and "\x1b[2J" not in text
    by = ("--by", "anna")
    assert run(capsys, "inbox", "assign", mail.id, "anna", *by)[1]["assigned_to"] == "anna"
    assert [m["id"] for m in run(capsys, "inbox", "list", "--mine", *by)[1]] == [mail.id]
    shown = said(capsys, "inbox", "show", mail.id, "--save", str(tmp_path / "mail.eml"))[1]
    assert "Ware fehlt" in shown and "suspicious program" in shown
    assert (tmp_path / "mail.eml").read_bytes().startswith(b"From: Erika")
    filed = run(capsys, "inbox", "triage", mail.id, DEBTOR, "--learn", *by)[1]
    assert (filed["state"], filed["account"]) == ("open", DEBTOR)
    order = ("inbox", "answer", mail.id, "--with-text", "thanks", "--id", "A-1", *by)
    assert run(capsys, *order)[1]["by"] == "anna"
    assert "vielen Dank für Ihre Nachricht" in run(capsys, *order)[1]["text"]
    assert run(capsys, "inbox", "list", "--state", "open") == (0, [])
    assert [m["state"] for m in run(capsys, "inbox", "list", "--state", "all")[1]] == ["answered"]
    assert run(capsys, "inbox", "close", mail.id, *by)[1]["state"] == "closed"
    assert run(capsys, "inbox", "reopen", mail.id, *by)[1]["state"] == "open"
    kept = run(capsys, "inbox", "texts", "de", "--put", "weg", "--body", "Unterwegs.", *by)[1]
    assert json.dumps(kept).count("Unterwegs.") == 1
    assert said(capsys, "inbox", "show", "0" * 26)[0] == 1
