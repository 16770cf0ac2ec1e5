"""What somebody typed into a form before they had to prove who they are, kept for some minutes.

It is kept beside the session and not in the browser: the way to the proof may lead over another
site (single sign-on), where no field of ours comes along, and nothing that was typed belongs in an
address. Only the session that sent it gets it back, and only for the same form; nothing is done
with it until the person presses again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from saldo.clock import Clock
from saldo.errors import Gone
from saldo.ids import Ids
from saldo.people.sessions import Signed
from saldo.store import CommitConflict, Delete, Put, Store

KEPT_FOR: Final = timedelta(minutes=15)
"""A little longer than a proof holds: a second factor and a directory take their time."""

BYTES_MAX: Final = 60_000
"""Longer forms are not kept: whoever wrote them finds their page again, empty."""


class KeptFormGone(Gone):
    """What was typed is not kept any more, or belongs to another session or form."""

    code = "kept-form-gone"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it was sent. `form` names it: creditor, screen and act; `back` is its page."""

    id: str
    session: str
    form: str
    back: str
    fields: dict[str, list[str]] = field(hash=False)
    kept_at: datetime
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.id,)

    @property
    def gone_at(self) -> datetime:
        return self.kept_at + KEPT_FOR


class KeptForms:
    """Keeps forms over a proof."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def keep(
        self, signed: Signed, form: str, back: str, fields: Mapping[str, Sequence[str]]
    ) -> str | None:
        """Keep what was typed and return its id; None where it is too long. One put."""
        size = sum(len(name) + len(one) for name, many in fields.items() for one in many)
        if size * 4 > BYTES_MAX:  # UTF-8 takes at most four bytes a sign
            return None
        now = self._clock.now()
        typed = {name: list(many) for name, many in fields.items()}
        kept = KeptForm(
            self._ids.token(), signed.session.secret_hash, form, back, typed, now, version=1
        )
        self._store.commit([Put(kept)])
        return kept.id

    def of(self, signed: Signed, form: str, id_: str) -> KeptForm:
        """Return what was typed into `form`, to the session that sent it; raise KeptFormGone."""
        kept = self._store.get(KeptForm, id_) if id_ else None
        is_there = kept is not None and self._clock.now() < kept.gone_at
        if kept is None or not is_there:
            raise KeptFormGone(
                "What you typed is not kept any more. Please fill the form in again."
            )
        if (kept.session, kept.form) != (signed.session.secret_hash, form):
            raise KeptFormGone("This form was not sent from here.")
        return kept

    def forget(self, signed: Signed, form: str, id_: str) -> None:
        """Forget a form that was sent in the end; one that is gone is no matter."""
        try:
            kept = self.of(signed, form, id_)
            self._store.commit([Delete(kept, expect=kept.version)])
        except (KeptFormGone, CommitConflict):
            return
