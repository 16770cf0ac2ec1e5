"""What other projects expect of banks' files, and what must hold of every file."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from saldo.money import decimals_of
from saldo.statements.model import Entry
from tests.unit.statements.corpus import files, statements

_GOLDEN_CAMT = files("camt-genkgo/*.json")
_GOLDEN_SWIFT = files("mt940-wolph/*/*.expected.json")


@pytest.mark.parametrize("file", files("camt-daily-subite/CAMT_053/*.xml"))
def test_every_statement_of_a_banks_daily_feed_balances(file: Path) -> None:
    read = statements(file)
    assert read
    for statement in read:
        assert statement.is_balanced is True, statement.findings
        assert statement.is_ok
        assert statement.findings == ()


@pytest.mark.parametrize("file", files("camt-daily-subite/CAMT_054/*.xml"))
def test_each_transaction_of_a_notified_batch_is_a_row_of_its_own(file: Path) -> None:
    written = file.read_text("utf-8")
    rows = [entry for statement in statements(file) for entry in statement.entries]
    assert len(rows) == max(written.count("<TxDtls>"), written.count("<Ntry>"))
    assert {row.status for row in rows} <= {"information"}
    assert len({row.id for row in rows}) == len(rows)


@pytest.mark.parametrize(
    "file", files("camt-daily-subite/CAMT_052/*.xml", "camt-daily-subite/misc/*.xml")
)
def test_a_banks_reports_and_long_statements_are_read_whole(file: Path) -> None:
    read = statements(file)
    assert read
    assert all(statement.is_ok and statement.is_balanced is not False for statement in read)
    assert sum(len(each.entries) for each in read) >= file.read_text("utf-8").count("<Ntry>")


@pytest.mark.parametrize("golden", _GOLDEN_CAMT)
def test_camt_says_what_another_reader_understood(golden: Path) -> None:
    expected = json.loads(golden.read_text("utf-8"))
    read = statements(golden.with_suffix(".xml"))
    records = [r for r in expected["getRecords"] if isinstance(r, dict)]
    entries = [e for e in expected["getEntries"] if isinstance(e, dict)]
    assert all(statement.is_ok for statement in read)
    assert len(read) == len(expected["getRecords"])
    for record in records:
        _same_account(record, read[0].head.iban or read[0].head.account)
    for entry in entries:
        # Of several statements that reader's list holds some entries only.
        identity = entry["getRecord"]["getId"]
        (statement,) = [each for each in read if each.head.id == identity]
        _same_booking(entry, statement.entries[entry["getIndex"]], statement.head.iban)
    if len(read) == 1:
        assert len(read[0].entries) == len(expected["getEntries"])


def _same_account(record: dict[str, Any], account: str) -> None:
    if isinstance(record.get("getAccount"), dict):
        assert record["getAccount"]["getIdentification"] == account


def _same_booking(expected: dict[str, Any], entry: Entry, own_iban: str) -> None:
    assert int(expected["getAmount"]["getAmount"]) == entry.amount_minor
    assert expected["getAmount"]["getCurrency"]["getCode"] == entry.currency
    for name, day in (("getBookingDate", entry.booked_on), ("getValueDate", entry.value_on)):
        written = expected[name]
        assert (written["0"][:10] if written else None) == (day and day.isoformat())
    assert expected["getReversalIndicator"] == entry.is_reversal
    assert (expected["getAccountServicerReference"] or "") == entry.references.bank
    detail = expected["getTransactionDetail"]
    if not isinstance(detail, dict):
        return
    reference = detail["getReference"]
    if isinstance(reference, dict):
        assert (reference["getEndToEndId"] or "") in (entry.references.end_to_end_id, "NOTPROVIDED")
        assert (reference["getMandateId"] or "") == entry.references.mandate_id
    remittance = detail["getRemittanceInformation"]
    if isinstance(remittance, dict) and remittance["getMessage"]:
        assert remittance["getMessage"] == entry.remittance
    # That reader lists both sides; a side with the statement's own account is no counterparty.
    names = [
        party["getRelatedPartyType"]["getName"] or ""
        for party in detail["getRelatedParties"]
        if isinstance(party, dict) and _account(party) != own_iban
    ]
    if names:
        assert entry.counterparty.name in names


def _account(party: dict[str, Any]) -> str | None:
    account = party["getAccount"]
    return account["getIdentification"] if isinstance(account, dict) else None


@pytest.mark.parametrize("golden", _GOLDEN_SWIFT)
def test_mt940_says_what_another_reader_understood(golden: Path) -> None:
    expected = json.loads(golden.read_text("utf-8"))
    read = statements(golden.with_name(golden.name.replace(".expected.json", ".sta")))
    entries = [entry for statement in read for entry in statement.entries]
    rows = [each["data"] for each in expected["transactions"]]
    assert len(entries) == len(rows)
    for entry, row in zip(entries, rows, strict=True):
        _same_row(entry, row)
    data = expected["data"]
    if "account_identification" in data:
        heads = [statement.head for statement in read]
        written = data["account_identification"]
        assert any(written.startswith(head.iban or head.account) for head in heads if head)
    if "final_closing_balance" in data:
        expected_minor = _minor(data["final_closing_balance"]["amount"])
        # Interim balances of later pages are kept elsewhere by that reader.
        finals = [s.closing for s in read if s.closing and s.closing.kind == "booked"]
        assert finals[-1].amount_minor == expected_minor


def _same_row(entry: Entry, row: dict[str, Any]) -> None:
    assert row["date"] == str(entry.value_on)
    assert row.get("entry_date", row["date"]) == str(entry.booked_on)
    assert row["id"] == entry.code.swift
    if row.get("amount"):
        assert _minor(row["amount"]) == entry.amount_minor
    assert (row.get("transaction_code") or "") == entry.code.gvc
    for name, value in (
        ("end_to_end_reference", entry.references.end_to_end_id),
        ("additional_position_reference", entry.references.mandate_id),
        ("applicant_name", entry.counterparty.name),
    ):
        if row.get(name):
            assert row[name].strip() == value
    if row.get("purpose"):
        assert entry.remittance.startswith(row["purpose"].strip())


def _minor(amount: dict[str, str]) -> int:
    # A snippet without a balance has no currency; two decimals are what both readers assume.
    return int(Decimal(amount["amount"]).scaleb(decimals_of(amount["currency"] or "EUR")))


@pytest.mark.parametrize("file", files("mt940-jejik/*.txt", "mt940js/*", "mt940-wolph/*/*.940"))
def test_every_banks_dialect_of_mt940_is_read_without_a_loss(file: Path) -> None:
    written = file.read_bytes()
    read = statements(file)
    assert sum(len(each.entries) for each in read) == written.count(b"\n:61:")
    refused = [f.code for each in read for f in each.findings if f.severity == "refused"]
    # One file of the corpus ends without a closing balance.
    assert refused == ([] if b"\n:62" in written else ["closing-balance-missing"])
