"""The page about the law names every table, and every rate that nobody has confirmed."""

from __future__ import annotations

import re

from saldo.law.rates import all_tables
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "law.md").read_text("utf-8")
UNCONFIRMED = PAGE.partition("### Unconfirmed")[2].partition("\n## ")[0]


def told() -> set[tuple[str, str]]:
    """Table and day of each row of the page's list, those of missing rows left out."""
    rows = [line.split("|") for line in UNCONFIRMED.splitlines() if line.startswith("| `")]
    return {
        (cells[1].strip(" `"), day)
        for cells in rows
        for day in re.findall(r"\d{4}-\d\d-\d\d", cells[2])
        if cells[3].strip() != "missing"
    }


def test_every_table_of_rates_is_on_the_page() -> None:
    for table in all_tables():
        assert f"| `{table.id}.csv` |" in PAGE


def test_the_page_lists_exactly_the_unconfirmed_rates() -> None:
    assert told() == {
        (table.id, str(row.valid_from))
        for table in all_tables()
        for row in table.rows
        if not row.confirmed
    }
