"""The functions' log lines, as CloudWatch Logs keeps them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from infra.local.clients import Clients
from infra.local.settings import STACK
from infra.local.steps import Steps


def lines(clients: Clients, function: str = "") -> Iterator[tuple[datetime, str, str]]:
    """(instant, function, line) of every function or of one, per function oldest first.

    Lines that only carry metrics or Lambda's own START, END and REPORT are left out.
    """
    prefix = f"/aws/lambda/{STACK}-"
    groups = clients.logs.describe_log_groups(logGroupNamePrefix=f"{prefix}{function}")
    for group in groups["logGroups"]:
        name = group["logGroupName"].removeprefix(prefix)
        if function and name != function:
            continue
        events = clients.logs.filter_log_events(logGroupName=group["logGroupName"], limit=10_000)
        for event in events["events"]:
            text = event["message"].rstrip()
            if text and '"_aws"' not in text and not text.startswith(("START ", "END ", "REPORT ")):
                yield datetime.fromtimestamp(event["timestamp"] / 1000, UTC), name, text


def is_trouble(text: str) -> bool:
    """Whether a log line tells of a warning, an error or an uncaught exception."""
    try:
        level = json.loads(text).get("level", "")
    except (ValueError, AttributeError):
        return "Traceback" in text or "ERROR" in text
    return level in {"WARNING", "ERROR", "CRITICAL"}


def show(clients: Clients, steps: Steps, function: str, *, trouble: bool) -> None:
    """Print lines in the order of time; with `trouble` warnings and errors only."""
    for instant, name, text in sorted(lines(clients, function)):
        if not trouble or is_trouble(text):
            steps.say(f"{instant.astimezone():%H:%M:%S} {name}: {text}")
