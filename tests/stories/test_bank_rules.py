"""What is let pass, what is learnt, and money of one transfer for several accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from saldo.bank_entries.model import Absorbed, BankEntry, Lesson, Part
from saldo.bank_entries.refusals import (
    EntryNotWaiting,
    MoneyUsed,
    NoProposal,
    NothingToReverse,
    PartsNotValid,
)
from saldo.invoices.discounts import DiscountTerm
from saldo.matching.model import Rules
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.told import ChargebackTold
from saldo.statements.model import Party
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR
from tests.statements_made import ANNA, IBAN, BankBooks, entry

OTHER = "10002"
STRANGER = Party("Holding Nord", "DE75512108001245126199")


@pytest.fixture
def books() -> Iterator[BankBooks]:
    books = BankBooks()
    books.begin()
    books.open_account(OTHER, "other@beispiel.example")
    yield books
    books.verify()


def lessons(books: BankBooks, party: Party = STRANGER) -> dict[str, int]:
    found = books.store.list(Lesson, CREDITOR, "payer-iban", party.iban)
    return {one.account: one.count for one in found}


def test_what_a_bank_kept_back_closes_the_invoice_within_the_limit(books: BankBooks) -> None:
    books.comes(entry(11500, "Rechnung RE-1"))
    (one,) = books.booked()
    assert one.proposal is not None
    assert [x.reason for x in one.proposal.differences] == ["bank-charge"]
    books.entries.accept(CREDITOR, one.id, ANNA)
    assert books.invoice_now().open_minor == 0
    assert books.balance("bank-charges") == 400
    assert "invoice.written_off" in books.event_types()
    books.entries.reverse(CREDITOR, one.id, ANNA)
    assert books.invoice_now().open_minor == 11900
    assert books.balance("bank-charges") == 0


def test_beyond_the_limit_it_is_a_short_payment(books: BankBooks) -> None:
    rules = Rules(bank_charges_minor_max=300)
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", rules=rules)
    books.comes(entry(11500, "Rechnung RE-1"))
    books.entries.accept(CREDITOR, books.only().id, ANNA)
    assert books.invoice_now().open_minor == 400


def test_what_is_not_worth_asking_for_is_written_off(books: BankBooks) -> None:
    rules = Rules(bank_charges_minor_max=0, write_off_minor_max=500)
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", rules=rules)
    books.comes(entry(11500, "Rechnung RE-1"))
    books.entries.accept(CREDITOR, books.only().id, ANNA)
    assert books.invoice_now().open_minor == 0
    assert books.balance("write-off") == 400


def test_one_transfer_for_two_accounts_is_a_payment_of_each(books: BankBooks) -> None:
    books.push(books.invoice("RE-2", 5000, account=OTHER))
    books.comes(entry(17000, "Konzern", party=STRANGER))
    one = books.only()
    parts = (Part(ACCOUNT, 11900, ("RE-1",)), Part(OTHER, 0, ("RE-2",)))
    done = books.entries.accept(CREDITOR, one.id, ANNA, parts)
    assert [portion.part.amount_minor for portion in done.portions] == [11900, 5100]
    assert books.invoice_now().open_minor == 0
    assert books.invoice_now("RE-2", OTHER).open_minor == 0
    assert [credit.open_minor for credit in books.credits(OTHER)] == [100]
    assert lessons(books) == {}  # whose IBAN it is, two accounts do not tell


def test_what_the_parts_leave_still_waits(books: BankBooks) -> None:
    books.comes(entry(15000, "?", party=STRANGER))
    one = books.only()
    left = books.entries.accept(CREDITOR, one.id, ANNA, (Part(ACCOUNT, 11900, ("RE-1",)),))
    assert (left.state, left.left_minor) == ("open", 3100)
    done = books.entries.accept(CREDITOR, one.id, ANNA, (Part(OTHER, 0),))
    assert (done.state, [c.open_minor for c in books.credits(OTHER)]) == ("matched", [3100])


def test_an_accepted_match_teaches_and_its_reversal_unlearns(books: BankBooks) -> None:
    books.comes(entry(11900, "danke", party=STRANGER))
    first = books.only()
    books.entries.accept(CREDITOR, first.id, ANNA, (Part(ACCOUNT, 0, ("RE-1",)),))
    assert lessons(books) == {ACCOUNT: 1}
    books.push(books.invoice("RE-3", 7700))
    books.comes(entry(7700, "wie immer", party=STRANGER))
    second = next(one for one in books.booked() if one.id != first.id)
    assert second.proposal is not None and second.proposal.account == ACCOUNT
    books.entries.reverse(CREDITOR, first.id, ANNA)
    assert lessons(books) == {}


def test_a_creditor_may_book_by_payer_and_amount_alone(books: BankBooks) -> None:
    rules = Rules(threshold="usual")
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", rules=rules)
    books.store.commit([Put(Lesson(CREDITOR, "payer-iban", STRANGER.iban, ACCOUNT, 3, 1))])
    books.comes(entry(11900, "danke", party=STRANGER))
    assert books.only().state == "matched"


def test_parts_that_are_more_than_came_are_refused(books: BankBooks) -> None:
    books.comes(entry(1000, "?", party=STRANGER))
    one = books.only()
    for parts in (
        (Part(ACCOUNT, 1001),),
        (Part(ACCOUNT, -5),),
        (Part(ACCOUNT, 0), Part(OTHER, 0)),
        (Part(ACCOUNT, 1000), Part(OTHER, 0)),
    ):
        with pytest.raises(PartsNotValid):
            books.entries.accept(CREDITOR, one.id, ANNA, parts)
    with pytest.raises(NoProposal):
        books.entries.accept(CREDITOR, one.id, ANNA)


def test_what_is_matched_is_accepted_once_and_taken_back_once(books: BankBooks) -> None:
    books.comes(entry(11900, "Rechnung RE-1"))
    one = books.only()
    with pytest.raises(EntryNotWaiting):
        books.entries.accept(CREDITOR, one.id, ANNA)
    books.entries.reverse(CREDITOR, one.id, ANNA)
    with pytest.raises(NothingToReverse):
        books.entries.reverse(CREDITOR, one.id, ANNA)


def test_money_that_was_taken_back_since_is_not_moved_again(books: BankBooks) -> None:
    books.comes(entry(11900, "Rechnung RE-1"))
    one = books.only()
    (payment,) = books.payments()
    told = ChargebackTold(
        "bank", "e", "c", payment.id, payment.id, "returned-debit", "taken", 11900, "EUR",
        books.clock.now(), "recalled",
    )  # fmt: skip
    Chargebacks(books.store, books.clock, books.ids).told(told)
    with pytest.raises(MoneyUsed):
        books.entries.reverse(CREDITOR, one.id, ANNA)


def test_an_ignored_entry_may_wait_again(books: BankBooks) -> None:
    books.comes(entry(500, "Miete", party=STRANGER))
    one = books.entries.ignore(CREDITOR, books.only().id, ANNA)
    assert (one.state, one.left_minor, one.by) == ("ignored", 500, "anna")
    again: BankEntry = books.entries.reverse(CREDITOR, one.id, ANNA)
    assert again.state == "open"


def test_a_difference_is_given_up_once_however_often_it_is_tried(books: BankBooks) -> None:
    books.comes(entry(11800, "?", party=STRANGER))
    absorbed = (Absorbed("RE-1", "rounding", 100),)
    part = Part(ACCOUNT, 11800, ("RE-1",), absorbed=absorbed)
    one = books.entries.accept(CREDITOR, books.only().id, ANNA, (part,))
    books.entries.resume(one)
    assert (books.invoice_now().open_minor, books.balance("rounding")) == (0, 100)


def test_a_discount_a_day_late_is_chased_where_the_creditor_says_so(books: BankBooks) -> None:
    rules = Rules(chases_late_discount=True)
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", rules=rules)
    term = DiscountTerm(date(2026, 11, 19), 300)
    books.push(books.invoice("RE-9", 10000, discounts=(term,)))
    books.comes(entry(9700, "Rechnung RE-9"))
    one = books.only()
    assert (one.state, one.proposal and one.proposal.rule) == ("matched", "late-discount")
    assert books.invoice_now("RE-9").open_minor == 300, "the reminder asks for what was kept back"
    assert books.balance("cash-discount") == 0


def test_what_somebody_took_back_is_not_booked_again_by_itself(books: BankBooks) -> None:
    books.comes(entry(11900, "Rechnung RE-1"))
    assert (books.only().state, books.only().by) == ("matched", "rule")
    books.entries.reverse(CREDITOR, books.only().id, ANNA)
    books.entries.match(CREDITOR)
    one = books.only()
    assert (one.state, one.left_minor, one.by) == ("likely", 11900, ANNA.by)
    assert books.invoice_now().open_minor == 11900
    assert books.entries.accept(CREDITOR, one.id, ANNA).state == "matched"
