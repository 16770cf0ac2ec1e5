"""Every screen of the console, in Chromium, judged by axe-core: WCAG 2.2 AA, nothing serious; no
script fails, nothing is asked of elsewhere, and nothing runs off a phone's side.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

import pytest
from playwright.sync_api import Browser, Page, Route

from functions.console.screens import ENTRIES
from functions.console.screens.settings import SCREEN as SETTINGS
from tests.accessibility.test_pay_pages_by_axe import judged
from tests.functions.clerk import HERE, Office
from tests.pictures.console import sample_office

_ABOUT: Final = {
    "account": "?number=10001",
    "invoice": "?number=RE-2026-4704",
    "accounts": "?q=beispiel",
}
"""What a screen is opened with, where it is about one thing."""

_MORE: Final = (
    "account/history?number=10001&group=agreements",
    "settings/credit",
    "account/why?number=10001&invoice=RE-2026-4704",
    "account/compose?number=10001&starter=open-amount",
    "account/compose?number=10001&channel=letter",
    "account/compose?number=10001&channel=page",
    "disputes/one?account=10001&id=R-1",
    "plans/one?account=10001&id=PL-1",
    "cases/one?account=10001&id=C-1",
    "reports?report=aging&by=country",
    "reports?report=collecting",
    "cash/scenario?change=customer-late&account=10001&days=30",
    "cash/track",
    *(f"settings/{part}" for part in SETTINGS.parts),
    "policies/one?id=de-business",
    "policies/edit?id=nl-consumer",
    "texts/one?message=reminder-1&language=de&part=text",
)

SCREENS: Final = (*(f"{one.name}{_ABOUT.get(one.name, '')}" for one in ENTRIES), *_MORE)


@pytest.fixture
def office() -> Iterator[Office]:
    with sample_office() as made:
        yield made


def _page(browser: Browser, office: Office, window: str) -> tuple[Page, list[str]]:
    light, wide, language = window.split("-")
    clerk = office.clerk("owner", language=cast("Any", language), email=f"{window}@example.com")
    context = browser.new_context(
        color_scheme="light" if light == "light" else "dark",
        viewport={"width": 1280 if wide == "wide" else 390, "height": 800},
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    faults: list[str] = []

    def answer(route: Route) -> None:
        asked = route.request
        status, told, body = office.http.request(
            asked.method, asked.url, asked.all_headers(), asked.post_data_buffer
        )
        route.fulfill(status=status, headers=cast("dict[str, str]", told), body=body)

    context.route("**/*", answer)
    cookies = clerk.cookies.items()
    context.add_cookies(
        [{"name": name, "value": value, "url": HERE, "secure": True} for name, value in cookies]
    )
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page, faults


@pytest.mark.parametrize("window", ["light-wide-de", "dark-narrow-nl"])
def test_every_screen_is_for_everybody(browser: Browser, office: Office, window: str) -> None:
    page, faults = _page(browser, office, window)
    wrong: dict[str, Any] = {}
    for screen in SCREENS:
        answer = page.goto(f"{HERE}/console/at/musterwerk/{screen}")
        assert answer is not None and answer.status == 200, f"{screen}: {answer}"
        found = judged(page)
        if page.evaluate("() => document.documentElement.scrollWidth > innerWidth + 1"):
            found.append("runs off the side")
        if found or faults:
            wrong[screen] = [*found, *faults]
        faults.clear()
    page.context.close()
    assert wrong == {}
