"""Statements are taken once, whatever comes twice, is missing, or breaks off in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Hold
from saldo.adapters.memory.store import MemoryStore
from saldo.bank_entries.model import BankEntry, BankStatement
from saldo.bank_entries.refusals import BankAccountUnknown, StatementRefused
from saldo.bank_entries.taking import StatementTaker
from saldo.ledger.verify import verify
from saldo.statements.findings import Finding
from saldo.statements.model import Entry, Party
from saldo.store import Put, Write
from tests.books import ACCOUNT, CREDITOR
from tests.events import check_events
from tests.statements_made import ANNA, IBAN, Bank, BankBooks, entry

NOBODY = Party("Irgendwer")


class Killed(Exception):
    """The process was killed."""


class FragileStore(MemoryStore):
    """Books whose process is killed before or after the commit with a given number."""

    def __init__(self, kill_at: int, *, after: bool) -> None:
        super().__init__(on_commit=check_events)
        self.commits, self._kill_at, self._after = 0, kill_at, after
        self.is_armed = False

    def commit(self, writes: Sequence[Write]) -> None:
        if not self.is_armed:
            super().commit(writes)
            return
        self.commits += 1
        is_it = self.commits == self._kill_at
        if is_it and not self._after:
            raise Killed
        super().commit(writes)
        if is_it:
            raise Killed


def statement_of(books: BankBooks) -> Any:
    """Forty entries: some certain, one for two accounts' nobody, and one equal pair."""
    entries: list[Entry] = [entry(11900, "RE-1"), entry(5000, "RE-2")]
    entries += [entry(100 + place, f"Spende {place}", party=NOBODY) for place in range(36)]
    entries += [entry(777, "gleich", party=NOBODY), entry(777, "gleich", party=NOBODY)]
    return books.bank.statement(*entries)


def begun(store: MemoryStore) -> BankBooks:
    books = BankBooks(store)
    books.begin(books.invoice(), books.invoice("RE-2", 5000))
    return books


def summary(books: BankBooks) -> Any:
    entries = sorted((one.state, one.left_minor, one.id) for one in books.booked())
    return (
        entries,
        books.bank_balance("bank"),
        books.bank_balance("suspense"),
        [(p.amount_minor, p.state) for p in books.payments()],
        books.invoice_now().open_minor,
        books.invoice_now("RE-2").open_minor,
    )


def test_a_kill_at_any_commit_loses_nothing_and_books_nothing_twice() -> None:
    whole = begun(MemoryStore(on_commit=check_events))
    whole.entries.take(CREDITOR, [statement_of(whole)], "test")
    wanted = summary(whole)
    assert (wanted[4], wanted[5]) == (0, 0)
    kill_at, kills = 0, 0
    while True:
        kill_at += 1
        for after in (False, True):
            store = FragileStore(kill_at, after=after)
            books = begun(store)
            made = statement_of(books)
            store.is_armed = True
            try:
                books.entries.take(CREDITOR, [made], "test")
            except Killed:
                kills += 1
            else:
                assert kills > 10
                return
            books.clock.advance(timedelta(minutes=5))
            books.entries.tidy(CREDITOR)
            books.entries.take(CREDITOR, [made], "test")
            books.entries.match(CREDITOR)
            assert summary(books) == wanted, (kill_at, after)
            books.verify()


def test_a_kill_at_any_commit_of_a_reversal_ends_with_the_reversal_done() -> None:
    kill_at = 0
    while True:
        kill_at += 1
        store = FragileStore(kill_at, after=kill_at % 2 == 0)
        books = begun(store)
        books.entries.take(CREDITOR, [books.bank.statement(entry(11900, "RE-1"))], "test")
        one = books.only()
        store.is_armed = True
        try:
            books.entries.reverse(CREDITOR, one.id, ANNA)
        except Killed:
            books.clock.advance(timedelta(minutes=5))
            books.entries.tidy(CREDITOR)
            now = books.only()
            if now.doing is None and now.state == "matched":  # killed before it was decided
                now = books.entries.reverse(CREDITOR, one.id, ANNA)
        else:
            assert kill_at > 3
            return
        assert (now.state, now.left_minor) == ("open", 11900)
        assert books.invoice_now().open_minor == 11900
        books.verify()


def test_the_same_statement_again_books_nothing() -> None:
    books = BankBooks()
    books.begin()
    made = books.bank.statement(entry(11900, "RE-1"))
    books.entries.take(CREDITOR, [made], "test")
    again = books.entries.take(CREDITOR, [made], "test")
    assert [took.is_new for took in again.taken] == [False]
    assert len(books.booked()) == 1
    books.verify()


def test_two_equal_payments_of_one_day_stay_two() -> None:
    books = BankBooks()
    books.begin()
    books.comes(entry(500, "Rate", party=NOBODY), entry(500, "Rate", party=NOBODY))
    assert len(books.booked()) == 2
    assert books.bank_balance("bank") == 1000


def test_equal_payments_in_statements_that_follow_each_other_stay_two() -> None:
    books = BankBooks()
    books.begin()
    first = books.bank.statement(entry(500, "Rate", party=NOBODY))
    second = books.bank.statement(entry(500, "Rate", party=NOBODY))
    for made in (first, second, first, second):
        books.entries.take(CREDITOR, [made], "test")
    assert len(books.booked()) == 2


def test_a_page_that_overlaps_books_what_is_new_alone() -> None:
    books = BankBooks()
    books.begin()
    early, late = entry(500, "Rate", party=NOBODY), entry(900, "spaeter", party=NOBODY)
    books.entries.take(CREDITOR, [Bank().statement(early)], "test")
    books.entries.take(CREDITOR, [replace_number(Bank().statement(early, late), "1b")], "test")
    assert sorted(one.entry.amount_minor for one in books.booked()) == [500, 900]
    taken = list(books.store.list(BankStatement, CREDITOR, IBAN))
    assert any("statement-overlaps" in one.oddities for one in taken)


def replace_number(statement: Any, number: str) -> Any:
    return replace(statement, head=replace(statement.head, number=number))


def test_the_banks_own_reference_tells_that_it_is_the_same_entry() -> None:
    books = BankBooks()
    books.begin()
    page = Bank().statement(entry(500, "Rate", party=NOBODY, bank="2026112000017"))
    whole = replace_number(
        Bank().statement(entry(500, "Rate, ganzer Text", party=NOBODY, bank="2026112000017")), "9"
    )
    books.entries.take(CREDITOR, [page], "test")
    books.entries.take(CREDITOR, [whole], "test")
    assert len(books.booked()) == 1


def test_a_statement_that_is_missing_is_noticed() -> None:
    books = BankBooks()
    books.begin()
    books.comes(entry(500, "eins", party=NOBODY))
    books.bank.statement(entry(600, "verloren", party=NOBODY))
    books.entries.take(
        CREDITOR,
        [books.bank.statement(entry(700, "drei", party=NOBODY), on=date(2026, 11, 24))],
        "test",
    )
    last = list(books.store.list(BankStatement, CREDITOR, IBAN))[-1]
    assert {"statement-missing", "statement-number-missing"} <= set(last.oddities)


def test_a_statement_that_could_not_be_read_whole_books_nothing() -> None:
    books = BankBooks()
    books.begin()
    good = books.bank.statement(entry(11900, "RE-1"))
    bad = replace(
        books.bank.statement(entry(100, "x")), findings=(Finding("truncated", "refused", "…"),)
    )
    with pytest.raises(StatementRefused):
        books.entries.take(CREDITOR, [good, bad], "test")
    assert books.booked() == []
    assert books.invoice_now().open_minor == 11900


def test_a_statement_of_somebody_elses_account_is_refused() -> None:
    books = BankBooks()
    books.begin()
    with pytest.raises(BankAccountUnknown):
        books.entries.take(CREDITOR, [Bank(iban="DE89370400440532013000").statement()], "test")


def test_of_report_and_statement_the_configured_one_posts() -> None:
    books = BankBooks()
    books.begin()
    report = Bank(format="camt.052").statement(entry(11900, "RE-1"))
    books.entries.take(CREDITOR, [report], "test")
    assert books.booked() == []
    assert books.invoice_now().open_minor == 11900
    (hold,) = books.store.list(Hold, CREDITOR, ACCOUNT)
    assert hold.holds("RE-1", books.clock.now().date())
    books.comes(entry(11900, "RE-1"))
    assert books.invoice_now().open_minor == 0


def test_the_verifier_sees_a_suspense_that_is_not_what_the_entry_says() -> None:
    books = BankBooks()
    books.begin()
    old = date(2024, 3, 1)
    made = books.bank.statement(entry(500, "alt", party=NOBODY, on=old), on=old)
    books.entries.take(CREDITOR, [made], "test")
    today = books.clock.now().date()
    assert verify(books.store, today) == []
    (one,) = books.store.list(BankEntry, CREDITOR, IBAN, "2024")
    books.store.commit([Put(replace(one, left_minor=400, version=one.version + 1), one.version)])
    (difference,) = verify(books.store, today)
    assert (difference.balance.what, difference.balance.detail) == ("suspense", one.id)
    assert difference.off_by_minor == 100


def test_what_matching_did_not_come_to_is_matched_by_the_tending() -> None:
    books = BankBooks()
    books.begin()
    taker = StatementTaker(books.store, books.clock, books.ids)
    taker.take(CREDITOR, books.bank.statement(entry(11900, "RE-1")), "test")
    assert books.only().state == "open"
    books.clock.advance(timedelta(minutes=5))
    assert books.entries.tidy(CREDITOR) == 1
    assert books.invoice_now().open_minor == 0
    assert books.entries.tidy(CREDITOR) == 0


def test_where_notifications_post_the_statement_after_them_does_not() -> None:
    books = BankBooks()
    books.begin()
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", posts="notification")
    told = replace(
        Bank(format="camt.054").statement(replace(entry(11900, "RE-1"), status="information")),
        opening=None,
        closing=None,
    )
    books.entries.take(CREDITOR, [told], "test")
    assert books.invoice_now().open_minor == 0
    books.comes(entry(11900, "RE-1"))
    assert len(books.booked()) == 1
    books.verify()
