"""What concerns the creditor as a whole: money without a place, sources that fail, two people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from saldo.accounts.model import WHOLE_CREDITOR, Creditor
from saldo.bank_entries.model import BankAccount, BankEntry, BankStatement
from saldo.connectors.model import Connection, ErpOrder, ItemLink
from saldo.imports.model import Import
from saldo.money import Money
from saldo.people.approval import Approval
from saldo.statements.model import Entry
from saldo.store import Put
from saldo.worklist.derive_creditor import creditor_work_of
from saldo.worklist.facts import CreditorFacts
from saldo.worklist.hearing import Heard
from saldo.worklist.model import WorkItem
from tests.worked import ACCOUNT, CREDITOR, NOBODY, WorkBooks

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SELLER = Creditor(CREDITOR, "Musterwerk GmbH", "DE", "de", "Europe/Berlin", "plain-2-18-34")


def entry(minor: int, *, currency: str = "EUR", state: str = "open", days: int = 0) -> BankEntry:
    told = Entry("1", "booked", NOW.date(), NOW.date(), minor, currency)
    return BankEntry(
        CREDITOR,
        "DE1",
        f"2026{minor}{currency}",
        "S",
        told,
        state,  # type: ignore[arg-type]
        minor,
        NOW - timedelta(days=days),
        NOW,
    )


def asked_of(books: WorkBooks, id_: str) -> Approval:
    return Approval(
        CREDITOR,
        id_,
        "write-off",
        ACCOUNT,
        "RE-1",
        11900,
        "EUR",
        "Goodwill",
        {},
        "anna@musterwerk.example",
        books.clock.now(),
        version=1,
    )


def test_waiting_money_is_one_item_with_a_sum_per_currency() -> None:
    facts = CreditorFacts(
        SELLER,
        entries=(
            entry(10000, days=3),
            entry(500, state="likely"),
            entry(700, currency="USD"),
            entry(-200),
        ),
        more_entries=True,
    )
    came, left = creditor_work_of(facts, NOW)
    assert (came.why, came.since) == ("money-unmatched", NOW - timedelta(days=3))
    assert came.stake == (Money(10500, "EUR"), Money(700, "USD"))
    assert came.facts == {"count": 3, "more": 1, "proposals": 1}
    assert (left.why, left.stake) == ("returns-unmatched", (Money(200, "EUR"),))


def test_a_statement_that_is_late_says_since_when() -> None:
    account = BankAccount(CREDITOR, "DE1", "EUR", late_after_days=1)
    days = (date(2026, 11, 18), date(2026, 11, 19))
    facts = CreditorFacts(SELLER, bank_accounts=(account,), missing={"DE1": days})
    (cause,) = creditor_work_of(facts, NOW)
    assert (cause.kind, cause.id) == ("statement-missing", "statement-DE1")
    assert (cause.facts["first"], cause.facts["count"]) == ("2026-11-18", 2)
    assert cause.since == datetime(2026, 11, 18, tzinfo=UTC)


def statement(id_: str, day: date, opening: int, closing: int, *odd: str) -> BankStatement:
    return BankStatement(
        CREDITOR,
        "DE1",
        id_,
        "mt940",
        "taken",
        NOW,
        "ERP",
        "00",
        "EUR",
        first_day=day,
        last_day=day,
        opening_minor=opening,
        closing_minor=closing,
        oddities=odd,
        version=1,
    )


def test_a_gap_between_two_statements_is_work_until_the_missing_one_came() -> None:
    books = WorkBooks()
    books.open_creditor()
    books.clock.move_to(NOW)
    first = statement("a", date(2026, 11, 18), 0, 100)
    last = statement("c", date(2026, 11, 20), 300, 400, "statement-missing")
    books.store.commit([Put(first), Put(last)])
    books.sweep()
    (item,) = books.work()
    assert (item.cause.why, item.cause.facts["before"]) == ("statement-gap", "2026-11-20")
    books.store.commit([Put(statement("b", date(2026, 11, 19), 100, 300))])
    books.sweep()
    assert books.work() == []
    books.proven()


def test_a_connection_is_work_while_it_fails_and_is_switched_on() -> None:
    failing = Connection(
        CREDITOR, "exact", "exact", {}, state="refused", why="401", state_since=NOW
    )
    (cause,) = creditor_work_of(CreditorFacts(SELLER, connections=(failing,)), NOW)
    assert (cause.why, cause.next) == ("connection-refused", "look-at-connection")
    for fine in (replace(failing, state="ok"), replace(failing, enabled=False)):
        assert creditor_work_of(CreditorFacts(SELLER, connections=(fine,)), NOW) == ()


def test_a_first_run_waits_for_a_word() -> None:
    waits = replace(SELLER, state="live", first_run_needs_release=True)
    (cause,) = creditor_work_of(CreditorFacts(waits), NOW)
    assert (cause.kind, cause.since) == ("first-run", None)


def test_a_file_that_got_stuck_waits_until_it_goes_on() -> None:
    books = WorkBooks()
    books.open_creditor()
    now = books.clock.now()
    stuck = Import(
        CREDITOR,
        "i1",
        "default",
        1,
        "items.csv",
        "00",
        9,
        "ERP",
        now,
        "failed",
        text="It got no further for an hour.",
        version=1,
    )
    books.store.commit([Put(stuck)])
    books.sweep()
    (item,) = books.work()
    assert (item.kind, item.cause.facts["name"], item.since) == ("import", "items.csv", now)
    books.store.commit([Put(replace(stuck, state="running", version=2), expect=1)])
    books.sweep()
    assert books.work() == []
    books.proven()


def test_an_order_above_a_limit_waits_for_a_second_person() -> None:
    books = WorkBooks()
    books.begin()
    books.store.commit([Put(asked_of(books, "AP-1"))])
    books.parts.work_keeper.derive(CREDITOR, WHOLE_CREDITOR)
    (item,) = books.work()
    assert (item.kind, item.account, item.cause.stake) == (
        "approval",
        "~",
        (Money(11900, "EUR"),),
    )
    books.clock.advance(timedelta(days=15))
    books.sweep()
    assert books.work() == [], "nobody can agree to it any more"


def test_an_order_waits_on_the_list_however_many_nobody_decided_in_time() -> None:
    books = WorkBooks()
    books.begin()
    for number in range(60):
        books.store.commit([Put(asked_of(books, f"AP-{number:02}"))])
    books.clock.advance(timedelta(days=15))
    books.store.commit([Put(asked_of(books, "AP-new"))])
    books.parts.work_keeper.derive(CREDITOR, WHOLE_CREDITOR)
    (item,) = books.work()
    assert item.id == "approval-AP-new"
    assert [one.id for one in books.parts.four_eyes.open(CREDITOR)] == ["AP-new"]


def test_an_erp_that_has_more_open_is_work_until_both_agree() -> None:
    books = WorkBooks()
    books.begin()
    link = ItemLink(
        CREDITOR,
        "exact",
        "RE-1",
        "ref",
        ACCOUNT,
        "acc",
        "",
        "EUR",
        date(2026, 12, 1),
        11900,
        15000,
        version=1,
    )
    books.store.commit([Put(link)])
    told = {"connection": "exact", "invoice": "RE-1"}
    fact = Heard("connection.differs", CREDITOR, ACCOUNT, "E1", books.clock.now(), told)
    for _ in range(2):
        books.parts.work_hearing.hear(fact)
    (item,) = books.work()
    assert (item.cause.why, item.cause.stake) == ("differs", (Money(3100, "EUR"),))
    books.proven()
    agreed = replace(link, there_minor=11900, version=2)
    books.store.commit([Put(agreed, expect=1)])
    books.parts.work_hearing.hear(
        Heard("erp_order.taken", CREDITOR, ACCOUNT, "E2", books.clock.now(), told)
    )
    assert books.work() == []
    assert list(books.store.list(WorkItem, CREDITOR, ACCOUNT)) == []


def test_what_an_erp_refused_is_work_until_it_took_it() -> None:
    books = WorkBooks()
    books.begin()
    order = ErpOrder(
        CREDITOR,
        "exact",
        "O-1",
        "settle",
        ACCOUNT,
        "RE-1",
        "EUR",
        11900,
        date(2026, 11, 20),
        books.clock.now(),
        state="refused",
        why="The period is closed.",
        version=1,
    )
    books.store.commit([Put(order)])
    told = {"connection": "exact", "order": "O-1"}
    books.parts.work_hearing.hear(
        Heard("erp_order.refused", CREDITOR, ACCOUNT, "E1", books.clock.now(), told)
    )
    (item,) = books.work()
    assert (item.holder, item.cause.why) == (NOBODY, "erp-refused")
    assert item.cause.facts["reason"] == "The period is closed."
    books.store.commit([Put(replace(order, state="taken", version=2), expect=1)])
    books.parts.work_hearing.hear(
        Heard("erp_order.taken", CREDITOR, ACCOUNT, "E2", books.clock.now(), told)
    )
    assert books.work() == []
