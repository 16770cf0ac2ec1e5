"""Every function of the template is there, keeps its log, and leaves a trace when it fails."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest

from infra.cfn import ROOT, Template, physical_suffix, resources
from saldo.settings import settings_from

# Read by libraries, not by us: LOG_LEVEL and POWERTOOLS_* by Powertools.
BY_LIBRARIES = re.compile(r"LOG_LEVEL|POWERTOOLS_[A-Z_]+")


def functions(template: Template) -> dict[str, dict[str, Any]]:
    return resources(template, "AWS::Serverless::Function")


def environment(template: Template, logical_id: str) -> dict[str, Any]:
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    own = functions(template)[logical_id].get("Environment", {}).get("Variables", {})
    return {**shared, **own}


def test_every_handler_exists(template: Template) -> None:
    for logical_id, properties in functions(template).items():
        folder = properties["CodeUri"].strip("/").replace("/", ".")
        module_name, _, handler = properties["Handler"].rpartition(".")
        module = importlib.import_module(f"{folder}.{module_name}")
        assert callable(getattr(module, handler)), f"{logical_id}: {properties['Handler']}"


def test_every_folder_of_functions_is_deployed(template: Template) -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    deployed = {
        properties["CodeUri"].strip("/").split("/")[1]
        for properties in functions(template).values()
    }
    assert folders == deployed


def test_every_function_has_a_log_group_of_its_own_that_forgets(template: Template) -> None:
    groups = resources(template, "AWS::Logs::LogGroup")
    used = []
    for logical_id, properties in functions(template).items():
        group = properties["LoggingConfig"]["LogGroup"]["Ref"]
        name = physical_suffix(properties["FunctionName"])
        assert groups[group]["LogGroupName"] == {
            "Fn::Sub": f"/aws/lambda/${{AWS::StackName}}-{name}"
        }
        used.append(group)
        assert _condition(template, group) == _condition(template, logical_id)
    assert len(set(used)) == len(used)
    for group, properties in groups.items():
        assert properties["RetentionInDays"] == {"Ref": "LogRetentionDays"}, group


def test_what_a_function_fails_at_without_anybody_waiting_leaves_a_trace(
    template: Template,
) -> None:
    queues = resources(template, "AWS::SQS::Queue")
    scheduled = {
        schedule["Target"]["Arn"]["Fn::GetAtt"][0]: schedule["Target"]
        for schedule in resources(template, "AWS::Scheduler::Schedule").values()
    }
    http = {
        permission["FunctionName"]["Ref"]
        for permission in resources(template, "AWS::Lambda::Permission").values()
    }
    for logical_id, properties in functions(template).items():
        events = properties.get("Events", {}).values()
        for event in events:
            if event["Type"] == "SQS":
                queue = queues[event["Properties"]["Queue"]["Fn::GetAtt"][0]]
                assert "RedrivePolicy" in queue, logical_id
                assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
            else:
                assert event["Type"] == "DynamoDB"
                assert event["Properties"]["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
                # The local stream loses what a partial failure names.
                assert "FunctionResponseTypes" not in event["Properties"]
        if logical_id in scheduled:
            assert "DeadLetterConfig" in scheduled[logical_id]
            invoked = properties["EventInvokeConfig"]
            assert invoked["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
        assert events or logical_id in scheduled or logical_id in http, (
            f"{logical_id} is never called"
        )


def test_a_queue_hides_a_message_six_times_as_long_as_its_function_may_take(
    template: Template,
) -> None:
    queues = resources(template, "AWS::SQS::Queue")
    for logical_id, properties in functions(template).items():
        timeout_s = properties.get("Timeout", template["Globals"]["Function"]["Timeout"])
        for event in properties.get("Events", {}).values():
            if event["Type"] == "SQS":
                queue = event["Properties"]["Queue"]["Fn::GetAtt"][0]
                assert queues[queue]["VisibilityTimeout"] >= 6 * timeout_s, logical_id


def test_functions_behind_the_gateway_end_before_it_gives_up(template: Template) -> None:
    for permission in resources(template, "AWS::Lambda::Permission").values():
        assert functions(template)[permission["FunctionName"]["Ref"]]["Timeout"] <= 29


def test_every_variable_that_the_code_reads_is_set_and_every_one_set_is_read(
    template: Template,
) -> None:
    read = _variables_in_code()
    assert read, "no variable found: has the way of reading them changed?"
    given = {
        name for logical_id in functions(template) for name in environment(template, logical_id)
    }
    ours = {name for name in given if not BY_LIBRARIES.fullmatch(name)}
    assert read - ours == set(), "read, but never set"
    assert ours - read == set(), "set, but never read"


@pytest.mark.parametrize("name", ["SALDO_TABLE", "SALDO_PUBLIC_URL", "POWERTOOLS_SERVICE_NAME"])
def test_every_function_knows(template: Template, name: str) -> None:
    assert [key for key in functions(template) if name not in environment(template, key)] == []


def _variables_in_code() -> set[str]:
    """Names of variables of ours that what runs in Lambda asks for."""
    asked: set[str] = set()

    class Listening(dict[str, str]):
        def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
            asked.add(name)
            return default

    settings_from(Listening())
    # The sandbox stands alone and reads its own.
    for path in (ROOT / "functions").rglob("*.py"):
        asked |= set(re.findall(r"[\"'](SALDO_[A-Z_]+)[\"']", path.read_text(encoding="utf-8")))
    return {name for name in asked if name.startswith("SALDO_")}


def _condition(template: Template, logical_id: str) -> str:
    condition: str = template["Resources"][logical_id].get("Condition", "")
    return condition
