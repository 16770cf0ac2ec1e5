"""American statements: lockbox deposits, wires and returns in BAI2."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from saldo.adapters.bank.read import read
from saldo.statements.model import Statement, collect
from tests.unit.statements.corpus import files, statements

FILE = b"""01,122099999,123456789,260202,0200,1,80,,2/
02,031001234,122099999,1,260202,2359,USD,2/
03,0123456789,,010,10000,,,015,12150,,/
16,115,2500,S,1000,1000,500,REF1,CUST1,LOCK BOX NO.68751, CHECK 12/
88,INVOICE 4711
16,555,350,V,260203,,REF2,,RETURNED CHECK/
49,24650,5/
98,24650,1,7/
99,24650,1,9/
"""


def only(content: bytes) -> Statement:
    (statement,) = collect(read(BytesIO(content)))
    return statement


def test_a_lockbox_deposit_comes_in_and_a_returned_check_goes_out() -> None:
    statement = only(FILE)
    assert statement.findings == ()
    assert statement.is_balanced is True
    assert (statement.head.account, statement.head.currency) == ("0123456789", "USD")
    deposit, returned = statement.entries
    assert (deposit.amount_minor, deposit.code.proprietary) == (2500, "115")
    assert (deposit.references.bank, deposit.references.customer) == ("REF1", "CUST1")
    assert deposit.remittance == "LOCK BOX NO.68751, CHECK 12 INVOICE 4711"
    assert (returned.amount_minor, str(returned.value_on)) == (-350, "2026-02-03")


def test_a_cut_off_file_is_refused_with_the_line() -> None:
    for at in range(4, FILE.index(b"99,24650")):
        told = list(collect(read(BytesIO(FILE[:at]))))
        assert not all(statement.is_ok for statement in told), FILE[:at]


def test_an_amount_that_is_none_is_refused_where_it_stands() -> None:
    statement = only(FILE.replace(b"16,115,2500", b"16,115,25.00"))
    assert [(f.code, f.place) for f in statement.findings if f.severity == "refused"] == [
        ("amount-not-readable", "line 4")
    ]


@pytest.mark.parametrize("file", files("bai2-*/*.txt", "bai2-*/*.bai2"))
def test_every_account_and_transaction_of_a_sample_is_a_row(file: Path) -> None:
    if file.name == "sample5-issue113.txt":  # a line in it begins with no record's code
        refused = [f.place for s in statements(file) for f in s.findings if f.severity == "refused"]
        assert refused == ["line 63"]
        return
    written = file.read_bytes()
    read_all = statements(file)
    assert all(statement.is_ok for statement in read_all)
    assert len(read_all) == written.count(b"\n03,")
    assert sum(len(each.entries) for each in read_all) == written.count(b"\n16,")
