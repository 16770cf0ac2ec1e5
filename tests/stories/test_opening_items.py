"""Going live: items that were open before bring how far another system had reminded."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.accounts.model import Hold
from saldo.accounts.service import HoldKindNotPlaced, Target
from saldo.invoices.model import Opening
from tests.books import ACCOUNT, CREDITOR, Books

SENT = Opening(1, date(2026, 11, 20))


@pytest.fixture
def books() -> Books:
    books = Books()
    books.open_creditor()
    books.open_account()
    return books


def test_the_next_stage_keeps_its_distance_from_the_erps_last_reminder(books: Books) -> None:
    """Stage 2 of the policy goes 16 days after stage 1, which the ERP sent on 20 November."""
    books.push(books.invoice(due_on=date(2026, 10, 1), opening=SENT))
    (item,) = books.open_items()
    assert (item.stage, item.stage_on, item.announced_on) == (
        1,
        date(2026, 11, 20),
        item.issued_on,
    )
    assert books.day(date(2026, 12, 5)) == []
    assert books.day(date(2026, 12, 7)) == ["reminder-2 RE-1 11900 EUR"]


def test_what_the_erp_had_blocked_is_paused_until_somebody_resumes(books: Books) -> None:
    books.push(books.invoice(due_on=date(2026, 10, 1), opening=Opening(blocked=True)))
    assert books.day(date(2026, 11, 23)) == []
    assert "hold.placed" in books.event_types()
    assert len(books.accounts.resume(Target(CREDITOR, ACCOUNT, "RE-1"), "Kim Beispiel")) == 1
    assert books.day(date(2026, 11, 23)) == ["reminder-1 RE-1 11900 EUR"]


def test_sent_again_with_and_without_its_opening(books: Books) -> None:
    with_it = books.invoice(due_on=date(2026, 10, 1), opening=SENT)
    without = books.invoice(due_on=date(2026, 10, 1))
    other = books.invoice(due_on=date(2026, 10, 1), opening=Opening(2, date(2026, 11, 20)))
    states = [books.push(one)[0].status for one in (with_it, with_it, without)]
    assert states == ["accepted", "unchanged", "unchanged"]
    refused = books.push(other)[0].refusal
    assert refused is not None and refused.code == "opening-fixed"
    assert books.invoice_now().opening == SENT
    # A correction keeps it, too.
    assert books.push(books.invoice(amount_minor=9900, due_on=date(2026, 10, 1)))
    assert books.invoice_now().opening == SENT
    assert books.open_items()[0].stage == 1


@pytest.mark.parametrize("kind", ["hardship", "insolvency", "legal-case"])
def test_a_hold_of_any_kind_ends_by_itself_on_its_day(books: Books, kind: str) -> None:
    books.push(books.invoice(due_on=date(2026, 10, 1), already_sent=True))
    account = Target(CREDITOR, ACCOUNT)
    placed = books.accounts.place(
        account,
        kind,  # type: ignore[arg-type]  # one of the kinds
        "Talks with the administrator",
        "Kim Beispiel",
        date(2026, 12, 8),
        owner="Legal",
    )
    assert (placed.kind, placed.owner) == (kind, "Legal")
    books.plan(date(2026, 12, 7))
    assert books.deliver() == []
    due = next(books.store.list(Hold, CREDITOR, ACCOUNT)).until
    assert due == date(2026, 12, 8)
    assert books.day(date(2026, 12, 8)) == ["reminder-1 RE-1 11900 EUR"]


def test_nobody_places_a_hold_that_belongs_to_a_fact(books: Books) -> None:
    with pytest.raises(HoldKindNotPlaced):
        books.accounts.place(Target(CREDITOR, ACCOUNT), "promise", "So he says", "Kim Beispiel")
    with pytest.raises(HoldKindNotPlaced):
        books.accounts.resume(Target(CREDITOR, ACCOUNT), "Kim Beispiel", "dispute")
