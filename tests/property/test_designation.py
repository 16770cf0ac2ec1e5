"""What is charged is what is designated: not a cent more, whatever is chosen and however paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.accounts.payer_rules import PayerRules
from saldo.errors import Refusal
from saldo.payments.designation import Payable, Wish, designate, everything, least_part
from saldo.payments.model import Payment
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)

payable = st.builds(
    lambda n, open_minor, coming, arranged, days, currency: Payable(
        f"N-{n}",
        DUE,
        DUE + timedelta(days),
        currency,
        10**6,
        open_minor,
        min(coming, open_minor),
        arranged,
    ),
    st.integers(0, 30),
    st.integers(1, 10**6),
    st.sampled_from([0, 0, 1, 500, 10**6]),
    st.booleans(),
    st.integers(-50, 50),
    st.sampled_from(["EUR", "EUR", "CHF"]),
)
open_invoices = st.lists(payable, min_size=1, max_size=12, unique_by=lambda one: one.number)
rules = st.builds(
    PayerRules,
    part_min_minor=st.none() | st.integers(1, 10**5),
    part_min_percent=st.integers(0, 100),
)


@given(open_invoices, st.data())
def test_paying_all_is_exactly_what_is_open_and_not_underway(
    open_: list[Payable], data: st.DataObject
) -> None:
    currency = data.draw(st.sampled_from([one.currency for one in open_]))
    wanted = everything(open_, currency)
    if not wanted:
        return
    chosen = designate(open_, Wish(currency=currency), PayerRules())
    expected = [
        one
        for one in open_
        if one.currency == currency and not one.arranged and one.coming_minor < one.open_minor
    ]
    assert set(chosen.invoices) == {one.number for one in expected}
    assert chosen.amount_minor == sum(one.open_minor - one.coming_minor for one in expected)
    assert chosen.currency == currency


@given(open_invoices, rules, st.data())
def test_an_amount_is_between_the_least_part_and_the_whole_or_refused(
    open_: list[Payable], rules: PayerRules, data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(open_))
    same = [other for other in open_ if other.currency == one.currency]
    full = sum(other.payable_minor for other in same)
    minor = data.draw(st.integers(-10, full + 10))
    wish = Wish(tuple(other.number for other in same), amount_minor=minor)
    least = least_part(full, rules)
    allowed = minor == full or (least is not None and least <= minor < full)
    if allowed:
        assert designate(open_, wish, rules).amount_minor == minor
    else:
        with pytest.raises(Refusal):
            designate(open_, wish, rules)
    assert designate(open_, Wish(wish.invoices), rules).amount_minor == full


@given(st.integers(1, 10**9), rules)
def test_the_least_part_is_above_nothing_and_below_the_whole(full: int, rules: PayerRules) -> None:
    least = least_part(full, rules)
    if least is not None:
        assert rules.part_min_minor is not None
        assert 1 <= rules.part_min_minor <= least < full
        assert least * 100 >= full * rules.part_min_percent


@settings(max_examples=40, deadline=None)
@given(
    amounts=st.lists(st.integers(1, 10**6), min_size=1, max_size=20),
    method=st.sampled_from(["card", "sepa-debit", "ideal", "paypal", None]),
    language=st.sampled_from(["de", "en", "fr"]),
    data=st.data(),
)
def test_no_means_of_payment_costs_the_payer_anything(
    amounts: list[int], method: str | None, language: str, data: st.DataObject
) -> None:
    """§270a BGB: what the provider is asked for, and what is booked, is what was designated."""
    books = Books()
    books.begin(*[books.invoice(f"N-{n}", minor) for n, minor in enumerate(amounts)])
    numbers = data.draw(st.sets(st.sampled_from(range(len(amounts))), min_size=1))
    wish = Wish(tuple(f"N-{n}" for n in numbers))
    token = books.links.create(CREDITOR, "N-0", "account").rpartition("/")[2]
    attempt = books.checkout.new_attempt()
    books.checkout.start(token, attempt, language, wish=wish)
    designated = sum(amounts[n] for n in numbers)
    assert [asked.amount_minor for asked in books.provider.asked] == [designated]
    told = books.told(attempt, minor=designated)
    books.settlement.settle(replace(told, method=method))
    paid = books.store.get(Payment, CREDITOR, ACCOUNT, attempt)
    assert paid is not None
    assert paid.amount_minor == paid.allocated_minor == designated
    assert books.balance("provider-clearing") == designated
    assert books.balance("fee-income") == 0
    assert books.balance("receivable") == sum(amounts) - designated


@given(open_invoices, st.data())
def test_what_is_contested_is_asked_of_nobody(open_: list[Payable], data: st.DataObject) -> None:
    parts = st.sampled_from([0, 0, 1, 400, 10**6])
    some = [
        replace(one, contested_minor=min(data.draw(parts), one.open_minor), arranged=False)
        for one in open_
    ]
    currency = data.draw(st.sampled_from([one.currency for one in some]))
    if not everything(some, currency):
        return
    chosen = designate(some, Wish(currency=currency), PayerRules(part_min_minor=None))
    known = {one.number: one for one in some}
    *whole, last = (known[number] for number in chosen.invoices)
    assert not any(one.contested_minor for one in whole), "a payment pays them one after another"
    asked = sum(one.open_minor - one.coming_minor for one in (*whole, last)) - last.contested_minor
    assert chosen.amount_minor == asked > 0
    named = Wish((last.number,), amount_minor=last.payable_minor)
    assert designate(some, named, PayerRules()).amount_minor == last.payable_minor
