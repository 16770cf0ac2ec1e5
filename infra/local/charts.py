"""Line charts as SVG, drawn on the server: no script, no library, no colour by accident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import pairwise

LEFT, RIGHT, TOP, BOTTOM = 44, 8, 14, 18
PALETTE = (
    "#3d8f7a", "#d08c2c", "#5b7fc7", "#b5566b", "#8a6fb8",
    "#5f9ea8", "#a3893c", "#c77d56", "#6d8f4a", "#9a7a8c",
)  # fmt: skip


@dataclass(frozen=True)
class Series:
    """One line: (seconds since 1970, value), oldest first; times without data are left out."""

    label: str
    colour: str
    points: tuple[tuple[float, float], ...]

    @property
    def latest(self) -> float | None:
        """The newest value, None when there is none."""
        return self.points[-1][1] if self.points else None


@dataclass(frozen=True)
class Mark:
    """A horizontal line at a value worth knowing."""

    label: str
    value: float


@dataclass(frozen=True)
class Chart:
    """What is drawn between two instants (seconds since 1970)."""

    start: float
    end: float
    period: float  # seconds between points; a larger gap breaks the line
    series: Sequence[Series]
    marks: Sequence[Mark] = ()
    stacked: bool = False
    width: float = 600  # in pixels, about: text is drawn in this scale
    height: float = 200

    def svg(self) -> str:
        """The chart as an SVG element, with a text alternative."""
        drawn = self._stacked() if self.stacked else list(self.series)
        top, step = _scale(self._highest(drawn))
        parts = [*self._grid(top, step), *self._marks(top)]
        if self.stacked:
            bases: list[Sequence[tuple[float, float]]] = [(), *(item.points for item in drawn)]
            for base, item in reversed(list(zip(bases, drawn, strict=False))):
                parts.append(self._area(item, base, top))
        for item in drawn:
            parts += self._line(item, top)
        name = escape(", ".join(f"{item.label}: {short(item.latest)}" for item in self.series[:6]))
        return (
            f'<svg viewBox="0 0 {self.width:.0f} {self.height:.0f}" role="img" '
            f'aria-label="{name}">{"".join(parts)}</svg>'
        )

    def _highest(self, drawn: Sequence[Series]) -> float:
        values = [value for item in drawn for _, value in item.points]
        highest = max(values, default=0.0)
        # A mark far above the data would flatten it: it is shown once the data comes near.
        near = [mark.value for mark in self.marks if not values or mark.value <= highest * 4]
        return max([highest, *near], default=0.0)

    def _stacked(self) -> list[Series]:
        times = sorted({time for item in self.series for time, _ in item.points})
        totals = dict.fromkeys(times, 0.0)
        stacked = []
        for item in self.series:
            values = dict(item.points)
            for time in times:
                totals[time] += values.get(time, 0.0)
            points = tuple(totals.items()) if item.points else ()
            stacked.append(Series(item.label, item.colour, points))
        return stacked

    def _x(self, time: float) -> float:
        share = (time - self.start) / max(self.end - self.start, 1.0)
        return LEFT + share * (self.width - LEFT - RIGHT)

    def _y(self, value: float, top: float) -> float:
        return self.height - BOTTOM - value / top * (self.height - TOP - BOTTOM)

    def _grid(self, top: float, step: float) -> list[str]:
        parts = []
        right = self.width - RIGHT
        count = round(top / step)
        for number in range(count + 1):
            value = number * step
            y = self._y(value, top)
            parts.append(
                f'<line class="gridline" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
                f'<text x="{LEFT - 6}" y="{y + 3:.1f}" text-anchor="end">{short(value)}</text>'
            )
        for number in range(5):
            time = self.start + (self.end - self.start) * number / 4
            anchor = ("start", "middle", "middle", "middle", "end")[number]
            clock = datetime.fromtimestamp(time, UTC).astimezone().strftime("%H:%M")
            place = f'x="{self._x(time):.1f}" y="{self.height - 4:.0f}"'
            parts.append(f'<text {place} text-anchor="{anchor}">{clock}</text>')
        return parts

    def _marks(self, top: float) -> list[str]:
        parts = []
        right = self.width - RIGHT
        for mark in self.marks:
            if mark.value > top:
                continue
            y = self._y(mark.value, top)
            parts.append(
                f'<line class="mark" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
                f'<text x="{right}" y="{y - 3:.1f}" text-anchor="end">{escape(mark.label)}</text>'
            )
        return parts

    def _area(self, item: Series, base: Sequence[tuple[float, float]], top: float) -> str:
        if not item.points:
            return ""
        upper = [f"{self._x(time):.1f},{self._y(value, top):.1f}" for time, value in item.points]
        under = dict(base)
        lower = [
            f"{self._x(time):.1f},{self._y(under.get(time, 0.0), top):.1f}"
            for time, _ in reversed(item.points)
        ]
        return f'<polygon class="area" fill="{item.colour}" points="{" ".join(upper + lower)}"/>'

    def _line(self, item: Series, top: float) -> list[str]:
        parts = []
        for run in _runs(item.points, self.period * 1.5):
            if len(run) == 1:
                time, value = run[0]
                parts.append(
                    f'<circle cx="{self._x(time):.1f}" cy="{self._y(value, top):.1f}" r="2.6" '
                    f'fill="{item.colour}"/>'
                )
                continue
            points = " ".join(f"{self._x(t):.1f},{self._y(v, top):.1f}" for t, v in run)
            parts.append(f'<polyline class="line" stroke="{item.colour}" points="{points}"/>')
        return parts


def _runs(
    points: Sequence[tuple[float, float]], gap_seconds: float
) -> list[list[tuple[float, float]]]:
    """The points cut where data is missing."""
    if not points:
        return []
    runs = [[points[0]]]
    for (before, _), point in pairwise(points):
        if point[0] - before > gap_seconds:
            runs.append([])
        runs[-1].append(point)
    return runs


def _scale(highest: float) -> tuple[float, float]:
    """A round top at or above `highest` and the step between grid lines."""
    if highest <= 0:
        return 1.0, 0.5
    exponent = 10.0 ** len(str(int(highest))) / 10 if highest >= 1 else 0.1
    while exponent > highest:
        exponent /= 10
    for factor in (0.25, 0.5, 1.0, 2.0, 2.5, 5.0):
        step = exponent * factor
        if step * 4 >= highest:
            lines = next(count for count in range(1, 5) if step * count >= highest)
            return step * lines, step
    return exponent * 10, exponent * 2.5


def short(value: float | None) -> str:
    """A number as short as a chart wants it: 1.2k, 3.4M, 0.05; a dash for none."""
    if value is None:
        return "–"
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            return f"{value / (limit if unit != 'k' else 1e3):.3g}{unit}"
    if value == int(value):
        return f"{int(value):,}".replace(",", "\u202f")
    return f"{value:.3g}"
