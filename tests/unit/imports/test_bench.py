"""The bench of imports runs, at a size that takes no time."""

from pathlib import Path

import pytest

from bench import import_rows


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_row_is_taken_and_the_same_once_more_is_not(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = import_rows.csv_of(30) if kind == "csv" else import_rows.xlsx_of(30)
    import_rows._measure(data, 30, kind, tmp_path)
    assert "30 rows" in capsys.readouterr().out
