"""Names of the metrics that the dashboard and the alarms look at.

`${Stack}` and `${TableName}` are filled in by CloudFormation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

NAMESPACE = "Saldo"

# CloudWatch offers no way to say "every value of this dimension" but SEARCH, which alarms cannot
# use and which breaks when a name changes. So the values that a dashboard shows are listed.
CURRENCIES = ("EUR", "CHF", "USD", "GBP")
# What a notice is about: the invoice itself, the reminders of the longest policy, money and what
# was agreed about it.
STAGES = (
    *("invoice", "1", "2", "3", "4", "5", "6"),
    *("paid", "payment-failed", "payment-scheduled", "mandate-given", "plan-agreed", "plan-missed"),
    *("plan-proposed", "plan-declined", "paid-claim-received", "paid-claim-unfounded"),
    *("promise-confirmed", "promise-broken", "dispute-received", "dispute-closed", "invoice-copy"),
    *("contact-confirm", "contact-changed", "question-received", "question-answered", "mail-reply"),
)
CHANNELS = ("email",)

Statistic = Literal["Average", "Maximum", "Minimum", "Sum", "p50", "p95", "p99"]


@dataclass(frozen=True)
class Metric:
    """One CloudWatch metric with the statistic that makes sense of it."""

    namespace: str
    name: str
    statistic: Statistic
    dimensions: dict[str, str] = field(default_factory=dict)
    label: str = ""


def saldo(service: str, name: str, statistic: Statistic = "Sum", **dimensions: str) -> Metric:
    """A metric of our own, as the functions write it in embedded metric format."""
    label = " ".join(dimensions.values()) or name
    return Metric(NAMESPACE, name, statistic, {"service": service, **dimensions}, label)


def function(suffix: str, name: str, statistic: Statistic = "Sum") -> Metric:
    """A metric of Lambda's for the function `${Stack}-suffix`."""
    return Metric("AWS/Lambda", name, statistic, {"FunctionName": f"${{Stack}}-{suffix}"}, suffix)


def queue(suffix: str, name: str, statistic: Statistic = "Maximum") -> Metric:
    """A metric of SQS's for the queue `${Stack}-suffix`."""
    return Metric("AWS/SQS", name, statistic, {"QueueName": f"${{Stack}}-{suffix}"}, suffix)


def api(name: str, statistic: Statistic = "Sum") -> Metric:
    """A metric of API Gateway's for the API that ERPs and payers use."""
    return Metric("AWS/ApiGateway", name, statistic, {"ApiName": "${Stack}", "Stage": "live"}, name)


def table(name: str, statistic: Statistic = "Sum") -> Metric:
    """A metric of DynamoDB's for the table."""
    return Metric("AWS/DynamoDB", name, statistic, {"TableName": "${TableName}"}, name)


def mail(name: str, statistic: Statistic = "Maximum") -> Metric:
    """A reputation metric of SES's for our configuration set, a share between 0 and 1."""
    dimensions = {"ses:configuration-set": "${Stack}"}
    return Metric("AWS/SES", name, statistic, dimensions, name)
