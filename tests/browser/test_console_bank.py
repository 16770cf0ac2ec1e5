"""A collector works through the bank's entries with the keyboard alone, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.office import Desk, OfficeSeller, office_at
from tests.browser.seller import CREDITOR
from tests.browser.site import Site
from tests.functions.test_ingest_bank import IBAN, mt940


@pytest.fixture
def seller(site: Site) -> Iterator[OfficeSeller]:
    with office_at(site) as seller:
        yield seller


def bank_sends(seller: OfficeSeller, *files: bytes) -> None:
    with seller._site.lock:
        services = seller.world.services
        services.bank_entries.accounts.change(CREDITOR, IBAN, currency="EUR")
        for data in files:
            services.statement_files.push(CREDITOR, data, "test")


def press(desk: Desk, key: str) -> None:
    desk.page.keyboard.press(key)


def test_entries_are_walked_accepted_undone_and_found_a_home_by_keys(
    seller: OfficeSeller, browser: Browser
) -> None:
    seller.invoice()
    bank_sends(seller, mt940(5000, "Rechnung RE-1 Teil"), mt940(6900, "danke", 5000, 2))
    with seller.desk(browser) as desk:
        desk.open("bank")
        rows = desk.page.locator("[data-row]")
        expect(rows).to_have_count(2)
        press(desk, "j")
        chosen = desk.page.locator("[data-row].chosen")
        expect(chosen).to_have_count(1)
        if "RE-1" not in chosen.inner_text():
            press(desk, "j")
        expect(chosen).to_contain_text("RE-1")
        press(desk, "a")
        desk.sees("It is booked.")
        assert seller.open_amount() == "69.00"
        press(desk, "u")
        desk.sees("It is taken back")
        assert seller.open_amount() == "119.00"
        desk.open("bank")
        press(desk, "j")
        if "danke" not in chosen.inner_text():
            press(desk, "j")
        press(desk, "Enter")
        desk.sees("Whose money is it?")
        press(desk, "s")
        desk.page.keyboard.type("RE-1")
        press(desk, "Enter")
        desk.answered("RE-1")
        desk.page.locator('input[name="invoices0"]').first.check()
        desk.page.get_by_role("button", name="Book it so").click()
        desk.sees("It is booked.")
        assert seller.open_amount() == "50.00"
