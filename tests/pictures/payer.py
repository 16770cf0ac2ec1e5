"""What a payer sees, for the documentation: a phone and a desktop, each page as it is served."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser import flows
from tests.browser.hands import Pointer
from tests.browser.seller import CREDITOR, Seller, selling
from tests.browser.settings import SIZES, Setting, Size
from tests.browser.site import running_site
from tests.browser.visit import Visit

_COLOURS: Final = 96
"""Enough for pages in few colours, and a third of the bytes."""

_SHOW: Final = (
    "place => scrollBy(0, document.querySelector(place).getBoundingClientRect().top - 24)"
)

LINES: Final = [
    {"ref": "1", "text": "Filter cartridge F7", "quantity": "4", "unit": "pcs", "amount": "60.00"},
    {"ref": "2", "text": "Delivery", "quantity": "1", "amount": "40.00"},
]


def draw(browser: Browser, folder: Path) -> int:
    """Draw the pages into `folder`; return how many."""
    with running_site() as site, selling(site, "en") as seller:
        taxed = [{**line, "tax_rate": "19"} for line in LINES]
        seller.invoice("2026-1001", lines=taxed, description="Water filters")
        seller.invoice("2026-1002", "50.00", description="Service visit")
        seller.day(date(2026, 12, 1))
        one = seller.link("2026-1001")
        drawn = [
            _phone(browser, folder, seller, one),
            _desktop(browser, folder, seller, one),
        ]
    return sum(drawn)


def _phone(browser: Browser, folder: Path, seller: Seller, link: str) -> int:
    with _page(browser, "phone") as page:
        visit = _visit(page, "phone", seller, folder)
        visit.open(link)
        _keep(page, folder / "payer-pay-phone.png")
        page.evaluate(_SHOW, "#answers")
        _keep(page, folder / "payer-answers.png")
        flows.begin(visit, "dispute")
        visit.choose('select[name="reason"]', "not-delivered")
        visit.tick('input[name="part"][value="lines"]')
        visit.tick('label.item:has-text("Delivery") input[name="line"]')
        page.evaluate(_SHOW, "fieldset.choose-one legend")
        _keep(page, folder / "payer-dispute.png")
        visit.open(f"{link}/transfer?invoice=2026-1001")
        _keep(page, folder / "payer-transfer.png")
    return 4


def _desktop(browser: Browser, folder: Path, seller: Seller, link: str) -> int:
    with _page(browser, "desktop") as page:
        visit = _visit(page, "desktop", seller, folder)
        visit.open(link)
        _keep(page, folder / "payer-pay-desktop.png")
        flows.sign_in(visit, seller, CREDITOR)
        visit.press("a.account")
        _keep(page, folder / "payer-portal.png")
    return 2


def _page(browser: Browser, size: Size) -> Page:
    width, height = SIZES[size]
    return browser.new_page(
        viewport={"width": width, "height": height}, locale="en-GB", reduced_motion="reduce"
    )


def _visit(page: Page, size: Size, seller: Seller, folder: Path) -> Visit:
    setting = Setting("en", size, script=True, hand="pointer", scheme="light")
    return Visit(page, setting, Pointer(is_finger=False), folder, (seller.world.public_url,))


def _keep(page: Page, path: Path) -> None:
    page.locator("main").wait_for()
    page.screenshot(path=path, animations="disabled")
    Image.open(path).convert("RGB").quantize(_COLOURS).save(path, optimize=True)
