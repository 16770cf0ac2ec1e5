"""Least privilege: one role per function, no wildcard without a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.cfn import Template, resources

# (resource that holds the policy, action) -> why no resource can be named.
WILDCARD_RESOURCES = {
    ("RemindSendRole", "sns:Publish"): "a telephone number is no resource",
    ("TracingPolicy", "xray:PutTraceSegments"): "X-Ray knows no resources for it",
    ("TracingPolicy", "xray:PutTelemetryRecords"): "X-Ray knows no resources for it",
    ("RemindSendRole", "ses:SendEmail"): "in the local cloud alone, which sees no identity",
    ("RemindSendRole", "ses:SendRawEmail"): "in the local cloud alone, which sees no identity",
    ("FiguresSendRole", "ses:SendEmail"): "in the local cloud alone, which sees no identity",
    ("FiguresSendRole", "ses:SendRawEmail"): "in the local cloud alone, which sees no identity",
}
# Resources that end in a wildcard, with the reason.
WILDCARD_ENDINGS = {
    "${LettersBucket.Arn}/*": "the objects of a bucket, each named by its letter",
    "${CaseFilesBucket.Arn}/*": "the objects of a bucket, each named by its case",
    "${FilesBucket.Arn}/*": "the objects of a bucket, each named by its account and file",
    "${AuditBucket.Arn}/anchors/*": "the heads of the audit log, each named by its number",
    "${IntakeBucket.Arn}/*": "the objects of a bucket, each named by who laid it there",
    "${IntakeBucket.Arn}/erp/*": "files of settlements, each named by its connection and run",
    "${IntakeBucket.Arn}/upload/*": "the addresses that are given out for one file each",
    "${InboundBucket.Arn}/*": "the objects of a bucket, each named by SES",
    "${Table.Arn}/stream/*": "the names of streams are times; Lambda lists them to find ours",
}
# AWS's own policies, with the reason for not writing them ourselves.
MANAGED_BY_AWS = {
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs": "API Gateway checks for these very rights",
}

Statement = dict[str, Any]


def _statements(template: Template) -> Iterator[tuple[str, Statement]]:
    for logical_id, role in resources(template, "AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield logical_id, statement
    for logical_id, policy in resources(template, "AWS::IAM::ManagedPolicy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            yield logical_id, statement


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resources(statement: Statement) -> list[Any]:
    """Every resource that the statement may come to name, whatever the conditions."""
    named: list[Any] = []
    for resource in _listed(statement["Resource"]):
        if isinstance(resource, dict) and "Fn::If" in resource:
            for branch in resource["Fn::If"][1:]:
                named += _listed(branch)
        else:
            named.append(resource)
    return named


def _allowed(template: Template, role: str) -> set[tuple[str, str]]:
    """(action, resource as text) pairs of one role."""
    return {
        (action, json.dumps(resource))
        for holder, statement in _statements(template)
        if holder == role
        for action in _listed(statement["Action"])
        for resource in _resources(statement)
    }


def test_every_function_has_a_role_of_its_own(template: Template) -> None:
    functions = resources(template, "AWS::Serverless::Function")
    roles = [properties["Role"]["Fn::GetAtt"][0] for properties in functions.values()]
    assert len(set(roles)) == len(roles)
    # A role that SAM makes would come with wildcards.
    assert [key for key, properties in functions.items() if "Policies" in properties] == []


def test_no_action_is_a_wildcard(template: Template) -> None:
    for holder, statement in _statements(template):
        assert statement["Effect"] == "Allow"
        assert not {"NotAction", "NotResource"} & set(statement)
        for action in _listed(statement["Action"]):
            assert "*" not in action, f"{holder}: {action}"


def test_no_resource_is_a_wildcard_without_a_reason(template: Template) -> None:
    used = set()
    for holder, statement in _statements(template):
        for resource in _resources(statement):
            text = resource if isinstance(resource, str) else json.dumps(resource)
            if resource == "*":
                for action in _listed(statement["Action"]):
                    assert (holder, action) in WILDCARD_RESOURCES
                    used.add((holder, action))
            elif "*" in text:
                assert resource["Fn::Sub"] in WILDCARD_ENDINGS, f"{holder}: {text}"
    assert used == set(WILDCARD_RESOURCES), "a reason is left over"


def test_mail_may_be_sent_as_anybody_in_the_local_cloud_alone(template: Template) -> None:
    (statement,) = [
        statement
        for holder, statement in _statements(template)
        if holder == "RemindSendRole" and "ses:SendEmail" in _listed(statement["Action"])
    ]
    condition, on_aws, locally = statement["Resource"]["Fn::If"]
    assert condition == "OnAws"
    assert "*" not in json.dumps(on_aws)
    assert locally == "*"


def test_policies_managed_by_aws_are_used_with_a_reason_only(template: Template) -> None:
    for role in resources(template, "AWS::IAM::Role").values():
        for arn in role.get("ManagedPolicyArns", []):
            if arn != {"Ref": "TracingPolicy"}:
                _, _, name = arn["Fn::Sub"].partition(":policy/")
                assert name in MANAGED_BY_AWS


def test_roles_are_taken_on_by_the_service_they_are_for(template: Template) -> None:
    for logical_id, role in resources(template, "AWS::IAM::Role").items():
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        service = trust["Principal"]["Service"]
        expected = {"SchedulerRole": "scheduler", "ApiGatewayAccountRole": "apigateway"}
        assert service == f"{expected.get(logical_id, 'lambda')}.amazonaws.com"


def test_a_function_may_use_every_queue_that_it_is_told_of(template: Template) -> None:
    queues = resources(template, "AWS::SQS::Queue")
    checked = 0
    for properties in resources(template, "AWS::Serverless::Function").values():
        allowed = _allowed(template, properties["Role"]["Fn::GetAtt"][0])
        for value in properties.get("Environment", {}).get("Variables", {}).values():
            if isinstance(value, dict) and value.get("Ref") in queues:
                arn = json.dumps({"Fn::GetAtt": [value["Ref"], "Arn"]})
                writes = {("sqs:SendMessage", arn), ("sqs:ChangeMessageVisibility", arn)}
                assert writes & allowed, f"{properties['Handler']}: {value['Ref']}"
                checked += 1
    assert checked


JOB_QUEUES = (
    "AccountQueue",
    "SendQueue",
    "ImportQueue",
    "RelayQueue",
    "WebhookDeliveryQueue",
    "PrivacyQueue",
)


def test_who_may_put_a_job_may_put_ten_at_once(template: Template) -> None:
    """AWS asks for one right for both; the local cloud asks for a right of each name."""
    checked = 0
    for role in resources(template, "AWS::IAM::Role"):
        allowed = _allowed(template, role)
        for queue in JOB_QUEUES:
            arn = json.dumps({"Fn::GetAtt": [queue, "Arn"]})
            if ("sqs:SendMessage", arn) in allowed:
                assert ("sqs:SendMessageBatch", arn) in allowed, f"{role}: {queue}"
                checked += 1
    assert checked >= len(JOB_QUEUES)


def test_a_function_may_read_what_calls_it(template: Template) -> None:
    for properties in resources(template, "AWS::Serverless::Function").values():
        allowed = _allowed(template, properties["Role"]["Fn::GetAtt"][0])
        for event in properties.get("Events", {}).values():
            if event["Type"] == "SQS":
                arn = json.dumps(event["Properties"]["Queue"])
                needed = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
            else:
                arn = json.dumps(event["Properties"]["Stream"])
                needed = ["dynamodb:GetRecords", "dynamodb:GetShardIterator"]
            assert {(action, arn) for action in needed} <= allowed, properties["Handler"]


OWN_GAPS = {
    "WebhookDeliverFunction": "it keeps gaps of hours, and knows its queue by another name",
}
"""Functions that a queue calls and that do not put back what failed as all others do."""


def test_a_function_may_put_back_what_failed_and_knows_the_queue(template: Template) -> None:
    """Or a message that failed waits for as long as the queue hides what somebody may work at."""
    left = set(OWN_GAPS)
    for name, properties in resources(template, "AWS::Serverless::Function").items():
        for event in properties.get("Events", {}).values():
            if event["Type"] != "SQS":
                continue
            queue = event["Properties"]["Queue"]["Fn::GetAtt"][0]
            told = properties["Environment"]["Variables"].get("SALDO_JOB_QUEUE")
            if name in OWN_GAPS:
                assert told is None, f"{name}: a reason is left over"
                left.remove(name)
                continue
            assert told == {"Ref": queue}, name
            role = properties["Role"]["Fn::GetAtt"][0]
            arn = json.dumps({"Fn::GetAtt": [queue, "Arn"]})
            assert ("sqs:ChangeMessageVisibility", arn) in _allowed(template, role), name
    assert not left


def test_a_function_may_leave_the_trace_of_its_failure(template: Template) -> None:
    for properties in resources(template, "AWS::Serverless::Function").values():
        allowed = _allowed(template, properties["Role"]["Fn::GetAtt"][0])
        destinations = [
            event["Properties"]["DestinationConfig"]["OnFailure"]["Destination"]
            for event in properties.get("Events", {}).values()
            if "DestinationConfig" in event["Properties"]
        ]
        if "EventInvokeConfig" in properties:
            on_failure = properties["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
            destinations.append(on_failure["Destination"])
        for destination in destinations:
            assert ("sqs:SendMessage", json.dumps(destination)) in allowed, properties["Handler"]


@pytest.mark.parametrize("role", ["RemindSweepRole", "RelayRole", "SandboxRole"])
def test_who_only_looks_or_relays_cannot_delete(template: Template, role: str) -> None:
    assert "dynamodb:DeleteItem" not in {action for action, _ in _allowed(template, role)}


def test_the_sandbox_cannot_touch_the_ledger(template: Template) -> None:
    assert not [pair for pair in _allowed(template, "SandboxRole") if '"Table"' in pair[1]]


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        ("PayRole", {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}),
        ("ConsoleRole", {"s3:GetObject", "s3:PutObject"}),
        ("IngestRole", {"s3:GetObject", "s3:PutObject"}),
        ("RemindSendRole", {"s3:GetObject"}),
        ("RemindInboundRole", {"s3:PutObject"}),
        ("IntakeRole", {"s3:GetObject", "s3:PutObject"}),
        ("IntakeAgainRole", {"s3:GetObject", "s3:PutObject"}),
        ("ImportRole", {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}),
    ],
)
def test_files_are_for_those_who_need_them_alone(
    template: Template, role: str, actions: set[str]
) -> None:
    bucket = json.dumps({"Fn::Sub": "${FilesBucket.Arn}/*"})
    assert {action for action, what in _allowed(template, role) if what == bucket} == actions
    others = {
        holder
        for holder, statement in _statements(template)
        if bucket in {json.dumps(one) for one in _resources(statement)}
    }
    assert others == {
        "PayRole",
        "ConsoleRole",
        "IngestRole",
        "RemindSendRole",
        "RemindInboundRole",
        "IntakeRole",
        "IntakeAgainRole",
        "ConnectRunRole",
        "ImportRole",
        "PrivacyRole",
    }


def test_whoever_reads_files_is_told_that_one_is_gone(template: Template) -> None:
    # S3 answers 403 instead of 404 to those who may not list: "try again" instead of "it is gone".
    for bucket in ("FilesBucket", "InboundBucket"):
        objects, whole = f"${{{bucket}.Arn}}/*", json.dumps({"Fn::GetAtt": [bucket, "Arn"]})
        readers = {
            role
            for role, one in _statements(template)
            if "s3:GetObject" in _listed(one["Action"]) and {"Fn::Sub": objects} in _resources(one)
        }
        assert readers
        for role in readers:
            assert ("s3:ListBucket", whole) in _allowed(template, role), (role, bucket)


def test_the_api_puts_files_to_addresses_that_it_gave_out_and_nowhere_else(
    template: Template,
) -> None:
    buckets = {
        what: {action for action, where in _allowed(template, "IngestRole") if what in where}
        for what in ("IntakeBucket.Arn}/upload/*", "IntakeBucket.Arn}/*")
    }
    assert buckets == {"IntakeBucket.Arn}/upload/*": {"s3:PutObject"}, "IntakeBucket.Arn}/*": set()}


def test_nothing_in_a_bucket_is_public_or_kept_for_ever(template: Template) -> None:
    buckets = resources(template, "AWS::S3::Bucket")
    assert "FilesBucket" in buckets
    for name, properties in buckets.items():
        assert all(properties["PublicAccessBlockConfiguration"].values()), name
        assert len(properties["PublicAccessBlockConfiguration"]) == 4, name
        assert properties["BucketEncryption"], name
        rules = properties["LifecycleConfiguration"]["Rules"]
        assert [one for one in rules if "Prefix" not in one], name
        for rule in rules:
            assert rule["Status"] == "Enabled" and rule["ExpirationInDays"], name
        assert "WebsiteConfiguration" not in properties, name


def test_the_audit_logs_heads_can_be_put_and_by_no_function_be_changed(template: Template) -> None:
    named = {
        (holder, action)
        for holder, statement in _statements(template)
        if "AuditBucket" in json.dumps(statement["Resource"])
        for action in _listed(statement["Action"])
    }
    assert named == {("AuditTendRole", "s3:PutObject")}
    bucket = template["Resources"]["AuditBucket"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["ObjectLockEnabled"]["Fn::If"][0] == "LocksAnchors"
