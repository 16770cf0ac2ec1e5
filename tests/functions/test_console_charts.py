"""Charts on a telephone: everything lies within the drawing, and no label over another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from functions.console.cash_charts import BandPoint, banded
from functions.console.charts import SLIM, Chart, Label, Point, lines, lying, stacked, standing

_LETTER = 6.2
"""Units that a letter takes, on average, in the size of labels."""


def months(count: int) -> list[Point]:
    return [Point(f"2026-{n % 12 + 1:02}", n * 100.0, f"{n * 100},00 €") for n in range(1, count)]


def spans(labels: Sequence[Label]) -> list[tuple[float, float]]:
    """Where labels of one line begin and end, from left to right."""
    ends = []
    for one in labels:
        wide = len(one.text) * _LETTER
        begins = {"start": one.x, "middle": one.x - wide / 2, "end": one.x - wide}[one.anchor]
        ends.append((begins, begins + wide))
    return sorted(ends)


def hold(labels: Sequence[Label], width: float) -> None:
    by_line: dict[float, list[Label]] = {}
    for one in labels:
        by_line.setdefault(one.y, []).append(one)
    for line in by_line.values():
        told = spans(line)
        assert told[0][0] >= -1 and told[-1][1] <= width + 1
        assert all(left[1] <= right[0] for left, right in pairwise(told))


@pytest.mark.parametrize("count", [2, 13, 53])
def test_a_year_of_figures_is_read_on_a_telephone(count: int) -> None:
    columns = standing("Collected", "…", months(count))
    drawn = lines("DSO", "…", ["DSO"], [months(count)])
    assert columns is not None and columns.slim is not None
    assert drawn is not None and drawn.slim is not None
    for chart in (columns.slim, drawn.slim):
        assert chart.width == SLIM
        assert all(0 <= bar.x <= bar.x + bar.width <= SLIM for bar in chart.bars)
        hold(chart.labels, SLIM)
    assert len(columns.slim.bars) == len(columns.bars)


def test_long_names_of_customers_are_cut_on_a_telephone_and_their_amounts_are_not() -> None:
    name = "Wasserwirtschaftsverwaltungsgesellschaft"
    wide = lying("Top debtors", "…", [Point(name, 9e9, "9.999.999,99 €"), Point("A", 1, "0,01 €")])
    assert wide is not None and wide.slim is not None
    for chart in (wide, wide.slim):
        hold(chart.labels, chart.width)
        assert "9.999.999,99 €" in [one.text for one in chart.labels]
    cut = [one.text for one in wide.slim.labels if one.text.endswith("…")]
    assert cut == [f"{name[: len(cut[0]) - 1]}…"]


def test_weeks_of_money_to_come_are_drawn_for_a_telephone_with_all_their_bands() -> None:
    weeks = [BandPoint(f"{n} Dec 2026", 100 * n, 50 * n, 200 * n, "…") for n in range(1, 15)]
    wide = banded("Expected", "…", weeks, (), ("€2,800.00", ""))
    assert wide is not None and wide.slim is not None
    assert len(wide.slim.columns) == len(wide.columns) == 14
    for column in wide.slim.columns:
        assert all(0 <= box.x <= box.x + box.width <= SLIM for box in column.boxes)
    hold(wide.slim.labels, SLIM)


def test_a_bar_without_words_needs_no_second_drawing() -> None:
    bar: Chart | None = stacked("Aging", "…", [Point("Not due", 1, "1"), Point("1-30", 2, "2")])
    assert bar is not None and bar.slim is None and bar.labels == ()
