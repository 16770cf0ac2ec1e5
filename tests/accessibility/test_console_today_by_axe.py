"""A day's work in Chromium, judged by axe-core, with what unfolds from it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.accessibility.bounds import out_of_bounds
from tests.accessibility.test_console_by_axe import _page
from tests.accessibility.test_pay_pages_by_axe import judged
from tests.books import CREDITOR
from tests.functions.clerk import HERE
from tests.pictures.console_today import SCREENS, work_office


@pytest.mark.parametrize("window", ["light-wide-nl", "dark-narrow-de"])
def test_whoever_has_work_can_read_it(browser: Browser, window: str) -> None:
    wrong: dict[str, Any] = {}
    with work_office() as (office, _):
        page, faults = _page(browser, office, window)
        for screen in SCREENS:
            answer = page.goto(f"{HERE}/console/at/{CREDITOR}/{screen}")
            assert answer is not None and answer.status == 200, screen
            found = judged(page)
            for drawer in page.locator("main details.drawer > summary").all()[:6]:
                drawer.click(force=True)
                found += judged(page)
                drawer.click(force=True)
            found += out_of_bounds(page)
            if found or faults:
                wrong[screen] = [*found, *faults]
            faults.clear()
        page.context.close()
    assert wrong == {}
