"""Why something was refused, in the language of the page.

A refusal has words by its code (`refusal.<code>`), and where the code has several reasons or tells
numbers, words by its case (`refusal.<code>.<case>`), with places that its values fill. What has no
words is told in the English of the API: a test sees to it that nothing the console can meet is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from string import Formatter
from typing import TYPE_CHECKING, Final

from saldo.errors import Refusal, Unavailable
from saldo.money import Money

if TYPE_CHECKING or __package__:
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    from words import Words

BUSY: Final = "refusal.busy"
"""Somebody else changes the same: there are many such codes, and one thing to do."""
OUTSIDE: Final = "refusal.unavailable"
"""Something outside does not answer now."""


def problem_text(words: Words, refusal: Refusal) -> str:
    """Return why something was refused, in the page's language where there is a text for it."""
    told = {name: _written(words, value) for name, value in refusal.values.items()}
    field = _field(words, (refusal.pointer or "").rpartition("/")[2])
    if field:
        told.setdefault("field", field)
    if "name" in told:
        told["name"] = _field(words, told["name"]) or told["name"]
    for key in _keys(refusal):
        if words.has(key) and places(words.text(key)) <= told.keys():
            return words(key, **told)
    return refusal.detail


def said_by_code(words: Words, code: str, fallback: str) -> str:
    """Return what a refusal's code alone tells, for where a row keeps it: else `fallback`."""
    key = f"refusal.{code}"
    return words(key) if words.has(key) and not places(words.text(key)) else fallback


def places(text: str) -> set[str]:
    """Return the names of a text's places."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _keys(refusal: Refusal) -> Iterator[str]:
    """Yield the texts that may tell a refusal, the most telling first."""
    for code in _codes(refusal):
        if refusal.case:
            yield f"refusal.{code}.{refusal.case}"
        yield f"refusal.{code}.told"
        yield f"refusal.{code}"
    if refusal.code == "busy" or refusal.code.endswith("-busy"):
        yield BUSY
    if isinstance(refusal, Unavailable):
        yield OUTSIDE


def _codes(refusal: Refusal) -> Iterator[str]:
    """Yield the code of a refusal, and of what it is a kind of. The bare kinds of answer ("this
    conflicts") say less than English does, unless nothing more is known.
    """
    yield refusal.code
    for kind in type(refusal).__mro__[1:]:
        if issubclass(kind, Refusal) and kind.__module__ != Refusal.__module__:
            yield kind.code


def _field(words: Words, name: str) -> str:
    """Return what a field is called on the pages, "" where it has no name there."""
    key = f"refused_field.{name}"
    return words(key) if words.has(key) else ""


def _written(words: Words, value: object) -> str:
    if isinstance(value, Money):
        return words.amount(value.minor, value.currency)
    if isinstance(value, datetime):
        return words.short_date(value.date())
    if isinstance(value, date):
        return words.short_date(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(_written(words, one) for one in value)
    return str(value)
