"""The ERP says otherwise: corrections and their history, older versions, what it takes back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account, Hold
from saldo.collection.facts import Case
from saldo.drift.model import TheirItem
from saldo.drift.snapshots import (
    SnapshotExpired,
    Snapshots,
    SnapshotSuperseded,
    SnapshotUnknown,
)
from saldo.invoices.history import Change, InvoiceCorrection
from saldo.invoices.intake import Result
from saldo.invoices.model import Opening, OpeningCase
from saldo.invoices.withdrawals import Cancellation, Withdrawals
from saldo.ledger.charges import Charges, Fact
from saldo.ledger.verify import verify_account
from saldo.reports.statement_book import Statements
from tests.books import ACCOUNT, CREDITOR, Books


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice(erp_version=1))
    return books


def code(result: Result) -> str | None:
    return result.refusal.code if result.refusal else None


def cancel(books: Books, number: str = "RE-1", **more: int) -> Result:
    withdrawals = Withdrawals(books.store, books.clock, books.ids)
    return withdrawals.cancel_many([Cancellation(CREDITOR, number, "Twice", **more)], "ERP key")[0]


def snapshots(books: Books) -> Snapshots:
    return Snapshots(books.store, books.clock, books.ids)


def open_there(number: str, minor: int) -> TheirItem:
    return TheirItem(number, ACCOUNT, "EUR", minor)


def agree(books: Books) -> None:
    assert verify_account(books.store, CREDITOR, ACCOUNT, books.clock.now().date()) == []


def test_a_correction_says_who_when_and_what(books: Books) -> None:
    books.clock.advance(timedelta(hours=2))
    corrected = books.invoice(amount_minor=9900, due_on=date(2026, 12, 8), erp_version=2)
    assert books.intake.put_invoices([corrected], by="ERP key")[0].status == "accepted"
    (found,) = books.store.list(InvoiceCorrection, CREDITOR, ACCOUNT, "RE-1")
    assert (found.by, found.at, found.invoice_version) == ("ERP key", books.clock.now(), 2)
    assert found.changes == (
        Change("due_on", "2026-12-01", "2026-12-08"),
        Change("amount", "119.00", "99.00"),
    )
    told = books.events()[-1]
    assert (told.type, told.data["by"]) == ("invoice.changed", "ERP key")
    assert told.data["changes"][1] == {"field": "amount", "before": "119.00", "after": "99.00"}
    # The same once more is no correction.
    assert books.push(corrected)[0].status == "unchanged"
    assert len(list(books.store.list(InvoiceCorrection, CREDITOR, ACCOUNT, "RE-1"))) == 1


def test_an_older_version_that_arrives_late_does_not_win(books: Books) -> None:
    assert books.push(books.invoice(amount_minor=9900, erp_version=3))[0].status == "accepted"
    late = books.push(books.invoice(amount_minor=5000, erp_version=2))[0]
    assert code(late) == "older-version"
    assert books.invoice_now().amount_minor == 9900


def test_a_newer_version_that_says_the_same_keeps_one_between_from_winning(books: Books) -> None:
    assert books.push(books.invoice(erp_version=5))[0].status == "accepted"
    assert "invoice.changed" not in books.event_types()
    assert code(books.push(books.invoice(amount_minor=5000, erp_version=4))[0]) == "older-version"
    # A push that tells no version is taken as it comes, and the count stays.
    assert books.push(books.invoice(amount_minor=9900))[0].status == "accepted"
    assert books.invoice_now().erp_version == 5


def test_the_erps_clock_serves_where_it_has_no_count(books: Books) -> None:
    now = books.clock.now()
    books.push(books.invoice("RE-2", erp_updated_at=now))
    late = books.invoice("RE-2", 5000, erp_updated_at=now - timedelta(seconds=1))
    assert code(books.push(late)[0]) == "older-version"
    newer = books.invoice("RE-2", 5000, erp_updated_at=now + timedelta(seconds=1))
    assert books.push(newer)[0].status == "accepted"


def test_a_correction_that_contradicts_what_was_paid_is_refused(books: Books) -> None:
    books.open_account("10002", "other@beispiel.example")
    books.pay(minor=5000)
    refused = [
        books.invoice(amount_minor=4999),
        books.invoice(currency="CHF"),
        books.invoice(account="10002"),
    ]
    codes = [code(books.push(one)[0]) for one in refused]
    assert codes == ["below-what-was-paid", "currency-fixed", "number-belongs-elsewhere"]
    assert books.push(books.invoice(amount_minor=5000))[0].status == "accepted"
    assert not books.invoice_now().is_open
    agree(books)


def test_a_cancelled_invoice_is_no_longer_owed_and_its_number_is_used_up(books: Books) -> None:
    fee = Fact("F-1", CREDITOR, "RE-1", 500, date(2026, 11, 21), "test", "reminder", "reminder-fee")
    Charges(books.store, books.clock, books.ids).add_fee(fee)
    assert cancel(books).status == "accepted"
    assert cancel(books).status == "unchanged"
    now = books.invoice_now()
    assert now.withdrawn is not None
    assert (now.open_minor, now.withdrawn.kind, now.withdrawn.by) == (0, "cancelled", "ERP key")
    assert books.open_items() == []
    assert books.balance("fee-income") == books.balance("billing-clearing") == 0
    assert {"invoice.withdrawn", "invoice.closed"} <= set(books.event_types())
    assert books.day(date(2026, 12, 24)) == []
    assert code(books.push()[0]) == "invoice-cancelled"
    agree(books)
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    (part,) = Statements(books.store, books.clock).of(account).parts
    kinds = ["charges-withdrawn", "fee", "invoice", "invoice-withdrawn"]
    assert sorted(line.kind for line in part.lines) == kinds
    assert {line.document for line in part.lines} == {"RE-1"}


def test_what_was_paid_or_is_being_paid_is_not_cancelled(books: Books) -> None:
    books.push(books.invoice("RE-2"))
    coming = books.start_payment("RE-2")
    books.settlement.settle(books.told(coming, "processing"))
    books.pay("RE-1", 5000)
    assert code(cancel(books, "RE-1")) == "invoice-paid"
    assert code(cancel(books, "RE-2")) == "payment-on-its-way"
    assert code(cancel(books, "RE-3")) == "invoice-unknown"
    books.settlement.settle(books.told(coming, "failed"))
    assert cancel(books, "RE-2").status == "accepted"
    agree(books)


def test_an_older_cancellation_does_not_win(books: Books) -> None:
    books.push(books.invoice(amount_minor=9900, erp_version=3))
    assert code(cancel(books, erp_version=2)) == "older-version"
    assert cancel(books, erp_version=4).status == "accepted"


def test_an_item_that_an_agency_has_already_comes_as_a_case(books: Books) -> None:
    begun = Opening(2, date(2026, 11, 1), case=OpeningCase("agency", "Example Collections", "AZ 1"))
    books.push(books.invoice("RE-2", due_on=date(2026, 10, 1), opening=begun))
    (case,) = books.store.list(Case, CREDITOR, ACCOUNT)
    assert (case.kind, case.handed_to, case.reference) == ("agency", "Example Collections", "AZ 1")
    (hold,) = books.store.list(Hold, CREDITOR, ACCOUNT)
    assert (hold.kind, hold.invoice, hold.id) == ("legal-case", "RE-2", case.hold_id)
    subjects = books.day(date(2026, 12, 24))
    assert [subject for subject in subjects if "RE-2" in subject] == []
    assert "case.opened" in books.event_types()


def test_a_snapshot_asks_before_it_closes_what_vanished(books: Books) -> None:
    books.push(books.invoice("RE-2"), books.invoice("RE-3", 5000), books.invoice("RE-4"))
    books.clock.advance(timedelta(hours=1))
    found = snapshots(books).take(
        CREDITOR,
        [open_there("RE-1", 11900), open_there("RE-3", 3000), open_there("RE-9", 100)],
        "ERP key",
    )
    assert [one.number for one in found.new] == ["RE-9"]
    assert [one.number for one in found.changed] == ["RE-3"]
    assert [one.number for one in found.vanished] == ["RE-2", "RE-4"]
    assert {item.number for item in books.open_items()} == {"RE-1", "RE-2", "RE-3", "RE-4"}
    books.pay("RE-4", 100)  # between asking and confirming
    snapshot, closed = snapshots(books).confirm(CREDITOR, found.snapshot.id, "ERP key")
    assert snapshot.confirmed_by == "ERP key"
    ends = {one.vanished.number: (one.outcome, code_of(one.refusal)) for one in closed}
    assert ends == {"RE-2": ("closed", None), "RE-4": ("kept", "invoice-moved")}
    assert {item.number for item in books.open_items()} == {"RE-1", "RE-3", "RE-4"}
    again = snapshots(books).confirm(CREDITOR, found.snapshot.id, "ERP key", lower=True)[1]
    assert {one.vanished.number: one.outcome for one in again} == {
        "RE-2": "already",
        "RE-3": "lowered",
        "RE-4": "kept",
    }
    assert books.invoice_now("RE-3").open_minor == 3000
    agree(books)


def code_of(refusal: object) -> str | None:
    return getattr(refusal, "code", None)


def test_nothing_closes_while_a_payment_is_on_its_way(books: Books) -> None:
    coming = books.start_payment(amount_minor=5000)
    books.settlement.settle(books.told(coming, "processing", 5000))
    found = snapshots(books).take(CREDITOR, [], "ERP key")
    assert [one.number for one in found.vanished] == ["RE-1"]
    (kept,) = snapshots(books).confirm(CREDITOR, found.snapshot.id, "ERP key")[1]
    assert (kept.outcome, code_of(kept.refusal)) == ("kept", "payment-on-its-way")
    assert books.invoice_now().open_minor == 11900
    # All of it on its way: the ERP has booked it ahead of us, and nothing is asked for.
    books.push(books.invoice("RE-2"))
    whole = books.start_payment("RE-2")
    books.settlement.settle(books.told(whole, "processing"))
    assert [one.number for one in snapshots(books).take(CREDITOR, [], "ERP").waits] == ["RE-2"]


def test_a_snapshot_expires_and_gives_way_to_a_newer_one(books: Books) -> None:
    first = snapshots(books).take(CREDITOR, [], "ERP key").snapshot
    books.clock.advance(timedelta(minutes=1))
    second = snapshots(books).take(CREDITOR, [], "ERP key").snapshot
    with pytest.raises(SnapshotSuperseded):
        snapshots(books).confirm(CREDITOR, first.id, "ERP key")
    with pytest.raises(SnapshotUnknown):
        snapshots(books).confirm(CREDITOR, "another", "ERP key")
    books.clock.advance(timedelta(days=1))
    with pytest.raises(SnapshotExpired):
        snapshots(books).confirm(CREDITOR, second.id, "ERP key")
    assert books.invoice_now().is_open


def test_what_the_erp_closed_stays_closed_when_it_repeats_itself(books: Books) -> None:
    found = snapshots(books).take(CREDITOR, [], "ERP key")
    snapshots(books).confirm(CREDITOR, found.snapshot.id, "ERP key")
    assert books.push(books.invoice())[0].status == "unchanged"
    assert not books.invoice_now().is_open
    assert code(books.push(books.invoice(amount_minor=9900))[0]) == "below-what-was-paid"
    agree(books)


def test_what_was_closed_by_mistake_is_owed_again(books: Books) -> None:
    """The list was made with a filter left on; the next one is whole."""
    found = snapshots(books).take(CREDITOR, [], "ERP key")
    snapshots(books).confirm(CREDITOR, found.snapshot.id, "ERP key")
    books.clock.advance(timedelta(minutes=1))
    whole = snapshots(books).take(CREDITOR, [open_there("RE-1", 11900)], "ERP key")
    assert [one.number for one in whole.closed_here] == ["RE-1"]
    assert snapshots(books).confirm(CREDITOR, whole.snapshot.id, "ERP key")[1] == ()
    ends = snapshots(books).confirm(CREDITOR, whole.snapshot.id, "ERP key", reopen=True)[1]
    assert [one.outcome for one in ends] == ["reopened"]
    now = books.invoice_now()
    assert (now.open_minor, now.withdrawn, now.closed_on, now.episode) == (11900, None, None, 2)
    assert [item.number for item in books.open_items()] == ["RE-1"]
    assert "invoice.reopened" in books.event_types()
    (again,) = snapshots(books).confirm(CREDITOR, whole.snapshot.id, "ERP key", reopen=True)[1]
    assert (again.outcome, code_of(again.refusal)) == ("kept", "invoice-moved")
    agree(books)
