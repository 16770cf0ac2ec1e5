"""What `saldo.credit` asks about accounts from outside, answered from the kept reports."""

from __future__ import annotations

from collections.abc import Iterator

from saldo.credit.model import Cover
from saldo.credit.ports import Advice
from saldo.credit_data.report import CreditReport
from saldo.store import Store


class Reported:
    """Reads reports: one query of an account's, 1 read unit per some six sources."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def insolvency(self, creditor: str, account: str) -> str | None:
        """Return the source with the latest notice, None where none says so."""
        found = [
            (one.insolvency.on, one.source)
            for one in self._reports(creditor, account)
            if one.insolvency is not None
        ]
        return max(found)[1] if found else None

    def advice(self, creditor: str, account: str) -> Iterator[Advice]:
        """Yield each source's recommended limit, as of the day of its report."""
        for one in self._reports(creditor, account):
            if one.limit is not None:
                yield Advice(one.limit.currency, one.limit.minor, one.source, one.as_of)

    def covers(self, creditor: str, account: str) -> Iterator[Cover]:
        """Yield what insurers cover: each source that said so is one."""
        for one in self._reports(creditor, account):
            cover = one.cover
            if cover is not None and cover.decision in ("granted", "reduced"):
                yield Cover(
                    cover.currency,
                    cover.amount_minor,
                    one.source,
                    one.by,
                    one.fetched_at,
                    cover.valid_until,
                    one.reference,
                )

    def _reports(self, creditor: str, account: str) -> Iterator[CreditReport]:
        return self._store.list(CreditReport, creditor, account)
