"""Mail in the local cloud: whole through SMTP, and reported as SES reports it."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from infra.local.cloud import free_ports
from infra.local.feedback import Feedback, events_of
from infra.local.mailbox import Mail, Mailbox
from infra.local.smtp import smtp_sink

SES_ID = "0102-example@email.amazonses.com"


def message(to: str = "buyer@example.com") -> EmailMessage:
    made = EmailMessage()
    made["Message-ID"] = f"<{SES_ID}>"
    made["From"] = "Example Supplies <billing@example.com>"
    made["To"] = to
    made["Subject"] = "Ihre Rechnung über 119,00 €"
    made["X-SES-MESSAGE-TAGS"] = "notice=01ABC, creditor=demo, attempt=2"
    made["X-SES-CONFIGURATION-SET"] = "saldo"
    made.set_content("Bitte zahlen Sie: http://localhost:4580/p/abc\n")
    made.add_alternative("<p>Bitte <a href='http://localhost:4580/p/abc'>zahlen</a></p>", "html")
    made.add_attachment(
        b"%PDF-1.4 \x00\xff", maintype="application", subtype="pdf", filename="Rechnung ä.pdf"
    )
    return made


@pytest.fixture(scope="module")
def sink() -> Iterator[tuple[Mailbox, int]]:
    mailbox = Mailbox()
    port = free_ports().smtp
    server = smtp_sink(mailbox, port)
    server.start()
    yield mailbox, port
    server.stop()


def deliver(mailbox: Mailbox, to: str) -> Mail:
    return mailbox.deliver("billing@example.com", [to], message(to).as_bytes())


def test_a_mail_arrives_whole(sink: tuple[Mailbox, int]) -> None:
    mailbox, port = sink
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(message(), "billing@example.com", ["buyer@example.com"])
    (mail,) = mailbox.find(to="BUYER@example.com", subject="rechnung")
    assert mail.subject == "Ihre Rechnung über 119,00 €"
    assert mail.ses_message_id == SES_ID
    assert mail.tags == {"notice": "01ABC", "creditor": "demo", "attempt": "2"}
    assert "href='http://localhost:4580/p/abc'" in mail.body("html")
    assert mail.body("plain").startswith("Bitte zahlen Sie")
    assert mail.attachments[0].name == "Rechnung ä.pdf"
    assert mail.attachments[0].content == b"%PDF-1.4 \x00\xff"


def test_mails_are_found_by_what_came_after() -> None:
    mailbox = Mailbox()
    first = deliver(mailbox, "a@example.com")
    second = deliver(mailbox, "a@example.com")
    assert mailbox.find(after=first.id) == [second]
    assert mailbox.find(to="b@example.com") == []


@pytest.mark.parametrize(
    ("address", "kinds"),
    [
        ("buyer@example.com", ["Send", "Delivery"]),
        ("bounce@simulator.amazonses.com", ["Send", "Bounce"]),
        ("bounce.office@example.com", ["Send", "Bounce"]),
        ("complaint@example.com", ["Send", "Delivery", "Complaint"]),
        ("ooto@example.com", ["Send", "Delivery", "Bounce"]),
    ],
)
def test_ses_tells_what_became_of_a_mail(address: str, kinds: list[str]) -> None:
    mail = deliver(Mailbox(), address)
    events = list(events_of(mail))
    assert [event["eventType"] for event in events] == kinds
    for event in events:
        assert event["mail"]["messageId"] == SES_ID
        assert event["mail"]["tags"]["notice"] == ["01ABC"]
        assert event["mail"]["tags"]["ses:configuration-set"] == ["saldo"]
        assert event["mail"]["destination"] == [address]
        assert event["eventType"].lower() in event


def test_only_a_wrong_address_bounces_for_good() -> None:
    (bounce,) = [e for e in events_of(deliver(Mailbox(), "bounce@example.com")) if "bounce" in e]
    assert bounce["bounce"]["bounceType"] == "Permanent"
    assert bounce["bounce"]["bouncedRecipients"][0]["emailAddress"] == "bounce@example.com"
    (away,) = [e for e in events_of(deliver(Mailbox(), "ooto@example.com")) if "bounce" in e]
    assert away["bounce"]["bounceType"] == "Transient"


def test_every_mail_is_reported_in_order() -> None:
    published: list[str] = []
    mailbox = Mailbox()
    feedback = Feedback(mailbox, published.append)
    feedback.start()
    for number in range(5):
        deliver(mailbox, f"buyer{number}@example.com")
    feedback.stop()
    events = [json.loads(text) for text in published]
    assert [event["eventType"] for event in events] == ["Send", "Delivery"] * 5
    assert feedback.take_counts() == {"Send": 5, "Delivery": 5}
    assert feedback.take_counts() == {}
