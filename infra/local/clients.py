"""Clients of the local AWS, as the local account's root whatever profile the user has."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from infra.local.settings import REGION, Ports

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

_CONFIG = Config(
    retries={"max_attempts": 2, "mode": "standard"},
    max_pool_connections=20,
    connect_timeout=5,
    read_timeout=30,
    proxies={},
)


@cache
def _session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the local cloud's fixed root
        region_name=REGION,
    )


class Clients:
    """The services that the local cloud's own parts call; clients are thread-safe."""

    def __init__(self, ports: Ports) -> None:
        session, url = _session(), ports.aws_url
        self.aws_url = url
        self.cloudformation: CloudFormationClient = session.client(
            "cloudformation", endpoint_url=url, config=_CONFIG
        )
        self.cloudwatch: CloudWatchClient = session.client(
            "cloudwatch", endpoint_url=url, config=_CONFIG
        )
        self.functions: LambdaClient = session.client("lambda", endpoint_url=url, config=_CONFIG)
        self.logs: CloudWatchLogsClient = session.client("logs", endpoint_url=url, config=_CONFIG)
        self.s3: S3Client = session.client("s3", endpoint_url=url, config=_CONFIG)
        self.sns: SNSClient = session.client("sns", endpoint_url=url, config=_CONFIG)
        self.sqs: SQSClient = session.client("sqs", endpoint_url=url, config=_CONFIG)
