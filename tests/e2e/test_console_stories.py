"""The console on the deployed template, across both sides of the desk: what payers say and pay on
their pages is worked at the desk, with sign-in, stream, bus and queues as they are deployed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from saldo.people.rights import Role
from tests.browser import flows
from tests.browser.office import Desk
from tests.browser.visit import Visit
from tests.e2e.conftest import Erp
from tests.e2e.test_answer_stories import judge, open_amount, today
from tests.e2e.test_people_stories import PASSWORD, people
from tests.functions.test_ingest_bank import IBAN, mt940

pytestmark = pytest.mark.e2e

__all__ = ["people"]

WAIT_MS = 90_000


@contextmanager
def desk_of(browser: Browser, erp: Erp, email: str) -> Iterator[Desk]:
    """Sit somebody down, signed in by the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(WAIT_MS)
    root = f"{erp.cloud.public_url}/console"

    def come_in(page: Page) -> None:
        page.goto(root)
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_attached(timeout=WAIT_MS)

    desk = Desk(context.new_page(), root, come_in, creditor=erp.creditor)
    desk.next_day()
    yield desk
    context.close()
    assert desk.troubles == []


def on_the_list(desk: Desk, text: str, *, seconds: float = 90) -> None:
    """Open Today until something stands there: it comes by stream, bus and queue."""
    end = time.monotonic() + seconds
    while True:
        desk.open("today")
        desk.page.locator("main h1").wait_for()
        if text in desk.page.inner_text("main"):
            return
        assert time.monotonic() < end, desk.page.inner_text("main")
        time.sleep(0.5)


def looked_after(erp: Erp, email: str) -> None:
    """Let a person look after the customer."""
    erp.services.desks.put(
        erp.creditor, erp.account, "owner@example.com", collector=email, sales=None, branch=None
    )


def test_a_contested_line_is_settled_at_the_desk_and_the_rest_is_paid(
    erp: Erp, visit: Visit, browser: Browser, people: dict[Role, str]
) -> None:
    looked_after(erp, people["collector"])
    erp.push_invoice("RE-1", due_in_days=-1)
    visit.open(erp.pay_link("RE-1"))
    flows.begin(visit, "dispute")
    visit.choose('select[name="reason"]', "quality")
    visit.tick('input[name="part"][value="amount"]')
    visit.write('input[name="amount"]', "59.50")
    visit.write('textarea[name="text"]', "Half of it leaked.")
    visit.press(flows.SUBMIT)
    visit.says(visit.t("told.dispute"))
    with desk_of(browser, erp, people["collector"]) as desk:
        on_the_list(desk, "Beispiel Ltd")
        desk.open("disputes")
        desk.page.locator("[data-open]").first.click()
        desk.sees("Half of it leaked.")
        desk.do("disputes/settle", agreed="59.50", text="You are right.")
        desk.sees("The dispute is settled")
        note = {
            "number": "CN-1",
            "invoice": "RE-1",
            "currency": "EUR",
            "amount": "59.50",
            "issued_on": today().isoformat(),
        }
        told = erp.call("POST", "/v1/credit-notes", {"records": [note]})
        assert told["counts"]["accepted"] == 1, told
        open_amount(erp, "59.50")
        visit.open(erp.pay_link("RE-1"))
        flows.pay_now(visit)
        open_amount(erp, "0.00")
        desk.open(f"account?number={erp.account}")
        desk.sees("Nothing is open.")


def test_a_broken_promise_becomes_a_call_a_plan_and_money(
    erp: Erp, visit: Visit, browser: Browser, people: dict[Role, str]
) -> None:
    looked_after(erp, people["collector"])
    erp.push_invoice("RE-1", due_in_days=-1)
    visit.open(erp.pay_link("RE-1"))
    flows.begin(visit, "promise")
    flows.promise(visit, today() + timedelta(days=3))
    visit.says(visit.t("told.promise"))
    judge(erp, today() + timedelta(days=10))
    with desk_of(browser, erp, people["collector"]) as desk:
        on_the_list(desk, "Broken promise")
        desk.open(f"account?number={erp.account}")
        desk.do("account/call", outcome="reached", text="They can pay in two parts.")
        desk.sees("The call is written down.")
        first = (datetime.now(UTC) + timedelta(days=14)).date()
        desk.do("account/plan", parts="2", first_on=first.isoformat())
        desk.sees("The plan is agreed.")
        for left in ("59.50", "0.00"):
            visit.open(erp.pay_link("RE-1"))
            flows.pay_now(visit)
            open_amount(erp, left)


def test_a_list_is_handed_over_for_the_holidays(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    looked_after(erp, people["collector"])
    erp.push_invoice("RE-1", due_in_days=-1)
    asked = {"id": "D-1", "invoice": "RE-1", "reason": "price", "text": "Too dear."}
    erp.call("POST", "/v1/disputes", asked)
    with (
        desk_of(browser, erp, people["manager"]) as other,
        desk_of(browser, erp, people["collector"]) as mine,
    ):
        on_the_list(mine, "Beispiel Ltd")
        last = today() + timedelta(days=7)
        mine.do(
            "today/hand-over",
            cover=people["manager"],
            first=today().isoformat(),
            last=last.isoformat(),
        )
        mine.sees("The list is handed over.")
        on_the_list(other, "Beispiel Ltd")


def test_a_transfer_that_fits_nobody_is_accepted_and_the_next_one_posts_by_itself(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    erp.call("PUT", "/v1/bank-accounts", {"id": IBAN, "currency": "EUR"})
    erp.push_invoice("RE-1")
    with desk_of(browser, erp, people["collector"]) as desk:
        desk.open("statements")
        desk.upload("statements/upload", "first.sta", mt940(11900, "Danke", number=1))
        desk.sees("The statement is taken")
        desk.open("bank")
        desk.page.locator("[data-open]").first.click()
        desk.page.wait_for_url("**/bank/entry**")
        desk.search(erp.account)
        desk.page.get_by_label("RE-1").first.check()
        desk.page.locator('form[action$="/bank/split"] button').last.click()
        desk.page.wait_for_url("**/bank?**")
        open_amount(erp, "0.00", "RE-1")
        erp.push_invoice("RE-2")
        desk.open("statements")
        second = mt940(11900, "RE-2", opening=11900, number=2)
        desk.upload("statements/upload", "second.sta", second)
        desk.sees("The statement is taken")
        open_amount(erp, "0.00", "RE-2")
