"""Who looks after whom: by the ERP's word, by rule, and as a person says."""

from __future__ import annotations

import pytest

from saldo.accounts.model import WHOLE_CREDITOR, Account
from saldo.accounts.service import AccountUnknown
from saldo.worklist.desk_model import DeskNotValid, DeskRulesNotValid, first_letter, rules_from
from saldo.worklist.desks import Desks
from tests.books import ACCOUNT, CREDITOR, Books

ANNA, BEN = "anna@musterwerk.example", "ben@musterwerk.example"
RULES = {
    "rules": [
        {"when": {"country": ["NL", "BE"]}, "collector": BEN, "branch": "Benelux"},
        {"when": {"letter": ["A-F"]}, "collector": ANNA},
        {"when": {"custom.region": "South"}, "sales": "sam@musterwerk.example"},
        {"collector": BEN, "branch": "Central"},
    ],
    "fields": {"sales": "account_manager"},
}


def begun(rules: object = None) -> tuple[Books, Desks]:
    books = Books()
    books.open_creditor()
    books.open_account()
    desks = Desks(books.store, books.clock, books.ids)
    if rules is not None:
        desks.set_rules(rules_from(CREDITOR, rules), "olga@musterwerk.example")
    return books, desks


def put(books: Books, number: str, name: str, country: str = "DE", **custom: str) -> None:
    account = Account(
        CREDITOR, number, name, "business", country, "de", "Europe/Berlin", custom=custom
    )
    assert books.intake.put_accounts([account])[0].status == "accepted"


def test_without_rules_nobody_looks_after_anybody() -> None:
    _, desks = begun()
    desk = desks.of(CREDITOR, ACCOUNT)
    assert (desk.collector, desk.sales, desk.branch) == (None, None, None)


def test_the_first_rule_that_names_a_part_decides_it() -> None:
    books, desks = begun(RULES)
    put(books, "NL1", "Anker BV", "NL")
    put(books, "DE1", "Ärztehaus GmbH", region="South")
    put(books, "DE2", "Zimmer OHG")
    found = desks.of_many(CREDITOR, ["NL1", "DE1", "DE2"])
    parts = {n: (d.collector, d.sales, d.branch) for n, d in found.items()}
    assert parts == {
        "NL1": (BEN, None, "Benelux"),
        "DE1": (ANNA, "sam@musterwerk.example", "Central"),
        "DE2": (BEN, None, "Central"),
    }


def test_the_erps_own_field_goes_before_rules_and_a_person_before_both() -> None:
    books, desks = begun(RULES)
    put(books, "DE1", "Zimmer OHG", region="South", account_manager=" Mia@Musterwerk.example ")
    assert desks.of(CREDITOR, "DE1").sales == "mia@musterwerk.example"
    desks.put(
        CREDITOR,
        "DE1",
        BEN,
        collector="Anna@musterwerk.example",
        sales="sam@musterwerk.example",
        branch=None,
    )
    desk = desks.of(CREDITOR, "DE1")
    assert (desk.collector, desk.sales, desk.branch) == (ANNA, "sam@musterwerk.example", "Central")
    (told,) = [e for e in books.events("DE1") if e.type == "desk.changed"]
    assert told.data["collector"] == ANNA


def test_what_concerns_the_creditor_goes_by_rules_that_ask_for_nothing() -> None:
    _, desks = begun(RULES)
    assert desks.of(CREDITOR, WHOLE_CREDITOR).collector == BEN


def test_saying_the_same_again_tells_nobody() -> None:
    books, desks = begun()
    for _ in range(2):
        desks.put(CREDITOR, ACCOUNT, BEN, collector=ANNA, sales=None, branch=" North ")
    assert [e.type for e in books.events()].count("desk.changed") == 1
    assert desks.of(CREDITOR, ACCOUNT).branch == "North"


def test_a_desk_is_of_an_account_and_of_people_with_addresses() -> None:
    _, desks = begun()
    with pytest.raises(AccountUnknown):
        desks.put(CREDITOR, "404", BEN, collector=ANNA, sales=None, branch=None)
    with pytest.raises(DeskNotValid):
        desks.put(CREDITOR, ACCOUNT, BEN, collector="Anna", sales=None, branch=None)


@pytest.mark.parametrize(
    "rules",
    [
        [],
        {"rules": [{"when": {"shoe_size": "42"}, "collector": ANNA}]},
        {"rules": [{"when": {"country": "DE"}}]},
        {"rules": [{"collector": "Anna"}]},
        {"rules": [{"collector": ANNA, "priority": 1}]},
        {"fields": {"boss": "x"}},
    ],
)
def test_rules_that_nobody_can_follow_are_refused(rules: object) -> None:
    with pytest.raises(DeskRulesNotValid):
        rules_from(CREDITOR, rules)


def test_names_are_filed_under_their_plain_letter() -> None:
    assert [first_letter(n) for n in ("Öl AG", "ähre", "3M", " zack")] == ["O", "A", "#", "Z"]
