"""The pages about the bank account, as everything may stand on them, judged by axe-core."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.accessibility.bounds import out_of_bounds
from tests.accessibility.test_console_by_axe import _page
from tests.accessibility.test_pay_pages_by_axe import judged
from tests.functions.clerk import HERE
from tests.pictures.console_bank import bank_office, screens_of


@pytest.mark.parametrize("window", ["dark-wide-nl", "light-narrow-de"])
def test_whoever_works_with_bank_entries_can_read_them(browser: Browser, window: str) -> None:
    wrong: dict[str, Any] = {}
    with bank_office() as (office, books):
        page, faults = _page(browser, office, window)
        for screen in screens_of(books):
            answer = page.goto(f"{HERE}/console/at/musterwerk/{screen}")
            assert answer is not None and answer.status == 200, screen
            for drawer in page.locator("main details.drawer > summary").all():
                drawer.click()
            found = judged(page)
            found += out_of_bounds(page)
            if found or faults:
                wrong[screen] = [*found, *faults]
            faults.clear()
        page.context.close()
    assert wrong == {}
