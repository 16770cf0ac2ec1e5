"""Texts to begin a message with, in the debtor's language, with what they name filled in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from saldo.accounts.model import Account
from saldo.inbox.replies import ReplyTexts, filled
from saldo.invoices.model import OpenItem
from saldo.messages.formats import amount_text, date_text

_FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Begin:
    """A text to begin with, filled in. `is_own` tells whether the creditor wrote it, `subject` is
    in the debtor's language ("" where it has none); `with_documents`: the invoice goes with it.
    """

    id: str
    title: str
    text: str
    is_own: bool
    subject: str = ""
    with_documents: bool = False


def begins(
    texts: ReplyTexts,
    account: Account,
    items: Sequence[OpenItem],
    *,
    shown_in: str,
    today: date,
    named: Sequence[str] = (),
    name: str = "",
) -> list[Begin]:
    """Return the texts for an account: ours for writing first, then the creditor's and those that
    mails are answered with; a creditor's own takes the place of one of its id.

    {amount} is what is overdue of `items` and {due} the day since which: a text that needs them is
    left out where nothing is. {invoice} is `named`, and falls away where it names none. Titles are
    in the language `shown_in`.
    """
    late = [one for one in items if one.due_on < today and one.open_minor > 0]
    offered = texts.offered(account.creditor, account.language, shown_in)
    taken = {one.id for one in offered}
    bodies = [
        *(one for one in _supplied(account.language, shown_in) if one.id not in taken),
        *(
            Begin(one.id, one.title, one.body, one.is_own, with_documents=one.with_document)
            for one in offered
        ),
    ]
    return [
        replace(one, text=_filled(one.text, account, named, late, name))
        for one in bodies
        if late or ("{amount}" not in one.text and "{due}" not in one.text)
    ]


def _filled(
    body: str, account: Account, named: Sequence[str], late: Sequence[OpenItem], name: str
) -> str:
    # No trailing space is lost: a text may end where the writer goes on.
    ends = body[len(body.rstrip()) :]
    text = filled(body, invoice=", ".join(named) or None, name=name)
    if late:
        due = date_text(min(one.due_on for one in late), account.language)
        text = text.replace("{amount}", _sums(late, account.language)).replace("{due}", due)
    return text + ends


def _sums(items: Sequence[OpenItem], language: str) -> str:
    """Return what is open, a sum per currency: they are never added."""
    sums: dict[str, int] = {}
    for one in items:
        sums[one.currency] = sums.get(one.currency, 0) + one.open_minor
    return " + ".join(amount_text(minor, code, language) for code, minor in sums.items())


def _supplied(language: str, shown_in: str) -> list[Begin]:
    tag = language.partition("-")[0].lower()
    return [
        Begin(
            one["id"],
            one["title"].get(shown_in, one["title"][_FALLBACK]),
            one["text"].get(tag, one["text"][_FALLBACK]),
            is_own=False,
            subject=one["subject"].get(tag, one["subject"][_FALLBACK]),
        )
        for one in _data()
    ]


@cache
def _data() -> list[dict[str, Any]]:
    text = (files("saldo.reminders.by_hand") / "starters.json").read_text("utf-8")
    data: list[dict[str, Any]] = json.loads(text)
    return data
