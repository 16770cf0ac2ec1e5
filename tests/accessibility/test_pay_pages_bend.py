"""Pages of the payer under what readers do to them: nothing jumps while they load, and they hold
when their text is twice as large, when they are read from right to left, and on paper.

Zoom to 400 % is `test_pay_pages_fit_a_phone`: a window of 1280 pixels shows 320 then (WCAG 2.2,
1.4.10). The ordinary run takes a sample of the pages, another one by SALDO_PAGES_SEED; the long run
takes all of them in all languages.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.accessibility.test_pay_pages_by_axe import Served
from tests.accessibility.test_pay_pages_fit_a_phone import CUT
from tests.browser.settings import SEED
from tests.unit.pages.test_pay_pages import ALL_PAGES, LANGUAGES

_ALWAYS = (
    "pay-open",
    "pay-logo",
    "pay-long",
    "pay-charged",
    "account-long",
    "account-many",
    "portal-overview",
    "portal-account",
    "transfer",
    "dispute-lines",
)
"""The pages with most on them, and those with pictures."""
_SAMPLED = 14

_SHIFTED = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => sum += entry.value))
        .observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => setTimeout(() => done(sum), 60));
})"""
_UNSEEN = """selector => [...document.querySelectorAll(selector)]
    .filter(e => e.checkVisibility()).map(e => e.innerText.slice(0, 60))"""
_DARK = """() => [...document.querySelectorAll("body, main, section, li, td, p, label")]
    .filter(e => e.checkVisibility())
    .map(e => getComputedStyle(e).backgroundColor.match(/[\\d.]+/g).map(Number))
    .filter(([r, g, b, a = 1]) => a > 0.5 && r + g + b < 450).length"""
_FOCUSED = """() => {
    const e = document.activeElement;
    if (!e || e == document.body) return null;
    const box = e.getBoundingClientRect();
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const ring = one => {
        const style = getComputedStyle(one);
        return style.outlineStyle == "none" ? 0 : parseFloat(style.outlineWidth);
    };
    return {
        what: e.outerHTML.slice(0, 90),
        ring: Math.max(ring(e), ...[...e.labels || []].map(ring)),
        on_top: !!at && (e.contains(at) || at.contains(e)),
    };
}"""


def sampled() -> list[object]:
    """Return every page in every language, all but the sample marked as long."""
    chance = random.Random(f"{SEED} bend")
    others = [name for name in ALL_PAGES if name not in _ALWAYS]
    names = [name for name in _ALWAYS if name in ALL_PAGES] + chance.sample(others, _SAMPLED)
    chosen = {(name, chance.choice(LANGUAGES)) for name in names}
    found: list[object] = []
    for name, language in product(ALL_PAGES, LANGUAGES):
        marks = () if (name, language) in chosen else pytest.mark.long
        found.append(pytest.param(name, language, marks=marks))
    return found


class Slow(Served):
    """Serves pictures late, as a telephone gets them; stylesheets hold the page back anyway."""

    def _answer(self, route: Route) -> None:
        if route.request.resource_type == "image":
            time.sleep(0.05)
        super()._answer(route)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("name", "language"), sampled())
def test_a_page_holds_whatever_its_reader_does(page: Page, name: str, language: str) -> None:
    page.unroute_all()
    page.emulate_media(media="screen", color_scheme="light")
    served = Slow(page)
    served.show(ALL_PAGES[name](language))
    assert page.evaluate(_SHIFTED) == 0, "something moved while the page was loaded"

    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(CUT) == [], "runs off when it is read from right to left"
    page.evaluate("document.documentElement.dir = 'ltr'")

    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(CUT) == [], "runs off when text is twice as large (WCAG 2.2, 1.4.4)"
    page.evaluate("document.documentElement.style.fontSize = ''")

    page.set_viewport_size({"width": 720, "height": 1000})  # A4 less its margins
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(CUT) == [], "runs off its paper"
    assert page.evaluate(_DARK) == 0, "paper is white"
    assert page.evaluate(_UNSEEN, "button, input, select, textarea, .languages a") == []
    page.set_viewport_size({"width": 390, "height": 800})


def test_what_moves_would_be_noticed(browser: Browser) -> None:
    page = browser.new_page()
    served = Slow(page)
    served.show(
        "<!doctype html><title>x</title><img src='/assets/logo-1.svg'><p>"
        + "What stands below is pushed down. " * 40
    )
    page.wait_for_load_state()
    assert page.evaluate(_SHIFTED) > 0
    page.close()


def test_paper_shows_what_is_folded_on_a_screen(page: Page) -> None:
    page.unroute_all()
    served = Served(page)
    page.emulate_media(media="print")
    for name, words in (
        ("account-many", ["N-0", "N-59", "€60.00"]),
        ("pay-charged", ["Filter cartridge", "€1,000.00", "Default interest", "/p/Zm9v"]),
        ("account-contested", ["Default interest", "€54.84", "Registered in Example Town"]),
    ):
        served.show(ALL_PAGES[name]("en"))
        seen = page.locator("body").inner_text()
        assert [word for word in words if word not in seen] == [], name
    page.emulate_media(media="screen")


@pytest.mark.parametrize("name", ["pay-charged", "account", "dispute-lines", "portal-account"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whoever_moves_by_keys_sees_where_they_are(
    browser: Browser, name: str, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 700},
        reduced_motion="reduce",
        color_scheme="dark" if scheme == "dark" else "light",
    )
    served = Served(context.new_page())
    served.show(ALL_PAGES[name]("en"))
    stops = []
    for _ in range(60):
        served.page.keyboard.press("Tab")
        stop = served.page.evaluate(_FOCUSED)
        if stop is None:
            break
        stops.append(stop)
    context.close()
    assert len(stops) > 5
    assert [one for one in stops if one["ring"] < 2 or not one["on_top"]] == []
