"""What accepted matches teach, and what a reversal takes back: who pays from where, and as whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from saldo.bank_entries.model import BankEntry, Lesson
from saldo.matching.model import Learnt
from saldo.matching.names import normal
from saldo.statements.model import Party
from saldo.store import Delete, Put, Store, Write

_VALUE_CHARACTERS_MAX = 140


class Lessons:
    """Reads and writes them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, creditor: str, parties: Iterable[Party]) -> Learnt:
        """Return what is known about these payers: two queries each, 1 RU."""
        ibans: dict[str, dict[str, int]] = {}
        names: dict[str, dict[str, int]] = {}
        for party in parties:
            iban, name = _iban(party), _name(party)
            if iban and iban not in ibans:
                ibans[iban] = self._counts(creditor, "payer-iban", iban)
            if name and name not in names:
                names[name] = self._counts(creditor, "payer-name", name)
        return Learnt(
            {key: found for key, found in ibans.items() if found},
            {key: found for key, found in names.items() if found},
        )

    def change(self, entry: BankEntry, account: str, by: int) -> list[Write]:
        """Return the writes that teach (1) or unlearn (-1) that an entry's payer is an account."""
        party = entry.entry.counterparty
        writes: list[Write] = []
        for kind, value in (("payer-iban", _iban(party)), ("payer-name", _name(party))):
            if not value:
                continue
            known = self._store.get(Lesson, entry.creditor, kind, value, account)
            old = known or Lesson(
                entry.creditor,
                kind,  # type: ignore[arg-type]  # one of the two above
                value,
                account,
                0,
            )
            count = old.count + by
            if count > 0:
                new = replace(old, count=count, version=old.version + 1)
                writes.append(Put(new, expect=old.version))
            elif known is not None:
                writes.append(Delete(known, expect=known.version))
        return writes

    def _counts(self, creditor: str, kind: str, value: str) -> dict[str, int]:
        return {one.account: one.count for one in self._store.list(Lesson, creditor, kind, value)}


def _iban(party: Party) -> str:
    return party.iban.replace(" ", "").upper()


def _name(party: Party) -> str:
    return normal(party.name)[:_VALUE_CHARACTERS_MAX] if party.name else ""
