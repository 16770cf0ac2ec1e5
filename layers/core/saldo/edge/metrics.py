"""Metrics by embedded metric format: a line in the log, no call."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE = "Saldo"


def count(metrics: Metrics, name: str, value: float = 1) -> None:
    """Count something under a name that template.yaml's dashboard and alarms know."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def flush(metrics: Metrics) -> None:
    """Write what was counted, if anything was."""
    if metrics.provider.metric_set:
        metrics.flush_metrics()
