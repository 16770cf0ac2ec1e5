"""Clients of AWS services, made once per process.

botocore alone, as PynamoDB needs it anyway: boto3 adds nothing here but size. The usual AWS
settings (region, credentials, AWS_ENDPOINT_URL) apply.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any, Literal

from botocore.config import Config
from botocore.session import Session, get_session

_CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard"})
_ONCE = Config(connect_timeout=2, read_timeout=20, retries={"total_max_attempts": 1})


@cache
def _session() -> Session:
    return get_session()


@cache
def client(service: str, region: str) -> Any:
    """Return a client that retries what may be repeated."""
    config = _CONFIG.merge(_signing()) if service == "s3" else _CONFIG
    return _session().create_client(service, region_name=region, config=config)


def _signing() -> Config:
    """Return how links and forms of S3 are signed, for whoever opens them elsewhere.

    botocore signs them by version 2 in some regions, which S3 refuses for every bucket made since
    June 2020, and names the global address, which answers a redirect for new buckets elsewhere. A
    stand-in for AWS has no name per bucket.
    """
    is_stand_in = bool(os.environ.get("AWS_ENDPOINT_URL"))
    style: Literal["path", "virtual"] = "path" if is_stand_in else "virtual"
    return Config(signature_version="s3v4", s3={"addressing_style": style})


@cache
def client_without_retries(service: str, region: str) -> Any:
    """Return a client that calls once: for calls that must not take effect twice."""
    return _session().create_client(service, region_name=region, config=_ONCE)
