"""What debtors say to have paid, over the API and at the command line."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from saldo.clock import FixedClock
from saldo.collection.paid_claim_orders import PaidClaimOrder
from saldo.collection.paid_claims import PaidClaims
from saldo.edge.v1.paid_claims import PaidClaimAnswer, PaidClaimList
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions import test_money_commands as money
from tests.functions.erp import Erp, World, refusal

books = money.books
run, said = money.run, money.said
CHOSEN = {"account": "D-1", "id": "PC-1"}


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    day = world.clock.now().date()
    order = PaidClaimOrder("PC-1", ("2026/0815",), None, day, "transfer", "payer", "by app")
    creditor = world.services.accounts.creditor("musterwerk")
    world.services.paid_claims.claim(creditor, order)
    return erp


def decide(erp: Erp, word: str, **more: Any) -> Any:
    answer = erp.call("POST", f"/v1/paid-claims/{word}", {**CHOSEN, **more})
    assert answer.status == 200, answer.text
    TypeAdapter(PaidClaimAnswer).validate_python(answer.json)
    return answer.json


def test_what_was_not_found_is_said_once_and_not_otherwise(erp: Erp, world: World) -> None:
    listed = erp.get("/v1/paid-claims", account="D-1").json
    TypeAdapter(PaidClaimList).validate_python(listed)
    (claim,) = listed["items"]
    assert (claim["state"], claim["amount"], claim["by"]) == ("open", "119.00", "payer")
    (hold,) = erp.get("/v1/holds", on="invoice", number="2026/0815").json["items"]
    assert (hold["kind"], hold["until"]) == ("paid-claim", claim["reminders_wait_until"])
    for _ in range(2):
        made = decide(erp, "unfounded", text="Es kam nichts an.")
        assert (made["state"], made["outcome"]) == ("unfounded", "Es kam nichts an.")
    assert erp.get("/v1/holds", on="invoice", number="2026/0815").json["items"] == []
    again = erp.call("POST", "/v1/paid-claims/confirm", CHOSEN)
    assert refusal(again)[:2] == (409, "paid-claim-over")
    assert world.events.count("paid_claim.unfounded") == 1


def test_what_was_found_holds_until_it_can_be_booked(erp: Erp) -> None:
    assert decide(erp, "confirm")["state"] == "confirmed"
    assert erp.get("/v1/holds", on="invoice", number="2026/0815").json["items"]


def test_a_stranger_decides_nothing(erp: Erp, world: World) -> None:
    stranger = world.erp("andere")
    answer = stranger.call("POST", "/v1/paid-claims/confirm", CHOSEN)
    assert refusal(answer)[:2] == (404, "paid-claim-unknown")
    missing = erp.call("POST", "/v1/paid-claims/unfounded", CHOSEN)
    assert missing.status == 400, "what was found is told to the debtor"


def test_a_collector_looks_for_the_money(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    claims = PaidClaims(books.store, books.clock, books.ids, books.accounts)
    on = books.clock.now().date()
    order = PaidClaimOrder("PC-1", ("RE-1",), 5000, on, "cash", "payer")
    claims.claim(books.accounts.creditor(CREDITOR), order)
    code, listed = run(capsys, "paid-claim", "list")
    assert code == 0 and [one["id"] for one in listed] == ["PC-1"]
    assert "50.00 EUR" in said(capsys, "paid-claim", "list", "--account", ACCOUNT)[1]
    code, made = run(capsys, "paid-claim", "confirm", ACCOUNT, "PC-1", "--by", "anna")
    assert (code, made["state"], made["ended_by"]) == (0, "confirmed", "anna")
    other = ("paid-claim", "unfounded", ACCOUNT, "PC-1", "--text", "No.", "--by", "anna")
    code, text = said(capsys, *other)
    assert code == 1 and "The claim is confirmed." in text
    assert "Nobody says to have paid." in said(capsys, "paid-claim", "list")[1]


def test_a_creditor_says_which_instalments_it_takes(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    change = ("creditor", "set", CREDITOR)
    code, _ = run(
        capsys,
        *change,
        *("--instalments-max", "12", "--instalments-days-max", "370", "--instalment-min", "25.00"),
        *("--instalments-by", "mandate", "--instalments-at-once", "200.00/3"),
        *("--instalments-business-days", "3", "--paid-business-days", "0"),
    )
    assert code == 0
    rules = books.accounts.creditor(CREDITOR).payer_rules
    assert (rules.plan_instalments_max, rules.plan_days_max, rules.plan_least_minor) == (
        12,
        370,
        2500,
    )
    assert (rules.plan_needs_mandate, rules.plan_auto_minor) == (True, 20000)
    assert (rules.plan_auto_instalments_max, rules.plan_decision_business_days) == (3, 3)
    assert rules.claim_business_days_max == 0
    text = " ".join(said(capsys, "creditor", "show", CREDITOR)[1].split())
    assert "ask for up to 12 instalments from 25.00, by mandate alone" in text
    assert "not say to have paid" in text
    for wrong in ("200", "0/3", "200.00/1", "x/2"):
        assert run_fails(capsys, *change, "--instalments-at-once", wrong), wrong
    assert run_fails(capsys, *change, "--instalments-max", "1")
    assert run_fails(capsys, *change, "--instalments-max", "61")


def run_fails(capsys: pytest.CaptureFixture[str], *args: str) -> bool:
    return bool(said(capsys, *args)[0])
