"""What a page must not do in a window: run off its side, be pushed sideways, or show a figure of a
table without the heading that says what it is.
"""

from __future__ import annotations

from typing import Final, cast

from playwright.sync_api import Page

PHONE: Final = 360
"""CSS pixels: the narrowest telephones that are in use."""

_LOOK: Final = """() => {
    const found = [];
    document.querySelectorAll("main details").forEach(one => one.open = true);
    if (document.documentElement.scrollWidth > innerWidth + 1) found.push("runs off the side");
    if (innerWidth > 400) return found;
    for (const one of document.querySelectorAll("main :not(textarea)"))
        if (getComputedStyle(one).overflowX === "auto" && one.scrollWidth > one.clientWidth + 1)
            found.push("is pushed sideways: " + one.className);
    for (const cell of document.querySelectorAll(".table td:not(:first-child, [data-label])"))
        if (cell.innerText.trim() && !cell.closest(".bank-list, .inbox-list")
            && !cell.querySelector("form, .badge"))
            found.push("has no heading: " + cell.innerText);
    return found;
}"""


def out_of_bounds(page: Page) -> list[str]:
    """Open all that unfolds on a page; return what is wrong with its width, in words."""
    return cast("list[str]", page.evaluate(_LOOK))
