"""What left on paper and by text message, as the front desk of the local cloud finds it."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from infra.local.letters import content_of, paper_mail
from infra.local.sms import text_messages

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUCKET = "letters"


@pytest.fixture
def s3() -> Iterator[S3Client]:
    with mock_aws():
        client = boto3.client(
            "s3", "eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        yield client


def lay_down(s3: S3Client, name: str, content: Any) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    s3.put_object(Bucket=BUCKET, Key=name, Body=body)


def test_a_letter_waits_until_a_manifest_lists_it(s3: S3Client) -> None:
    file = "letter/acme/2026-11-22/01A.pdf"
    lay_down(s3, file, b"%PDF-1.7")
    (waiting,) = paper_mail(s3, BUCKET)
    assert (waiting.kind, waiting.creditor, waiting.manifest, waiting.to) == (
        "Letter",
        "acme",
        "",
        (),
    )
    entry = {"id": "01A", "file": file, "pages": 1, "to": ["Beispiel AG", "10115 Berlin"]}
    lay_down(s3, "letter/acme/manifests/01B.json", {"manifest": 1, "letters": [entry]})
    (handed,) = paper_mail(s3, BUCKET)
    assert handed.manifest == "letter/acme/manifests/01B.json"
    assert handed.to == ("Beispiel AG", "10115 Berlin")
    assert handed.document()["about"] == entry


def test_registered_mail_has_its_slip_beside_it(s3: S3Client) -> None:
    lay_down(s3, "registered/acme/2026-11-22/01C.pdf", b"%PDF-1.7")
    lay_down(s3, "registered/acme/2026-11-22/01C.json", {"to": "legal@beispiel.example"})
    (mail,) = paper_mail(s3, BUCKET)
    assert (mail.kind, mail.to) == ("Registered", ("legal@beispiel.example",))


def test_letters_of_one_creditor_alone(s3: S3Client) -> None:
    for creditor in ("acme", "other"):
        lay_down(s3, f"letter/{creditor}/2026-11-22/01A.pdf", b"%PDF-1.7")
    assert [mail.creditor for mail in paper_mail(s3, BUCKET, "other")] == ["other"]
    assert content_of(s3, BUCKET, "letter/acme/2026-11-22/01A.pdf") == b"%PDF-1.7"
    assert content_of(s3, BUCKET, "letter/acme/nothing.pdf") is None


class Sns(http.server.BaseHTTPRequestHandler):
    """Answers what the local SNS was seen to answer."""

    def do_GET(self) -> None:
        sent = {"DataType": "String", "StringValue": "MUSTERWERK"}
        records = {
            "+4915112345678": [
                {
                    "PhoneNumber": "+4915112345678",
                    "MessageId": "m-1",
                    "Message": "RE-1: https://pay.example/p/abc",
                    "MessageAttributes": {"AWS.SNS.SMS.SenderID": sent},
                }
            ],
            "+4915187654321": [{"MessageId": "m-2", "Message": "Hallo", "MessageAttributes": {}}],
        }
        body = json.dumps({"sms_messages": records}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        """Requests are no news."""


def test_text_messages_by_number_with_their_sender() -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sns)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        assert [text.sender for text in text_messages(url)] == ["MUSTERWERK", ""]
        (text,) = text_messages(url, "+4915112345678")
        assert text.text.endswith("/p/abc") and text.message_id == "m-1"
    finally:
        server.shutdown()
        server.server_close()
