"""The payer asks the creditor something: a conversation that both sides see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from saldo.clock import local_day
from saldo.edge.forms import Fields
from saldo.errors import Refusal
from saldo.files.model import FILES_MAX
from saldo.threads.model import TEXT_MAX, Thread, ThreadEntry
from saldo.threads.service import Words

from . import pages
from .answers import Ask, order_id
from .shown_aside import GivenAnswer
from .shown_contacts import QuestionPage, SaidRow
from .uploads import MEGABYTES, kept

NAME: Final = "question"
ICON: Final = "speech"
ANSWERED: Final = "answered"
_SHOWN_DAYS: Final = 30
"""So long the page of the invoices says that a question was answered."""

_INVOICES_OFFERED: Final = 50


def offered(ask: Ask) -> bool:
    """Anybody who may answer may ask."""
    del ask
    return True


def page(ask: Ask, fields: Fields | None, refusal: Refusal | None) -> str:
    """Return the conversation with its field; what the creditor wrote counts as shown."""
    link = ask.opened.link
    thread = ask.services.store.get(Thread, link.creditor, link.account)
    said = _entries(ask)
    has_files = any(one.files for one in said)
    stored = ask.services.files.of(link.creditor, link.account) if has_files else ()
    names = {one.id: one.name for one in stored}
    if thread is not None:
        ask.services.threads.shown_to("payer", link.creditor, link.account)
    fixed = link.scope == "invoice"
    numbers = tuple(one.number for one in ask.standing.open_[:_INVOICES_OFFERED])
    shown = QuestionPage(
        ask.frame,
        fields.one("id") if fields else ask.new_id(),
        tuple(_row(ask, one, names) for one in said),
        thread is not None and thread.state == "open" and bool(said),
        (link.invoice,) if fixed else numbers,
        link.invoice if fixed else (fields.one("invoice") if fields else ""),
        fixed,
        fields.one("text", TEXT_MAX + 1) if fields else "",
        refusal.code if refusal else "",
        ask.mail_follows,
        FILES_MAX,
        MEGABYTES,
    )
    return pages.answer_page("answers/question.html", shown)


def take(ask: Ask, fields: Fields) -> str:
    """Ask; raise FormNotValid or what `Threads.ask` and `kept` raise."""
    link = ask.opened.link
    chosen = link.invoice if link.scope == "invoice" else fields.one("invoice")
    words = Words(order_id(fields), fields.one("text", TEXT_MAX + 1), ask.by, chosen or None)
    with kept(ask, fields.files("files"), "thread", words.id, words.invoice) as files:
        with_files = replace(words, files=tuple(one.id for one in files))
        ask.services.threads.ask(ask.opened.creditor, link.account, with_files, link.token_hash)
    return NAME


def given(ask: Ask) -> Iterable[GivenAnswer]:
    """Return the latest question that waits or was answered lately."""
    link = ask.opened.link
    thread = ask.services.store.get(Thread, link.creditor, link.account)
    if thread is None or thread.state == "closed":
        return
    said = _entries(ask)
    mine = [one for one in said if one.side == "payer"]
    theirs = [one for one in said if one.side == "creditor"]
    if thread.state == "open" and mine:
        yield _given(ask, NAME, mine[-1], "open")
    elif theirs and _day(ask, theirs[-1]) + timedelta(days=_SHOWN_DAYS) >= ask.standing.today:
        yield _given(ask, ANSWERED, theirs[-1], "")


def take_back(ask: Ask, given_id: str) -> str:
    """What was asked was said."""
    del ask, given_id
    raise AssertionError("the page offers to take nothing back")


def _given(ask: Ask, kind: str, entry: ThreadEntry, state: str) -> GivenAnswer:
    numbers = (entry.invoice,) if entry.invoice else ()
    return GivenAnswer(kind, entry.id, numbers, on=_day(ask, entry), state=state)


def _entries(ask: Ask) -> list[ThreadEntry]:
    """Return what the link may show: one about a single invoice shows what was said about it."""
    link = ask.opened.link
    every = ask.services.threads.of(link.creditor, link.account)
    if link.scope == "invoice":
        return [one for one in every if one.invoice == link.invoice]
    return every


def _row(ask: Ask, entry: ThreadEntry, names: Mapping[str, str]) -> SaidRow:
    """Return an entry as the page shows it; `names` are those of the files that are still kept."""
    files = tuple((one, names[one]) for one in entry.files if one in names)
    return SaidRow(entry.side, entry.text, _day(ask, entry), entry.invoice or "", files)


def _day(ask: Ask, entry: ThreadEntry) -> date:
    return local_day(entry.at, ask.opened.account.time_zone)
