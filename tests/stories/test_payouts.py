"""Stories of payouts: what the provider sent to the bank, beside what the books say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from saldo.events import Event
from saldo.ledger.verify import verify
from saldo.payments.allocate import Grounds
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.model import Payment
from saldo.payments.payout_book import PayoutBook
from saldo.payments.payout_check import PayoutCheck
from saldo.payments.payout_model import PayoutNews, PayoutRecord
from saldo.payments.payouts import OVERLAP, PayoutIntake
from saldo.payments.ports import ProviderEvent, ProviderUnavailable
from saldo.payments.refunds import Refunding, RefundOrder
from saldo.payments.told import (
    ChargebackTold,
    Payout,
    PayoutLine,
    PayoutTold,
    RefundRequest,
    RefundTold,
)
from tests.books import ACCOUNT, CREDITOR, START, Books, FakeProvider
from tests.paid_out import line

TODAY = START.date()
PLACE = "~provider~sandbox"


@dataclass
class PayingOut(FakeProvider):
    """A provider with payouts; `down` makes it silent."""

    paid_out: list[Payout] = field(default_factory=list)
    since: list[date] = field(default_factory=list)
    down: bool = False

    def payouts(self, since: date) -> list[Payout]:
        if self.down:
            raise ProviderUnavailable("no answer")
        self.since.append(since)
        return list(self.paid_out)

    def payout(self, payout_id: str) -> list[Payout]:
        if self.down:
            raise ProviderUnavailable("no answer")
        return [one for one in self.paid_out if one.payout_id == payout_id]

    def fetch(self, provider_id: str) -> ProviderEvent:
        if provider_id not in self.states:
            raise ProviderUnavailable("it does not tell")
        return self.states[provider_id]

    def refund(self, request: RefundRequest) -> RefundTold:
        return RefundTold(
            "sandbox", "e", "re-1", request.provider_id, None, "pending",
            request.amount_minor, request.currency, START,
        )  # fmt: skip


class Till:
    """Books with one open invoice, and the job that takes payouts in."""

    def __init__(self) -> None:
        self.books = Books()
        self.books.begin(self.books.invoice())
        self.provider = PayingOut()
        self.books.provider = self.provider
        parts = (self.books.store, self.books.clock)
        providers = {"sandbox": self.provider}
        self.refunds = Refunding(*parts, self.books.ids, providers)
        self.chargebacks = Chargebacks(*parts, self.books.ids)
        self.book = PayoutBook(*parts, self.books.ids)
        check = PayoutCheck(*parts, providers, self.books.settlement, self.refunds)
        self.job = PayoutIntake(*parts, providers, check, self.book)

    def pays_out(self, *lines: PayoutLine, id_: str = "po-1", currency: str = "EUR") -> Payout:
        net = sum(each.net_minor for each in lines)
        payout = Payout(id_, net, currency, TODAY, lines)
        self.provider.paid_out.append(payout)
        return payout

    def differences(self) -> list[str]:
        return [found.difference for _, _, found in self.job.fetch().findings]

    def sums(self) -> dict[str, int]:
        total: dict[str, int] = {}
        for entry in self.books.journal(PLACE, creditor="*"):
            for posting in entry.postings:
                total[posting.account] = total.get(posting.account, 0) + posting.amount_minor
        return total

    def told(self, type_: str) -> list[Event]:
        month = self.books.clock.now().strftime("%Y%m")
        events = self.books.store.list(Event, "*", PLACE, month)
        return [event for event in events if event.type == type_]

    def clearing(self) -> int:
        ours = self.books.balance("provider-clearing")
        suspense = sum(
            posting.amount_minor
            for shard in range(8)
            for entry in self.books.journal(f"~suspense~{shard}", creditor="*")
            for posting in entry.postings
            if posting.account == "provider-clearing"
        )
        return ours + suspense + self.sums().get("provider-clearing", 0)


@pytest.fixture
def till() -> Iterator[Till]:
    till = Till()
    yield till
    assert verify(till.books.store, TODAY) == []


def test_a_payout_is_fetched_and_booked_once(till: Till) -> None:
    till.pays_out(line(till.books.pay()))
    assert till.job.fetch().done == {"booked": 1}
    assert till.sums() == {"bank": 11700, "provider-fees": 200, "provider-clearing": -11900}
    assert till.clearing() == 0
    assert till.job.fetch().done == {}  # listed today already
    till.books.clock.advance(timedelta(days=1))
    assert till.job.fetch().done == {"known": 1}
    assert till.provider.since[1] == TODAY - OVERLAP


def test_a_payout_said_to_arrive_in_another_year_is_still_the_same(till: Till) -> None:
    payout = till.pays_out(line(till.books.pay()))
    till.job.fetch()
    later = Payout(payout.payout_id, payout.amount_minor, "EUR", date(2027, 1, 2), payout.lines)
    assert till.book.book("sandbox", later) is False


def test_one_payout_id_in_two_currencies_is_two_payouts(till: Till) -> None:
    till.pays_out(line(till.books.pay()))
    till.pays_out(line(None, 500, 0, reference=None, currency="USD"), currency="USD")
    assert till.job.fetch().done["booked"] == 2
    records = list(till.books.store.list(PayoutRecord, "sandbox", "po-1"))
    assert [record.currency for record in records] == ["EUR", "USD"]


def test_a_callback_names_a_payout_and_the_next_run_books_it(till: Till) -> None:
    till.job.fetch()  # listed for today
    till.pays_out(line(till.books.pay()))
    told = PayoutTold("sandbox", "e", "po-1", "paid", 11700, "EUR", TODAY, START)
    assert till.book.told(told) == "payout-announced"
    assert till.book.told(told) == "payout-announced"
    assert till.job.fetch().done["booked"] == 1
    assert till.book.told(told) == "nothing-new"
    assert list(till.books.store.work(PayoutNews, "payout", "*", till.books.clock.now())) == []


def test_a_payout_that_is_only_on_its_way_is_no_news(till: Till) -> None:
    told = PayoutTold("sandbox", "e", "po-1", "created", 11700, "EUR", TODAY, START)
    assert till.book.told(told) == "nothing-new"


def test_the_bank_returns_a_payout(till: Till) -> None:
    till.pays_out(line(till.books.pay()))
    till.job.fetch()
    told = PayoutTold("sandbox", "e", "po-1", "failed", 11700, "EUR", TODAY, START)
    assert till.book.told(told) == "payout-returned"
    assert till.book.told(told) == "nothing-new"
    assert till.sums() == {"bank": 0, "provider-fees": 200, "provider-clearing": -200}
    assert len(till.told("payout.returned")) == 1


def test_a_provider_that_is_silent_is_asked_again_from_the_same_day(till: Till) -> None:
    till.pays_out(line(till.books.pay()))
    till.provider.down = True
    assert till.job.fetch().done == {"no-answer": 1}
    till.provider.down = False
    assert till.job.fetch().done["booked"] == 1


def test_a_payment_whose_callback_was_lost_is_settled_by_the_payout(till: Till) -> None:
    payment = till.books.start_payment()
    till.pays_out(line(payment, reference=payment))
    fetched = till.job.fetch()
    assert (fetched.done["settled-late"], fetched.findings) == (1, [])
    assert till.books.open_items() == []
    assert till.clearing() == 0
    assert till.books.settlement.settle(till.books.told(payment)) == "nothing-new"


def test_a_failed_payment_that_was_paid_out_was_paid(till: Till) -> None:
    payment = till.books.start_payment()
    till.books.settlement.settle(till.books.told(payment, "failed"))
    till.provider.states[f"pp-{payment}"] = till.books.told(payment, event_id="fetched")
    till.pays_out(line(payment, reference=payment))
    assert till.differences() == []
    assert till.books.payments()[0].method == "card"  # as the provider told, not the line
    assert till.clearing() == 0


def test_money_with_our_mark_that_nobody_knows_stands_on_suspense(till: Till) -> None:
    till.pays_out(line("lost", reference="01ARZ3NDEKTSV4RRFFQ69G5FAV"))
    assert till.differences() == ["unknown"]
    held = [p for n in range(8) for p in till.books.store.list(Payment, "*", f"~suspense~{n}")]
    assert [payment.amount_minor for payment in held] == [11900]
    assert till.clearing() == 0
    late = till.books.told("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert till.books.settlement.settle(
        ProviderEvent(**{n: getattr(late, n) for n in late.__slots__} | {"provider_id": "pp-lost"})
    ) == ("nothing-new")


def test_money_of_another_system_does_not_touch_what_the_provider_holds_for_us(
    till: Till,
) -> None:
    till.pays_out(line(till.books.pay()), line("theirs", 5000, 100))
    assert till.differences() == ["not-ours"]
    assert till.clearing() == 0
    assert till.sums()["suspense"] == -5000
    (event,) = till.told("payout.differs")
    assert event.data["lines"][0]["paid_out"] == "50.00"


def test_a_second_payment_of_the_same_attempt_is_not_lost(till: Till) -> None:
    payment = till.books.pay()
    till.pays_out(line(payment), line("again", reference=payment))
    assert till.differences() == ["second"]
    assert till.clearing() == 0


@pytest.mark.parametrize(
    ("gross", "currency", "found"), [(11800, "EUR", "amount"), (11900, "USD", "currency")]
)
def test_a_line_that_is_not_what_was_booked(
    till: Till, gross: int, currency: str, found: str
) -> None:
    payment = till.books.pay()
    till.pays_out(line(payment, gross, currency=currency), currency=currency)
    assert till.differences() == [found]


def test_a_payment_that_was_captured_in_parts_is_compared_as_a_whole(till: Till) -> None:
    payment = till.books.pay()
    till.pays_out(line(payment, 10000), line(payment, 1900, 0))
    assert till.differences() == []


def test_lines_that_do_not_sum_up_book_nothing_and_are_told_once(till: Till) -> None:
    payment = till.books.pay()
    till.provider.paid_out.append(Payout("po-1", 1, "EUR", TODAY, (line(payment),)))
    fetched = till.job.fetch()
    assert (fetched.done["wrong"], till.sums()) == (1, {})
    assert "the lines sum to 117.00, not to 0.01 EUR" in fetched.wrong[0][2]
    till.books.clock.advance(timedelta(days=1))
    till.job.fetch()
    assert [event.data["adds_up"] for event in till.told("payout.differs")] == [False]
    till.provider.paid_out[:] = []
    till.pays_out(line(payment))
    till.books.clock.advance(timedelta(days=1))
    assert till.job.fetch().done["booked"] == 1


def overpaid(till: Till) -> str:
    payment = till.books.start_payment()
    till.books.settlement.settle(till.books.told(payment, minor=12000))
    return payment


def test_a_refund_whose_callback_was_lost_is_done_by_the_payout(till: Till) -> None:
    payment = overpaid(till)
    order = RefundOrder("r-1", CREDITOR, ACCOUNT, payment, 100, Grounds("anna", "agreed"))
    assert till.refunds.refund(order).state == "asked"
    refund = line(payment, -100, 0, kind="refund", refund_id="re-1")
    till.pays_out(line(payment, 12000), refund)
    assert till.differences() == []
    assert till.refunds.refund(order).state == "done"
    assert till.clearing() == 0


def test_a_refund_that_was_made_in_the_providers_dashboard_is_found(till: Till) -> None:
    payment = overpaid(till)
    refund = line(payment, -100, 0, kind="refund", refund_id="re-9")
    till.pays_out(line(payment, 12000), refund)
    assert till.differences() == ["refund"]


@pytest.mark.parametrize("is_told", [True, False])
def test_a_chargeback_in_a_payout_is_in_the_books_or_found(till: Till, is_told: bool) -> None:
    payment = till.books.pay()
    if is_told:
        till.chargebacks.told(
            ChargebackTold(
                "sandbox",
                "e",
                "dp-1",
                f"pp-{payment}",
                None,
                "dispute",
                "taken",
                11900,
                "EUR",
                START,
            )
        )
    till.pays_out(line(payment), line(payment, -11900, 0, kind="chargeback"))
    assert till.differences() == ([] if is_told else ["chargeback"])


@pytest.mark.parametrize(("rest", "found"), [(1, []), (-5000, ["adjustment"])])
def test_a_cent_of_rounding_is_no_finding_and_a_reserve_is(
    till: Till, rest: int, found: list[str]
) -> None:
    payment = till.books.pay()
    till.pays_out(line(payment), line(None, rest, 0, kind="adjustment"))
    assert till.differences() == found
