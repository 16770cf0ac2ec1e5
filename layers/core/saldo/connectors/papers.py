"""Documents of invoices, fetched from ERPs that have them: kept with the invoice, for its payer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Protocol, runtime_checkable

from saldo.connectors.model import Connection, ItemLink
from saldo.errors import Refusal
from saldo.files.service import Files
from saldo.store import CommitConflict, Put, Store


@runtime_checkable
class HasPapers(Protocol):
    """A connector whose ERP gives an invoice's document. Raises the port's errors."""

    def paper(self, link: ItemLink) -> tuple[str, str, bytes] | None:
        """Return name, media type and bytes of an invoice's document, None if it has none."""


class Papers:
    """Fetches what is wanted, one document per item, and never twice."""

    def __init__(self, store: Store, files: Files) -> None:
        self._store, self._files = store, files

    def fetch(self, connection: Connection, connector: object) -> Counter[str]:
        """Keep the documents of items that want one; raise the port's errors.

        What a limit leaves over is fetched by the next run. A document that is not taken (too
        large, another kind of file) is not asked for again.
        """
        done: Counter[str] = Counter()
        if not isinstance(connector, HasPapers):
            return done
        for link in list(self._store.list(ItemLink, connection.creditor, connection.name)):
            if link.wants_paper:
                done[self._one(link, connector)] += 1
        return done

    def _one(self, link: ItemLink, connector: HasPapers) -> str:
        found = connector.paper(link)
        outcome = "papers-none"
        if found is not None:
            name, media_type, data = found
            try:
                self._files.keep(
                    link.creditor,
                    link.account,
                    "invoice",
                    name,
                    media_type,
                    data,
                    f"erp:{link.connection}",
                    link.number,
                )
                outcome = "papers-kept"
            except Refusal:
                outcome = "papers-not-taken"
        new = replace(link, wants_paper=False, version=link.version + 1)
        try:
            self._store.commit([Put(new, expect=link.version)])
        except CommitConflict:
            return outcome  # it is asked for once more, and the same bytes are one file
        return outcome
