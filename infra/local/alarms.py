"""The state of each alarm, evaluated as CloudWatch does.

The local AWS evaluates alarms without looking at dimensions: one dead letter makes the alarms of
all dead-letter queues ring. So the dashboard takes definitions from there and judges them here.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.clients import Clients

OK, RINGS, UNKNOWN = "OK", "ALARM", "INSUFFICIENT_DATA"


@dataclass(frozen=True)
class Alarm:
    """A metric alarm's definition."""

    name: str
    description: str
    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: int  # seconds
    periods: int
    datapoints: int
    threshold: float
    comparison: str
    missing: str

    def state(self, values: Mapping[int, float], now: float) -> str:
        """OK, ALARM or INSUFFICIENT_DATA; `values` by the second at which their period begins."""
        latest = int(now // self.period) * self.period
        begins = [latest - self.period * number for number in range(self.periods)]
        found = [self._breaches(values[begin]) for begin in begins if begin in values]
        if not found and self.missing not in {"breaching", "notBreaching"}:
            return UNKNOWN
        breaching = sum(found)
        if self.missing == "breaching":
            breaching += len(begins) - len(found)
        return RINGS if breaching >= self.datapoints else OK

    def _breaches(self, value: float) -> bool:
        return {
            "GreaterThanOrEqualToThreshold": value >= self.threshold,
            "GreaterThanThreshold": value > self.threshold,
            "LessThanOrEqualToThreshold": value <= self.threshold,
            "LessThanThreshold": value < self.threshold,
        }.get(self.comparison, False)


def defined(clients: Clients) -> list[Alarm]:
    """Every deployed alarm on one metric."""
    pages = clients.cloudwatch.get_paginator("describe_alarms").paginate()
    return [
        _alarm(dict(item))
        for page in pages
        for item in page["MetricAlarms"]
        if "MetricName" in item
    ]


def states(clients: Clients, alarms: Sequence[Alarm]) -> dict[str, str]:
    """The state of each alarm now, by its name."""
    now = time.time()
    states_by_name = {}
    for first in range(0, len(alarms), 500):
        part = alarms[first : first + 500]
        longest = max((item.period * (item.periods + 1) for item in part), default=60)
        answer = clients.cloudwatch.get_metric_data(
            MetricDataQueries=[_query(f"q{at}", item) for at, item in enumerate(part)],  # type: ignore[misc] # built below
            StartTime=datetime.fromtimestamp(now - longest, UTC),
            EndTime=datetime.fromtimestamp(now + 1, UTC),
        )
        for result in answer["MetricDataResults"]:
            alarm = part[int(result["Id"].removeprefix("q"))]
            begins = [int(moment.timestamp()) for moment in result["Timestamps"]]
            values = dict(zip(begins, result["Values"], strict=True))
            states_by_name[alarm.name] = alarm.state(values, now)
    return states_by_name


def _alarm(item: dict[str, Any]) -> Alarm:
    periods = int(item.get("EvaluationPeriods", 1))
    return Alarm(
        name=item["AlarmName"],
        description=item.get("AlarmDescription", ""),
        namespace=item["Namespace"],
        metric=item["MetricName"],
        dimensions=tuple((pair["Name"], pair["Value"]) for pair in item.get("Dimensions", [])),
        statistic=item.get("ExtendedStatistic") or item.get("Statistic") or "Average",
        period=int(item.get("Period", 60)),
        periods=periods,
        datapoints=int(item.get("DatapointsToAlarm") or periods),
        threshold=float(item.get("Threshold", 0)),
        comparison=item.get("ComparisonOperator", ""),
        missing=item.get("TreatMissingData") or "missing",
    )


def _query(query_id: str, alarm: Alarm) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in alarm.dimensions]
    metric = {"Namespace": alarm.namespace, "MetricName": alarm.metric, "Dimensions": dimensions}
    stat = {"Metric": metric, "Period": alarm.period, "Stat": alarm.statistic}
    return {"Id": query_id, "MetricStat": stat}
