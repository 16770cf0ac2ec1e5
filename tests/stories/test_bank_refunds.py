"""What was paid too much goes back to who paid it, once somebody says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from saldo.bank_entries.model import BankEntry, Part, RefundProposal
from saldo.bank_entries.refusals import BankEntryBusy, MoneyUsed, NoRefundProposed, RefundLapsed
from saldo.payments.allocate import Allocator
from saldo.payments.by_bank import ByBank
from saldo.payments.model import Refund
from saldo.payments.refunds import Refunding, RefundOrder
from saldo.statements.model import Party
from saldo.store import Write
from tests.books import ACCOUNT, CREDITOR
from tests.statements_made import ANNA, IBAN, PAYER, BankBooks, entry

NEXT_DAY = date(2026, 12, 21)


@pytest.fixture
def books() -> Iterator[BankBooks]:
    books = BankBooks()
    books.begin()
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", proposes_refund_from_minor=500)
    yield books
    books.verify()


def overpaid(books: BankBooks, minor: int = 12900) -> BankEntry:
    """RE-1 of 119.00 is paid with more; return the entry as it is then."""
    books.comes(entry(minor, "Rechnung RE-1"))
    (one,) = books.booked()
    if one.state == "likely":
        one = books.entries.accept(CREDITOR, one.id, ANNA)
    assert (one.state, books.invoice_now().open_minor) == ("matched", 0)
    return one


def test_overpaid_proposed_ordered_and_the_transfer_on_the_next_statement_closes_it(
    books: BankBooks,
) -> None:
    one = overpaid(books)
    assert books.entries.refunds.proposed(CREDITOR) == [one]
    assert one.refund is not None
    assert (one.refund.amount_minor, one.refund.name, one.refund.iban) == (
        1000, PAYER.name, PAYER.iban,
    )  # fmt: skip
    assert one.refund.reason
    ordered = books.entries.refunds.order(one, ANNA)
    assert ordered.refund is not None
    assert (ordered.refund.state, ordered.refund.by) == ("ordered", ANNA.by)
    assert books.credits() == []
    assert books.entries.refunds.proposed(CREDITOR) == []
    assert books.entries.refunds.order(ordered, ANNA) == ordered
    assert books.balance("refund") == -1000
    books.verify()
    books.comes(entry(-1000, "Erstattung", on=NEXT_DAY))
    (left,) = books.booked(state="matched", pays_refund=f"rf-{one.id}-1")
    assert (left.left_minor, left.entry.amount_minor) == (0, -1000)
    refund = books.store.get(Refund, CREDITOR, ACCOUNT, f"rf-{one.id}-1")
    assert refund is not None
    assert refund.state == "done"
    assert books.balance("refund") == 0
    assert books.balance("provider-clearing") + books.bank_balance("provider-clearing") == 0
    assert books.bank_balance("bank") == 11900
    origin = books.entries.find(CREDITOR, one.id)
    assert origin.refund is not None
    assert (origin.refund.state, origin.refund.paid_by) == ("paid", left.id)
    assert {"refund.promised", "refund.done"} <= set(books.event_types())


def test_overpaid_and_the_next_invoice_takes_the_credit_so_the_proposal_lapses(
    books: BankBooks,
) -> None:
    one = overpaid(books)
    books.push(books.invoice("RE-2", 5000))
    (credit,) = books.credits()
    allocator = Allocator(books.store, books.clock, books.ids)
    allocator.allocate(CREDITOR, ACCOUNT, credit.source, ("RE-2",), ANNA)
    assert books.invoice_now("RE-2").open_minor == 4000
    assert books.entries.refunds.proposed(CREDITOR) == []
    with pytest.raises(RefundLapsed) as refused:
        books.entries.refunds.order(one, ANNA)
    assert refused.value.code == "refund-lapsed"
    books.entries.tidy(CREDITOR)
    lapsed = books.entries.find(CREDITOR, one.id)
    assert lapsed.refund is not None
    assert lapsed.refund.state == "lapsed"
    with pytest.raises(NoRefundProposed):
        books.entries.refunds.order(lapsed, ANNA)
    assert list(books.store.list(Refund, CREDITOR, ACCOUNT)) == []


def test_less_than_the_rule_says_stays_credit(books: BankBooks) -> None:
    assert overpaid(books, 12399).refund is None
    assert [one.open_minor for one in books.credits()] == [499]


def test_without_the_rule_nothing_is_proposed(books: BankBooks) -> None:
    books.entries.accounts.change(CREDITOR, IBAN, proposes_refund_from_minor=None)
    assert overpaid(books).refund is None


def test_while_another_invoice_stands_open_the_credit_waits_for_it(books: BankBooks) -> None:
    books.push(books.invoice("RE-2", 5000))
    assert overpaid(books).refund is None
    assert [one.open_minor for one in books.credits()] == [1000]


def test_declined_the_credit_stays(books: BankBooks) -> None:
    one = books.entries.refunds.decline(overpaid(books), ANNA)
    assert one.refund is not None
    assert one.refund.state == "declined"
    assert [each.open_minor for each in books.credits()] == [1000]
    with pytest.raises(NoRefundProposed):
        books.entries.refunds.order(one, ANNA)


def test_an_order_that_is_taken_back_before_the_transfer_gives_the_credit_back(
    books: BankBooks,
) -> None:
    one = books.entries.refunds.order(overpaid(books), ANNA)
    with pytest.raises(MoneyUsed):
        books.entries.reverse(CREDITOR, one.id, ANNA)
    one = books.entries.refunds.decline(one, ANNA)
    assert [each.open_minor for each in books.credits()] == [1000]
    assert books.balance("refund") == 0
    # What leaves the account later is no refund any more.
    books.comes(entry(-1000, "Erstattung", on=NEXT_DAY))
    assert len(books.booked(state="ignored", reason="money-out")) == 1


def test_a_transfer_of_that_sum_to_somebody_else_pays_no_refund(books: BankBooks) -> None:
    books.entries.refunds.order(overpaid(books), ANNA)
    other = Party("Irgendwer Holding", "DE75512108001245126199")
    books.comes(
        entry(-1000, "Miete", on=NEXT_DAY, party=other), entry(-999, "Erstattung", on=NEXT_DAY)
    )
    assert len(books.booked(state="ignored", reason="money-out")) == 2
    assert books.balance("refund") == -1000


def test_one_transfer_pays_one_of_two_equal_refunds(books: BankBooks) -> None:
    first = books.entries.refunds.order(overpaid(books), ANNA)
    books.push(books.invoice("RE-2", 5000))
    books.comes(entry(6000, "Rechnung RE-2", on=date(2026, 11, 21)))
    (second,) = [one for one in books.booked() if one.id != first.id]
    if second.state == "likely":
        second = books.entries.accept(CREDITOR, second.id, ANNA)
    books.entries.refunds.order(second, ANNA)
    books.comes(entry(-1000, f"Refund rf-{second.id}-1", on=NEXT_DAY))
    states = {one.id: one.refund.state for one in books.booked() if one.refund is not None}
    assert states == {first.id: "ordered", second.id: "paid"}
    books.comes(entry(-1000, "Refund", on=NEXT_DAY))
    assert books.balance("refund") == 0


def test_a_crash_between_the_promise_and_the_entry_is_gone_on_from(books: BankBooks) -> None:
    one = overpaid(books)
    assert one.refund is not None
    providers: dict[str, Any] = {"bank": ByBank(books.clock)}
    refunding = Refunding(books.store, books.clock, books.ids, providers)
    refunding.refund(
        RefundOrder(f"rf-{one.id}-1", CREDITOR, ACCOUNT, one.refund.payment, 1000, ANNA)
    )
    with pytest.raises(BankEntryBusy):
        books.entries.refunds.decline(one, ANNA)
    books.entries.tidy(CREDITOR)
    again = books.entries.find(CREDITOR, one.id)
    assert again.refund is not None
    assert (again.refund.state, again.refund.by) == ("ordered", ANNA.by)


def test_credit_that_is_refunded_without_a_proposal_is_closed_by_its_transfer_too(
    books: BankBooks,
) -> None:
    books.entries.accounts.change(CREDITOR, IBAN, proposes_refund_from_minor=None)
    overpaid(books)
    (payment,) = books.payments()
    providers: dict[str, Any] = {"bank": ByBank(books.clock)}
    refunding = Refunding(books.store, books.clock, books.ids, providers)
    asked = refunding.refund(RefundOrder("r-1", CREDITOR, ACCOUNT, payment.id, 700, ANNA))
    assert asked.state == "asked"
    assert refunding.look_up(asked) == "asked"
    books.comes(entry(-700, "Erstattung", on=NEXT_DAY))
    assert len(books.booked(state="matched", pays_refund="r-1")) == 1
    assert [one.open_minor for one in books.credits()] == [300]
    assert books.balance("refund") == 0


def test_matched_again_after_a_declined_refund_another_is_proposed(books: BankBooks) -> None:
    one = books.entries.refunds.order(overpaid(books), ANNA)
    books.entries.refunds.decline(one, ANNA)
    books.entries.reverse(CREDITOR, one.id, ANNA)
    assert books.entries.find(CREDITOR, one.id).refund is None
    again = books.entries.accept(CREDITOR, one.id, ANNA, (Part(ACCOUNT, 0, ("RE-1",)),))
    again = books.entries.refunds.order(again, ANNA)
    assert again.refund is not None
    assert (again.refund.state, again.refund.refund_id) == ("ordered", f"rf-{one.id}-2")


def test_a_crash_after_the_refund_is_done_and_before_the_entry_knows_is_gone_on_from(
    books: BankBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = books.entries.refunds.order(overpaid(books), ANNA)
    commit = books.store.commit

    def dies(writes: Sequence[Write]) -> None:
        kinds = [getattr(getattr(each, "record", None), "cause_kind", "") for each in writes]
        if "bank-return" in kinds:
            raise RuntimeError("the process dies")
        commit(writes)

    monkeypatch.setattr(books.store, "commit", dies)
    with pytest.raises(RuntimeError, match="dies"):
        books.comes(entry(-1000, "Erstattung", on=NEXT_DAY))
    monkeypatch.undo()
    (half,) = books.booked(left_minor=-1000)
    assert half.doing is not None
    with pytest.raises(NoRefundProposed):  # it is paid: nobody can keep the credit any more
        books.entries.refunds.decline(books.entries.find(CREDITOR, one.id), ANNA)
    books.clock.advance(timedelta(minutes=5))
    books.entries.tidy(CREDITOR)
    assert len(books.booked(state="matched", pays_refund=f"rf-{one.id}-1")) == 1
    assert books.balance("refund") == 0


def refund_of(books: BankBooks) -> RefundProposal | None:
    (one,) = books.booked()
    return one.refund


def test_once_the_last_other_invoice_is_closed_otherwise_the_over_payment_is_proposed(
    books: BankBooks,
) -> None:
    books.push(books.invoice("RE-2", 5000))
    assert overpaid(books).refund is None
    books.entries.tidy(CREDITOR)
    assert refund_of(books) is None
    books.pay("RE-2", 5000)
    books.clock.advance(timedelta(hours=25))
    assert books.entries.tidy(CREDITOR) == 1
    found = refund_of(books)
    assert found is not None
    assert (found.state, found.amount_minor, found.iban) == ("proposed", 1000, PAYER.iban)
    assert books.entries.tidy(CREDITOR) == 0
    books.entries.refunds.order(books.only(), ANNA)
    assert books.balance("refund") == -1000


def test_credit_that_the_other_invoice_took_meanwhile_is_proposed_to_nobody(
    books: BankBooks,
) -> None:
    books.push(books.invoice("RE-2", 5000))
    overpaid(books)
    (credit,) = books.credits()
    allocator = Allocator(books.store, books.clock, books.ids)
    allocator.allocate(CREDITOR, ACCOUNT, credit.source, ("RE-2",), ANNA)
    for _ in range(3):
        books.clock.advance(timedelta(hours=25))
        books.entries.tidy(CREDITOR)
    assert refund_of(books) is None
    assert list(books.store.work(BankEntry, "bank-credit", CREDITOR, books.clock.now())) == []


def test_credit_that_waits_for_an_open_invoice_is_looked_at_for_a_quarter_and_let_go(
    books: BankBooks,
) -> None:
    books.push(books.invoice("RE-2", 5000))
    overpaid(books)
    books.clock.advance(timedelta(days=89))
    books.entries.tidy(CREDITOR)
    (waits,) = books.booked()
    assert waits.work_entry is not None
    books.clock.advance(timedelta(days=2))
    books.entries.tidy(CREDITOR)
    (let_go,) = books.booked()
    assert let_go.work_entry is None


def test_a_refund_that_is_ordered_and_transferred_on_one_evening_in_chicago_is_closed(
    books: BankBooks,
) -> None:
    books.accounts.change_creditor(CREDITOR, time_zone="America/Chicago")
    one = overpaid(books)
    books.clock.move_to(datetime(2026, 11, 25, 2, tzinfo=UTC))  # the 24th there
    ordered = books.entries.refunds.order(one, ANNA)
    assert ordered.refund is not None
    books.comes(entry(-1000, ordered.refund.refund_id, on=date(2026, 11, 24)))
    (refund,) = books.store.list(Refund, CREDITOR, ACCOUNT)
    assert refund.state == "done"
    assert {e.booked_on for e in books.journal() if e.cause_kind.startswith("refund")} == {
        date(2026, 11, 24)
    }
