"""A system that cannot be asked: what is owed comes by drop folder, settlements go as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from saldo.connectors.model import ErpOrder, ItemLink
from saldo.connectors.ports import Looked, Page


class Written(Protocol):
    """Where settlements are written to."""

    def add(self, order: ErpOrder, link: ItemLink) -> str:
        """Write an order and return the name of the file.

        Raises OrderNotSupported, OrderRefused or ErpUnreachable.
        """


class FileConnector:
    """Implements `saldo.connectors.ports.Connector`, for what goes out alone."""

    def __init__(self, file: Written) -> None:
        self._file = file

    def pull(self, cursor: Mapping[str, str]) -> Iterator[Page]:
        """Yield nothing: files come when they come."""
        del cursor
        yield from ()

    def look(self, link: ItemLink) -> Looked:
        """Return what was open last: nobody can be asked."""
        return Looked(link.there_minor)

    def tell(self, order: ErpOrder, link: ItemLink) -> str:
        """Write a settlement into the file of this run."""
        return self._file.add(order, link)

    def find(self, order: ErpOrder, link: ItemLink) -> str | None:
        """Return None: a line that was written before a crash is written again, with its id."""
        del order, link
        return None

    def end(self) -> None:
        """Nothing is counted."""
