"""Payers on the deployed template who do more than pay: what tests/browser tells in every setting,
once through the gateway, the queues and the bucket as they are.
"""

from __future__ import annotations

import hashlib
import re
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from saldo.accounts.model import BankDetails
from saldo.collection.facts import Promise
from saldo.creditor_reference import invoice_reference
from tests.browser import flows
from tests.browser.hands import FilePayload
from tests.browser.visit import Visit
from tests.e2e.conftest import Erp, mail_saying
from tests.unit.files.hostile import JPEG

pytestmark = pytest.mark.e2e

BANK = BankDetails("DE02120300000000202051", "Musterwerk GmbH", "BYLADEM1001")


def content(erp: Erp, file: str) -> bytes:
    """Fetch a file over the API, as the ERP does."""
    asked = f"/v1/files/content?{urlencode({'account': erp.account, 'id': file})}"
    request = urllib.request.Request(
        erp.cloud.public_url + asked,
        headers={"Authorization": f"Bearer {erp.key}", "Accept": "image/jpeg"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())


def test_everything_is_paid_from_the_link_of_the_account(erp: Erp, visit: Visit) -> None:
    erp.push_invoice("RE-1")
    erp.push_invoice("RE-2", "50.00")
    visit.open(erp.services.links.create(erp.creditor, "RE-1", "account"))
    visit.press('form.all button[value="all"]')
    flows.decide(visit)
    visit.sees(".medal.paid")
    assert erp.booked_minor() == 16900


def test_a_transfer_is_scanned(erp: Erp, visit: Visit) -> None:
    erp.services.accounts.change_creditor(erp.creditor, bank=BANK)
    erp.push_invoice("RE-1")
    visit.open(erp.pay_link("RE-1"))
    visit.unfold('button[value="bank"]')
    visit.press('button[value="bank"]')
    visit.came_to("/transfer")
    visit.look("transfer")
    assert flows.scanned(visit) == [
        *("BCD", "002", "1", "SCT"),
        *(BANK.bic, BANK.account_holder, BANK.iban, "EUR119.00", "", invoice_reference("RE-1")),
    ]


def test_a_promise_is_given_and_confirmed(erp: Erp, visit: Visit) -> None:
    erp.push_invoice("RE-1", due_in_days=-1)
    visit.open(erp.pay_link("RE-1"))
    day = datetime.now(UTC).date() + timedelta(days=9)
    flows.begin(visit, "promise")
    flows.promise(visit, day)
    visit.says(visit.t("told.promise"))
    (promise,) = erp.services.store.list(Promise, erp.creditor, erp.account)
    assert (promise.on, promise.by, promise.state) == (day, "payer", "open")
    mail_saying(erp, visit.t.date(day))
    before = len(erp.subjects())
    erp.run_reminders(datetime.now(UTC).date() + timedelta(days=5))
    assert len(erp.subjects()) == before, "what was promised is waited for"


def test_a_dispute_brings_its_photograph(erp: Erp, visit: Visit) -> None:
    erp.push_invoice("RE-1")
    visit.open(erp.pay_link("RE-1"))
    flows.begin(visit, "dispute")
    visit.choose('select[name="reason"]', "quality")
    visit.write('textarea[name="text"]', "Cracked – see the photograph. Größe 4.")
    photo = JPEG + bytes(range(256)) * 40 + JPEG[-2:]
    file: FilePayload = {"name": "Foto 1.jpg", "mimeType": "image/jpeg", "buffer": photo}
    visit.attach('input[name="files"]', file)
    visit.press(flows.SUBMIT)
    visit.says(visit.t("told.dispute"))
    visit.look("disputed")
    (dispute,) = erp.call("GET", f"/v1/disputes?account={erp.account}")["items"]
    assert dispute["text"] == "Cracked – see the photograph. Größe 4."
    (told,) = erp.call("GET", f"/v1/files?account={erp.account}")["items"]
    assert (told["name"], told["content_type"]) == ("Foto 1.jpg", "image/jpeg")
    assert told["sha256"] == hashlib.sha256(photo).hexdigest(), "byte for byte, on the way in"
    assert content(erp, told["id"]) == photo, "and out again"


def test_the_customer_signs_in_at_the_portal(erp: Erp, visit: Visit) -> None:
    erp.push_invoice("RE-1")
    portal = f"{erp.cloud.public_url}/portal/{erp.creditor}"
    visit.open(portal)
    visit.write('input[name="email"]', erp.address)
    visit.press("form button.first")
    visit.says(visit.t("portal.mail_title"))
    mail = mail_saying(erp, f"{portal}/sign-in/")
    (link,) = re.findall(rf"{re.escape(portal)}/sign-in/\S+", mail.body("plain"))
    visit.open(link)
    visit.press("form button.first")
    visit.says(visit.t("portal.overview"), visit.t.amount(11900, "EUR"))
    visit.press("a.account")
    visit.says("RE-1")
    visit.look("account")
    visit.press('form[action$="/sign-out"] button')
    visit.sees('input[name="email"]')
    visit.open(portal)
    visit.sees('input[name="email"]')


def test_staff_are_told_whether_it_is_paid(erp: Erp, visit: Visit) -> None:
    erp.push_invoice("RE-1")
    made = erp.call("POST", "/v1/staff-links", {"name": "Workshop desk"})
    visit.open(made["url"])
    visit.write('input[name="number"]', "RE-1")
    visit.press("form button.first")
    visit.sees(".verdict.open")
    visit.open(erp.pay_link("RE-1"))
    flows.pay_now(visit)
    visit.open(made["url"])
    visit.write('input[name="number"]', "RE-1")
    visit.press("form button.first")
    visit.sees(".verdict.paid")
    status = erp.call("GET", f"/v1/invoices/status?{urlencode({'number': 'RE-1'})}")
    assert status["state"] == "paid"
