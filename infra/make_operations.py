"""Writes infra/operations.json: the nested stack with the operators' dashboard, alarms and topic.

    python -m infra.make_operations            # rewrite it
    python -m infra.make_operations --check    # exit 1 when it is out of date

It is a stack of its own because it is long, says one thing sixty times, and changes for other
reasons than template.yaml. It is written by machine because a queue or a function without its
alarms is a fault that nobody sees.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from infra.alarm import Alarm
from infra.alarms_business import business_alarms
from infra.alarms_technical import technical_alarms
from infra.cfn import ROOT, Template, load_template
from infra.dashboard import dashboard_body

FILE = ROOT / "infra" / "operations.json"

_COMPARISONS = {
    "above": "GreaterThanThreshold",
    "at least": "GreaterThanOrEqualToThreshold",
    "below": "LessThanThreshold",
}


def operations_template(template: Template) -> dict[str, Any]:
    """The nested stack's template for the functions and queues of `template`."""
    alarms = all_alarms(template)
    # The dashboard is one and the same with and without the sandbox: an alarm that does not exist
    # would show there as an error.
    shown = [alarm.name for alarm in alarms if not alarm.condition]
    body = json.dumps(dashboard_body(template, shown), separators=(",", ":"))
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Saldo - dashboard and alarms. Written by infra/make_operations.py.",
        "Parameters": _parameters(),
        "Conditions": {
            "WithSandbox": {"Fn::Equals": [{"Ref": "SandboxProvider"}, "true"]},
            "RemindersScheduled": {"Fn::Equals": [{"Ref": "ReminderScheduleState"}, "ENABLED"]},
            "UpkeepScheduled": {"Fn::Equals": [{"Ref": "UpkeepScheduleState"}, "ENABLED"]},
            "HasOperatorsEmail": {"Fn::Not": [{"Fn::Equals": [{"Ref": "OperatorsEmail"}, ""]}]},
        },
        "Resources": {
            "OperatorsTopic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"TopicName": {"Fn::Sub": "${Stack}-operators"}},
            },
            "OperatorsSubscription": {
                "Type": "AWS::SNS::Subscription",
                "Condition": "HasOperatorsEmail",
                "Properties": {
                    "TopicArn": {"Ref": "OperatorsTopic"},
                    "Protocol": "email",
                    "Endpoint": {"Ref": "OperatorsEmail"},
                },
            },
            "Dashboard": {
                "Type": "AWS::CloudWatch::Dashboard",
                "Properties": {
                    "DashboardName": {"Ref": "Stack"},
                    "DashboardBody": {"Fn::Sub": body},
                },
            },
            **{_logical_id(alarm): _resource(alarm) for alarm in alarms},
        },
        "Outputs": {
            "DashboardName": {"Value": {"Ref": "Dashboard"}},
            "OperatorsTopicArn": {"Value": {"Ref": "OperatorsTopic"}},
        },
    }


def all_alarms(template: Template) -> list[Alarm]:
    """Every alarm there is, in the order in which the dashboard shows them."""
    return [*business_alarms(), *technical_alarms(template)]


def render(template: Template) -> str:
    """The file's text."""
    return json.dumps(operations_template(template), indent=2) + "\n"


def _parameters() -> dict[str, Any]:
    descriptions = {
        "Stack": "Name of the stack this belongs to; names of functions and queues begin with it.",
        "TableName": "The table.",
        "OperatorsEmail": "Where alarms are mailed to, or nothing.",
        "SandboxProvider": "Whether the sandbox payment provider is there: true or false.",
        "ReminderScheduleState": "ENABLED or DISABLED.",
        "UpkeepScheduleState": "ENABLED or DISABLED.",
    }
    return {name: {"Type": "String", "Description": text} for name, text in descriptions.items()}


def _logical_id(alarm: Alarm) -> str:
    return "".join(part.capitalize() for part in alarm.name.split("-")) + "Alarm"


def _resource(alarm: Alarm) -> dict[str, Any]:
    metric = alarm.metric
    statistic = "ExtendedStatistic" if metric.statistic.startswith("p") else "Statistic"
    resource: dict[str, Any] = {"Type": "AWS::CloudWatch::Alarm"}
    if alarm.condition:
        resource["Condition"] = alarm.condition
    resource["Properties"] = {
        "AlarmName": {"Fn::Sub": f"${{Stack}}-{alarm.name}"},
        "AlarmDescription": alarm.description,
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": [
            {"Name": name, "Value": {"Fn::Sub": value} if "${" in value else value}
            for name, value in metric.dimensions.items()
        ],
        statistic: metric.statistic,
        "Period": alarm.period_s,
        "EvaluationPeriods": alarm.periods,
        "DatapointsToAlarm": alarm.datapoints,
        "ComparisonOperator": _COMPARISONS[alarm.comparison],
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.silence,
        "AlarmActions": [{"Ref": "OperatorsTopic"}],
    }
    return resource


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.make_operations", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args(arguments)
    wanted = render(load_template())
    if FILE.is_file() and FILE.read_text(encoding="utf-8") == wanted:
        return 0
    name = FILE.relative_to(ROOT)
    if options.check:
        print(f"{name} is out of date. Run: python -m infra.make_operations", file=sys.stderr)
        return 1
    FILE.write_text(wanted, encoding="utf-8")
    print(f"{name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
