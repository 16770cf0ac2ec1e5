"""Every screen of the console, in Chromium, judged by axe-core: WCAG 2.2 AA, nothing serious; no
script fails, nothing is asked of elsewhere, and on a phone nothing has to be pushed sideways.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

import pytest
from playwright.sync_api import Browser, Page

from functions.console.screens import ENTRIES
from functions.console.screens.settings import SCREEN as SETTINGS
from tests.accessibility.bounds import PHONE, out_of_bounds
from tests.accessibility.test_pay_pages_by_axe import judged, with_judge
from tests.functions.clerk import HERE, Office
from tests.pictures.console import page_of, sample_office

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
    "effects/suggestion?id=skip-stage:plain-2-18-34:2:reminder-2:",
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
    size = (1280 if wide == "wide" else PHONE, 800)
    page = page_of(browser, office, clerk, size, cast("Any", light))
    with_judge(page.context).set_default_timeout(20_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page, faults


@pytest.mark.parametrize("window", ["light-wide-nl", "dark-narrow-de"])
def test_every_screen_is_for_everybody(browser: Browser, office: Office, window: str) -> None:
    page, faults = _page(browser, office, window)
    wrong: dict[str, Any] = {}
    for screen in SCREENS:
        answer = page.goto(f"{HERE}/console/at/musterwerk/{screen}")
        assert answer is not None and answer.status == 200, f"{screen}: {answer}"
        found = judged(page)
        found += out_of_bounds(page)
        if found or faults:
            wrong[screen] = [*found, *faults]
        faults.clear()
    page.context.close()
    assert wrong == {}


def test_what_is_pushed_sideways_or_has_no_heading_would_be_noticed(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    wide = "<p style='overflow-x: auto'><b style='display: block; width: 40rem'>1</b></p>"
    figures = "<div class='table'><table><td>May</td><td>7</td><td data-label='Sum'>8</td></table>"
    page.set_content(f"<main>{wide}{figures}</div><i style='padding: 12rem'>2</i></main>")
    assert [one.partition(":")[0] for one in out_of_bounds(page)] == [
        "runs off the side",
        "is pushed sideways",
        "has no heading",
    ]
    page.close()
