"""Collectors at the command line: promises, disputes, plans, cases, holds (over moto)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from saldo.accounts.model import Segment
from saldo.creditor_reference import printed_reference
from saldo.reminders.policy_book import PolicyBook
from saldo_cli.commands import _common
from saldo_cli.main import main
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions import test_money_commands as money
from tests.unit.files.hostile import JPEG, PDF

books = money.books
run, said = money.run, money.said
BY = ("--by", "anna")


def day(books: Books, ahead: int) -> str:
    return (books.clock.now().date() + timedelta(days=ahead)).isoformat()


def test_a_promise_is_taken_twice_listed_and_withdrawn(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    order = (
        "promise",
        "take",
        "RE-1",
        "--on",
        day(books, 7),
        "--amount",
        "50.00",
        "--id",
        "P",
        *BY,
    )
    code, made = run(capsys, *order)
    assert (code, made["state"], made["by"]) == (0, "open", "anna")
    assert run(capsys, *order) == (0, made)
    assert "taken before" in said(capsys, *order)[1]
    assert run(capsys, "promise", "list")[1] == {"items": [made]}
    code, listed = run(capsys, "promise", "list", "--account", ACCOUNT)
    assert (listed["items"], listed["reliability"]["kept_percent"]) == ([made], None)
    assert "50.00 EUR" in said(capsys, "promise", "list", "--account", ACCOUNT)[1]
    assert run(capsys, "promise", "withdraw", ACCOUNT, "P", *BY)[1]["state"] == "withdrawn"
    assert run(capsys, "promise", "list") == (0, {"items": []})
    assert "Nothing is promised." in said(capsys, "promise", "list")[1]
    code, text = said(capsys, "promise", "take", "RE-1", "--on", day(books, 99), *BY)
    assert code == 1 and "A promise is for a day from" in text


def test_a_line_is_contested_and_settled(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    order = ("dispute", "open", "RE-1", "--line", "3=19.00", "--reason", "quantity")
    code, text = said(capsys, *order, "--text", "two were missing", "--id", "D", *BY)
    assert code == 0 and "19.00 EUR of invoice RE-1 are contested" in text
    assert run(capsys, "dispute", "list")[1][0]["lines"] == [{"ref": "3", "amount": "19.00"}]
    assert "quantity" in said(capsys, "dispute", "list", "--account", ACCOUNT)[1]
    code, held = run(capsys, "hold", "list", "--invoice", "RE-1")
    assert [(one["kind"], one["held"]) for one in held] == [("dispute", "19.00")]
    code, text = said(
        capsys, "dispute", "settle", ACCOUNT, "D", "--agreed", "9.50", "--credit-note"
    )
    assert code == 0 and "9.50 EUR need not be paid" in text and "held until" in text
    assert run(capsys, "dispute", "list") == (0, [])
    code, text = said(capsys, "dispute", "reject", ACCOUNT, "D", "--text", "signed for")
    assert code == 1 and "settled already" in text


def test_a_plan_is_proposed_approved_and_cancelled(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = (f"{day(books, 20)}=60.00", f"{day(books, 50)}=59.00")
    order = ("RE-1", "--instalment", parts[0], "--instalment", parts[1], "--id", "PL", *BY)
    assert run(capsys, "plan", "propose", *order)[1]["state"] == "proposed"
    made = run(capsys, "plan", "approve", ACCOUNT, "PL", *BY)[1]
    assert made["state"] == "active"
    assert run(capsys, "plan", "agree", *order)[1]["state"] == "active"
    listed = said(capsys, "plan", "list", "--account", ACCOUNT)[1]
    assert "2, " in listed
    for part in made["instalments"]:
        assert printed_reference(part["reference"]) in listed
    code, ended = run(capsys, "plan", "cancel", ACCOUNT, "PL", "--reason", "pays at once", *BY)
    assert (ended["state"], ended["ended_by"]) == ("cancelled", "anna")
    code, text = said(capsys, "plan", "agree", "RE-1", "--instalment", "soon=1.00")
    assert code == 2 and "is no day" in text
    assert run(capsys, "mandate", "list", "--account", ACCOUNT)[1]["mandates"] == []


def test_a_case_is_opened_and_the_agency_tells(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ("case", "open", "RE-1", "RE-2", "--kind", "agency", "--to", "Inkasso Beispiel")
    code, text = said(capsys, *order, "--id", "C", *BY)
    assert code == 0 and "169.00 EUR handed to Inkasso Beispiel" in text
    status = ("case", "status", ACCOUNT, "C", "--state", "part-paid", "--paid", "40.00")
    code, told = run(capsys, *status, "--id", "R-1", *BY)
    assert (told["paid"], run(capsys, *status, "--id", "R-1", *BY)[1]) == ("40.00", told)
    assert "40.00 EUR" in said(capsys, "case", "list")[1]
    closed = ("case", "status", ACCOUNT, "C", "--state", "closed")
    assert "saldo hold end --kind legal-case" in said(capsys, *closed)[1]
    assert run(capsys, "case", "list") == (0, [])
    code, ended = run(capsys, "hold", "end", "--invoice", "RE-2", "--kind", "legal-case", *BY)
    assert ended[0]["more_numbers"] == ["RE-2"]


def test_a_hold_is_placed_twice_listed_and_ended(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ("hold", "place", "--account", ACCOUNT, "--kind", "hardship", "--reason", "ill", *BY)
    code, hold = run(capsys, *order, "--owner", "kim", "--until", day(books, 30))
    assert (code, hold["kind"], hold["owner"]) == (0, "hardship", "kim")
    assert "already" in said(capsys, *order, "--owner", "kim", "--until", day(books, 30))[1]
    assert "hardship" in said(capsys, "hold", "list", "--account", ACCOUNT)[1]
    assert run(capsys, "hold", "list") == (0, [])
    end = ("hold", "end", "--account", ACCOUNT, "--kind", "hardship", *BY)
    assert run(capsys, *end)[1][0]["ended_by"] == "anna"
    assert "There is no hold of kind hardship" in said(capsys, *end)[1]
    code, text = said(capsys, *order, "--until", day(books, 0))
    assert code == 1 and "not ahead" in text


def test_reminder_settings_of_a_creditor(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "segments.json"
    segments: list[Any] = [
        {"when": {"kind": "consumer", "labels": ["a"]}, "policy": "plain-2-18-34"}
    ]
    file.write_text(json.dumps(segments))
    change = ("creditor", "set", CREDITOR)
    spans = ("--blackout", "2026-12-24..2026-12-26", "--blackout", "2026-12-31")
    code, _ = run(
        capsys,
        *change,
        *("--segments", str(file), "--fresh-within-hours", "48", "--promise-days-max", "21"),
        *spans,
    )
    found = books.accounts.creditor(CREDITOR)
    assert code == 0
    assert found.segments == (Segment({"kind": ["consumer"], "labels": ["a"]}, "plain-2-18-34"),)
    assert (found.fresh_within_hours, found.payer_rules.promise_days_max) == (48, 21)
    assert [str(one) for one in found.blackout_days] == [
        "2026-12-24",
        "2026-12-25",
        "2026-12-26",
        "2026-12-31",
    ]
    assert (
        "plain-2-18-34 for kind consumer and labels a"
        in said(capsys, "creditor", "show", CREDITOR)[1]
    )
    main([*change, "--segments", "none", "--fresh-within-hours", "none", "--blackout", "none"])
    found = books.accounts.creditor(CREDITOR)
    assert (found.segments, found.fresh_within_hours, found.blackout_days) == ((), None, ())
    file.write_text('[{"when": {"mood": "bad"}, "policy": "x"}]')
    assert main([*change, "--segments", str(file)]) == 1
    assert main([*change, "--blackout", "2026-12-26..2026-12-24"]) == 2


@pytest.mark.parametrize("named", ["--policy", "--segments"])
def test_a_policy_that_is_not_there_is_named_nowhere(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path, named: str
) -> None:
    file = tmp_path / "segments.json"
    file.write_text(json.dumps([{"when": {"kind": "consumer"}, "policy": "de-consumers"}]))
    value = "de-consumers" if named == "--policy" else str(file)
    assert main(["creditor", "set", CREDITOR, named, value]) == 1
    assert "There is no policy 'de-consumers'. Known: de-business" in capsys.readouterr().err
    new = ("creditor", "create", "another", "--name", "Beispiel GmbH", named, value)
    assert main([*new]) == 1
    assert books.accounts.creditor(CREDITOR).segments == ()
    stage = {"number": 1, "offset_days": 2, "message": "reminder-1"}
    own = {"id": "de-consumers", "version": 1, "announces_invoice": False, "stages": [stage]}
    later = books.clock.now().date() + timedelta(days=30)
    PolicyBook(books.store, books.clock).put(CREDITOR, own, "anna", later)
    assert main(["creditor", "set", CREDITOR, named, value]) == 0


def test_a_first_run_is_counted_and_let_go(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    put = ("creditor", "set", CREDITOR, "--state", "live", "--first-run-release", "needed")
    assert run(capsys, *put)[0] == 0
    assert "waits: saldo run release" in said(capsys, "creditor", "show", CREDITOR)[1]
    due = day(books, 60)
    code, counted = run(capsys, "run", "release", "--as-of", due)
    assert (code, counted["waits"], counted["released_by"]) == (0, True, None)
    assert (counted["messages"], counted["debtors"]) == (2, 1)
    assert "They wait." in said(capsys, "run", "release", "--as-of", due)[1]
    code, let_go = run(capsys, "run", "release", "--yes", "--by", "anna")
    assert (code, let_go["waits"], let_go["released_by"]) == (0, False, "anna")
    assert "Released by anna" in said(capsys, "run", "release")[1]
    assert "released by anna" in said(capsys, "creditor", "show", CREDITOR)[1]
    assert run(capsys, "creditor", "set", CREDITOR, "--state", "shadow")[0] == 0
    assert said(capsys, "run", "release", "--yes")[0] == 1


def test_a_dispute_is_shown_with_its_files_and_taken_back(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    opened = ("dispute", "open", "RE-1", "--reason", "price", "--text", "too dear", "--id", "D-1")
    assert run(capsys, *opened)[0] == 0
    keep = _common.open_cloud("").services.files.keep
    keep(CREDITOR, "10001", "dispute", "Foto.jpg", "", JPEG, "payer", "RE-1", "D-1")
    keep(CREDITOR, "10001", "proof", "other.jpg", "", JPEG, "payer", "RE-1", "P-1")
    out = tmp_path / "files"
    code, shown = run(capsys, "dispute", "show", "10001", "D-1", "--out", str(out))
    assert (code, [one["name"] for one in shown["files"]]) == (0, ["Foto.jpg"])
    assert [(p.name, p.read_bytes()) for p in out.iterdir()] == [("1-Foto.jpg", JPEG)]
    code, ended = run(capsys, "dispute", "withdraw", "10001", "D-1")
    assert (code, ended["state"]) == (0, "withdrawn")


def test_an_invoices_document_is_given_and_fetched(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, back = tmp_path / "RE-1.pdf", tmp_path / "back.pdf"
    file.write_bytes(PDF)
    code, kept = run(capsys, "invoice", "document", "RE-1", str(file))
    assert (code, kept["name"], kept["purpose"]) == (0, "RE-1.pdf", "invoice")
    assert "Known already" in said(capsys, "invoice", "document", "RE-1", str(file))[1]
    assert run(capsys, "invoice", "document", "RE-1", "--out", str(back))[0] == 0
    assert back.read_bytes() == PDF
    assert main(["invoice", "document", "RE-1"]) == 2
    file.write_bytes(b"MZ")
    assert main(["invoice", "document", "RE-1", str(file)]) == 1
