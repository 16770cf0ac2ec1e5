"""Disputes: about a line, an amount, a whole invoice; settled, rejected, forgotten."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from saldo.collection.dispute_orders import (
    AgreedTooMuch,
    DisputeDayNotValid,
    DisputeDiffers,
    DisputeLinesNotValid,
    DisputeOver,
    DisputeTooMuch,
    DisputeUnknown,
    SettlementTerms,
)
from saldo.collection.facts import Dispute, DisputedLine
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks

LINES = (DisputedLine("3", 1500), DisputedLine("7", 400))
REMINDED = date(2026, 11, 24)
DEADLINE = date(2026, 12, 5)


@pytest.fixture
def books() -> CollectedBooks:
    """One invoice of 119.00 whose first reminder is due on 23 November."""
    books = CollectedBooks()
    books.begin(books.invoice(due_on=date(2026, 11, 21)))
    books.day(date(2026, 11, 21))
    return books


def settle(books: CollectedBooks, agreed_minor: int, id_: str = "D-1", **more: Any) -> Dispute:
    terms = SettlementTerms(agreed_minor, "ERP", **more)
    return books.disputes.settle(CREDITOR, ACCOUNT, id_, terms)


def test_two_lines_are_contested_and_the_rest_is_reminded(books: CollectedBooks) -> None:
    dispute = books.dispute(lines=LINES)
    assert (dispute.amount_minor, dispute.whole, dispute.deadline) == (1900, False, DEADLINE)
    hold = books.hold_of("dispute")
    assert (hold.held_minor, hold.currency, hold.owner) == (1900, "EUR", "Lager")
    (told,) = books.told_of("dispute.opened")
    assert told["lines"] == [{"ref": "3", "amount": "15.00"}, {"ref": "7", "amount": "4.00"}]
    assert len(books.day(REMINDED)) == 1
    (item,) = next(one for one in books.notices() if one.step == "1").items
    assert (item.open_minor, item.disputed_minor) == (11900, 1900)


def test_a_whole_invoice_is_contested_and_not_reminded(books: CollectedBooks) -> None:
    books.dispute()
    assert books.hold_of("dispute").held_minor is None
    assert books.day(REMINDED) == []
    assert books.day(date(2027, 1, 4)) == []


def test_only_the_contested_part_is_left_and_not_reminded(books: CollectedBooks) -> None:
    books.dispute(lines=LINES)
    payment = books.start_payment("RE-1", 10000)
    assert books.settlement.settle(books.told(payment, minor=10000)) == "settled"
    assert books.day(REMINDED) == []


def test_rejected_all_of_it_is_reminded(books: CollectedBooks) -> None:
    books.dispute()
    for _ in range(2):
        dispute = books.disputes.reject(CREDITOR, ACCOUNT, "D-1", "ERP", "The note was signed.")
        assert dispute.state == "rejected"
    assert len(books.told_of("dispute.rejected")) == 1
    assert books.standing_holds() == []
    assert books.day(REMINDED) == ["reminder-1 RE-1 11900 EUR"]
    with pytest.raises(DisputeOver):
        settle(books, 100)


def test_the_agreed_part_waits_for_its_credit_note(books: CollectedBooks) -> None:
    books.dispute()
    for _ in range(2):
        settled = settle(books, 1900, credit_expected=True, text="Two were missing.")
        assert (settled.state, settled.hold_until) == ("settled", date(2026, 12, 6))
    assert len(books.told_of("dispute.settled")) == 1
    assert books.hold_of("dispute").held_minor == 1900
    assert books.tend() == {"disputes waiting": 1}
    books.credit_note(900, "G-1")
    assert books.tend() == {"disputes waiting": 1}
    books.credit_note(1000, "G-2")
    assert books.dispute_looks.credit_came(CREDITOR, ACCOUNT, "RE-1") == 1
    assert books.standing_holds() == []
    assert books.tend() == {}
    assert books.day(REMINDED) == ["reminder-1 RE-1 10000 EUR"]


def test_a_credit_note_that_never_came_does_not_hold_for_ever(books: CollectedBooks) -> None:
    books.credit_note(1900, "G-0")  # came before, for something else
    books.dispute(amount_minor=1900)
    settle(books, 1900, credit_expected=True, credit_by=date(2026, 12, 1))
    books.morning_of(date(2026, 12, 1))
    assert books.tend() == {"disputes waiting": 1}
    books.morning_of(date(2026, 12, 2))
    assert books.tend() == {"disputes not-credited": 1}
    assert books.standing_holds() == []
    assert books.day(date(2026, 12, 2)) == ["reminder-1 RE-1 10000 EUR"]


def test_settled_with_nothing_agreed_all_of_it_is_reminded(books: CollectedBooks) -> None:
    books.dispute()
    assert settle(books, 0, credit_expected=True).credit_expected is False
    assert books.day(REMINDED) == ["reminder-1 RE-1 11900 EUR"]


def test_a_deadline_that_nobody_kept_is_told_once(books: CollectedBooks) -> None:
    books.dispute()
    books.morning_of(DEADLINE)
    assert books.tend() == {}
    books.morning_of(date(2026, 12, 6))
    assert books.tend() == {"disputes overdue": 1}
    assert books.tend() == {}
    assert books.told_of("dispute.overdue")[0]["owner"] == "Lager"
    assert books.dispute_now().state == "open"
    assert [one.id for one in books.disputes.open_of(CREDITOR)] == ["D-1"]
    assert books.day(date(2026, 12, 7)) == []
    assert settle(books, 11900).state == "settled"
    assert list(books.disputes.open_of(CREDITOR)) == []


def test_the_same_dispute_again_is_one(books: CollectedBooks) -> None:
    first = books.dispute(lines=LINES)
    assert books.dispute(lines=LINES) == first
    assert len(books.told_of("dispute.opened")) == 1
    with pytest.raises(DisputeDiffers):
        books.dispute(lines=LINES[:1])


def test_what_cannot_be_contested_or_agreed(books: CollectedBooks) -> None:
    books.dispute(lines=LINES)
    refused: list[tuple[type[Exception], dict[str, Any]]] = [
        (DisputeTooMuch, {"amount_minor": 10001}),
        (DisputeTooMuch, {}),
        (DisputeLinesNotValid, {"lines": LINES, "amount_minor": 1800}),
        (DisputeLinesNotValid, {"lines": (LINES[0], LINES[0])}),
        (DisputeDayNotValid, {"amount_minor": 100, "deadline": date(2026, 11, 20)}),
    ]
    for kind, fields in refused:
        with pytest.raises(kind):
            books.dispute("D-2", **fields)
    books.dispute("D-2", amount_minor=10000)  # a second one about the rest
    assert books.day(REMINDED) == []
    with pytest.raises(AgreedTooMuch):
        settle(books, 1901)
    with pytest.raises(DisputeDayNotValid):
        settle(books, 1900, credit_expected=True, credit_by=date(2026, 11, 20))
    with pytest.raises(DisputeUnknown):
        books.disputes.reject(CREDITOR, ACCOUNT, "D-9", "ERP", "")


def came(books: CollectedBooks, amount_minor: int, number: str) -> None:
    """A credit note about RE-1 comes, and disputes that wait for one are looked at."""
    books.credit_note(amount_minor, number)
    books.dispute_looks.credit_came(CREDITOR, ACCOUNT, "RE-1")


def test_one_credit_note_serves_one_of_two_disputes(books: CollectedBooks) -> None:
    for id_ in ("D-1", "D-2"):
        books.dispute(id_, amount_minor=1900)
        settle(books, 1900, id_, credit_expected=True)
    came(books, 1900, "G-1")
    assert books.standing_holds() == ["dispute"], "the second credit note is still to come"
    assert books.tend() == {"disputes waiting": 1}
    came(books, 1900, "G-2")
    assert books.standing_holds() == []


def test_a_part_that_came_before_another_dispute_was_settled_counts_once(
    books: CollectedBooks,
) -> None:
    books.dispute("D-1", amount_minor=5000)
    books.dispute("D-2", amount_minor=2000)
    settle(books, 5000, "D-1", credit_expected=True)
    came(books, 3000, "G-1")
    settle(books, 2000, "D-2", credit_expected=True)
    came(books, 2000, "G-2")
    assert [books.dispute_now(id_).next_at is None for id_ in ("D-1", "D-2")] == [True, False]
    came(books, 1900, "G-3")
    assert books.standing_holds() == ["dispute"]
    came(books, 100, "G-4")
    assert books.standing_holds() == []
