"""Where letters lie until they are fetched: a bucket, a folder; both keep the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto import mock_aws

from saldo.adapters.aws.outbox import S3Outbox
from saldo.adapters.files.outbox import FolderOutbox
from saldo.reminders.channels.letter import Outbox
from saldo.reminders.channels.port import ChannelBusy

BUCKET = "letters"
NAME = "acme/2026-12-20/01KAK5Z4T0.pdf"
PDF = "application/pdf"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture(params=["bucket", "folder"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Outbox:
    if request.param == "folder":
        return FolderOutbox(tmp_path / "out")
    return S3Outbox(request.getfixturevalue("s3"), BUCKET)


def test_a_file_is_found_again_and_put_again(outbox: Outbox) -> None:
    assert outbox.get(NAME) is None
    outbox.put(NAME, b"%PDF 1", PDF)
    assert outbox.get(NAME) == b"%PDF 1"
    outbox.put(NAME, b"%PDF 2", PDF)
    assert outbox.get(NAME) == b"%PDF 2"


def test_a_link_to_the_bucket_ends_and_says_how_to_save_it(s3: Any) -> None:
    outbox = S3Outbox(s3, BUCKET)
    outbox.put(NAME, b"PK", "application/zip")
    address = urlsplit(outbox.link(NAME, 300, "case-C-1.zip"))
    asked = parse_qs(address.query)
    assert address.path.endswith(NAME)
    assert asked["response-content-disposition"] == ['attachment; filename="case-C-1.zip"']
    assert "AWSAccessKeyId" in asked or asked["X-Amz-Expires"] == ["300"]


def test_a_link_into_a_folder_opens_the_file(tmp_path: Path) -> None:
    FolderOutbox(tmp_path).put(NAME, b"PK", "application/zip")
    address = FolderOutbox(tmp_path).link(NAME, 300, "case-C-1.zip")
    assert Path(urlsplit(address).path).read_bytes() == b"PK"


def test_the_bucket_tells_what_kind_of_file_it_is(s3: Any) -> None:
    S3Outbox(s3, BUCKET).put(NAME, b"%PDF", PDF)
    assert s3.head_object(Bucket=BUCKET, Key=NAME)["ContentType"] == PDF


def test_a_bucket_that_is_away_may_be_tried_again(s3: Any) -> None:
    with pytest.raises(ChannelBusy):
        S3Outbox(s3, "no-such-bucket").put(NAME, b"%PDF", PDF)


def test_a_folder_holds_whole_files_alone(tmp_path: Path) -> None:
    FolderOutbox(tmp_path).put(NAME, b"%PDF", PDF)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["01KAK5Z4T0.pdf"]


def test_a_folder_that_cannot_be_written_may_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "acme").write_text("a file stands where the folder should")
    with pytest.raises(ChannelBusy):
        FolderOutbox(tmp_path).put(NAME, b"%PDF", PDF)
