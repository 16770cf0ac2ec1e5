"""Reports on the deployed template: counted from the stream, looked at, mailed."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.figures.counting import FigureCounter
from saldo.figures.verify import FigureCheck
from saldo.payments.provider_fee import ProviderFee
from saldo.people.model import Grant, User, UserEmail, email_hash
from saldo.store import Put
from tests.e2e.conftest import WAIT_SECONDS, Erp

pytestmark = pytest.mark.e2e


def report(erp: Erp, query: str) -> list[Any]:
    rows: list[Any] = erp.call("GET", f"/v1/reports/table?{query}")["rows"]
    return rows


def shown(erp: Erp, query: str, values: list[Any]) -> None:
    """Wait until a report's first row has these values."""
    end = time.monotonic() + WAIT_SECONDS
    while not (rows := report(erp, query)) or rows[0]["values"] != values:
        assert time.monotonic() < end, rows
        time.sleep(0.3)


def test_what_is_pushed_is_in_the_aging_and_mailed_to_who_may_see_it(erp: Erp) -> None:
    erp.push_invoice("RE-R-1")
    erp.push_invoice("RE-R-2", "81.00", due_in_days=-5)
    shown(erp, "report=aging&columns=total,not-due,1-30", ["200.00", "119.00", "81.00"])
    shown(erp, "report=debtors&columns=total", ["200.00"])
    shown(erp, "report=cash&groups=kind&columns=billed&period=last-90-days", ["200.00"])
    today = datetime.now(UTC).date()
    kept = (erp.creditor, WHOLE_CREDITOR, "sandbox", f"po-{erp.creditor}", "EUR", today, 150, 0, 0)
    erp.services.store.commit([Put(ProviderFee(*kept))])
    shown(erp, "report=fees&columns=fees&period=last-90-days", ["1.50"])

    address = f"manager-{erp.creditor}@example.com"
    grants = (Grant(erp.creditor, "manager"),)
    user = User(address, address, "Kim Example", "en", "active", grants, version=1)
    erp.services.store.commit([Put(user), Put(UserEmail(email_hash(address), address))])
    order = {"title": "Aging by country", "report": "aging", "groups": ["country"],
             "mailing": {"every": "week", "on": 1, "hour": 7, "to": [address],
                         "formats": ["pdf", "xlsx", "csv"]}}  # fmt: skip
    view = erp.call("POST", "/v1/reports/views", order)
    assert erp.call("POST", "/v1/reports/send", {"id": view["id"]})["queued"] == 1
    mail = erp.cloud.wait_for_mail(to=address, subject="Aging by country", seconds=WAIT_SECONDS)
    assert "Musterwerk GmbH" in mail.body("plain")

    called = boto3.client("lambda").invoke(
        FunctionName=erp.cloud.outputs["FiguresHourlyFunctionName"], Payload=b"{}"
    )
    assert "FunctionError" not in called, called["Payload"].read()
    assert json.load(called["Payload"])["queued"] == 0  # it is sent next on Monday
    check = FigureCheck(erp.services.store, FigureCounter(erp.services.store))
    end = time.monotonic() + WAIT_SECONDS  # what was mailed is told some moments later
    while found := check.verify(erp.creditor, datetime.now(UTC).date()).differences:
        assert time.monotonic() < end, found
        time.sleep(0.5)
