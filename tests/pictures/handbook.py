"""`python -m tests.pictures.handbook [FOLDER]`: the pictures of docs/console.md.

They lie in docs/pictures, and show sample books on a light screen, in English and in few colours,
so that each weighs little. Whoever changes a screen draws them again.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, get_args

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.books import ACCOUNT, CREDITOR
from tests.conftest import CHROMIUM, ROOT
from tests.functions.clerk import HERE, Clerk, Office
from tests.pictures.console import page_of, sample_office
from tests.pictures.console_bank import bank_office
from tests.pictures.console_today import ME, work_office

_COLOURS: Final = 112
"""Enough for pages in few colours, and a third of the bytes."""
_DESK: Final = (1280, 900)
_PHONE: Final = (360, 780)
_GAP: Final = 24

_Books = Literal["sample", "bank", "work"]


@dataclass(frozen=True, slots=True)
class Shot:
    """What a picture shows: a screen of some books down to a height, or only those sections of it
    that `parts` name, below each other; several `screens` are telephones beside each other.
    """

    screens: tuple[str, ...]
    books: _Books = "sample"
    height: int = 1150
    parts: tuple[str, ...] = ()


_ABOUT: Final = f"account?number={ACCOUNT}"
SHOWN: Final = {
    "console-today": Shot(("today",), "work"),
    "console-workload": Shot(("today/load",), "work", 1000),
    "console-account": Shot((_ABOUT,)),
    "console-foresight": Shot((_ABOUT,), parts=("forecast",)),
    "console-behaviour": Shot((_ABOUT,), parts=("next-step", "pays")),
    "console-credit": Shot((_ABOUT,), parts=("credit", "outside")),
    "console-message": Shot((f"account/compose?number={ACCOUNT}&starter=open-amount",)),
    "console-bank": Shot(("bank",), "bank", 700),
    "console-dispute": Shot((f"disputes/one?account={ACCOUNT}&id=R-1",), height=700),
    "console-reports": Shot(("reports",)),
    "console-cash": Shot(("cash",)),
    "console-effects": Shot(("effects",), height=1000),
    "console-risk": Shot(("risk",), height=900),
    "console-phones": Shot((_ABOUT, "reports", "cash")),
}
"""The pictures of the documentation, and what they show."""


def draw(browser: Browser, folder: Path) -> int:
    """Draw the documentation's pictures of the console into `folder`; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    for books in get_args(_Books):
        with _office(books) as office:
            clerk = office.clerk("owner", name="Alex Example", language="en", email=ME)
            for name, shot in SHOWN.items():
                if shot.books == books:
                    picture = _shown(browser, office, clerk, shot)
                    few = picture.quantize(_COLOURS)
                    few.save(folder / f"{name}.png", optimize=True)
    return len(SHOWN)


@contextmanager
def _office(books: _Books) -> Iterator[Office]:
    if books == "sample":
        with sample_office() as office:
            yield office
    else:
        with bank_office() if books == "bank" else work_office() as (office, _):
            yield office


def _shown(browser: Browser, office: Office, clerk: Clerk, shot: Shot) -> Image.Image:
    page = page_of(browser, office, clerk, _DESK if len(shot.screens) == 1 else _PHONE)
    drawn = []
    for screen in shot.screens:
        page.goto(f"{HERE}/console/at/{CREDITOR}/{screen}")
        drawn += [_part(page, part) for part in shot.parts] or [_whole(page, shot.height)]
    page.context.close()
    return drawn[0] if len(drawn) == 1 else _joined(drawn, beside=not shot.parts)


def _whole(page: Page, height: int) -> Image.Image:
    whole = _opened(page.screenshot(full_page=True))
    return whole.crop((0, 0, whole.width, min(whole.height, height)))


def _part(page: Page, name: str) -> Image.Image:
    return _opened(page.locator(f"section[aria-labelledby={name}]").screenshot())


def _opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def _joined(drawn: Sequence[Image.Image], *, beside: bool) -> Image.Image:
    """Return pictures on one, beside or below each other."""
    widths, heights = [one.width for one in drawn], [one.height for one in drawn]
    gaps = _GAP * (len(drawn) - 1)
    size = (sum(widths) + gaps, max(heights)) if beside else (max(widths), sum(heights) + gaps)
    joined, at = Image.new("RGB", size, "white"), 0
    for one in drawn:
        joined.paste(one, (at, 0) if beside else (0, at))
        at += (one.width if beside else one.height) + _GAP
    return joined


def main(folder: Path) -> int:
    """Draw everything into `folder`."""
    path = shutil.which("chromium")
    if path is None:
        sys.stderr.write("Chromium is needed: apt-get install chromium\n")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        drawn = draw(browser, folder)
        browser.close()
    sys.stdout.write(f"{drawn} pictures lie in {folder}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"))
