"""The operators' dashboard: one page that answers "is the money moving, and is anything stuck?".

From top to bottom: alarms that ring, today's numbers, money, notices, what is stuck, the functions.
Names are spelt out instead of found by SEARCH, and no metric math is used: the same body is drawn
by CloudWatch and by the local cloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from infra import metrics
from infra.cfn import Template, physical_suffix, resources
from infra.metrics import Metric

WIDTH = 24  # columns of a CloudWatch dashboard
GREEN, RED, AMBER, GREY = "#2ca02c", "#d62728", "#ff7f0e", "#7f7f7f"

Json = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A line at a value worth knowing, such as the point at which an alarm rings."""

    label: str
    value: float


def dashboard_body(template: Template, alarm_names: Iterable[str]) -> Json:
    """The DashboardBody, with `${Stack}`, `${TableName}` and `${AWS::…}` left to be filled in."""
    rows = [
        _heading("Saldo - ${Stack}", "What rings is explained in docs/operate.md."),
        _alarms(alarm_names),
        _numbers(),
        _heading("Money"),
        *_money(),
        _heading("Notices"),
        *_notices(),
        _heading("Stuck or lost"),
        *_stuck(template),
        _heading("Functions and API"),
        *_functions(template),
    ]
    return {"start": "-PT24H", "periodOverride": "inherit", "widgets": list(_laid_out(rows))}


def _laid_out(rows: Sequence[Sequence[tuple[int, int, Json]]]) -> Iterable[Json]:
    """Places (width, height, widget) side by side, row under row."""
    y = 0
    for row in rows:
        x = 0
        for width, height, widget in row:
            if x + width > WIDTH:
                raise ValueError(f"the row at {y} is wider than the dashboard")
            yield {"x": x, "y": y, "width": width, "height": height, **widget}
            x += width
        y += max(height for _, height, _ in row)


def _heading(title: str, text: str = "") -> list[tuple[int, int, Json]]:
    markdown = f"## {title}" + (f"\n{text}" if text else "")
    return [(WIDTH, 2 if text else 1, {"type": "text", "properties": {"markdown": markdown}})]


def _alarms(names: Iterable[str]) -> list[tuple[int, int, Json]]:
    """Three widgets, as one shows at most a hundred: two about functions, and all the rest."""
    prefix = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:${Stack}-"
    named = list(names)
    errors = [name for name in named if name.endswith("-errors")]
    slow = [name for name in named if name.endswith(("-throttles", "-slow"))]
    others = [name for name in named if name not in {*errors, *slow}]
    return [
        (
            WIDTH // 3,
            4,
            {
                "type": "alarm",
                "properties": {"title": title, "alarms": [f"{prefix}{name}" for name in part]},
            },
        )
        for title, part in (
            ("Alarms", others),
            ("Errors of functions", errors),
            ("Slow or throttled functions", slow),
        )
    ]


def _row_of(metric: Metric, colour: str = "", label: str = "") -> list[Any]:
    dimensions = [part for pair in metric.dimensions.items() for part in pair]
    options = {"stat": metric.statistic, "label": label or metric.label}
    if colour:
        options["color"] = colour
    return [metric.namespace, metric.name, *dimensions, options]


def _graph(
    title: str,
    rows: Sequence[list[Any]],
    *,
    unit: str = "",
    stacked: bool = False,
    line: Line | None = None,
    view: Literal["timeSeries", "singleValue"] = "timeSeries",
) -> Json:
    properties: Json = {
        "title": title,
        "view": view,
        "region": "${AWS::Region}",
        "period": 300,
        "metrics": list(rows),
    }
    if view == "singleValue":
        # One number for the whole time shown, instead of the last five minutes.
        properties |= {"setPeriodToTimeRange": True, "sparkline": False}
    else:
        properties["stacked"] = stacked
        properties["yAxis"] = {"left": {"min": 0, "label": unit, "showUnits": False}}
    if line:
        mark = {"label": line.label, "value": line.value, "color": RED}
        properties["annotations"] = {"horizontal": [mark]}
    return {"type": "metric", "properties": properties}


def _numbers() -> list[tuple[int, int, Json]]:
    accepted = _row_of(metrics.saldo("ingest", "InvoicesAccepted"), GREEN, "accepted")
    refused = _row_of(metrics.saldo("ingest", "InvoicesRefused"), AMBER, "refused")
    settled = _row_of(metrics.saldo("pay", "PaymentsSettled"), GREEN, "settled")
    failed = _row_of(metrics.saldo("pay", "PaymentsFailed"), AMBER, "failed")
    unknown = _row_of(metrics.saldo("remind", "NoticesUnknown"), RED, "unknown")
    refused_mail = _row_of(metrics.saldo("remind", "NoticesFailed"), AMBER, "refused")
    dead = [
        _row_of(metrics.saldo(service, "DeadLettered"), RED, service)
        for service in ("remind", "reconcile", "relay", "connect")
    ]
    return [
        (6, 4, _graph("Invoices", [accepted, refused], view="singleValue")),
        (6, 4, _graph("Payments", [settled, failed], view="singleValue")),
        (6, 4, _graph("Notices in trouble", [unknown, refused_mail], view="singleValue")),
        (6, 4, _graph("Given up by functions", dead, view="singleValue")),
    ]


def _money() -> list[list[tuple[int, int, Json]]]:
    invoices = [
        _row_of(metrics.saldo("ingest", "InvoicesAccepted"), GREEN, "accepted"),
        _row_of(metrics.saldo("ingest", "InvoicesRefused"), RED, "refused"),
        _row_of(metrics.saldo("ingest", "RequestsRefused"), AMBER, "whole requests refused"),
    ]
    payments = [_row_of(metrics.saldo("pay", "PaymentsSettled"), GREEN, "settled")]
    amounts = [
        _row_of(metrics.saldo("pay", "PaymentsSettledAmount", currency=currency))
        for currency in metrics.CURRENCIES
    ]
    failures = [
        _row_of(metrics.saldo("pay", "PaymentsFailed"), AMBER, "payments failed"),
        _row_of(metrics.saldo("pay", "CallbacksRefused"), RED, "callbacks refused"),
    ]
    return [
        [
            (12, 6, _graph("Invoices accepted and refused", invoices)),
            (12, 6, _graph("Payments settled", payments)),
        ],
        [
            (12, 6, _graph("Amount settled, by currency", amounts, unit="major units")),
            (12, 6, _graph("Payments failed, callbacks refused", failures)),
        ],
    ]


def _notices() -> list[list[tuple[int, int, Json]]]:
    sent = [
        _row_of(
            metrics.saldo("remind", "NoticesSent", stage=stage, channel=channel),
            label=f"{f'stage {stage}' if stage.isdigit() else stage} by {channel}",
        )
        for channel in metrics.CHANNELS
        for stage in metrics.STAGES
    ]
    trouble = [
        _row_of(metrics.saldo("remind", "NoticesUnknown"), RED, "unknown"),
        _row_of(metrics.saldo("remind", "NoticesFailed"), AMBER, "refused by the mail service"),
    ]
    oldest = [_row_of(metrics.saldo("remind", "OldestUnsentNoticeSeconds", "Maximum"))]
    feedback = [
        _row_of(metrics.saldo("remind", "Bounces"), AMBER, "bounces"),
        _row_of(metrics.saldo("remind", "Complaints"), RED, "complaints"),
    ]
    bounce_rate = [_row_of(metrics.mail("Reputation.BounceRate"), AMBER, "bounce rate")]
    complaint_rate = [_row_of(metrics.mail("Reputation.ComplaintRate"), RED, "complaint rate")]
    many_bounces, many_complaints = Line("5%", 0.05), Line("0.1%", 0.001)
    return [
        [
            (12, 6, _graph("Notices sent, by stage and channel", sent, stacked=True)),
            (6, 6, _graph("Notices unknown or refused", trouble)),
            (6, 6, _graph("Oldest unsent notice", oldest, unit="s", line=Line("late", 3600))),
        ],
        [
            (8, 6, _graph("Bounces and complaints", feedback)),
            (8, 6, _graph("Bounce rate", bounce_rate, unit="share", line=many_bounces)),
            (8, 6, _graph("Complaint rate", complaint_rate, unit="share", line=many_complaints)),
        ],
    ]


def _stuck(template: Template) -> list[list[tuple[int, int, Json]]]:
    names = [
        physical_suffix(properties["QueueName"])
        for properties in resources(template, "AWS::SQS::Queue").values()
    ]
    depth = "ApproximateNumberOfMessagesVisible"
    age = "ApproximateAgeOfOldestMessage"
    dead = [_row_of(metrics.queue(n, depth)) for n in names if n.endswith("-dead-letters")]
    working = [n for n in names if not n.endswith("-dead-letters")]
    iterator = [_row_of(metrics.function("relay", "IteratorAge", "Maximum"), label="relay")]
    unrelayed = [_row_of(metrics.saldo("relay", "UnrelayedEvents", "Maximum"), RED)]
    webhooks = [
        _row_of(metrics.saldo("reconcile", "WebhooksDelivered"), GREEN, "delivered"),
        _row_of(metrics.saldo("reconcile", "WebhooksFailed"), RED, "attempts failed"),
    ]
    connections = [
        _row_of(metrics.saldo("connect", "ConnectionsRead"), GREEN, "read whole"),
        _row_of(metrics.saldo("connect", "ConnectionsFailed"), RED, "failed"),
        _row_of(metrics.saldo("connect", "ErpRecordsUnread"), AMBER, "records not taken"),
    ]
    orders = [
        _row_of(metrics.saldo("connect", "ErpOrdersMade"), GREY, "made"),
        _row_of(metrics.saldo("connect", "ErpOrdersTaken"), GREEN, "taken"),
        _row_of(metrics.saldo("connect", "ErpOrdersRefused"), RED, "refused"),
    ]
    foresight = [
        _row_of(metrics.saldo("foresight", "ForesightChanged"), GREEN, "looked at anew"),
        _row_of(metrics.saldo("foresight", "ForesightFailed"), RED, "failed"),
    ]
    return [
        [
            (8, 6, _graph("Dead letters", dead, unit="messages", line=Line("rings", 1))),
            (8, 6, _graph("Waiting messages", [_row_of(metrics.queue(n, depth)) for n in working])),
            (8, 6, _graph("Oldest message", [_row_of(metrics.queue(n, age)) for n in working])),
        ],
        [
            (8, 6, _graph("Iterator age of the stream", iterator, unit="ms")),
            (8, 6, _graph("Events not on the bus", unrelayed)),
            (8, 6, _graph("Webhooks", webhooks)),
        ],
        [
            (8, 6, _graph("Connections to ERPs", connections)),
            (8, 6, _graph("Told to ERPs", orders)),
            (8, 6, _graph("What is expected of accounts", foresight)),
        ],
    ]


def _functions(template: Template) -> list[list[tuple[int, int, Json]]]:
    names = [
        physical_suffix(properties["FunctionName"])
        for properties in resources(template, "AWS::Serverless::Function").values()
    ]

    def per_function(metric: str, statistic: metrics.Statistic) -> list[list[Any]]:
        return [_row_of(metrics.function(name, metric, statistic)) for name in names]

    requests = [
        _row_of(metrics.api("Count"), GREY, "requests"),
        _row_of(metrics.api("4XXError"), AMBER, "refused (4xx)"),
        _row_of(metrics.api("5XXError"), RED, "failed (5xx)"),
    ]
    latency = [
        _row_of(metrics.api("Latency", "p50"), GREY, "half"),
        _row_of(metrics.api("Latency", "p95"), AMBER, "19 of 20"),
    ]
    throttled = [
        _row_of(metrics.table("ReadThrottleEvents"), label="reads"),
        _row_of(metrics.table("WriteThrottleEvents"), label="writes"),
    ]
    return [
        [
            (8, 7, _graph("Errors", per_function("Errors", "Sum"))),
            (8, 7, _graph("Duration, 19 of 20", per_function("Duration", "p95"), unit="ms")),
            (8, 7, _graph("Throttles", per_function("Throttles", "Sum"))),
        ],
        [
            (8, 6, _graph("API requests", requests)),
            (8, 6, _graph("API answers within", latency, unit="ms")),
            (8, 6, _graph("Table throttled", throttled)),
        ],
    ]
