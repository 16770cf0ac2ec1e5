"""Charts of money to come: a column per day, week or month, with the band that it may lie in.

Like `charts`, these are places of shapes that a template draws; each has a title and a sentence,
and every value stands in the table beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING or __package__:
    from functions.console.charts import SLIM, Label
else:  # in Lambda this folder is the root of the code
    from charts import SLIM, Label

WIDTH: Final = 720
_HEIGHT: Final = 200
_TOP: Final = 20
_BOTTOM: Final = 24
_SIDE: Final = 6
_LABEL_WIDTH: Final = 84


@dataclass(frozen=True, slots=True)
class BandPoint:
    """A time: its label and its values in minor units, `low` to `high` the band.

    `more` stands upon `expected`; `came` is drawn as a dot, None where it is not about that;
    `text` says all of it in words.
    """

    label: str
    expected: int
    low: int
    high: int
    text: str
    more: int = 0
    came: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `tone` is a class."""

    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point; `tone` is a class."""

    x: float
    y: float
    tone: str


@dataclass(frozen=True, slots=True)
class Column:
    """What is drawn for a time, and what is told of it."""

    text: str
    boxes: tuple[Box, ...]
    dots: tuple[Dot, ...] = ()


@dataclass(frozen=True, slots=True)
class BandChart:
    """A chart: `floor` is where nothing lies; what is below it is less than nothing. `slim` is
    the same for a telephone.
    """

    title: str
    about: str
    width: int
    height: int
    floor: float
    columns: tuple[Column, ...]
    labels: tuple[Label, ...]
    legend: tuple[tuple[str, str], ...]
    slim: BandChart | None = None


def banded(
    title: str,
    about: str,
    points: Sequence[BandPoint],
    legend: Sequence[tuple[str, str]],
    ends: tuple[str, str],
) -> BandChart | None:
    """Return the chart of some times, None for nothing to draw.

    `ends` are the highest and the lowest value in words; the lowest is told where it is below
    nothing.
    """
    tops = (max(one.high, one.expected + one.more, one.came or 0) for one in points)
    highest = max(tops, default=0)
    lowest = min((min(one.low, one.expected, one.came or 0) for one in points), default=0)
    highest, lowest = max(highest, 0), min(lowest, 0)
    if highest == lowest:
        return None
    slim = _banded(title, about, points, ends, (highest, lowest), SLIM)
    wide = _banded(title, about, points, ends, (highest, lowest), WIDTH)
    return replace(wide, legend=tuple(legend), slim=slim)


def _banded(
    title: str,
    about: str,
    points: Sequence[BandPoint],
    ends: tuple[str, str],
    bounds: tuple[int, int],
    width: int,
) -> BandChart:
    highest, lowest = bounds

    def y(value: float) -> float:
        return round(_TOP + (highest - value) / (highest - lowest) * _HEIGHT, 1)

    step = (width - 2 * _SIDE) / len(points)
    every = max(1, -(-len(points) * _LABEL_WIDTH // width))
    labels = [Label(0, _TOP - 7, ends[0], "start")]
    if lowest < 0:
        labels.append(Label(width, _TOP + _HEIGHT + 3, ends[1], "end"))
    columns = []
    for place, one in enumerate(points):
        x = _SIDE + place * step
        columns.append(_column(one, x, step, y))
        if place % every == 0 and x + _LABEL_WIDTH <= width + step:
            labels.append(Label(round(x, 1), _TOP + _HEIGHT + 18, one.label, "start"))
    height = _TOP + _HEIGHT + _BOTTOM
    return BandChart(title, about, width, height, y(0), tuple(columns), tuple(labels), ())


def _column(one: BandPoint, x: float, step: float, y: Callable[[float], float]) -> Column:
    """Return the band, the bar of what is expected, what stands upon it, and what came."""
    boxes = [_box(x + step * 0.12, step * 0.76, y(one.high), y(one.low), "band")]
    middle, wide = x + step / 2, max(1.5, step * 0.34)
    if one.came is None:
        boxes.append(_box(middle - wide / 2, wide, y(one.expected), y(0), "told"))
        if one.more:
            top = y(one.expected + one.more)
            boxes.append(_box(middle - wide / 2, wide, top, y(one.expected), "ahead"))
        return Column(one.text, tuple(boxes))
    at = y(one.expected)
    boxes.append(_box(x + step * 0.12, step * 0.76, at - 1, at + 1, "told"))
    is_within = one.low <= one.came <= one.high
    dot = Dot(round(middle, 1), y(one.came), "came" if is_within else "missed")
    return Column(one.text, tuple(boxes), (dot,))


def _box(x: float, width: float, one: float, other: float, tone: str) -> Box:
    top = min(one, other)
    return Box(round(x, 1), round(top, 1), round(width, 1), round(abs(other - one), 1), tone)
