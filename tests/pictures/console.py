"""`python -m tests.pictures.console FOLDER SCREEN[?QUERY] …`: screens of the console as PNG.

Each screen is drawn at the width of a desktop and of a phone, light and dark, in the language that
`LANGUAGE=de` says (English without), for the role that `ROLE=collector` says (owner without). The
books behind them hold a month of a small seller; `sample_books` makes them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from PIL import Image
from playwright.sync_api import Browser, Route, sync_playwright

from saldo.people.model import Language
from saldo.people.rights import Role
from tests.books import ACCOUNT, CREDITOR
from tests.conftest import CHROMIUM
from tests.functions.clerk import HERE, Office, office_of
from tests.pictures.console_books import live, sample_books

_HEIGHT_SHOWN: Final = 1150
_COLOURS: Final = 96
"""Enough for pages in few colours, and a third of the bytes."""
_SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@contextmanager
def sample_office() -> Iterator[Office]:
    """Serve the console over the sample books."""
    books = sample_books()
    with office_of(books) as office:
        live(books)
        yield office


def draw(browser: Browser, office: Office, screens: Sequence[str], folder: Path) -> int:
    """Draw screens; return how many pictures there are."""
    language = cast("Language", os.environ.get("LANGUAGE", "en")[:2])
    if language not in ("de", "en", "nl"):
        language = "en"
    clerk = office.clerk(
        cast("Role", os.environ.get("ROLE", "owner")), name="Alex Example", language=language
    )

    def answer(route: Route) -> None:
        asked = route.request
        headers = {**asked.all_headers(), "accept-language": language}
        status, told, body = office.http.request(
            asked.method, asked.url, headers, asked.post_data_buffer
        )
        route.fulfill(status=status, headers=cast("dict[str, str]", told), body=body)

    drawn = 0
    for size, (width, height) in _SIZES.items():
        for scheme in ("light", "dark"):
            options: dict[str, Any] = {"color_scheme": scheme}
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            context.route("**/*", answer)
            context.add_cookies(
                [
                    {"name": k, "value": v, "url": HERE, "secure": True}
                    for k, v in clerk.cookies.items()
                ]
            )
            page = context.new_page()
            for screen in screens:
                page.goto(f"{HERE}/console/at/{CREDITOR}/{screen}")
                name = _file_of(screen)
                page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)
                drawn += 1
            context.close()
    return drawn


SHOWN: Final = {
    "console-today": "today",
    "console-account": f"account?number={ACCOUNT}",
    "console-bank": "bank",
    "console-dispute": f"disputes/one?account={ACCOUNT}&id=R-1",
    "console-reports": "reports",
}
"""The pictures of the documentation, and what they show."""


def draw_shown(browser: Browser, folder: Path) -> int:
    """Draw the documentation's pictures of the console into `folder`; return how many."""
    with sample_office() as office:
        draw(browser, office, list(SHOWN.values()), folder)
    for name, screen in SHOWN.items():
        picture = Image.open(folder / f"{_file_of(screen)}-desktop-light.png").convert("RGB")
        width, height = picture.size
        shown = picture.crop((0, 0, width, min(height, _HEIGHT_SHOWN)))
        shown.quantize(_COLOURS).save(folder / f"{name}.png", optimize=True)
    return len(SHOWN)


def _file_of(screen: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in screen).strip("-")


def main(folder: Path, screens: Sequence[str]) -> int:
    """Draw `screens` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium")
    if path is None:
        sys.stderr.write("Chromium is needed: apt-get install chromium\n")
        return 1
    with sync_playwright() as playwright, sample_office() as office:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        drawn = draw(browser, office, screens or [f"account?number={ACCOUNT}"], folder)
        browser.close()
    sys.stdout.write(f"{drawn} pictures lie in {folder}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
