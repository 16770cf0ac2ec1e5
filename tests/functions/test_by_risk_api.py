"""Procedures by risk over the API and in the console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from saldo.clock import FixedClock
from tests.books import CREDITOR, Books
from tests.functions import test_credit as credited
from tests.functions.clerk import Office, office_of
from tests.functions.erp import Erp, World, refusal

checked = credited.checked


@pytest.fixture
def erp(clock: FixedClock) -> Erp:
    erp = World(clock).erp()
    erp.begin()
    return erp


@pytest.fixture
def office() -> Iterator[Office]:
    books = Books()
    books.open_creditor(policy="de-business")
    books.open_account()
    books.open_account("20002")
    with office_of(books) as office:
        yield office


def test_an_installation_looks_then_switches_and_switches_back(erp: Erp) -> None:
    none = checked(erp, "tryByRisk")
    assert refusal(none)[:2] == (409, "no-variants"), "plain-2-18-34 has none"
    checked(erp, "changeSettings", {"policy": "nl-business"})
    tried = checked(erp, "tryByRisk").json
    assert (tried["on"], tried["accounts"], tried["is_cut"]) == (False, 1, False)
    assert {one["policy"] for one in tried["segments"]} == {
        "nl-business-late",
        "nl-business-reliable",
    }
    assert checked(erp, "getSettings").json["segments"] == []
    assert checked(erp, "switchByRisk", {"on": True}).json["on"] is True
    assert checked(erp, "getSettings").json["segments"] == tried["segments"]
    assert checked(erp, "switchByRisk", {"on": False}).json["segments"] == []


def test_who_has_no_policy_with_variants_is_told_so(office: Office) -> None:
    office.services.accounts.change_creditor(CREDITOR, policy="us")
    owner = office.clerk("owner").open("policies")
    assert "None of your policies has variants yet" in owner.said
    assert "policies/by-risk" not in owner.html


def test_an_owner_sees_the_effect_and_switches_in_the_console(office: Office) -> None:
    owner = office.clerk("owner").open("policies")
    assert "Every customer of a policy is reminded alike." in owner.said
    owner.open("policies/by-risk")
    assert "2 customers looked at." in owner.said
    assert "No customer would come to another policy." in owner.said
    assert "de-business-late" in owner.said
    owner.press("policies/by-risk-switch")
    assert "Procedures go by risk from now on." in owner.said
    owner.open("policies/by-risk").press("policies/by-risk-switch")
    assert "Procedures by risk are switched off." in owner.said
