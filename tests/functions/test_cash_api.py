"""The money to come over the API, checked against its description, and at the command line."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Creditor
from saldo.cash.view import CashNotValid
from saldo.clock import FixedClock
from saldo.edge.v1.operations import OPERATIONS
from saldo.wiring import install
from tests.functions import test_money_commands as money
from tests.functions.erp import ACCOUNT, INVOICE, Erp, World, refusal
from tests.functions.test_ingest_openapi import pointer, schema_validator

books = money.books


@pytest.fixture
def world(clock: FixedClock) -> World:
    return World(clock)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    install(world.services)
    return erp


def night(world: World) -> None:
    """Have every account looked at and summed, as every night does."""
    services = world.services
    creditor = services.store.get(Creditor, "musterwerk")
    assert creditor is not None
    services.forecast_keeper.refresh(creditor.id, ACCOUNT["number"])
    services.cash_keeper.refresh(creditor.id, ACCOUNT["number"])
    services.cash_keeper.refresh_creditor(creditor, services.clock.now().date())


def checked(erp: Erp, name: str, **query: str) -> Any:
    """Call an operation and hold the answer against its schema."""
    operation = next(one for one in OPERATIONS if one.id == name)
    answer = erp.get(operation.path, **query)
    assert answer.status == 200, answer.text
    place = ("responses", "200", "content", "application/json", "schema")
    schema_validator(pointer("paths", operation.path, "get", *place)).validate(answer.json)
    return answer.json


def test_before_the_first_night_nothing_is_known_and_this_is_no_error(erp: Erp) -> None:
    assert checked(erp, "getCash")["day"] is None
    assert checked(erp, "tryCashScenario", change="volume", percent="10")["currencies"] == []
    assert checked(erp, "getCashTrack") == {"items": []}


def test_an_erp_reads_what_comes(erp: Erp, world: World) -> None:
    night(world)
    found = checked(erp, "getCash", step="month")
    (euros,) = found["currencies"]
    assert (euros["currency"], euros["open"], euros["items"]) == ("EUR", INVOICE["amount"], 1)
    parts = ("within", "half_year", "year", "later", "never")
    assert sum(float(euros[one]) for one in parts) == pytest.approx(119.0, abs=0.05)
    first, last = (date.fromisoformat(euros["rows"][n][d]) for n, d in ((0, "first"), (-1, "last")))
    assert last - first == timedelta(days=90)
    assert checked(erp, "getCash", country="NL")["currencies"] == []
    lines = erp.get("/v1/cash/csv").text.lstrip("\ufeff").splitlines()
    assert lines[0].startswith("currency,first,last,expected") and lines[1].startswith("EUR,")
    assert checked(erp, "getCashTrack", weeks="4", lead="2")["items"][0]["weeks"] == []


def test_an_erp_tries_a_change(erp: Erp, world: World) -> None:
    night(world)
    found = checked(erp, "tryCashScenario", change="customer-never", account=ACCOUNT["number"])
    (euros,) = found["currencies"]
    assert float(euros["lowest"]["so_far"]["expected"]) < -50
    assert found["account"] == ACCOUNT["number"]


def test_what_makes_no_sense_is_refused(erp: Erp) -> None:
    def told(**query: str) -> tuple[int, str]:
        status, code, _ = refusal(erp.get("/v1/cash/scenario", **query))
        return status, code

    assert told(change="customer-late", days="30") == (400, CashNotValid.code)
    assert told(change="reminders", days="-90") == (400, CashNotValid.code)
    assert told(change="volume", percent="5", account="1") == (400, CashNotValid.code)
    assert told(change="weather") == (400, "parameter-not-valid")
    assert told(change="customer-never", account="nobody") == (404, "account-unknown")
    assert refusal(erp.get("/v1/cash", step="hour"))[:2] == (400, "parameter-not-valid")


def test_the_command_line_tells_the_same(
    books: money.Books, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    run, said = money.run, money.said
    assert run(capsys, "cash", "renew")[0] == 0
    code, found = run(capsys, "cash", "show", "--step", "month")
    assert (code, found["step"]) == (0, "month")
    assert said(capsys, "cash", "show", "--out", str(tmp_path / "cash.csv"))[0] == 0
    assert (tmp_path / "cash.csv").read_bytes().startswith(b"\xef\xbb\xbfcurrency,")
    late = ("cash", "scenario", "customer-late", "--account", "10001", "--days", "30")
    assert "Lowest in the week until" in said(capsys, *late)[1]
    assert "No week is over" in said(capsys, "cash", "track")[1]
    assert said(capsys, "cash", "show", "--where", "colour")[0] != 0
