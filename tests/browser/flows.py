"""What payers do on the pages, one act after the other: in any language, at any address."""

from __future__ import annotations

import io
import re
from datetime import date

import zxingcpp
from PIL import Image

from tests.browser.seller import EMAIL, Seller
from tests.browser.visit import Visit

SUBMIT = 'form[action*="/answer/"] button.first'


def decide(visit: Visit, outcome: str = "pay") -> None:
    """Press a button of the provider's page, and come back."""
    visit.press(f'button[name="outcome"][value="{outcome}"]')
    visit.came_to("return")


def pay_now(visit: Visit) -> None:
    """Press the page's first button, and pay at the provider."""
    visit.press("form button.first")
    decide(visit)


def begin(visit: Visit, answer: str) -> None:
    """Choose what to say instead of paying."""
    visit.press(f'.answers a[href*="/answer/{answer}"]')
    visit.came_to(f"/answer/{answer}")


def promise(visit: Visit, day: date) -> None:
    """Fill the promise in and send it."""
    visit.write_day('input[name="day"]', day)
    visit.press(SUBMIT)


def by_instalments(visit: Visit, first: date) -> None:
    """Fill in three monthly instalments, each paid by hand, and send that."""
    visit.choose('select[name="count"]', "3")
    visit.choose('select[name="rhythm"]', "monthly")
    visit.write_day('input[name="day"]', first)
    if visit.page.locator('input[name="way"][type="radio"]').count():
        visit.tick('input[name="way"][value="hand"]')
    visit.press(SUBMIT)


def take_back(visit: Visit) -> None:
    """Take the first answer back that can be."""
    visit.press('button[value="take-back"]')


def sign_in(visit: Visit, seller: Seller, portal: str, email: str = EMAIL) -> None:
    """Ask for a link to the portal, and sign in by the mail."""
    address = f"{seller.world.public_url}/portal/{portal}"
    visit.open(address)
    visit.write('input[name="email"]', email)
    visit.press("form button.first")
    visit.came_to("/mail")
    (link,) = re.findall(rf"{address}/\S+", seller.mails(email)[-1].text)
    visit.open(link)
    visit.press("form button.first")
    visit.sees("a.account")


def scanned(visit: Visit) -> list[str]:
    """Return the lines of the code on the page, read from what the eye sees."""
    picture = Image.open(io.BytesIO(visit.at(".scan").screenshot()))
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.ec_level == "M"
    return str(code.text).split("\n")


def copied(visit: Visit) -> dict[str, str]:
    """Return the values that the page offers to copy, by name."""
    found = visit.page.locator(".copied dd.value")
    return {one.get_attribute("id") or "": one.inner_text() for one in found.all()}
