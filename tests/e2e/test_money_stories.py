"""Money stories on the deployed template, the payer in headless Chromium."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from playwright.sync_api import Page, expect

from saldo.events import Event
from tests.e2e.conftest import Erp

pytestmark = pytest.mark.e2e


def choose(page: Page, outcome: str) -> None:
    """Press the button with an outcome on the provider's page."""
    page.locator(f'button[name="outcome"][value="{outcome}"]').first.click()


def counted(service: str, name: str, **dimensions: str) -> float:
    """Return what CloudWatch counted under a metric within the hour."""
    now = datetime.now(UTC)
    found = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="Saldo",
        MetricName=name,
        Dimensions=[
            {"Name": key, "Value": value}
            for key, value in {"service": service, **dimensions}.items()
        ],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=5),
        Period=7200,
        Statistics=["Sum"],
    )
    return sum(point["Sum"] for point in found["Datapoints"])


def pay(page: Page, link: str, outcome: str = "pay") -> None:
    page.goto(link)
    page.get_by_role("button", name="Pay", exact=False).first.click()
    choose(page, outcome)


def test_pays_from_the_mail(erp: Erp, page: Page) -> None:
    erp.push_invoice("RE/2026-1")
    link = erp.pay_link("RE/2026-1")
    page.goto(link)
    expect(page.get_by_text("RE/2026-1").first).to_be_visible()
    expect(page.get_by_text("€119.00").first).to_be_visible()
    pay(page, link)
    expect(page).to_have_url(re.compile("/return"))
    expect(page.get_by_text("€119.00").first).to_be_visible()
    assert erp.invoice("RE/2026-1")["open"] == "0.00"
    erp.cloud.wait_for_mail(to=erp.address, subject="received")
    (settled,) = erp.webhooks("payment.settled")
    assert settled.signature == "good"
    page.goto(link)
    expect(page.get_by_role("button", name="Pay", exact=False)).to_have_count(0)
    erp.cloud.refresh_metrics()
    assert counted("ingest", "InvoicesAccepted") >= 1
    assert counted("pay", "PaymentsSettled") >= 1
    assert counted("remind", "NoticesSent", stage="paid", channel="email") >= 1


def test_one_id_leads_from_the_request_to_the_mail(erp: Erp) -> None:
    erp.push_invoice("RE-9")
    erp.pay_link("RE-9")
    (mail,) = erp.cloud.mailbox.find(erp.address)
    (issued,) = [
        event
        for month in {datetime.now(UTC).strftime("%Y%m")}
        for event in erp.services.store.list(Event, erp.creditor, erp.account, month)
        if event.type == "invoice.issued"
    ]
    assert issued.correlation
    assert mail.tags["correlation"] == issued.correlation


def test_pays_after_the_second_reminder_and_gets_no_third(erp: Erp, page: Page) -> None:
    due = erp.push_invoice("RE-2")
    erp.pay_link("RE-2")
    for days in (2, 18):
        erp.run_reminders(due + timedelta(days=days))
    assert len(erp.subjects()) == 3
    mail = erp.cloud.mailbox.find(erp.address)[-1]
    link = next(word for word in mail.body("plain").split() if "/p/" in word)
    pay(page, link)
    erp.cloud.wait_for_mail(to=erp.address, subject="received")
    erp.run_reminders(due + timedelta(days=34))
    erp.run_reminders(due + timedelta(days=60))
    assert len(erp.subjects()) == 4


def test_unpaid_hears_three_times_and_the_third_announces_collection(erp: Erp) -> None:
    due = erp.push_invoice("RE-3")
    erp.pay_link("RE-3")
    for days in (1, 2, 3, 18, 34, 35, 90):
        erp.run_reminders(due + timedelta(days=days))
    mails = erp.cloud.mailbox.find(erp.address)
    assert len(mails) == 4
    assert "collection" in mails[-1].body("plain")
    assert "collection" not in mails[-2].body("plain")


def test_two_callbacks_are_one_payment(erp: Erp, page: Page) -> None:
    erp.push_invoice("RE-4")
    page.goto(erp.pay_link("RE-4"))
    page.get_by_role("button", name="Pay", exact=False).first.click()
    page.locator("summary").first.click()
    page.select_option('select[name="callback"]', "twice")
    choose(page, "pay")
    expect(page).to_have_url(re.compile("/return"))
    assert erp.booked_minor() == 11900
    assert len(erp.webhooks("payment.settled")) == 1


def test_the_card_is_refused_then_paid(erp: Erp, page: Page) -> None:
    erp.push_invoice("RE-5")
    link = erp.pay_link("RE-5")
    pay(page, link, "refuse")
    expect(page).to_have_url(re.compile("/return"))
    assert erp.invoice("RE-5")["open"] == "119.00"
    pay(page, link)
    assert erp.invoice("RE-5")["open"] == "0.00"
    assert erp.booked_minor() == 11900


def test_pays_later_and_is_not_reminded_meanwhile(erp: Erp, page: Page) -> None:
    due = erp.push_invoice("RE-6")
    pay(page, erp.pay_link("RE-6"), "later")
    erp.run_reminders(due + timedelta(days=2))
    assert len(erp.subjects()) == 1


def test_a_forged_callback_is_refused(erp: Erp) -> None:
    erp.push_invoice("RE-7")
    forged = urllib.request.Request(
        f"{erp.cloud.public_url}/callbacks/sandbox",
        method="POST",
        data=b'{"id":"evt_1","type":"payment.settled","data":{"payment":{"amount":"119.00"}}}',
        headers={
            "Content-Type": "application/json",
            "sandbox-id": "evt_1",
            "sandbox-timestamp": str(int(time.time())),
            "sandbox-signature": "v1,Zm9yZ2Vk",
        },
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(forged, timeout=60)
    refused.value.close()
    assert refused.value.code == 400
    assert erp.invoice("RE-7")["open"] == "119.00"
    assert erp.booked_minor() == 0


def test_somebody_elses_key_sees_nothing(erp: Erp) -> None:
    erp.push_invoice("RE-8")
    erp.key = "saldo_forged"
    assert erp.invoice("RE-8")["status"] == 401
