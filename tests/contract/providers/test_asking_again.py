"""What a lost callback would have told is asked for: refunds, payouts, pages that are to close."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from saldo.adapters.adyen.reports import payouts_of
from saldo.adapters.http.transport import ResponseTooLarge, UrllibTransport
from saldo.adapters.mollie.provider import MollieProvider
from saldo.payments.ports import ProviderUnavailable
from saldo.payments.told import Cancels, RefundLookUps, SinglePayouts
from tests.contract.providers import adyen_side, gocardless_side, mollie_side, stripe_side
from tests.contract.providers.adyen_side import CHECKOUT, LINK, REPORT


@pytest.fixture(scope="module")
def server() -> Iterator[mollie_side.Replay]:
    yield from mollie_side.serve()


@pytest.fixture
def mollie(server: mollie_side.Replay) -> Iterator[MollieProvider]:
    server.asked.clear()
    yield from mollie_side.mollie(server)


@pytest.fixture
def stripe() -> stripe_side.Stripe:
    return stripe_side.Stripe()


@pytest.fixture
def side() -> gocardless_side.GoCardless:
    return gocardless_side.GoCardless()


def test_every_provider_stands_behind_the_ports_that_its_service_allows(
    mollie: MollieProvider,
    stripe: stripe_side.Stripe,
    side: gocardless_side.GoCardless,
) -> None:
    by_name = {
        "adyen": adyen_side.adyen(),
        "gocardless": gocardless_side.provider(side),
        "mollie": mollie,
        "stripe": stripe_side.provider(stripe),
    }
    for name, provider in by_name.items():
        assert isinstance(provider, Cancels), name
        # Adyen tells how a refund stands by notification and report alone.
        assert isinstance(provider, RefundLookUps) == (name != "adyen"), name
        # Mollie's callbacks name no settlements, so none is asked for by its id.
        assert isinstance(provider, SinglePayouts) == (name != "mollie"), name


def test_a_refund_is_looked_up_at_stripe(stripe: stripe_side.Stripe) -> None:
    made = stripe.answers["POST /v1/refunds"]["body"]
    for status, state in (("pending", "pending"), ("succeeded", "done"), ("failed", "failed")):
        stripe.set("GET /v1/refunds/re_3BACK", 200, {**made, "status": status})
        told = stripe_side.provider(stripe).fetch_refund("pi_3PAY", "re_3BACK")
        assert (told.refund_id, told.state, told.reference) == ("re_3BACK", state, "pay-1")
        assert told.event_id == f"re_3BACK:{state}"
    stripe.set("GET /v1/refunds/re_3BACK", 200, {**made, "metadata": {}})
    told = stripe_side.provider(stripe).fetch_refund("pi_3PAY", "re_3BACK")
    assert told.reference == "pay-1"  # as the payment has it


@pytest.mark.parametrize("refund_id", ["re_gone", "../payouts", ""])
def test_a_refund_that_stripe_does_not_show_is_asked_for_later(
    stripe: stripe_side.Stripe, refund_id: str
) -> None:
    with pytest.raises(ProviderUnavailable):
        stripe_side.provider(stripe).fetch_refund("pi_3PAY", refund_id)


def test_a_refund_is_looked_up_at_mollie(
    mollie: MollieProvider, server: mollie_side.Replay
) -> None:
    made = server.exchanges["POST /v2/payments/tr_5B8cwPMGnU/refunds"]["body"]
    path = "GET /v2/payments/tr_5B8cwPMGnU/refunds/re_4qqhO89gsT"
    for status, state in (("processing", "pending"), ("refunded", "done"), ("failed", "failed")):
        server.exchanges[path] = {"status": 200, "body": {**made, "status": status}}
        told = mollie.fetch_refund("tr_5B8cwPMGnU", "re_4qqhO89gsT")
        assert (told.refund_id, told.state) == ("re_4qqhO89gsT", state)
    missing = {"status": 404, "title": "Not Found", "detail": "No such refund"}
    server.exchanges[path] = {"status": 404, "body": missing}
    with pytest.raises(ProviderUnavailable):
        mollie.fetch_refund("tr_5B8cwPMGnU", "re_4qqhO89gsT")


def test_a_refund_is_looked_up_at_gocardless(side: gocardless_side.GoCardless) -> None:
    adapter = gocardless_side.provider(side)
    for status, state in (("submitted", "pending"), ("paid", "done"), ("bounced", "failed")):
        side.change("refunds", "RF0001", status=status)
        for asked in ("PM000PAY", "BRQ000PAY"):
            told = adapter.fetch_refund(asked, "RF0001")
            assert (told.refund_id, told.state, told.reference) == ("RF0001", state, "pay-1")
    with pytest.raises(ProviderUnavailable):
        adapter.fetch_refund("PM000OTHER", "RF0001")
    with pytest.raises(ProviderUnavailable):
        adapter.fetch_refund("PM000PAY", "RF404")


def test_mollie_cancels_what_it_says_can_be_cancelled(
    mollie: MollieProvider, server: mollie_side.Replay
) -> None:
    path = "/v2/payments/tr_5B8cwPMGnU"
    asked = f"GET {path}?embed=refunds%2Cchargebacks"
    known = server.exchanges[asked]
    cancelled = {"status": 200, "body": {**known["body"], "status": "canceled"}}
    server.exchanges[f"DELETE {path}"] = cancelled
    mollie.cancel_payment("tr_5B8cwPMGnU")
    assert [name for name, _, _ in server.asked] == [asked]
    open_ = {**known["body"], "status": "open", "isCancelable": True}
    server.exchanges[asked] = {"status": 200, "body": open_}
    mollie.cancel_payment("tr_5B8cwPMGnU")
    assert server.asked[-1][0] == f"DELETE {path}"
    too_late = {"status": 422, "title": "x", "detail": "The payment is not cancelable"}
    server.exchanges[f"DELETE {path}"] = {"status": 422, "body": too_late}
    mollie.cancel_payment("tr_5B8cwPMGnU")
    server.exchanges[asked] = known


def test_adyen_lets_a_link_expire() -> None:
    replay = adyen_side.Replay()
    link = replay.exchanges[f"GET {CHECKOUT}/paymentLinks/{LINK}"]["body"]
    path = f"PATCH {CHECKOUT}/paymentLinks/{LINK}"
    replay.exchanges[path] = {"status": 200, "body": {**link, "status": "expired"}}
    adapter = adyen_side.adyen(replay=replay)
    adapter.cancel_payment(LINK)
    assert replay.asked == [(path, replay.asked[0][1], {"status": "expired"})]
    # Completed meanwhile: its own notification tells. What is no link is nothing to close.
    replay.exchanges[path] = {"status": 422, "body": {"errorCode": "29_100"}}
    adapter.cancel_payment(LINK)
    adapter.cancel_payment("NC6HT9CRT65ZGN82")
    assert len(replay.asked) == 2
    replay.exchanges[path] = {"status": 500, "body": {}}
    with pytest.raises(ProviderUnavailable):
        adapter.cancel_payment(LINK)


def test_a_payout_of_stripes_is_read_by_its_id(stripe: stripe_side.Stripe) -> None:
    adapter = stripe_side.provider(stripe)
    (first, *_) = stripe.answers["GET /v1/payouts"]["body"]["data"]
    stripe.set(f"GET /v1/payouts/{first['id']}", 200, first)
    (payout,) = adapter.payout(first["id"])
    assert sum(line.net_minor for line in payout.lines) == payout.amount_minor
    stripe.set(f"GET /v1/payouts/{first['id']}", 200, {**first, "status": "in_transit"})
    with pytest.raises(ProviderUnavailable):
        adapter.payout(first["id"])
    assert adapter.payout("po_gone") == adapter.payout("../charges") == []


def test_a_payout_of_gocardless_is_read_by_its_id(side: gocardless_side.GoCardless) -> None:
    adapter = gocardless_side.provider(side)
    (payout,) = adapter.payout("PO0001")
    assert payout.arrives_on is not None
    assert [payout] == adapter.payouts(payout.arrives_on)
    side.change("payouts", "PO0001", status="pending")
    with pytest.raises(ProviderUnavailable):
        adapter.payout("PO0001")
    assert adapter.payout("PO404") == []


def test_an_adyen_batch_of_two_currencies_is_two_payouts() -> None:
    def row(kind: str, debit: str, credit: str) -> bytes:
        payment = "Beispiel,BeispielECOM,PD7HT9CRT65ZGN82,pay-9,mc,2026-03-02 11:15:02,CET"
        amounts = f"USD,{debit},{credit},1,USD,{debit},{credit}"
        return f"{payment},{kind},M1,{amounts},,,,,,,2\n".encode()

    report = REPORT.rstrip() + b"\n" + row("Settled", "", "20.00")
    report += row("MerchantPayout", "20.00", "")
    euros, payout = payouts_of("report", report)
    assert (euros.currency, euros.amount_minor) == ("EUR", 16000)
    assert (payout.currency, payout.amount_minor, len(payout.lines)) == ("USD", 2000, 1)
    assert payout.lines[0].reference == "pay-9"


def test_a_report_larger_than_an_answer_is_read_up_to_its_own_limit(
    server: mollie_side.Replay,
) -> None:
    server.exchanges["GET /report.csv"] = {"status": 200, "body": "x" * 1_500_000}
    address = f"{server.endpoint}/report.csv"
    with pytest.raises(ResponseTooLarge):
        UrllibTransport().request("GET", address, {}, None)
    status, _, body = UrllibTransport(response_bytes_max=2_000_000).request(
        "GET", address, {}, None
    )
    assert (status, len(body)) == (200, 1_500_000)
