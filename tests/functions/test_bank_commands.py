"""Collectors at the command line: bank accounts, statements and what waits (over moto)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from saldo.bank_entries.model import BankEntry
from saldo.ledger.verify import verify
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions import test_money_commands as money
from tests.functions.test_ingest_bank import IBAN, mt940

books = money.books
run, said = money.run, money.said
BY = ("--by", "anna", "--reason", "seen at the bank")


def push(folder: Path, capsys: pytest.CaptureFixture[str], *files: bytes) -> list[dict[str, str]]:
    names = []
    for place, data in enumerate(files):
        path = folder / f"{place}.sta"
        path.write_bytes(data)
        names.append(str(path))
    code, told = run(capsys, "statement", "push", *names, "--by", "anna")
    assert code == any(one["state"] == "refused" for one in told)
    return told  # type: ignore[no-any-return]  # it is what was printed


def test_a_statement_is_pushed_worked_through_and_taken_back(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert "--set IBAN" in said(capsys, "bank", "accounts")[1]
    limits = ("--late-after", "2", "--bank-charges", "5.00", "--books-by-itself", "usual")
    code, (account,) = run(capsys, "bank", "accounts", "--set", IBAN, *limits)
    assert (code, account["late_after_days"]) == (0, 2)
    assert account["rules"]["bank_charges_minor_max"] == 500
    assert "late after" in said(capsys, "bank", "accounts")[1]
    files = (mt940(11900, "Rechnung RE-1"), mt940(7000, "danke schoen", 11900, 2))
    told = push(tmp_path, capsys, *files)
    assert [one["state"] for one in told] == ["taken", "taken"]
    assert [one["state"] for one in push(tmp_path, capsys, *files)] == ["unchanged"] * 2
    code, entries = run(capsys, "bank", "list")
    (stranger,) = [one for one in entries if one["left"] == "70.00"]
    assert "danke schoen" in said(capsys, "bank", "list")[1]
    assert "wait on suspense" in said(capsys, "bank", "show", stranger["id"])[1]
    to = ("--to", f"{ACCOUNT}:50.00:RE-2", "--to", ACCOUNT)
    code, made = run(capsys, "bank", "split", stranger["id"], *to, *BY)
    assert (code, made["state"], made["by"]) == (0, "matched", "anna")
    assert books.invoice_now("RE-2").open_minor == 0
    assert [credit.open_minor for credit in books.credits()] == [2000]
    code, back = run(capsys, "bank", "reverse", stranger["id"], *BY)
    assert (code, back["state"], back["left"]) == (0, "open", "70.00")
    assert books.invoice_now("RE-2").open_minor == 5000
    assert run(capsys, "bank", "ignore", stranger["id"], *BY)[1]["state"] == "ignored"
    code, done = run(capsys, "bank", "match")
    assert (code, done["booked"]) == (0, 0)
    assert "Every payout arrived." in said(capsys, "bank", "payouts")[1]
    assert CREDITOR == "musterwerk"


def test_an_over_payment_is_given_back_or_kept(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, (account,) = run(capsys, "bank", "accounts", "--set", IBAN, "--refund-from", "5.00")
    assert (code, account["proposes_refund_from_minor"]) == (0, 500)
    assert "No refund is proposed." in said(capsys, "bank", "list", "--refunds")[1]
    push(tmp_path, capsys, mt940(18000, "danke schoen"))
    (one,) = run(capsys, "bank", "list")[1]
    run(capsys, "bank", "split", one["id"], "--to", f"{ACCOUNT}::RE-1,RE-2", *BY)
    assert [credit.open_minor for credit in books.credits()] == [1100]
    (proposed,) = run(capsys, "bank", "list", "--refunds")[1]
    assert proposed["refund"]["amount"] == "11.00"
    assert "too much" in said(capsys, "bank", "list", "--refunds")[1]
    code, text = said(capsys, "bank", "refund", one["id"], *BY)
    assert (code, "Transfer 11.00 EUR to Example Bakery" in text) == (0, True)
    assert books.credits() == []
    assert "ordered" in said(capsys, "bank", "show", one["id"])[1]
    kept = run(capsys, "bank", "refund", one["id"], "--decline", *BY)[1]
    assert kept["refund"]["state"] == "declined"
    assert [credit.open_minor for credit in books.credits()] == [1100]
    assert said(capsys, "bank", "refund", one["id"], *BY)[0] == 1


def test_a_rule_for_the_cost_of_returns_is_set_and_shown(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rule = ("--return-charge", "bank:10.00", "--return-clause", "terms 7.3")
    since = ("--return-clause-since", "2025-01-01")
    code, (account,) = run(capsys, "bank", "accounts", "--set", IBAN, *rule, *since)
    assert (code, account["return_charge"]["amount_minor"]) == (0, 1000)
    code, (account,) = run(capsys, "bank", "accounts", "--set", IBAN, "--return-charge", "off")
    assert (account["return_charge"]["kind"], account["return_charge"]["clause"]) == (
        "off",
        "terms 7.3",
    )
    run(capsys, "bank", "accounts", "--set", IBAN, "--return-charge", "bank:10.00")
    for wrong in (("--return-charge", "bank"), ("--return-charge", "off:1.00")):
        assert said(capsys, "bank", "accounts", "--set", IBAN, *wrong)[0] == 2
    referred = (b"?20SVWZ+", b"?20EREF+E2E-4711?21SVWZ+")
    push(tmp_path, capsys, mt940(11900, "Rechnung RE-1").replace(*referred))
    out = mt940(12250, "RETURN MD06", 11900, 2).replace(*referred)
    out = out.replace(b":61:2611201120C", b":61:2611201120D")
    push(tmp_path, capsys, out.replace(b":62F:C261120EUR241,50", b":62F:D261120EUR3,50"))
    (took,) = [
        one.id
        for one in books.store.list(BankEntry, CREDITOR, IBAN, "2026")
        if one.entry.amount_minor < 0
    ]
    assert "nothing was charged on (agreed-debit)" in said(capsys, "bank", "show", took)[1]
    assert books.invoice_now().open_minor == 11900


def test_a_returned_debit_is_charged_on_and_taken_back(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "bank", "accounts", "--set", IBAN, "--return-charge", "bank:10.00")
    debit = (b"?20SVWZ+", b"?20EREF+E2E-4711?21MREF+MD-1?22SVWZ+")
    push(tmp_path, capsys, mt940(11900, "Rechnung RE-1").replace(*debit))
    assert books.invoice_now().open_minor == 0
    out = mt940(12250, "RETURN AM04", 11900, 2).replace(*debit)
    out = out.replace(b":61:2611201120C", b":61:2611201120D")
    push(tmp_path, capsys, out.replace(b":62F:C261120EUR241,50", b":62F:D261120EUR3,50"))
    found = books.store.list(BankEntry, CREDITOR, IBAN, "2026")
    (took,) = [one.id for one in found if one.entry.amount_minor < 0]
    assert "3.50 were charged on, with invoice RE-1" in said(capsys, "bank", "show", took)[1]
    assert books.invoice_now().open_minor == 12250
    code, back = run(capsys, "bank", "reverse", took, *BY)
    assert (code, back["state"], back["charged"]) == (0, "open", None)
    assert books.invoice_now().open_minor == 0
    assert verify(books.store, books.clock.now().date()) == []


def test_what_is_wrong_is_said(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    del books
    told = push(tmp_path, capsys, mt940(5000, "x"), b"not a statement")
    assert [one["code"] for one in told] == ["bank-account-unknown", "statement-refused"]
    assert said(capsys, "statement", "push", "nowhere.sta")[0] == 2
    assert said(capsys, "bank", "show", "2026-nothing")[0] == 1
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"columns": {"amount": "Betrag"}}))
    code, text = said(capsys, "bank", "accounts", "--set", IBAN, "--mapping", str(mapping))
    assert (code, "day of booking" in text) == (1, True)
