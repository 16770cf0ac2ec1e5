"""Workload, watchers and why at the command line and over the API."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.people.model import Grant, User, UserEmail, email_hash
from saldo.store import Put
from saldo.worklist.desk_model import rules_from
from saldo_cli.commands import _common
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions import test_money_commands as money
from tests.functions.erp import Erp, World, refusal
from tests.functions.test_watchers_api import checked
from tests.watched import WatchBooks

books = money.books
run, said = money.run, money.said
ANNA, BEN = "anna@seller.example", "ben@seller.example"
BY = ("--by", "olga@seller.example")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> WatchBooks:
    """Books in memory that the command line works on."""
    made = WatchBooks()
    made.begin()
    monkeypatch.setattr(_common, "open_cloud", lambda stack: SimpleNamespace(services=made.parts))
    return made


def hire(services: Any, creditor: str, *people: str) -> None:
    for one in people:
        grant = Grant(creditor, "collector")
        user = User(f"sub-{one}", one, one, "de", "active", (grant,), version=1)
        services.store.commit([Put(user), Put(UserEmail(email_hash(one), user.id))])


def test_workload_is_shown_and_shared_out_on_command(
    desk: WatchBooks, capsys: pytest.CaptureFixture[str]
) -> None:
    hire(desk.parts, CREDITOR, ANNA, BEN)
    desk.parts.desks.set_rules(rules_from(CREDITOR, {"rules": [{"collector": ANNA}]}), "olga")
    assert "Nothing is proposed" in said(capsys, "work", "balance")[1]
    for number in range(8):
        desk.open_account(f"2000{number}", f"{number}@beispiel.example")
        desk.push(desk.invoice(f"RX-{number}", 10_000, account=f"2000{number}"))
        desk.dispute(f"D-{number}", f"RX-{number}")
    desk.hear()
    code, text = said(capsys, "work", "load")
    assert code == 0 and "disputes" in text and "800.00 EUR" in text
    moves = run(capsys, "work", "balance")[1]["moves"]
    assert {(one["giver"], one["taker"]) for one in moves} == {(ANNA, BEN)}
    account = moves[0]["account"]
    assert said(capsys, "work", "balance", "--apply", "99999", *BY)[0] != 0
    code, text = said(capsys, "work", "balance", "--apply", account, *BY)
    assert code == 0 and f"{account} is {BEN}'s now." in text
    assert desk.parts.desks.of(CREDITOR, account).collector == BEN


def test_a_lawyer_watches_an_account_until_told_no_more(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    del books
    made = run(
        capsys, "watch", "add", ACCOUNT, "kanzlei@law.example", "--why", "lawyer",
        "--of", "disputes", "payments", "--language", "de", *BY,
    )[1]  # fmt: skip
    assert (made["families"], made["pace"]) == (["disputes", "payments"], "daily")
    assert "kanzlei@law.example" in said(capsys, "watch", "list", ACCOUNT)[1]
    assert run(capsys, "watch", "end", ACCOUNT, made["id"], *BY)[1]["ended"] == "person"
    assert "Nobody watches it." in said(capsys, "watch", "list", ACCOUNT)[1]


def test_a_morning_list_is_ordered_for_a_colleague(
    desk: WatchBooks, capsys: pytest.CaptureFixture[str]
) -> None:
    hire(desk.parts, CREDITOR, ANNA)
    assert "at seven" in said(capsys, "work", "morning", ANNA, "--on", *BY)[1]
    assert desk.parts.mornings.wants(CREDITOR, ANNA)
    assert "no list" in said(capsys, "work", "morning", ANNA, "--off", *BY)[1]
    assert said(capsys, "work", "morning", "nobody@seller.example", "--on", *BY)[0] == 1


def test_why_is_told_in_a_language(desk: WatchBooks, capsys: pytest.CaptureFixture[str]) -> None:
    del desk
    assert "geht mit dem nächsten Lauf" in said(capsys, "why", "RE-1", "--language", "de")[1]
    assert "goes with the next run" in said(capsys, "why", "RE-1")[1]


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    return erp


def test_workload_over_the_api_moves_nothing_by_itself(world: World, erp: Erp) -> None:
    hire(world.services, "musterwerk", ANNA, BEN)
    erp.call("PUT", "/v1/desks/rules", {"rules": [{"collector": ANNA}]})
    loads = checked(erp, "getWorkload")["items"]
    assert [(one["person"], one["items"]) for one in loads] == [(ANNA, 0), (BEN, 0)]
    assert checked(erp, "proposeBalance") == {"moves": [], "stays": {}}
    move = {"account": "D-1", "giver": ANNA, "taker": BEN}
    done = checked(erp, "applyBalance", {"moves": [move]})["items"]
    assert done == [{**move, "done": True, "problem": ""}]
    assert checked(erp, "applyBalance", {"moves": [move]})["items"] == done
    back = {**move, "taker": "nobody@seller.example"}
    assert refusal(erp.call("POST", "/v1/work/balance", {"moves": [back]}))[:2] == (
        400,
        "not-a-colleague",
    )
    same = {**move, "taker": ANNA}
    assert refusal(erp.call("POST", "/v1/work/balance", {"moves": [same]}))[:2] == (
        400,
        "moves-not-valid",
    )


@pytest.mark.parametrize(
    ("asked", "header", "words"),
    [
        ("de", "", "wird zurückgehalten: ERP hat es angehalten"),
        ("nl", "de", "wordt tegengehouden"),
        ("", "de-AT,en;q=0.5", "wird zurückgehalten"),
        ("", "fr,nl;q=0.5", "wordt tegengehouden"),
        ("", "fr", "is due and held back: ERP paused it"),
        ("", "", "is due and held back: ERP paused it"),
    ],
)
def test_why_answers_in_the_language_that_is_asked_for(
    world: World, erp: Erp, asked: str, header: str, words: str
) -> None:
    erp.call("POST", "/v1/holds", {"on": "account", "number": "D-1", "reason": "We look into it."})
    query = {"number": "2026/0815", **({"language": asked} if asked else {})}
    headers = {"accept-language": header} if header else None
    found = erp.call("GET", "/v1/invoices/why", None, query, headers=headers).json["next"]
    assert words in found["sentence"], found["sentence"]
    assert (found["outcome"], found["reason"]) == ("hold", "pause")
    assert found["facts"]["why"] == "We look into it."
