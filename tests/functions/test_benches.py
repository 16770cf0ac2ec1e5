"""The benches run, at a size that takes no time, and what a notice costs stays known."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench import (
    audit,
    console,
    forecast,
    forecast_kept,
    forecast_lived,
    foresight_night,
    intake,
    intake_units,
    plan,
    reports,
    run,
    work_list,
)
from bench.units import row_size, size_of
from saldo.reminders.policy import policy_named
from saldo.wiring import install
from saldo_cli.replay.ledger import read_ledger


@pytest.fixture(autouse=True)
def _no_real_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", run.REGION)


def test_every_item_is_planned_where_all_are_due() -> None:
    policy = policy_named("plain-2-18-34")
    assert plan.measure(policy, 20, 5, 1)[1] == 100
    assert plan.measure(policy, 20, 5, 10)[1] == 10
    assert plan.measure(policy, 20, 5, 0)[1] == 0


@pytest.mark.parametrize("store", ["memory", "moto"])
def test_every_account_hears_of_all_its_items_in_one_mail(store: str) -> None:
    found = run.measure(store, 3, 5, "de-business", None)
    assert (found["notices"], found["items"]) == (3, 15)


def test_a_notice_of_five_items_costs_what_the_performance_page_says() -> None:
    found = run.measure("metered", 4, 5, "de-business", None)
    phases: Counter[str] = Counter()
    for what, units in found["units"]["writes"].items():
        phases[what.partition(":")[0]] += units
    assert phases == {"plan": 34, "send": 19, "relay": 4}


def test_taking_an_invoice_costs_what_the_performance_page_says() -> None:
    found = {name: round(writes, 1) for name, (writes, _) in intake_units.measure().items()}
    assert found == {
        "new, one per call": 15,
        "new, 500 per call": 13.1,
        "the same again": 0,
        "corrected": 14,
    }


def test_a_row_is_as_large_as_dynamodb_counts_it() -> None:
    # The key; the name and the map itself; then name, value and a byte for each element.
    assert row_size({"pk": "A#b#c", "body": {"n": 7, "yes": True}}) == 7 + 4 + 3 + 4 + 5
    assert [size_of(n) for n in (0, 100, 11_900, -5)] == [1, 2, 3, 3]
    assert size_of("Müller") == 7
    assert size_of([None, ""]) == 3 + 2 + 1


@pytest.mark.parametrize("per_call", [1, 500])
def test_what_an_erp_pushes_is_taken_through_the_handler(per_call: int) -> None:
    try:
        found = intake.measure("memory", 12, per_call, None)
    finally:
        install(None)
    assert (found["invoices"], found["per_call"]) == (12, per_call)
    assert found["cpu"] > 0


def test_an_event_in_the_audit_log_costs_what_the_performance_page_says() -> None:
    made = audit.events(490, audit.SeededIds(1))
    (written, read), _ = audit.units(made)
    assert (round(written, 1), round(read, 1)) == (4.0, 1.0)


def test_a_page_of_the_work_list_costs_the_same_however_long_the_list_is() -> None:
    assert work_list.measure(1000) == work_list.measure(400)
    found = work_list.measure(400)
    assert (found["first page"], found["counts"]) == (8, 1)


def test_an_event_costs_the_work_list_what_the_performance_page_says() -> None:
    assert work_list.derivation() == {
        "money moved, nothing there": (3, 0),
        "fact that changes nothing": (11, 0),
        "an item comes": (33, 8),
        "it goes": (28, 8),
    }


@pytest.mark.parametrize("invoices", [120, 720])
def test_a_report_reads_no_more_than_the_performance_page_says(invoices: int) -> None:
    told = reports.books(invoices)
    reports.count(told, 200)
    names = ("aging by branch", "DSO, a year by month", "cash, a quarter by week")
    found = [reports.page(told, reports.PAGES[name])[0] for name in names]
    assert all(0 < units <= most for units, most in zip(found, (9, 39, 15), strict=True)), found


def test_a_page_of_the_console_costs_no_more_for_a_large_account() -> None:
    small, large = console.measure(60), console.measure(2400)
    for name, cost in large.items():
        assert cost.units <= small[name].units * 1.5 + 4, f"{name}: {cost} against {small[name]}"


def test_every_account_is_told_when_its_open_invoices_are_paid() -> None:
    accounts = [forecast.bills_of(account, 5) for account in range(6)]
    model, _ = forecast.training(accounts)
    assert model.bills == 30
    assert len(forecast.telling(model, accounts)) == 6


def test_a_look_at_an_accounts_forecasts_costs_what_the_performance_page_says() -> None:
    units = forecast_kept.measure(200, 10).units
    assert {name: each[1] for name, each in units.items()} == {
        "all are new": 20,
        "nothing changed": 0,
        "the next night": 0,
        "one was paid": 20,  # so late that the nine others move by a day or more
        "reading": 0,
    }
    assert units["nothing changed"][0] <= 15
    assert units["reading"][0] <= 3


def test_a_night_without_news_costs_what_the_performance_page_says() -> None:
    most = {"a night": (50, 40), "a fact": (42, 33)}
    for name, cost in foresight_night.measure(200, 10).items():
        assert cost.write_units == 0
        units, requests = most[name]
        assert cost.read_units <= units and cost.requests <= requests, f"{name}: {cost}"
    none = foresight_night.measure(200, 0)["a night"]
    assert none.read_units <= 23 and none.requests <= 22


def test_a_ledger_that_is_lived_through_is_judged_invoice_by_invoice() -> None:
    ledger = Path(__file__).parents[1] / "replay" / "ledger-60.csv"
    lines = read_ledger(ledger, forecast_lived.COLUMNS, "%m/%d/%Y", "EUR")
    paid = [line for line in lines if line.paid_on is not None and line.paid_on > line.issued_on]
    late = [line for line in paid if line.paid_on and line.paid_on > line.due_on]
    months = forecast_lived.live(lines, 30)
    assert sum(one.issue.count for one in months) == len(paid)
    assert sum(one.due.count for one in months) == len(late)
    days = [abs((line.paid_on - line.due_on).days) for line in paid if line.paid_on]
    assert sum(one.issue.due_off for one in months) == 100 * sum(days)
