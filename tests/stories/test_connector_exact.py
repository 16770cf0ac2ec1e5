"""Stories of a company that keeps its books in Exact Online."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import ANY

import pytest

from infra.local.erps.exact import ExactErp
from saldo.adapters.erp.exact.api import LIMITS
from saldo.connectors.model import Grant
from saldo.connectors.schedule import Ended
from saldo.invoices.model import Invoice, NumberTaken
from saldo.ledger.verify import verify
from saldo.payments.allocate import Grounds
from saldo.store import Delete
from tests.books import CREDITOR
from tests.connected import NAME, Connected, exact_connected

CUSTOMER = "10001"
ISSUED, DUE = date(2026, 10, 20), date(2026, 11, 3)


@pytest.fixture
def world() -> tuple[Connected, ExactErp]:
    world, erp = exact_connected()
    erp.customer(CUSTOMER, "Voorbeeld B.V.", "administratie@voorbeeld.example")
    erp.invoice(1001, CUSTOMER, "119.00", ISSUED, DUE)
    return world, erp


@pytest.fixture(autouse=True)
def _books_agree(world: tuple[Connected, ExactErp]):
    yield
    books = world[0].books
    assert verify(books.store, books.clock.now().date()) == []


def invoice_of(world: Connected, number: str = "1001") -> Invoice:
    return world.books.invoice_now(number, CUSTOMER)


def test_invoice_comes_is_reminded_paid_and_settled_in_exact(
    world: tuple[Connected, ExactErp],
) -> None:
    connected, erp = world
    report = connected.run()
    assert report.ended is not None and report.ended.state == "ok"
    assert (report.done["accounts-accepted"], report.done["items-new"]) == (1, 1)
    assert invoice_of(connected).open_minor == 11900
    subjects = connected.books.day(date(2026, 11, 21), account=CUSTOMER)
    assert subjects == ["reminder-1 1001 11900 EUR"]

    connected.books.pay("1001", 11900)
    report = connected.run()
    assert report.done["orders-taken"] == 1
    assert erp.open_of(1001) == Decimal(0)
    (line,) = erp.lines
    assert (line["AmountFC"], line["OurRef"]) == (119.0, 1001)
    assert [one.type for one in connected.news()] == ["erp_order.taken"]

    again = connected.run()
    assert again.ended is not None and again.ended.state == "ok"
    assert len(erp.lines) == 1
    assert len(connected.books.payments(CUSTOMER)) == 1
    assert connected.books.credits(CUSTOMER) == []


def test_a_second_pull_brings_nothing_twice(world: tuple[Connected, ExactErp]) -> None:
    connected, _ = world
    connected.run()
    before = invoice_of(connected)
    report = connected.run()
    assert report.done == {"items-unchanged": 1}
    assert invoice_of(connected) == before


def test_customer_transfers_to_the_bank_and_exact_says_so(
    world: tuple[Connected, ExactErp],
) -> None:
    connected, erp = world
    connected.run()
    erp.paid_at_the_bank(1001, "19.00")
    assert connected.run().done["items-paid"] == 1
    assert invoice_of(connected).open_minor == 10000
    erp.paid_at_the_bank(1001, "100.00")
    assert connected.run().done["items-paid"] == 1
    assert not invoice_of(connected).is_open
    # What Exact booked is not told to Exact, and the payer gets no receipt of ours.
    connected.run()
    assert (connected.told(), erp.lines) == ([], [])
    assert connected.books.tell("payment.settled", account=CUSTOMER) == []


def test_part_paid_here_and_the_rest_at_the_bank(world: tuple[Connected, ExactErp]) -> None:
    connected, erp = world
    connected.run()
    connected.books.pay("1001", 5000)
    connected.run()
    assert erp.open_of(1001) == Decimal(69)
    erp.paid_at_the_bank(1001, "69.00")
    connected.run()
    assert not invoice_of(connected).is_open
    assert connected.books.credits(CUSTOMER) == []


def test_debit_comes_back_and_the_invoice_is_open_in_exact_again(
    world: tuple[Connected, ExactErp],
) -> None:
    connected, erp = world
    connected.run()
    payment = connected.books.pay("1001", 11900)
    connected.run()
    connected.books.settlement.allocator.take_back(
        CREDITOR, CUSTOMER, f"payment#{payment}", "1001", Grounds("anna", "the debit came back")
    )
    connected.run()
    assert erp.open_of(1001) == Decimal(119)
    assert [one.kind for one in sorted(connected.told(), key=lambda o: o.id)] == [
        "settle",
        "take-back",
    ]
    report = connected.run()
    assert report.done["items-unchanged"] == 1


def test_invoice_deleted_in_exact_is_credited_not_paid(
    world: tuple[Connected, ExactErp],
) -> None:
    connected, erp = world
    connected.run()
    erp.delete(1001)
    assert connected.run().done["items-deleted"] == 1
    assert not invoice_of(connected).is_open
    assert connected.books.payments(CUSTOMER) == []


def test_an_empty_list_does_not_close_every_invoice(world: tuple[Connected, ExactErp]) -> None:
    connected, erp = world
    for number in range(2000, 2040):
        erp.invoice(number, CUSTOMER, "10.00", ISSUED, DUE)
    connected.run()
    kept = dict(erp.receivables)
    erp.receivables.clear()
    report = connected.run()
    assert report.ended is not None and report.ended.state == "nonsense"
    assert invoice_of(connected).is_open
    erp.receivables.update(kept)
    assert connected.runs.run(CREDITOR, NAME).ended is not None
    assert connected.state() == "ok"
    # A person who knows better confirms it.
    erp.receivables.clear()
    connected.run(accept_gone=True)
    assert not invoice_of(connected).is_open


def test_lost_answer_books_a_settlement_once(world: tuple[Connected, ExactErp]) -> None:
    connected, erp = world
    connected.run()
    connected.books.pay("1001", 11900)
    erp.fail("lost", "BankEntries")
    report = connected.run()
    assert report.ended is not None and report.ended.state == "unreachable"
    assert erp.open_of(1001) == Decimal(0)
    assert [one.state for one in connected.told()] == ["sending"]
    connected.run()
    assert [one.state for one in connected.told()] == ["taken"]
    assert len(erp.lines) == 1
    assert connected.books.credits(CUSTOMER) == []


def test_exact_will_not_book_and_a_person_does_it(world: tuple[Connected, ExactErp]) -> None:
    connected, erp = world
    connected.run()
    connected.books.pay("1001", 11900)
    erp.receivables[1001]["AccountId"] = "moved"
    connected.run()
    (order,) = connected.told()
    assert order.state == "refused"
    assert [one.type for one in connected.news()] == ["erp_order.refused"]
    # The bookkeeper books the payout by hand: it is the money that we know of, not more.
    erp.paid_at_the_bank(1001, "119.00")
    connected.run()
    assert connected.books.credits(CUSTOMER) == []
    assert len(connected.books.payments(CUSTOMER)) == 1


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("silent", "unreachable"),
        ("down", "unreachable"),
        ("html", "nonsense"),
        ("nonsense", "nonsense"),
        ("denied", "refused"),
        ("limited", "limited"),
    ],
)
def test_exact_goes_wrong_and_nothing_is_lost(
    world: tuple[Connected, ExactErp], fault: str, state: str
) -> None:
    connected, erp = world
    connected.run()
    erp.invoice(1002, CUSTOMER, "50.00", ISSUED, DUE)
    connected.books.pay("1001", 11900)
    erp.fail(fault, "ReceivablesList")  # type: ignore[arg-type]
    report = connected.run()
    assert report.ended is not None and report.ended.state == state
    assert connected.books.store.get(Invoice, CREDITOR, CUSTOMER, "1002") is None
    connected.run()
    assert connected.state() == "ok"
    assert invoice_of(connected, "1002").is_open
    assert erp.open_of(1001) == Decimal(0)
    changed = [one.data["state"] for one in connected.news() if one.type == "connection.changed"]
    assert changed == ([] if state == "limited" else [state, "ok"])


def test_exact_is_down_for_two_days_and_reminders_wait(
    world: tuple[Connected, ExactErp],
) -> None:
    connected, erp = world
    connected.run()
    erp.fail("down", "ReceivablesList", times=3)
    for _ in range(3):
        connected.books.clock.advance(timedelta(hours=16))
        connected.run()
    assert connected.state() == "unreachable"
    assert connected.books.plan(date(2026, 11, 23), account=CUSTOMER).held == {"stale-data": 1}
    connected.run()
    assert connected.books.plan(date(2026, 11, 23), account=CUSTOMER).held == {}


def a_slow_year() -> tuple[Connected, ExactErp]:
    """Eight pages of open items, of which a minute lets five through."""
    connected, erp = exact_connected(replace(LIMITS, per_minute=8))
    erp.customer(CUSTOMER, "Voorbeeld B.V.")
    for number in range(10_000, 10_480):
        erp.invoice(number, CUSTOMER, "10.00", ISSUED, DUE)
    return connected, erp


def test_the_minute_is_used_up_and_reading_goes_on_where_it_stopped() -> None:
    connected, erp = a_slow_year()
    report = connected.run()
    assert report.ended is not None and report.ended.state == "limited"
    # The last of a page waits for the next page, on which a further instalment may stand.
    assert report.done["items-new"] == 5 * 60 - 1
    report = connected.run()
    assert report.ended is not None and report.ended.state == "ok"
    assert report.done["items-new"] == 3 * 60 + 1
    # Nothing that the first half saw is taken for paid.
    assert report.done["items-paid"] == 0
    erp.paid_at_the_bank(10_000, "10.00")
    connected.run()
    connected.run()
    assert not invoice_of(connected, "10000").is_open
    assert invoice_of(connected, "10001").is_open


def test_exact_falls_silent_in_the_middle_of_the_list() -> None:
    connected, erp = a_slow_year()
    connected.run()
    connected.run()
    erp.asked.clear()
    assert connected.run().ended == Ended("limited", ANY, ANY)  # after the first seven pages
    erp.fail("silent", "ReceivablesList")
    assert connected.run().ended == Ended("unreachable", ANY)
    report = connected.run()
    assert report.done["items-paid"] == 0
    assert connected.run().done["items-paid"] == 0
    assert connected.state() == "ok"


def test_an_invoice_is_deleted_while_the_list_cannot_be_read(
    world: tuple[Connected, ExactErp],
) -> None:
    connected, erp = world
    connected.run()
    erp.delete(1001)
    erp.fail("down", "ReceivablesList")
    connected.run()
    assert connected.run().done["items-deleted"] == 1
    assert connected.books.payments(CUSTOMER) == []


def test_refresh_token_is_kept_before_its_access_is_used(
    world: tuple[Connected, ExactErp],
) -> None:
    connected, erp = world
    connected.run()
    for _ in range(5):
        connected.run()
        grant = connected.books.store.get(Grant, CREDITOR, NAME)
        assert grant is not None
        assert (grant.refresh, grant.access) == (erp.refresh, erp.access)
    assert erp.renewals == 6
    assert connected.state() == "ok"


def test_consent_is_withdrawn_and_given_again(world: tuple[Connected, ExactErp]) -> None:
    connected, erp = world
    connected.run()
    erp.refresh = "somebody else used it"
    report = connected.run()
    assert report.ended is not None and report.ended.state == "refused"
    assert "authorise" in report.ended.why
    erp.code = "another-code"
    connected.connections.authorise(CREDITOR, NAME, code="another-code")
    connected.run()
    assert connected.state() == "ok"


def test_instalments_of_one_invoice_are_one_invoice_here(
    world: tuple[Connected, ExactErp],
) -> None:
    connected, erp = world
    # Sixty rows a page: the second instalment of one invoice stands on the next page.
    for number in range(2000, 2058):
        erp.invoice(number, CUSTOMER, "10.00", ISSUED, DUE)
    for hid, (amount, due) in enumerate([("40.00", DUE), ("60.00", date(2026, 12, 3))]):
        erp.invoice(3000, CUSTOMER, amount, ISSUED, due)
        erp.receivables[9_000 + hid] = erp.receivables.pop(3000) | {"HID": 20_000 + hid}
    report = connected.run()
    assert (report.done["items-new"], report.unread) == (60, [])
    found = invoice_of(connected, "3000")
    assert (found.open_minor, found.due_on) == (10000, DUE)
    del erp.receivables[9_000]
    connected.run()
    assert invoice_of(connected, "3000").open_minor == 6000
    report = connected.run()
    assert report.done["items-paid"] == 0


def test_a_payment_that_exact_has_not_matched_yet_is_no_second_claim(
    world: tuple[Connected, ExactErp],
) -> None:
    connected, erp = world
    connected.run()
    connected.books.pay("1001", 11900)
    connected.run()
    # Exact shows the entry beside the invoice until somebody matches the two.
    erp.invoice(1001, CUSTOMER, "119.00", ISSUED, DUE)
    erp.receivables[7_777] = dict(erp.receivables[1001]) | {"HID": 1, "Amount": Decimal(-119)}
    report = connected.run()
    assert report.done["items-unchanged"] + report.done["items-not-open"] >= 1
    assert not invoice_of(connected).is_open
    assert connected.books.credits(CUSTOMER) == []


def test_deliveries_stop_and_go_on(world: tuple[Connected, ExactErp]) -> None:
    connected, erp = world
    connected.run()
    asked = {
        "request": "R-1",
        "service": "stop-deliveries",
        "invoices": ["1001"],
        "currency": "EUR",
        "amount": "119.00",
    }
    for _ in range(2):
        connected.orders.hear("service.stop_requested", CREDITOR, CUSTOMER, asked)
    assert connected.run().done["orders-taken"] == 1
    assert erp.accounts[CUSTOMER]["Blocked"] is True
    connected.orders.hear("service.released", CREDITOR, CUSTOMER, asked)
    connected.run()
    assert erp.accounts[CUSTOMER]["Blocked"] is False
    assert connected.link("1001").told_minor == 0


def test_an_invoice_withdrawn_here_does_not_stop_the_others(
    world: tuple[Connected, ExactErp],
) -> None:
    connected, erp = world
    erp.invoice(1002, CUSTOMER, "50.00", ISSUED, DUE)
    connected.run()
    books = connected.books
    taken = books.store.get(NumberTaken, CREDITOR, "invoice", "1001")
    books.store.commit([Delete(taken, expect=None)])
    erp.paid_at_the_bank(1001, "119.00")
    erp.paid_at_the_bank(1002, "50.00")
    report = connected.run()
    assert report.ended is not None and report.ended.state == "ok"
    assert not invoice_of(connected, "1002").is_open
