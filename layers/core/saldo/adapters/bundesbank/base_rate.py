"""Reads the German base rate (§247 BGB) from the Bundesbank's SDMX web service, as CSV.

Source: Deutsche Bundesbank, "Web service interface: Data" (base address, `/data/{flowRef}/{key}`,
SDMX-CSV among the formats) and the series BBIN1.M.DE.BBK.BBKBAS2.EUR.ME, "base rate as per Civil
Code, end of month", per cent a year. The service answers 406 unless it is asked for CSV. Columns
are found by their names; `.` stands where nothing was observed.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import urlencode

from saldo.connectors.ports import Transport
from saldo.errors import Unavailable
from saldo.law.published import Month

BASE_URL: Final = "https://api.statistiken.bundesbank.de/rest"
SERIES: Final = "BBIN1.M.DE.BBK.BBKBAS2.EUR.ME"
_ACCEPT: Final = "application/vnd.sdmx.data+csv;version=1.0.0, text/csv"
_OK: Final = 200
_PERIOD, _VALUE = "TIME_PERIOD", "OBS_VALUE"
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_NOTHING: Final = frozenset({"", "."})
_PERCENT_MAX: Final = Decimal(50)


class BundesbankSilent(Unavailable):
    """The Bundesbank's web service did not answer, or not with the series."""

    code = "bundesbank-silent"


class BaseRates:
    """Asks for the base rate by the month."""

    def __init__(self, transport: Transport, base_url: str = BASE_URL) -> None:
        self._transport, self._base_url = transport, base_url.rstrip("/")

    def address(self, since: date) -> str:
        """Return the address that is read."""
        flow, _, key = SERIES.partition(".")
        asked = urlencode({"format": "sdmx_csv", "startPeriod": f"{since:%Y-%m}"})
        return f"{self._base_url}/data/{flow}/{key}?{asked}"

    def months(self, since: date) -> tuple[Month, ...]:
        """Return the rate of every month from that of `since` on; raise BundesbankSilent."""
        try:
            status, _, body = self._transport.request(
                "GET", self.address(since), {"Accept": _ACCEPT}, None
            )
        except OSError as error:
            raise BundesbankSilent(f"The Bundesbank does not answer: {error}.") from error
        if status != _OK:
            raise BundesbankSilent(f"The Bundesbank answers with status {status}.")
        return months_in(body)


def months_in(body: bytes) -> tuple[Month, ...]:
    """Read the months of an answer; raise BundesbankSilent for anything else than the series."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BundesbankSilent("The Bundesbank's answer is no text.") from None
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    if not {_PERIOD, _VALUE} <= set(rows.fieldnames or ()):
        raise BundesbankSilent(f"The Bundesbank's answer has no {_PERIOD} and {_VALUE}.")
    return tuple(_month(row) for row in rows if (row[_VALUE] or "").strip() not in _NOTHING)


def _month(row: dict[str, str]) -> Month:
    if row.get("BBK_ID") not in (None, "", SERIES):
        raise BundesbankSilent(f"The Bundesbank answers with {row['BBK_ID']}.")
    period, value = (row[_PERIOD] or "").strip(), row[_VALUE].strip().replace(",", ".")
    found = _MONTH.fullmatch(period)
    try:
        percent = Decimal(value)
    except InvalidOperation:
        percent = Decimal("NaN")
    if found is None or not percent.is_finite() or abs(percent) > _PERCENT_MAX:
        raise BundesbankSilent(f"The Bundesbank's answer has {value!r} for {period!r}.")
    return Month(date(int(found[1]), int(found[2]), 1), percent)
