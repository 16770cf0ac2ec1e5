"""Alarms of queues, functions, API, stream and table: is anything broken or stuck?

Functions and queues are read from template.yaml, so that a new one gets its alarms by itself.
"""

from __future__ import annotations

from infra import metrics
from infra.alarm import HOUR, MINUTE, Alarm
from infra.cfn import Template, physical_suffix, resources

# Functions that somebody waits for in front of a screen or a socket; the rest work from queues,
# streams and schedules.
HTTP_FUNCTIONS = frozenset({"ingest", "pay"})
# Waiting for hours is this queue's purpose: it holds deliveries until their next attempt.
PATIENT_QUEUES = frozenset({"webhook-delivery"})


def technical_alarms(template: Template) -> list[Alarm]:
    """Every technical alarm for the functions and queues of `template`, in a stable order."""
    return [
        *_dead_letters(template),
        *_waiting(template),
        *_functions(template),
        *_http(),
        *_events(),
        *_schedules(),
        *_table(),
    ]


def _dead_letters(template: Template) -> list[Alarm]:
    return [
        Alarm(
            name=queue,
            metric=metrics.queue(queue, "ApproximateNumberOfMessagesVisible"),
            threshold=1,
            means=f"A message of {queue.removesuffix('-dead-letters')} was given up.",
            do="Read it with its reason, cure the cause, then redrive it; it is kept 14 days.",
            section="Dead letters",
        )
        for queue in _queues(template)
        if queue.endswith("-dead-letters")
    ]


def _waiting(template: Template) -> list[Alarm]:
    return [
        Alarm(
            name=f"{queue}-waiting",
            metric=metrics.queue(queue, "ApproximateAgeOfOldestMessage"),
            threshold=30 * MINUTE,
            periods=2,
            datapoints=2,
            means=f"A message has waited for half an hour in {queue}.",
            do="See whether its function fails, is throttled or is merely overrun.",
            section="Waiting queues",
        )
        for queue in _queues(template)
        if not queue.endswith("-dead-letters") and queue not in PATIENT_QUEUES
    ]


def _functions(template: Template) -> list[Alarm]:
    alarms = []
    timeout_default = template["Globals"]["Function"]["Timeout"]
    for logical_id, properties in resources(template, "AWS::Serverless::Function").items():
        condition = template["Resources"][logical_id].get("Condition", "")
        name = physical_suffix(properties["FunctionName"])
        timeout_s = properties.get("Timeout", timeout_default)
        alarms += [
            Alarm(
                name=f"{name}-errors",
                metric=metrics.function(name, "Errors"),
                threshold=1,
                condition=condition,
                means=f"{name} ended with an error.",
                do="Find it in the function's log by its request id.",
                section="Function errors",
            ),
            Alarm(
                name=f"{name}-throttles",
                metric=metrics.function(name, "Throttles"),
                threshold=1,
                periods=3,
                datapoints=2,
                condition=condition,
                means=f"{name} was refused a place to run.",
                do="Compare the account's concurrency limit with what runs.",
                section="Throttles",
            ),
            _slow(name, timeout_s, condition),
        ]
    return alarms


def _slow(name: str, timeout_s: int, condition: str) -> Alarm:
    if name in HTTP_FUNCTIONS:
        return Alarm(
            name=f"{name}-slow",
            metric=metrics.function(name, "Duration", "p95"),
            threshold=3000,
            comparison="above",
            periods=3,
            datapoints=3,
            means=f"One answer of {name} in twenty takes longer than 3 seconds.",
            do="Look at its traces for the step that is slow.",
            section="Slow functions",
        )
    return Alarm(
        name=f"{name}-slow",
        metric=metrics.function(name, "Duration", "Maximum"),
        threshold=timeout_s * 800,
        comparison="above",
        condition=condition,
        means=f"{name} used more than 80% of its {timeout_s} seconds.",
        do="Look at its traces; smaller batches or a longer timeout help until the cause is found.",
        section="Slow functions",
    )


def _http() -> list[Alarm]:
    return [
        Alarm(
            name="api-5xx",
            metric=metrics.api("5XXError"),
            threshold=1,
            means="The API answered a caller with a server error.",
            do="Find the request in the access log, then in the function's log.",
            section="The API answers with errors",
        ),
        Alarm(
            name="api-slow",
            metric=metrics.api("Latency", "p95"),
            threshold=4000,
            comparison="above",
            periods=3,
            datapoints=3,
            means="One request in twenty takes longer than 4 seconds.",
            do="Compare with the functions' durations to see where the time goes.",
            section="Slow functions",
        ),
    ]


def _events() -> list[Alarm]:
    return [
        Alarm(
            name="stream-behind",
            metric=metrics.function("relay", "IteratorAge", "Maximum"),
            threshold=5 * MINUTE * 1000,
            means="The relay is five minutes behind the stream, which forgets after 24 hours.",
            do="See whether the relay fails; nothing is lost, stuck events are published again.",
            section="Events are stuck",
        ),
        Alarm(
            name="figures-behind",
            metric=metrics.function("figures-count", "IteratorAge", "Maximum"),
            threshold=30 * MINUTE * 1000,
            means="The figures of reports are half an hour behind the books.",
            do="See whether figures-count fails; `saldo report rebuild` counts what it missed.",
            section="The figures differ",
        ),
        Alarm(
            name="events-unrelayed",
            metric=metrics.saldo("relay", "UnrelayedEvents", "Maximum"),
            threshold=1,
            period_s=15 * MINUTE,
            periods=2,
            datapoints=2,
            means="Events have not reached the bus for half an hour.",
            do="See why putting events on the bus fails.",
            section="Events are stuck",
        ),
    ]


def _schedules() -> list[Alarm]:
    return [
        Alarm(
            name="reminders-silent",
            metric=metrics.function("remind-sweep", "Invocations"),
            threshold=1,
            comparison="below",
            period_s=24 * HOUR,
            silence="breaching",
            condition="RemindersScheduled",
            means="Nobody has looked for due accounts for a day.",
            do="See whether the schedule is enabled; the next run catches up by itself.",
            section="A schedule is silent",
        ),
        Alarm(
            name="upkeep-silent",
            metric=metrics.function("remind-tidy", "Invocations"),
            threshold=1,
            comparison="below",
            period_s=HOUR,
            silence="breaching",
            condition="UpkeepScheduled",
            means="Stuck notices have not been looked for during an hour.",
            do="See whether the schedule is enabled.",
            section="A schedule is silent",
        ),
    ]


def _table() -> list[Alarm]:
    return [
        Alarm(
            name=f"table-{kind}-throttled",
            metric=metrics.table(f"{kind.title()}ThrottleEvents"),
            threshold=1,
            periods=3,
            datapoints=2,
            means=f"DynamoDB refused {kind}s for going too fast.",
            do="Callers try again by themselves; look for one account or shard that gets it all.",
            section="The table is throttled",
        )
        for kind in ("read", "write")
    ]


def _queues(template: Template) -> list[str]:
    names = resources(template, "AWS::SQS::Queue").values()
    return [physical_suffix(properties["QueueName"]) for properties in names]
