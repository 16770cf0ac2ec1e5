"""The mappings of a creditor's sources: every version kept, the newest one in force."""

from __future__ import annotations

import json
from typing import Any, Final

from saldo.accounts.told import Setting, setting_changed
from saldo.clock import Clock
from saldo.errors import Conflict
from saldo.ids import ulid_of
from saldo.imports.mapping import Mapping, MappingNotValid, MappingUnknown, MappingVersion
from saldo.imports.mapping_read import mapping_from
from saldo.intake.desk import check_source
from saldo.store import CommitConflict, Put, Store

BYTES_MAX: Final = 100_000
_ATTEMPTS_MAX: Final = 4


class MappingBusy(Conflict):
    """Somebody else is setting the same mapping; a repeat will do."""

    code = "busy"


class MappingBook:
    """Keeps mappings."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def set(self, creditor: str, source: str, data: Any, by: str) -> tuple[MappingVersion, bool]:
        """Set a source's mapping, and tell whether it is another than before.

        Raises SourceNotValid, MappingNotValid or MappingBusy.
        """
        check_source(source)
        mapping_from(data)
        if len(json.dumps(data, ensure_ascii=False).encode()) > BYTES_MAX:
            raise MappingNotValid(f"A mapping has at most {BYTES_MAX:,} bytes.").at("")
        for _ in range(_ATTEMPTS_MAX):
            known = self._newest(creditor, source)
            if known is not None and known.data == data:
                return known, False
            number = known.number + 1 if known else 1
            made = MappingVersion(creditor, source, number, data, self._clock.now(), by)
            id_ = ulid_of(f"mapping {creditor} {source} {number}", made.set_at)
            setting = Setting("mapping", source, ("number",))
            told = setting_changed(setting, known, made, id_, made.set_at, by)
            try:
                self._store.commit([Put(made), Put(told)])
            except CommitConflict:
                continue
            return made, True
        raise MappingBusy("The mapping is being set by others; try again.")

    def get(self, creditor: str, source: str, number: int | None = None) -> MappingVersion:
        """Return the mapping in force, or one of its versions; raise MappingUnknown."""
        if number is None:
            found = self._newest(creditor, source)
        else:
            found = self._store.get(MappingVersion, creditor, source, f"{number:06}")
        if found is None:
            raise MappingUnknown(f"There is no mapping for the source {source!r}.")
        return found

    def read(self, creditor: str, source: str, number: int | None = None) -> Mapping:
        """Return a mapping ready for use; raise MappingUnknown or MappingNotValid."""
        return mapping_from(self.get(creditor, source, number).data)

    def all(self, creditor: str) -> list[MappingVersion]:
        """Return the mapping in force of every source, by source."""
        found: dict[str, MappingVersion] = {}
        for one in self._store.list(MappingVersion, creditor):
            if one.source not in found or found[one.source].number < one.number:
                found[one.source] = one
        return [found[source] for source in sorted(found)]

    def _newest(self, creditor: str, source: str) -> MappingVersion | None:
        found = self._store.newest(MappingVersion, creditor, source, limit=1)
        return found[0] if found else None
