"""Mails as browsers draw them, and text messages as phones do."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final, get_args

from markupsafe import escape
from PIL import Image
from playwright.sync_api import Browser, Page

from saldo.adapters.qr.codes import Codes
from saldo.girocode import Transfer, girocode_text
from saldo.messages.model import MessageContext, MessageKind
from saldo.messages.render import JinjaRenderer, languages
from saldo.messages.samples import BUNDLE, ONE, RESUMED, WHOLE
from saldo.messages.told import QR_CONTENT_ID
from saldo.reminders.channels.sms_text import sms_length

KINDS: Final[tuple[MessageKind, ...]] = get_args(MessageKind)
WIDTHS: Final = {"phone": 360, "desktop": 700}
COLUMNS: Final = 6

assert BUNDLE.transfer is not None
CODE: Final = girocode_text(
    Transfer(
        BUNDLE.transfer.account_holder, BUNDLE.transfer.iban, 193576, reference="RF10INV2026001"
    )
)
LIST: Final = replace(BUNDLE, transfer=replace(BUNDLE.transfer, qr=True))
ABOUT: Final[dict[str, MessageContext]] = {"one": ONE, "bundle": LIST, "resumed": RESUMED}
ABOUT["upcoming"] = replace(
    ONE, items=(replace(WHOLE, due_on=date(2026, 12, 1), days_overdue=0),), transfer=LIST.transfer
)
ABOUT["left"] = replace(
    ONE, transfer=replace(BUNDLE.transfer, qr=True, amount_minor=79050, currency="EUR")
)
SHOWN: Final[dict[str, tuple[str, ...]]] = {
    "friendly-notice": ("upcoming",),
    "invoice": ("upcoming",),
    "reminder-1": ("one", "bundle"),
    "reminder-2": ("bundle", "resumed"),
    "reminder-3": ("bundle",),
    "final-notice": ("bundle", "resumed"),
    "nl-14-day-letter": ("resumed",),
    "plan-missed": ("left",),
    "plan-declined": ("left",),
}
"""What a message is drawn with, if not with one invoice."""


def samples(kind: MessageKind) -> Iterator[tuple[str, MessageContext]]:
    """Yield by name what a message is drawn with."""
    for name in SHOWN.get(kind, ("one",)):
        yield name, ABOUT[name]


def shown(html: str, page: Page) -> None:
    """Show a mail in a page, with the code that comes with it."""
    page.set_content(html, wait_until="load")


def draw(browser: Browser, folder: Path) -> int:
    """Draw every mail; one sheet per language and window besides."""
    code = Codes().png(CODE)
    drawn = 0
    for window, width in WIDTHS.items():
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": 600}, color_scheme=scheme)
            page.route(
                "**/epc-qr.png", lambda route: route.fulfill(body=code, content_type="image/png")
            )
            for language in languages():
                if scheme == "dark" and language != "de":
                    continue
                made = []
                for kind in KINDS:
                    for name, context in samples(kind):
                        told = replace(context, language=language)
                        html = JinjaRenderer().render(kind, told).html
                        html = html.replace(
                            f"cid:{QR_CONTENT_ID}", "https://mail.example/epc-qr.png"
                        )
                        shown(html, page)
                        file = folder / f"{language}-{window}-{scheme}-{kind}-{name}.png"
                        page.screenshot(path=file, full_page=True)
                        made.append(file)
                sheet(made, folder / f"sheet-{language}-{window}-{scheme}.png")
                drawn += len(made) + 1
            page.close()
    return drawn


def sheet(files: Sequence[Path], target: Path, columns: int = COLUMNS) -> None:
    """Put pictures side by side, each column filled from the top."""
    images = [Image.open(io.BytesIO(file.read_bytes())) for file in files]
    width, gap = max(image.width for image in images), 12
    heights = [0] * columns
    places = []
    for image in images:
        column = heights.index(min(heights))
        places.append((image, column * (width + gap), heights[column]))
        heights[column] += image.height + gap
    whole = Image.new("RGB", (columns * (width + gap), max(heights)), "#888")
    for image, x, y in places:
        whole.paste(image, (x, y))
    whole.save(target)


_PHONE: Final = (
    "<meta charset=utf-8><style>body{{font:15px/1.35 system-ui,sans-serif;margin:12px;"
    "background:#fff}}p{{background:#e9e9eb;border-radius:18px;padding:9px 14px;margin:2px 0;"
    "max-width:270px;overflow-wrap:anywhere;white-space:pre-wrap}}small{{color:#777;display:block;"
    "margin:0 0 12px 14px}}</style>{}"
)


def draw_texts(browser: Browser, folder: Path) -> int:
    """Draw every text message, a picture per language, each with how long it is."""
    page = browser.new_page(viewport={"width": 360, "height": 600})
    for language in languages():
        bubbles = []
        for kind in KINDS:
            for name, context in samples(kind):
                told = replace(context, language=language, channel="sms")
                text = JinjaRenderer().render(kind, told).text
                length = sms_length(text)
                size = f"{length.units} units of {length.alphabet}, {length.segments} segments"
                bubbles.append(f"<p>{escape(text)}</p><small>{kind}, {name}: {size}</small>")
        page.set_content(_PHONE.format("".join(bubbles)))
        page.screenshot(path=folder / f"{language}.png", full_page=True)
    page.close()
    return len(languages())
