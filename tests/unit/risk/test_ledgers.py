"""The sums of open ledgers against the ledgers themselves, and what is told of their changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from statistics import fmean, median

import pytest

from saldo.risk.months import PaidInvoice, added, kept_of, spell
from tests.corpora import CORPORA, files
from tests.paid_ledgers import ibm, shuffled, told, vendors

FOLDER = CORPORA / "payment-behaviour"
IBM = files(FOLDER / "ibm-late-payment", "invoices_2012.csv")
VENDORS = files(FOLDER / "vendor-bills", "bills_before_2016-02-10.csv")


@pytest.mark.parametrize("ledger", IBM)
def test_the_sums_of_every_customer_are_those_of_its_invoices(ledger: Path) -> None:
    last = date(2013, 12, 31)
    bills = ibm(ledger)
    assert sum(map(len, bills.values())) > 1200
    for account, rows in bills.items():
        paid = [PaidInvoice(d, (p - d).days, "USD", minor) for _, d, p, minor in rows if p]
        whole = spell(kept_of(added((), paid), last))
        days = [one.days for one in paid]
        assert whole.paid.count == len(rows), account
        assert whole.paid.mean == pytest.approx(fmean(days)), account
        assert whole.paid.late == sum(late > 0 for late in days), account
        assert whole.minor == {"USD": sum(minor for *_, minor in rows)}, account
        assert whole.late_minor["USD"] == sum(m for _, d, p, m in rows if p and p > d), account
        assert abs((whole.median or 0) - median(days)) <= 8, account  # within its bin


@pytest.mark.parametrize("ledger", VENDORS)
def test_changes_are_told_far_more_often_than_chance_tells_them(ledger: Path) -> None:
    bills = vendors(ledger)
    found, by_chance = told(bills), told(shuffled(bills, 0))
    assert found.looks > 200
    assert found.worse + found.better >= 15
    assert by_chance.looks > 200
    assert by_chance.worse + by_chance.better <= 4
