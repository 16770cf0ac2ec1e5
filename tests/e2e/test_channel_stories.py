"""Stories of debtors without a mail address, on the deployed template: by letter, by text message,
and over to the agency.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import boto3
import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.letters import content_of, paper_mail
from saldo.events import Event
from saldo.reminders.letters import LetterBatch
from saldo.reminders.policy_book import PolicyBook
from tests.e2e.conftest import Erp
from tests.e2e.test_money_stories import pay

pytestmark = pytest.mark.e2e

POLICY: dict[str, Any] = {
    "id": "own",
    "version": 1,
    "announces_invoice": False,
    "stages": [
        {
            "number": 1,
            "offset_days": 2,
            "message": "reminder-1",
            "channels": ["email", "sms", "letter"],
        },
        {
            "number": 2,
            "offset_days": 16,
            "message": "handed-over",
            "channels": ["email", "sms", "letter"],
            "hands_over": True,
            "handed_to": "Beispiel Inkasso GmbH",
        },
    ],
}
HOME = {"lines": ["Beispielweg 1"], "postal_code": "20095", "city": "Hamburg", "country": "DE"}
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
SECONDS = 60

T = TypeVar("T")


def reached_by(erp: Erp, number: str, **how: Any) -> Erp:
    """Set the creditor's own policy, and open an account that is reached as `how` says."""
    PolicyBook(erp.services.store, erp.services.clock).put(
        erp.creditor, POLICY, "anna", date(2026, 1, 1)
    )
    erp.services.accounts.change_creditor(erp.creditor, policy="own")
    account = {
        "number": number,
        "name": "Beispiel AG",
        "kind": "business",
        "country": "DE",
        "language": "en",
        **how,
    }
    answer = erp.call("POST", "/v1/accounts", {"records": [account]})
    assert answer["counts"]["accepted"] == 1, answer
    return replace(erp, account=number)


def until(look: Callable[[], T], is_there: Callable[[T], bool], what: str) -> T:
    """Return what `look` sees once it is there."""
    end = time.monotonic() + SECONDS
    while not is_there(seen := look()):
        if time.monotonic() > end:
            pytest.fail(f"never came: {what}; last seen: {seen}")
        time.sleep(0.2)
    return seen


def hand_letters_over(erp: Erp) -> None:
    """Let the schedule of the print service's batches fire."""
    sweep = erp.cloud.outputs["RemindSweepFunctionName"]
    name = sweep.replace("remind-sweep", "documents-hand-over")
    answer = boto3.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()


def opened(erp: Erp) -> list[tuple[str, str, str]]:
    """Return who opened the account's links, as the events tell it."""
    month = datetime.now(UTC).strftime("%Y%m")
    return [
        (event.data["channel"], event.data["opened_by"], event.data["how"])
        for event in erp.services.store.list(Event, erp.creditor, erp.account, month)
        if event.type == "link.opened"
    ]


def told_to_the_erp(erp: Erp) -> list[str]:
    """Return who opened links, as the webhooks tell it, in no order."""
    deliveries = erp.webhooks("link.opened", seconds=0)
    return [json.loads(delivery.body)["data"]["opened_by"] for delivery in deliveries]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The browser of a telephone, which says so."""
    context = browser.new_context(locale="en-GB", java_script_enabled=False, user_agent=PHONE)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def test_who_has_an_address_alone_gets_a_letter_that_the_print_service_finds(erp: Erp) -> None:
    home = reached_by(erp, "20001", address=HOME)
    due = home.push_invoice("L-1")
    home.run_reminders(due + timedelta(days=2))
    letter = erp.cloud.wait_for_letter(erp.creditor, SECONDS)
    s3, bucket = erp.cloud.clients.s3, erp.cloud.outputs["LettersBucketName"]
    pdf = content_of(s3, bucket, letter.file)
    assert pdf is not None and pdf.startswith(b"%PDF-") and letter.manifest == ""
    hand_letters_over(erp)
    (handed,) = paper_mail(s3, bucket, erp.creditor)
    assert handed.about["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert (handed.to[0], handed.to[-1]) == ("Beispiel AG", "20095 Hamburg")
    (batch,) = erp.services.store.list(LetterBatch, erp.creditor)
    assert batch.file == handed.manifest and batch.written_at is not None
    assert erp.subjects() == []


def test_who_has_a_telephone_alone_gets_a_text_message_and_pays_from_it(
    erp: Erp, phone: Page
) -> None:
    number = f"+4915112345{int(erp.creditor.rpartition('-')[2]):03}"
    mobile = reached_by(erp, "20002", contacts=[{"name": "Buchhaltung", "phone": number}])
    due = mobile.push_invoice("S-1")
    mobile.run_reminders(due + timedelta(days=2))
    text = erp.cloud.wait_for_text(number, SECONDS)
    link = next(word for word in text.text.split() if f"{erp.cloud.public_url}/p/" in word)
    phone.goto(link)
    expect(phone.get_by_text("S-1").first).to_be_visible()
    (first,) = until(lambda: opened(mobile), bool, "the picture of the page")
    # Within half a minute of its sending it might be a scanner; a busy machine takes longer.
    assert first in {("sms", "machine", "at-once"), ("sms", "person", "shown")}
    pay(phone, link)
    expect(phone).to_have_url(re.compile("/return"))
    assert mobile.invoice("S-1")["open"] == "0.00"
    by_persons = [how for _, who, how in opened(mobile) if who == "person"]
    assert by_persons in (["acted"], ["shown"]), "one of a day, whatever else the person does"
    until(lambda: told_to_the_erp(erp), lambda told: told.count("person") == 1, "the webhook")


def test_what_stays_unpaid_goes_to_the_agency_with_its_file(erp: Erp) -> None:
    home = reached_by(erp, "20003", address=HOME)
    due = home.push_invoice("H-1")
    for days in (2, 16):
        home.run_reminders(due + timedelta(days=days))
    (case,) = home.call("GET", "/v1/cases?account=20003")["items"]
    assert (case["state"], case["handed_to"]) == ("open", "Beispiel Inkasso GmbH")
    asked = f"/v1/cases/file?account=20003&case={quote(case['id'], safe='')}"
    told = until(lambda: home.call("GET", asked), lambda answer: "url" in answer, "the file")
    with urllib.request.urlopen(told["url"], timeout=60) as answer:
        content = answer.read()
    assert hashlib.sha256(content).hexdigest() == told["file"]["sha256"]
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        claims = json.loads(pack.read("claims.json"))
        letters = [n for n in pack.namelist() if re.fullmatch(r"messages/\w+\.pdf", n)]
    assert claims["open"] == {"EUR": "119.00"} and letters
