"""Whoever sees some accounts only learns nothing of the others, and changes nothing of them, by any
screen, part or act of the console: not by a number, an id, a list, a file or a refused form.

The walk takes all addresses; CI takes a sample of the ids by seed (SALDO_PAGES_SEED).
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import unquote_plus

import pytest

from functions.console.screens import ENTRIES, screen_of
from saldo.bank_entries.model import BankEntry
from saldo.collection.cases import HandOver
from saldo.collection.dispute_orders import DisputeOrder
from saldo.collection.facts import Case, Dispute, Promise
from saldo.collection.model import Instalment, Plan
from saldo.collection.promises import PromiseOrder
from saldo.edge.v1 import charges
from saldo.edge.v1.bank import change_account
from saldo.edge.v1.money import Ordered
from saldo.events import Event
from saldo.figures.ask import REPORTS
from saldo.people.four_eyes import SecondPersonNeeded
from saldo.people.rights import ROLES, Role
from saldo.threads.service import Words
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR
from tests.browser.settings import SEED
from tests.functions.clerk import Clerk, Office, office_of
from tests.functions.test_ingest_bank import IBAN
from tests.posted import PostedBooks

HIDDEN = "90909"
NAME = "Verborgene Muster AG"
WORD = "Geheimtext"
"""Stands in every text that somebody wrote about the hidden account."""

INVOICES = ("VB-1", "VB-2", "VB-3", "VB-4", "VB-5")
OWN = "own@musterwerk.example"
_IDS_PER_PLACE = 2
_SHARE = 0.1
_MAKING = ("account/", "cases/", "privacy/")
"""Screens whose forms name what they make: it is not to be called as something hidden is."""

_BY_RULE = ("bank/match",)
"""What lets the rules work over all that came from the bank, as they do by themselves."""


@dataclass(frozen=True)
class Planted:
    """Everything by which the hidden account could be reached."""

    office: Office
    ids: tuple[str, ...]

    @property
    def tells(self) -> tuple[str, ...]:
        """What no page may hold unless it was typed: whose it is, and what is of it."""
        return (HIDDEN, NAME, WORD, *INVOICES, *(one for one in self.ids if len(one) > 3))

    def hidden(self) -> dict[str, str]:
        """Return every record of the hidden account, as it stands now."""
        rows = self.office.books.store._records  # type: ignore[attr-defined]
        return {
            f"{kind.__name__} {key}": repr(one)
            for kind, found in rows.items()
            for key, one in found.items()
            if HIDDEN in key or getattr(one, "account", None) == HIDDEN
        }


@pytest.fixture(scope="module")
def planted() -> Iterator[Planted]:
    books = PostedBooks()
    books.begin(books.invoice("RE-1"), books.invoice("RE-2"))
    books.open_account(number=HIDDEN, name=NAME)
    for number in INVOICES:
        pushed = books.push(books.invoice(number, account=HIDDEN, already_sent=True))
        assert pushed[0].status == "accepted"
    books.pay("RE-2", 20000)
    books.pay("VB-1", 30000)
    with office_of(books, file_store=books.shelf) as office:
        yield Planted(office, _plant(office, books))


def _plant(office: Office, books: PostedBooks) -> tuple[str, ...]:
    parts, creditor = services(), books.accounts.creditor(CREDITOR)
    parts.desks.put(CREDITOR, ACCOUNT, "o@example.com", collector=None, sales=OWN, branch="north")
    parts.desks.put(
        CREDITOR, HIDDEN, "o@example.com", collector=None, sales="x@example.com", branch="south"
    )
    note, _ = parts.notes.add(CREDITOR, HIDDEN, "NOTE-90", "o@example.com", f"{WORD} note")
    promised = PromiseOrder("P-90", ("VB-2",), None, date(2026, 11, 27), "o@example.com", WORD)
    parts.promises.give(creditor, promised)
    contested = DisputeOrder("D-90", "VB-3", "quantity", WORD, OWN, OWN, 10_00, (), None)
    parts.disputes.open(creditor, contested)
    instalments = (Instalment(date(2026, 12, 10), 11900),)
    parts.proposals.propose(creditor.id, HIDDEN, "L-90", ["VB-4"], instalments, None, "payer")
    handed = HandOver("C-90", ("VB-5",), "agency", f"{WORD} Inkasso", "o@example.com")
    parts.cases.open(creditor, handed)
    parts.threads.ask(creditor, HIDDEN, Words("Q-90", f"{WORD} question", "payer"), "link-90")
    file = parts.files.keep(
        CREDITOR, HIDDEN, "invoice", "VB-1.pdf", "", b"%PDF-1.4\n%%EOF\n", "ERP", "VB-1"
    )
    parts.four_eyes.set_rule(CREDITOR, write_off_minor=1, refund_minor=1, by="o@example.com")
    alone = Ordered(parts, creditor, "o@example.com", by_person=True)
    order = {
        "id": "W-90",
        "invoice": "VB-2",
        "amount": "5.00",
        "currency": "EUR",
        "on": "2026-11-21",
        "reason": WORD,
    }
    with pytest.raises(SecondPersonNeeded):
        charges.write_off(alone, order)
    asked = books.comes(books.written(f"{WORD} mail", subject=WORD))
    assert asked.state == "triage", "both accounts have this contact"
    parts.inbox.file(creditor, asked.id, HIDDEN, "o@example.com")
    second = books.written("Which is it?")
    second.replace_header("Message-ID", "<m2@beispiel.example>")
    waiting = books.comes(second)
    assert waiting.state == "triage" and HIDDEN in waiting.suggested
    parts.erasures.ask(creditor, HIDDEN, "E-90", "asked", "o@example.com")
    entries = _bank(office, alone)
    parts.work_proof.rebuild(CREDITOR)
    parts.figure_check.rebuild(CREDITOR, books.clock.now().date())
    events = [one for one in books.store.everything() if isinstance(one, Event)]
    parts.audit_chain.append(sorted(events, key=lambda one: (one.at, one.id)))
    payment = books.payments(HIDDEN)[0].id
    approvals = [one.id for one in parts.four_eyes.open(CREDITOR)]
    notices = [one.id for one in books.notices(HIDDEN)]
    chain = [one.number for one in parts.audit_chain.newest(CREDITOR, 500) if one.account == HIDDEN]
    kept = [note.id, file.id, payment, *approvals, *notices[:1], *entries, asked.id]
    for kind in (Promise, Dispute, Plan, Case):
        kept += [one.id for one in books.store.list(kind, CREDITOR, HIDDEN)]  # type: ignore[type-var]
    return tuple(dict.fromkeys([*kept, *(str(number) for number in chain[:1])]))


def _bank(office: Office, ordered: Ordered) -> list[str]:
    """Let money come that is the hidden account's: one entry booked, one likely."""
    change_account(ordered, {"id": IBAN, "currency": "EUR"})
    lines = "".join(
        f":61:2611201120C119,00NTRFNONREF//B{place}\n"
        f":86:166?00GUTSCHRIFT?20SVWZ+{text} {WORD}?32{NAME}?31DE02500105170137075030\n"
        for place, text in enumerate(("VB-3", "Rechnung"))
    )
    statement = (
        f":20:STARTUMS\n:25:{IBAN}\n:28C:1/1\n:60F:C261119EUR0,00\n"
        f"{lines}:62F:C261120EUR238,00\n-\n"
    )
    services().statement_files.push(CREDITOR, statement.encode(), "o@example.com", IBAN)
    found = [
        one
        for one in office.books.store.list(BankEntry, CREDITOR)
        if (one.proposal and one.proposal.account == HIDDEN)
        or any(portion.part.account == HIDDEN for portion in one.portions)
    ]
    assert found, "the bank knows of the hidden account"
    return [one.id for one in found]


def _places() -> list[tuple[str, str]]:
    found = []
    for entry in ENTRIES:
        screen = screen_of(entry.name)
        assert screen is not None
        found += [("GET", entry.name)]
        found += [("GET", f"{entry.name}/{name}") for name in screen.parts]
        found += [("POST", f"{entry.name}/{name}") for name in screen.acts]
    return found


_NUMBERS = ("number", "account", "account0", "with", "other")
_INVOICES = ("invoice", "invoices", "invoices0")
_NAMES = ("id", "payment", "note", "case", "mail", "done", "view", "item", "task", "message", "q")


def _asked(number: str, invoice: str, id_: str) -> dict[str, Any]:
    """Return every field that means an account, an invoice or a record, filled in."""
    return {
        **dict.fromkeys(_NUMBERS, number),
        **dict.fromkeys(_INVOICES, invoice),
        **dict.fromkeys(_NAMES, id_),
        "source": f"payment#{id_}",
        "amount": "1",
        "amount0": "1",
        "credit0": "yes",
        "agreed": "1",
        "currency": "EUR",
        "reason": "looked for",
        "text": "looked for",
        "on": "2026-12-01",
        "kind": "agency",
        "why": "asked",
        "outcome": "done",
        "pinned": "yes",
        "parts": "2",
        "first_on": "2026-12-01",
        "state": "recent",
        "show": "open",
        "whose": "all",
        "month": "2026-11",
    }


def _said(clerk: Clerk) -> str:
    """Return everything that an answer says, packed files unpacked, where it leads included."""
    told = clerk.html
    if clerk.body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(clerk.body)) as packed:
            parts = [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
        told = " ".join(parts)
    return unquote_plus(unescape(f"{told} {clerk.url} {clerk.headers}"))


def _ids_of(place: str, ids: tuple[str, ...], *, whole: bool) -> list[str]:
    chance = random.Random(f"{SEED} scope {place}")
    return list(ids) if whole else chance.sample(ids, min(_IDS_PER_PLACE, len(ids)))


def _watcher(office: Office, role: Role) -> Clerk:
    office.open()
    if role == "sales":
        return office.clerk("sales", email=OWN)
    return office.clerk(role, branches=("north",), email=f"{role}-north@musterwerk.example")


def _walk(place: str, ids: list[str]) -> Iterator[tuple[str, dict[str, Any], set[str]]]:
    """Yield what is asked for in turn: nothing, words and reports, the hidden account, its invoice
    in a number's place, and one's own account with ids of the hidden one; and what is typed by it.
    """
    yield "plain", {}, set()
    if place == "reports" or place.startswith("reports/"):
        for report in REPORTS:
            yield "report", {"report": report, "shaped": "1"}, set()
            yield "of the branch", {"report": report, "branch": "south"}, set()
    if place in ("accounts", "bank/entry"):
        for q in (NAME, "Verborgene", HIDDEN, INVOICES[0]):
            yield "sought", {"q": q, "id": ids[0]}, {q, ids[0]}
    for id_ in ids:
        invoice = INVOICES[len(id_) % len(INVOICES)]
        yield "hidden", _asked(HIDDEN, invoice, id_), {HIDDEN, invoice, id_}
        yield "hidden invoice", _asked(invoice, invoice, id_), {invoice, id_}
        yield "own", _asked(ACCOUNT, invoice, id_), {invoice, id_}
        yield "own invoice", _asked(ACCOUNT, "RE-1", id_), {id_}


def _cases() -> Iterator[Any]:
    """Yield every address for whoever has all rights in a branch, with some of the ids; others, and
    all ids, where there is time.
    """
    chance = random.Random(f"{SEED} scope")
    for role in ROLES:
        for method, place in _places():
            is_quick = role == "owner" or chance.random() < _SHARE
            marks = () if is_quick else pytest.mark.long
            name = f"{role}-{method}-{place}"
            yield pytest.param(role, method, place, False, id=name, marks=marks)
            if role == "owner":
                yield pytest.param(
                    role, method, place, True, id=f"{name}-all", marks=pytest.mark.long
                )


@pytest.mark.parametrize(("role", "method", "place", "whole"), list(_cases()))
def test_an_account_out_of_scope_is_neither_told_of_nor_changed(
    planted: Planted, role: Role, method: str, place: str, whole: bool
) -> None:
    clerk = _watcher(planted.office, role)
    clerk.open("account", number=ACCOUNT)
    key = clerk.csrf or clerk.open("accounts").csrf
    before = planted.hidden()
    for what, fields, typed in _walk(place, _ids_of(place, planted.ids, whole=whole)):
        if method == "GET":
            clerk.open(place, **fields)
        else:
            if place.startswith(_MAKING) and fields:
                fields["id"] = f"made-{len(planted.hidden())}-{place}-{what}"
            back = f"at/{CREDITOR}/{place.partition('/')[0]}?number={HIDDEN}&id=x"
            clerk.send(place, **{**fields, "form": key, "back": back})
        known = typed | ({HIDDEN} if method == "POST" else set())
        assert clerk.status != 500, f"{what}: {clerk.said[-200:]}"
        said = _said(clerk)
        for one in known:
            said = said.replace(one, "")
        found = [tell for tell in planted.tells if tell in said]
        assert not found, f"{what} {fields.get('id')} tells of {found}: …{_near(said, found[0])}…"
    after = planted.hidden()
    changed = [name for name in {*before, *after} if before.get(name) != after.get(name)]
    assert not changed or place in _BY_RULE, f"{place} changed {changed}"


def _near(said: str, tell: str) -> str:
    at = said.index(tell)
    return " ".join(said[max(0, at - 200) : at + 100].split())


def test_the_walk_would_see_the_hidden_account_where_it_may_be_seen(planted: Planted) -> None:
    planted.office.open()
    clerk = planted.office.clerk("owner", email="all@musterwerk.example")
    said = _said(clerk.open("account", number=HIDDEN)) + _said(clerk.open("audit"))
    for place in ("disputes", "promises", "plans", "cases", "bank", "approvals", "inbox"):
        said += _said(clerk.open(place))
    said += _said(clerk.open("privacy")) + _said(clerk.open("bank/entry", id=planted.ids[-5]))
    for tell in (HIDDEN, NAME, WORD, "VB-1"):
        assert tell in said
