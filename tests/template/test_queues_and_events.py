"""Nothing that fails is lost: dead letters, the bus and its archive, the schedules."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest

from infra.cfn import Template, physical_suffix, resources
from saldo.connectors.orders import HEARD
from saldo.events import EventType
from saldo.foresight.hearing import HEARD as FORESIGHT_HEARD
from saldo.worklist.hearing import HEARD as WORK_HEARD

DAY_S = 86400
FOURTEEN_DAYS_S = 14 * DAY_S


def test_every_queue_has_dead_letters_of_its_own_for_fourteen_days(template: Template) -> None:
    queues = resources(template, "AWS::SQS::Queue")
    working = {key: queue for key, queue in queues.items() if not key.endswith("DeadLetters")}
    assert len(working) >= 6
    for logical_id, queue in working.items():
        dead = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        assert dead == logical_id.removesuffix("Queue") + "DeadLetters"
        assert queues[dead]["MessageRetentionPeriod"] == FOURTEEN_DAYS_S
        name = physical_suffix(queue["QueueName"])
        assert physical_suffix(queues[dead]["QueueName"]) == f"{name}-dead-letters"
    for dead, queue in queues.items():
        if dead.endswith("DeadLetters"):
            assert "RedrivePolicy" not in queue


def test_every_queue_is_encrypted(template: Template) -> None:
    for logical_id, queue in resources(template, "AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True, logical_id


def test_only_the_service_that_feeds_a_queue_may_write_to_it_from_outside(
    template: Template,
) -> None:
    for policy in resources(template, "AWS::SQS::QueuePolicy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert set(statement["Principal"]) == {"Service"}
            assert "aws:SourceArn" in statement["Condition"]["ArnEquals"]
            assert statement["Action"] == "sqs:SendMessage"


def test_every_target_of_a_rule_has_dead_letters_and_a_way_in(template: Template) -> None:
    open_to = {
        (policy["Queues"][0]["Ref"], json.dumps(statement["Condition"]["ArnEquals"]))
        for policy in resources(template, "AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
    }
    for rule, properties in resources(template, "AWS::Events::Rule").items():
        assert properties["EventBusName"] == {"Ref": "Bus"}
        assert properties["EventPattern"]["source"] == ["saldo"]
        for target in properties["Targets"]:
            reached = [
                target["Arn"]["Fn::GetAtt"][0],
                target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0],
            ]
            for queue in reached:
                source = json.dumps({"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}})
                assert (queue, source) in open_to


def test_the_rule_for_accounts_names_events_that_exist(template: Template) -> None:
    named = template["Resources"]["AccountRule"]["Properties"]["EventPattern"]["detail-type"]
    assert set(named) <= set(get_args(EventType))
    assert {"payment.settled", "payment.failed", "payment.charged_back"} <= set(named)
    assert {"promise.given", "promise.broken", "dispute.opened", "dispute.rejected"} <= set(named)
    assert "message.written" in named


def test_the_rule_for_erps_names_the_events_that_make_orders(template: Template) -> None:
    named = template["Resources"]["ConnectorRule"]["Properties"]["EventPattern"]["detail-type"]
    assert set(named) == HEARD <= set(get_args(EventType))


def test_the_rule_for_the_work_list_names_the_events_that_it_hears(template: Template) -> None:
    named = template["Resources"]["WorkRule"]["Properties"]["EventPattern"]["detail-type"]
    assert set(named) == WORK_HEARD <= set(get_args(EventType))


def test_the_rule_for_foresight_names_the_events_that_it_hears(template: Template) -> None:
    pattern = template["Resources"]["ForesightRule"]["Properties"]["EventPattern"]
    assert set(pattern["detail-type"]) == FORESIGHT_HEARD <= set(get_args(EventType))
    assert len(json.dumps(pattern)) < 2048, "EventBridge takes no longer pattern"


def test_all_events_are_kept_for_replay_on_aws(template: Template) -> None:
    archive = template["Resources"]["Archive"]
    assert archive["Condition"] == "OnAws"
    assert archive["Properties"]["EventPattern"] == {"source": ["saldo"]}
    assert archive["Properties"]["SourceArn"] == {"Fn::GetAtt": ["Bus", "Arn"]}


def test_the_relay_sees_new_events_only(template: Template) -> None:
    stream = template["Resources"]["RelayFunction"]["Properties"]["Events"]["TableStream"]
    (wanted,) = stream["Properties"]["FilterCriteria"]["Filters"]
    assert json.loads(wanted["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "E#"}]}}},
    }
    assert stream["Properties"]["StartingPosition"] == "TRIM_HORIZON"


def test_schedules_say_for_when_they_call_and_may_call_their_functions(template: Template) -> None:
    (role,) = resources(template, "AWS::IAM::Role")["SchedulerRole"]["Policies"]
    allowed = [
        resource["Fn::GetAtt"][0]
        for statement in role["PolicyDocument"]["Statement"]
        if statement["Action"] == "lambda:InvokeFunction"
        for resource in statement["Resource"]
    ]
    schedules = resources(template, "AWS::Scheduler::Schedule")
    for schedule in schedules.values():
        told = json.loads(schedule["Target"]["Input"])
        assert told["scheduled_time"] == "<aws.scheduler.scheduled-time>"
        assert schedule["Target"]["Arn"]["Fn::GetAtt"][0] in allowed
        assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
    sweep = json.loads(schedules["ReminderSweepSchedule"]["Target"]["Input"])
    assert sweep["kind"] == "reminders"
    assert len(allowed) == len(schedules)


@pytest.mark.parametrize("parameter", ["ReminderSchedule"])
def test_no_schedule_runs_in_the_hour_that_some_days_have_twice(
    template: Template, parameter: str
) -> None:
    expression = template["Parameters"][parameter]["Default"]
    hours = re.fullmatch(r"cron\(\d+ (\d+)-(\d+) .*\)", expression)
    assert hours
    assert 2 not in range(int(hours[1]), int(hours[2]) + 1)


def test_a_night_is_gone_on_with_by_one_call_at_a_time(template: Template) -> None:
    """Two at once would look at the same accounts, and do twice what they write."""
    schedule = template["Resources"]["ForesightSweepSchedule"]["Properties"]
    rate = re.fullmatch(r"rate\((\d+) minutes\)", schedule["ScheduleExpression"])
    assert rate
    sweep = template["Resources"]["ForesightSweepFunction"]["Properties"]
    assert sweep["Timeout"] < int(rate[1]) * 60


def test_mail_feedback_reaches_its_queue_and_nobody_is_watched_reading(template: Template) -> None:
    told = template["Resources"]["MailEvents"]["Properties"]["EventDestination"]
    assert told["SnsDestination"] == {"TopicARN": {"Ref": "FeedbackTopic"}}
    types = set(told["MatchingEventTypes"])
    assert {"send", "delivery", "bounce", "complaint", "reject"} <= types
    assert not types & {"open", "click"}
    subscriptions = resources(template, "AWS::SNS::Subscription")
    assert subscriptions["FeedbackSubscription"]["Endpoint"] == {
        "Fn::GetAtt": ["FeedbackQueue", "Arn"]
    }
    assert all("RedrivePolicy" in subscription for subscription in subscriptions.values())


def test_new_files_are_told_to_the_queue_and_no_newer_one_is_moved_with_an_older(
    template: Template,
) -> None:
    bucket = template["Resources"]["IntakeBucket"]
    told = bucket["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
    prefixes = [one["Filter"]["S3Key"]["Rules"][0]["Value"] for one in told]
    assert prefixes == ["upload/", "drop/"]
    assert {json.dumps(one["Queue"]) for one in told} == {'{"Fn::GetAtt": ["IntakeQueue", "Arn"]}'}
    assert bucket["DependsOn"] == "IntakeQueuePolicy"
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["DeletionPolicy"] == "Retain"
    policy = template["Resources"]["IntakeQueuePolicy"]["Properties"]["PolicyDocument"]
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }


def test_the_table_outlives_the_stack(template: Template) -> None:
    table = template["Resources"]["Table"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    properties = table["Properties"]
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert properties["SSESpecification"]["SSEEnabled"] is True
    assert properties["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"
