"""Every mail in Chromium, at the width of a phone: nothing is cut off, nothing must be pushed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from saldo.messages.model import MessageContext
from saldo.messages.render import JinjaRenderer, languages
from saldo.messages.samples import BUNDLE, ONE
from tests.pictures.mails import KINDS, WIDTHS, samples

_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SMALLEST = """() => Math.min(...[...document.querySelectorAll("td, p, div, small, a")]
    .filter(e => e.innerText.trim() && e.checkVisibility({opacityProperty: true}))
    .map(e => parseFloat(getComputedStyle(e).fontSize)))"""


@pytest.fixture(params=WIDTHS.values(), ids=WIDTHS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    made = browser.new_page(viewport={"width": request.param, "height": 800})
    yield made
    made.close()


def told(
    kind_samples: Iterator[tuple[str, MessageContext]],
) -> Iterator[tuple[str, MessageContext]]:
    yield from kind_samples
    assert BUNDLE.transfer is not None
    odd = replace(
        ONE.items[0],
        number="2026/" + "RECHNUNG" * 7,
        due_on=date(2026, 9, 30),
        amount_minor=9_999_999_999_99,
        open_minor=9_999_999_999_99,
    )
    transfer = replace(BUNDLE.transfer, account_holder="Wasserwirtschaft" * 4)
    sender = replace(ONE.sender, name="Überregionale " + "Wasserwirtschaftsverwaltung" * 2)
    yield "odd", replace(ONE, items=(odd, odd), transfer=transfer, sender=sender)


@pytest.mark.parametrize("language", languages())
def test_nothing_of_a_mail_is_wider_than_its_window(page: Page, language: str) -> None:
    for kind in KINDS:
        for name, context in told(samples(kind)):
            html = JinjaRenderer().render(kind, replace(context, language=language)).html
            page.set_content(html)
            assert page.evaluate(_WIDER) == 0, f"{kind}, {name}, {language}"
            assert page.evaluate(_SMALLEST) >= 12, f"{kind}, {name}: words too small to read"


def test_what_is_too_wide_would_be_noticed(page: Page) -> None:
    page.set_content("<!doctype html><table><td nowrap>" + "Wasserwerk " * 90 + "</table>")
    assert page.evaluate(_WIDER) > 0
