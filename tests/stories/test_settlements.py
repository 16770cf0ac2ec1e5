"""What settled on a day, told back to the ERP's books: complete, once, and to the cent."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.accounts.model import Creditor
from saldo.adapters.bank.read import read
from saldo.invoices.withdrawals import Cancellation, Withdrawals
from saldo.ledger.charges import Charges, Fact
from saldo.ledger.model import (
    FROM_THE_ERP,
    CauseKind,
    JournalEntry,
    LedgerAccount,
    Posting,
)
from saldo.payments.allocate import Allocator, Grounds
from saldo.settlements import camt054, datev
from saldo.settlements.csv_file import COLUMNS, csv_of
from saldo.settlements.day import DayNotOver, DayTooLarge, SettledDay, SettledDays
from saldo.settlements.rows import rows_of
from saldo.statements.model import Entry
from tests.books import ACCOUNT, CREDITOR, START, Books

DAY = date(2026, 11, 21)
DATEV = datev.DatevBooks(1001, 7, date(2026, 1, 1))


@pytest.fixture
def books() -> Books:
    """A day on which much happened, and the next one, on which it is told."""
    books = Books()
    books.begin(*(books.invoice(f"RE-{n}", 11900) for n in range(1, 7)))
    books.pay("RE-1")
    books.pay("RE-2", 5000)
    books.pay("RE-3", 13000)
    charges = Charges(books.store, books.clock, books.ids)
    fact = ("RE-4", 500, DAY, "Kim Beispiel", "because")
    charges.add_fee(Fact("F-1", CREDITOR, *fact, fee="reminder-fee"))
    charges.add_interest(Fact("I-1", CREDITOR, "RE-4", 113, DAY, "Kim Beispiel", "default"))
    charges.take_discount(Fact("D-1", CREDITOR, "RE-5", 238, DAY, "Kim", "2 %"), {"19": 38})
    charges.write_off(Fact("W-1", CREDITOR, "RE-6", 300, DAY, "Kim Beispiel", "small"))
    books.clock.advance(timedelta(days=1))
    return books


def creditor(books: Books) -> Creditor:
    return books.accounts.creditor(CREDITOR)


def settled(books: Books, day: date = DAY) -> SettledDay:
    return SettledDays(books.store, books.clock).of(creditor(books), day)


def of_the_ledger(books: Books) -> Counter[tuple[str, str]]:
    """What the postings sum to that the ERP did not tell itself, over all that was ever booked."""
    sums: Counter[tuple[str, str]] = Counter()
    for entry in books.store.everything():
        if isinstance(entry, JournalEntry) and entry.cause_kind not in FROM_THE_ERP:
            for posting in entry.postings:
                sums[posting.account, entry.currency] += posting.amount_minor
    return sums


def moved(rows: list[tuple[str, str, int]]) -> dict[str, int]:
    """Net the (debit, credit, minor) of rows per account."""
    sums: Counter[str] = Counter()
    for debit, credit, minor in rows:
        sums[debit] += minor
        sums[credit] -= minor
    return {account: minor for account, minor in sums.items() if minor}


def test_the_csv_sums_to_the_ledgers_postings_of_the_day(books: Books) -> None:
    day = settled(books)
    assert day.totals() == dict(of_the_ledger(books))
    text = csv_of(rows_of(day.entries)).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert tuple(lines[0]) == COLUMNS
    told = moved(
        [(one["debit"], one["credit"], round(float(one["amount"]) * 100)) for one in lines]
    )
    assert told == {a: minor for (a, _), minor in day.totals().items() if minor}
    paid = [one for one in lines if one["invoice"] == "RE-1"]
    assert [(one["debit"], one["credit"], one["amount"]) for one in paid] == [
        ("provider-clearing", "receivable", "119.00")
    ]
    left = next(one for one in lines if one["credit"] == "customer-credit")
    assert (left["amount"], left["invoice"]) == ("11.00", "")


def test_the_datev_file_sums_to_the_same_and_never_debits_what_it_credits(books: Books) -> None:
    day = settled(books)
    file = datev.datev_of(rows_of(day.entries), DATEV, DAY, books.clock.now())
    lines = file.decode("cp1252").split("\r\n")
    assert lines.pop() == ""
    head, columns, *booked = (next(csv.reader([line], delimiter=";")) for line in lines)
    assert (head[:5], len(head)) == (["EXTF", "700", "21", "Buchungsstapel", "13"], 31)
    assert head[10:16] == ["1001", "7", "20260101", "4", "20261121", "20261121"]
    assert columns[:2] == ["Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen"]
    assert {len(line) for line in booked} == {len(columns)}
    rows = [datev.money_in_line(line) for line in booked]
    assert all(debit != credit for _, _, debit, credit in rows)
    expected: Counter[str] = Counter()
    for (account, _), minor in day.totals().items():
        is_debtor = account in ("receivable", "customer-credit")
        expected[ACCOUNT if is_debtor else DATEV.account(account)] += minor
    told = moved([(debit, credit, minor) for minor, _, debit, credit in rows])
    assert told == {account: minor for account, minor in expected.items() if minor}
    assert '"RE-1"' in lines[2]


def test_the_camt_file_is_read_by_our_own_reader_and_sums_to_the_clearing(books: Books) -> None:
    day = settled(books)
    file = camt054.camt054_of(day.entries, DAY, books.clock.now(), "Musterwerk GmbH")
    entries = [row for row in read(io.BytesIO(file)) if isinstance(row, Entry)]
    assert len(entries) == 3
    clearing = day.totals()["provider-clearing", "EUR"]
    assert sum(one.amount_minor for one in entries) == clearing == 29900
    numbers = [node.text for node in ET.fromstring(file).iter(f"{{{camt054.NAMESPACE}}}Nb")]
    assert numbers == ["RE-1", "RE-2", "RE-3"]


def test_credit_of_an_earlier_day_pays_by_way_of_transit(books: Books) -> None:
    """The debtor's account is on both sides of such a row, which DATEV does not take."""
    payment = next(p for p in books.payments() if p.amount_minor == 13000)
    allocator = Allocator(books.store, books.clock, books.ids)
    allocator.allocate(CREDITOR, ACCOUNT, payment.source, ["RE-6"], Grounds("Kim", "agreed"))
    books.clock.advance(timedelta(days=1))
    day = settled(books, DAY + timedelta(days=1))
    (row,) = rows_of(day.entries)
    assert (row.debit, row.credit, row.amount_minor) == ("customer-credit", "receivable", 1100)
    file = datev.datev_of([row], DATEV, DAY, books.clock.now()).decode("cp1252")
    _, _, first, second = file.rstrip().split("\r\n")
    assert [line.split(";")[6:8] for line in (first, second)] == [
        [ACCOUNT, "1590"],
        ["1590", ACCOUNT],
    ]
    assert [line.split(";")[10] for line in (first, second)] == ['""', '"RE-6"']


def test_each_entry_stands_in_the_export_of_one_day(books: Books) -> None:
    """Money that a provider got on Friday and told on Monday is Monday's."""
    books.pay("RE-5", on=DAY)
    books.clock.advance(timedelta(days=2))
    days = [settled(books, DAY + timedelta(days=n)) for n in range(-1, 3)]
    keys = [entry.key for day in days for entry in day.entries]
    assert len(keys) == len(set(keys))
    assert {entry.booked_on for entry in days[2].entries} == {DAY}
    every = [e for e in books.journal() if e.cause_kind not in FROM_THE_ERP]
    assert sorted(keys) == sorted(entry.key for entry in every)


def test_a_day_begins_where_the_creditor_is(books: Books) -> None:
    books.clock.move_to(datetime.fromisoformat("2026-11-23T23:30:00+00:00"))  # half past midnight
    books.pay("RE-5")
    books.clock.advance(timedelta(days=1))
    kinds = {entry.cause_kind for entry in settled(books, date(2026, 11, 24)).entries}
    assert kinds == {"payment", "allocation"}
    assert settled(books, date(2026, 11, 23)).entries == ()


def test_a_day_that_is_not_over_is_refused(books: Books) -> None:
    days = SettledDays(books.store, books.clock)
    with pytest.raises(DayNotOver):
        days.of(creditor(books), books.clock.now().date())
    with pytest.raises(DayTooLarge):
        days.of(creditor(books), DAY, entries_max=2)


def test_a_debtor_that_datev_cannot_name_is_refused(books: Books) -> None:
    books.open_account("D-77", "d77@beispiel.example")
    books.push(books.invoice("RE-9", account="D-77"))
    books.pay("RE-9")
    books.clock.advance(timedelta(days=1))
    rows = rows_of(settled(books, DAY + timedelta(days=1)).entries)
    with pytest.raises(datev.DebtorNotNumeric):
        datev.datev_of(rows, DATEV, DAY, books.clock.now())


def test_fees_of_a_cancelled_invoice_are_told_back_and_the_invoice_itself_is_not(
    books: Books,
) -> None:
    """The ERP was told of the fee a day before; that it cancelled the invoice, it knows."""
    withdrawals = Withdrawals(books.store, books.clock, books.ids)
    (done,) = withdrawals.cancel_many([Cancellation(CREDITOR, "RE-4")], "ERP key")
    assert done.status == "accepted"
    books.clock.advance(timedelta(days=1))
    told = settled(books, DAY + timedelta(days=1)).totals()
    assert told == {
        ("fee-income", "EUR"): 500,
        ("interest-income", "EUR"): 113,
        ("receivable", "EUR"): -613,
    }


def test_every_ledger_account_has_a_number_in_both_charts() -> None:
    own = set(get_args(LedgerAccount)) - {"receivable", "customer-credit"}
    assert {chart: set(numbers) for chart, numbers in datev.ACCOUNTS.items()} == {
        "skr03": own,
        "skr04": own,
    }


_MINOR = st.integers(1, 500)
_SOURCE = st.sampled_from(["payment#P1", "payment#P2"])


@st.composite
def _entries(draw: st.DrawFn) -> list[JournalEntry]:
    """Entries of a day, in any order and of any amounts: what came, what it paid, what went."""
    found = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["payment", "allocation", "de-allocation", "fee", "refund"]))
        minor, source = draw(_MINOR), draw(_SOURCE)
        invoice = draw(st.sampled_from(["RE-1", "RE-2"]))
        credit = Posting("customer-credit", minor, source)
        other = {
            "payment": Posting("provider-clearing", minor, "sandbox"),
            "allocation": Posting("receivable", -minor, invoice),
            "de-allocation": Posting("receivable", minor, invoice),
            "refund": Posting("refund", -minor, f"R-{number}"),
            "fee": Posting("receivable", minor, invoice, "costs"),
        }[kind]
        lines = (other, replace(credit, amount_minor=-other.amount_minor))
        if kind == "fee":
            lines = (other, Posting("fee-income", -minor, invoice))
        account = draw(st.sampled_from([ACCOUNT, "10002"]))
        cause: CauseKind = kind  # type: ignore[assignment]  # one of the kinds above
        found.append(JournalEntry(CREDITOR, account, cause, str(number), DAY, "EUR", lines, START))
    return found


@settings(max_examples=150, deadline=None)
@given(_entries())
def test_rows_move_what_the_entries_do(entries: list[JournalEntry]) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        for posting in entry.postings:
            expected[entry.account, posting.account] += posting.amount_minor
    told: Counter[tuple[str, str]] = Counter()
    for row in rows_of(entries):
        assert row.amount_minor > 0
        told[row.account, row.debit] += row.amount_minor
        told[row.account, row.credit] -= row.amount_minor
    assert {place: minor for place, minor in told.items() if minor} == {
        place: minor for place, minor in expected.items() if minor
    }
