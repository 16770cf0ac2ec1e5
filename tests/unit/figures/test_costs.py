"""What collecting costs: messages, what providers keep, and what the software's cloud bills."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.running_costs import (
    RunningCost,
    RunningCostsNotValid,
    running_costs_from,
    told,
)
from saldo.figures.answer import Reports, ReportTable
from saldo.figures.ask import asked
from saldo.figures.exports import csv_of
from saldo.figures.model import Counted
from saldo.figures.speech import FigureSpeech
from saldo.ledger.verify import verify
from saldo.payments.payout_book import PayoutBook
from saldo.payments.payout_check import PayoutCheck
from saldo.payments.payout_fees import by_creditor, fees_of
from saldo.payments.payout_model import PayoutRecord
from saldo.payments.provider_fee import ProviderFee
from saldo.payments.refunds import Refunding
from saldo.payments.told import Payout, PayoutLine
from saldo.reminders.prices import own_prices_from, prices_from
from saldo.store import Delete, Put
from tests.books import CREDITOR, START, FakeProvider
from tests.figured import FiguredBooks
from tests.paid_out import line

TODAY = START.date()
PRICES = prices_from({"currency": "EUR", "email": "0.01", "letter": "1.10"})


class Costed(FiguredBooks):
    """Books with payouts: who paid, what the provider kept, and the report of what it cost."""

    def pays_out(self, *lines: PayoutLine, id_: str = "po-1", currency: str = "EUR") -> Payout:
        """Compare a payout with the books and book it, as the nightly job does."""
        net = sum(each.net_minor for each in lines)
        payout = Payout(id_, net, currency, self.clock.now().date(), lines)
        providers = {"sandbox": FakeProvider()}
        refunds = Refunding(self.store, self.clock, self.ids, providers)
        check = PayoutCheck(self.store, self.clock, providers, self.settlement, refunds)
        book = PayoutBook(self.store, self.clock, self.ids)
        assert book.book("sandbox", payout, check.check("sandbox", payout))
        assert not book.book("sandbox", payout, check.check("sandbox", payout))
        return payout

    def table(self, report: str, **more: Any) -> ReportTable:
        self.count()
        reports = Reports(self.store, self.clock, lambda: PRICES)
        return reports.make(CREDITOR, "Europe/Berlin", asked(report, **more))

    def rows(self, report: str, **more: Any) -> dict[tuple[str, ...], dict[str, Any]]:
        made = self.table(report, **more)
        names = [column.name for column in made.columns]
        return {
            (row.currency, *row.groups): dict(zip(names, row.values, strict=True))
            for row in made.rows
        }

    def agrees(self) -> bool:
        self.count()
        return not self.checked().differences and not verify(self.store, TODAY)


@pytest.fixture
def books() -> Costed:
    return Costed()


def plain(fee: int) -> PayoutLine:
    return line(None, 0, fee, kind="fee")


def test_a_fee_is_the_account_s_whose_payment_bears_it(books: Costed) -> None:
    books.begin(books.invoice())
    books.pays_out(line(books.pay(), fee=200))
    row = books.rows("costs", groups=["country"])["EUR", "DE"]
    assert (row["collected"], row["provider_fees"], row["cost"]) == (11900, 200, 200)
    assert row["cost_per_100"] == 168  # 2.00 of 119.00
    fees = books.rows("fees")["EUR", "sandbox"]
    assert fees == {"payments": 1, "paid_out": 11900, "fees": 200, "fees_per_100": 168}
    assert books.agrees()


def test_what_no_payment_bears_is_the_creditor_s_and_of_no_country(books: Costed) -> None:
    books.begin(books.invoice())
    books.pays_out(line(books.pay(), fee=0), plain(35))
    rows = books.rows("costs", groups=["country"])
    assert rows["EUR", ""]["provider_fees"] == 35
    assert rows["EUR", "DE"]["provider_fees"] is None
    assert books.rows("fees", groups=[])["EUR",]["fees_per_100"] == 29  # 0.35 of 119.00
    assert books.agrees()


def test_two_companies_at_one_provider_share_what_no_payment_bears(books: Costed) -> None:
    books.begin(books.invoice())
    books.pay()
    (ours,) = books.payments()
    theirs = replace(ours, creditor="other", account="20001")
    seen = [(line("a", 3000, 10), ours), (line("b", 1000, 0), theirs), (plain(101), None)]
    payout = Payout("po-1", 3889, "EUR", TODAY, tuple(one for one, _ in seen))
    fees = fees_of("sandbox", payout, TODAY, seen, lambda: None)
    assert [(one.creditor, one.account, one.fee_minor, one.gross_minor) for one in fees] == [
        (CREDITOR, "10001", 10, 3000),
        (CREDITOR, "~", 75, 0),
        ("other", "~", 26, 1000),
    ]
    assert by_creditor(fees, 111) == {CREDITOR: 85, "other": 26}


def test_money_of_another_system_keeps_its_fees(books: Costed) -> None:
    books.begin(books.invoice())
    books.pays_out(line(books.pay()), line(None, 11900, 300, provider_id="pp-x"), plain(100))
    assert books.rows("fees", groups=[])["EUR",]["fees"] == 250
    record = books.store.get(PayoutRecord, "sandbox", "po-1", "EUR")
    assert record is not None
    assert record.fees == {CREDITOR: 250, "*": 350}
    assert books.agrees()


def test_a_month_without_payments_costs_the_only_company_its_price(books: Costed) -> None:
    books.begin(books.invoice())
    books.pays_out(plain(990), line("x", 5000, 0, kind="adjustment", provider_id=None))
    assert books.rows("fees", groups=[])["EUR",] == {
        "payments": 0, "paid_out": 0, "fees": 990, "fees_per_100": None,
    }  # fmt: skip
    assert books.agrees()


def test_a_payout_makes_no_row_of_any_other_report(books: Costed) -> None:
    books.begin(books.invoice())
    payment = books.pay()
    told_of = ("cash", "collecting", "collectors", "behaviour", "stages")
    before = {name: books.rows(name, groups=["country"]) for name in told_of}
    books.pays_out(line(payment, fee=0), plain(35))
    books.pays_out(plain(-70), id_="po-2", currency="CHF")
    assert {name: books.rows(name, groups=["country"]) for name in told_of} == before
    assert books.rows("fees", groups=[])["CHF",]["fees"] == -70


def test_a_fee_told_twice_counts_once_and_a_lost_one_is_found(books: Costed) -> None:
    books.begin(books.invoice())
    books.pays_out(line(books.pay()), plain(30))
    told_ = list(books.stream)
    books.count()
    books.counter.count([*told_, *reversed(told_)])
    assert books.summed("fee:sandbox:minor") == 230
    (lost,) = [
        one for one in books.store.list(Counted, CREDITOR, "~") if one.subject.startswith("fee#")
    ]
    wrong = replace(lost, values={}, version=lost.version + 1)
    books.store.commit([Put(wrong, expect=lost.version)])
    assert not books.agrees()
    today = books.clock.now().date()
    assert not books.check.rebuild(CREDITOR, today).differences
    assert books.agrees()


def test_fees_of_old_payouts_are_told_by_a_rebuild_where_there_is_one_company(
    books: Costed,
) -> None:
    books.begin(books.invoice())
    payment = books.pay()
    old = Payout("po-0", 11700, "EUR", TODAY, (line(payment),))
    assert PayoutBook(books.store, books.clock, books.ids).book("sandbox", old)
    assert books.table("costs").not_given == ("provider_fees", "running")
    assert not books.check.rebuild(CREDITOR, TODAY).differences
    books.stream.clear()  # it was counted already
    assert not books.check.rebuild(CREDITOR, TODAY).differences
    assert books.rows("fees", groups=[])["EUR",]["fees"] == 200
    assert books.agrees()


def test_fees_that_differ_from_the_ledger_are_told(books: Costed) -> None:
    books.begin(books.invoice())
    books.pays_out(line(books.pay()))
    record = books.store.get(PayoutRecord, "sandbox", "po-1", "EUR")
    assert record is not None
    wrong = replace(record, fees={CREDITOR: 199}, version=record.version + 1)
    books.store.commit([Put(wrong, expect=record.version)])
    books.count()
    found = [(one.where, one.what, one.kept, one.right) for one in books.checked().differences]
    assert found == [
        ("payout sandbox po-1 EUR", "fees of all creditors", 199, 200),
        ("payout sandbox po-1 EUR", "fees by account", 200, 199),
    ]


def test_a_lost_part_of_a_payout_is_found(books: Costed) -> None:
    books.begin(books.invoice())
    books.pays_out(line(books.pay()), plain(30))
    books.count()
    (part,) = books.store.list(ProviderFee, CREDITOR, "~")
    books.store.commit([Delete(part, expect=None)])
    wrong = [(one.what, one.kept, one.right) for one in books.checked().differences]
    assert ("fees by account", 200, 230) in wrong


def test_a_payout_that_is_booked_while_figures_are_verified_is_not_judged(books: Costed) -> None:
    books.begin(books.invoice())
    payment = books.pay()
    books.count()

    def meanwhile(accounts: int) -> None:
        if not books.store.get(PayoutRecord, "sandbox", "po-1", "EUR"):
            books.pays_out(line(payment), plain(30))

    today = books.clock.now().date()
    checked = books.check.verify(CREDITOR, today, meanwhile)
    assert not [one for one in checked.differences if one.where.startswith("payout")]
    assert books.agrees()


def test_messages_about_dollars_are_priced_beside_them(books: Costed) -> None:
    due = TODAY + timedelta(days=8)
    books.begin(books.invoice("US-1", 7000, currency="USD", due_on=due))
    books.clock.advance(timedelta(days=11))
    assert books.day(due + timedelta(days=2))
    table = books.table("costs", groups=[])
    row = dict(zip([c.name for c in table.columns], table.rows[0].values, strict=True))
    assert (row["cost_email"], row["cost"], row["cost_elsewhere"]) == (None, 0, "0.01 EUR")
    said = FigureSpeech("de").row(table, table.rows[0])
    assert said[-1] == "0,01\xa0€"
    assert said[-2] == "nicht angegeben"
    assert "0.01 EUR" in csv_of(table).decode()


def test_own_prices_go_before_those_that_are_assumed(books: Costed) -> None:
    due = TODAY + timedelta(days=8)
    books.begin(books.invoice(due_on=due))
    assert books.table("costs").prices_assumed
    books.accounts.change_creditor(
        CREDITOR, message_prices=own_prices_from({"currency": "EUR", "email": "0.40"})
    )
    books.clock.advance(timedelta(days=11))
    assert books.day(due + timedelta(days=2))
    table = books.table("costs", groups=[], columns=["cost_email"])
    assert (table.rows[0].values, table.prices_assumed) == ((40,), False)
    assert books.rows("collectors", columns=["cost"])["EUR", ""] == {"cost": 40}


def running(*said: dict[str, Any]) -> tuple[RunningCost, ...]:
    return running_costs_from(said)


NOVEMBER = {"since": date(2026, 11, 1), "currency": "EUR", "per_month": "30.00"}


def test_running_costs_count_by_days_and_stand_at_no_place(books: Costed) -> None:
    books.begin(books.invoice())
    assert books.table("costs").not_given == ("provider_fees", "running")
    books.accounts.change_creditor(CREDITOR, running_costs=running(NOVEMBER))
    days = books.clock.now().date().day
    rows = books.rows("costs", groups=["country", "month"])
    assert rows["EUR", "", "2026-11"]["running"] == 100 * days
    assert rows["EUR", "DE", "2026-11"]["running"] is None
    table = books.table("costs", filters={"country": ["DE"]})
    assert table.not_given == ("provider_fees",)
    by_day = books.rows("costs", groups=["day"], columns=["running"])
    assert [row["running"] for row in by_day.values()] == [100] * days


def test_running_costs_change_with_a_month_and_end_with_nothing(books: Costed) -> None:
    books.begin(books.invoice())
    later = {**NOVEMBER, "since": date(2026, 12, 1), "per_month": "31.00"}
    end = {**NOVEMBER, "since": date(2027, 1, 1), "per_month": "0"}
    books.accounts.change_creditor(CREDITOR, running_costs=running(end, NOVEMBER, later))
    books.clock.move_to(books.clock.now().replace(year=2027, month=2, day=3))
    rows = books.rows("costs", columns=["running"])
    assert {groups[1]: row["running"] for groups, row in rows.items()} == {
        "2026-11": 3000,
        "2026-12": 3100,
    }


def test_a_price_an_invoice_stands_where_the_invoice_does(books: Costed) -> None:
    books.begin(books.invoice(), books.invoice("RE-2"), books.invoice("RE-3"))
    price = {"since": date(2026, 11, 1), "currency": "EUR", "per_invoice": "0.0125"}
    books.accounts.change_creditor(CREDITOR, running_costs=running(price))
    rows = books.rows("costs", groups=["country"], columns=["running", "cost_per_100"])
    assert rows["EUR", "DE"] == {"running": 4, "cost_per_100": None}  # 3.75 cents


def test_dollars_for_the_cloud_are_a_row_of_their_own(books: Costed) -> None:
    books.begin(books.invoice())
    books.pays_out(line(books.pay()))
    books.accounts.change_creditor(CREDITOR, running_costs=running({**NOVEMBER, "currency": "USD"}))
    rows = books.rows("costs", groups=[])
    assert rows["EUR",]["running"] is None
    assert rows["EUR",]["cost"] == 200
    dollars = rows["USD",]
    assert dollars["cost"] == dollars["running"] == 100 * books.clock.now().date().day
    assert (dollars["collected"], dollars["cost_per_100"]) == (0, None)


@pytest.mark.parametrize(
    "said",
    [
        [{**NOVEMBER, "since": date(2026, 11, 2)}],
        [NOVEMBER, NOVEMBER],
        [{"since": date(2026, 11, 1), "currency": "EUR"}],
        [{**NOVEMBER, "per_invoice": "1/2"}],
        [{**NOVEMBER, "per_month": "-1.00"}],
    ],
)
def test_running_costs_that_make_no_sense_are_refused(said: list[dict[str, Any]]) -> None:
    with pytest.raises(RunningCostsNotValid):
        running_costs_from(said)


def test_running_costs_are_told_as_they_are_read() -> None:
    both = {**NOVEMBER, "per_invoice": "0.012"}
    ended = {**NOVEMBER, "currency": "USD", "per_month": "0.00"}
    (one, end) = running(ended, both)
    assert told(one) == {**both, "since": "2026-11-01"}
    assert told(end) == {**ended, "since": "2026-11-01", "per_invoice": None}
