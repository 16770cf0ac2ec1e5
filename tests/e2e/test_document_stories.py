"""Documents on the deployed template: through the bucket, its notices and the queue as they are."""

from __future__ import annotations

import json
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from saldo_cli.commands.uploads import upload_form
from tests.e2e.conftest import Erp
from tests.incoming import einvoice

pytestmark = pytest.mark.e2e


def document(erp: Erp, number: str) -> bytes:
    """An e-invoice to the story's account, issued today."""
    today = datetime.now(UTC).date()
    days = (
        ("2026-11-20", today.isoformat()),
        ("2026-12-04", (today + timedelta(days=14)).isoformat()),
    )
    return einvoice(number, erp.account, *days)


def bucket(erp: Erp) -> tuple[Any, str]:
    return erp.cloud.clients.s3, erp.cloud.outputs["IntakeBucketName"]


def names(erp: Erp) -> list[str]:
    """Return what lies in the creditor's folders."""
    s3, name = bucket(erp)
    found = s3.list_objects_v2(Bucket=name, Prefix=f"drop/{erp.creditor}/")
    return sorted(one["Key"] for one in found.get("Contents", []))


def wait_for(what: Any, seconds: float = 90) -> Any:
    """Return what is asked for once it is there."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "nothing became of it"
        time.sleep(0.3)
    return found


def test_a_dropped_invoice_is_mailed_and_lies_in_done_with_its_report(erp: Erp) -> None:
    s3, name = bucket(erp)
    source = document(erp, "RE-D/1")
    folder = f"drop/{erp.creditor}"
    s3.put_object(Bucket=name, Key=f"{folder}/in/Rechnung ä+1.xml", Body=source)
    done = f"{folder}/done/Rechnung ä+1.xml"
    wait_for(lambda: names(erp) == [done, f"{done}.report.json"])
    report = json.load(s3.get_object(Bucket=name, Key=f"{done}.report.json")["Body"])
    assert (report["state"], report["found"]["number"]) == ("taken", "RE-D/1"), report
    assert s3.get_object(Bucket=name, Key=done)["Body"].read() == source
    assert erp.invoice("RE-D/1")["open"] == "119.00"
    assert erp.pay_link("RE-D/1").startswith(f"{erp.cloud.public_url}/p/")


def test_a_file_sent_to_an_address_that_was_given_out_is_taken(erp: Erp) -> None:
    made = erp.call("POST", "/v1/uploads", {"name": "RE-D-2.xml"})
    kind, body = upload_form(made["fields"], "RE-D-2.xml", document(erp, "RE-D-2"))
    request = urllib.request.Request(
        made["url"], method="POST", data=body, headers={"Content-Type": kind}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 204
    told = wait_for(lambda: erp.call("GET", f"/v1/uploads/{made['id']}")["document"])
    assert (told["state"], told["found"]["account"]) == ("taken", erp.account)
    assert erp.invoice("RE-D-2")["amount"] == "119.00"
