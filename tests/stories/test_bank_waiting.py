"""Money that waits for a person, while other money moves what it could be for."""

from __future__ import annotations

import pytest

from saldo.accounts.model import Hold
from saldo.accounts.service import InvoiceUnknown
from saldo.bank_entries.model import Part
from saldo.bank_entries.refusals import ProposalChanged
from saldo.payments.desk import AllocationCurrency
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


def test_what_is_accepted_is_what_was_seen_and_not_what_is_proposed_by_now() -> None:
    books = BankBooks()
    books.begin()
    books.comes(entry(11900, "danke", party=Party("Beispiel AG")))
    seen = books.only().proposal
    assert seen is not None and [one.item for one in seen.allocations] == ["RE-1"]
    books.pay()
    books.push(books.invoice("RE-2", 11900))
    books.entries.match(CREDITOR)
    now = books.only().proposal
    assert now is not None and [one.item for one in now.allocations] == ["RE-2"]
    with pytest.raises(ProposalChanged):
        books.entries.accept(CREDITOR, books.only().id, ANNA, seen=seen.mark)
    assert books.invoice_now("RE-2").open_minor == 11900
    books.entries.accept(CREDITOR, books.only().id, ANNA, seen=now.mark)
    assert books.invoice_now("RE-2").open_minor == 0
    books.verify()


@pytest.mark.parametrize("number", ["RE-9", "RE-2", "RE-3"])
def test_money_for_an_invoice_that_the_account_does_not_owe_in_it_is_not_booked(
    number: str,
) -> None:
    """A number that was typed wrong, one of somebody else, one in dollars: the money would have
    become credit without a word.
    """
    books = BankBooks()
    books.begin(books.invoice(), books.invoice("RE-3", currency="USD"))
    books.open_account("10002")
    books.push(books.invoice("RE-2", 11900, account="10002"))
    books.comes(entry(11900, "danke", party=ELSEWHERE))
    part = Part(ACCOUNT, 0, ("RE-1", number))
    with pytest.raises((InvoiceUnknown, AllocationCurrency)) as refused:
        books.entries.accept(CREDITOR, books.only().id, ANNA, (part,))
    assert refused.value.pointer == "/parts/0/invoices"
    assert books.only().left_minor == 11900
    assert books.credits() == []
    books.verify()
