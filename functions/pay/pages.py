"""What payers see: plain data in, a whole HTML page out.

Texts stand in templates/texts, one file a language; another language is one more file. Pages hold
no script and no inline style. The creditor's colour comes as a stylesheet of its own, `brand_css`,
which is served as `/assets/brand.css?c=1f5f5b`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from saldo.messages.colour import DEFAULT_BRAND, palette
from saldo.messages.formats import (
    FALLBACK_LANGUAGE,
    amount_field,
    amount_text,
    date_text,
    locale_of,
)
from saldo.messages.model import Sender

_HERE: Final = Path(__file__).parent
_TEXTS: Final = _HERE / "templates" / "texts"

Status = Literal["open", "overdue", "paid", "processing", "part-paid", "closed"]
Outcome = Literal["paid", "processing", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has around it.

    `here` is the page's own address without a query, to which the links to other languages lead;
    empty where there is no way back to the page. `public_url` has no slash at its end.
    """

    language: str
    public_url: str
    sender: Sender | None = None
    here: str = ""


@dataclass(frozen=True, slots=True)
class PastPayment:
    """A payment that was booked on the invoice; the amount is in the invoice's currency."""

    received_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PayPage:
    """An invoice and what its payer can do about it. Amounts are minor units of `currency`.

    `days_overdue` is negative before the due date. `attempt` is the id that the form carries.
    `error` is the code of a refusal; it is shown at the amount, beside `typed_amount`.
    `processing_minor` is what is on its way already.
    """

    frame: Frame
    pay_url: str
    status: Status
    number: str
    issued_on: date
    due_on: date
    days_overdue: int
    currency: str
    amount_minor: int
    open_minor: int
    attempt: str
    description: str = ""
    order_reference: str | None = None
    payments: tuple[PastPayment, ...] = ()
    processing_minor: int = 0
    provider: str = ""
    error: str | None = None
    typed_amount: str = ""


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """Where the payer comes back to from the provider. Amounts are minor units of `currency`.

    `allocated_minor` of the payment went to the invoice, on which `open_minor` stands open now;
    `credit_minor` is kept for the payer. `reason` is the provider's, in the payer's language.
    """

    frame: Frame
    pay_url: str
    outcome: Outcome
    number: str
    currency: str
    amount_minor: int
    open_minor: int
    allocated_minor: int = 0
    credit_minor: int = 0
    received_on: date | None = None
    method: str | None = None
    reason: str | None = None
    email_follows: bool = True


def pay_page(page: PayPage) -> str:
    """Return the page that a pay link opens."""
    error_code = page.error and _error_key(page.error, page.frame.language)
    return _render("pay.html", page.frame, page=page, error_key=error_code)


def return_page(page: ReturnPage) -> str:
    """Return the page that the payer comes back to."""
    return _render("return.html", page.frame, page=page)


def link_problem_page(frame: Frame) -> str:
    """Return the page for a link that opens nothing (any more); it tells nothing else."""
    return _render("problem.html", frame, kind="link", retry_url="")


def trouble_page(frame: Frame, retry_url: str) -> str:
    """Return the page for a payment that could not be started; nothing was booked."""
    return _render("problem.html", frame, kind="trouble", retry_url=retry_url)


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
    for path in (_HERE / "static").iterdir():
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
def languages() -> dict[str, str]:
    """Return the languages that pages speak, with their names in themselves."""
    return {path.stem: _texts(path.stem)["language"] for path in sorted(_TEXTS.glob("*.json"))}


def choose_language(asked: str | None, accept_language: str | None, fallback: str) -> str:
    """Return the language of a page: what the payer asked for by `?lang=`, else what the browser
    accepts (RFC 9110, 12.5.4), else the account's; always one that a text file exists for.
    """
    wishes = [asked or "", *_accepted(accept_language or ""), fallback]
    spoken = (_spoken(wish) for wish in wishes)
    return next((language for language in spoken if language), FALLBACK_LANGUAGE)


def _spoken(tag: str) -> str | None:
    for candidate in (tag, tag.partition("-")[0].lower()):
        if candidate in languages():
            return candidate
    return None


def _accepted(header: str) -> list[str]:
    """Return the tags of an Accept-Language header, the most wanted first."""
    weighted: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if quality > 0:
            weighted.append((quality, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]


class _Words:
    """The texts of one language, with the formats that go with it."""

    def __init__(self, language: str) -> None:
        self.language = _spoken(language) or FALLBACK_LANGUAGE
        # The tag as given carries the country, which decides how amounts are written.
        self._formats = language if _spoken(language) else FALLBACK_LANGUAGE
        self._texts = _texts(self.language)

    def __call__(self, key: str, **values: object) -> str:
        return self._texts[key].format(**values)

    def count(self, key: str, number: int) -> str:
        """Return the text for a number of things, in the language's plural form for it."""
        form = locale_of(self._formats).plural_form(number)
        text = self._texts.get(f"{key}.{form}") or self._texts[f"{key}.other"]
        return text.format(n=number)

    def amount(self, minor: int, currency: str) -> str:
        return amount_text(minor, currency, self._formats)

    def field(self, minor: int, currency: str) -> str:
        return amount_field(minor, currency, self._formats)

    def date(self, day: date) -> str:
        return date_text(day, self._formats)


def _error_key(code: str, language: str) -> str:
    key = f"error.{code}"
    return key if key in _texts(_spoken(language) or FALLBACK_LANGUAGE) else "error.other"


@cache
def _texts(language: str) -> Mapping[str, str]:
    texts: dict[str, str] = json.loads((_TEXTS / f"{language}.json").read_text("utf-8"))
    return texts


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(template: str, frame: Frame, **values: Any) -> str:
    words = _Words(frame.language)
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
            **values,
        )
    )
