"""One file a run, of one line per settlement.

The whole file is written again with each line, so that a line is kept before the settlement counts
as told. A crash in between may bring a line into two files: its id is the same in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, Literal

from saldo.connectors.model import ErpOrder, ItemLink
from saldo.connectors.ports import ErpUnreachable, OrderNotSupported
from saldo.errors import Unavailable
from saldo.intake.bay import Bay
from saldo.money import format_amount

ROOT: Final = "erp"
FileFormat = Literal["csv", "werbas"]
_FOLDER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_COLUMNS: Final = (
    "id",
    "kind",
    "account",
    "invoice",
    "currency",
    "amount",
    "discount",
    "date",
    "payment",
    "method",
)


class SettlementFile:
    """The file of one run, in `erp/{creditor}/{folder}/` of the bay."""

    def __init__(
        self, bay: Bay, creditor: str, folder: str, began_at: datetime, form: FileFormat
    ) -> None:
        assert _FOLDER.fullmatch(folder), "a folder is a plain name"
        stamp = began_at.strftime("%Y%m%dT%H%M%SZ")
        self._bay, self._form = bay, form
        self.name = f"{ROOT}/{creditor}/{folder}/settlements-{stamp}.{_ENDINGS[form]}"
        self._lines: list[str] = []

    def add(self, order: ErpOrder, link: ItemLink) -> str:
        """Write an order and return the name of the file.

        Raises OrderNotSupported for what is no settlement, ErpUnreachable when the bay is busy.
        """
        if order.kind in ("stop", "release"):
            raise OrderNotSupported("A delivery stop has no place in a file of settlements.")
        lines = [*self._lines, _LINES[self._form](order, link)]
        head = [";".join(_COLUMNS)] if self._form == "csv" else []
        text = "".join(f"{line}\r\n" for line in (*head, *lines))
        try:
            self._bay.put(self.name, text.encode(_ENCODINGS[self._form], "replace"), "text/csv")
        except Unavailable as busy:
            raise ErpUnreachable("The file of settlements cannot be written now.") from busy
        self._lines = lines
        return self.name


def is_folder(text: str) -> bool:
    """Tell whether a name will do for a folder."""
    return _FOLDER.fullmatch(text) is not None


def _csv(order: ErpOrder, link: ItemLink) -> str:
    return ";".join(
        (
            order.id,
            order.kind,
            _quoted(link.account),
            _quoted(order.number),
            order.currency,
            _signed(order, order.amount_minor),
            _signed(order, order.discount_minor),
            order.day.isoformat(),
            _quoted(order.payment),
            _quoted(order.method),
        )
    )


def _werbas(order: ErpOrder, link: ItemLink) -> str:
    """Return a line in the manner of WERBAS' ASCII interface: `;`, decimal comma, TT.MM.JJ.

    Account, invoice, day, amount, discount, currency, words. Which fields WERBAS takes for clearing
    open items is agreed with the vendor; no public sample is known.
    """
    return ";".join(
        (
            _quoted(link.account),
            _quoted(order.number),
            _german(order.day),
            _signed(order, order.amount_minor).replace(".", ","),
            _signed(order, order.discount_minor).replace(".", ","),
            order.currency,
            _quoted(f"Saldo {order.id}"),
        )
    )


def _signed(order: ErpOrder, minor: int) -> str:
    return format_amount(minor if order.kind == "settle" else -minor, order.currency)


def _german(day: date) -> str:
    return day.strftime("%d.%m.%y")


def _quoted(text: str) -> str:
    """Quote what a reader would take apart, and what a spreadsheet would reckon with."""
    if text[:1] in ("=", "+", "-", "@"):
        text = f"'{text}"
    if any(mark in text for mark in ';"\r\n'):
        return '"' + text.replace('"', '""').replace("\r", " ").replace("\n", " ") + '"'
    return text


_LINES: Final[Mapping[FileFormat, Callable[[ErpOrder, ItemLink], str]]] = {
    "csv": _csv,
    "werbas": _werbas,
}
_ENDINGS: Final[Mapping[FileFormat, str]] = {"csv": "csv", "werbas": "txt"}
_ENCODINGS: Final[Mapping[FileFormat, str]] = {"csv": "utf-8", "werbas": "cp1252"}
"""WERBAS takes code page 850 or 1252:
https://ksr.helpjuice.com/de_DE/568296-kundenhandbucher-werbas/werbas-handbuch-fibu-schnittstelle-ascii
"""
