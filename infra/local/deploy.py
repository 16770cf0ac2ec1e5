"""Deploy the built template to the local cloud, and read back what it made."""

import json
from collections.abc import Mapping
from pathlib import Path

import botocore.exceptions

from infra.local.build import BUILD, sam
from infra.local.clients import Clients
from infra.local.problems import Problem
from infra.local.settings import (
    ARTIFACTS_BUCKET,
    MAIL_FROM,
    REGION,
    SANDBOX_SECRET,
    STACK,
    STATE,
    Ports,
    architecture,
    python_runtime,
)

OUTPUTS = STATE / "outputs.json"


def parameters(ports: Ports, more: Mapping[str, str]) -> dict[str, str]:
    """The stack's parameters on this machine; `more` adds to them or overrides them."""
    return {
        "LocalCloud": "true",
        "PublicUrl": ports.public_url,
        "SandboxProvider": "true",
        "SandboxUrl": ports.sandbox_url,
        "SandboxSecret": SANDBOX_SECRET,
        "MailFrom": MAIL_FROM,
        "PythonRuntime": python_runtime(),
        "Architecture": architecture(),
        "DeletionProtection": "false",
    } | dict(more)


def deploy(ports: Ports, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Deploy .aws-sam/build as the stack and return its outputs, which are also written down.

    Raises Problem, with the reasons CloudFormation gives, when the stack cannot be made.
    """
    Clients(ports).s3.create_bucket(
        Bucket=ARTIFACTS_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    values = parameters(ports, more or {})
    arguments = ["deploy", "--template-file", str(BUILD / "template.yaml")]
    arguments += ["--stack-name", STACK, "--region", REGION, "--s3-bucket", ARTIFACTS_BUCKET]
    arguments += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
    arguments += ["CAPABILITY_AUTO_EXPAND", "--no-confirm-changeset"]
    arguments += ["--no-fail-on-empty-changeset", "--no-progressbar", "--parameter-overrides"]
    arguments += [f"{name}={value}" for name, value in values.items()]
    try:
        sam(arguments, ports, STATE / "sam-deploy.log")
    except Problem as problem:
        raise Problem(problem.sentence, "\n".join([*_failures(ports), problem.remedy])) from problem
    outputs = read_outputs(ports)
    OUTPUTS.write_text(json.dumps(outputs, indent=2) + "\n")
    return outputs


def read_outputs(ports: Ports) -> dict[str, str]:
    """The stack's outputs by name."""
    cloudformation = Clients(ports).cloudformation
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    return {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}


def physical_id(ports: Ports, logical_id: str) -> str:
    """The name or ARN that a resource of the template got, '' when the stack has none so called."""
    cloudformation = Clients(ports).cloudformation
    try:
        answer = cloudformation.describe_stack_resource(
            StackName=STACK, LogicalResourceId=logical_id
        )
    except botocore.exceptions.ClientError:
        return ""
    return answer["StackResourceDetail"].get("PhysicalResourceId", "")


def _failures(ports: Ports) -> list[str]:
    """What CloudFormation says of the resources it could not make, first failure first."""
    cloudformation = Clients(ports).cloudformation
    try:
        events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    except botocore.exceptions.ClientError:
        return []
    return [
        f"{event.get('LogicalResourceId', '')}: {event.get('ResourceStatusReason', '')}"
        for event in reversed(events)
        if "FAILED" in event.get("ResourceStatus", "")
    ][:5]


def written_outputs(path: Path = OUTPUTS) -> dict[str, str]:
    """What the last deploy wrote down, {} before the first."""
    if not path.exists():
        return {}
    outputs: dict[str, str] = json.loads(path.read_text())
    return outputs
