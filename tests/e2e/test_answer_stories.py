"""Payers on the deployed template who agree, contest and correct instead of paying, and what
becomes of it when the day comes.

Pages, queues and mails are the deployed ones and know today only. Agreements fall due in days that
are still to come: `judge` looks at them as the deployed schedule will on that day.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.settings import Settings
from saldo.wiring import Services
from tests.browser import flows
from tests.browser.visit import Visit
from tests.e2e.conftest import Erp, mail_saying

pytestmark = pytest.mark.e2e

REMINDER_1, REMINDER_2 = 2, 18
"""Days after the due date."""


def today() -> date:
    return datetime.now(UTC).date()


def judge(erp: Erp, day: date) -> None:
    """Look at what was agreed as on a day to come, and wait until what follows is told."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    table, public_url = erp.cloud.outputs["TableName"], erp.cloud.public_url
    settings = Settings(table=table, public_url=public_url, is_local=True)
    services = Services(settings, clock=FixedClock(at))
    services.promises.look()
    services.plans.look()
    erp.settle_down(datetime.now(UTC))


def mails_after(erp: Erp, day: date) -> list[str]:
    """Remind on a day; return the subjects of the mails that left for it.

    What tells of money received may still have been on its way.
    """
    before = len(erp.subjects())
    erp.run_reminders(day)
    return [one for one in erp.subjects()[before:] if not one.startswith("Payment received")]


def subject_beginning(erp: Erp, words: str, seconds: float = 60) -> None:
    """Wait until the customer got a mail whose subject begins so."""
    end = time.monotonic() + seconds
    while not any(one.startswith(words) for one in erp.subjects()):
        assert time.monotonic() < end, erp.subjects()
        time.sleep(0.2)


def open_amount(erp: Erp, amount: str, number: str = "RE-1", seconds: float = 30) -> None:
    """Wait until so much is open."""
    end = time.monotonic() + seconds
    while (found := erp.invoice(number)["open"]) != amount:
        assert time.monotonic() < end, found
        time.sleep(0.2)


def test_a_part_is_paid_and_the_rest_is_reminded(erp: Erp, visit: Visit) -> None:
    due = erp.push_invoice("RE-1")
    visit.open(erp.pay_link("RE-1"))
    visit.unfold('input[name="amount"]')
    visit.write('input[name="amount"]', visit.t.field(4000, "EUR"))
    visit.press('button[value="part"]')
    flows.decide(visit)
    visit.sees(".medal.paid")
    open_amount(erp, "79.00")
    assert len(mails_after(erp, due + timedelta(days=REMINDER_1))) == 1
    mail_saying(erp, visit.t.amount(7900, "EUR"))


def test_a_promise_is_kept(erp: Erp, visit: Visit) -> None:
    due = erp.push_invoice("RE-1", due_in_days=-1)
    link = erp.pay_link("RE-1")
    visit.open(link)
    flows.begin(visit, "promise")
    flows.promise(visit, today() + timedelta(days=9))
    visit.says(visit.t("told.promise"))
    visit.open(link)
    flows.pay_now(visit)
    open_amount(erp, "0.00")
    assert len(erp.webhooks("promise.kept")) == 1
    reminders = mails_after(erp, due + timedelta(days=REMINDER_2))
    assert reminders == [], "who kept a promise hears no reminder"


def test_a_promise_is_broken_and_reminders_resume(erp: Erp, visit: Visit) -> None:
    erp.push_invoice("RE-1", due_in_days=-1)
    visit.open(erp.pay_link("RE-1"))
    day = today() + timedelta(days=4)
    flows.begin(visit, "promise")
    flows.promise(visit, day)
    visit.says(visit.t("told.promise"))
    mail_saying(erp, visit.t.date(day))
    assert mails_after(erp, day) == [], "what was promised is waited for"
    judge(erp, day + timedelta(days=7))
    assert len(erp.webhooks("promise.broken")) == 1
    again = [mails_after(erp, day + timedelta(days=n)) for n in (8, 10, 12)]
    assert any(again), "reminders resume"


def test_a_plan_is_approved_and_an_instalment_missed(erp: Erp, visit: Visit) -> None:
    erp.push_invoice("RE-1", due_in_days=-1)
    link = erp.pay_link("RE-1")
    visit.open(link)
    flows.begin(visit, "instalments")
    flows.by_instalments(visit, today() + timedelta(days=7))
    visit.press('button[value="agree"]')
    visit.says(visit.t("told.instalments-proposed"))
    (plan,) = erp.call("GET", f"/v1/plans?account={erp.account}")["items"]
    erp.call("POST", "/v1/plans/approve", {"account": erp.account, "id": plan["id"]})
    visit.open(link)
    visit.sees("table.plan")
    visit.press('form button.first[value="part"]')
    flows.decide(visit)
    open_amount(erp, "79.34")
    second = date.fromisoformat(plan["instalments"][1]["due_on"])
    judge(erp, second - timedelta(days=1))
    assert erp.webhooks("plan.missed", seconds=1) == [], "the first one came"
    judge(erp, second + timedelta(days=6))
    assert len(erp.webhooks("plan.missed")) == 1
    again = [mails_after(erp, second + timedelta(days=n)) for n in (7, 9)]
    assert any(again), "reminders resume"


def test_a_line_is_contested_and_settled_and_the_rest_reminded(
    erp: Erp,
    visit: Visit,
) -> None:
    due = today() + timedelta(days=6)
    lines: list[dict[str, Any]] = [
        {"ref": "1", "text": "Filter", "quantity": "2", "amount": "50.00", "tax_rate": "19"},
        {"ref": "2", "text": "Delivery", "quantity": "1", "amount": "50.00", "tax_rate": "19"},
    ]
    invoice = {
        "number": "RE-1",
        "account": erp.account,
        "currency": "EUR",
        "amount": "119.00",
        "issued_on": (due - timedelta(days=30)).isoformat(),
        "due_on": due.isoformat(),
        "lines": lines,
    }
    answer = erp.call("POST", "/v1/invoices", {"records": [invoice]})
    assert answer["counts"]["accepted"] == 1, answer
    link = erp.pay_link("RE-1")
    visit.open(link)
    flows.begin(visit, "dispute")
    visit.choose('select[name="reason"]', "not-delivered")
    visit.write('textarea[name="text"]', "Nothing was delivered.")
    visit.tick('input[name="part"][value="lines"]')
    visit.tick('label.item:has-text("Delivery") input[name="line"]')
    visit.press(flows.SUBMIT)
    visit.says(visit.t("told.dispute"), visit.t.amount(5950, "EUR"))
    subject_beginning(erp, "We have your objection")
    assert len(mails_after(erp, due + timedelta(days=REMINDER_1))) == 1
    reminder = erp.cloud.mailbox.find(erp.address)[-1].body("plain")
    assert visit.t.amount(5950, "EUR") in reminder
    assert visit.t.amount(11900, "EUR") not in reminder, "what is contested is not asked for"
    (dispute,) = erp.call("GET", f"/v1/disputes?account={erp.account}")["items"]
    settled = {
        "account": erp.account,
        "id": dispute["id"],
        "agreed": "59.50",
        "currency": "EUR",
        "credit_note": True,
        "text": "You are right.",
    }
    erp.call("POST", "/v1/disputes/settle", settled)
    note = {
        "number": "G-1",
        "invoice": "RE-1",
        "issued_on": today().isoformat(),
        "currency": "EUR",
        "amount": "59.50",
    }
    erp.call("POST", "/v1/credit-notes", {"records": [note]})
    mail_saying(erp, "You are right.")
    open_amount(erp, "59.50")
    visit.open(link)
    flows.pay_now(visit)
    open_amount(erp, "0.00")


def test_a_contact_is_corrected_after_a_bounce(erp: Erp, visit: Visit) -> None:
    dead, new = f"bounce-{erp.creditor}@beispiel.example", f"new-{erp.creditor}@beispiel.example"
    account = {
        "number": "10002",
        "name": "Beispiel Ltd",
        "kind": "business",
        "country": "GB",
        "language": "en",
        "contacts": [{"name": "Accounts payable", "email": dead}],
    }
    answer = erp.call("POST", "/v1/accounts", {"records": [account]})
    assert answer["counts"]["accepted"] == 1, answer
    moved = replace(erp, account="10002", address=new)
    due = moved.push_invoice("RE-1")
    assert len(moved.webhooks("notice.bounced")) == 1, "the mail came back"
    visit.open(erp.services.links.create(erp.creditor, "RE-1", "account"))
    flows.begin(visit, "details")
    visit.write('input[name="email"]', new)
    visit.press(flows.SUBMIT)
    visit.says(visit.t("told.details-confirm"))
    asked = mail_saying(moved, "/p/").body("plain")
    assert "RE-1" not in asked, "nobody knows yet who reads there"
    visit.open(next(word for word in asked.split() if f"{erp.cloud.public_url}/p/" in word))
    visit.press("form button.first")
    visit.says(visit.t("contact.done_title"))
    reminded = mails_after(moved, due + timedelta(days=REMINDER_1))
    assert any("RE-1" in subject for subject in reminded), "reminders go to the new address"
