"""What the bus tells of money becomes messages; the nightly look for forgotten accounts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from functions.remind import app as remind
from infra.cfn import Template, load_template
from infra.metrics import STAGES
from saldo.accounts.model import Account
from saldo.codec import encode
from saldo.law import rates
from saldo.reminders.forgotten import ForgottenAccounts
from saldo.settings import Settings
from saldo.store import Put
from saldo.wiring import Services, install
from saldo_cli.in_process import PLANNED_ON
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.sqs import bus_event, sqs_event


@pytest.fixture
def books() -> Iterator[Books]:
    books = Books()
    books.begin(books.invoice(already_sent=True))
    install(
        Services(
            Settings(is_local=True),
            store=books.store,
            clock=books.clock,
            ids=books.ids,
            accounts=books.accounts,
            run=books.run,
            sender=books.sender,
            payer_messages=books.payer_messages,
            forgotten=ForgottenAccounts(books.store, books.clock, books.run),
        )
    )
    yield books
    install(None)


def counted(output: str, metric: str) -> list[tuple[int, str | None]]:
    """Return each value of a metric that was written, with its stage."""
    lines = [json.loads(line) for line in output.splitlines() if line.startswith('{"_aws"')]
    return [(line[metric][0], line.get("stage")) for line in lines if metric in line]


def test_a_failed_debit_is_told_and_counted_by_its_kind(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, "processing"))
    books.settlement.settle(books.told(payment, "failed"))
    (failed,) = [e for e in books.events() if e.type == "payment.failed"]
    remind.plan_accounts(sqs_event(bus_event(failed), bus_event(failed)), None)
    (job,) = books.sends.take()
    remind.send(sqs_event(encode(job)), None)
    assert [m.subject for m in books.postbox.mails] == ["payment-failed RE-1 11900 EUR"]
    assert counted(capsys.readouterr().out, "NoticesSent") == [(1, "payment-failed")]


def test_no_metric_is_named_after_a_payment(books: Books) -> None:
    books.pay()
    (notice,) = books.tell("payment.settled")
    kinds = [*("paid",), *("payment-failed", "payment-scheduled", "mandate-given")]
    kinds += ["plan-agreed", "plan-missed", "promise-confirmed", "promise-broken"]
    kinds += ["dispute-received", "dispute-closed", "invoice-copy"]
    assert remind._stage(notice) == "paid"
    assert [remind._stage(replace(notice, message=k)) for k in kinds[1:]] == kinds[1:]  # type: ignore[arg-type]
    assert set(kinds) <= set(STAGES)


def test_the_nightly_look_wakes_and_counts_the_forgotten(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert remind.forgotten({}, None).items() >= {"found": 0, "woken": 0}.items()
    found = books.store.get(Account, CREDITOR, ACCOUNT)
    assert found is not None
    asleep = replace(found, due_at=None, version=found.version + 1)
    books.store.commit([Put(asleep, expect=found.version)])
    capsys.readouterr()
    assert remind.forgotten({}, None).items() >= {"found": 1, "woken": 1}.items()
    assert counted(capsys.readouterr().out, "AccountsForgotten") == [(1, None)]
    assert remind.forgotten({}, None).items() >= {"found": 0, "woken": 0}.items()


@pytest.mark.parametrize("day", ["2099-01-01", "2099-07-01"])
def test_a_half_year_without_its_rates_of_interest_is_told_to_the_operators(
    books: Books,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    day: str,
) -> None:
    answer = remind.forgotten({"scheduled_time": f"{day}T03:00:00Z"}, None)
    assert answer["rates_missing"] == len(rates.all_tables())
    assert counted(capsys.readouterr().out, "RatesMissing") == [(len(rates.all_tables()), None)]
    told = [getattr(record, "do", "") for record in caplog.records]
    assert any(one.startswith(f"The German base rate from {day} is missing: add a") for one in told)
    assert books.notices() == []


def test_rates_of_the_present_half_year_ring_nothing(
    books: Books,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unconfirmed = rates.StaleRate("de/base_rate", "unconfirmed", date(2026, 7, 1), "Compare it.")
    monkeypatch.setattr(rates, "stale_rates", lambda today: (unconfirmed,))
    assert remind.forgotten({}, None)["rates_missing"] == 0
    assert counted(capsys.readouterr().out, "RatesMissing") == [(0, None)]
    assert "Compare it." in [getattr(record, "do", "") for record in caplog.records]
    assert books.notices() == []


def test_the_bus_hands_over_every_fact_that_payers_are_told_of(books: Books) -> None:
    template: Template = load_template()
    rule: Any = template["Resources"]["AccountRule"]["Properties"]["EventPattern"]
    assert books.payer_messages.event_types <= set(rule["detail-type"])
    assert set(rule["detail-type"]) == PLANNED_ON
