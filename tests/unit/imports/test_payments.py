"""Payments in rows: booked once each, however often the list comes and whatever dies on the way."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from saldo.imports.mapping import MappingNotValid
from saldo.imports.model import LEASE, Counts, Import
from saldo.ledger.verify import verify
from saldo.payments.model import Payment
from tests.books import CREDITOR, START
from tests.imported import MAPPING, Died, Importing, table

COLUMNS = ("Rechnung", "Kunde", "Name", "Datum", "Fällig", "Offen", "Art", "Beleg", "Weg")
KIND = {"column": "Art", "table": {"R": "invoice", "Z": "payment"}}
PAYMENTS: dict[str, Any] = {
    "kind": KIND,
    "payment.id": {"column": "Beleg"},
    "payment.received_on": {"column": "Datum"},
    "payment.method": {"column": "Weg", "table": {"bar": "cash"}, "table_else": "other"},
}


def mapping(**changes: Any) -> dict[str, Any]:
    data = copy.deepcopy(MAPPING)
    data["fields"] |= {**PAYMENTS, **changes}
    data["fields"] = {name: take for name, take in data["fields"].items() if take is not None}
    return data


def invoice(number: str, amount: str) -> tuple[str, ...]:
    return (number, "10001", "Beispiel AG", "01.10.2026", "15.10.2026", amount, "R", "", "")


def paid(number: str, amount: str, receipt: str, day: str = "19.11.2026") -> tuple[str, ...]:
    return (number, "10001", "Beispiel AG", day, "", amount, "Z", receipt, "bar")


def rows(*them: Sequence[str]) -> bytes:
    return table(*them, header=COLUMNS)


@pytest.fixture
def world() -> Importing:
    return Importing(mapping())


def payments(world: Importing) -> list[Payment]:
    return world.books.payments("10001")


def lines(world: Importing, one: Import) -> list[tuple[str, str, str]]:
    return [(line["kind"], line["status"], line["code"]) for line in world.report(one)]


def test_a_payment_pays_its_invoice_though_it_stands_before_it(world: Importing) -> None:
    done = world.take(rows(paid("RE-1", "40,00", "K-1"), invoice("RE-1", "119,00")))
    assert done.counts == Counts(taken=2, accounts=1)
    assert world.books.invoice_now("RE-1").open_minor == 7900
    (one,) = payments(world)
    assert (one.method, one.amount_minor, str(one.received_on)) == ("cash", 4000, "2026-11-19")
    assert verify(world.books.store, START.date()) == []


def test_the_list_of_tomorrow_brings_the_payments_of_today_once(world: Importing) -> None:
    world.take(rows(invoice("RE-1", "119,00"), paid("RE-1", "40,00", "K-1")))
    done = world.take(
        rows(invoice("RE-1", "119,00"), paid("RE-1", "40,00", "K-1"), paid("RE-1", "79,00", "K-2"))
    )
    assert lines(world, done)[1:] == [("payment", "unchanged", ""), ("payment", "taken", "")]
    assert world.books.invoice_now("RE-1").open_minor == 0
    assert len(payments(world)) == 2


def test_two_equal_payments_of_one_day_are_two(world: Importing) -> None:
    world.take(
        rows(invoice("RE-1", "119,00"), paid("RE-1", "10,00", "K-1"), paid("RE-1", "10,00", "K-2"))
    )
    assert world.books.invoice_now("RE-1").open_minor == 9900


def test_what_cannot_be_booked_is_refused_row_by_row(world: Importing) -> None:
    world.take(rows(invoice("RE-1", "119,00"), paid("RE-1", "40,00", "K-1")))
    done = world.take(
        rows(
            paid("RE-1", "50,00", "K-1"),
            paid("RE-9", "50,00", "K-2"),
            paid("RE-1", "-5,00", "K-3"),
            paid("RE-1", "5,00", ""),
            paid("RE-1", "5,00", "K-4", "01.01.2027"),
            paid("RE-1", "0,00", "K-5"),
        )
    )
    assert lines(world, done) == [
        ("payment", "refused", "counter-payment-differs"),
        ("payment", "refused", "invoice-unknown"),
        ("payment", "refused", "amount-not-positive"),
        ("payment", "refused", "field-missing"),
        ("payment", "refused", "day-ahead"),
        ("leave-out", "left-out", "left-out"),
    ]
    assert len(payments(world)) == 1


def test_one_receipt_with_two_amounts_refuses_the_file(world: Importing) -> None:
    done = world.take(
        rows(invoice("RE-1", "119,00"), paid("RE-1", "40,00", "K-1"), paid("RE-1", "9,00", "K-1"))
    )
    assert (done.state, done.code) == ("refused", "number-repeated")
    assert payments(world) == []


@pytest.mark.parametrize("after", [False, True])
def test_a_worker_that_dies_between_payments_is_followed_by_one_that_books_none_twice(
    after: bool,
) -> None:
    data = rows(
        invoice("RE-1", "119,00"), paid("RE-1", "40,00", "K-1"), paid("RE-1", "30,00", "K-2")
    )
    for lives in range(12):
        world = Importing(mapping())
        begun = world.begin(data)
        world.store.lives, world.store.is_after = lives, after
        with suppress(Died):
            world.work()
        world.store.lives = None
        world.clock.advance(LEASE)
        world.kick(begun)
        world.work()
        done = world.imports.get(CREDITOR, begun.id)
        assert (done.state, done.counts) == ("done", Counts(taken=3, accounts=1)), lives
        assert world.books.invoice_now("RE-1").open_minor == 4900
        assert len(payments(world)) == 2


def test_without_an_id_of_its_own_no_payment_is_taken() -> None:
    without = {name: None for name in PAYMENTS if name != "kind"}
    world = Importing(mapping(**without))
    done = world.take(rows(invoice("RE-1", "119,00"), paid("RE-1", "40,00", "K-1")))
    assert lines(world, done)[1] == ("payment", "refused", "payment-row")


def test_a_mapping_of_payments_says_when_they_were_taken() -> None:
    with pytest.raises(MappingNotValid, match=r"payment\.received_on"):
        Importing(mapping(**{"payment.received_on": None}))
