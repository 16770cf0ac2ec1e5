"""The audit log and personal data on the deployed template."""

from __future__ import annotations

import io
import json
import time
import urllib.request
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from saldo.adapters.aws.anchors import S3Anchors
from saldo.audit.verify import verify
from tests.e2e.conftest import WAIT_SECONDS, Erp

pytestmark = pytest.mark.e2e


def waited(ask: Callable[[], Any], what: str) -> Any:
    """Return the first answer that is one, asking until it comes."""
    end = time.monotonic() + WAIT_SECONDS
    while not (found := ask()):
        assert time.monotonic() < end, what
        time.sleep(0.3)
    return found


def listed(erp: Erp, account: str) -> list[str]:
    found = erp.call("GET", f"/v1/audit?account={account}")["items"]
    return [one["what"] for one in found]


def test_what_happens_stands_in_the_log_sound_and_anchored(erp: Erp) -> None:
    erp.push_invoice("RE-A-1")
    waited(lambda: {"invoice.issued", "notice.sent"} <= {*listed(erp, erp.account)}, "no entries")
    called = boto3.client("lambda").invoke(
        FunctionName=erp.cloud.outputs["AuditTendFunctionName"], Payload=b"{}"
    )
    assert "FunctionError" not in called, called["Payload"].read()
    assert json.load(called["Payload"])["findings"] == 0
    anchors = S3Anchors(erp.cloud.clients.s3, erp.cloud.outputs["AuditBucketName"])
    later = datetime.now(UTC) + timedelta(hours=2)
    kept = list(anchors.of(erp.creditor))
    verdict = verify(erp.services.store, erp.creditor, later, kept)
    late = {one.kind for one in verdict.findings} - {"event-not-in-chain"}
    assert not late, verdict.findings
    assert kept and verdict.anchors == len(kept)


def test_somebody_gets_a_copy_of_everything_and_another_is_forgotten(erp: Erp) -> None:
    erp.push_invoice("RE-A-2")
    order = {"account": erp.account, "id": "DSR-1"}
    assert erp.call("POST", "/v1/privacy/exports", order)["state"] == "asked"
    place = f"/v1/privacy/exports?account={erp.account}&id=DSR-1"
    url = waited(lambda: erp.call("GET", place)["url"], "the file was not made")
    with urllib.request.urlopen(url, timeout=60) as answer:
        content = answer.read()
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        (account,) = json.loads(file.read("data/account.json"))
        assert account["contacts"][0]["email"] == erp.address
        assert "RE-A-2" in file.read("index.html").decode()

    other = {"number": "10002", "name": "Erika Musterfrau", "kind": "consumer"}
    pushed = erp.call("POST", "/v1/accounts", {"records": [other]})
    assert pushed["counts"]["accepted"] == 1
    waited(lambda: "account.changed" in listed(erp, "10002"), "no entry")
    erp.call("POST", "/v1/privacy/erasures", {"account": "10002", "id": "DSR-2"})

    def erased() -> bool:
        (found,) = erp.call("GET", "/v1/privacy/erasures?account=10002")["items"]
        return bool(found["state"] == "erased")

    waited(erased, "nothing was erased")
    assert "Musterfrau" not in json.dumps(erp.call("GET", "/v1/accounts?number=10002"))
    assert erp.call("GET", "/v1/accounts?number=10002")["number"] == "10002"
    again = erp.call("POST", "/v1/accounts", {"records": [other]})
    assert again["counts"]["accepted"] == 0, again
