"""Money that waits for a person, while other money moves what it could be for."""

from __future__ import annotations

from saldo.accounts.model import Hold
from saldo.statements.model import Party
from tests.books import ACCOUNT, CREDITOR
from tests.statements_made import ANNA, BankBooks, entry

ELSEWHERE = Party("Jemand Anders", "DE02300209000106531065")


def test_a_proposal_stands_although_an_invoice_that_it_left_short_was_paid_otherwise() -> None:
    books = BankBooks()
    books.begin(books.invoice(), books.invoice("RE-2", 5000))
    books.comes(entry(6000, "1 2"))
    waits = books.only()
    assert waits.proposal is not None
    paid_by_it = {each.item for each in waits.proposal.allocations}
    (short,) = {each.item for each in waits.proposal.differences} - paid_by_it
    books.pay(short, books.invoice_now(short).open_minor)
    accepted = books.entries.accept(CREDITOR, waits.id, ANNA)
    assert (accepted.state, accepted.left_minor) == ("matched", 0)
    (other,) = paid_by_it
    (transfer,) = [one for one in books.payments() if one.provider == "bank"]
    assert transfer.amount_minor == 6000
    assert books.invoice_now(other).open_minor in (0, 11900 - 6000)
    books.verify()


def paid_by_two(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(11900, "RE-1", end_to_end_id="0815471108"))
    books.comes(entry(11900, "RE-1", party=ELSEWHERE))
    assert books.invoice_now().open_minor == 0
    assert [one.left_minor for one in books.booked() if one.left_minor] == [11900]


def test_money_that_waits_holds_a_paid_invoice_too_as_that_may_be_owed_again() -> None:
    books = BankBooks()
    paid_by_two(books)
    books.entries.match(CREDITOR)
    today = books.clock.now().date()
    holds = books.store.list(Hold, CREDITOR, ACCOUNT)
    assert [one.kind for one in holds if one.holds("RE-1", today)] == ["money-unmatched"]


def test_money_that_waited_pays_the_invoice_that_a_return_opens_again() -> None:
    books = BankBooks()
    paid_by_two(books)
    back = entry(-11900, "Rueckruf", end_to_end_id="0815471108", return_reason="MD06")
    books.comes(back)
    assert books.invoice_now().open_minor == 0
    assert books.credits() == []
    books.verify()
