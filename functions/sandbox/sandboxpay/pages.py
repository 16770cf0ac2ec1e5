"""The hosted page: what the payer sees at the provider."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from saldo.money import decimals_of

from .mandates import Mandate
from .payments import Payment

_HERE: Final = Path(__file__).parent
LANGUAGES: Final = ("de", "en")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the payer typed, and what is wrong with it by field."""

    amount: str = ""
    received_on: str = ""
    errors: tuple[str, ...] = ()


def hosted_page(payment: Payment, base_path: str, entry: Entry) -> str:
    """Return the page of a payment in the payment's language."""
    return _page(
        "hosted.html",
        payment.language,
        base_path,
        payment=payment,
        entry=entry,
        amount=_amount(payment.amount_minor, payment.currency, payment.language),
        received=_amount(payment.received_minor, payment.currency, payment.language),
        received_on=payment.received_on
        and format_date(payment.received_on, "long", payment.language),
    )


def mandate_page(mandate: Mandate, charges: Sequence[Payment], base_path: str) -> str:
    """Return the page of a mandate, with its latest charges, in the mandate's language."""
    shown = [
        {
            "id": charge.id,
            "reference": charge.reference,
            "state": charge.state,
            "amount": _amount(charge.amount_minor, charge.currency, mandate.language),
        }
        for charge in charges
    ]
    return _page("mandate.html", mandate.language, base_path, mandate=mandate, charges=shown)


def unknown_page(base_path: str) -> str:
    """Return the page for an address that belongs to no payment."""
    return _page("unknown.html", "en", base_path)


def content_security_policy(return_url: str = "") -> str:
    """Return the policy of a page whose form leads back to `return_url` in the end.

    Browsers hold redirects after a form against form-action too, so the merchant's origin stands
    in it.
    """
    parts = urlsplit(return_url)
    form_action = f"'self' {parts.scheme}://{parts.netloc}" if return_url else "'none'"
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action {form_action}"
    )


@cache
def asset(name: str) -> str | None:
    """Return the text of a static file, or None if there is no such file."""
    known = {path.name: path for path in (_HERE / "static").iterdir()}
    return known[name].read_text("utf-8") if name in known else None


@cache
def texts(language: str) -> dict[str, str]:
    """Return the words of the pages in `language`."""
    found: dict[str, str] = json.loads((_HERE / "texts" / f"{language}.json").read_text("utf-8"))
    return found


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _page(template: str, language: str, base_path: str, **values: object) -> str:
    words = texts(language)
    return (
        _environment()
        .get_template(template)
        .render(t=words, language=language, base=base_path, **values)
    )


def _amount(minor: int, currency: str, language: str) -> str:
    number = Decimal(minor).scaleb(-decimals_of(currency))
    return format_currency(number, currency, locale=language)
