"""What payers move on with: a mouse or a finger, or nothing but the keys of a keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol, TypedDict

from playwright.sync_api import Locator, Page

_TABS_MAX = 200
_FOCUS = """target => {
  const at = document.activeElement, group = at.type == "radio" && target.type == "radio";
  // The browser itself draws which part of a date has the focus.
  const drawn = e => e && getComputedStyle(e).outlineStyle != "none"
      && parseFloat(getComputedStyle(e).outlineWidth) >= 1;
  const box = at.getBoundingClientRect();
  return {
    is_there: at === target || group && at.name == target.name && at.form === target.form,
    is_body: at === document.body,
    is_drawn: Boolean(drawn(at) || drawn(at.closest(".item")) || at.type == "date"),
    is_in_sight: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    what: at.outerHTML.slice(0, 120),
  };
}"""


class FilePayload(TypedDict):
    """A file as Playwright takes it."""

    name: str
    mimeType: str
    buffer: bytes


class Hands(Protocol):
    """Moves a form on."""

    def press(self, target: Locator) -> None: ...

    def write(self, target: Locator, text: str) -> None: ...

    def write_day(self, target: Locator, day: date) -> None: ...

    def tick(self, target: Locator) -> None: ...

    def choose(self, target: Locator, value: str) -> None: ...

    def attach(self, target: Locator, files: Sequence[FilePayload]) -> None: ...


class Pointer:
    """A mouse, or a finger where the screen takes touches."""

    def __init__(self, is_finger: bool) -> None:
        self._is_finger = is_finger

    def press(self, target: Locator) -> None:
        if self._is_finger:
            target.tap()
        else:
            target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def write_day(self, target: Locator, day: date) -> None:
        target.fill(day.isoformat())

    def tick(self, target: Locator) -> None:
        target.check()

    def choose(self, target: Locator, value: str) -> None:
        target.select_option(value)

    def attach(self, target: Locator, files: Sequence[FilePayload]) -> None:
        target.set_input_files(files)


class Keys:
    """The keyboard alone. Whatever gets the focus on the way shows it, and stands in sight."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, target: Locator) -> None:
        self._go_to(target)
        self._page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._go_to(target)
        self._page.keyboard.press("Control+A")
        self._page.keyboard.type(text)

    def write_day(self, target: Locator, day: date) -> None:
        """Type the day in the order that the browser asks for: that of its own language."""
        self._go_to(target)
        self._page.keyboard.type(f"{day:%m%d%Y}")
        if target.input_value() != day.isoformat():
            target.evaluate("e => { e.blur(); e.focus(); }")
            self._page.keyboard.type(f"{day:%d%m%Y}")
        assert target.input_value() == day.isoformat(), target.input_value()

    def tick(self, target: Locator) -> None:
        self._go_to(target)
        if target.get_attribute("type") == "checkbox":
            if not target.is_checked():
                self._page.keyboard.press("Space")
        else:
            self._page.keyboard.press("Space")
            self._arrow_down_until(target.is_checked)
        assert target.is_checked()

    def choose(self, target: Locator, value: str) -> None:
        self._go_to(target)
        self._page.keyboard.press("Home")
        self._arrow_down_until(lambda: target.input_value() == value)

    def attach(self, target: Locator, files: Sequence[FilePayload]) -> None:
        """Go to the field; the window in which files are chosen is the system's."""
        self._go_to(target)
        target.set_input_files(files)

    def _go_to(self, target: Locator) -> None:
        element = target.element_handle()
        passed: list[Any] = []
        for _ in range(_TABS_MAX):
            at = element.evaluate(_FOCUS)
            if not at["is_body"]:
                assert at["is_drawn"], f"nobody sees where the focus is: {at['what']}"
                assert at["is_in_sight"], f"the focus is out of sight: {at['what']}"
            if at["is_there"]:
                return
            passed.append(at["what"])
            self._page.keyboard.press("Tab")
        raise AssertionError(f"never reached by keys: {target}; passed {passed[-30:]}")

    def _arrow_down_until(self, is_done: Any) -> None:
        for _ in range(30):
            if is_done():
                return
            self._page.keyboard.press("ArrowDown")
        raise AssertionError("never reached by the arrow keys")
