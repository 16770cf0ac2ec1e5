"""Where the bytes of files lie: in memory, in a bucket; both keep the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto import mock_aws

from saldo.adapters.aws.files import S3Files
from saldo.adapters.memory.files import MemoryFiles
from saldo.files.content import to_be_saved_as
from saldo.files.model import FilesBusy
from saldo.files.ports import FileStore

BUCKET = "files"
NAME = "acme/K%2F10%20%231/01KAK5Z4T0"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture(params=["bucket", "memory"])
def files(request: pytest.FixtureRequest) -> FileStore:
    if request.param == "memory":
        return MemoryFiles()
    return S3Files(request.getfixturevalue("s3"), BUCKET)


def test_bytes_are_found_again_replaced_and_forgotten(files: FileStore) -> None:
    assert files.get(NAME) is None
    files.put(NAME, b"%PDF 1", "application/pdf")
    assert files.get(NAME) == b"%PDF 1"
    files.put(NAME, b"%PDF 2", "application/pdf")
    assert files.get(NAME) == b"%PDF 2"
    for _ in range(2):
        files.delete(NAME)
    assert files.get(NAME) is None


def test_what_lies_in_the_bucket_is_to_be_saved_whoever_opens_it(s3: Any) -> None:
    S3Files(s3, BUCKET).put(NAME, b"%PDF", "application/pdf")
    found = s3.head_object(Bucket=BUCKET, Key=NAME)
    assert (found["ContentType"], found["ContentDisposition"]) == ("application/pdf", "attachment")


def test_an_address_is_given_for_what_is_there_alone(files: FileStore) -> None:
    assert files.address(NAME, 60, "application/pdf", "attachment") is None
    files.put(NAME, b"%PDF", "application/pdf")
    found = files.address(NAME, 60, "application/pdf", "attachment")
    assert found is not None and found.startswith("https://")
    files.delete(NAME)
    assert files.address(NAME, 60, "application/pdf", "attachment") is None


def test_an_address_lives_for_a_minute_and_only_saves(s3: Any) -> None:
    files = S3Files(s3, BUCKET)
    files.put(NAME, b"%PDF", "application/pdf")
    saved_as = to_be_saved_as('Rech"nung/ü.pdf')
    address = files.address(NAME, 60, "application/pdf", saved_as)
    asked = parse_qs(urlsplit(address or "").query)
    assert asked["response-content-disposition"] == [
        "attachment; filename=\"Rech_nung/_.pdf\"; filename*=UTF-8''Rech%22nung%2F%C3%BC.pdf"
    ]
    assert asked["response-content-type"] == ["application/pdf"]
    (seconds,) = asked.get("X-Amz-Expires") or ["60"]
    assert seconds == "60"
    assert {"X-Amz-Signature", "Signature"} & asked.keys()


def test_a_bucket_that_does_not_answer_is_busy(s3: Any) -> None:
    nowhere = S3Files(s3, "nowhere")
    for call in (
        lambda: nowhere.put(NAME, b"", "text/plain"),
        lambda: nowhere.delete(NAME),
        lambda: nowhere.get(NAME),
    ):
        with pytest.raises(FilesBusy):
            call()
