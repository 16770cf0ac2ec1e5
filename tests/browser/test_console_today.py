"""A collector's list in Chromium, gone through by keys alone."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.office import office_at
from tests.browser.seller import ACCOUNT, CREDITOR
from tests.browser.site import Site


def test_a_collector_works_the_list_off_without_a_mouse(browser: Browser, site: Site) -> None:
    with office_at(site) as seller:
        seller.give("collector@musterwerk.example")
        for number in (1, 2):
            seller.invoice(f"RE-{number}")
            asked = {"id": f"D-{number}", "invoice": f"RE-{number}", "reason": "price"}
            seller.call("POST", "/v1/disputes", {**asked, "text": "Too dear."}, 201)
        seller.settle()
        with seller.desk(browser) as desk:
            desk.open("today")
            desk.sees("2 things to do")
            press, type_ = desk.page.keyboard.press, desk.page.keyboard.type
            press("j")
            press("d")
            press("Tab")
            type_("Talked about it.")
            press("Tab")
            press("Enter")
            desk.sees("Closed.")
            desk.sees("1 thing to do")
            press("j")
            press("s")
            press("Enter")
            desk.sees("Put off.")
            desk.sees("Put off 1")
            press("/")
            type_("RE-1")
            press("Enter")
            desk.page.wait_for_url("**/invoice?**")
        (item,) = [
            one for one in seller.services.work_list.of(CREDITOR, ACCOUNT) if one.state == "done"
        ]
        assert (item.text, item.by) == ("Talked about it.", "collector@musterwerk.example")
