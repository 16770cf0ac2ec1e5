"""Stories of cash discounts: who pays everything in time keeps a part of it, by the terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from infra.table import table_definition
from saldo.accounts.payer_rules import PayerRules
from saldo.adapters.dynamo.store import DynamoStore
from saldo.invoices.discounts import DiscountTerm
from saldo.invoices.lines import InvoiceLine, InvoiceLineBook
from saldo.invoices.model import Allocation, CreditNote, Invoice
from saldo.ledger.charges import Charges, Fact
from saldo.ledger.verify import verify
from saldo.payments.allocate import CHUNK_INVOICES_MAX, Grounds
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.checkout import AttemptNotValid
from saldo.payments.designation import (
    AmountNotPayable,
    ChoiceChanged,
    Wish,
    designate,
    without_discounts,
)
from saldo.payments.discounted import deducted
from saldo.payments.model import Payment, PromisedDiscount
from saldo.payments.standing import Standings
from saldo.payments.told import ChargebackTold
from saldo.payments.treasury import CounterPayment, Treasury
from tests.books import ACCOUNT, CREDITOR, Books

LAST = date(2026, 12, 3)
DUE = date(2026, 12, 17)
THREE = DiscountTerm(LAST, 300)
TWO = DiscountTerm(date(2026, 12, 10), 200)
ONE = DiscountTerm(DUE, 100)
ANNA = Grounds("anna", "Paid for another invoice.")


def discounted(books: Books, number: str = "RE-1", minor: int = 119000, **more: object) -> Invoice:
    fields: dict[str, object] = {"due_on": DUE, "discounts": (THREE,)}
    return books.invoice(number, minor, **(fields | more))  # type: ignore[arg-type]


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(discounted(books))
    return books


@pytest.fixture(autouse=True)
def _books_agree(books: Books):  # type: ignore[no-untyped-def]
    """Whatever a story does, postings and projections agree at its end."""
    yield
    assert verify(books.store, books.clock.now().date()) == []


def on(books: Books, day: date, hour: int = 9) -> None:
    books.clock.advance(
        datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - books.clock.now()
    )


def begin_all(books: Books, **wish: object) -> str:
    """Set out to pay everything of the account, and return our payment's id."""
    token = books.links.create(CREDITOR, "RE-1", scope="account").rpartition("/")[2]
    attempt = books.checkout.new_attempt()
    books.clock.advance(timedelta(milliseconds=1))
    books.checkout.start(token, attempt, "de", wish=Wish(None, "EUR", **wish))  # type: ignore[arg-type]
    return attempt


def begun(books: Books, payment: str) -> Payment:
    return next(one for one in books.payments() if one.id == payment)


def charged_back(books: Books, payment: str, minor: int, state: str = "taken") -> ChargebackTold:
    return ChargebackTold(
        "sandbox",
        f"cb-{payment}-{state}",
        f"dp-{payment}",
        f"pp-{payment}",
        payment,
        "returned-debit",
        state,  # type: ignore[arg-type]
        minor,
        "EUR",
        books.clock.now(),
        "insufficient funds",
    )


def test_paid_on_the_last_day_with_the_discount(books: Books) -> None:
    on(books, LAST)
    payment = books.start_payment()
    assert books.provider.asked[-1].amount_minor == 115430
    assert begun(books, payment).discounts == (PromisedDiscount("RE-1", 3570, LAST),)
    books.settlement.settle(books.told(payment, minor=115430))
    assert not books.invoice_now().is_open
    assert books.balance("cash-discount") == 3570
    assert books.balance("receivable") == 0
    assert (books.open_items(), books.credits()) == ([], [])
    told = next(event for event in books.events() if event.type == "invoice.discounted")
    assert (told.data["amount"], told.data["open"]) == ("35.70", "0.00")


def test_the_vat_inside_the_discount_is_corrected_rate_by_rate(books: Books) -> None:
    lines = (
        InvoiceLine("1", "Pumps", "1", 50000, tax_rate="19"),
        InvoiceLine("2", "Books", "1", 55607, tax_rate="7.0"),
    )
    InvoiceLineBook(books.store, books.clock).put(CREDITOR, ACCOUNT, "RE-1", "EUR", lines)
    books.pay(minor=115430)
    # 3 % of the VAT of each rate: 95.00 and 38.92
    assert books.balance("vat-correction", detail="19") == 285
    assert books.balance("vat-correction", detail="7") == 117
    assert books.balance("cash-discount") == 3570 - 285 - 117
    told = next(event for event in books.events() if event.type == "invoice.discounted")
    assert told.data["vat"] == {"19": "2.85", "7": "1.17"}


def test_begun_in_time_and_told_of_days_later(books: Books) -> None:
    """What counts is the day on which the provider got the money, not when it told us."""
    on(books, LAST)
    payment = books.start_payment()
    on(books, date(2026, 12, 9))
    books.settlement.settle(books.told(payment, minor=115430, on=LAST))
    assert not books.invoice_now().is_open


def test_a_day_late_leaves_the_difference_open(books: Books) -> None:
    on(books, LAST)
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=115430, on=LAST + timedelta(days=1)))
    assert books.invoice_now().open_minor == 3570
    assert books.balance("cash-discount") == 0
    assert [item.open_minor for item in books.open_items()] == [3570]


def test_what_was_short_paid_too_late_earns_no_new_discount_by_itself(books: Books) -> None:
    books.push(discounted(books, discounts=(THREE, TWO)))
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=115430, on=LAST + timedelta(days=1)))
    assert books.invoice_now().open_minor == 3570


@pytest.mark.parametrize(("days_late", "open_minor"), [(3, 0), (4, 3570)])
def test_the_creditors_tolerance(books: Books, days_late: int, open_minor: int) -> None:
    books.accounts.change_creditor(CREDITOR, discount_tolerance_days=3)
    payment = books.start_payment()
    day = LAST + timedelta(days=days_late)
    books.settlement.settle(books.told(payment, minor=115430, on=day))
    assert books.invoice_now().open_minor == open_minor


def test_payers_are_not_told_of_the_tolerance(books: Books) -> None:
    books.accounts.change_creditor(CREDITOR, discount_tolerance_days=3)
    on(books, LAST + timedelta(days=1))
    books.start_payment()
    assert books.provider.asked[-1].amount_minor == 119000


def test_the_undiscounted_sum_is_not_offered_while_it_runs(books: Books) -> None:
    with pytest.raises(AmountNotPayable):
        books.start_payment(amount_minor=115431)


def test_the_day_ends_where_the_debtor_is(books: Books) -> None:
    """23:30 in Berlin is still the last day; half an hour later it is over."""
    on(books, LAST, hour=22)
    books.start_payment()
    assert books.provider.asked[-1].amount_minor == 115430
    books.clock.advance(timedelta(hours=1))
    books.start_payment()
    assert books.provider.asked[-1].amount_minor == 119000


def test_a_page_opened_before_midnight_asks_again_after_it(books: Books) -> None:
    on(books, LAST + timedelta(days=1))
    wish = Wish(("RE-1",), seen_minor=115430)
    with pytest.raises(ChoiceChanged):
        books.checkout.start(books.token(), books.checkout.new_attempt(), "de", wish=wish)


def test_a_click_repeated_after_midnight_does_not_lead_back_to_the_old_sum(books: Books) -> None:
    on(books, LAST)
    token, attempt = books.token(), books.checkout.new_attempt()
    wish = Wish(("RE-1",), seen_minor=115430)
    books.clock.advance(timedelta(milliseconds=1))
    first = books.checkout.start(token, attempt, "de", wish=wish)
    assert books.checkout.start(token, attempt, "de", wish=wish) == first
    on(books, LAST + timedelta(days=1))
    with pytest.raises((AttemptNotValid, ChoiceChanged)):
        books.checkout.start(token, attempt, "de", wish=wish)


def test_three_terms_one_after_the_other(books: Books) -> None:
    books.push(discounted(books, discounts=(THREE, TWO, ONE)))
    asked = []
    for day in (LAST, date(2026, 12, 4), date(2026, 12, 10), date(2026, 12, 11), DUE):
        on(books, day)
        books.start_payment()
        asked.append(books.provider.asked[-1].amount_minor)
    assert asked == [115430, 116620, 116620, 117810, 117810]
    on(books, DUE + timedelta(days=1))
    books.pay(minor=119000)
    assert not books.invoice_now().is_open


def test_a_part_payment_earns_none_and_the_rest_its_own(books: Books) -> None:
    part = books.start_payment(amount_minor=19000)
    assert begun(books, part).discounts == ()
    books.settlement.settle(books.told(part, minor=19000))
    assert books.invoice_now().open_minor == 100000
    rest = books.start_payment()
    assert books.provider.asked[-1].amount_minor == 97000
    books.settlement.settle(books.told(rest, minor=97000))
    assert not books.invoice_now().is_open


def test_while_a_part_is_on_its_way_there_is_none(books: Books) -> None:
    part = books.start_payment(amount_minor=19000)
    books.settlement.settle(books.told(part, "processing", 19000))
    books.start_payment()
    assert books.provider.asked[-1].amount_minor == 100000


def test_a_credited_invoice_has_less_discount(books: Books) -> None:
    begun_before = books.start_payment()
    note = CreditNote(CREDITOR, "", "CN-1", "RE-1", date(2026, 11, 21), "EUR", 19000, 0)
    assert books.intake.put_credit_notes([note])[0].status == "accepted"
    books.start_payment()
    assert books.provider.asked[-1].amount_minor == 97000
    books.settlement.settle(books.told(begun_before, minor=115430))
    assert not books.invoice_now().is_open
    assert books.balance("cash-discount") == 3000
    assert [credit.open_minor for credit in books.credits()] == [18430]


def test_who_pays_more_than_was_asked_is_granted_what_was_promised(books: Books) -> None:
    """The provider says that all of it came: what was not owed is the payer's credit."""
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=119000))
    assert not books.invoice_now().is_open
    assert [credit.open_minor for credit in books.credits()] == [3570]


def test_fees_are_owed_whole_beside_the_discount(books: Books) -> None:
    charges = Charges(books.store, books.clock, books.ids)
    charges.add_fee(Fact("f-1", CREDITOR, "RE-1", 500, date(2026, 11, 21), "anna", "agreed"))
    books.pay(minor=115930)
    assert books.provider.asked[-1].amount_minor == 115930
    assert not books.invoice_now().is_open
    assert books.balance("cash-discount") == 3570


def test_what_a_clerk_granted_before_is_not_granted_again(books: Books) -> None:
    charges = Charges(books.store, books.clock, books.ids)
    for id_, minor, asked in (("d-1", 1000, 115430), ("d-2", 2570, 115430), ("d-3", 430, 115000)):
        granted = Fact(id_, CREDITOR, "RE-1", minor, date(2026, 11, 21), "anna", "agreed")
        charges.take_discount(granted, {})
        books.start_payment()
        assert books.provider.asked[-1].amount_minor == asked
    assert books.push(discounted(books))[0].status == "unchanged"


def test_two_currencies_each_with_its_own_discount(books: Books) -> None:
    dollars = discounted(books, "US-1", 99999, currency="USD", discounts=(DiscountTerm(LAST, 250),))
    books.push(dollars)
    euro = begin_all(books)
    assert begun(books, euro).amount_minor == 115430
    usd = books.start_payment("US-1")
    assert begun(books, usd).amount_minor == 97499
    books.settlement.settle(books.told(euro, minor=115430))
    books.settlement.settle(books.told(usd, minor=97499, currency="USD"))
    assert books.open_items() == []
    assert [e.currency for e in books.journal() if e.cause_kind == "discount"] == ["EUR", "USD"]


def test_all_invoices_at_once_each_with_what_it_was_promised(books: Books) -> None:
    books.push(
        discounted(books, "RE-2", 50000, discounts=()),
        discounted(books, "RE-3", 10005, discounts=(DiscountTerm(LAST, fixed_minor=500),)),
    )
    payment = begin_all(books)
    assert begun(books, payment).amount_minor == 115430 + 50000 + 9505
    books.settlement.settle(books.told(payment, minor=115430 + 50000 + 9505))
    assert (books.open_items(), books.credits()) == ([], [])
    assert books.balance("cash-discount") == 4070


def test_one_of_several_is_late_and_the_others_do_not_suffer(books: Books) -> None:
    longer = discounted(books, "RE-2", 50000, discounts=(TWO,), due_on=DUE + timedelta(days=1))
    books.push(longer)
    payment = begin_all(books)
    books.settlement.settle(books.told(payment, minor=115430 + 49000, on=date(2026, 12, 10)))
    assert [(item.number, item.open_minor) for item in books.open_items()] == [("RE-1", 3570)]
    assert books.balance("cash-discount") == 1000


@pytest.mark.parametrize("many", [CHUNK_INVOICES_MAX - 1, CHUNK_INVOICES_MAX * 2 + 3])
def test_a_payment_of_many_invoices_grants_each_its_own(books: Books, many: int) -> None:
    """At once in one transaction, and in chunks of it."""
    books.push(*[discounted(books, f"M-{n:02}", 1000 + n) for n in range(many)])
    payment = begin_all(books)
    owed = begun(books, payment)
    assert len(owed.discounts) == many + 1
    books.settlement.settle(books.told(payment, minor=owed.amount_minor))
    assert (books.open_items(), books.credits()) == ([], [])
    assert books.balance("cash-discount") == sum(one.amount_minor for one in owed.discounts)


def test_a_returned_debit_takes_the_discount_back(books: Books) -> None:
    chargebacks = Chargebacks(books.store, books.clock, books.ids)
    payment = books.pay(minor=115430)
    on(books, date(2026, 12, 8))
    chargebacks.told(charged_back(books, payment, 115430))
    assert books.invoice_now().open_minor == 119000
    assert books.balance("cash-discount") == 0
    assert books.balance("receivable") == 119000
    told = next(event for event in books.events() if event.type == "payment.deallocated")
    assert told.data["discount"] == "35.70"
    # What the bank gives again was there in time: the invoice is settled as before.
    chargebacks.told(charged_back(books, payment, 115430, "reversed"))
    assert not books.invoice_now().is_open
    assert books.balance("cash-discount") == 3570


def test_a_part_of_the_money_goes_back_and_with_it_all_of_the_discount(books: Books) -> None:
    payment = books.pay(minor=115430)
    Chargebacks(books.store, books.clock, books.ids).told(charged_back(books, payment, 15430))
    assert books.invoice_now().open_minor == 19000
    assert books.balance("cash-discount") == 0


def test_an_allocation_that_a_person_takes_back_and_books_again(books: Books) -> None:
    source = f"payment#{books.pay(minor=115430)}"
    books.settlement.allocator.take_back(CREDITOR, ACCOUNT, source, "RE-1", ANNA)
    assert books.invoice_now().open_minor == 119000
    books.settlement.allocator.allocate(CREDITOR, ACCOUNT, source, ["RE-1"], ANNA)
    assert not books.invoice_now().is_open
    made = list(books.store.list(Allocation, CREDITOR, ACCOUNT, source, "RE-1"))
    assert [(one.discount_minor, one.reversed_at is None) for one in made] == [
        (3570, False),
        (3570, True),
    ]


def test_two_pay_the_same_invoice_and_one_discount_is_granted(books: Books) -> None:
    first, second = books.start_payment(), books.start_payment()
    for payment in (first, second):
        books.settlement.settle(books.told(payment, minor=115430))
    assert books.balance("cash-discount") == 3570
    assert [credit.open_minor for credit in books.credits()] == [115430]


def test_terms_that_the_erp_takes_away_later_do_not_break_the_promise(books: Books) -> None:
    payment = books.start_payment()
    assert books.push(discounted(books, discounts=()))[0].status == "accepted"
    books.settlement.settle(books.told(payment, minor=115430))
    assert not books.invoice_now().is_open


def test_at_the_counter_the_sum_says_whether_the_discount_is_taken(books: Books) -> None:
    books.push(discounted(books, "RE-2", 50000))
    treasury = Treasury(books.store, books.clock, books.ids, books.settlement)

    def take(id_: str, number: str, minor: int) -> None:
        treasury.take_at_counter(
            CounterPayment(id_, CREDITOR, (number,), minor, "EUR", LAST, "cash")
        )

    take("t-1", "RE-1", 115430)
    take("t-2", "RE-2", 40000)
    assert [(item.number, item.open_minor) for item in books.open_items()] == [("RE-2", 10000)]
    assert books.balance("cash-discount") == 3570


def test_a_transfer_says_by_its_sum_which_discounts_it_takes(books: Books) -> None:
    books.push(discounted(books, "RE-2", 50000), discounted(books, "RE-3", 7000, discounts=()))
    items = books.open_items()
    full = 119000 + 50000 + 7000

    def took(minor: int, day: date = LAST, tolerance: int = 0) -> list[tuple[str, int]]:
        return [(o.invoice, o.amount_minor) for o in deducted(items, minor, day, tolerance)]

    assert took(full) == []
    assert took(full - 5070) == [("RE-1", 3570), ("RE-2", 1500)]
    assert took(full - 5000) == [("RE-1", 3570), ("RE-2", 1430)]
    assert took(full - 5071) == []
    assert took(full - 5070, LAST + timedelta(days=1)) == []
    assert took(full - 5070, LAST + timedelta(days=1), 1) != []


def test_what_is_paid_on_a_later_day_has_no_discount(books: Books) -> None:
    opened = books.links.open(books.token())
    standing = Standings(books.store, books.clock).of(opened)
    now = designate(standing.open_, Wish(("RE-1",)), PayerRules())
    later = designate(without_discounts(standing.open_), Wish(("RE-1",)), PayerRules())
    assert (now.amount_minor, later.amount_minor) == (115430, 119000)


def test_the_same_terms_again_change_nothing_and_others_are_a_correction(books: Books) -> None:
    assert books.push(discounted(books))[0].status == "unchanged"
    assert books.push(discounted(books, discounts=(TWO,)))[0].status == "accepted"
    assert books.open_items()[0].discounts == (TWO,)
    assert books.open_items()[0].episode == 1


@pytest.mark.parametrize(
    ("terms", "where"),
    [
        ((replace(THREE, until=date(2026, 11, 16)),), "/discounts/0/until"),
        ((replace(THREE, until=DUE + timedelta(days=1)),), "/discounts/0/until"),
        ((TWO, THREE), "/discounts/1/until"),
        ((THREE, replace(TWO, basis_points=300)), "/discounts/1"),
        ((THREE, DiscountTerm(TWO.until, fixed_minor=3570)), "/discounts/1"),
        ((replace(THREE, basis_points=5000),), "/discounts/0/percent"),
        ((DiscountTerm(LAST),), "/discounts/0"),
        ((DiscountTerm(LAST, 300, 10),), "/discounts/0"),
        ((DiscountTerm(LAST, fixed_minor=59500),), "/discounts/0/amount"),
        ((replace(THREE, basis_minor=119001),), "/discounts/0/basis"),
        ((DiscountTerm(LAST, fixed_minor=10, basis_minor=10),), "/discounts/0/basis"),
        (tuple(DiscountTerm(LAST + timedelta(days=n), 300 - n) for n in range(4)), "/discounts"),
    ],
)
def test_terms_that_contradict_themselves_are_refused(
    books: Books, terms: tuple[DiscountTerm, ...], where: str
) -> None:
    (result,) = books.push(discounted(books, "RE-9", discounts=terms))
    assert result.refusal is not None
    assert (result.refusal.code, result.refusal.pointer) == ("discounts-not-valid", where)


@pytest.fixture
def table() -> Iterator[Books]:
    """The same books over the real table's definition."""
    with mock_aws():
        boto3.client("dynamodb", "eu-central-1").create_table(
            TableName="saldo", **table_definition()
        )
        books = Books(store=DynamoStore("saldo", "eu-central-1"))
        books.begin(discounted(books, discounts=(THREE, DiscountTerm(DUE, fixed_minor=100))))
        yield books


def test_as_many_invoices_as_one_transaction_takes_over_the_table(table: Books) -> None:
    more = [discounted(table, f"M-{n:02}", 1000 + n) for n in range(CHUNK_INVOICES_MAX - 1)]
    assert all(result.status == "accepted" for result in table.push(*more))
    payment = begin_all(table)
    owed = begun(table, payment)
    assert len(owed.discounts) == CHUNK_INVOICES_MAX
    assert table.settlement.settle(table.told(payment, minor=owed.amount_minor)) == "settled"
    assert (table.open_items(), table.credits()) == ([], [])
    assert table.balance("cash-discount") == sum(one.amount_minor for one in owed.discounts)
