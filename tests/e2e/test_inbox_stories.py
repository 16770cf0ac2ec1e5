"""A payer answers a mail, and is answered, on the deployed template."""

from __future__ import annotations

import smtplib
import time
from email.message import EmailMessage

import pytest

from infra.local.settings import INBOUND_DOMAIN
from tests.e2e.conftest import WAIT_SECONDS, Erp, mail_saying

pytestmark = pytest.mark.e2e


def comes_in(erp: Erp, mail: EmailMessage, to: str) -> None:
    """Send a mail as a payer's mail server does."""
    with smtplib.SMTP("127.0.0.1", erp.cloud.ports.smtp) as server:
        server.send_message(mail, erp.address, [to])


def test_a_reply_to_the_invoice_mail_is_answered_in_its_conversation(erp: Erp) -> None:
    erp.push_invoice("RE-M-1")
    invoice = erp.cloud.wait_for_mail(to=erp.address, subject="RE-M-1", seconds=WAIT_SECONDS)
    replies = str(invoice.message["Reply-To"])
    to = next(one for one in replies.replace("<", " ").replace(">", " ").split() if "@" in one)
    assert to.startswith("reply+") and to.endswith(f"@{INBOUND_DOMAIN}")

    reply = EmailMessage()
    reply["From"] = f"Accounts payable <{erp.address}>"
    reply["To"] = to
    reply["Subject"] = f"Re: {invoice.subject}"
    reply["Message-ID"] = f"<{erp.creditor}@beispiel.example>"
    reply.set_content("Two of the ten boxes were missing.\n\nOn 3 Nov 2026, you wrote:\n> Pay\n")
    reply.add_attachment(b"%PDF-1.4\n%%EOF\n", "application", "pdf", filename="note.pdf")
    comes_in(erp, reply, to)

    end = time.monotonic() + WAIT_SECONDS
    while not (found := erp.call("GET", f"/v1/mails?account={erp.account}")["items"]):
        assert time.monotonic() < end, "the mail did not come in"
        time.sleep(0.3)
    (mail,) = found
    assert (mail["state"], mail["invoice"]) == ("open", "RE-M-1")
    assert mail["text"] == "Two of the ten boxes were missing."
    assert mail["files"][0]["file"]

    order = {"mail": mail["id"], "id": "A-1", "text": "The other two left today."}
    for _ in range(2):
        assert erp.call("POST", "/v1/mails/reply", order)["id"] == "A-1"
    answer = mail_saying(erp, "The other two left today.", WAIT_SECONDS)
    assert answer.subject == f"Re: {invoice.subject}"
    assert str(answer.message["In-Reply-To"]) == f"<{erp.creditor}@beispiel.example>"
    said = [one for one in erp.subjects() if one.startswith("Re: ")]
    assert len(said) == 1
    assert erp.call("GET", f"/v1/mails?id={mail['id']}")["items"][0]["state"] == "answered"
