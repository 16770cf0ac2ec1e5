"""Stories of money across both sides of the desk: payers on their pages, collectors at the console,
each in Chromium, over one world.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from tests.browser import flows
from tests.browser.office import OfficeSeller, office_at
from tests.browser.seller import ACCOUNT, REMINDED
from tests.browser.settings import Setting
from tests.browser.site import Site
from tests.browser.visit import Visit, visiting
from tests.functions.test_ingest_bank import IBAN, mt940

SAID = REMINDED[0] - timedelta(days=1)
WAY = Setting("en", "desktop", script=True, hand="pointer", scheme="light")
LINES = [
    {"ref": "1", "text": "Filter", "quantity": "2", "amount": "50.00", "tax_rate": "19"},
    {"ref": "2", "text": "Lieferung", "quantity": "1", "amount": "50.00", "tax_rate": "19"},
]


@pytest.fixture
def seller(site: Site) -> Iterator[OfficeSeller]:
    with office_at(site) as seller:
        seller.give("collector@musterwerk.example")
        yield seller


@pytest.fixture
def payer(browser: Browser, site: Site) -> Iterator[Visit]:
    sites = (site.public_url, site.sandbox_url)
    with visiting(browser, WAY, "console", sites) as visit:
        yield visit


def test_what_the_payer_contests_is_settled_by_a_credit_note_and_the_rest_is_paid(
    seller: OfficeSeller, payer: Visit, browser: Browser
) -> None:
    seller.invoice(lines=LINES)
    assert seller.day(SAID) == []
    payer.open(seller.link_in(seller.mails()[0]))
    flows.begin(payer, "dispute")
    payer.choose('select[name="reason"]', "quality")
    payer.tick('input[name="part"][value="lines"]')
    payer.tick('label.item:has-text("Lieferung") input[name="line"]')
    payer.write('textarea[name="text"]', "Was never delivered.")
    payer.press(flows.SUBMIT)
    payer.says(payer.t("told.dispute"), payer.t.amount(5950, "EUR"))
    assert seller.day(REMINDED[0]) == ["reminder-1"], "the rest is reminded"
    assert "59.50" in seller.mails()[-1].text or "59,50" in seller.mails()[-1].text
    with seller.desk(browser) as desk:
        desk.open("today")
        desk.sees("Beispiel AG").click()
        desk.page.wait_for_url("**/account?**")
        desk.sees("Contested")
        desk.open("disputes")
        desk.page.locator("[data-open]").first.click()
        desk.sees("Was never delivered.")
        desk.do("disputes/settle", agreed="59.50", text="You are right.")
        desk.sees("The dispute is settled")
        seller.settle()
        assert len(seller.events("dispute.settled")) == 1
        note = {
            "number": "GS-1",
            "invoice": "RE-1",
            "currency": "EUR",
            "amount": "59.50",
            "issued_on": REMINDED[0].isoformat(),
        }
        answer = seller.call("POST", "/v1/credit-notes", {"records": [note]})
        assert answer["counts"]["accepted"] == 1, answer
        seller.settle()
        payer.open(seller.link_in(seller.mails()[0]))
        flows.pay_now(payer)
        payer.says("Thank you for your payment")
        assert seller.open_amount() == "0.00"
        desk.open(f"account?number={ACCOUNT}")
        desk.sees("Nothing is open.")
    assert seller.day(REMINDED[1]) == [], "nothing of it is ever asked for"


def test_a_broken_promise_becomes_a_call_a_plan_and_money(
    seller: OfficeSeller, payer: Visit, browser: Browser
) -> None:
    seller.invoice()
    assert seller.day(SAID) == []
    payer.open(seller.link_in(seller.mails()[0]))
    flows.begin(payer, "promise")
    flows.promise(payer, SAID + timedelta(days=6))
    payer.says(payer.t("told.promise"))
    for number in range(10):
        seller.day(SAID + timedelta(days=number))
    assert len(seller.events("promise.broken")) == 1
    with seller.desk(browser) as desk:
        desk.open("today")
        desk.sees("Broken promise")
        desk.sees("Beispiel AG").click()
        desk.page.wait_for_url("**/account?**")
        desk.do("account/call", outcome="reached", text="They can pay in two parts.")
        desk.sees("The call is written down.")
        first = seller.world.clock.now().date() + timedelta(days=14)
        desk.do("account/plan", parts="2", first_on=first.isoformat())
        desk.sees("The plan is agreed.")
        seller.settle()
        assert len(seller.events("plan.agreed")) == 1
        assert seller.day(REMINDED[1]) == [], "who pays in instalments is not reminded"
        for left in ("59.50", "0.00"):
            payer.open(seller.link_in(seller.mails()[0]))
            flows.pay_now(payer)
            payer.says("Thank you for your payment")
            assert seller.open_amount() == left, "one instalment, then the other"
        desk.next_day()
        desk.open("today")
        desk.sees("Nothing to do")


def test_a_colleague_takes_over_for_the_holidays_and_gives_back(
    seller: OfficeSeller, browser: Browser
) -> None:
    seller.invoice()
    seller.day(SAID)
    asked = {"id": "D-1", "invoice": "RE-1", "reason": "price", "text": "Too dear."}
    seller.call("POST", "/v1/disputes", asked, 201)
    seller.settle()
    cover = "cover@musterwerk.example"
    with seller.desk(browser, name="cover") as other:
        other.open("today")
        other.sees("Nothing to do")
        with seller.desk(browser) as mine:
            mine.open("today")
            mine.sees("Beispiel AG")
            first = seller.world.clock.now().date()
            last = first + timedelta(days=7)
            mine.do("today/hand-over", cover=cover, first=first.isoformat(), last=last.isoformat())
            mine.sees("Cover covers you")
            other.open("today")
            other.sees("Beispiel AG")
            for number in range(1, 10):
                seller.day(first + timedelta(days=number))
            other.next_day()
            mine.next_day()
            other.open("today")
            other.sees("Nothing to do")
            mine.open("today")
            mine.sees("Beispiel AG")


def test_a_transfer_that_fits_nobody_is_accepted_and_the_next_one_posts_by_itself(
    seller: OfficeSeller, browser: Browser
) -> None:
    seller.call("PUT", "/v1/bank-accounts", {"id": IBAN, "currency": "EUR"})
    seller.invoice("RE-1")
    with seller.desk(browser) as desk:
        desk.open("statements")
        desk.upload("statements/upload", "first.sta", mt940(11900, "Danke", number=1))
        seller.settle()
        desk.open("today?whose=open")
        desk.open("bank")
        desk.page.locator("[data-open]").first.click()
        desk.page.wait_for_url("**/bank/entry**")
        desk.search("10001")
        desk.page.get_by_label("RE-1").first.check()
        desk.page.locator('form[action$="/bank/split"] button').last.click()
        desk.page.wait_for_url("**/bank?**")
        assert seller.open_amount("RE-1") == "0.00"
        seller.invoice("RE-2")
        desk.open("statements")
        second = mt940(11900, "RE-2", opening=11900, number=2)
        desk.upload("statements/upload", "second.sta", second)
        seller.settle()
        assert seller.open_amount("RE-2") == "0.00", "nobody had to say whose it is"
        desk.open("bank")
        desk.sees("Nothing waits")


def test_the_console_is_moved_through_by_keys(seller: OfficeSeller, browser: Browser) -> None:
    for number in ("RE-1", "RE-2"):
        seller.invoice(number)
    with seller.desk(browser) as desk:
        keys = desk.page.keyboard
        desk.open(f"account?number={ACCOUNT}")
        keys.press("j")
        keys.press("j")
        chosen = desk.page.locator("[data-row].chosen")
        assert chosen.count() == 1 and "RE-2" in chosen.inner_text()
        keys.press("Enter")
        desk.page.get_by_role("heading", name="RE-2").wait_for()
        keys.press("/")
        keys.type(ACCOUNT)
        keys.press("Enter")
        desk.page.get_by_role("heading", name="Beispiel AG").wait_for()
        keys.press("n")
        keys.type("Written by keys alone.")
        assert desk.page.locator("textarea:focus").input_value() == "Written by keys alone."
