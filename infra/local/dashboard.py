"""The operators' dashboard, drawn from the deployed template's own DashboardBody.

Understands the widgets CloudWatch documents under "Dashboard body structure and syntax" as far as
the template uses them: text, alarm, and metric as time series or single value. Metric maths and
SEARCH are not understood, as the local AWS does not evaluate them; such a row is shown as silent.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

from infra.local import alarms
from infra.local.charts import PALETTE, Chart, Mark, Series, short
from infra.local.clients import Clients

QUERIES_MAX = 500  # per GetMetricData, as on AWS
POINTS_MIN = 30  # a chart over a short time is drawn with a shorter period

Json = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One metric of a widget."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    label: str
    colour: str
    period: int


@dataclass(frozen=True)
class Drawn:
    """A widget ready for the page: its place in 24 columns, and its content as markup."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    title: str
    content: Markup

    @property
    def place(self) -> str:
        """The place for the style sheet, which counts from 1."""
        return f"--x:{self.x + 1};--y:{self.y + 1};--w:{self.width};--h:{self.height}"


def rows_of(properties: Json, seconds: int) -> list[Row]:
    """The metrics of a widget's properties, with CloudWatch's `.` and `...` shorthand resolved."""
    rows: list[Row] = []
    before: list[str] = []
    for number, entry in enumerate(properties.get("metrics", [])):
        options: Json = entry[-1] if isinstance(entry[-1], dict) else {}
        parts = [part for part in entry if isinstance(part, str)]
        if "expression" in options or len(parts) < 2:
            continue
        parts = _spelt_out(parts, before)
        before = parts
        settings: Json = {"stat": "Average", "period": 300} | properties | options
        period = int(settings["period"])
        if properties.get("view") == "singleValue" and properties.get("setPeriodToTimeRange"):
            period = seconds
        else:
            period = min(period, max(60, seconds // POINTS_MIN // 60 * 60))
        rows.append(
            Row(
                namespace=parts[0],
                name=parts[1],
                dimensions=tuple(zip(parts[2::2], parts[3::2], strict=False)),
                statistic=settings["stat"],
                label=options.get("label") or parts[-1],
                colour=options.get("color") or PALETTE[number % len(PALETTE)],
                period=period,
            )
        )
    return rows


def _spelt_out(parts: Sequence[str], before: Sequence[str]) -> list[str]:
    if parts and parts[0] == "...":
        rest = list(parts[1:])
        return list(before[: len(before) - len(rest)]) + rest
    return [
        before[at] if part == "." and at < len(before) else part for at, part in enumerate(parts)
    ]


class Dashboard:
    """Reads the dashboard `name` and its metrics from the local AWS."""

    def __init__(self, clients: Clients, name: str) -> None:
        self._clients = clients
        self._cloudwatch = clients.cloudwatch
        self._name = name

    def draw(self, seconds: int) -> list[Drawn]:
        """Every widget, over the last `seconds`."""
        answer = self._cloudwatch.get_dashboard(DashboardName=self._name)
        widgets = json.loads(answer["DashboardBody"])["widgets"]
        end = time.time()
        rows = {
            number: rows_of(widget["properties"], seconds)
            for number, widget in enumerate(widgets)
            if widget["type"] == "metric"
        }
        values = self._values([row for items in rows.values() for row in items], end, seconds)
        drawn = []
        for number, widget in enumerate(widgets):
            properties = widget.get("properties", {})
            if widget["type"] == "metric":
                content = _metric(widget, rows[number], values, end, seconds)
            elif widget["type"] == "alarm":
                content = self._alarm_chips(properties.get("alarms", []))
            elif widget["type"] == "text":
                content = _text(properties.get("markdown", ""))
            else:
                content = Markup('<p class="soft">shown by CloudWatch only</p>')
            drawn.append(_placed(widget, properties.get("title", ""), content))
        return drawn

    def _values(
        self, rows: Sequence[Row], end: float, seconds: int
    ) -> Mapping[Row, tuple[tuple[float, float], ...]]:
        wanted = list(dict.fromkeys(rows))
        found: dict[Row, tuple[tuple[float, float], ...]] = {}
        for first in range(0, len(wanted), QUERIES_MAX):
            part = wanted[first : first + QUERIES_MAX]
            answer = self._cloudwatch.get_metric_data(
                MetricDataQueries=[_query(f"q{number}", row) for number, row in enumerate(part)],  # type: ignore[misc] # built below
                StartTime=datetime.fromtimestamp(end - seconds, UTC),
                EndTime=datetime.fromtimestamp(end + 1, UTC),
                ScanBy="TimestampAscending",
            )
            for result in answer["MetricDataResults"]:
                row = part[int(result["Id"].removeprefix("q"))]
                times = [moment.timestamp() for moment in result["Timestamps"]]
                found[row] = tuple(sorted(zip(times, result["Values"], strict=True)))
        return found

    def _alarm_chips(self, arns: Sequence[str]) -> Markup:
        names = [arn.rpartition(":alarm:")[2] for arn in arns]
        known = {alarm.name: alarm for alarm in alarms.defined(self._clients)}
        states = alarms.states(self._clients, [known[name] for name in names if name in known])
        order = {alarms.RINGS: 0, alarms.OK: 1}
        kind = {alarms.RINGS: "bad", alarms.OK: "good"}
        chips = []
        for name in sorted(names, key=lambda item: order.get(states.get(item, ""), 2)):
            description = known[name].description if name in known else "not deployed"
            chips.append(
                Markup('<span class="chip {}" title="{}">{}</span>').format(
                    kind.get(states.get(name, ""), ""), description, name.partition("-")[2] or name
                )
            )
        return Markup('<div class="alarms">{}</div>').format(Markup("").join(chips))


def _query(query_id: str, row: Row) -> Json:
    dimensions = [{"Name": name, "Value": value} for name, value in row.dimensions]
    return {
        "Id": query_id,
        "MetricStat": {
            "Metric": {
                "Namespace": row.namespace,
                "MetricName": row.name,
                "Dimensions": dimensions,
            },
            "Period": row.period,
            "Stat": row.statistic,
        },
    }


def _placed(widget: Json, title: str, content: Markup) -> Drawn:
    return Drawn(
        x=widget.get("x", 0),
        y=widget.get("y", 0),
        width=widget.get("width", 6),
        height=widget.get("height", 6),
        kind=widget["type"],
        title=title,
        content=content,
    )


def _metric(
    widget: Json,
    rows: Sequence[Row],
    values: Mapping[Row, tuple[tuple[float, float], ...]],
    end: float,
    seconds: int,
) -> Markup:
    properties: Json = widget["properties"]
    if properties.get("view") == "singleValue":
        return Markup('<div class="values">{}</div>').format(
            Markup("").join(_single(row, values.get(row, ())) for row in rows)
        )
    series = [
        Series(row.label, row.colour, _with_silence(row, values.get(row, ()), end)) for row in rows
    ]
    marks = [
        Mark(str(item.get("label", "")), float(item["value"]))
        for item in properties.get("annotations", {}).get("horizontal", [])
    ]
    chart = Chart(
        start=end - seconds,
        end=end,
        period=rows[0].period if rows else 300,
        series=series,
        marks=marks,
        stacked=bool(properties.get("stacked")),
        width=widget.get("width", 6) * 60 - 30,
        height=widget.get("height", 6) * 55 - 95,
    )
    # The chart escapes its labels itself.
    return Markup(chart.svg()) + _legend(series)  # noqa: S704


def _with_silence(
    row: Row, points: tuple[tuple[float, float], ...], end: float
) -> tuple[tuple[float, float], ...]:
    """Counts are written only when something happens: periods without one are drawn as 0."""
    if row.statistic != "Sum" or not points:
        return points
    known = dict(points)
    moments = range(int(points[0][0]) - row.period, int(end), row.period)
    return tuple((float(moment), known.get(float(moment), 0.0)) for moment in moments)


def _single(row: Row, points: tuple[tuple[float, float], ...]) -> Markup:
    numbers = [value for _, value in points]
    value = sum(numbers) if row.statistic in {"Sum", "SampleCount"} else max(numbers, default=0.0)
    return Markup("<div><b>{}</b><span>{}</span></div>").format(short(value), row.label)


def _legend(series: Sequence[Series]) -> Markup:
    items = [
        Markup('<li class="{}"><i style="background:{}"></i>{}</li>').format(
            "" if item.points else "silent", item.colour, item.label
        )
        for item in sorted(series, key=lambda item: not item.points)
    ]
    return Markup('<ul class="legend">{}</ul>').format(Markup("").join(items))


def _text(markdown: str) -> Markup:
    """The little Markdown that the template's text widgets use: headings and paragraphs."""

    def blocks() -> Iterator[Markup]:
        for line in markdown.splitlines():
            if line.startswith("#"):
                yield Markup("<h2>{}</h2>").format(escape(line.lstrip("# ")))
            elif line.strip():
                yield Markup("<p>{}</p>").format(escape(line))

    return Markup("").join(blocks())
