"""Charts as the places of their shapes: templates draw them as SVG, beside the table they show.

Every chart has a title and a sentence that says what it shows, for those who hear it; no value is
in the chart alone. Widths and heights are units of the drawing, which grows with the page; what
would be too small to read on a telephone is drawn a second time, for that width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

WIDTH: Final = 520
NARROW: Final = 440
"""For charts that stand beside others, so that their texts are not too small."""

SMALL: Final = 260
"""For charts in a card at the side of a page."""

SLIM: Final = 300
"""For a telephone, where a unit is about a pixel."""

_BAR_HEIGHT: Final = 18
_BAR_GAP: Final = 10
_LABELS_MAX: Final = 170
_LABELS_MAX_SLIM: Final = 110
_LETTER: Final = 6.2
_VALUES: Final = 100
_COLUMNS_HEIGHT: Final = 180
_SWING_HEIGHT: Final = 80
_ABOVE: Final = 21
_TOP: Final = 16
_BOTTOM: Final = 24
_LEFT: Final = 8
_LABEL_WIDTH: Final = 80
"""Labels below columns and lines take so much room: more of them would lie over each other."""

ROWS_MAX: Final = 20
_SHORT: Final = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: where it lies, what stands beside it, what it is worth. `tone` is a class."""

    x: float
    y: float
    width: float
    height: float
    label: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A text below a chart, at a place; `anchor` is SVG's."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Line:
    """A line through `points` ("12,40 30,22"), with what it is called; `tone` is a class."""

    points: str
    name: str
    tone: str
    dots: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: `title` and `about` are read out; `floor` is where its ground lies, 0 for none;
    `slim` is the same for a telephone, None where this one can be read there, too.
    """

    title: str
    about: str
    width: int
    height: int
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    labels: tuple[Label, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    floor: int = 0
    slim: Chart | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """Something to draw: its label, its worth, and that in words."""

    label: str
    value: float
    text: str
    tone: str = ""


def lying(title: str, about: str, points: Sequence[Point]) -> Chart | None:
    """Return bars that lie below each other, the first of many; None for nothing to draw."""
    shown = points[:ROWS_MAX]
    if max((point.value for point in shown), default=0) <= 0:
        return None
    slim = _lying(title, about, shown, SLIM, _LABELS_MAX_SLIM)
    return replace(_lying(title, about, shown, WIDTH, _LABELS_MAX), slim=slim)


def _lying(title: str, about: str, shown: Sequence[Point], whole: int, labels_max: int) -> Chart:
    most = max(point.value for point in shown)
    letters = int((labels_max - 10) / _LETTER)
    longest = max(len(_short(point.label, letters)) for point in shown)
    left = min(labels_max, round(longest * _LETTER) + 10)
    room = whole - left - _VALUES
    bars, labels = [], []
    for place, point in enumerate(shown):
        y = place * (_BAR_HEIGHT + _BAR_GAP)
        width = max(0.0, round(point.value / most * room, 1))
        bars.append(Bar(left, y, width, _BAR_HEIGHT, point.label, point.text, point.tone))
        middle = y + _BAR_HEIGHT - 5
        labels.append(Label(left - 8, middle, _short(point.label, letters), "end"))
        labels.append(Label(left + width + 8, middle, point.text, "start"))
    height = len(shown) * (_BAR_HEIGHT + _BAR_GAP)
    return Chart(title, about, whole, height, tuple(bars), labels=tuple(labels))


def standing(title: str, about: str, points: Sequence[Point], width: int = WIDTH) -> Chart | None:
    """Return columns beside each other, for what goes by time; None for nothing to draw."""
    if max((point.value for point in points), default=0) <= 0:
        return None
    return replace(
        _standing(title, about, points, width), slim=_standing(title, about, points, SLIM)
    )


def _standing(title: str, about: str, points: Sequence[Point], width: int) -> Chart:
    most = max(point.value for point in points)
    step = (width - 2 * _LEFT) / len(points)
    floor = _TOP + _COLUMNS_HEIGHT
    bars, labels = [], []
    every = _every(len(points), width)
    for place, point in enumerate(points):
        height = max(0.0, round(point.value / most * _COLUMNS_HEIGHT, 1))
        x = round(_LEFT + place * step + step * 0.15, 1)
        wide = round(step * 0.7, 1)
        bars.append(Bar(x, floor - height, wide, height, point.label, point.text, point.tone))
        if (len(points) - 1 - place) % every == 0:
            labels.append(_below(round(x + wide / 2, 1), floor, point.label, width))
    highest = max(points, key=lambda point: point.value)
    labels.append(Label(0, _TOP - 5, highest.text, "start"))
    return Chart(
        title, about, width, floor + _BOTTOM, tuple(bars), labels=tuple(labels), floor=floor
    )


def lines(
    title: str,
    about: str,
    names: Sequence[str],
    rows: Sequence[Sequence[Point | None]],
    width: int = WIDTH,
) -> Chart | None:
    """Return a line for each of `rows`, which have a point, or None, for the same times."""
    known = [point.value for row in rows for point in row if point is not None]
    if max(known, default=0) <= 0:
        return None
    slim = _lines(title, about, names, rows, SLIM)
    return replace(_lines(title, about, names, rows, width), slim=slim)


def _lines(
    title: str,
    about: str,
    names: Sequence[str],
    rows: Sequence[Sequence[Point | None]],
    width: int,
) -> Chart:
    most = max(point.value for row in rows for point in row if point is not None)
    count = max(len(row) for row in rows)
    step = (width - 8 * _LEFT) / max(1, count - 1)
    floor = _TOP + _COLUMNS_HEIGHT
    drawn, labels = [], []
    every = _every(count, width)
    for number, (name, row) in enumerate(zip(names, rows, strict=True)):
        dots = tuple(
            (
                round(4 * _LEFT + place * step, 1),
                round(floor - point.value / most * _COLUMNS_HEIGHT, 1),
                f"{name}, {point.label}: {point.text}",
            )
            for place, point in enumerate(row)
            if point is not None
        )
        points = " ".join(f"{x},{y}" for x, y, _ in dots)
        drawn.append(Line(points, name, f"line{number}", dots))
        if number == 0:
            labels = [
                _below(round(4 * _LEFT + place * step, 1), floor, point.label, width)
                for place, point in enumerate(row)
                if point is not None and (count - 1 - place) % every == 0
            ]
    highest = max((p for row in rows for p in row if p is not None), key=lambda p: p.value)
    labels.append(Label(0, _TOP - 5, highest.text, "start"))
    legend = tuple((line.name, line.tone) for line in drawn) if len(drawn) > 1 else ()
    return Chart(
        title, about, width, floor + _BOTTOM, lines=tuple(drawn), labels=tuple(labels),
        legend=legend, floor=floor,
    )  # fmt: skip


def stacked(title: str, about: str, points: Sequence[Point]) -> Chart | None:
    """Return one bar of all parts beside each other; None for nothing to draw."""
    whole = sum(point.value for point in points if point.value > 0)
    if whole <= 0:
        return None
    x, bars = 0.0, []
    for point in points:
        if point.value > 0:
            width = round(point.value / whole * WIDTH, 1)
            bars.append(Bar(x, 0, width, _BAR_HEIGHT, point.label, point.text, point.tone))
            x = round(x + width, 1)
    legend = tuple((f"{p.label}: {p.text}", p.tone) for p in points)
    return Chart(title, about, WIDTH, _BAR_HEIGHT, tuple(bars), legend=legend)


def _every(count: int, width: int) -> int:
    """Return which of so many labels is told, each so many places."""
    return max(1, -(-count * _LABEL_WIDTH // width))


def _below(x: float, floor: float, text: str, width: int) -> Label:
    """Return a label below a chart that does not leave it at its sides."""
    half = _LABEL_WIDTH / 2
    if x > width - half:
        return Label(width, floor + 16, text, "end")
    return Label(x, floor + 16, text) if x >= half else Label(0, floor + 16, text, "start")


def _short(text: str, letters: int = _SHORT) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def swinging(
    title: str, about: str, points: Sequence[Point | None], width: int = SMALL
) -> Chart | None:
    """Return columns above and below a line at nought, None where nothing is known; None for
    nothing to draw. What lies above is later than it should be.
    """
    known = [point for point in points if point is not None]
    if not known:
        return None
    above = max(0.0, *(point.value for point in known), 1.0)
    below = max(0.0, *(-point.value for point in known))
    scale = _SWING_HEIGHT / (above + below)
    floor = round(_TOP + above * scale)
    step = (width - 2 * _LEFT) / len(points)
    highest = max(known, key=lambda point: point.value)
    bars, labels = [], []
    every = _every(len(points), width)
    bottom = _TOP + _SWING_HEIGHT
    for place, point in enumerate(points):
        if point is None:
            continue
        height = max(1.0, round(abs(point.value) * scale, 1))
        x = round(_LEFT + place * step + step * 0.15, 1)
        wide = round(step * 0.7, 1)
        y = round(floor - height, 1) if point.value > 0 else floor
        bars.append(Bar(x, y, wide, height, point.label, point.text, point.tone))
        middle = round(x + wide / 2, 1)
        if (len(points) - 1 - place) % every == 0:
            labels.append(_below(middle, bottom, point.label, width))
        if point is highest:
            labels.append(_below(middle, y - _ABOVE, point.text, width))
    return Chart(
        title, about, width, bottom + _BOTTOM, tuple(bars), labels=tuple(labels), floor=floor
    )
