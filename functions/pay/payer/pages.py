"""Plain data in, a whole HTML page out.

Texts stand in templates/texts, a folder a language; another language is one more folder. Pages hold
no script and no inline style; that of a transfer has a script to copy by, and does without it. The
creditor's colour comes as a stylesheet of its own, `brand_css`, which is served as
`/assets/brand.css?c=1f5f5b`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final, Literal, Protocol
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from saldo.accounts.logo import size_of_logo
from saldo.edge.form_key import FIELD
from saldo.messages.colour import DEFAULT_BRAND, palette
from saldo.messages.listing import short_list

from .shown import AccountPage, Frame, PayPage
from .shown_after import AgreedPage, LaterPage, ReturnPage
from .words import TEMPLATES, Words, languages


class FramedPage(Protocol):
    """What every page has."""

    @property
    def frame(self) -> Frame: ...


class AnswerPage(Protocol):
    """What the page of any answer has."""

    @property
    def frame(self) -> Frame: ...

    @property
    def id(self) -> str: ...

    @property
    def error(self) -> str: ...


TroubleKind = Literal["trouble", "mishap", "often"]

STATIC: Final = TEMPLATES.parent / "static"
_FORM: Final = re.compile('<form [^>]*method="post"[^>]*>')
"""Every form gets the page's key, here and not by each template: none is forgotten. What payers or
creditors wrote is escaped and holds no tag."""
_EXAMPLE_DAY: Final = date(2026, 12, 24)
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


def trouble_page(frame: Frame, retry_url: str, kind: TroubleKind = "trouble") -> str:
    """Return the page for what could not be done: a payment that could not be started ("trouble":
    nothing was booked), a fault of ours ("mishap"), or what was asked too often.
    """
    return _render("problem.html", frame, kind=kind, retry_url=retry_url)


def stop_page(frame: Frame, pay_url: str, *, done: bool) -> str:
    """Return the page that asks whether reminders shall end, or says that they do."""
    return _render("stop.html", frame, kind="done" if done else "ask", pay_url=pay_url)


def watch_page(frame: Frame, kind: str) -> str:
    """Return the page that asks whether mails to a watcher shall end, or says that they do."""
    return _render("watch.html", frame, kind=kind, url=frame.here)


def transfer_page(page: FramedPage) -> str:
    """Return the page of a transfer, the only one with a script: it copies values."""
    return _render("transfer.html", page.frame, page=page)


def documents_page(page: FramedPage) -> str:
    """Return the page that lists what can be fetched."""
    return _render("documents.html", page.frame, page=page, example_day=_EXAMPLE_DAY)


def answer_page(template: str, page: AnswerPage) -> str:
    """Return the page of an answer, with its form."""
    return _render(template, page.frame, page=page)


def confirm_contact_page(page: FramedPage) -> str:
    """Return the page that confirms a new mail address, or says that it is confirmed."""
    return _render("confirm_contact.html", page.frame, page=page)


def disowned_page(frame: Frame) -> str:
    """Return the page of a link whose holder is the wrong person: it tells nothing at all."""
    return _render("problem.html", frame, kind="disowned", retry_url="")


def portal_page(template: str, page: FramedPage) -> str:
    """Return a page of the portal, or of the creditor's staff."""
    return _render(template, page.frame, page=page)


def portal_problem_page(frame: Frame, kind: str) -> str:
    """Return the page for what the portal cannot show."""
    return _render("portal/problem.html", frame, kind=kind)


def portal_of(frame: Frame) -> str:
    """Return the address of the portal that a page is in."""
    base, _, more = frame.here.partition("/portal/")
    return f"{base}/portal/{more.partition('/')[0]}"


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
    types = {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
    }
    for path in STATIC.iterdir():
        if path.name == name:
            return types[path.suffix], path.read_text("utf-8")
    return None


def content_security_policy(form_targets: Sequence[str] = (), *, scripts: bool = False) -> str:
    """Return the policy of the pages; `scripts` lets a page run those that are served beside it.

    `form_targets` are addresses that the pay form may end at: browsers hold the redirect to the
    provider against form-action, too.
    """
    origins = sorted({f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in form_targets})
    targets = " ".join(["'self'", *origins])
    script = "script-src 'self'; " if scripts else ""
    return (
        f"default-src 'none'; {script}style-src 'self'; img-src 'self'; base-uri 'none'; "
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
    this = frame.page or frame.here
    others = {
        f"{this}{'&' if '?' in this else '?'}{urlencode({'lang': language})}": (language, name)
        for language, name in languages().items()
        if this and language != words.language
    }
    html = (
        _environment()
        .get_template(template)
        .render(
            t=words,
            frame=frame,
            sender=frame.sender,
            assets=assets,
            brand=colour,
            logo_size=size_of_logo(frame.sender.logo)
            if frame.sender and frame.sender.logo
            else None,
            other_languages=others,
            seen=f"{urlsplit(frame.here).path}/seen" if frame.here and frame.is_tracked else "",
            portal_of=portal_of,
            short_list=lambda numbers: short_list(numbers, words.language),
            **values,
        )
    )
    key = f'<input type="hidden" name="{FIELD}" value="{frame.form_key}">'
    return _FORM.sub(rf"\g<0>{key}", html)
