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
from typing import Literal, cast, get_args

from playwright.sync_api import Browser, Page, Route, sync_playwright

from saldo.people.model import Language
from saldo.people.rights import Role
from tests.books import ACCOUNT, CREDITOR
from tests.conftest import CHROMIUM
from tests.functions.clerk import HERE, Clerk, Office, office_of
from tests.pictures.console_books import live, sample_books

Scheme = Literal["light", "dark"]
_SIZES = {"desktop": (1280, 900), "phone": (360, 780)}


@contextmanager
def sample_office() -> Iterator[Office]:
    """Serve the console over the sample books."""
    books = sample_books()
    with office_of(books) as office:
        live(books)
        yield office


def page_of(
    browser: Browser, office: Office, clerk: Clerk, size: tuple[int, int], scheme: Scheme = "light"
) -> Page:
    """Return a window in which somebody is signed in."""

    def answer(route: Route) -> None:
        asked = route.request
        headers = {**asked.all_headers(), "accept-language": clerk.user.language}
        status, told, body = office.http.request(
            asked.method, asked.url, headers, asked.post_data_buffer
        )
        route.fulfill(status=status, headers=told, body=body)

    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.route("**/*", answer)
    held = [
        {"name": name, "value": value, "url": HERE, "secure": True}
        for name, value in clerk.cookies.items()
    ]
    context.add_cookies(held)  # type: ignore[arg-type]  # as the browser wants them
    return context.new_page()


def draw(browser: Browser, office: Office, screens: Sequence[str], folder: Path) -> int:
    """Draw screens; return how many pictures there are."""
    language = cast("Language", os.environ.get("LANGUAGE", "en")[:2])
    if language not in ("de", "en", "nl"):
        language = "en"
    clerk = office.clerk(
        cast("Role", os.environ.get("ROLE", "owner")), name="Alex Example", language=language
    )

    drawn = 0
    for size, (width, height) in _SIZES.items():
        for scheme in get_args(Scheme):
            page = page_of(browser, office, clerk, (width, height), scheme)
            for screen in screens:
                page.goto(f"{HERE}/console/at/{CREDITOR}/{screen}")
                name = _file_of(screen)
                page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)
                drawn += 1
            page.context.close()
    return drawn


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
