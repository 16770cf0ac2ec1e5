"""A payer lets a creditor charge an account later: given, told in any order, revoked."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest

from saldo.payments.agreements import Mandate
from saldo.payments.checkout import AttemptNotValid
from saldo.payments.mandates import MandatesNotOffered
from saldo.payments.ports import ProviderUnavailable
from saldo.payments.scheduled import MandateUnknown
from tests.agreed import ACCOUNT, CREDITOR, AgreedBooks


@pytest.fixture
def books() -> AgreedBooks:
    books = AgreedBooks()
    books.begin(books.invoice())
    return books


def test_payer_agrees_gives_the_mandate_and_is_charged_later(books: AgreedBooks) -> None:
    opened = books.opened()
    mandate = books.ask_mandate(opened)
    assert mandate.state == "requested"
    assert not mandate.is_chargeable
    assert mandate.hosted_url == f"https://pay.example/mandates/{mandate.id}"
    (asked,) = books.bank.mandates_asked
    assert asked.idempotency_key == mandate.id
    assert asked.return_url.endswith(f"/p/{books.last_token}/mandate-return?mandate={mandate.id}")
    assert asked.customer_email == "ap@beispiel.example"
    assert books.mandates.told(books.mandate_told(mandate)) == "active"
    (kept,) = books.mandates.of(CREDITOR, ACCOUNT)
    assert kept.is_chargeable
    assert kept.consent.text.startswith("Ich ermächtige Musterwerk GmbH")
    assert kept.consent.link_hash == opened.link.token_hash
    told = [one for one in books.event_types() if one.startswith("mandate.")]
    # Both at one instant: which of two ids comes first says nothing.
    assert sorted(told) == ["mandate.active", "mandate.requested"]


def test_payer_clicks_twice_and_gives_one_mandate(books: AgreedBooks) -> None:
    opened, attempt = books.opened(), books.checkout.new_attempt()
    first = books.ask_mandate(opened, attempt=attempt)
    second = books.ask_mandate(opened, attempt=attempt)
    assert first == second
    assert len(books.mandates.of(CREDITOR, ACCOUNT)) == 1


def test_the_answer_of_the_provider_is_lost_and_the_second_click_gets_the_same_page(
    books: AgreedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, attempt = books.opened(), books.checkout.new_attempt()
    answer = books.bank.request_mandate

    def lost(request: object) -> object:
        answer(request)  # type: ignore[arg-type]
        raise ProviderUnavailable("No answer.")

    monkeypatch.setattr(books.bank, "request_mandate", lost)
    with pytest.raises(ProviderUnavailable):
        books.ask_mandate(opened, attempt=attempt)
    monkeypatch.setattr(books.bank, "request_mandate", answer)
    assert books.ask_mandate(opened, attempt=attempt).hosted_url is not None
    assert {asked.idempotency_key for asked in books.bank.mandates_asked} == {attempt}


def test_an_attempt_of_another_link_is_refused(books: AgreedBooks) -> None:
    mandate = books.ask_mandate(books.opened())
    with pytest.raises(AttemptNotValid):
        books.ask_mandate(books.opened(), attempt=mandate.id)
    with pytest.raises(AttemptNotValid):
        books.ask_mandate(books.opened(), attempt="not an id")


def test_a_provider_without_mandates_offers_none(books: AgreedBooks) -> None:
    opened = books.opened()
    books.mandates._providers = {}  # type: ignore[assignment]
    assert not books.mandates.offers(opened.creditor)
    with pytest.raises(MandatesNotOffered):
        books.ask_mandate(opened)


def test_the_callback_is_faster_than_the_answer_and_the_redirect(books: AgreedBooks) -> None:
    opened, attempt = books.opened(), books.checkout.new_attempt()
    answer = books.bank.request_mandate

    def slow(request: object) -> object:
        hosted = answer(request)  # type: ignore[arg-type]
        waiting = books.store.get(Mandate, CREDITOR, ACCOUNT, attempt)
        assert waiting is not None
        assert books.mandates.told(books.mandate_told(waiting)) == "active"
        return hosted

    books.bank.request_mandate = slow  # type: ignore[assignment,method-assign]
    mandate = books.ask_mandate(opened, attempt=attempt)
    assert mandate.state == "active"
    assert mandate.hosted_url is not None
    assert books.mandates.come_back(opened, mandate.id).is_chargeable


@pytest.mark.parametrize("order", list(permutations(["pending", "active", "ended"])))
@pytest.mark.parametrize("times", [1, 2])
def test_events_in_any_order_and_twice_end_in_the_same_state(
    books: AgreedBooks, order: tuple[str, ...], times: int
) -> None:
    scheduled = books.scheduled(date(2026, 12, 15))
    mandate = books.mandate_now(books.mandates.of(CREDITOR, ACCOUNT)[0])
    del scheduled
    opened = books.opened()
    mandate = books.ask_mandate(opened)
    for state in order:
        # Only the first two bring back what they were asked with, as providers do.
        by = "mandate" if state == "ended" else "flow"
        for again in range(times):
            told = books.mandate_told(mandate, state, by=by, reason="Revoked.", again=again)  # type: ignore[arg-type]
            books.mandates.told(told)
    now = books.mandate_now(mandate)
    assert (now.state, now.ended_by, now.ended_reason) == ("ended", "provider", "Revoked.")
    assert not now.is_chargeable
    ended = [e for e in books.told_of("mandate.ended") if e["mandate"] == mandate.id]
    assert len(ended) == 1


def test_a_mandate_of_nobody_known_is_no_news(books: AgreedBooks) -> None:
    mandate = books.ask_mandate(books.opened())
    told = books.mandate_told(mandate, "active", by="mandate")
    assert books.mandates.told(told) == "unknown"
    assert books.mandate_now(mandate).state == "requested"


def test_the_payer_comes_back_before_any_callback(books: AgreedBooks) -> None:
    opened = books.opened()
    mandate = books.ask_mandate(opened)
    assert books.mandates.come_back(opened, mandate.id).state == "requested"
    # The provider's answer names neither our reference nor the flow that it was asked for.
    books.bank.given[f"flow-{mandate.id}"] = books.mandate_told(mandate, "pending", by="mandate")
    assert books.mandates.come_back(opened, mandate.id).state == "pending"
    assert books.mandates.told(books.mandate_told(mandate, "active", by="mandate")) == "active"


def test_another_link_to_one_invoice_knows_nothing_of_the_mandate(books: AgreedBooks) -> None:
    mandate = books.give_mandate(books.opened())
    other = books.opened()
    with pytest.raises(MandateUnknown):
        books.mandates.come_back(other, mandate.id)
    assert books.mandates.chargeable(other) == []
    assert books.mandates.chargeable(books.opened(whole_account=True)) == [
        books.mandate_now(mandate)
    ]


def test_the_payer_revokes_and_what_was_planned_never_happens(books: AgreedBooks) -> None:
    scheduled = books.scheduled(date(2026, 12, 15))
    (mandate,) = books.mandates.of(CREDITOR, ACCOUNT)
    ended = books.mandates.revoke(CREDITOR, ACCOUNT, mandate.id, "payer", "No more.")
    assert (ended.state, ended.ended_by) == ("ended", "payer")
    assert books.bank.revoked == [mandate.provider_mandate]
    assert books.scheduled_now(scheduled).state == "failed"
    assert books.standing_holds() == []
    # Revoking again, and the provider's echo of it, are no news.
    assert books.mandates.revoke(CREDITOR, ACCOUNT, mandate.id, "payer", "Again.") == ended
    assert books.mandates.told(books.mandate_told(mandate, "ended")) == "nothing-new"
    books.morning_of(date(2026, 12, 15))
    books.tend()
    assert books.bank.calls == []


def test_the_provider_is_out_of_reach_when_the_payer_revokes(
    books: AgreedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    mandate = books.give_mandate(books.opened())

    def unreachable(mandate_id: str, customer_id: str | None) -> None:
        raise ProviderUnavailable("No answer.")

    with monkeypatch.context() as outage:
        outage.setattr(books.bank, "revoke_mandate", unreachable)
        ended = books.mandates.revoke(CREDITOR, ACCOUNT, mandate.id, "payer", "No more.")
        assert ended.state == "ended"
        books.clock.advance(timedelta(hours=1))
        assert books.tend()["mandates no-answer"] == 1
    books.clock.advance(timedelta(hours=1))
    assert books.tend()["mandates followed"] == 1
    assert books.bank.revoked == [mandate.provider_mandate]
    assert books.tend() == {}


def test_revoked_here_before_it_was_given_is_revoked_there_when_it_is(books: AgreedBooks) -> None:
    mandate = books.ask_mandate(books.opened())
    books.mandates.revoke(CREDITOR, ACCOUNT, mandate.id, "payer", "Changed my mind.")
    assert books.bank.revoked == []
    assert books.mandates.told(books.mandate_told(mandate, "active")) == "nothing-new"
    assert books.bank.revoked == [f"mdt-{mandate.id}"]
    assert books.mandate_now(mandate).state == "ended"


def test_a_mandate_that_was_never_given_is_given_up_and_lives_if_it_is_after_all(
    books: AgreedBooks,
) -> None:
    opened = books.opened()
    mandate = books.ask_mandate(opened)
    waits = books.schedule.schedule(
        opened, books.checkout.new_attempt(), ["RE-1"], None, date(2026, 12, 15), mandate.id
    )
    assert waits.state == "waiting"
    assert books.standing_holds() == ["payment-scheduled"]
    books.clock.advance(timedelta(days=6))
    assert books.tend() == {"mandates waiting": 1}
    books.clock.advance(timedelta(days=1))
    assert books.tend() == {"mandates given-up": 1}
    assert books.scheduled_now(waits).state == "failed"
    assert books.standing_holds() == []
    assert books.mandates.told(books.mandate_told(mandate, "active")) == "active"
    assert books.scheduled_now(waits).state == "failed"


def test_a_lost_callback_is_made_good_by_looking(books: AgreedBooks) -> None:
    mandate = books.ask_mandate(books.opened())
    books.bank.given[f"flow-{mandate.id}"] = books.mandate_told(mandate, "active", by="mandate")
    books.clock.advance(timedelta(minutes=5))
    assert books.tend() == {}
    books.clock.advance(timedelta(minutes=15))
    assert books.tend() == {"mandates looked-up": 1}
    assert books.mandate_now(mandate).is_chargeable
    assert books.tend() == {}
