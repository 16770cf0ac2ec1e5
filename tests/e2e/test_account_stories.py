"""Stories of payers who owe several invoices, on the deployed template, in headless Chromium."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from saldo.payments.agreements import Mandate, ScheduledPayment
from tests.e2e.conftest import Erp
from tests.e2e.test_money_stories import choose

pytestmark = pytest.mark.e2e


def owe_three(erp: Erp) -> str:
    """Push three invoices and return the link to all of them."""
    for number, amount in (("A-1", "119.00"), ("A-2", "50.00"), ("A/3", "70.00")):
        erp.push_invoice(number, amount)
    return erp.services.links.create(erp.creditor, "A-1", "account")


def test_everything_is_paid_at_once(erp: Erp, page: Page) -> None:
    page.goto(owe_three(erp))
    page.get_by_role("button", name="Pay everything: €239.00").click()
    expect(page.get_by_text("A-1, A-2, A/3").first).to_be_visible()
    choose(page, "pay")
    expect(page).to_have_url(re.compile("/return"))
    expect(page.get_by_role("row", name="A/3")).to_contain_text("€70.00")
    assert [erp.invoice(n)["open"] for n in ("A-1", "A-2", "A%2F3")] == ["0.00"] * 3
    assert erp.booked_minor() == 23900
    page.get_by_role("link", name="Back to the invoices").click()
    expect(page.get_by_text("This invoice is paid").first).to_be_visible()


def test_chosen_ones_are_paid_without_script(erp: Erp, page: Page) -> None:
    page.goto(owe_three(erp))
    page.get_by_label("A-2").check()
    page.get_by_label("A/3").check()
    page.get_by_role("button", name="Pay the chosen ones").click()
    choose(page, "pay")
    expect(page).to_have_url(re.compile("/return"))
    assert erp.booked_minor() == 12000
    assert erp.invoice("A-1")["open"] == "119.00"


def test_enter_in_the_amount_pays_the_amount_and_not_everything(erp: Erp, page: Page) -> None:
    page.goto(owe_three(erp))
    page.get_by_label("A-2").check()
    page.get_by_text("Pay another amount").click()
    page.get_by_label("Amount in EUR").fill("20")
    page.keyboard.press("Enter")
    choose(page, "pay")
    expect(page).to_have_url(re.compile("/return"))
    assert erp.booked_minor() == 2000
    assert erp.invoice("A-2")["open"] == "30.00"


def test_a_later_day_is_agreed_and_cancelled(erp: Erp, page: Page) -> None:
    link = owe_three(erp)
    page.goto(link)
    page.get_by_label("A-1").check()
    page.get_by_text("Pay later or by transfer").click()
    day = datetime.now(UTC).date() + timedelta(days=9)
    page.get_by_label("Day of the payment").fill(day.isoformat())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("I authorise Musterwerk GmbH").first).to_be_visible()
    page.get_by_role("button", name="Agree and confirm").click()
    choose(page, "give")
    expect(page).to_have_url(re.compile("/mandate-return"))
    expect(page.get_by_role("heading", name="Agreed")).to_be_visible()
    (mandate,) = erp.services.store.list(Mandate, erp.creditor, erp.account)
    assert "I authorise Musterwerk GmbH" in mandate.consent.text
    page.goto(link)
    page.get_by_role("button", name="Cancel the payment").click()
    expect(page.get_by_text("Nothing will be collected").first).to_be_visible()
    (one,) = erp.services.store.list(ScheduledPayment, erp.creditor, erp.account)
    assert one.state == "cancelled"


def test_an_announced_transfer_is_waited_for(erp: Erp, page: Page) -> None:
    link = owe_three(erp)
    page.goto(link)
    page.get_by_text("Pay later or by transfer").click()
    page.get_by_role("button", name="I pay by transfer").click()
    expect(page.get_by_text("Thank you for telling us").first).to_be_visible()
    expect(page.get_by_text("Transfer is announced").first).to_be_visible()
