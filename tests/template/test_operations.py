"""The dashboard and the alarms cover what there is, and say what to do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from infra.cfn import ROOT, Template, physical_suffix, resources
from infra.make_operations import FILE, all_alarms, render

Alarm = dict[str, Any]


@pytest.fixture(scope="module")
def alarms(operations: Template) -> dict[str, Alarm]:
    return resources(operations, "AWS::CloudWatch::Alarm")


@pytest.fixture(scope="module")
def body(operations: Template) -> dict[str, Any]:
    (dashboard,) = resources(operations, "AWS::CloudWatch::Dashboard").values()
    loaded: dict[str, Any] = json.loads(dashboard["DashboardBody"]["Fn::Sub"])
    return loaded


def test_the_file_is_what_the_template_makes(template: Template) -> None:
    assert FILE.read_text(encoding="utf-8") == render(template), "run: make api"


def test_every_dead_letter_rings(template: Template, alarms: dict[str, Alarm]) -> None:
    watched = {
        _watched(alarm, "QueueName")
        for alarm in alarms.values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        and (alarm["Threshold"], alarm["EvaluationPeriods"]) == (1, 1)
    }
    assert watched == {name for name in _queues(template) if name.endswith("-dead-letters")}


@pytest.mark.parametrize("metric", ["Errors", "Throttles", "Duration"])
def test_every_function_is_watched(
    template: Template, alarms: dict[str, Alarm], metric: str
) -> None:
    watched = {
        _watched(alarm, "FunctionName")
        for alarm in alarms.values()
        if alarm["MetricName"] == metric
    }
    assert watched == set(_functions(template))


@pytest.mark.parametrize(
    ("namespace", "metric"),
    [
        ("Saldo", "InvoicesRefused"),
        ("Saldo", "PaymentsFailed"),
        ("Saldo", "CallbacksRefused"),
        ("Saldo", "NoticesFailed"),
        ("Saldo", "NoticesUnknown"),
        ("Saldo", "OldestUnsentNoticeSeconds"),
        ("Saldo", "AccountsForgotten"),
        ("Saldo", "RatesMissing"),
        ("Saldo", "UnrelayedEvents"),
        ("Saldo", "WebhooksFailed"),
        ("AWS/Lambda", "IteratorAge"),
        ("AWS/SES", "Reputation.BounceRate"),
        ("AWS/SES", "Reputation.ComplaintRate"),
        ("AWS/ApiGateway", "5XXError"),
    ],
)
def test_it_rings_for(alarms: dict[str, Alarm], namespace: str, metric: str) -> None:
    assert [a for a in alarms.values() if (a["Namespace"], a["MetricName"]) == (namespace, metric)]


def test_every_alarm_reaches_the_operators_and_names_its_page(alarms: dict[str, Alarm]) -> None:
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^#+ (.+)$", page, re.MULTILINE))
    for logical_id, alarm in alarms.items():
        assert alarm["AlarmActions"] == [{"Ref": "OperatorsTopic"}], logical_id
        named = re.search(r"docs/operate\.md, '(.+)'\.$", alarm["AlarmDescription"])
        assert named, logical_id
        assert named[1] in headings, f"{logical_id}: operate.md has no section '{named[1]}'"
        assert len(alarm["AlarmDescription"]) <= 1024


def test_every_alarm_is_explained_by_name_in_the_operators_page(template: Template) -> None:
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    for alarm in all_alarms(template):
        # A family (FUNCTION-errors, QUEUE-dead-letters) is explained once.
        family = re.sub(r"^.+-(dead-letters|waiting|errors|throttles|slow)$", r"-\1`", alarm.name)
        assert f"`{alarm.name}`" in page or family in page, alarm.name


def test_alarms_watch_the_nested_stacks_own_names_only(operations: Template) -> None:
    assert not re.search(r"saldo-[a-z]+-(dead|errors)", json.dumps(operations))


@pytest.mark.parametrize(
    "metric",
    [
        "InvoicesAccepted",
        "InvoicesRefused",
        "PaymentsSettled",
        "PaymentsSettledAmount",
        "PaymentsFailed",
        "NoticesSent",
        "NoticesUnknown",
        "NoticesFailed",
        "OldestUnsentNoticeSeconds",
        "ApproximateNumberOfMessagesVisible",
        "ApproximateAgeOfOldestMessage",
        "IteratorAge",
        "UnrelayedEvents",
        "Errors",
        "Duration",
        "Throttles",
        "Bounces",
        "Complaints",
        "Reputation.BounceRate",
        "Reputation.ComplaintRate",
        "WebhooksFailed",
    ],
)
def test_the_dashboard_shows(body: dict[str, Any], metric: str) -> None:
    assert metric in {row[1] for widget in _graphs(body) for row in widget["properties"]["metrics"]}


def test_the_dashboard_needs_neither_search_nor_metric_math(body: dict[str, Any]) -> None:
    for widget in _graphs(body):
        for row in widget["properties"]["metrics"]:
            assert all(isinstance(part, str) for part in row[:-1]), row
            assert "expression" not in row[-1]
            # Namespace, name, then names and values of dimensions in pairs, then options.
            assert len(row) % 2 == 1


def test_the_dashboards_widgets_do_not_overlap(body: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in body["widgets"]:
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_dashboard_names_only_alarms_that_always_exist(
    template: Template, body: dict[str, Any]
) -> None:
    widgets = [widget for widget in body["widgets"] if widget["type"] == "alarm"]
    arns = [arn for widget in widgets for arn in widget["properties"]["alarms"]]
    shown = [arn.rpartition("${Stack}-")[2] for arn in arns]
    assert sorted(shown) == sorted(a.name for a in all_alarms(template) if not a.condition)
    for widget in widgets:
        assert len(widget["properties"]["alarms"]) <= 100  # CloudWatch's limit for one widget


def test_the_nested_stack_gets_every_parameter(template: Template, operations: Template) -> None:
    given = template["Resources"]["Operations"]["Properties"]["Parameters"]
    assert set(given) == set(operations["Parameters"])


def _watched(alarm: Alarm, dimension: str) -> str:
    (value,) = [item["Value"] for item in alarm["Dimensions"] if item["Name"] == dimension]
    text: str = value["Fn::Sub"].removeprefix("${Stack}-")
    return text


def _queues(template: Template) -> list[str]:
    queues = resources(template, "AWS::SQS::Queue").values()
    return [physical_suffix(queue["QueueName"]) for queue in queues]


def _functions(template: Template) -> list[str]:
    functions = resources(template, "AWS::Serverless::Function").values()
    return [physical_suffix(function["FunctionName"]) for function in functions]


def _graphs(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [widget for widget in body["widgets"] if widget["type"] == "metric"]


@pytest.mark.parametrize(
    ("metric", "measured_every_s"),
    [("OldestUnsentNoticeSeconds", 15 * 60), ("UnrelayedEvents", 5 * 60)],
)
def test_a_gauge_is_judged_over_periods_that_hold_a_measurement(
    alarms: dict[str, Alarm], metric: str, measured_every_s: int
) -> None:
    (alarm,) = [alarm for alarm in alarms.values() if alarm["MetricName"] == metric]
    # Twice as long, as a measurement may slip into the next period.
    assert alarm["Period"] >= 2 * measured_every_s
    assert alarm["Statistic"] == "Maximum"
