"""The base rate as the Bundesbank publishes it, held against the table that is shipped.

`published/base_rate.csv` was made after the documentation of the web service; nobody called it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from saldo.adapters.bundesbank import base_rate
from saldo.adapters.bundesbank.base_rate import BaseRates, BundesbankSilent, months_in
from saldo.law.published import Month, PublishedRatesNotClear, compared
from saldo.law.rates import RateTable, named, read_rows
from saldo_cli.commands import law_rates
from saldo_cli.main import main

ANSWER = (Path(__file__).parent / "published" / "base_rate.csv").read_bytes()
TODAY = date(2026, 11, 22)
HEAD = b"TIME_PERIOD;OBS_VALUE\n"


class Bundesbank:
    """Answers like the web service, or with what it is told to."""

    def __init__(self, status: int = 200, body: bytes = ANSWER) -> None:
        self.status, self.body = status, body
        self.asked: list[tuple[str, str]] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        assert (method, body) == ("GET", None)
        self.asked.append((url, headers["Accept"]))
        if self.status == 0:
            raise OSError("no route to host")
        return self.status, {}, self.body


def table(*rows: str) -> RateTable:
    text = "\n".join(["value,valid_from,source,confirmed", *rows])
    return RateTable("de/base_rate", "German base rate", "x", read_rows(text, "x"))


def test_the_series_is_asked_for_by_its_documented_address() -> None:
    bank = Bundesbank()
    months = BaseRates(bank).months(date(2025, 1, 1))
    ((url, accept),) = bank.asked
    assert url == (
        "https://api.statistiken.bundesbank.de/rest/data/BBIN1/M.DE.BBK.BBKBAS2.EUR.ME"
        "?format=sdmx_csv&startPeriod=2025-01"
    )
    assert "application/vnd.sdmx.data+csv" in accept
    assert (len(months), months[0]) == (22, Month(date(2025, 1, 1), Decimal("2.27")))
    assert months[-1] == Month(date(2026, 10, 1), Decimal("1.52")), "of November nothing is known"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (0, b""),
        (406, b""),
        (200, b"<html>"),
        (200, b"\xff\xfe"),
        (200, HEAD + b"2026-07;a lot\n"),
        (200, HEAD + b"2026-07;152\n"),
        (200, HEAD + b"July;1.52\n"),
        (200, b"TIME_PERIOD;OBS_VALUE;BBK_ID\n2026-07;1.52;BBIN1.M.DE.BBK.BBKBAS1.EUR.ME\n"),
    ],
)
def test_anything_else_than_the_series_proposes_nothing(status: int, body: bytes) -> None:
    with pytest.raises(BundesbankSilent):
        BaseRates(Bundesbank(status, body)).months(date(2026, 1, 1))


def test_a_german_comma_is_a_point() -> None:
    assert months_in(HEAD + b"2026-07;1,52\n") == (Month(date(2026, 7, 1), Decimal("1.52")),)


def test_each_half_year_is_said_to_agree_to_differ_or_to_be_missing() -> None:
    known = table("2.27,2025-01-01,read,yes", "1.27,2025-07-01,read,no", "1.37,2026-01-01,read,yes")
    found = compared(known, months_in(ANSWER), "https://example.test", TODAY)
    assert [(one.valid_from.isoformat(), one.says) for one in found] == [
        ("2025-01-01", "agrees"),
        ("2025-07-01", "unconfirmed"),
        ("2026-01-01", "differs"),
        ("2026-07-01", "missing"),
    ]
    row = found[-1].row
    assert row == "1.52,2026-07-01,https://example.test (read 2026-11-22),no"
    (read,) = read_rows(f"value,valid_from,source,confirmed\n{row}", "x")
    assert (read.percent, read.confirmed) == (Decimal("1.52"), False), "a person confirms it"


def test_two_rates_within_a_half_year_are_for_a_person_to_look_up() -> None:
    months = [Month(date(2026, 7, 1), Decimal("1.52")), Month(date(2026, 8, 1), Decimal("1.5"))]
    with pytest.raises(PublishedRatesNotClear):
        compared(named("de/base_rate"), months, "x", TODAY)
    with pytest.raises(PublishedRatesNotClear):
        compared(named("de/base_rate"), [], "x", TODAY)


def test_the_command_proposes_rows_and_says_what_a_person_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(law_rates, "UrllibTransport", Bundesbank)
    assert main(["law", "rates", "--fetch", "--as-of", "2026-11-22"]) == 1
    said = capsys.readouterr().out
    assert "2026-07-01" in said
    assert "unconfirmed" in said
    assert base_rate.SERIES.partition(".")[2] in said
    monkeypatch.setattr(law_rates, "UrllibTransport", lambda: Bundesbank(503))
    assert main(["law", "rates", "--fetch"]) == 1
