"""The readable page of an export: plain HTML without scripts, in the person's language. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from saldo.accounts.model import Account, Creditor
from saldo.money import Money
from saldo.privacy.model import KeptAs
from saldo.privacy.retention import rule_of

LANGUAGES: Final = ("de", "en", "fr", "nl")
_KEPT: Final[tuple[KeptAs, ...]] = ("voucher", "book", "letter")

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;"
    "color:#1b1f23;background:#fff}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem .35rem 0;"
    "border-bottom:1px solid #d8dee4;vertical-align:top}td.n,th.n{text-align:right;"
    "font-variant-numeric:tabular-nums}blockquote{margin:.2rem 0 1rem;padding-left:.8rem;"
    "border-left:3px solid #d8dee4;white-space:pre-wrap}"
    "@media(prefers-color-scheme:dark){body{background:#14181c;color:#e6e8ea}a{color:#8ab4f8}}"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of the export: `name` is its place in it, None where it was too large."""

    shown: str
    name: str | None


@cache
def words_of(language: str) -> dict[str, str]:
    """Return the words of a language; English where we have none."""
    known = language if language in LANGUAGES else "en"
    text = (files("saldo.privacy") / "words" / f"{known}.json").read_text("utf-8")
    words: dict[str, str] = json.loads(text)
    return words


def page(
    creditor: Creditor,
    account: Account,
    today: date,
    held: dict[str, list[Any]],
    messages: Sequence[tuple[Any, str | None]],
    papers: Sequence[Paper],
) -> str:
    """Return the page. `messages` are notices with the place of their words, None without."""
    say = words_of(account.language)
    intro = say["intro"].format(
        creditor=creditor.name, account=account.number, day=today.isoformat()
    )
    sections = [
        _section(say["you"], _you(say, account)),
        _section(say["invoices"], _invoices(say, held.get("invoice", []))),
        _section(say["payments"], _payments(say, held.get("payment", []))),
        _section(say["messages"], _messages(say, messages)),
        _section(say["conversation"], _conversation(say, held.get("thread-entry", []))),
        _section(say["documents"], _papers(say, papers)),
        _section(say["kept"], _retention(say, creditor)),
        _section(say["all"], _data(say, held)),
    ]
    return (
        f'<!doctype html><html lang="{escape(account.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(say['title'])}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(say['title'])}</h1><p>{escape(intro)}</p>{''.join(sections)}"
        f"<p>{escape(say['rights'])}</p></main></body></html>\n"
    )


def _section(heading: str, content: str) -> str:
    return f"<h2>{escape(heading)}</h2>{content}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], none: str) -> str:
    """Return a table; a head that begins with ">" is a column of numbers. Cells are HTML."""
    kinds = [' class="n"' if head.startswith(">") else "" for head in heads]
    top = "".join(
        f'<th scope="col"{kind}>{escape(head.lstrip(">"))}</th>'
        for head, kind in zip(heads, kinds, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(row, kinds, strict=True))
        + "</tr>"
        for row in rows
    )
    if not body:
        return f"<p>{escape(none)}</p>"
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _you(say: dict[str, str], account: Account) -> str:
    address = account.address
    lines = (
        (*address.lines, f"{address.postal_code} {address.city}", address.country)
        if address
        else ()
    )
    contacts = [
        ", ".join(escape(part) for part in (one.name, one.email, one.phone) if part)
        for one in account.contacts
    ]
    rows = [
        (escape(say["name"]), escape(account.name)),
        (escape(say["address"]), "<br>".join(escape(line) for line in lines)),
        (escape(say["contacts"]), "<br>".join(contacts)),
        (escape(say["language"]), escape(account.language)),
    ]
    body = "".join(f'<tr><th scope="row">{head}</th><td>{cell}</td></tr>' for head, cell in rows)
    return f"<table><tbody>{body}</tbody></table>"


def _money(minor: int, currency: str) -> str:
    return escape(str(Money(minor, currency)))


def _invoices(say: dict[str, str], found: Sequence[Any]) -> str:
    heads = (say["number"], say["issued"], say["due"], f">{say['amount']}", f">{say['open']}")
    rows = [
        (
            escape(one.number),
            one.issued_on.isoformat(),
            one.due_on.isoformat(),
            _money(one.amount_minor, one.currency),
            _money(one.open_minor, one.currency),
        )
        for one in found
    ]
    return _table(heads, rows, say["none"])


def _payments(say: dict[str, str], found: Sequence[Any]) -> str:
    heads = (say["day"], say["method"], say["state"], f">{say['amount']}")
    rows = [
        (
            one.created_at.date().isoformat(),
            escape(one.method or one.provider),
            escape(one.state),
            _money(one.amount_minor, one.currency),
        )
        for one in found
    ]
    return _table(heads, rows, say["none"])


def _messages(say: dict[str, str], found: Sequence[tuple[Any, str | None]]) -> str:
    heads = (say["day"], say["channel"], say["to"], say["subject"])
    rows = [
        (
            one.created_at.date().isoformat(),
            escape(one.channel),
            escape(one.to or ""),
            _link(one.subject or one.message, place),
        )
        for one, place in found
    ]
    return _table(heads, rows, say["none"])


def _conversation(say: dict[str, str], found: Sequence[Any]) -> str:
    said = [
        f"<p>{one.at.date().isoformat()}, "
        f"{escape(say['you_wrote'] if one.side == 'payer' else say['we_wrote'])}:</p>"
        f"<blockquote>{escape(one.text)}</blockquote>"
        for one in found
    ]
    return "".join(said) or f"<p>{escape(say['none'])}</p>"


def _papers(say: dict[str, str], papers: Sequence[Paper]) -> str:
    rows = [
        (
            _link(one.shown, one.name)
            if one.name
            else f"{escape(one.shown)} ({escape(say['too_large'])})",
        )
        for one in papers
    ]
    return _table((say["file"],), rows, say["none"])


def _retention(say: dict[str, str], creditor: Creditor) -> str:
    rules = [rule_of(creditor.country, kept_as) for kept_as in _KEPT]
    rows = [(escape(say[one.kept_as]), str(one.years), escape(one.law)) for one in rules]
    intro = f"<p>{escape(say['kept_intro'])}</p>"
    return intro + _table(("", f">{say['years']}", say["law"]), rows, say["none"])


def _data(say: dict[str, str], held: dict[str, list[Any]]) -> str:
    rows = [(_link(name, f"data/{name}.json"), str(len(held[name]))) for name in sorted(held)]
    return _table((say["file"], f">{say['records']}"), rows, say["none"])


def _link(shown: str, place: str | None) -> str:
    return f'<a href="{quote(place)}">{escape(shown)}</a>' if place else escape(shown)
