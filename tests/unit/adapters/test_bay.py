"""Where files arrive: the same promises over memory and over S3 (moto)."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import boto3
import pytest
from botocore.session import get_session
from moto import mock_aws

from saldo.adapters.aws.bay import S3Bay
from saldo.adapters.aws.clients import client
from saldo.adapters.aws.outbox import S3Outbox
from saldo.adapters.memory.bay import MemoryBay
from saldo.files.model import FilesBusy
from saldo.intake.bay import Bay

REGION = "eu-central-1"


@pytest.fixture(params=["memory", "s3"])
def bay(request: pytest.FixtureRequest) -> Iterator[Bay]:
    if request.param == "memory":
        yield MemoryBay()
        return
    with mock_aws():
        yield bucket()


def bucket() -> S3Bay:
    s3 = boto3.client("s3", REGION)
    s3.create_bucket(Bucket="bay", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="bay", VersioningConfiguration={"Status": "Enabled"})
    return S3Bay(get_session().create_client("s3", region_name=REGION), "bay")


def drop(bay: Bay, name: str, data: bytes) -> str:
    """Lay a file down as whoever drops it does, and return its version."""
    if isinstance(bay, MemoryBay):
        return bay.drop(name, data)
    answer = boto3.client("s3", REGION).put_object(Bucket="bay", Key=name, Body=data)
    return str(answer["VersionId"])


def test_a_file_is_fetched_moved_and_forgotten(bay: Bay) -> None:
    bay.put("in/ä b+c.xml", b"one", "application/xml")
    assert bay.get("in/ä b+c.xml") == b"one"
    bay.move("in/ä b+c.xml", "", "done/ä b+c.xml")
    assert (bay.get("in/ä b+c.xml"), bay.get("done/ä b+c.xml")) == (None, b"one")
    bay.remove("done/ä b+c.xml")
    assert bay.get("done/ä b+c.xml") is None


def test_each_write_is_a_version_and_only_the_named_one_is_moved(bay: Bay) -> None:
    first, second = drop(bay, "in/7.xml", b"first"), drop(bay, "in/7.xml", b"second")
    assert (bay.get("in/7.xml", first), bay.get("in/7.xml")) == (b"first", b"second")
    bay.move("in/7.xml", first, "done/7.xml")
    assert (bay.get("done/7.xml"), bay.get("in/7.xml")) == (b"first", b"second")
    assert bay.get("in/7.xml", first) is None
    bay.move("in/7.xml", second, "done/8.xml")
    assert bay.get("in/7.xml") is None


def test_what_is_gone_was_moved_already(bay: Bay) -> None:
    version = drop(bay, "in/7.xml", b"x")
    bay.move("in/7.xml", version, "done/7.xml")
    bay.move("in/7.xml", version, "done/7.xml")
    bay.remove("in/7.xml", version)
    assert bay.get("in/7.xml", version) is None
    assert bay.get("done/7.xml") == b"x"


@pytest.mark.parametrize("region", ["eu-central-1", "eu-west-1"])
def test_a_form_is_signed_for_one_name_and_a_size_at_the_regions_own_address(region: str) -> None:
    form = S3Bay(client("s3", region), "bay").form("upload/acme/01M6", 3600, 64_000_000)
    assert form.url == f"https://bay.s3.{region}.amazonaws.com/"
    assert form.fields["key"] == "upload/acme/01M6"
    assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256", "version 2 is refused"
    policy = json.loads(base64.b64decode(form.fields["policy"]))
    assert ["content-length-range", 1, 64_000_000] in policy["conditions"]
    assert {"key": "upload/acme/01M6"} in policy["conditions"]


def test_a_link_to_a_file_is_signed_so_that_every_region_takes_it() -> None:
    link = S3Outbox(client("s3", "eu-west-1"), "cases").link("a.zip", 300, "case.zip")
    assert link.startswith("https://cases.s3.eu-west-1.amazonaws.com/a.zip?")
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in link


def test_a_bucket_out_of_reach_is_busy() -> None:
    client = get_session().create_client(
        "s3", region_name=REGION, endpoint_url="http://127.0.0.1:9", config=_impatient()
    )
    with pytest.raises(FilesBusy):
        S3Bay(client, "bay").get("x")


def _impatient() -> object:
    from botocore.config import Config

    return Config(retries={"total_max_attempts": 1}, connect_timeout=1)
