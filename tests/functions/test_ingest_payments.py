"""A till and an ERP at the API: payments on site, credit, allocations, refunds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from saldo.clock import FixedClock
from saldo.ledger.verify import verify
from saldo.payments.allocate import Grounds
from saldo.payments.look import on_suspense
from saldo.payments.ports import ProviderEvent, ProviderUnavailable
from saldo.payments.told import RefundRefused, RefundRequest, RefundTold
from tests.books import FakeProvider
from tests.functions.erp import ACCOUNT, INVOICE, Erp, World, refusal

TAKEN: dict[str, Any] = {
    "id": "K-1",
    "invoices": ["2026/0815"],
    "amount": "119.00",
    "currency": "EUR",
    "received_on": "2026-11-20",
    "method": "cash",
}


class Refunder(FakeProvider):
    """A provider that gives money back, or does what `answer` says."""

    answer = "done"

    def __init__(self, clock: FixedClock) -> None:
        super().__init__()
        self.clock = clock
        self.refunds: list[RefundRequest] = []

    def refund(self, request: RefundRequest) -> RefundTold:
        self.refunds.append(request)
        if self.answer == "silent":
            raise ProviderUnavailable("No answer.")
        if self.answer == "refused":
            raise RefundRefused("The card was closed.")
        return RefundTold(
            "sandbox",
            f"evt-{len(self.refunds)}",
            f"re-{request.idempotency_key}",
            request.provider_id,
            None,
            self.answer,  # type: ignore[arg-type]
            request.amount_minor,
            request.currency,
            self.clock.now(),
        )


@pytest.fixture
def provider(clock: FixedClock) -> Refunder:
    return Refunder(clock)


@pytest.fixture
def world(clock: FixedClock, provider: Refunder) -> World:
    world = World(clock)
    world.services.__dict__["providers"] = {"sandbox": provider}
    return world


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    erp.put("/v1/invoices", {**INVOICE, "number": "2026/0816", "amount": "50.00"})
    world.commits.clear()
    return erp


@pytest.fixture(autouse=True)
def _books_agree(world: World):  # type: ignore[no-untyped-def]
    """Whatever a story does, postings and projections agree at its end."""
    yield
    assert verify(world.services.store, world.clock.now().date()) == []


def post(erp: Erp, path: str, body: Any, status: int = 200) -> Any:
    answer = erp.call("POST", path, body)
    assert answer.status == status, answer.text
    return answer.json


def take(erp: Erp, status: int = 201, **changes: Any) -> Any:
    return post(erp, "/v1/payments", {**TAKEN, **changes}, status)


def pay_online(world: World, amount_minor: int = 11900, invoice: str = "2026/0815") -> str:
    """Pay through the pay page, and return our payment's id."""
    checkout, settlement = world.services.checkout, world.services.settlement
    attempt = checkout.new_attempt()
    world.clock.advance(timedelta(seconds=1))
    url = world.services.links.create("musterwerk", invoice)
    checkout.start(url.rpartition("/")[2], attempt, "de")
    now = world.clock.now()
    told = ProviderEvent(
        "sandbox",
        f"evt-{attempt}",
        f"pp-{attempt}",
        attempt,
        "settled",
        amount_minor,
        "EUR",
        now,
        now.date(),
        "card",
    )
    assert settlement.settle(told) == "settled"
    return attempt


def open_of(erp: Erp, number: str = "2026/0815") -> str:
    return str(erp.get("/v1/invoices", number=number).json["open"])


def test_cash_pays_the_invoice_like_any_other_payment(erp: Erp, world: World) -> None:
    taken = take(erp)
    assert (taken["state"], taken["allocated"], taken["credit"]) == ("settled", "119.00", "0.00")
    assert (taken["your_id"], taken["provider"], taken["method"]) == ("K-1", "counter", "cash")
    assert taken["received_on"] == "2026-11-20"
    assert taken["open"] == [{"invoice": "2026/0815", "currency": "EUR", "open": "0.00"}]
    assert [a["amount"] for a in taken["allocations"]] == ["119.00"]
    assert "payment.settled" in world.events
    assert open_of(erp) == "0.00"


def test_the_till_sends_it_twice(erp: Erp) -> None:
    first = take(erp)
    assert take(erp, 200) == first
    assert len(erp.get("/v1/payments", account="D-1").json["items"]) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "120.00"},
        {"invoices": ["2026/0816"]},
        {"currency": "CHF"},
        {"received_on": "2026-11-19"},
        {"method": "card-terminal"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_same_id_with_other_contents_is_refused(changes: dict[str, Any], erp: Erp) -> None:
    take(erp)
    answer = erp.call("POST", "/v1/payments", {**TAKEN, **changes})
    assert refusal(answer) == (409, "counter-payment-differs", "/id")


def test_part_payment_leaves_the_rest_open(erp: Erp) -> None:
    taken = take(erp, amount="19.00")
    assert (taken["allocated"], taken["open"][0]["open"]) == ("19.00", "100.00")


def test_overpaid_in_cash_is_credit_that_the_next_invoice_takes(erp: Erp, world: World) -> None:
    taken = take(erp, amount="130.00")
    assert (taken["allocated"], taken["credit"]) == ("119.00", "11.00")
    found = erp.get("/v1/credits", account="D-1").json
    assert found["totals"] == [{"currency": "EUR", "open": "11.00"}]
    (credit,) = found["items"]
    order = {"source": credit["source"], "invoices": ["2026/0816"], "reason": "Angeboten"}
    allocated = post(erp, "/v1/allocations", order)
    assert (allocated["credit"], allocated["open"][0]["open"]) == (None, "39.00")
    (made,) = allocated["allocations"]
    assert (made["by"], made["reason"], made["amount"]) == ("ERP", "Angeboten", "11.00")
    # The ERP sends the same order again: nothing is paid twice.
    world.commits.clear()
    assert post(erp, "/v1/allocations", order) == allocated
    assert world.commits == []


def test_one_payment_for_two_invoices_in_their_order(erp: Erp) -> None:
    taken = take(erp, invoices=["2026/0816", "2026/0815", "2026/0816"], amount="100.00")
    assert [o["open"] for o in taken["open"]] == ["0.00", "69.00"]
    assert taken["invoices"] == ["2026/0816", "2026/0815"]


def test_money_for_a_paid_invoice_is_credit(erp: Erp) -> None:
    take(erp)
    again = take(erp, id="K-2", amount="10.00")
    assert (again["allocated"], again["credit"]) == ("0.00", "10.00")


def test_money_in_another_currency_is_credit_in_it(erp: Erp) -> None:
    taken = take(erp, currency="CHF")
    assert (taken["credit"], taken["currency"], taken["open"][0]["open"]) == (
        "119.00",
        "CHF",
        "119.00",
    )
    order = {"source": f"payment#{taken['id']}", "invoices": ["2026/0815"], "reason": "x"}
    answer = erp.call("POST", "/v1/allocations", order)
    assert refusal(answer) == (409, "allocation-currency", "/invoices")


def test_customer_pays_at_the_counter_while_the_pay_page_is_open(erp: Erp, world: World) -> None:
    checkout = world.services.checkout
    attempt = checkout.new_attempt()
    url = world.services.links.create("musterwerk", "2026/0815")
    checkout.start(url.rpartition("/")[2], attempt, "de")
    take(erp)
    now = world.clock.now()
    told = ProviderEvent(
        "sandbox", "evt-9", f"pp-{attempt}", attempt, "settled", 11900, "EUR", now, now.date()
    )
    assert world.services.settlement.settle(told) == "settled"
    online, counter = erp.get("/v1/payments", number="2026/0815").json["items"]
    if online["provider"] == "counter":
        online, counter = counter, online
    assert (counter["allocated"], online["allocated"], online["credit"]) == (
        "119.00",
        "0.00",
        "119.00",
    )
    # What was paid twice goes back the way it came.
    order = {"id": "R-1", "payment": online["id"], "amount": "119.00", "currency": "EUR"}
    given = post(erp, "/v1/refunds", {**order, "reason": "Doppelt bezahlt"})
    assert (given["state"], given["id"]) == ("done", "R-1")
    assert erp.get("/v1/credits", account="D-1").json["items"] == []
    assert open_of(erp) == "0.00"


BAD: list[tuple[dict[str, Any], int, str, str]] = [
    ({"amount": "0"}, 400, "amount-not-positive", "/amount"),
    ({"amount": 119}, 400, "amount-not-text", "/amount"),
    ({"amount": "1.001"}, 400, "amount-too-precise", "/amount"),
    ({"invoices": []}, 400, "field-not-valid", "/invoices"),
    ({"invoices": ["2026/0815"] * 501}, 400, "field-not-valid", "/invoices"),
    ({"invoices": ["nobody"]}, 404, "invoice-unknown", "/invoices"),
    ({"invoices": ["2026/0815", "other"]}, 400, "accounts-differ", "/invoices"),
    ({"method": "shells"}, 400, "field-not-valid", "/method"),
    ({"received_on": "2026-11-22"}, 400, "day-ahead", "/received_on"),
    ({"id": ""}, 400, "field-not-valid", "/id"),
    ({"creditor": "other"}, 400, "field-unknown", "/creditor"),
]


@pytest.mark.parametrize(("changes", "status", "code", "pointer"), BAD)
def test_bad_payment_is_refused_and_nothing_written(
    changes: dict[str, Any], status: int, code: str, pointer: str, erp: Erp, world: World
) -> None:
    erp.put("/v1/accounts", {**ACCOUNT, "number": "D-2"})
    erp.put("/v1/invoices", {**INVOICE, "number": "other", "account": "D-2"})
    world.commits.clear()
    answer = erp.call("POST", "/v1/payments", {**TAKEN, **changes})
    assert refusal(answer) == (status, code, pointer)
    assert world.commits == []


def test_payments_are_found_by_either_id_and_listed_the_latest_first(
    erp: Erp, world: World
) -> None:
    take(erp, amount="19.00")
    online = pay_online(world, 10000)
    one = erp.get("/v1/payments", id="K-1").json
    assert erp.get("/v1/payments", id=one["id"]).json == one
    assert erp.get("/v1/payments", id=online).json["provider_id"] == f"pp-{online}"
    listed = erp.get("/v1/payments", number="2026/0815").json
    assert [p["id"] for p in listed["items"]] == [online, one["id"]]
    assert listed["cursor"] is None
    assert erp.get("/v1/payments", number="2026/0816").json["items"] == []
    page = erp.get("/v1/payments", account="D-1", limit="1").json
    assert [p["id"] for p in page["items"]] == [online]
    rest = erp.get("/v1/payments", account="D-1", limit="1", cursor=page["cursor"]).json
    assert ([p["id"] for p in rest["items"]], rest["cursor"]) == ([one["id"]], None)


def test_an_invoice_knows_the_money_that_came_to_it_later(erp: Erp) -> None:
    paid = take(erp, amount="130.00")
    order = {"source": f"payment#{paid['id']}", "invoices": ["2026/0816"], "reason": "x"}
    post(erp, "/v1/allocations", order)
    (found,) = erp.get("/v1/payments", number="2026/0816").json["items"]
    assert found["id"] == paid["id"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 400, "which-payments"),
        ({"id": "K-1", "account": "D-1"}, 400, "which-payments"),
        ({"id": "K-9"}, 404, "payment-unknown"),
        ({"number": "K-9"}, 404, "invoice-unknown"),
        ({"account": "K-9"}, 404, "account-unknown"),
        ({"account": "D-1", "cursor": "é"}, 400, "cursor-not-valid"),
        ({"account": "D-1", "limit": "0"}, 400, "parameter-not-valid"),
        ({"invoice": "2026/0815"}, 400, "parameter-not-valid"),
    ],
)
def test_looks_at_payments_that_are_refused(
    query: dict[str, str], status: int, code: str, erp: Erp
) -> None:
    assert refusal(erp.get("/v1/payments", **query))[:2] == (status, code)


def test_another_creditors_money_does_not_exist(erp: Erp, world: World) -> None:
    paid = take(erp)
    online = pay_online(world, invoice="2026/0816")
    other = world.erp("other")
    for id_ in ("K-1", paid["id"], online):
        assert refusal(other.get("/v1/payments", id=id_))[1] == "payment-unknown"
        order = {"id": "R", "payment": id_, "amount": "1.00", "currency": "EUR", "reason": "x"}
        assert refusal(other.call("POST", "/v1/refunds", order))[1] == "payment-unknown"
    assert refusal(other.get("/v1/credits", account="D-1"))[1] == "account-unknown"
    order = {"source": f"payment#{paid['id']}", "invoices": ["2026/0815"], "reason": "x"}
    assert refusal(other.call("POST", "/v1/allocations", order))[1] == "invoice-unknown"


def test_the_same_till_number_at_two_creditors(erp: Erp, world: World) -> None:
    take(erp)
    other = world.erp("other")
    other.begin()
    assert take(other)["id"] == "other:counter:K-1"


def refund_order(payment: str, /, **changes: Any) -> dict[str, Any]:
    order = {"id": "R-1", "payment": payment, "amount": "11.00", "currency": "EUR"}
    return {**order, "reason": "Zu viel bezahlt", **changes}


def test_refund_asks_the_provider_once(erp: Erp, world: World, provider: Refunder) -> None:
    paid = pay_online(world, 13000)
    given = post(erp, "/v1/refunds", refund_order(paid))
    assert (given["state"], given["by"], given["amount"]) == ("done", "ERP", "11.00")
    assert post(erp, "/v1/refunds", refund_order(paid)) == given
    (asked,) = provider.refunds
    assert asked.idempotency_key.startswith("R-1.")
    assert len(asked.idempotency_key) <= 64  # the shortest key that a provider takes
    (told,) = erp.get("/v1/payments", id=paid).json["refunds"]
    assert told == given


def test_the_same_refund_id_for_two_payments_is_two_refunds(
    erp: Erp, world: World, provider: Refunder
) -> None:
    first, second = pay_online(world, 13000), pay_online(world, 13000, "2026/0816")
    post(erp, "/v1/refunds", refund_order(first))
    post(erp, "/v1/refunds", refund_order(second))
    keys = {asked.idempotency_key for asked in provider.refunds}
    assert len(keys) == 2


def test_refund_that_the_provider_works_on(erp: Erp, world: World, provider: Refunder) -> None:
    provider.answer = "pending"
    assert post(erp, "/v1/refunds", refund_order(pay_online(world, 13000)), 202)["state"] == "asked"


def test_provider_is_silent_and_the_promise_stands(
    erp: Erp, world: World, provider: Refunder
) -> None:
    provider.answer = "silent"
    paid = pay_online(world, 13000)
    assert post(erp, "/v1/refunds", refund_order(paid), 202)["state"] == "promised"
    assert erp.get("/v1/credits", account="D-1").json["items"] == []
    provider.answer = "done"
    assert post(erp, "/v1/refunds", refund_order(paid))["state"] == "done"


def test_provider_will_not_and_the_money_is_credit_again(
    erp: Erp, world: World, provider: Refunder
) -> None:
    provider.answer = "refused"
    given = post(erp, "/v1/refunds", refund_order(pay_online(world, 13000)))
    assert (given["state"], given["failure"]) == ("failed", "The card was closed.")
    assert erp.get("/v1/credits", account="D-1").json["totals"][0]["open"] == "11.00"


def test_cash_is_given_back_at_the_till(erp: Erp, provider: Refunder) -> None:
    taken = take(erp, amount="130.00")
    assert post(erp, "/v1/refunds", refund_order(taken["id"]))["state"] == "done"
    assert provider.refunds == []
    assert erp.get("/v1/payments", id="K-1").json["credit"] == "0.00"


def test_refunds_that_are_refused(erp: Erp, world: World, provider: Refunder) -> None:
    paid = pay_online(world, 13000)
    for changes, expected in (
        ({"payment": "nobody"}, (404, "payment-unknown", None)),
        ({"amount": "11.01"}, (409, "nothing-to-refund", None)),
        ({"currency": "USD"}, (409, "fact-currency", "/currency")),
        ({"amount": "0.00"}, (400, "amount-not-positive", "/amount")),
        ({"id": "R 1"}, (400, "field-not-valid", "/id")),
        ({"id": "R" * 41}, (400, "field-not-valid", "/id")),
        ({"reason": " "}, (400, "field-not-valid", "/reason")),
    ):
        answer = erp.call("POST", "/v1/refunds", refund_order(paid, **changes))
        assert refusal(answer) == expected
    assert provider.refunds == []
    post(erp, "/v1/refunds", refund_order(paid))
    answer = erp.call("POST", "/v1/refunds", refund_order(paid, amount="10.00"))
    assert refusal(answer) == (409, "refund-differs", "/id")


def test_provider_without_refunds(erp: Erp, world: World) -> None:
    world.services.__dict__["providers"]["sandbox"] = FakeProvider()
    paid = pay_online(world, 13000)
    answer = erp.call("POST", "/v1/refunds", refund_order(paid))
    assert refusal(answer) == (409, "refund-not-supported", None)


def test_allocation_is_taken_back_with_its_reason(erp: Erp, world: World) -> None:
    paid = take(erp)
    order = {"source": f"payment#{paid['id']}", "invoice": "2026/0815", "reason": "Verwechselt"}
    back = post(erp, "/v1/allocations/take-back", order)
    assert (back["credit"]["open"], back["allocations"]) == ("119.00", [])
    assert back["open"] == [{"invoice": "2026/0815", "currency": "EUR", "open": "119.00"}]
    (made,) = erp.get("/v1/payments", id="K-1").json["allocations"]
    assert (made["taken_back_by"], made["taken_back_reason"]) == ("ERP", "Verwechselt")
    again = erp.call("POST", "/v1/allocations/take-back", order)
    assert refusal(again) == (404, "allocation-unknown", None)


def test_allocations_that_are_refused(erp: Erp) -> None:
    paid = take(erp)
    for changes, expected in (
        ({"source": "payment#nobody"}, (404, "credit-unknown", "/source")),
        ({"source": "nobody"}, (400, "field-not-valid", "/source")),
        ({"invoices": ["nobody"]}, (404, "invoice-unknown", None)),
        ({"reason": ""}, (400, "field-not-valid", "/reason")),
    ):
        order = {"source": f"payment#{paid['id']}", "invoices": ["2026/0816"], "reason": "x"}
        assert refusal(erp.call("POST", "/v1/allocations", {**order, **changes})) == expected


def test_money_moved_from_suspense_is_the_accounts(erp: Erp, world: World) -> None:
    now = world.clock.now()
    told = ProviderEvent(
        "sandbox", "evt-s", "tr-77", "nobody", "settled", 5000, "EUR", now, now.date(), "transfer"
    )
    assert world.services.settlement.settle(told) == "suspense"
    assert refusal(erp.get("/v1/payments", id="sandbox:tr-77"))[1] == "payment-unknown"
    (held,) = on_suspense(world.services.store)
    world.services.treasury.transfer(
        held.account, held.id, "musterwerk", "D-1", ["2026/0816"], Grounds("anna", "Name passt")
    )
    assert list(on_suspense(world.services.store)) == []
    (found,) = erp.get("/v1/payments", number="2026/0816").json["items"]
    assert (found["id"], found["account"], found["allocated"]) == ("sandbox:tr-77", "D-1", "50.00")
    assert erp.get("/v1/payments", id="sandbox:tr-77").json == found
    other = world.erp("other")
    assert refusal(other.get("/v1/payments", id="sandbox:tr-77"))[1] == "payment-unknown"
