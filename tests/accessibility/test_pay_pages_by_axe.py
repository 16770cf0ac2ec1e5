"""Every page of the payer, in Chromium, judged by axe-core: WCAG 2.2 AA, nothing serious.

Every page is judged in one of two windows; which one is, SALDO_PAGES_SEED says, and the long run
takes both. The pages are shown as they are served: with their stylesheets and under their policy,
which lets no script run. axe is put in from outside, where the policy does not reach; it needs the
timers of a browser whose JavaScript is on.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from functions.pay.payer import pages
from infra.local.axe import script
from tests.browser.settings import PICTURES_WANTED, SEED
from tests.conftest import ROOT
from tests.unit.pages.test_pay_pages import ALL_PAGES, HERE, LANGUAGES

PICTURES = ROOT / "build" / "pages" / "states"
"""Every page in every state, as it was judged; for people to look at, where they are wanted."""

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_LOOK = """async rules => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]}))
    .violations.map(v => [v.impact, v.id, v.nodes.map(n => n.target.join(" ")).slice(0, 5)])"""


class Served:
    """Serves one page and the stylesheets that it asks for."""

    def __init__(self, page: Page) -> None:
        self.page, self.html = page, ""
        page.route("**/*", self._answer)

    def show(self, html: str) -> None:
        self.html = html
        self.page.goto(HERE)

    def _answer(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        name = address.path.rpartition("/assets/")[2]
        if name == address.path:
            policy = {"Content-Security-Policy": pages.content_security_policy()}
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8", headers=policy)
            return
        if name == "brand.css":
            colour = parse_qs(address.query)["c"][0]
            route.fulfill(body=pages.brand_css(colour), content_type="text/css; charset=utf-8")
            return
        if name.startswith("logo-"):
            drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="180" height="60"/>'
            route.fulfill(body=drawing, content_type="image/svg+xml")
            return
        found = pages.asset(name)
        assert found is not None, f"the page asks for {name}, which is not served"
        route.fulfill(body=found[1], content_type=found[0])


def with_judge(context: BrowserContext) -> BrowserContext:
    """Put axe into every page that is opened here: the browser keeps it compiled, which putting it
    into each page anew does not.
    """
    context.add_init_script(path=script())
    return context


def judged(page: Page) -> list[Any]:
    """Return what axe finds wrong, however little."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(script().read_text("utf-8"))
    return [*page.evaluate(_LOOK, _RULES)]


_WINDOWS = ("light-wide-de", "dark-narrow-en")
"""The languages share their pages: each is looked at in one of the two windows."""


def _each() -> list[object]:
    chance = random.Random(f"{SEED} axe")
    found: list[object] = []
    for name, make in ALL_PAGES.items():
        chosen = chance.choice(_WINDOWS)
        for window in _WINDOWS:
            marks = () if window == chosen else pytest.mark.long
            found.append(pytest.param(make, window, marks=marks, id=f"{name}-{window}"))
    return found


Windows = Callable[[str], Served]


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[Windows]:
    """Give a window of this name, in which pages are shown one after the other: no page leaves
    anything behind, and opening another takes longer than looking at one.
    """
    with ExitStack() as opened:

        @cache
        def window(name: str) -> Served:
            light, wide, _ = name.split("-")
            context = browser.new_context(
                color_scheme="light" if light == "light" else "dark",
                viewport={"width": 1280 if wide == "wide" else 320, "height": 800},
                reduced_motion="reduce",
            )
            opened.callback(context.close)
            context.set_default_timeout(20_000)
            return Served(with_judge(context).new_page())

        yield window


@pytest.mark.parametrize(("make", "window"), _each())
def test_nobody_is_shut_out(
    windows: Windows,
    make: Callable[[str], str],
    window: str,
    request: pytest.FixtureRequest,
) -> None:
    served, language = windows(window), window.rpartition("-")[2]
    assert language in LANGUAGES
    served.show(make(language))
    if PICTURES_WANTED:
        name = request.node.callspec.id.replace("/", "-")
        served.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    assert judged(served.page) == []
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert served.page.evaluate(wide), "the page is wider than the window"


def test_the_judge_would_notice(windows: Windows) -> None:
    served = windows(_WINDOWS[0])
    served.show("<!doctype html><html><title>x</title><p style='color:#999'>grey<input></html>")
    found = {rule for _, rule, _ in judged(served.page)}
    assert {"html-has-lang", "label"} <= found
