"""Metrics that AWS makes by itself and the local AWS does not.

Every few seconds: embedded-metric log lines of the functions become CloudWatch metrics, the queues'
depths become AWS/SQS metrics, what the proxy saw becomes AWS/ApiGateway metrics and what the mail
sink saw becomes AWS/SES metrics. Alarms and the dashboard then have what they look at.
"""

import json
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.clients import Clients
from infra.local.feedback import Feedback
from infra.local.queues import queues
from infra.local.settings import STACK, STAGE
from infra.local.traffic import Traffic

log = logging.getLogger(__name__)

PERIOD_SECONDS = 5.0
PUT_MAX = 500  # data per PutMetricData; AWS takes 1,000
SEEN_MAX = 20_000

Datum = dict[str, Any]


def _datum(name: str, value: float, unit: str, **dimensions: str) -> Datum:
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {"MetricName": name, "Value": value, "Unit": unit, "Dimensions": named}


def embedded_metrics(line: str) -> Iterator[tuple[str, Datum]]:
    """(namespace, datum) for each value in a line of CloudWatch's embedded metric format.

    A line that is none yields nothing. One datum comes out per metric and dimension set; a metric
    that the function wrote several times in one line keeps all its values.
    """
    try:
        document = json.loads(line)
        directives = document["_aws"]["CloudWatchMetrics"]
        timestamp = document["_aws"]["Timestamp"] / 1000
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = [{"Name": name, "Value": str(document.get(name, ""))} for name in names]
            for metric in directive.get("Metrics", []):
                value = document.get(metric["Name"])
                if value is None:
                    continue
                values = value if isinstance(value, list) else [value]
                yield (
                    directive["Namespace"],
                    {
                        "MetricName": metric["Name"],
                        "Dimensions": dimensions,
                        "Timestamp": timestamp,
                        "Unit": metric.get("Unit", "None"),
                        "Values": [float(item) for item in values],
                    },
                )


@dataclass
class LogReader:
    """Reads the functions' new embedded-metric lines, each once."""

    clients: Clients
    read_until_ms: dict[str, int] = field(default_factory=dict)
    seen: dict[str, None] = field(default_factory=dict)

    def new_lines(self) -> Iterator[str]:
        """Every embedded-metric line that was not given out before."""
        groups = self.clients.logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK}-")
        for group in groups["logGroups"]:
            yield from self._of_group(group["logGroupName"])
        while len(self.seen) > SEEN_MAX:
            del self.seen[next(iter(self.seen))]

    def _of_group(self, group: str) -> Iterator[str]:
        # A line may be stored a little after its own time: look back a second, drop what is known.
        start = max(0, self.read_until_ms.get(group, 0) - 1000)
        answer = self.clients.logs.filter_log_events(
            logGroupName=group, filterPattern='"_aws"', startTime=start, limit=10_000
        )
        for event in answer["events"]:
            message, moment = event["message"], event["timestamp"]
            key = event.get("eventId") or f"{event.get('logStreamName')}{moment}{hash(message)}"
            if key in self.seen:
                continue
            self.seen[key] = None
            self.read_until_ms[group] = max(moment, self.read_until_ms.get(group, 0))
            yield message


class Observer:
    """Runs all of it in a thread until stopped; `observe_once` is one round."""

    def __init__(self, clients: Clients, traffic: Traffic, feedback: Feedback) -> None:
        self._clients = clients
        self._traffic = traffic
        self._feedback = feedback
        self._logs = LogReader(clients)
        self._mails = {"Send": 0, "Bounce": 0, "Complaint": 0}
        self._stop = threading.Event()
        self._round = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True, name="metrics")

    def start(self) -> None:
        """Begin to observe."""
        self._thread.start()

    def stop(self) -> None:
        """End after the round that runs."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def observe_once(self) -> None:
        """Bring all metrics up to date now."""
        with self._round:
            data = [pair for line in self._logs.new_lines() for pair in embedded_metrics(line)]
            data += [("AWS/SQS", datum) for datum in self._queue_data()]
            data += [("AWS/ApiGateway", datum) for datum in self._api_data()]
            data += [("AWS/SES", datum) for datum in self._mail_data()]
            self._put(data)

    def _run(self) -> None:
        while not self._stop.wait(PERIOD_SECONDS):
            try:
                self.observe_once()
            except (BotoCoreError, ClientError, OSError):
                # The local AWS is being stopped or is busy: the next round catches up.
                log.debug("a round of metrics failed", exc_info=True)

    def _put(self, data: Iterable[tuple[str, Datum]]) -> None:
        by_namespace: dict[str, list[Datum]] = {}
        for namespace, datum in data:
            by_namespace.setdefault(namespace, []).append(datum)
        for namespace, items in by_namespace.items():
            for start in range(0, len(items), PUT_MAX):
                self._clients.cloudwatch.put_metric_data(
                    Namespace=namespace,
                    MetricData=items[start : start + PUT_MAX],  # type: ignore[arg-type] # built above
                )

    def _queue_data(self) -> Iterator[Datum]:
        now = time.time()
        for queue in queues(self._clients.aws_url):
            name = {"QueueName": queue.name}
            hidden = len(queue.messages) - queue.visible
            yield _datum("ApproximateNumberOfMessagesVisible", queue.visible, "Count", **name)
            yield _datum("ApproximateNumberOfMessagesNotVisible", hidden, "Count", **name)
            age = queue.oldest_seconds(now)
            yield _datum("ApproximateAgeOfOldestMessage", age, "Seconds", **name)

    def _api_data(self) -> Iterator[Datum]:
        for name, statuses, latencies in self._traffic.take():
            for dimensions in ({"ApiName": name}, {"ApiName": name, "Stage": STAGE}):
                count = len(statuses)
                refused = sum(400 <= status < 500 for status in statuses)
                failed = sum(status >= 500 for status in statuses)
                yield _datum("Count", count, "Count", **dimensions)
                yield _datum("4XXError", refused, "Count", **dimensions)
                yield _datum("5XXError", failed, "Count", **dimensions)
                latency = _datum("Latency", 0, "Milliseconds", **dimensions)
                del latency["Value"]
                yield latency | {"Values": latencies}

    def _mail_data(self) -> Iterator[Datum]:
        counts = self._feedback.take_counts()
        for name, count in counts.items():
            yield _datum(name, count, "Count")
            self._mails[name] = self._mails.get(name, 0) + count
        if not counts or not self._mails["Send"]:
            return
        # AWS computes reputation over a volume of recent mail; here it is all mail of this run.
        for event, metric in (("Bounce", "BounceRate"), ("Complaint", "ComplaintRate")):
            rate = self._mails[event] / self._mails["Send"]
            yield _datum(f"Reputation.{metric}", rate, "None")
            yield _datum(f"Reputation.{metric}", rate, "None", **{"ses:configuration-set": STACK})
