"""The facts behind a decision, in the reader's language: what each is called, and its value.

Decisions keep facts as codes and plain values; the same facts are told by the API as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from saldo.invoices.history import Change
from saldo.money import parse_amount

if TYPE_CHECKING or __package__:
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    from words import Words

_MINOR: Final = "_minor"
_ISO_DAY: Final = 10


def facts_told(
    facts: Mapping[str, Any], words: Words, time_zone: str, currency: str = ""
) -> list[tuple[str, str]]:
    """Return the facts as pairs of a name and a value, those of facts within facts after them.

    `facts` hold texts, numbers, ISO days and times (UTC), amounts in minor units beside a
    `currency`, and objects and lists of such. What has no name is told by its code.
    """
    return list(_told(facts, words, time_zone, str(facts.get("currency") or currency)))


def change_told(change: Change, words: Words, time_zone: str, currency: str) -> tuple[str, ...]:
    """Return what one field of an invoice was corrected from and to: its name, before, after."""
    key = f"fact_name.{change.field}"
    name = words(key) if words.has(key) else change.field
    return name, *(
        _changed(change.field, value, words, time_zone, currency)
        for value in (change.before, change.after)
    )


def _changed(field: str, value: str | None, words: Words, zone: str, currency: str) -> str:
    if not value:
        return "–"
    if field == "amount":
        return words.amount(parse_amount(value, currency), currency)
    return _text(value, words, zone)


def _told(
    facts: Mapping[str, Any], words: Words, zone: str, currency: str
) -> Iterator[tuple[str, str]]:
    named = [(words.text(key) if words.has(key) else name, name) for key, name in _keys(facts)]
    for text, name in sorted(named, key=lambda pair: pair[0].casefold()):
        value = facts[name]
        if isinstance(value, Mapping):
            yield from _told(value, words, zone, str(value.get("currency") or currency))
        elif _is_list_of_facts(value):
            for one in value:
                yield from _told(one, words, zone, str(one.get("currency") or currency))
        else:
            yield text, _value(name, value, words, zone, currency)


def _keys(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is told, with the key of its name: nothing empty, and a currency with amounts."""
    has_amount = any(name == "minor" or name.endswith(_MINOR) for name in facts)
    left_out = {
        "because",  # English, and told by the sentence that the facts stand behind
        "currency" if has_amount else "",
        "why" if facts.get("missing") or facts.get("about") else "",  # told by these, too
    }
    for name, value in facts.items():
        if value not in (None, "", [], {}, ()) and name not in left_out:
            yield f"fact_name.{name}", name


def _is_list_of_facts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, Mapping) for one in value)


def _value(name: str, value: Any, words: Words, zone: str, currency: str) -> str:
    if isinstance(value, bool):
        return words("fact_value.yes" if value else "fact_value.no")
    if isinstance(value, int):
        is_amount = currency and (name == "minor" or name.endswith(_MINOR))
        return words.amount(value, currency) if is_amount else str(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_value(name, one, words, zone, currency) for one in value)
    return _text(str(value), words, zone)


def _text(value: str, words: Words, zone: str) -> str:
    """Write a day, a time or a code in the reader's way; anything else as it stands."""
    try:
        if len(value) == _ISO_DAY:
            return words.short_date(date.fromisoformat(value))
        at = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
    except ValueError:
        key = f"fact_value.{value}"
        return words(key) if words.has(key) else value
    return f"{words.short_date(at.date())}, {at:%H:%M}"
