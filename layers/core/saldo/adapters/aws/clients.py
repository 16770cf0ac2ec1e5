"""Clients of AWS services, made once per process.

botocore alone, as PynamoDB needs it anyway: boto3 adds nothing here but size. The usual AWS
settings (region, credentials, AWS_ENDPOINT_URL) apply.
"""

from __future__ import annotations

from functools import cache
from typing import Any

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
    return _session().create_client(service, region_name=region, config=_CONFIG)


@cache
def client_without_retries(service: str, region: str) -> Any:
    """Return a client that calls once: for calls that must not take effect twice."""
    return _session().create_client(service, region_name=region, config=_ONCE)
