"""Sentences that rows keep in English, told in the language of the page.

New rows keep codes and values. Some, of other systems' trouble above all, keep a sentence: those
that are known are told in the reader's words here, and all others as they stand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from saldo.messages.failures import failure_kind

if TYPE_CHECKING or __package__:
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    from words import Words

_FORMS: Final = (
    ("credit-note", r"A credit note is to come\."),
    ("money-booked", r"The money was booked\."),
    ("handed-over-before", r"It was handed over before the item came here\."),
    ("carrier-silent", r"The carrier never answered; a person must decide\."),
    ("mail-bounced", r"(?P<n>\d+) of (?P<all>\d+) mails bounced \((?P<share>[\d.]+ %)\)"),
    (
        "mail-complained",
        r"(?P<n>\d+) of (?P<all>\d+) mails were complained of \((?P<share>[\d.]+ %)\)",
    ),
    ("erp-status", r"(?P<who>.+) answered (?P<status>\d{3}) to (?P<what>.+?)(?:, which .+)?\."),
    ("erp-silent", r"(?P<who>.+) did not answer (?P<what>.+): \w+\."),
    ("erp-fewer", r"(?P<who>.+) wants fewer calls of (?P<what>.+)\."),
    ("erp-not-understood", r"(?P<who>.+) did not understand (?P<what>.+): .+"),
    ("erp-setting", r"The setting (?P<what>.+) is missing\."),
    ("erp-no-consent", r"Nobody gave consent yet: .+"),
    ("erp-consent-over", r"(?P<who>.+) takes our consent no more .+"),
    ("erp-gone-at-once", r"(?P<n>\d+) of (?P<all>\d+) open items are gone at once\. .+"),
    ("erp-used-up", r"This (?:minute|day)'s calls are used up\."),
    ("erp-renewing", r"(?:The access|Another worker) .+"),
)
_KNOWN: Final = tuple((name, re.compile(form, re.DOTALL)) for name, form in _FORMS)
NAMES: Final = tuple(name for name, _ in _FORMS)


def failure_told(words: Words, said: str | None) -> str:
    """Return why a payment failed or came back: in words, with what the provider or bank said."""
    word = words.text(f"failure.{failure_kind(said)}")
    return f"{word} ({said})" if said else word


def told_as(words: Words, stored: str | None) -> str:
    """Return a sentence that a row keeps, in the page's words where it is a known one."""
    text = (stored or "").strip()
    for name, form in _KNOWN:
        found = form.fullmatch(text)
        if found is not None:
            return words(f"stored.{name}", **found.groupdict())
    return text
