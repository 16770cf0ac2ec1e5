"""Credit data and risk at the command line (over moto): a file in, a provider asked, lists out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from saldo_cli.commands import _common
from tests.books import ACCOUNT, Books
from tests.credited import KEYS, Recorded, recorded
from tests.functions import test_money_commands as money

books = money.books
run, said = money.run, money.said
COMPANY = "DE-0-HRB31415"


@pytest.fixture
def bureau(books: Books) -> Recorded:
    """The provider, as the stack's services reach it."""
    played = Recorded(
        {
            "POST /authenticate": (200, {}, recorded("creditsafe-authenticate")),
            "GET /companies": (200, {}, recorded("creditsafe-companies")),
            f"GET /companies/{COMPANY}": (200, {}, recorded("creditsafe-report")),
        }
    )
    services = _common.open_cloud("saldo").services
    services.__dict__ |= {"erp_secrets": KEYS, "credit_transport": played}
    return played


def test_a_file_of_an_agency_is_imported_and_the_list_shows_who_is_risky(
    books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, columns = tmp_path / "agency.csv", tmp_path / "map.json"
    file.write_text("Kunde;Stand;Index\n10001;15.11.2025;480\n77;15.11.2025;100\n", "utf-8")
    fields = {"account": "Kunde", "as_of": "Stand", "score": "Index"}
    columns.write_text(json.dumps({"fields": fields, "scale": "creditreform-index"}), "utf-8")
    command = ("credit-data", "import", str(file), "--source", "agency", "--map", str(columns))
    code, done = run(capsys, *command)
    assert (code, done["counts"]) == (1, {"taken": 1, "unknown-account": 1})
    assert "No account has: 77" in said(capsys, *command)[1]
    assert said(capsys, "credit-data", "import", str(file), "--source", "agency")[0] == 1
    assert run(capsys, "credit-data", "columns", "agency", str(columns))[1]["fields"] == fields
    again = run(capsys, "credit-data", "import", str(file), "--source", "agency")[1]
    assert again["counts"] == {"unchanged": 1, "unknown-account": 1}
    assert "Nothing is kept." in said(capsys, "credit-data", "columns", "agency", "--none")[1]
    (row,) = run(capsys, "risk", "list", "--list", "class-E")[1]
    assert (row["account"], row["outside"][0]["points"]) == (ACCOUNT, 24)
    assert "agency 480" in said(capsys, "risk", "list")[1]
    text = said(capsys, "risk", "show", ACCOUNT)[1]
    assert "Class E (outside)" in text and "habit: -" in text
    assert "score 480 (creditreform-index)" in text
    assert run(capsys, "risk", "refresh")[1]["looked"] == 1
    assert said(capsys, "risk", "list", "--list", "worst")[0] == 1


def test_a_person_chooses_a_provider_agrees_to_the_company_and_asks(
    books: Books, bureau: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Nobody is asked" in said(capsys, "credit-data", "budget")[1]
    assert said(capsys, "credit-data", "search", ACCOUNT)[0] == 1
    chosen = ("--provider", "creditsafe", "--requests-month", "3")
    assert run(capsys, "credit-data", "budget", *chosen)[1]["requests_month"] == 3
    ids = run(capsys, "credit-data", "ids", ACCOUNT, "--vat", "DE123456789")[1]
    assert ids["vat"] == "DE123456789"
    assert "Proposed: DE-0-HRB31415" in said(capsys, "credit-data", "search", ACCOUNT)[1]
    assert said(capsys, "credit-data", "agree", ACCOUNT)[0] == 2
    assert run(capsys, "credit-data", "agree", ACCOUNT, COMPANY)[1]["state"] == "agreed"
    fetched = run(capsys, "credit-data", "fetch", ACCOUNT)[1]
    assert (fetched["outcome"], fetched["made"]) == ("taken", 2)
    assert fetched["report"]["score"]["value"] == "B"
    assert len(bureau.asked) == 3
