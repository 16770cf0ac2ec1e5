"""The page Workload: whoever manages shares work out; a collector sees no colleague's figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from saldo.worklist.desk_model import rules_from
from tests.functions.clerk import Office, office_of
from tests.worked import ANNA, BEN, CREDITOR, OLGA, WorkBooks

ACCOUNTS = [f"1{number:04}" for number in range(8)]


@pytest.fixture
def books() -> WorkBooks:
    made = WorkBooks()
    made.open_creditor()
    made.parts.desks.set_rules(rules_from(CREDITOR, {"rules": [{"collector": ANNA}]}), OLGA)
    for number in ACCOUNTS:
        made.open_account(number, f"{number}@beispiel.example", name=f"Beispiel {number} AG")
        made.push(made.invoice(f"RE-{number}", 10_000, account=number))
        made.dispute(f"D-{number}", f"RE-{number}")
    made.hear()
    return made


@pytest.fixture
def office(books: WorkBooks) -> Iterator[Office]:
    with office_of(books) as made:
        yield made


def test_whoever_manages_sees_everybody_and_moves_accounts(
    books: WorkBooks, office: Office
) -> None:
    office.clerk("collector", email=ANNA, name="Anna")
    office.clerk("collector", email=BEN, name="Ben")
    olga = office.clerk("manager", email=OLGA, name="Olga").open("today/load")
    assert olga.status == 200, olga.html
    assert "Anna" in olga.said and "Ben" in olga.said
    assert "€800.00" in olga.said and "Anna → Ben" in olga.said
    assert "working days wait there" in olga.said
    proposed = re.findall(r'name="account" value="(\d+)"', olga.html)
    olga.press("today/balance", account=proposed[:1])
    assert "The accounts are moved" in olga.said, olga.said
    moved = [one for one in ACCOUNTS if books.parts.desks.of(CREDITOR, one).collector != ANNA]
    assert moved == proposed[:1]
    olga.press("today/balance", account=[])
    assert "Choose accounts to move." in olga.said


def test_a_collector_sees_herself_and_the_team_s_sum(office: Office) -> None:
    office.clerk("manager", email=OLGA, name="Olga")
    office.clerk("collector", email=ANNA, name="Anna")
    ben = office.clerk("collector", email=BEN, name="Ben").open("today/load")
    assert ben.status == 200, ben.html
    assert "Ben" in ben.said and "The team (3 people)" in ben.said
    assert "€800.00" in ben.said, "the sum of all"
    for hidden in ("Anna", "Olga", ANNA, OLGA, "today/balance"):
        assert hidden not in ben.html
    anna_s_accounts = ben.csrf
    ben.send("today/balance", form=anna_s_accounts, account=ACCOUNTS[:1])
    assert ben.status == 403
    assert ben.open("today/team").status == 403


def test_whoever_manages_one_branch_alone_sees_no_list_of_all(office: Office) -> None:
    office.clerk("collector", email=ANNA, name="Anna")
    olga = office.clerk("manager", email=OLGA, name="Olga", branches=("North",))
    olga.open("today/load")
    assert "Anna" not in olga.said and not olga.has_form("today/balance")
    assert "€800.00" not in olga.said, "what waits in other branches is not summed up either"


@pytest.mark.parametrize("language", ["de", "nl"])
def test_it_speaks_the_user_s_language(office: Office, language: str) -> None:
    office.clerk("collector", email=ANNA, name="Anna")
    office.clerk("collector", email=BEN, name="Ben")
    olga = office.clerk("owner", email=OLGA, name="Olga", language=language)  # type: ignore[arg-type]
    olga.open("today/load")
    assert {"de": "Reklamationen", "nl": "Betwistingen"}[language] in olga.said
    assert "800,00" in olga.said
    assert {"de": "Arbeitstage", "nl": "werkdagen"}[language] in olga.said
