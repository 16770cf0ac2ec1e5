"""Deploy the built template to the local cloud, and read back what it made."""

import contextlib
import json
import re
from collections.abc import Mapping

import botocore.exceptions

from infra.local.build import BUILD, folder_to_oneself, sam
from infra.local.clients import Clients
from infra.local.problems import Problem
from infra.local.settings import (
    ARTIFACTS_BUCKET,
    INBOUND_DOMAIN,
    MAIL_FROM,
    REGION,
    SANDBOX_SECRET,
    STACK,
    Ports,
    architecture,
    python_runtime,
)

_API = re.compile(r"    Type: AWS::Serverless::Api\n(?:.*\n)*?      StageName: .*\n")


def parameters(ports: Ports, more: Mapping[str, str]) -> dict[str, str]:
    """The stack's parameters on this machine; `more` adds to them or overrides them."""
    return {
        "LocalCloud": "true",
        "PublicUrl": ports.public_url,
        "SandboxProvider": "true",
        "SandboxUrl": ports.sandbox_url,
        "SandboxSecret": SANDBOX_SECRET,
        "MailFrom": MAIL_FROM,
        # No mail comes in here by itself, but ours say where it would: a story lays one there.
        "InboundDomain": INBOUND_DOMAIN,
        "PythonRuntime": python_runtime(),
        "Architecture": architecture(),
        "DeletionProtection": "false",
    } | dict(more)


def deploy(ports: Ports, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Deploy .aws-sam/build as the stack and return its outputs, which are also written down.

    Raises Problem, with the reasons CloudFormation gives, when the stack cannot be made.
    """
    s3 = Clients(ports).s3
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(
            Bucket=ARTIFACTS_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    values = parameters(ports, more or {})
    arguments = ["deploy", "--template-file", str(BUILD / "local.yaml")]
    arguments += ["--stack-name", STACK, "--region", REGION, "--s3-bucket", ARTIFACTS_BUCKET]
    arguments += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
    arguments += ["CAPABILITY_AUTO_EXPAND", "--no-confirm-changeset"]
    arguments += ["--no-fail-on-empty-changeset", "--no-progressbar", "--parameter-overrides"]
    arguments += [f"{name}={value}" for name, value in values.items()]
    try:
        with folder_to_oneself():
            built = (BUILD / "template.yaml").read_text("utf-8")
            (BUILD / "local.yaml").write_text(taking_bytes(built), "utf-8")
            sam(arguments, ports, ports.folder / "sam-deploy.log")
    except Problem as problem:
        raise Problem(problem.sentence, "\n".join([*_failures(ports), problem.remedy])) from problem
    outputs = read_outputs(ports)
    Outputs(ports).write(outputs)
    return outputs


def taking_bytes(template: str) -> str:
    """Say as a property of each API that bodies are bytes.

    AWS reads it in the API's definition. The local gateway reads the property alone, and spoils
    uploads and PDFs where it is missing; AWS would want the property written another way.
    """
    told, count = _API.subn(r"\g<0>      BinaryMediaTypes: ['*/*']\n", template)
    assert count == template.count("Type: AWS::Serverless::Api\n"), "an API has no StageName"
    return told


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


class Outputs:
    """The stack's outputs as the last deploy wrote them down; {} before the first.

    Called at every request that the proxies pass on: the file is read again only when it changed,
    as a deployment from another terminal does.
    """

    def __init__(self, ports: Ports) -> None:
        self._path = ports.folder / "outputs.json"
        self._known: tuple[int, dict[str, str]] = (0, {})

    def __call__(self) -> dict[str, str]:
        try:
            changed = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed != self._known[0]:
            self._known = (changed, json.loads(self._path.read_text()))
        return self._known[1]

    def write(self, outputs: Mapping[str, str]) -> None:
        """Replace them, in one step for those who read meanwhile."""
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(dict(outputs), indent=2) + "\n")
        draft.replace(self._path)

    def forget(self) -> None:
        """Begin without any."""
        self._path.unlink(missing_ok=True)
