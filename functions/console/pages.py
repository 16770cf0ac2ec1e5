"""Templates and static files of the console: plain data in, HTML out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import escape

from saldo.edge.form_key import FIELD
from saldo.money import Money
from saldo.reminders.why_words import WhyWords

if TYPE_CHECKING:
    from saldo.bank_entries.return_charge import ReturnCharged

if TYPE_CHECKING or __package__:
    from functions.console.stored import failure_told, told_as
    from functions.console.words import TEMPLATES, Words
else:  # in Lambda this folder is the root of the code
    from stored import failure_told, told_as
    from words import TEMPLATES, Words

STATIC: Final = Path(__file__).parent / "static"
BACK: Final = "back"
"""The field that says on which page a form stood: it is shown again where the act is refused."""

_FORM: Final = re.compile('<form [^>]*method="post"[^>]*>')
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
"""No inline script or style, nothing from elsewhere."""


@dataclass(frozen=True, slots=True)
class Around:
    """What every page has around its own: where it is, and the keys of its forms."""

    root: str
    """The path of the console: "/console"."""
    here: str = ""
    """The page's own address, where a refused form leads back to."""
    form_key: str = ""


def render(template: str, words: Words, around: Around, values: Mapping[str, Any]) -> str:
    """Return a page. Every form gets the key of the session and the way back, here and not by each
    template: none is forgotten. What people wrote is escaped and holds no tag.
    """
    html = (
        _environment()
        .get_template(template)
        .render({"t": words, "root": around.root, "static": static_names(), **values})
    )
    hidden = (
        f'<input type="hidden" name="{FIELD}" value="{escape(around.form_key)}">'
        f'<input type="hidden" name="{BACK}" value="{escape(around.here)}">'
    )
    return _FORM.sub(lambda found: found[0] + hidden, html)


@cache
def static_names() -> dict[str, str]:
    """Return what each static file is called in addresses: it changes with its bytes, so that
    browsers may keep it for ever.
    """
    return {
        path.name: f"{path.stem}.{sha256(path.read_bytes()).hexdigest()[:10]}{path.suffix}"
        for path in sorted(STATIC.iterdir())
    }


@cache
def asset(name: str) -> tuple[str, bytes] | None:
    """Return a static file's content type and bytes by its name in addresses, None without one."""
    for path in STATIC.iterdir():
        if static_names()[path.name] == name:
            return _TYPES[path.suffix], path.read_bytes()
    return None


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"money": _money, "day": _day, "moment": _moment, "long_day": _long_day}
    made.filters |= {
        "by": _by,
        "coded": _coded,
        "failed": _failed,
        "stored": _stored,
        "missed": _missed,
    }
    return made


@pass_context
def _money(context: Context, value: Money) -> str:
    """Write an amount with its currency in the language of the page, kept on one line."""
    return str(context["t"].amount(value.minor, value.currency)).replace(" ", "\u00a0")


@pass_context
def _day(context: Context, value: date | None) -> str:
    """Write a day for a list; nothing for none."""
    return str(context["t"].short_date(value)) if value else ""


@pass_context
def _long_day(context: Context, value: date) -> str:
    return str(context["t"].date(value))


@pass_context
def _by(context: Context, who: str | None) -> str:
    """Write who did something: a person by their address, what is no person in words."""
    return _coded(context, who, "by.") or "–"


@pass_context
def _coded(context: Context, code: str | None, words: str) -> str:
    """Write a code in the words that begin with `words`, and as it is where it has none."""
    key = f"{words}{(code or '').lower()}"
    return str(context["t"](key)) if context["t"].has(key) else code or ""


@pass_context
def _failed(context: Context, said: str | None) -> str:
    """Write why a payment failed or came back: in words, with what the provider or bank said."""
    return failure_told(context["t"], said)


@pass_context
def _stored(context: Context, sentence: str | None) -> str:
    """Write a sentence that a row keeps in the page's words, where it is a known one."""
    return told_as(context["t"], sentence)


@pass_context
def _missed(context: Context, charge: ReturnCharged) -> str:
    """Write what the law misses for a charge."""
    facts = {"missing": charge.missing, "why": charge.why}
    return WhyWords(context["t"].language).law(facts)


@pass_context
def _moment(context: Context, value: datetime | None) -> str:
    """Write an instant as day and time at the creditor."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(context["zone"]))
    return f"{context['t'].short_date(local.date())}, {local:%H:%M}"
