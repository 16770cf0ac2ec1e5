"""What is decided about customers, on the deployed template: deliveries stopped by hand, procedures
that follow the way they pay, and instalments that they transfer.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from saldo.accounts.model import BankDetails
from saldo.accounts.payer_rules import PayerRules
from saldo.accounts.service import account_in
from saldo.creditor_reference import printed_reference
from saldo.people.rights import Role
from saldo.reminders.model import Claim
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.segments import policy_id_of
from tests.browser import flows
from tests.browser.visit import Visit
from tests.e2e.conftest import Erp, mail_saying
from tests.e2e.test_answer_stories import judge, open_amount, subject_beginning, today
from tests.e2e.test_channel_stories import until
from tests.e2e.test_console_stories import desk_of
from tests.e2e.test_erp_stories import IBAN
from tests.e2e.test_erp_stories import asked as sent
from tests.e2e.test_people_stories import people
from tests.e2e.test_steering_stories import business, mail_of, owing, paid_on, pushed
from tests.functions.test_ingest_bank import mt940

pytestmark = [pytest.mark.e2e, pytest.mark.long]

__all__ = ["people"]

STOPS: dict[str, Any] = {
    "id": "own",
    "version": 1,
    "announces_invoice": False,
    "stages": [
        {"number": 1, "offset_days": 2, "message": "reminder-1"},
        {
            "number": 2,
            "offset_days": 14,
            "message": "service-stop-announced",
            "service": "stop-deliveries",
        },
    ],
}


def heard(erp: Erp, event: str, count: int) -> list[dict[str, Any]]:
    """Return what the ERP's webhook was told of a kind, once it was told so often."""
    found = until(lambda: erp.webhooks(event), lambda told: len(told) >= count, event)
    assert len(found) == count
    facts = [json.loads(one.body)["data"] for one in found]
    return sorted(facts, key=lambda one: str(one["kind"]))


def reminded(erp: Erp, first: date, days: int = 5) -> date:
    """Remind day after day until a reminder leaves; return the day on which one did."""
    before = len(asks(erp))
    for day in (first + timedelta(days=n) for n in range(days)):
        erp.run_reminders(day)
        if len(asks(erp)) > before:
            return day
    pytest.fail(f"no reminder from {first} on; there were {erp.subjects()}")


def asks(erp: Erp) -> list[str]:
    """Return the subjects of what asked the customer to pay; thanks may still be on their way."""
    return [one for one in erp.subjects() if not one.startswith("Payment received")]


def test_a_stop_by_hand_reaches_the_erp_and_outlasts_that_of_a_stage(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    PolicyBook(erp.services.store, erp.services.clock).put(erp.creditor, STOPS, "anna", today())
    erp.services.accounts.change_creditor(erp.creditor, policy="own")
    due = erp.push_invoice("RE-1", due_in_days=-1)
    reason = "Two debits came back."
    with desk_of(browser, erp, people["manager"]) as desk:
        desk.open(f"account?number={erp.account}")
        desk.do("account/service-stop", service="stop-deliveries", reason=reason)
        desk.sees("Your ERP is asked to stop.")
    (by_hand,) = heard(erp, "service.stop_requested", 1)
    assert by_hand["kind"] == "by-hand", by_hand
    assert (by_hand["by"], by_hand["reason"]) == (people["manager"], reason)

    for days in (2, 16):
        erp.run_reminders(due + timedelta(days=days))
    by_stage = heard(erp, "service.stop_requested", 2)[1]
    assert (by_stage["kind"], by_stage["invoices"]) == ("stage", ["RE-1"])
    paid = {"id": "K-1", "invoices": ["RE-1"], "amount": "119.00", "currency": "EUR",
            "received_on": today().isoformat(), "method": "cash"}  # fmt: skip
    assert erp.call("POST", "/v1/payments", paid)["allocated"], paid
    erp.run_reminders(due + timedelta(days=17))
    (over,) = heard(erp, "service.released", 1)
    assert (over["request"], over["stopped"]) == (by_stage["request"], True)
    stops = f"/v1/service-stops?account={erp.account}"
    assert [one["kind"] for one in erp.call("GET", stops)["items"]] == ["by-hand"]
    assert not [one for one in erp.subjects() if "deliver again" in one]

    order = {"account": erp.account, "service": "stop-deliveries", "stopped": False,
             "reason": "Pays in advance from now on."}  # fmt: skip
    assert erp.call("PUT", "/v1/service-stops", order)["items"] == []
    last = heard(erp, "service.released", 2)[0]
    assert (last["request"], last["stopped"]) == (by_hand["request"], False)
    subject_beginning(erp, "We deliver again")


def test_who_begins_to_pay_late_goes_on_by_the_stricter_procedure(erp: Erp) -> None:
    accounts, store = erp.services.accounts, erp.services.store
    accounts.change_creditor(erp.creditor, policy="de-business", state="shadow")
    number = "30001"
    customer = replace(erp, account=number, address=mail_of(number))
    pushed(erp, "accounts", [business(number, "DE")])

    def paid(name: str, due: date, days: int, count: int) -> None:
        bills = [owing(number, due) | {"number": f"{name}-{n}"} for n in range(count)]
        pushed(erp, "invoices", bills)
        for bill in bills:
            paid_on(erp, bill["number"], due + timedelta(days=days))

    def procedure() -> str:
        account = account_in(store, erp.creditor, number)
        return policy_id_of(accounts.creditor(erp.creditor), account)

    paid("A", today() - timedelta(days=200), 0, 4)
    switched = erp.call("PUT", "/v1/policies/by-risk", {"on": True})
    moves = [(one["policy"], one["to"], one["accounts"]) for one in switched["moves"]]
    assert moves == [("de-business", "de-business-reliable", 1)], switched
    accounts.change_creditor(erp.creditor, state="live")

    due = today() - timedelta(days=(today().weekday() - 4) % 7)
    assert due.strftime("%a") == "Fri"
    pushed(erp, "invoices", [owing(number, due)])
    customer.run_reminders(due + timedelta(days=7))
    assert asks(customer) == [], "everybody else heard two days before"
    first = reminded(customer, due + timedelta(days=10))

    accounts.change_creditor(erp.creditor, state="shadow")
    paid("B", today() - timedelta(days=190), 90, 6)
    until(procedure, lambda now: now == "de-business-late", "the other procedure")
    accounts.change_creditor(erp.creditor, state="live")
    second = reminded(customer, first + timedelta(days=7))
    assert second < due + timedelta(days=28), "by the other one it would have come only then"
    claims = store.list(Claim, erp.creditor, number, f"RE-{number}")
    assert sorted(one.step for one in claims) == ["2", "3"], "each once, whichever says it"


def test_an_instalment_that_is_transferred_is_booked_and_told_and_a_missed_one_says_how_to_pay(
    erp: Erp, visit: Visit
) -> None:
    rules = PayerRules(plan_auto_minor=50000, plan_auto_instalments_max=6)
    bank = BankDetails(IBAN, "Musterwerk GmbH")
    erp.services.accounts.change_creditor(erp.creditor, bank=bank, payer_rules=rules)
    erp.call("PUT", "/v1/bank-accounts", {"id": IBAN, "currency": "EUR"})
    erp.push_invoice("RE-1", due_in_days=-1)
    link = erp.pay_link("RE-1")
    visit.open(link)
    flows.begin(visit, "instalments")
    flows.by_instalments(visit, today() + timedelta(days=7))
    visit.press('button[value="agree"]')
    visit.says(visit.t("told.instalments-agreed"))
    (plan,) = erp.call("GET", f"/v1/plans?account={erp.account}")["items"]
    parts = plan["instalments"]
    mail = mail_saying(erp, printed_reference(parts[0]["reference"])).body("plain")
    for part in parts[1:]:
        assert printed_reference(part["reference"]) in mail
    (agreed,) = erp.webhooks("plan.agreed")
    assert json.loads(agreed.body)["data"]["instalments"] == parts
    visit.open(link)
    visit.press('a[href*="/transfer?"][href*="plan="]')
    assert flows.scanned(visit)[-1] == parts[0]["reference"]

    statement = mt940(3966, f"Rate 1 {printed_reference(parts[0]['reference'])}")
    taken = sent(erp, "POST", "/v1/bank-statements", statement, "text/plain")
    assert taken["found"]["entries"] == 1, taken
    open_amount(erp, "79.34")
    (matched,) = erp.webhooks("bank_entry.matched")
    assert "instalment" in json.loads(matched.body)["data"]["reason"], matched.body
    subject_beginning(erp, "Payment received")
    second = date.fromisoformat(parts[1]["due_on"])
    judge(erp, second - timedelta(days=1))
    assert erp.webhooks("plan.missed", seconds=1) == [], "the first one came"

    judge(erp, second + timedelta(days=6))
    subject_beginning(erp, "Instalment not received")
    (missed,) = (m for m in erp.cloud.mailbox.find(erp.address) if m.subject.startswith("Instal"))
    text = missed.body("plain")
    assert "DE02 1203 0000 0000 2020 51" in text and "€79.34" in text
