"""Stories of money that comes back, goes back, or changes its place; the books stay balanced."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta

import pytest

from saldo.invoices.model import Allocation, Credit
from saldo.ledger.charges import Charges, Fact, FactAmount, FactDiffers
from saldo.ledger.verify import verify, verify_account
from saldo.payments.allocate import AllocationUnknown, Grounds
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.model import Payment, PaymentRef
from saldo.payments.payout_book import PayoutDoesNotAddUp
from saldo.payments.refunds import NothingToRefund, Refunding, RefundOrder
from saldo.payments.told import (
    ChargebackTold,
    Payout,
    PayoutLine,
    RefundRefused,
    RefundRequest,
    RefundTold,
)
from saldo.payments.treasury import (
    CounterPayment,
    CounterPaymentDiffers,
    NotOnSuspense,
    Treasury,
)
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR, START, Books, FakeProvider

ANNA = Grounds("anna", "agreed on the telephone")
TODAY = START.date()


class Refunder(FakeProvider):
    """A provider that gives money back, or does what `answer` says."""

    answer: str = "done"
    refunds: list[RefundRequest]

    def refund(self, request: RefundRequest) -> RefundTold:
        self.refunds.append(request)
        if self.answer == "refused":
            raise RefundRefused("Too late.")
        return RefundTold(
            "sandbox",
            f"evt-{request.idempotency_key}",
            "re-1",
            request.provider_id,
            None,
            self.answer,
            request.amount_minor,
            request.currency,  # type: ignore[arg-type]
            datetime.now(START.tzinfo),
        )


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice())
    provider = Refunder()
    provider.refunds = []
    books.provider = provider
    books.refunds = Refunding(books.store, books.clock, books.ids, {"sandbox": provider})  # type: ignore[attr-defined]
    books.chargebacks = Chargebacks(books.store, books.clock, books.ids)  # type: ignore[attr-defined]
    books.charges = Charges(books.store, books.clock, books.ids)  # type: ignore[attr-defined]
    books.treasury = Treasury(books.store, books.clock, books.ids, books.settlement)  # type: ignore[attr-defined]
    return books


@pytest.fixture(autouse=True)
def _books_agree(books: Books):  # type: ignore[no-untyped-def]
    """Whatever a story does, postings and projections agree at its end."""
    yield
    assert verify(books.store, TODAY) == []


def fact(id_: str, minor: int, invoice: str = "RE-1") -> Fact:
    return Fact(id_, CREDITOR, invoice, minor, TODAY, "anna", "agreed")


def taken(payment: str, minor: int = 11900, **more: object) -> ChargebackTold:
    fields: dict[str, object] = {
        "provider": "sandbox",
        "event_id": f"cb-{payment}",
        "chargeback_id": f"dp-{payment}",
        "provider_id": f"pp-{payment}",
        "reference": payment,
        "kind": "dispute",
        "state": "taken",
        "amount_minor": minor,
        "currency": "EUR",
        "occurred_at": START,
        "reason": "fraudulent",
    }
    return ChargebackTold(**(fields | more))  # type: ignore[arg-type]


def test_costs_are_paid_first_then_interest_then_principal(books: Books) -> None:
    books.charges.add_fee(fact("f-1", 500))  # type: ignore[attr-defined]
    books.charges.add_interest(fact("i-1", 300))  # type: ignore[attr-defined]
    assert books.invoice_now().open_minor == 12700
    payment = books.start_payment(amount_minor=1000)
    books.settlement.settle(books.told(payment, minor=1000))
    now = books.invoice_now()
    assert (now.parts.costs, now.parts.interest, now.parts.principal) == (0, 0, 11700)
    (made,) = books.store.list(Allocation, CREDITOR, ACCOUNT, f"payment#{payment}")
    assert (made.costs_minor, made.interest_minor, made.principal_minor) == (500, 300, 200)


def test_principal_first_where_agreed(books: Books) -> None:
    books.accounts.change_creditor(CREDITOR, allocation_order="principal-interest-costs")
    books.charges.add_fee(fact("f-1", 500))  # type: ignore[attr-defined]
    payment = books.start_payment(amount_minor=11900)
    books.settlement.settle(books.told(payment))
    now = books.invoice_now()
    assert (now.parts.costs, now.parts.principal) == (500, 0)


def test_a_fee_twice_is_one_fee_and_another_of_its_id_is_refused(books: Books) -> None:
    charges: Charges = books.charges  # type: ignore[attr-defined]
    charges.add_fee(fact("f-1", 500))
    charges.add_fee(fact("f-1", 500))
    assert books.balance("fee-income") == -500
    with pytest.raises(FactDiffers):
        charges.add_fee(fact("f-1", 600))


def test_a_cash_discount_corrects_the_vat_inside_it(books: Books) -> None:
    charges: Charges = books.charges  # type: ignore[attr-defined]
    charges.take_discount(fact("d-1", 357), {"19": 57})
    assert books.balance("cash-discount") == 300
    assert books.balance("vat-correction", detail="19") == 57
    assert books.invoice_now().open_minor == 11543
    with pytest.raises(FactAmount):
        charges.take_discount(fact("d-2", 100), {"19": 101})


def test_the_rest_is_written_off_and_the_invoice_closes(books: Books) -> None:
    payment = books.start_payment(amount_minor=11899)
    books.settlement.settle(books.told(payment, minor=11899))
    books.charges.write_off(fact("w-1", 1))  # type: ignore[attr-defined]
    assert books.open_items() == []
    assert books.balance("write-off") == 1
    with pytest.raises(FactAmount):
        books.charges.write_off(fact("w-2", 1))  # type: ignore[attr-defined]


def test_an_allocation_is_taken_back_with_its_reason(books: Books) -> None:
    payment = books.pay()
    allocator = books.settlement.allocator
    allocator.take_back(CREDITOR, ACCOUNT, f"payment#{payment}", "RE-1", ANNA)
    assert books.invoice_now().open_minor == 11900
    assert books.invoice_now().episode == 2
    assert [c.open_minor for c in books.credits()] == [11900]
    (made,) = books.store.list(Allocation, CREDITOR, ACCOUNT)
    assert made.reversed_by == "anna"
    with pytest.raises(AllocationUnknown):
        allocator.take_back(CREDITOR, ACCOUNT, f"payment#{payment}", "RE-1", ANNA)
    assert allocator.allocate(CREDITOR, ACCOUNT, f"payment#{payment}", ["RE-1"], ANNA) == 11900
    assert books.open_items() == [] and books.credits() == []


def test_credit_is_given_back(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=12000))
    refunds: Refunding = books.refunds  # type: ignore[attr-defined]
    order = RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 100, ANNA)
    assert refunds.refund(order).state == "done"
    assert refunds.refund(order).state == "done"
    assert books.balance("provider-clearing") == 11900
    assert books.credits() == []
    assert len(books.provider.refunds) == 1  # type: ignore[attr-defined]


def test_what_is_allocated_is_not_given_back(books: Books) -> None:
    payment = books.pay()
    with pytest.raises(NothingToRefund):
        books.refunds.refund(RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 1, ANNA))  # type: ignore[attr-defined]


def test_a_refused_refund_is_credit_again(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=12000))
    books.provider.answer = "refused"  # type: ignore[attr-defined]
    order = RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 100, ANNA)
    assert books.refunds.refund(order).state == "failed"  # type: ignore[attr-defined]
    assert [c.open_minor for c in books.credits()] == [100]
    assert books.balance("refund") == 0


@pytest.mark.parametrize("names_the_payment", [True, False])
def test_a_pending_refund_ends_by_the_callback(books: Books, names_the_payment: bool) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=12000))
    books.provider.answer = "pending"  # type: ignore[attr-defined]
    refunds: Refunding = books.refunds  # type: ignore[attr-defined]
    assert (
        refunds.refund(RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 100, ANNA)).state == "asked"
    )
    reference = payment if names_the_payment else None
    told = RefundTold("sandbox", "e", "re-1", "pp", reference, "done", 100, "EUR", START)
    assert refunds.told(told) == "refund-done"
    assert refunds.told(told) == "nothing-new"
    assert books.balance("refund") == 0


def test_a_refunds_callback_that_is_faster_than_the_answer_to_our_call(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=12000))
    refunds: Refunding = books.refunds  # type: ignore[attr-defined]
    refund = books.provider.refund  # type: ignore[attr-defined]

    def tells_first(request: RefundRequest) -> RefundTold:
        told = RefundTold("sandbox", "e", "re-1", "pp", payment, "done", 100, "EUR", START)
        assert refunds.told(told) == "refund-done"
        return refund(request)

    books.provider.refund = tells_first  # type: ignore[attr-defined]
    order = RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 100, ANNA)
    assert refunds.refund(order).state == "done"
    assert books.balance("refund") == 0


def test_a_refund_that_comes_back_is_credit_again(books: Books) -> None:
    """The bank returned the transfer days after the provider had called the refund done."""
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=12000))
    refunds: Refunding = books.refunds  # type: ignore[attr-defined]
    refunds.refund(RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 100, ANNA))
    told = RefundTold("sandbox", "e-2", "re-1", "pp", None, "failed", 100, "EUR", START)
    assert refunds.told(told) == "refund-failed"
    assert refunds.told(told) == "nothing-new"
    assert [c.open_minor for c in books.credits()] == [100]
    assert books.balance("provider-clearing") == 12000


def test_a_chargeback_makes_the_invoice_owed_again_and_it_is_reminded_anew(books: Books) -> None:
    payment = books.pay()
    chargebacks: Chargebacks = books.chargebacks  # type: ignore[attr-defined]
    assert chargebacks.told(taken(payment)) == "chargeback-taken"
    assert chargebacks.told(taken(payment)) == "nothing-new"
    assert books.balance("provider-clearing") == 0
    assert books.invoice_now().open_minor == 11900
    assert books.credits() == []
    assert books.day(date(2026, 12, 3)) == ["reminder-1 RE-1 11900 EUR"]


def test_a_chargeback_that_is_won_pays_the_invoice_again(books: Books) -> None:
    payment = books.pay()
    chargebacks: Chargebacks = books.chargebacks  # type: ignore[attr-defined]
    chargebacks.told(taken(payment))
    won = taken(payment, event_id="cb-2", state="reversed")
    assert chargebacks.told(won) == "chargeback-reversed"
    assert books.balance("provider-clearing") == 11900
    assert books.open_items() == [] and books.credits() == []


def test_a_chargeback_of_money_that_was_given_back_stands_for_a_person(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=12000))
    books.refunds.refund(RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 100, ANNA))  # type: ignore[attr-defined]
    books.chargebacks.told(taken(payment, 12000))  # type: ignore[attr-defined]
    assert books.balance("chargeback") == 100
    assert books.balance("provider-clearing") == -100


def test_a_chargeback_that_is_won_first_fills_what_had_been_given_back(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=12000))
    books.refunds.refund(RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 100, ANNA))  # type: ignore[attr-defined]
    chargebacks: Chargebacks = books.chargebacks  # type: ignore[attr-defined]
    chargebacks.told(taken(payment, 12000))
    won = taken(payment, 12000, event_id="cb-2", state="reversed")
    assert chargebacks.told(won) == "chargeback-reversed"
    assert books.balance("chargeback") == 0
    assert books.credits() == [], "what was given back once is nobody's to have again"
    assert books.open_items() == []
    assert chargebacks.told(won) == "nothing-new"
    assert books.balance("chargeback") == 0


def test_a_payout_is_gross_less_fees(books: Books) -> None:
    treasury: Treasury = books.treasury  # type: ignore[attr-defined]
    lines = (
        PayoutLine("payment", "l1", "pp", None, 11900, 200, 11700, "EUR"),
        PayoutLine("refund", "l2", "pp", None, -1000, 0, -1000, "EUR"),
        PayoutLine("fee", "l3", None, None, 0, 50, -50, "EUR"),
    )
    payout = Payout("po-1", 10650, "EUR", TODAY, lines)
    assert treasury.book_payout("sandbox", payout) is True
    assert treasury.book_payout("sandbox", payout) is False
    entries = books.journal("~provider~sandbox", creditor="*")
    sums = {p.account: p.amount_minor for e in entries for p in e.postings}
    assert sums == {"bank": 10650, "provider-fees": 250, "provider-clearing": -10900}
    with pytest.raises(PayoutDoesNotAddUp):
        treasury.book_payout("sandbox", Payout("po-2", 1, "EUR", TODAY, lines))


def test_money_taken_at_the_counter_settles_the_same_way(books: Books) -> None:
    treasury: Treasury = books.treasury  # type: ignore[attr-defined]
    counter = CounterPayment("till-7", CREDITOR, ("RE-1",), 11900, "EUR", TODAY, "cash")
    assert treasury.take_at_counter(counter).state == "settled"
    assert treasury.take_at_counter(counter).state == "settled"
    assert books.balance("provider-clearing", detail="counter") == 11900
    assert books.open_items() == []
    other = CounterPayment("till-7", CREDITOR, ("RE-1",), 500, "EUR", TODAY, "cash")
    with pytest.raises(CounterPaymentDiffers):
        treasury.take_at_counter(other)


def test_money_on_suspense_moves_to_its_invoice_once(books: Books) -> None:
    told = books.told("01ARZ3NDEKTSV4RRFFQ69G5FAV", minor=12000)
    books.settlement.settle(told)
    shard = next(
        f"~suspense~{n}" for n in range(8) if books.journal(f"~suspense~{n}", creditor="*")
    )
    treasury: Treasury = books.treasury  # type: ignore[attr-defined]
    (held,) = books.store.list(Payment, "*", shard)
    credit = treasury.transfer(shard, held.id, CREDITOR, ACCOUNT, ["RE-1"], ANNA)
    assert credit is not None and credit.open_minor == 100
    assert books.open_items() == []
    assert books.balance("transfer") == 12000
    assert [e.by for e in books.journal() if e.cause_kind == "transfer"] == ["anna"]
    with pytest.raises(NotOnSuspense):
        treasury.transfer(shard, held.id, CREDITOR, ACCOUNT, [], ANNA)


def pay_many(books: Books, count: int, minor: int) -> str:
    """Designate all invoices RE-1 … by one payment, and settle it."""
    payment = books.checkout.new_attempt()
    numbers = tuple(f"RE-{n}" for n in range(1, count + 1))
    intent = Payment(
        CREDITOR,
        ACCOUNT,
        payment,
        "sandbox",
        numbers[0],
        "EUR",
        minor,
        "open",
        books.clock.now(),
        more_invoices=numbers[1:],
        provider_id=f"pp-{payment}",
        version=1,
    )
    books.store.commit([Put(intent), Put(PaymentRef(payment, CREDITOR, ACCOUNT))])
    return payment


def test_one_payment_for_a_thousand_invoices(books: Books) -> None:
    books.push(*(books.invoice(f"RE-{n}", 100) for n in range(2, 1001)))
    payment = pay_many(books, 1000, 11900 + 999 * 100 + 7)
    assert books.settlement.settle(books.told(payment, minor=11900 + 999 * 100 + 7)) == "settled"
    assert books.open_items() == []
    assert [c.open_minor for c in books.credits()] == [7]
    (paid,) = books.payments()
    assert paid.allocated_minor == 11900 + 999 * 100


@pytest.mark.parametrize("dies_after", range(1, 9))
def test_a_payment_for_many_invoices_survives_a_kill_at_any_commit(
    books: Books, dies_after: int
) -> None:
    books.push(*(books.invoice(f"RE-{n}", 100) for n in range(2, 61)))
    total = 11900 + 59 * 100
    payment = pay_many(books, 60, total)
    commit, seen = books.store.commit, []

    def dies(writes):  # type: ignore[no-untyped-def]
        commit(writes)
        seen.append(writes)
        if len(seen) == dies_after:
            raise KeyboardInterrupt

    books.store.commit = dies  # type: ignore[method-assign]
    with contextlib.suppress(KeyboardInterrupt):
        books.settlement.settle(books.told(payment, minor=total))
    books.store.commit = commit  # type: ignore[method-assign]
    books.settlement.settle(books.told(payment, minor=total))
    assert books.open_items() == [] and books.credits() == []
    assert books.balance("provider-clearing") == total


def test_two_payments_for_the_same_invoices_never_allocate_too_much(books: Books) -> None:
    """The second payment settles while the first is between two chunks."""
    books.push(*(books.invoice(f"RE-{n}", 100) for n in range(2, 41)))
    total = 11900 + 39 * 100
    first, second = pay_many(books, 40, total), ""
    books.clock.advance(timedelta(seconds=1))
    second = pay_many(books, 40, total)
    commit, seen = books.store.commit, []

    def between(writes):  # type: ignore[no-untyped-def]
        seen.append(writes)
        if len(seen) == 2:
            books.settlement.settle(books.told(second, minor=total))
        commit(writes)

    books.store.commit = between  # type: ignore[method-assign]
    books.settlement.settle(books.told(first, minor=total))
    books.store.commit = commit  # type: ignore[method-assign]
    assert books.open_items() == []
    assert sum(c.open_minor for c in books.credits()) == total
    assert sum(p.allocated_minor for p in books.payments()) == total


def test_the_verifier_finds_what_was_tampered_with(books: Books) -> None:
    from dataclasses import replace

    item = books.open_items()[0]
    books.store.commit([Put(replace(item, open_minor=1, version=item.version + 1), expect=1)])
    differences = verify_account(books.store, CREDITOR, ACCOUNT, TODAY)
    assert [(d.balance.what, d.off_by_minor) for d in differences] == [("open-item", 11899)]
    fixed = replace(item, version=item.version + 2)
    books.store.commit([Put(fixed, expect=item.version + 1)])


def test_what_was_left_undone_is_brought_to_an_end(books: Books) -> None:
    """A payment for many invoices died half-way; a refund's provider was down."""
    from saldo.payments.ports import ProviderUnavailable
    from saldo.payments.stuck import StuckPayments
    from saldo.payments.tend import Tending

    books.push(*(books.invoice(f"RE-{n}", 100) for n in range(2, 31)))
    payment = pay_many(books, 30, 11900 + 29 * 100 + 50)
    commit, seen = books.store.commit, []

    def dies(writes):  # type: ignore[no-untyped-def]
        commit(writes)
        seen.append(writes)
        if len(seen) == 2:
            raise KeyboardInterrupt

    books.store.commit = dies  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        books.settlement.settle(books.told(payment, minor=11900 + 29 * 100 + 50))
    books.store.commit = commit  # type: ignore[method-assign]
    assert books.open_items() != []
    refunds: Refunding = books.refunds  # type: ignore[attr-defined]
    tending = Tending(
        books.store,
        books.clock,
        books.accounts,
        StuckPayments(books.store, books.clock, books.ids, books.accounts, books.settlement),
        books.settlement.allocator,
        refunds,
    )
    assert tending.tend() == {}
    books.clock.advance(timedelta(minutes=16))
    assert tending.tend() == {"allocations finished": 1}
    assert books.open_items() == []

    refund = books.provider.refund  # type: ignore[attr-defined]

    def down(request: RefundRequest) -> RefundTold:
        raise ProviderUnavailable("down")

    books.provider.refund = down  # type: ignore[attr-defined]
    with pytest.raises(ProviderUnavailable):
        refunds.refund(RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 50, ANNA))
    books.provider.refund = refund  # type: ignore[attr-defined]
    books.clock.advance(timedelta(minutes=16))
    assert tending.tend() == {"refunds done": 1}
    assert tending.tend() == {}


def test_a_refund_whose_callback_was_lost_is_looked_up(books: Books) -> None:
    from saldo.payments.stuck import StuckPayments
    from saldo.payments.tend import Tending

    payment = books.start_payment()
    books.settlement.settle(books.told(payment, minor=12000))
    books.provider.answer = "pending"  # type: ignore[attr-defined]
    refunds: Refunding = books.refunds  # type: ignore[attr-defined]
    refunds.refund(RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 100, ANNA))
    asked: list[tuple[str, str]] = []
    states = ["pending", "done"]

    def fetch_refund(provider_id: str, refund_id: str) -> RefundTold:
        asked.append((provider_id, refund_id))
        state = states.pop(0)
        return RefundTold(
            "sandbox",
            f"re-1:{state}",
            "re-1",
            provider_id,
            None,
            state,  # type: ignore[arg-type]
            100,
            "EUR",
            START,
        )

    books.provider.fetch_refund = fetch_refund  # type: ignore[attr-defined]
    tending = Tending(
        books.store,
        books.clock,
        books.accounts,
        StuckPayments(books.store, books.clock, books.ids, books.accounts, books.settlement),
        books.settlement.allocator,
        refunds,
    )
    assert tending.tend() == {}
    books.clock.advance(timedelta(minutes=61))
    assert tending.tend() == {"refunds asked": 1}
    assert tending.tend() == {"refunds done": 1}
    assert tending.tend() == {}
    assert asked == [(f"pp-{payment}", "re-1")] * 2
    assert books.balance("refund") == 0


@pytest.mark.parametrize("comes_again", [True, False])
def test_a_kill_between_take_back_and_chargeback_leaves_no_invoice_owed(
    books: Books, comes_again: bool
) -> None:
    """The allocation comes back by itself; the event, when it comes again, is booked."""
    payment = books.pay()
    commit, seen = books.store.commit, []

    def dies(writes):  # type: ignore[no-untyped-def]
        commit(writes)
        seen.append(writes)
        raise KeyboardInterrupt

    books.store.commit = dies  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        books.chargebacks.told(taken(payment))  # type: ignore[attr-defined]
    books.store.commit = commit  # type: ignore[method-assign]
    assert books.invoice_now().open_minor == 11900
    books.clock.advance(timedelta(minutes=11))
    (left,) = list(books.store.work(Credit, "allocation", CREDITOR, books.clock.now()))
    books.settlement.allocator.resume(*left)
    assert books.open_items() == [] and books.credits() == []
    if comes_again:
        assert books.chargebacks.told(taken(payment)) == "chargeback-taken"  # type: ignore[attr-defined]
        assert books.invoice_now().open_minor == 11900
        assert books.balance("provider-clearing") == 0
        assert books.balance("chargeback") == 0


def test_a_chargeback_of_money_on_suspense_is_booked_where_it_stands(books: Books) -> None:
    told = books.told("01ARZ3NDEKTSV4RRFFQ69G5FAV", minor=12000)
    books.settlement.settle(told)
    gone = taken("01ARZ3NDEKTSV4RRFFQ69G5FAV", 12000, reference=None)
    assert books.chargebacks.told(gone) == "chargeback-taken"  # type: ignore[attr-defined]
    assert books.chargebacks.told(gone) == "nothing-new"  # type: ignore[attr-defined]
    postings = [
        posting
        for shard in range(8)
        for entry in books.journal(f"~suspense~{shard}", creditor="*")
        for posting in entry.postings
    ]
    assert sum(p.amount_minor for p in postings if p.account == "provider-clearing") == 0
    assert sum(p.amount_minor for p in postings if p.account == "chargeback") == 12000
