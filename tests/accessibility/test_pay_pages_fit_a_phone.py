"""Every page of the payer in every language, on the narrowest phone: nothing runs off its side.

Words differ most in their length: what fits in English may not fit in French.
"""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Browser

from tests.accessibility.test_pay_pages_by_axe import Served
from tests.browser.settings import SEED
from tests.unit.pages.test_pay_pages import ALL_PAGES, LANGUAGES

CUT = """() => [document.documentElement, ...document.querySelectorAll(
    "button, a.button, summary, label, th, td, dt, dd, .tag, .status, .wait, .days")]
    .filter(e => getComputedStyle(e).display != "inline" && e.clientWidth > 1)
    .filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => e.innerText.slice(0, 80))"""


_CHOSEN = random.Random(f"{SEED} fit").choice(sorted(LANGUAGES))
"""The ordinary run takes one of the languages, the long one all."""


@pytest.mark.parametrize(
    "language",
    [
        pytest.param(one, marks=() if one == _CHOSEN else pytest.mark.long)
        for one in sorted(LANGUAGES)
    ],
)
def test_every_page_fits_a_phone(browser: Browser, language: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    served = Served(context.new_page())
    cut = {}
    for name, make in ALL_PAGES.items():
        served.show(make(language))
        cut[name] = served.page.evaluate(CUT)
    context.close()
    assert {name: found for name, found in cut.items() if found} == {}


def test_the_ruler_would_notice(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800})
    served = Served(context.new_page())
    served.show("<!doctype html><title>x</title><table><tr><td>" + "Rechnungsbetrag" * 9)
    assert served.page.evaluate(CUT)
    context.close()
