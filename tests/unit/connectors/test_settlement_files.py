"""Settlements as files: each line kept before it counts as told, and nothing in it that runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from saldo.adapters.erp.files.settlements import FileFormat, SettlementFile
from saldo.adapters.memory.bay import MemoryBay
from saldo.connectors.model import ErpOrder, ItemLink
from saldo.connectors.ports import OrderNotSupported

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)
LINK = ItemLink(
    "acme", "werbas", "RE-1", "RE-1", "10001", "10001", "RE-1", "EUR", DAY, 11900, 11900
)
ORDER = ErpOrder(
    "acme", "werbas", "S1", "settle", "10001", "RE-1", "EUR", 11662, DAY, NOW, discount_minor=238
)


def file(form: FileFormat) -> tuple[SettlementFile, MemoryBay]:
    bay = MemoryBay()
    return SettlementFile(bay, "acme", "out", NOW, form), bay


def lines(bay: MemoryBay, name: str, encoding: str) -> list[str]:
    found = bay.get(name)
    assert found is not None
    assert found.endswith(b"\r\n")
    return found.decode(encoding).splitlines()


def test_werbas_gets_commas_and_german_days() -> None:
    made, bay = file("werbas")
    name = made.add(ORDER, LINK)
    assert name == "erp/acme/out/settlements-20261122T090000Z.txt"
    assert lines(bay, name, "cp1252") == ["10001;RE-1;22.11.26;116,62;2,38;EUR;Saldo S1"]


def test_every_line_is_kept_at_once_and_a_return_is_negative() -> None:
    made, bay = file("csv")
    name = made.add(ORDER, LINK)
    assert len(lines(bay, name, "utf-8")) == 2
    made.add(replace(ORDER, id="T1", kind="take-back"), LINK)
    assert [line.split(";")[5] for line in lines(bay, name, "utf-8")[1:]] == ["116.62", "-116.62"]


def test_a_name_that_a_spreadsheet_would_run_is_text() -> None:
    made, bay = file("csv")
    name = made.add(replace(ORDER, number='=cmd|"x";1'), LINK)
    assert lines(bay, name, "utf-8")[1].split(";", 3)[3].startswith('"\'=cmd|""x"";1"')


def test_deliveries_are_not_stopped_by_file() -> None:
    made, bay = file("werbas")
    with pytest.raises(OrderNotSupported):
        made.add(replace(ORDER, kind="stop"), LINK)
    assert bay.files == {}
