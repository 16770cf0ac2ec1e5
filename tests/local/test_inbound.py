"""Mail to the domain for replies comes in locally as SES would hand it on."""

from __future__ import annotations

import json

from infra.local.inbound import Inbound
from infra.local.mailbox import Mailbox
from infra.local.settings import INBOUND_DOMAIN
from saldo.edge.arrivals import mail_came

RAW = b"From: erika@beispiel.example\r\nSubject: Frage\r\n\r\nWo ist die Ware?\r\n"


def test_a_mail_to_the_domain_for_replies_is_laid_down_and_told_of() -> None:
    mailbox, laid, told = Mailbox(), dict[str, bytes](), list[str]()

    def lay(key: str, raw: bytes) -> str:
        laid[key] = raw
        return "inbound"

    Inbound(mailbox, lay, told.append)
    mailbox.deliver("erika@beispiel.example", ["ap@elsewhere.example"], RAW)
    assert (laid, told) == ({}, [])
    to = f"inbox-acme@{INBOUND_DOMAIN}"
    mailbox.deliver("erika@beispiel.example", [to], RAW)
    came = mail_came(json.loads(told[0]))
    assert came is not None
    assert laid == {came.key: RAW}
    assert (came.bucket, came.notice.recipients) == ("inbound", (to,))
    assert set(came.notice.verdicts.values()) == {"PASS"}
    assert came.notice.at is not None
