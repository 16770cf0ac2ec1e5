"""The desk where files arrive: kept first, then taken, and a report of it either way.

The bytes go to the shelf and a receipt into the books before anything is made of them. What a crash
leaves "received", and what waits for something, is tried again by `again_due`, with growing gaps.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.events import Event, event
from saldo.files.content import to_be_saved_as
from saldo.files.model import ADDRESS_SECONDS, FileUnknown
from saldo.files.ports import FileStore
from saldo.ids import Ids
from saldo.intake.model import (
    BYTES_MAX,
    ROWS_MAX,
    SETTLED,
    SOURCE_DEFAULT,
    WAIT,
    Receipt,
    ReceiptUnknown,
    ReceivedTooLarge,
    SourceNotValid,
    receipt_id,
    shelf_name,
)
from saldo.intake.ports import HEAD_BYTES, GoesOn, Outcome, ReceivedFile, Taker, TakesBySource, Way
from saldo.intake.words import one_line
from saldo.store import CommitConflict, Put, Store

KIND_NOT_TAKEN: Final = "file-kind-not-taken"
EMPTY: Final = "file-empty"
WAITED_TOO_LONG: Final = "waited-too-long"

_NAME_MAX: Final = 200
_MEDIA_TYPE_MAX: Final = 100
_BY_MAX: Final = 254
_ATTEMPTS_MAX: Final = 6
_TRY_AFTER: Final = timedelta(minutes=10)
"""What is still "received" by then was left by a crash."""

_LOOK_AFTER: Final = timedelta(minutes=10)
"""What goes on by itself says when it ended; looked at is what failed to."""

_GAPS: Final = tuple(timedelta(hours=h) for h in (1, 2, 4, 8, 24))
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as a way in hands it over: see `Receipt` for what each says."""

    creditor: str
    name: str
    data: bytes
    way: Way
    by: str
    source: str = SOURCE_DEFAULT
    media_type: str = ""
    place: str = ""
    place_version: str = ""
    mail: str = ""


class ReceivingDesk:
    """Takes files from every way in. `takers` are asked in their order."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        shelf: Callable[[], FileStore],
        takers: Callable[[], Sequence[Taker]],
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._shelf, self._takers = shelf, takers

    def receive(self, arrival: Arrival) -> tuple[Receipt, bool]:
        """Keep a file and take it; return its receipt, and whether it came for the first time.

        The same file again tells what is known; only what was refused, failed, waits, was left
        behind, or would be understood otherwise by now is tried again. Raises SourceNotValid,
        ReceivedTooLarge, FilesBusy, or what a taker cannot do now: then it is kept, and tried
        again.
        """
        check_source(arrival.source)
        if len(arrival.data) > BYTES_MAX:
            raise ReceivedTooLarge(f"A file has at most {BYTES_MAX:,} bytes.")
        digest = hashlib.sha256(arrival.data).hexdigest()
        id_ = receipt_id(arrival.source, digest)
        known = self._store.get(Receipt, arrival.creditor, id_)
        if known is not None and known.state in SETTLED and not self._is_outdated(known):
            return self._moved(known, arrival), False
        if known is None:
            self._shelf().put(
                shelf_name(arrival.creditor, id_), arrival.data, "application/octet-stream"
            )
            known, is_new = self._written(_fresh(arrival, id_, digest, self._clock.now()))
        else:
            known, is_new = self._moved(known, arrival), False
        return self._take(known, lambda: arrival.data), is_new

    def get(self, creditor: str, receipt: str) -> Receipt:
        """Return a receipt; raise ReceiptUnknown."""
        found = self._store.get(Receipt, creditor, receipt)
        if found is None:
            raise ReceiptUnknown(f"There is no file {receipt!r}.")
        return found

    def data(self, receipt: Receipt) -> bytes:
        """Return a file, byte for byte; raise FileUnknown when its time is over, or FilesBusy."""
        found = self._shelf().get(shelf_name(receipt.creditor, receipt.id))
        if found is None:
            raise FileUnknown("This file is no longer kept.")
        return found

    def address(self, receipt: Receipt) -> str:
        """Return an address that gives a file for a minute; raise as `data` does."""
        found = self._shelf().address(
            shelf_name(receipt.creditor, receipt.id),
            ADDRESS_SECONDS,
            "application/octet-stream",
            to_be_saved_as(receipt.name),
        )
        if found is None:
            raise FileUnknown("This file is no longer kept.")
        return found

    def again(self, creditor: str, receipt: str, answers: dict[str, str]) -> Receipt:
        """Try a file again, with what a person said about it; nothing happens to what is settled.

        Raises ReceiptUnknown, FileUnknown or FilesBusy.
        """
        known = self.look(creditor, receipt)
        if known.state in SETTLED:
            return known
        said = {name: text for name, text in answers.items() if text}
        if said:
            known = self._change(known, lambda one: replace(one, answers={**one.answers, **said}))
        return self._take(known, partial(self.data, known))

    def look(self, creditor: str, receipt: str) -> Receipt:
        """Return a receipt; of what goes on by itself, with what became of it meanwhile.

        Raises ReceiptUnknown.
        """
        known = self.get(creditor, receipt)
        taker = self._going_on(known)
        if known.state not in ("working", "failed") or taker is None:
            return known
        found = taker.look(creditor, known.ref)
        return known if found.state == known.state == "failed" else self._told(known, found)

    def again_due(self, creditor: str) -> Iterator[Receipt]:
        """Try again what waits or was left behind and is due; yield what became of each.

        The next time is set before a file is touched: one that cannot be taken, for whatever
        reason, does not keep the others from their turn.
        """
        now = self._clock.now()
        for key in list(self._store.work(Receipt, "receipt", creditor, now)):
            found = self._store.get(Receipt, *key)
            if found is None or found.next_at is None or found.next_at > now:
                continue  # the index lags behind
            later = self._change(found, lambda one: replace(one, next_at=now + _gap(one)))
            try:
                if later.state == "working":
                    yield self.look(creditor, later.id)
                else:
                    yield self._take(later, partial(self.data, later))
            except Unavailable:
                yield later

    def waiting(self, creditor: str) -> Iterator[Receipt]:
        """Yield what waits, the soonest due first."""
        far = self._clock.now() + WAIT + max(_GAPS)
        for key in self._store.work(Receipt, "receipt", creditor, far):
            found = self._store.get(Receipt, *key)
            if found is not None and found.state == "waiting":
                yield found

    def refuse(self, arrival: Arrival, code: str, text: str) -> Receipt:
        """Note a file that is not even looked at, and keep nothing of it but its hash."""
        digest = hashlib.sha256(arrival.data).hexdigest()
        fresh = _fresh(arrival, receipt_id(f"refused-{code}", digest), digest, self._clock.now())
        known, is_new = self._written(replace(fresh, next_at=None))
        return self._told(known, Outcome("refused", "", code, text)) if is_new else known

    def _take(self, receipt: Receipt, opened: Callable[[], bytes]) -> Receipt:
        now = self._clock.now()
        if receipt.wait_until is not None and now >= receipt.wait_until and not receipt.answers:
            text = f"It waited for {WAIT.days} days: {receipt.text or 'nothing became of it.'}"
            return self._told(receipt, Outcome("refused", receipt.kind, WAITED_TOO_LONG, text))
        file = ReceivedFile(
            receipt.creditor,
            receipt.id,
            receipt.source,
            receipt.name,
            receipt.media_type,
            receipt.size,
            receipt.sha256,
            receipt.received_at,
            receipt.way,
            receipt.by,
            opened,
            tuple(sorted(receipt.answers.items())),
        )
        return self._told(receipt, self._outcome(file))

    def _outcome(self, file: ReceivedFile) -> Outcome:
        if not file.size:
            return Outcome("refused", "", EMPTY, "The file is empty.")
        head = file.data[:HEAD_BYTES]
        takers = self._takers()
        for taker in takers:
            if isinstance(taker, TakesBySource) and taker.is_of(file.creditor, file.source):
                return taker.take(file)
        for taker in takers:
            if taker.accepts(head, file.name):
                return taker.take(file)
        words = (
            "It is nothing that is taken here: e-invoices, bank statements, remittance advices and "
            "tables are."
        )
        return Outcome("refused", "", KIND_NOT_TAKEN, words)

    def _going_on(self, receipt: Receipt) -> GoesOn | None:
        for taker in self._takers() if receipt.ref else ():
            if taker.kind == receipt.kind and isinstance(taker, GoesOn):
                return taker
        return None

    def _is_outdated(self, receipt: Receipt) -> bool:
        taker = self._going_on(receipt)
        if receipt.state == "working" or taker is None:
            return False
        return taker.is_outdated(receipt.creditor, receipt.source, receipt.ref)

    def _told(self, receipt: Receipt, outcome: Outcome) -> Receipt:
        """Write what became of a file, with its event; a repeat of the same tells nothing new."""
        now = self._clock.now()

        def change(one: Receipt) -> Receipt:
            waits, goes_on = outcome.state == "waiting", outcome.state == "working"
            return replace(
                one,
                state=outcome.state,
                kind=outcome.kind,
                code=outcome.code,
                text=outcome.text,
                rows=outcome.rows[:ROWS_MAX],
                rows_in_all=len(outcome.rows),
                found=dict(outcome.found),
                ref=outcome.ref,
                updated_at=now,
                tries=one.tries + 1,
                next_at=now + _gap(one) if waits else now + _LOOK_AFTER if goes_on else None,
                wait_until=(one.wait_until or now + WAIT) if waits else None,
            )

        is_news = (receipt.state, receipt.code) != (outcome.state, outcome.code)
        return self._change(receipt, change, told=is_news)

    def _moved(self, known: Receipt, arrival: Arrival) -> Receipt:
        """Note where the same file lies now, if it came by the drop folder again."""
        if not arrival.place or (arrival.place, arrival.place_version) == _place_of(known):
            return known
        if known.state == "working" and known.place:
            return known  # the one that lies there already is put aside in the end
        return self.place(known, arrival.place, arrival.place_version)

    def place(self, receipt: Receipt, place: str, version: str = "") -> Receipt:
        """Note where a file of the drop folder lies."""
        return self._change(receipt, lambda one: replace(one, place=place, place_version=version))

    def _written(self, fresh: Receipt) -> tuple[Receipt, bool]:
        try:
            self._store.commit([Put(fresh)])
        except CommitConflict:
            return self.get(fresh.creditor, fresh.id), False
        return fresh, True

    def _change(
        self, known: Receipt, change: Callable[[Receipt], Receipt], *, told: bool = False
    ) -> Receipt:
        for _ in range(_ATTEMPTS_MAX):
            new = replace(change(known), version=known.version + 1)
            news = [Put(self._event(new))] if told else []
            try:
                self._store.commit([Put(new, expect=known.version), *news])
            except CommitConflict:
                known = self.get(known.creditor, known.id)
                continue
            return new
        return known  # others keep telling of the same file: what they told stands

    def _event(self, receipt: Receipt) -> Event:
        return event(
            self._ids.ulid(receipt.updated_at),
            receipt.updated_at,
            "document.judged",
            receipt.creditor,
            "~",
            document=receipt.id,
            name=receipt.name,
            way=receipt.way,
            source=receipt.source,
            by=receipt.by,
            size_bytes=receipt.size,
            sha256=receipt.sha256,
            kind=receipt.kind,
            state=receipt.state,
            code=receipt.code,
            text=receipt.text,
            ref=receipt.ref,
        )


def _place_of(receipt: Receipt) -> tuple[str, str]:
    return (receipt.place, receipt.place_version)


def _gap(receipt: Receipt) -> timedelta:
    return _GAPS[min(receipt.tries, len(_GAPS) - 1)]


def check_source(source: str) -> None:
    """Raise SourceNotValid unless a source's name is made of plain characters."""
    if not _SOURCE.fullmatch(source):
        raise SourceNotValid("A source is named with a-z, 0-9 and -, 40 at most.")


def _fresh(arrival: Arrival, id_: str, digest: str, now: datetime) -> Receipt:
    return Receipt(
        creditor=arrival.creditor,
        id=id_,
        source=arrival.source,
        name=one_line(arrival.name, _NAME_MAX) or "file",
        media_type=one_line(arrival.media_type, _MEDIA_TYPE_MAX),
        size=len(arrival.data),
        sha256=digest,
        way=arrival.way,
        by=one_line(arrival.by, _BY_MAX),
        received_at=now,
        updated_at=now,
        place=arrival.place,
        place_version=arrival.place_version,
        mail=arrival.mail,
        next_at=now + _TRY_AFTER,
        wait_until=now + WAIT,
        version=1,
    )
