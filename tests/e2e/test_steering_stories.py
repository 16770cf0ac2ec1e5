"""What is learnt and decided over all customers, on the deployed template: effects told by lot,
credit reports from outside, forecasts learnt by command, and the money to come.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from infra.local.settings import VENV
from saldo.payments.treasury import CounterPayment
from saldo.people.rights import Role
from saldo.reminders.draws import last_draw
from saldo.reminders.hold_out import _lot
from saldo.reminders.policy_book import PolicyBook
from tests.e2e.conftest import WAIT_SECONDS, Erp
from tests.e2e.test_channel_stories import until
from tests.e2e.test_console_stories import desk_of, looked_after, on_the_list
from tests.e2e.test_desk_stories import entries, invoked
from tests.e2e.test_foresight_stories import _zone_after_three, asked
from tests.e2e.test_people_stories import people

pytestmark = [pytest.mark.e2e, pytest.mark.long]

__all__ = ["people"]

EACH = 20
"""So many accounts of either kind, and a comparison says something."""

SHARE_PERCENT = 20
FRIENDLY: dict[str, Any] = {
    "id": "own",
    "version": 1,
    "announces_invoice": False,
    "stages": [
        {"number": 1, "offset_days": 5, "message": "reminder-1"},
        {"number": 2, "offset_days": 60, "message": "final-notice"},
    ],
}


def today() -> date:
    return datetime.now(UTC).date()


def pushed(erp: Erp, kind: str, records: list[dict[str, Any]]) -> None:
    """Push records, few at once: a busy machine takes its time, and a call has half a minute."""
    for start in range(0, len(records), 10):
        some = records[start : start + 10]
        answer = erp.call("POST", f"/v1/{kind}", {"records": some})
        assert answer.get("counts", {}).get("accepted") == len(some), answer


def owing(account: str, due: date, amount: str = "119.00") -> dict[str, Any]:
    """An invoice that was sent before, numbered as its account."""
    return {
        "number": f"RE-{account}",
        "account": account,
        "currency": "EUR",
        "amount": amount,
        "issued_on": (due - timedelta(days=30)).isoformat(),
        "due_on": due.isoformat(),
        "already_sent": True,
    }


def business(number: str, country: str = "NL") -> dict[str, Any]:
    """A company in a country where it is in default by the day alone."""
    contacts = [{"name": "Crediteuren", "email": f"ap-{number}@voorbeeld.example"}]
    return {"number": number, "name": f"Voorbeeld {number} BV", "kind": "business",
            "country": country, "language": "en", "contacts": contacts}  # fmt: skip


def paid_on(erp: Erp, invoice: str, day: date) -> None:
    """Book what came on a day that is past."""
    taken = CounterPayment(f"K-{invoice}", erp.creditor, (invoice,), 11900, "EUR", day, "cash")
    assert erp.services.treasury.take_at_counter(taken).state == "settled"


def numbers_of(erp: Erp, comparison: str, period: str) -> tuple[list[str], list[str]]:
    """Return accounts of which the lot says that their notice goes on its day, and that it waits:
    few wait, and a story need not push five times as many customers to meet them.
    """
    goes: list[str] = []
    waits: list[str] = []
    for n in count(30000):
        place = (erp.creditor, str(n), "own", "1", period)
        is_out = _lot(comparison, *place) * 100 < SHARE_PERCENT * (1 << 64)
        (waits if is_out else goes).append(str(n))
        if len(waits) > EACH and len(goes) >= EACH:
            break
    return goes[:EACH], waits[: EACH + 1]


def test_what_a_reminder_does_is_told_by_lot_after_the_night(erp: Erp) -> None:
    zone = _zone_after_three()
    erp.services.accounts.change_creditor(erp.creditor, time_zone=zone, schedule="manual")
    due = today() - timedelta(days=45)
    drawn_on = due + timedelta(days=5)
    PolicyBook(erp.services.store, erp.services.clock).put(erp.creditor, FRIENDLY, "anna", due)
    erp.services.accounts.change_creditor(erp.creditor, policy="own")
    begun = erp.call("POST", "/v1/steps/hold-out", {"share_percent": SHARE_PERCENT})
    goes, waits = numbers_of(erp, begun["running"]["id"], f"{drawn_on:%Y-%m}")
    numbers = [*goes, *waits]
    pushed(erp, "accounts", [business(one) for one in numbers])
    pushed(erp, "invoices", [owing(one, due) for one in numbers])

    def all_drawn() -> bool:
        erp.run_reminders(drawn_on)
        return all(last_draw(erp.services.store, erp.creditor, one) for one in numbers)

    until(all_drawn, bool, "the draws")
    find = erp.cloud.mailbox.find
    until(lambda: [n for n in goes if not find(mail_of(n))], lambda left: not left, "the mails")
    assert [n for n in waits if find(mail_of(n))] == [], "these wait"

    # In shadow nobody is told that their money came, so that what comes by mail is a reminder.
    erp.services.accounts.change_creditor(erp.creditor, state="shadow")
    for number in goes:
        paid_on(erp, f"RE-{number}", drawn_on + timedelta(days=int(number) % 5))
    *others, last = waits
    for number in others:
        paid_on(erp, f"RE-{number}", drawn_on + timedelta(days=20 + int(number) % 5))
    assert invoked(erp, "foresight-sweep")["failed"] == 0
    erp.services.accounts.change_creditor(erp.creditor, state="live")
    found = erp.call("GET", "/v1/steps/effects")
    (effect,) = found["effects"]
    assert found["comparison"] == begun["running"]["id"]
    assert (effect["sent"], effect["waited"], effect["verdict"]) == (EACH, EACH + 1, "helps")
    assert effect["days_sooner"]["low"] > 10

    assert erp.call("POST", "/v1/steps/hold-out", {"share_percent": 0})["running"] is None
    replace(erp, account=last).run_reminders(drawn_on + timedelta(days=1))
    until(lambda: find(mail_of(last)), bool, "what waited goes with the next run")
    assert [n for n in others if find(mail_of(n))] == [], "who paid hears nothing"


def mail_of(number: str) -> str:
    return f"ap-{number}@voorbeeld.example"


COLUMNS: dict[str, Any] = {
    "fields": {"account": "Kunde", "score": "Index", "cover": "Limit", "decision": "Entscheid"},
    "scale": "creditreform-index",
    "currency": "EUR",
    "words": {"decision": {"gezeichnet": "granted"}},
}


def test_an_agency_says_its_word_and_an_insolvency_stops_orders_and_reminders(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    looked_after(erp, people["collector"])
    assert erp.call("PUT", "/v1/credit/rules", {"block": {"insolvency": True}})["block"]
    due = erp.push_invoice("RE-1", due_in_days=-1)
    path = f"/v1/risk/reports?account={erp.account}"
    asked(erp, path, lambda answer: answer.get("risk"))
    table = f"Kunde;Index;Limit;Entscheid\n{erp.account};480;5.000,00;gezeichnet\n"
    sent = {"source": "agency", "text": table, "columns": COLUMNS | {"as_of": str(today())}}
    assert erp.call("PUT", "/v1/risk/reports", sent)["counts"] == {"taken": 1}
    risk = asked(erp, path, lambda answer: answer["risk"]["outside"])["risk"]
    assert (risk["risk_class"], risk["decided"]) == ("E", "outside"), risk
    with desk_of(browser, erp, people["collector"]) as desk:
        desk.open("risk")
        desk.sees("Beispiel Ltd")
        desk.sees("480")
        desk.sees("€5,000.00")

        notice = {"kind": "opened", "on": str(today()), "court": "High Court", "number": "CR-1"}
        told = {"account": erp.account, "source": "register", "as_of": str(today()),
                "insolvency": notice}  # fmt: skip
        assert erp.call("POST", "/v1/risk/reports", {"reports": [told]})["counts"] == {"taken": 1}
        asked(erp, "/v1/credit/blocks", lambda found: bool(found["items"]))
        assert len(erp.webhooks("order_block.set", WAIT_SECONDS)) == 1
        on_the_list(desk, "Beispiel Ltd")
        desk.open("risk?list=insolvent")
        desk.sees("insolvency")
    holds = erp.call("GET", f"/v1/holds?on=account&number={erp.account}")["items"]
    assert "insolvency" in {one["kind"] for one in holds}, holds
    before = erp.subjects()
    erp.run_reminders(due + timedelta(days=18))
    assert erp.subjects() == before, "nobody is reminded any more"
    assert "credit_rules.changed" in {one["what"] for one in entries(erp)}


def test_forecasts_are_learnt_by_command_and_the_money_to_come_is_shown(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    zone = _zone_after_three()
    erp.services.accounts.change_creditor(erp.creditor, time_zone=zone, state="shadow")
    number = erp.account
    past = [today() - timedelta(days=20 + 12 * n) for n in range(24)]
    bills = [owing(number, due) | {"number": f"P-{n}"} for n, due in enumerate(past)]
    pushed(erp, "invoices", bills)
    for n, due in enumerate(past):
        paid_on(erp, f"P-{n}", due + timedelta(days=8 + n % 3))
    due = erp.push_invoice("RE-1", "1190.00", due_in_days=10)
    told = commanded(erp, "forecast", "train", "--refresh")
    assert (told["model"]["invoices"], told["model"]["used"]) == (24, True), told
    forecast = asked(erp, f"/v1/forecasts?account={number}", lambda found: found["items"])
    (one,) = forecast["items"]
    assert one["model"] == told["model"]["number"] > 0
    expected = date.fromisoformat(one["expected_on"])
    assert due + timedelta(days=4) <= expected <= due + timedelta(days=14), one
    assert invoked(erp, "foresight-sweep")["failed"] == 0
    (euro,) = erp.call("GET", "/v1/cash")["currencies"]
    assert (euro["open"], euro["items"]) == ("1190.00", 1)
    with desk_of(browser, erp, people["manager"]) as desk:
        desk.open("cash")
        desk.sees("€1,190.00")
        expect(desk.page.locator("svg.chart.bands").first).to_be_visible()
        desk.open("cash/scenario")
        desk.open(f"account?number={number}")
        desk.sees("Pays 9 days late on average")


def commanded(erp: Erp, *words: str) -> Any:
    """Run a command of `saldo` as operators do, and return what it prints."""
    done = subprocess.run(
        [str(VENV / "bin" / "saldo"), *words, "--creditor", erp.creditor, "--json"],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | erp.cloud.environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)
