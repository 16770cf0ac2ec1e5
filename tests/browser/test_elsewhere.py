"""The portal, where a customer sees everything, and the page for staff, who see one word."""

from __future__ import annotations

import re

from tests.browser import flows
from tests.browser.seller import CREDITOR, EMAIL, Seller
from tests.browser.settings import in_every_setting
from tests.browser.visit import Visit


@in_every_setting
def test_a_customer_signs_in_pays_and_signs_out(seller: Seller, visit: Visit) -> None:
    seller.invoice()
    seller.invoice("RE-2", "50.00")
    portal = f"{seller.world.public_url}/portal/{CREDITOR}"
    visit.open(portal)
    visit.look("sign-in")
    visit.write('input[name="email"]', "wer?")
    visit.press("form button.first")
    visit.sees('.errors a[href="#email"]')
    visit.look("no-address")
    visit.write('input[name="email"]', EMAIL)
    visit.press("form button.first")
    visit.says(visit.t("portal.mail_title"))
    visit.look("mail")
    (link,) = re.findall(rf"{portal}/\S+", seller.mails()[-1].text)
    visit.open(link)
    visit.look("one-more-click")
    visit.press("form button.first")
    visit.says(visit.t("portal.overview"), visit.t.amount(16900, "EUR"))
    visit.look("overview")
    visit.press("a.account")
    visit.look("account")
    visit.unfold('button[value="invite"]')
    visit.write('input[name="email"]', "cfo@kanzlei.example")
    visit.tick('input[name="role"][value="reader"]')
    visit.press('button[value="invite"]')
    visit.says(visit.t("portal.told.invited"), "cfo@kanzlei.example")
    visit.look("invited")
    visit.press('form[action$="/open"] button.first')
    visit.came_to("/p/")
    visit.press('form.all button[value="all"]')
    flows.decide(visit)
    assert seller.open_amount("RE-2") == "0.00"
    visit.open(portal)
    visit.says(visit.t("portal.nothing_open"))
    visit.look("nothing-open")
    visit.press('form[action$="/sign-out"] button')
    visit.sees('input[name="email"]')
    visit.open(portal)
    visit.sees('input[name="email"]')
    visit.look("signed-out")


@in_every_setting
def test_staff_see_whether_keys_may_be_handed_over(seller: Seller, visit: Visit) -> None:
    seller.invoice()
    link = seller.link()
    made = seller.call("POST", "/v1/staff-links", {"name": "Werkstatt"})
    visit.open(made["url"])
    visit.look("desk")
    verdicts = [("RE-9", "unknown"), (link, "open")]
    for scanned, verdict in verdicts:
        visit.write('input[name="number"]', scanned)
        visit.press("form button.first")
        visit.sees(f".verdict.{verdict}")
        visit.look(verdict)
    visit.open(link)
    flows.pay_now(visit)
    visit.open(made["url"])
    visit.write('input[name="number"]', "RE-1")
    visit.page.keyboard.press("Enter")
    visit.sees(".verdict.paid")
    visit.look("paid")
    visit.page.keyboard.press("Enter")
    visit.sees(".errors")
    visit.look("nothing-asked")
