"""Plain data in, a whole HTML page out.

Texts stand in templates/texts, one file a language; another language is one more file. Pages hold
no script and no inline style. The creditor's colour comes as a stylesheet of its own, `brand_css`,
which is served as `/assets/brand.css?c=1f5f5b`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from saldo.messages.colour import DEFAULT_BRAND, palette
from saldo.messages.listing import short_list

from .shown import AccountPage, AgreedPage, Frame, LaterPage, PayPage, ReturnPage
from .words import TEMPLATES, Words, languages

STATIC: Final = TEMPLATES.parent / "static"
ROWS_SHOWN: Final = 12
"""So many invoices are in sight at once; the others are a touch away, on the same page."""


def pay_page(page: PayPage) -> str:
    """Return the page of one invoice."""
    return _render("pay.html", page.frame, page=page, typed=page.typed)


def account_page(page: AccountPage) -> str:
    """Return the page of everything that stands open on an account."""
    return _render("account.html", page.frame, page=page, typed=page.typed, rows_shown=ROWS_SHOWN)


def later_page(page: LaterPage) -> str:
    """Return the page on which a payment on a day to come is agreed."""
    return _render("later.html", page.frame, page=page)


def agreed_page(page: AgreedPage) -> str:
    """Return the page that the payer comes back to after giving a mandate."""
    return _render("agreed.html", page.frame, page=page)


def return_page(page: ReturnPage) -> str:
    """Return the page that the payer comes back to."""
    return _render("return.html", page.frame, page=page, rows_shown=ROWS_SHOWN)


def link_problem_page(frame: Frame) -> str:
    """Return the page for a link that opens nothing (any more); it tells nothing else."""
    return _render("problem.html", frame, kind="link", retry_url="")


def trouble_page(frame: Frame, retry_url: str) -> str:
    """Return the page for a payment that could not be started; nothing was booked."""
    return _render("problem.html", frame, kind="trouble", retry_url=retry_url)


def stop_page(frame: Frame, pay_url: str, *, done: bool) -> str:
    """Return the page that asks whether reminders shall end, or says that they do."""
    return _render("stop.html", frame, kind="done" if done else "ask", pay_url=pay_url)


def brand_css(colour: str) -> str:
    """Return the stylesheet that carries a creditor's colour, `colour` as "1f5f5b".

    What is no colour gives the default; nothing of the argument gets into the stylesheet unread.
    """
    made = palette(f"#{colour}")
    light = f"--brand:{made.fill};--on-brand:{made.on_fill};--brand-ink:{made.ink}"
    dark = f"--brand:{made.dark_fill};--on-brand:{made.dark_on_fill};--brand-ink:{made.dark_ink}"
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


@cache
def asset(name: str) -> tuple[str, str] | None:
    """Return a static file's content type and text, None if there is no such file."""
    types = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
    for path in STATIC.iterdir():
        if path.name == name:
            return types[path.suffix], path.read_text("utf-8")
    return None


def content_security_policy(form_targets: Sequence[str] = ()) -> str:
    """Return the policy of the pages.

    `form_targets` are addresses that the pay form may end at: browsers hold the redirect to the
    provider against form-action, too.
    """
    origins = sorted({f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in form_targets})
    targets = " ".join(["'self'", *origins])
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action {targets}"
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(template: str, frame: Frame, **values: Any) -> str:
    words = Words(frame.language)
    brand = frame.sender.brand_colour if frame.sender else DEFAULT_BRAND
    colour = palette(brand).fill.removeprefix("#")
    # A path, not an address: the page may be reached under another host than the public one, and
    # the policy allows stylesheets of the page's own host only.
    assets = f"{urlsplit(frame.public_url).path}/assets"
    others = {
        f"{frame.here}?{urlencode({'lang': language})}": (language, name)
        for language, name in languages().items()
        if frame.here and language != words.language
    }
    return (
        _environment()
        .get_template(template)
        .render(
            t=words,
            frame=frame,
            sender=frame.sender,
            assets=assets,
            brand=colour,
            other_languages=others,
            short_list=lambda numbers: short_list(numbers, words.language),
            **values,
        )
    )
