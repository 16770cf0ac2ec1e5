"""`saldo match`: from files on a disk to proposals, without a stack."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from saldo_cli.main import main
from tests.conftest import ROOT
from tests.matching_files import as_mt940, as_open_items
from tests.matching_months import month

STATEMENT = """:20:STARTUMS
:25:12030000/1234567890
:28C:1/1
:60F:C261102EUR0,
:61:2611031103C119,00NTRFNONREF
:86:166?00GUTSCHRIFT?20EREF+NOTPROVIDED?21SVWZ+Rechnung RE-2026-00?22
4711 vom 01.10.2026?30BYLADEM1001?31DE02120300000000202051?32BAECKEREI BEISPIEL
:61:2611041104C80,00NTRFNONREF
:86:166?00GUTSCHRIFT?20SVWZ+RE-2026-004600 nochmal?32BAECKEREI BEISPIEL
:62F:C261104EUR199,
-
"""
PAGE = (ROOT / "docs" / "command-line.md").read_text("utf-8")


def example() -> dict[str, Any]:
    """Return the file that the documentation shows."""
    section = PAGE.split("### `saldo match`")[1]
    found = re.search(r"```json\n(.*?)```", section, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def run(tmp_path: Path, data: Any, *more: str, statement: str = STATEMENT) -> int:
    (tmp_path / "open.json").write_text(json.dumps(data), "utf-8")
    (tmp_path / "november.sta").write_text(statement, "utf-8")
    files = ["--open-items", str(tmp_path / "open.json")]
    files += ["--statement", str(tmp_path / "november.sta")]
    return main(["match", *files, "--today", "2026-11-20", *more])


def test_the_documented_file_is_matched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, example()) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["confidence"], first["rule"]) == ("certain", "number-and-payer")
    assert first["allocations"] == [
        {"item": "RE-2026-004711", "number": "RE-2026-004711", "amount": "119.00",
         "reason": "exact"}
    ]  # fmt: skip
    number = first["evidence"][0]
    text = first["entries"][0]["remittance"]
    assert text[number["start"] : number["end"]] == number["text"] == "RE-2026-004711"
    assert second["confidence"] == "likely"
    assert second["kind"] == "unmatched" or second["account"] == "10001"


def test_a_list_of_items_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, example()["open_items"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["confidence"], first["rule"]) == ("certain", "number-and-amount")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([{"number": "1", "account": "2"}], "'amount'"),
        ([{"number": "1", "account": "2", "amount": 12.5, "due_on": "2026-01-01"}], "decimal text"),
        ([{"number": "1", "account": "2", "amount": "1.00", "due": "2026-01-01"}], "'due'"),
        ([{"number": "1", "account": "2", "amount": "1.00"}], "no day"),
        ({"items": []}, "'items'"),
        ({"rules": {"threshold": "lax"}}, "strict or usual"),
    ],
)
def test_what_is_wrong_with_the_file_is_said_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: Any, told: str
) -> None:
    assert run(tmp_path, data) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err.replace("\n", " ")


def test_a_statement_that_breaks_off_is_not_matched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, example(), statement=STATEMENT[:300]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "cannot be matched" in captured.err


def test_a_month_through_a_bank_file_says_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = month(1001, entries=120, customers=50)
    assert run(tmp_path, as_open_items(made), statement=as_mt940(made)) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    truth = {str(at): made.truth[each.id] for at, each in enumerate(made.entries, 1)}
    certain = [line for line in lines if line["confidence"] == "certain"]
    assert len(certain) > 60
    right = 0
    for line in certain:
        said = {("item", each["item"], _minor(each["amount"])) for each in line["allocations"]}
        said |= {("reverses", line["reverses"], 0)} if line["reverses"] else set()
        meant = [truth[each["id"]] for each in line["entries"]]
        if len(meant) == 1:
            assert said == meant[0], line
            right += 1
    assert right > 60
    assert sum(len(line["entries"]) for line in lines) == len(made.entries)


def _minor(amount: str) -> int:
    return int(amount.replace(".", ""))


def test_the_documentation_names_every_row_and_reason_of_the_table() -> None:
    from typing import get_args

    from saldo.matching.model import Reason
    from saldo.matching.rows import TABLE

    page = (ROOT / "docs" / "matching.md").read_text("utf-8")
    for name in (*(row.name for row in TABLE), *get_args(Reason)):
        assert f"`{name}`" in page, name
    for row in TABLE:
        if row.threshold == "usual":
            assert f"| `{row.name}` | certain if the threshold is `usual` |" in page
        else:
            assert f"| `{row.name}` | {row.confidence} |" in page


def test_an_advice_beside_the_statement_says_what_a_bare_transfer_pays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [
        {"number": f"RE-{n}", "account": "10001", "amount": amount, "due_on": "2026-11-17"}
        for n, amount in ((1, "119.00"), (2, "119.00"), (3, "80.00"))
    ]
    known = {"id": "10001", "names": ["Bäckerei Beispiel"], "ibans": ["DE02120300000000202051"]}
    bare = STATEMENT.replace("Rechnung RE-2026-00?22\n4711 vom 01.10.2026", "Danke")
    advice = tmp_path / "mail.txt"
    advice.write_text("Zahlungsavis 02.11.2026\nRechnung RE-2  119,00\n", "utf-8")
    data = {"open_items": items, "accounts": [known]}
    for more, rule, confidence in (
        ((), "sum-of-account", "likely"),
        (("--advice", str(advice)), "advice", "certain"),
    ):
        assert run(tmp_path, data, *more, statement=bare) == 0
        first = json.loads(capsys.readouterr().out.splitlines()[0])
        assert (first["rule"], first["confidence"]) == (rule, confidence)
    assert [each["item"] for each in first["allocations"]] == ["RE-2"]
    advice.write_text("Danke", "utf-8")
    assert run(tmp_path, data, "--advice", str(advice), statement=bare) == 1
