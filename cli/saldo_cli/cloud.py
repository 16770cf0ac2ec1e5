"""The installation that a command works on: a CloudFormation stack on AWS or in the local cloud."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from saldo.settings import Settings, settings_from
from saldo.wiring import Services
from saldo_cli.local_cloud import desk_of, local_environment
from saldo_cli.problems import CommandProblem, Unreachable
from saldo_cli.waiting import LOCALLY, ON_AWS, Pace

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

    from saldo.payments.ports import PaymentProvider

STACK_VARIABLE = "SALDO_STACK"
STACK_DEFAULT = "saldo"

_AWS_SETTINGS = (
    "AWS_ENDPOINT_URL",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
)
"""Any of these says that somebody chose where to work; none of them, and a local cloud that runs
on this machine is meant."""

_CONFIG = Config(connect_timeout=5, read_timeout=120, retries={"mode": "standard"})


@dataclass(frozen=True)
class Cloud:
    """A deployed stack: its name, region and outputs."""

    stack: str
    region: str
    outputs: Mapping[str, str]

    @property
    def public_url(self) -> str:
        """Where payers and ERPs call. SALDO_PUBLIC_URL overrides what the stack says."""
        return (os.environ.get("SALDO_PUBLIC_URL") or self.outputs["PublicUrl"]).rstrip("/")

    @property
    def is_local(self) -> bool:
        """Whether this is a local cloud: its addresses are this machine's."""
        host = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname
        return host in ("localhost", "127.0.0.1", "::1")

    @property
    def pace(self) -> Pace:
        """How patiently to wait for what runs there."""
        return LOCALLY if self.is_local else ON_AWS

    @property
    def desk_url(self) -> str | None:
        """The local cloud's front desk (mailbox), None on AWS."""
        return desk_of(os.environ["AWS_ENDPOINT_URL"]) if self.is_local else None

    @cached_property
    def services(self) -> Services:
        """The core's services over this stack's table and queues, and its payment providers."""
        return _StackServices(
            self,
            Settings(
                table=self.outputs["TableName"],
                region=self.region,
                bus=self.outputs["BusName"],
                public_url=self.public_url,
                account_queue=self.outputs["AccountQueueUrl"],
                send_queue=self.outputs["SendQueueUrl"],
                webhook_delivery_queue=self.outputs.get("WebhookDeliveryQueueUrl", ""),
                report_queue=self.outputs.get("ReportQueueUrl", ""),
                letters_bucket=self.outputs.get("LettersBucketName", ""),
                case_files_bucket=self.outputs.get("CaseFilesBucketName", ""),
                files_bucket=self.outputs.get("FilesBucketName", ""),
                intake_bucket=self.outputs.get("IntakeBucketName", ""),
                user_pool=self.outputs.get("UserPoolId", ""),
                user_pool_client=self.outputs.get("UserPoolClientId", ""),
                audit_bucket=self.outputs.get("AuditBucketName", ""),
                is_local=self.is_local,
            ),
        )

    def environment_of(self, function: str) -> dict[str, str]:
        """Return the environment of a function, by the output that tells its name.

        It takes the right to read a function's configuration; the providers' keys themselves take
        that to read their secret.
        """
        found = self._lambda.get_function_configuration(FunctionName=self.outputs[function])
        return dict(found.get("Environment", {}).get("Variables", {}))

    @cached_property
    def _lambda(self) -> LambdaClient:
        return boto3.Session(region_name=self.region).client("lambda", config=_CONFIG)

    @cached_property
    def _sqs(self) -> SQSClient:
        return boto3.Session(region_name=self.region).client("sqs", config=_CONFIG)

    def sweep(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Invoke the reminder sweep with the event of a schedule and return its answer."""
        name = self.outputs["RemindSweepFunctionName"]
        answer = self._lambda.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            reason = payload.get("errorMessage") if isinstance(payload, dict) else payload
            raise CommandProblem(f"The reminder sweep failed: {reason}", "Its log says more.")
        return dict(payload)

    def connect(self, creditor: str, connection: str, *, accept_gone: bool) -> dict[str, int]:
        """Invoke the run of one connection to an ERP and return what it did."""
        name = self.outputs["ConnectRunFunctionName"]
        event = {"creditor": creditor, "connection": connection, "accept_gone": accept_gone}
        answer = self._lambda.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            reason = payload.get("errorMessage") if isinstance(payload, dict) else payload
            raise CommandProblem(f"The run failed: {reason}", "The log of connect-run says more.")
        return dict(payload)

    def now(self) -> datetime:
        """Return AWS's own time, to the second: this machine's clock may be off."""
        answer = self._lambda.get_function_configuration(
            FunctionName=self.outputs["RemindSweepFunctionName"]
        )
        text = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        return parsedate_to_datetime(text) if text else datetime.now(UTC)

    def waiting_messages(self) -> int:
        """Return how many messages stand in the queues of planner and sender, about."""
        names: tuple[QueueAttributeNameType, ...] = (
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        )
        total = 0
        for output in ("AccountQueueUrl", "SendQueueUrl"):
            found = self._sqs.get_queue_attributes(
                QueueUrl=self.outputs[output], AttributeNames=list(names)
            )["Attributes"]
            total += sum(int(found.get(name, 0)) for name in names)
        return total


class _StackServices(Services):
    """Services that know the stack's payment providers, as its pay function does.

    They are looked up when the first provider is asked for, which few commands do.
    """

    def __init__(self, cloud: Cloud, settings: Settings) -> None:
        super().__init__(settings)
        self._cloud = cloud

    @cached_property
    def providers(self) -> Mapping[str, PaymentProvider]:
        told = settings_from(self._cloud.environment_of("PayFunctionName"))
        settings = replace(
            self.settings,
            provider_secret=told.provider_secret,
            sandbox_url=told.sandbox_url,
            sandbox_secrets=told.sandbox_secrets,
        )
        return Services(settings).providers


def open_cloud(stack: str) -> Cloud:
    """Find a stack by its name, by the usual AWS settings or in the local cloud that runs here.

    Raises Unreachable, with what to do, when it cannot be found.
    """
    if not any(os.environ.get(name) for name in _AWS_SETTINGS):
        os.environ.update(local_environment())
    # boto3 knows AWS_DEFAULT_REGION only; every other tool also takes AWS_REGION.
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
    region = session.region_name
    if region is None:
        raise Unreachable(
            "No AWS region is set, and no local cloud runs on this machine.",
            "Set AWS_REGION and AWS_PROFILE for AWS, or start the local cloud: make demo",
        )
    try:
        client = session.client("cloudformation", config=_CONFIG)
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        said = error.response.get("Error", {}).get("Message", str(error))
        raise Unreachable(
            f"The stack {stack!r} was not found in {region}: {said.rstrip('.')}.",
            f"Name another with --stack or {STACK_VARIABLE}.",
        ) from error
    except BotoCoreError as error:
        raise Unreachable(
            f"AWS cannot be reached: {str(error).rstrip('.')}.",
            "Check AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL; or start the local cloud: make demo",
        ) from error
    outputs = {item["OutputKey"]: item["OutputValue"] for item in found.get("Outputs", [])}
    if "TableName" not in outputs:
        raise Unreachable(f"The stack {stack!r} is no Saldo, or not deployed yet.")
    return Cloud(stack, region, outputs)
