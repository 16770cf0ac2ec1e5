"""A person asks what is held about them: everything comes in one file, to read and for machines."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.service import AccountUnknown
from saldo.audit.access import AccessLog
from saldo.credit.model import OpenOrder
from saldo.privacy import exports as module
from saldo.privacy.exports import PrivacyExports
from saldo.privacy.model import ExportNotReady, ExportUnknown
from saldo.privacy.page import LANGUAGES, words_of
from saldo.reminders.by_hand.model import WrittenMessage
from saldo.reminders.hold_out import Draw
from saldo.settings import Settings
from saldo.steps.model import StepOutcome, StepShape
from saldo.store import Put
from saldo.threads.service import Words
from saldo.watchers.service import WatchOrder
from saldo.wiring import Services
from tests.books import ACCOUNT, CREDITOR
from tests.unit.privacy.test_erasure import MAIL, NAME, PDF, STREET, Forgetful


@pytest.fixture
def books(tmp_path) -> Forgetful:
    made = Forgetful(tmp_path)
    made.live()
    return made


@pytest.fixture
def exports(books: Forgetful) -> PrivacyExports:
    return PrivacyExports(
        books.store, books.clock, books.ids, lambda: books.shelf, lambda: books.letters
    )


def made(books: Forgetful, exports: PrivacyExports, id_: str = "E1") -> dict[str, bytes]:
    exports.ask(books.creditor, ACCOUNT, id_, "kim@musterwerk.example")
    exports.make(books.creditor, ACCOUNT, id_)
    with zipfile.ZipFile(io.BytesIO(exports.content(CREDITOR, ACCOUNT, id_))) as file:
        return {name: file.read(name) for name in file.namelist()}


def data(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files[f"data/{name}.json"])
    return found


def test_everything_is_there(books: Forgetful, exports: PrivacyExports) -> None:
    files = made(books, exports)
    (account,) = data(files, "account")
    assert account["name"] == NAME and account["contacts"][0]["email"] == MAIL
    assert data(files, "invoice")[0]["amount_minor"] == 11900
    assert {one["state"] for one in data(files, "payment")} == {"settled"}
    assert NAME in data(files, "thread-entry")[0]["text"]
    assert data(files, "notice")[0]["to"] == MAIL
    assert {"journal-entry", "event", "stored-file", "kept-words"} <= {
        name.removeprefix("data/").removesuffix(".json") for name in files
    }
    papers = [name for name in files if name.startswith("documents/")]
    assert [files[name] for name in papers] == [PDF]
    assert any(name.startswith("messages/") for name in files)


def test_the_page_tells_it_to_a_person_in_their_language(
    books: Forgetful, exports: PrivacyExports
) -> None:
    html = made(books, exports)["index.html"].decode()
    for part in (
        NAME,
        MAIL,
        STREET,
        "RE-1",
        "119.00 EUR",
        "Was wir über Sie",
        "§ 257",
        "thank you",
    ):
        assert part in html
    assert "<script" not in html
    assert next(iter(made(books, exports, "E2"))) == "index.html"


def test_what_somebody_wrote_stays_words_on_the_page(
    books: Forgetful, exports: PrivacyExports
) -> None:
    words = Words("A2", "<script>alert(1)</script>", "kim", "RE-1")
    books.threads.answer(books.creditor, ACCOUNT, words)
    html = made(books, exports)["index.html"].decode()
    assert "<script" not in html and "&lt;script&gt;" in html


def test_who_of_the_creditor_did_it_is_not_told(books: Forgetful, exports: PrivacyExports) -> None:
    AccessLog(books.store, books.clock, books.ids).viewed(
        CREDITOR, ACCOUNT, "lee@musterwerk.example"
    )
    every = b"".join(made(books, exports).values()).decode("utf-8", "replace")
    assert "lee@musterwerk.example" not in every and '"by": "creditor"' in every


def test_who_watches_the_account_is_not_told_nor_how_to_stop_their_mails(
    books: Forgetful, exports: PrivacyExports
) -> None:
    parts = Services(Settings(), store=books.store, clock=books.clock, ids=books.ids, providers={})
    order = WatchOrder(ACCOUNT, "account", "", "kanzlei@recht.example", "lawyer")
    watcher = parts.watchers.add(CREDITOR, order, "kim@musterwerk.example")
    files = made(books, exports)
    every = b"".join(files.values()).decode("utf-8", "replace")
    assert "kanzlei@recht.example" not in every and watcher.token not in every
    (told,) = data(files, "watcher")
    assert (told["why"], told["email"]) == ("lawyer", "creditor")


def test_what_was_written_by_hand_drawn_by_lot_and_learnt_is_in_it(
    books: Forgetful, exports: PrivacyExports
) -> None:
    now, today = books.clock.now(), books.clock.now().date()
    about = ("c", "p", 1, "reminder", "email", "2026-11", "held-out")
    draw = Draw(CREDITOR, ACCOUNT, *about, today, today, (), now, version=1)  # type: ignore[arg-type]
    written = WrittenMessage(
        CREDITOR, ACCOUNT, "M", "email", MAIL, NAME, "s", "by hand", (), "kim", now, now, version=1
    )
    shape = StepShape("1", "email", 0, "9-12", "below-100")
    step = StepOutcome(CREDITOR, ACCOUNT, "N", shape, now, today, (), "EUR", 1, 1, now, version=1)
    order = OpenOrder(CREDITOR, ACCOUNT, "O-1", "EUR", 100, now, version=1)
    books.store.commit([Put(one) for one in (draw, written, step, order)])
    files = made(books, exports)
    for kind in ("draw", "written-message", "step-outcome", "open-order"):
        assert data(files, kind)[0]["account"] == ACCOUNT


def test_it_can_be_fetched_for_a_week(books: Forgetful, exports: PrivacyExports) -> None:
    asked = exports.ask(books.creditor, ACCOUNT, "E1", "kim")
    assert exports.ask(books.creditor, ACCOUNT, "E1", "lee") == asked
    with pytest.raises(ExportNotReady):
        exports.address(CREDITOR, ACCOUNT, "E1")
    ready = exports.make(books.creditor, ACCOUNT, "E1")
    assert exports.make(books.creditor, ACCOUNT, "E1") == ready
    assert exports.address(CREDITOR, ACCOUNT, "E1").startswith("https://")
    assert [one.id for one in exports.listed(CREDITOR, ACCOUNT)] == ["E1"]
    books.clock.advance(timedelta(days=7))
    assert exports.listed(CREDITOR, ACCOUNT) == []
    with pytest.raises(ExportUnknown):
        exports.content(CREDITOR, ACCOUNT, "E1")
    with pytest.raises(AccountUnknown):
        exports.ask(books.creditor, "99999", "E1", "kim")


def test_documents_beyond_what_a_file_takes_are_named(
    books: Forgetful, exports: PrivacyExports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DOCUMENTS_BYTES_MAX", len(PDF) - 1)
    files = made(books, exports)
    assert not [name for name in files if name.startswith("documents/")]
    assert words_of("de")["too_large"] in files["index.html"].decode()


def test_an_erased_account_has_nothing_left_to_hand_out(
    books: Forgetful, exports: PrivacyExports
) -> None:
    books.ask()
    books.at(date(2037, 1, 2))
    books.carry_out()
    every = b"".join(made(books, exports).values()).decode("utf-8", "replace")
    for word in (NAME, MAIL, STREET, "thank you"):
        assert word not in every


def test_every_language_has_every_word() -> None:
    names = {language: set(words_of(language)) for language in LANGUAGES}
    assert len({frozenset(found) for found in names.values()}) == 1
    assert words_of("pl") == words_of("en")
