"""Somebody at a browser who looks at every page they come to, and at whom nobody else looks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from functions.pay.payer.words import Words
from tests.accessibility.test_pay_pages_by_axe import judged, with_judge
from tests.browser.hands import FilePayload, Hands, Keys, Pointer
from tests.browser.settings import LANGUAGES, PICTURES_WANTED, SIZES, Setting
from tests.conftest import ROOT

PICTURES = ROOT / "build" / "pages" / "stories"
"""Every page that a story came to, as it was seen."""

_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Visit:
    """A browser's page with what moves it on.

    What a script, a stranger's server or a broken answer does to the page lands in `troubles`.
    """

    page: Page
    setting: Setting
    hands: Hands
    folder: Path
    sites: tuple[str, ...]
    wait_ms: int = 20_000
    troubles: list[str] = field(default_factory=list)
    _looks: int = 0

    def __post_init__(self) -> None:
        self.t = Words(self.setting.language)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("response", self._response)

    def open(self, url: str) -> None:
        """Open an address, as by a link in a mail."""
        self.page.goto(url)

    def at(self, selector: str) -> Locator:
        """Return the first such thing that can be seen."""
        return self.page.locator(selector).locator("visible=true").first

    def press(self, selector: str) -> None:
        self.hands.press(self.at(selector))

    def unfold(self, selector: str) -> None:
        """Open the fold that something stands in."""
        if not self.page.locator(selector).first.is_visible():
            self.press(f"details:has({selector}) > summary")

    def write(self, selector: str, text: str) -> None:
        self.hands.write(self.at(selector), text)

    def write_day(self, selector: str, day: date) -> None:
        self.hands.write_day(self.at(selector), day)

    def tick(self, selector: str) -> None:
        self.hands.tick(self.at(selector))

    def choose(self, selector: str, value: str) -> None:
        self.hands.choose(self.at(selector), value)

    def attach(self, selector: str, *files: FilePayload) -> None:
        self.hands.attach(self.at(selector), files)

    def says(self, *texts: str) -> None:
        """Wait until all of it stands on the page."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text, timeout=self.wait_ms)

    def sees(self, selector: str) -> None:
        """Wait until there is such a thing in sight."""
        expect(self.at(selector)).to_be_visible(timeout=self.wait_ms)

    def misses(self, selector: str) -> None:
        """Make sure, on a page that is there, that it has no such thing."""
        expect(self.page.locator("main")).to_be_visible(timeout=self.wait_ms)
        assert self.page.locator(selector).count() == 0, selector

    def came_to(self, path: str) -> None:
        """Wait until the address is one that contains `path`."""
        expect(self.page).to_have_url(re.compile(path), timeout=self.wait_ms)

    def look(self, name: str) -> None:
        """Judge what is seen: nothing runs off the side, nobody is shut out. Keep it, if wanted."""
        expect(self.page.locator("main")).to_be_visible(timeout=self.wait_ms)
        if PICTURES_WANTED:
            self._keep(name)
        assert self.page.evaluate(_TOO_WIDE) <= 0, f"{name} is wider than the window"
        assert self.page.locator("html").get_attribute("lang") == self.setting.language, name
        if self.setting.script:  # axe needs the timers of a browser whose JavaScript is on
            found = judged(self.page)
            assert found == [], f"{name}: {found}"

    def _keep(self, name: str) -> None:
        self._looks += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(
            path=self.folder / f"{self._looks:02}-{name}.png", full_page=True, animations="disabled"
        )

    def _console(self, message: ConsoleMessage) -> None:
        # A refused form is answered by 4xx, which the console tells too: the story looks at it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.troubles.append(f"{response.status} {response.url}")
        if not response.url.startswith((*self.sites, "data:")):
            self.troubles.append(f"asks a stranger: {response.url}")


@contextmanager
def visiting(
    browser: Browser, setting: Setting, story: str, sites: Sequence[str], wait_ms: int = 20_000
) -> Iterator[Visit]:
    """Open a browser in a setting; at the end nothing must have gone wrong behind the page."""
    width, height = SIZES[setting.size]
    is_phone = setting.size == "phone"
    context = browser.new_context(
        locale=LANGUAGES[setting.language],
        viewport={"width": width, "height": height},
        has_touch=is_phone,
        is_mobile=is_phone,
        java_script_enabled=setting.script,
        color_scheme=setting.scheme,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(wait_ms)
    page = (with_judge(context) if setting.script else context).new_page()
    hands: Any = Keys(page) if setting.hand == "keys" else Pointer(is_phone)
    folder = PICTURES / story / str(setting)
    shutil.rmtree(folder, ignore_errors=True)
    visit = Visit(page, setting, hands, folder, tuple(sites), wait_ms)
    try:
        yield visit
    finally:
        context.close()
    assert visit.troubles == []
