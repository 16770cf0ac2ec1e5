"""Messages in words.

Texts stand in `texts/<message>/<language>.{subject.txt,text.txt,html}`, whole, beside what a
language says in every message (`texts/shared/<language>.{txt,html}`) and its sentences about
failed payments (`texts/payment-failed/<language>.reasons.json`). Another language is more
files; a country's variant such as de-AT is a file only where it says something else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from saldo.messages.colour import palette
from saldo.messages.failures import FailureKind
from saldo.messages.formats import FALLBACK_LANGUAGE, amount_text, date_text
from saldo.messages.model import MessageContext, MessageItem, MessageKind, Rendered

_TEXTS: Final = Path(__file__).parent / "texts"

SUBJECT_LENGTH_MAX: Final = 78
"""Longer ones are cut off by mail programs, and folded by RFC 5322 (2.1.1)."""

_PARAGRAPH: Final = '<p style="margin:0 0 16px">'
"""Mail programs drop stylesheets, so the texts' plain paragraphs get their style here."""


class JinjaRenderer:
    """Renders the texts of this package."""

    def render(self, message: MessageKind, context: MessageContext) -> Rendered:
        """Return the message in the debtor's language, in English if it has no such texts.

        What a text mentions and the context lacks is an error of ours: jinja2.UndefinedError.
        """
        language = spoken(context.language)
        values = _values(context, language)
        subject, text, html = (
            _environment().get_template(f"{message}/{language}.{part}").render(values)
            for part in ("subject.txt", "text.txt", "html")
        )
        subject = _brief(" ".join(subject.split()), SUBJECT_LENGTH_MAX)
        return Rendered(subject, _tidy(text), _tidy(html))


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that messages speak."""
    return tuple(sorted(path.stem for path in (_TEXTS / "shared").glob("*.txt")))


def spoken(tag: str) -> str:
    """Return the language of our texts that is nearest to a BCP 47 tag."""
    for candidate in (tag, tag.partition("-")[0].lower()):
        if candidate in languages():
            return candidate
    return FALLBACK_LANGUAGE


def _values(context: MessageContext, language: str) -> dict[str, Any]:
    """Return everything that a text may mention."""
    # The whole tag carries the country, which decides how amounts are written.
    tag = context.language if context.language.lower().startswith(language) else language
    totals: dict[str, int] = {}
    for item in context.items:
        totals[item.currency] = totals.get(item.currency, 0) + item.open_minor
    return {
        "language": language,
        "sender": context.sender,
        "account_name": context.account_name,
        "contact_name": context.contact_name,
        "business": context.kind_of_debtor == "business",
        "items": context.items,
        "item": next(iter(context.items), None),
        "several": len(context.items) > 1,
        "total": " + ".join(amount_text(minor, code, tag) for code, minor in totals.items()),
        "earliest_due": min((item.due_on for item in context.items), default=context.written_on),
        "pay_url": context.pay_url,
        "announces_collection": context.announces_collection,
        "payment": context.payment,
        "failure": context.failure,
        "reason": _reason(context.failure.why, language) if context.failure else None,
        "debit": context.debit,
        "mandate": context.mandate,
        "plan": context.plan,
        "colours": palette(context.sender.brand_colour),
        "money": partial(_money, tag),
        "day": partial(_day, tag),
        "is_part": _is_part,
    }


def _reason(why: FailureKind, language: str) -> dict[str, str]:
    """Return why a payment failed (`why`) and what to do (`do`), as sentences."""
    reasons: dict[str, dict[str, str]] = _reasons(language)
    return reasons[why]


@cache
def _reasons(language: str) -> Any:
    path = _TEXTS / "payment-failed" / f"{language}.reasons.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _money(tag: str, minor: int, currency: str) -> str:
    return amount_text(minor, currency, tag)


def _day(tag: str, day: date) -> str:
    return date_text(day, tag)


def _is_part(item: MessageItem) -> bool:
    return item.open_minor != item.amount_minor


def _brief(text: str, length: int = 24) -> str:
    """Cut what would push a subject out of bounds; the message itself has it whole."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _styled(html: str) -> Markup:
    """Give plain paragraphs their inline style. Escaped content holds no tags."""
    # A str, for Markup.replace would escape the style. Jinja has escaped what came from outside.
    return Markup(str(html).replace("<p>", _PARAGRAPH))  # noqa: S704


def _tidy(text: str) -> str:
    """Leave one empty line at most: branches of a text that were not taken leave gaps."""
    # RFC 3676, 4.3: the line before a signature ends in a space.
    lines = (line if line == "-- " else line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


@cache
def _environment() -> Environment:
    filters: Mapping[str, Any] = {"brief": _brief, "styled": _styled}
    environment = Environment(
        loader=FileSystemLoader(_TEXTS),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters)
    return environment
