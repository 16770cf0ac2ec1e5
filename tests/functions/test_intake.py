"""Files that do not come with a call: drop folders, uploads and mails, as their notices tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote_plus

import pytest

from functions.intake import app as intake
from functions.remind import app as remind
from saldo.adapters.memory.bay import MemoryBay
from saldo.adapters.memory.files import MemoryFiles
from saldo.files.model import FilesBusy
from saldo.intake.model import Receipt, Upload
from saldo.wiring import Services, install
from saldo_cli.memory_queues import DeadLetterBox
from tests.books import CREDITOR, Books
from tests.functions.sqs import sqs_event
from tests.incoming import DEBTOR, about, einvoice, open_debtor, over, services_of

IN, DONE, FAILED = (f"drop/{CREDITOR}/{folder}/" for folder in ("in", "done", "failed"))
ERP_MAIL = "erp@musterwerk.example"


class Inbox:
    """The bucket that mails lie in."""

    def __init__(self) -> None:
        self.mails: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.mails.get(name)


class PassedOn:
    """The queue that mails with documents go on to."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    def pass_on(self, body: dict[str, Any]) -> None:
        self.bodies.append(body)


class Parts(Services):
    box: DeadLetterBox
    inbox: Inbox

    def inbound_bucket(self, bucket: str) -> Any:
        return self.inbox

    def dead_letters(self, url: str) -> Any:
        return self.box


@pytest.fixture
def books() -> Books:
    books = Books()
    open_debtor(books)
    return books


@pytest.fixture
def bay() -> MemoryBay:
    return MemoryBay()


@pytest.fixture
def parts(books: Books, bay: MemoryBay) -> Iterator[Parts]:
    plain = services_of(books)
    parts = Parts(
        plain.settings,
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        bay=bay,
        file_store=MemoryFiles(),
        document_queue=PassedOn(),
        box=DeadLetterBox(),
        inbox=Inbox(),
    )
    install(parts)
    yield parts
    install(None)


def told(name: str, version: str = "", size: int = 1000) -> dict[str, Any]:
    """S3's message about a new object."""
    found = {"key": quote_plus(name), "size": size, "eTag": "x", "sequencer": "0A"}
    found |= {"versionId": version} if version else {}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}
    return {"Records": [{**record, "s3": {"bucket": {"name": "b"}, "object": found}}]}


def drop(bay: MemoryBay, name: str, data: bytes) -> dict[str, Any]:
    return told(f"{IN}{name}", bay.drop(f"{IN}{name}", data))


def run(*bodies: Any) -> list[Any]:
    failures: list[Any] = intake.files(sqs_event(*bodies), None)["batchItemFailures"]
    return failures


def report(bay: MemoryBay, place: str) -> dict[str, Any]:
    found = bay.get(f"{place}.report.json")
    assert found is not None, sorted(bay.files)
    loaded: dict[str, Any] = json.loads(found)
    return loaded


def test_a_dropped_invoice_is_booked_and_put_aside_with_its_report(
    parts: Parts, books: Books, bay: MemoryBay
) -> None:
    assert run(drop(bay, "Rechnung 7+ä.xml", einvoice())) == []
    assert sorted(bay.files) == [
        f"{DONE}Rechnung 7+ä.xml",
        f"{DONE}Rechnung 7+ä.xml.report.json",
    ]
    found = report(bay, f"{DONE}Rechnung 7+ä.xml")
    assert (found["state"], found["found"]["number"], found["way"]) == ("taken", "RE-7", "drop")
    assert bay.get(f"{DONE}Rechnung 7+ä.xml") == einvoice()
    assert [item.number for item in books.open_items(DEBTOR)] == ["RE-7"]


def test_a_repeated_and_a_late_event_change_nothing(
    parts: Parts, books: Books, bay: MemoryBay
) -> None:
    event = drop(bay, "7.xml", einvoice())
    run(event, event)
    files, journal = {k: dict(v) for k, v in bay.files.items()}, len(books.journal(DEBTOR))
    run(event)
    assert (bay.files, len(books.journal(DEBTOR))) == (files, journal)


def test_a_refused_file_lies_in_failed_and_comes_again_mended(
    parts: Parts, books: Books, bay: MemoryBay
) -> None:
    due = '<cbc:PayableAmount currencyID="EUR">'
    run(drop(bay, "7.xml", einvoice("RE-7", DEBTOR, (f"{due}119.00", f"{due}120.00"))))
    assert report(bay, f"{FAILED}7.xml")["code"] == "document-not-valid"
    assert books.open_items(DEBTOR) == []
    run(drop(bay, "7.xml", einvoice()))
    assert report(bay, f"{DONE}7.xml")["state"] == "taken"
    assert bay.get(f"{FAILED}7.xml") is not None, "what failed is kept"


def test_a_newer_file_of_the_same_name_is_never_moved_with_the_older(
    parts: Parts, books: Books, bay: MemoryBay
) -> None:
    first = drop(bay, "7.xml", einvoice())
    second = drop(bay, "7.xml", einvoice("RE-8"))
    run(first)
    assert bay.get(f"{IN}7.xml") == einvoice("RE-8"), "it still lies there"
    run(second)
    assert {item.number for item in books.open_items(DEBTOR)} == {"RE-7", "RE-8"}
    done = [name for name in bay.files if not name.endswith(".report.json")]
    assert len(done) == 2, "neither took the other's place"
    assert {bay.get(name) for name in done} == {einvoice(), einvoice("RE-8")}


@pytest.mark.parametrize("call", ["get", "put", "move"])
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_call_loses_no_file_and_books_none_twice(
    parts: Parts, books: Books, bay: MemoryBay, call: str, after: bool
) -> None:
    event, real, crashes = drop(bay, "7.xml", einvoice()), getattr(bay, call), [True]

    def crash(*given: Any) -> Any:
        if crashes and crashes.pop():
            if after:
                real(*given)
            raise FilesBusy("Out of reach.")
        return real(*given)

    setattr(bay, call, crash)
    assert len(run(event)) == 1, "it comes again"
    assert run(event) == []
    assert report(bay, f"{DONE}7.xml")["state"] in {"taken", "unchanged"}
    assert bay.get(f"{DONE}7.xml") == einvoice()
    assert f"{IN}7.xml" not in bay.files
    assert len(books.journal(DEBTOR)) == 1


def test_what_waits_is_in_our_hands_and_taken_by_the_schedule(
    parts: Parts, books: Books, bay: MemoryBay
) -> None:
    run(drop(bay, "g.xml", einvoice("G-1", DEBTOR, about("RE-7"), *over("19.00"), kind="381")))
    assert report(bay, f"{DONE}g.xml")["code"] == "preceding-unknown"
    run(drop(bay, "7.xml", einvoice()))
    books.clock.advance(timedelta(hours=2))
    assert intake.again({}, None) == {"tried": 1}
    assert books.invoice_now("RE-7", DEBTOR).open_minor == 10000
    assert intake.again({}, None) == {"tried": 0}


@pytest.mark.parametrize("name", [".hidden", "7.xml.filepart", "7.xml.part", "sub/"])
def test_what_is_still_being_sent_is_left_alone(parts: Parts, bay: MemoryBay, name: str) -> None:
    assert run(drop(bay, name, b"half")) == []
    assert list(bay.files) == [f"{IN}{name}"]


def test_reports_and_files_put_aside_are_not_taken_again(parts: Parts, bay: MemoryBay) -> None:
    place = f"{DONE}7.xml"
    assert run(told(place, bay.drop(place, einvoice())), {"Event": "s3:TestEvent"}) == []
    assert list(bay.files) == [place]


def test_a_folder_of_nobodys_is_left_and_told(parts: Parts, bay: MemoryBay) -> None:
    place = "drop/nobody/in/7.xml"
    assert run(told(place, bay.drop(place, einvoice()))) == []
    assert "nobody" in parts.box.messages[0][1]
    assert list(bay.files) == [place]


def test_a_folder_below_names_the_source(parts: Parts, books: Books, bay: MemoryBay) -> None:
    run(drop(bay, "werbas/7.xml", einvoice()))
    found = report(bay, f"{DONE}werbas/7.xml")
    assert (found["source"], found["name"]) == ("werbas", "7.xml")


def test_a_file_larger_than_any_is_refused_unread(parts: Parts, bay: MemoryBay) -> None:
    version = bay.drop(f"{IN}big.csv", b"x")
    run(told(f"{IN}big.csv", version, 64_000_001))
    assert report(bay, f"{FAILED}big.csv")["code"] == "file-too-large"


def test_an_upload_is_taken_once_and_its_address_emptied(
    parts: Parts, books: Books, bay: MemoryBay
) -> None:
    made, form = parts.uploads.create(CREDITOR, "7.xml", "default", "ERP")
    place = form.fields["key"]
    event = told(place, bay.drop(place, einvoice()))
    run(event, event)
    upload = books.store.get(Upload, CREDITOR, made.id)
    assert upload is not None
    receipt = books.store.get(Receipt, CREDITOR, upload.receipt)
    assert receipt is not None
    assert (receipt.state, receipt.name, receipt.by) == ("taken", "7.xml", "ERP")
    assert bay.files == {}
    forged = f"upload/{CREDITOR}/01M6ZT3W0H8M5V2Y7S4K1P9QDB"
    assert run(told(forged, bay.drop(forged, einvoice("RE-9")))) == []
    assert [item.number for item in books.open_items(DEBTOR)] == ["RE-7"]


def mail(sender: str = ERP_MAIL, *files: tuple[str, str, bytes]) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"ERP <{sender}>", "x@in.example", "Invoice"
    made.set_content("Please find attached.")
    for name, kind, data in files:
        main, _, sub = kind.partition("/")
        made.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def came(parts: Parts, to: str, raw: bytes, **verdicts: str) -> dict[str, Any]:
    """SES's notice of a mail, which lies in its bucket."""
    parts.inbox.mails["mail/1"] = raw
    found = {"spf": "PASS", "dkim": "PASS", "dmarc": "PASS", "virus": "PASS", **verdicts}
    source = found.pop("source", ERP_MAIL)
    return {
        "notificationType": "Received",
        "mail": {"messageId": "m-1", "source": source, "destination": ["other@in.example"]},
        "receipt": {
            "recipients": [to],
            "action": {"type": "S3", "bucketName": "inbound", "objectKey": "mail/1"},
            **{f"{name}Verdict": {"status": status} for name, status in found.items()},
        },
    }


@pytest.fixture
def address(parts: Parts) -> str:
    parts.intake_rules.change(CREDITOR, mail_domains=("musterwerk.example",))
    return f"{parts.intake_rules.new_address(CREDITOR).upper()}@in.example"


def receipts(books: Books) -> list[tuple[str, str]]:
    return [
        (str(e.data["state"]), str(e.data["code"]))
        for e in books.events("~")
        if e.type == "document.judged"
    ]


def test_a_mail_to_the_creditors_address_brings_its_attachments(
    parts: Parts, books: Books, address: str
) -> None:
    raw = mail(
        ERP_MAIL,
        ("Rechnung ä.xml", "application/xml", einvoice()),
        ("photo.png", "image/png", b"\x89PNG"),
    )
    event = came(parts, address, raw)
    assert remind.inbound(sqs_event(event), None) == {"batchItemFailures": []}
    (passed,) = parts.document_queue.bodies  # type: ignore[attr-defined]  # this test's own
    assert run(passed, passed) == []
    assert sorted(receipts(books)) == [("refused", "file-kind-not-taken"), ("taken", "")]
    assert [item.number for item in books.open_items(DEBTOR)] == ["RE-7"]
    document = parts.files.document(CREDITOR, DEBTOR, "RE-7")
    assert document is not None
    assert (document.name, document.by) == ("Rechnung ä.xml", ERP_MAIL)
    assert books.postbox.mails == [], "nobody is answered by mail"


@pytest.mark.parametrize(
    ("sender", "verdicts", "code"),
    [
        ("erp@evil.example", {}, "sender-not-allowed"),
        ("erp@sub.musterwerk.example", {}, "sender-not-allowed"),
        (ERP_MAIL, {"dmarc": "FAIL"}, "sender-not-proven"),
        (ERP_MAIL, {"dmarc": "GRAY", "spf": "FAIL"}, "sender-not-proven"),
        (ERP_MAIL, {"dmarc": "GRAY", "source": "x@evil.example"}, "sender-not-proven"),
        (ERP_MAIL, {"virus": "FAIL"}, "virus-found"),
        (ERP_MAIL, {"dmarc": "GRAY"}, ""),
    ],
)
def test_a_forged_or_unknown_sender_is_not_let_in(
    parts: Parts, books: Books, address: str, sender: str, verdicts: dict[str, str], code: str
) -> None:
    raw = mail(sender, ("7.xml", "application/xml", einvoice()))
    run(came(parts, address, raw, **verdicts))
    assert receipts(books) == [("refused" if code else "taken", code)]
    assert [item.number for item in books.open_items(DEBTOR)] == ([] if code else ["RE-7"])


def test_an_old_address_takes_nothing_and_other_mail_goes_its_way(
    parts: Parts, books: Books, address: str
) -> None:
    parts.intake_rules.new_address(CREDITOR)
    raw = mail(ERP_MAIL, ("7.xml", "application/xml", einvoice()))
    assert run(came(parts, address, raw)) == []
    assert receipts(books) == []
    other = came(parts, "replies@in.example", raw)
    assert remind.inbound(sqs_event(other), None) == {"batchItemFailures": []}
    assert parts.document_queue.bodies == []  # type: ignore[attr-defined]  # this test's own


def test_a_mail_without_a_file_says_so(parts: Parts, books: Books, address: str) -> None:
    run(came(parts, address, mail()))
    assert receipts(books) == [("refused", "no-attachment")]


def test_a_message_of_nobodys_is_put_aside(parts: Parts) -> None:
    assert run({"Records": [{"eventName": "ObjectCreated:Put"}]}, "no json") == []
    assert len(parts.box.messages) == 2
