"""ERPs and banks on the deployed template: a statement pays, a table is imported, and another
service's client blocks and resumes.
"""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from saldo.creditor_reference import invoice_reference
from saldo_cli.commands.uploads import upload_form
from tests.e2e.conftest import Erp
from tests.e2e.test_document_stories import wait_for

pytestmark = pytest.mark.e2e

IBAN = "DE02120300000000202051"


def asked(erp: Erp, method: str, path: str, body: bytes | None, kind: str) -> Any:
    """Send bytes as they are; return what is answered."""
    request = urllib.request.Request(
        f"{erp.cloud.public_url}{path}",
        method=method,
        data=body,
        headers={"Authorization": f"Bearer {erp.key}", "Content-Type": kind},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def mt940(text: str) -> bytes:
    """A statement of today with one transfer of EUR 119.00."""
    day = datetime.now(UTC)
    return (
        f":20:STARTUMS\n:25:{IBAN}\n:28C:1/1\n:60F:C{day:%y%m%d}EUR0,00\n"
        f":61:{day:%y%m%d%m%d}C119,00NTRFNONREF//B77811\n"
        f":86:166?00GUTSCHRIFT?20SVWZ+{text}?32Beispiel Ltd?31DE02500105170137075030\n"
        f":62F:C{day:%y%m%d}EUR119,00\n-\n"
    ).encode()


def test_a_transfer_on_the_statement_pays_its_invoice(erp: Erp) -> None:
    due = erp.push_invoice("RE-1")
    erp.pay_link("RE-1")
    erp.call("PUT", "/v1/bank-accounts", {"id": IBAN, "currency": "EUR"})
    statement = mt940(invoice_reference("RE-1"))
    told = asked(erp, "POST", "/v1/bank-statements", statement, "text/plain")
    assert (told["state"], told["found"]["entries"]) == ("taken", 1), told
    again = asked(erp, "POST", "/v1/bank-statements", statement, "text/plain")
    assert again["state"] == "unchanged"
    wait_for(lambda: erp.invoice("RE-1")["open"] == "0.00")
    assert len(erp.webhooks("bank_entry.matched")) == 1
    erp.run_reminders(due + timedelta(days=2))
    assert not any("reminder" in subject for subject in erp.subjects())


def test_a_table_of_open_items_is_imported_row_by_row(erp: Erp) -> None:
    today = datetime.now(UTC).date()
    mapping = {
        "schema": 1,
        "layout": {"format": "csv", "encoding": "utf-8", "separator": ";", "header_line": 1},
        "decimal": ",",
        "days": "DMY",
        "fields": {
            "number": {"column": "Beleg"},
            "account": {"column": "Kunde"},
            "issued_on": {"column": "Datum"},
            "due_on": {"column": "Fällig"},
            "amount": {"column": "Betrag"},
            "currency": {"value": "EUR"},
        },
    }
    erp.call("PUT", "/v1/mappings/dms", mapping)
    issued, due = (today + timedelta(days=n) for n in (-5, 25))
    rows = [f"T-{n};{erp.account};{issued:%d.%m.%Y};{due:%d.%m.%Y};1.0{n:02},50" for n in range(40)]
    wrong = f"T-99;{erp.account};31.02.2026;{due:%d.%m.%Y};1,00"
    table = "\n".join(["Beleg;Kunde;Datum;Fällig;Betrag", *rows, wrong, ""]).encode()
    made = erp.call("POST", "/v1/uploads", {"name": "op.csv", "source": "dms"})
    kind, body = upload_form(made["fields"], "op.csv", table)
    request = urllib.request.Request(
        made["url"], method="POST", data=body, headers={"Content-Type": kind}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 204

    def done() -> Any:
        found = erp.call("GET", "/v1/imports")["items"]
        return found[0] if found and found[0]["state"] == "done" else None

    told = wait_for(done, 150)
    assert erp.invoice("T-7")["amount"] == "1007.50"
    assert (told["counts"]["taken"], told["counts"]["refused"]) == (40, 1), told


def test_a_client_of_another_service_pushes_blocks_and_resumes(erp: Erp) -> None:
    today = datetime.now(UTC).date()
    invoice = {
        "invoice_number": "RE-7",
        "debtor_number": erp.account,
        "invoice_date": (today - timedelta(days=20)).isoformat(),
        "due_date": (today + timedelta(days=5)).isoformat(),
        "currency_code": "EUR",
        "amount_total": "119.00",
        "amount_open": "119.00",
    }

    def change(method: str, path: str, kind: str, body: str) -> Any:
        return asked(erp, method, f"/payt/v1/invoices{path}", body.encode(), kind)

    whole = json.dumps({"administration_id": erp.creditor, "invoices": [invoice]})
    pushed = change("POST", "", "application/json", whole)
    assert (pushed["success"], pushed["count"]) == (True, 1), pushed
    erp.pay_link("RE-7")
    kind = "application/x-www-form-urlencoded"
    which = urlencode({"administration_id": erp.creditor, "invoice_numbers[]": "RE-7"})
    assert change("PATCH", "/block", kind, which)["count"] == 1
    before = len(erp.subjects())
    erp.run_reminders(today + timedelta(days=7))
    assert len(erp.subjects()) == before, "blocked is not reminded"
    assert change("PATCH", "/resume", kind, which)["count"] == 1
    erp.run_reminders(today + timedelta(days=8))
    assert len(erp.subjects()) == before + 1
