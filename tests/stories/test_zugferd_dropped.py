"""A ZUGFeRD PDF is dropped; the debtor gets the invoice with a pay link, and fetches both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.intake import app as intake
from saldo.accounts.model import Account, Contact, Creditor
from saldo.adapters.einvoice.read import read
from saldo.clock import FixedClock
from saldo_cli.in_process import World
from tests.functions.sqs import sqs_event
from tests.functions.test_intake import told
from tests.unit.einvoices.cases import FOLDER, need_corpus

MUSTANG = FOLDER / "zugferd-corpus/ZUGFeRDv2/correct/Mustangproject"
PDF = MUSTANG / "MustangGnuaccountingBeispielRE-20201121_508.pdf"
PLACE = "drop/mustang/in/508.pdf"


@pytest.fixture
def world() -> Iterator[World]:
    world = World(FixedClock(datetime(2020, 11, 23, 8, 0, tzinfo=UTC)))
    yield world
    world.close()


def test_a_dropped_pdf_is_mailed_with_a_pay_link_and_fetched_byte_for_byte(world: World) -> None:
    need_corpus()
    source = PDF.read_bytes()
    document = read(source).invoice
    assert document is not None
    services: Any = world.services
    services.accounts.create_creditor(
        Creditor(
            "mustang",
            document.seller.name,
            "DE",
            "de",
            "Europe/Berlin",
            "plain-2-18-34",
            state="live",
        )
    )
    contact = Contact("Buchhaltung", "rechnung@beispiel.example")
    services.intake.put_accounts(
        [
            Account(
                "mustang",
                document.buyer.ids[0].value,
                document.buyer.name,
                "business",
                "DE",
                "de",
                "Europe/Berlin",
                (contact,),
            )
        ]
    )
    version = services.bay.drop(PLACE, source)
    assert intake.files(sqs_event(told(PLACE, version, len(source))), None) == {
        "batchItemFailures": []
    }
    world.pump()
    world.sweep({"scheduled_time": "2020-11-23T08:00:00Z"})
    world.pump()
    assert world.mails.mails, services.bay.get("drop/mustang/failed/508.pdf.report.json")
    mail = world.mails.mails[0]
    assert document.number in mail.subject + mail.text
    link = re.search(r"https://pay\.example/p/[\w-]+", mail.text)
    assert link
    status, _, page = world.request("GET", f"{link[0]}/documents", {}, None)
    assert status == 200
    files = re.findall(
        r'href="(/p/[^"]+/files/[^"]+)"|href="(https://[^"]+/files/[^"]+)"', page.decode()
    )
    fetched = [
        world.request("GET", a if a.startswith("http") else f"https://pay.example{a}", {}, None)
        for a in (first or second for first, second in files)
    ]
    assert [body for _, _, body in fetched] == [source, read(source).carried]
    assert [headers["content-type"] for _, headers, _ in fetched] == [
        "application/pdf",
        "application/xml",
    ]
    assert all("attachment" in headers["content-disposition"] for _, headers, _ in fetched)
    assert "E-Rechnung" in page.decode()
