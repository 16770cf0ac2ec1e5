"""Letters on their way: batches for the print service, and what it says of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, get_args

from saldo.clock import Clock, iso_instant, local_noon
from saldo.errors import Conflict, Gone, Invalid, NotFound
from saldo.ids import Ids
from saldo.reminders.channels.letter import Letter, Outbox
from saldo.reminders.feedback import Feedback, NoticeFeedback
from saldo.reminders.model import NoticeRef
from saldo.store import CommitConflict, Put, Store

BATCH_MAX = 90
"""So many letters stand in one manifest: all of them are handed over in one transaction."""

Marked = Literal["printed", "returned"]


class LetterUnknown(NotFound):
    """There is no such letter."""

    code = "letter-unknown"


class LetterNotHandedOver(Conflict):
    """The letter is in no batch yet, so nobody can have printed it."""

    code = "letter-not-handed-over"


class LetterGone(Gone):
    """The letter's file does not lie there any more, or is another than was laid down."""

    code = "letter-gone"


class LetterMarkNotValid(Invalid):
    """A letter is marked printed or returned."""

    code = "letter-mark-not-valid"


@dataclass(frozen=True, slots=True)
class LetterBatch:
    """Letters that were handed over together. `written_at` says that the manifest lies there."""

    creditor: str
    id: str
    letters: tuple[str, ...]
    accounts: tuple[str, ...]
    made_at: datetime
    file: str
    written_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("letter-batch", self.creditor, self.made_at) if self.written_at is None else None


class Letters:
    """Hands letters over, and takes their states back."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, outbox: Outbox, feedback: NoticeFeedback
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._outbox, self._feedback = outbox, feedback

    def waiting(self, creditor: str) -> Iterator[Letter]:
        """Yield the letters that no batch has yet, oldest first."""
        for key in self._store.work(Letter, "letter", creditor, self._clock.now()):
            letter = self._store.get(Letter, *key)
            if letter is not None and letter.state == "made" and letter.channel == "letter":
                yield letter

    def printed(self, creditor: str, account: str, id_: str) -> bytes:
        """Return a letter of an account as it was laid down for the print service, a PDF; `id_` is
        its notice's. Raises LetterUnknown or LetterGone.
        """
        letter = self._store.get(Letter, creditor, account, id_)
        if letter is None:
            raise LetterUnknown(f"This account has no letter {id_!r}.")
        found = self._outbox.get(letter.file)
        if found is None or hashlib.sha256(found).hexdigest() != letter.sha256:
            raise LetterGone("The letter's file is not there any more.")
        return found

    def batches(self, creditor: str) -> list[LetterBatch]:
        """Return every batch of a creditor, oldest first."""
        return list(self._store.list(LetterBatch, creditor))

    def of_batch(self, batch: LetterBatch) -> list[Letter]:
        """Return the letters of a batch as they are now."""
        keys = [
            (batch.creditor, account, letter)
            for account, letter in zip(batch.accounts, batch.letters, strict=True)
        ]
        found = self._store.get_many(Letter, keys)
        return [found[key] for key in keys if key in found]

    def hand_over(self, creditor: str) -> list[LetterBatch]:
        """Put every waiting letter into a batch and lay its manifest down; return the batches.

        First the batches are finished whose manifest a crash kept back. A letter is in one batch
        for ever; the manifest of a batch is the same however often it is written.
        """
        done = [self._write(batch) for batch in self._unfinished(creditor)]
        letters = list(self.waiting(creditor))
        for start in range(0, len(letters), BATCH_MAX):
            batch = self._collect(creditor, letters[start : start + BATCH_MAX])
            if batch is not None:
                done.append(self._write(batch))
        return done

    def _unfinished(self, creditor: str) -> Iterator[LetterBatch]:
        for key in self._store.work(LetterBatch, "letter-batch", creditor, self._clock.now()):
            batch = self._store.get(LetterBatch, *key)
            if batch is not None and batch.written_at is None:
                yield batch

    def _collect(self, creditor: str, letters: Sequence[Letter]) -> LetterBatch | None:
        """Hand letters over in one transaction; None when another run took one of them."""
        now = self._clock.now()
        id_ = self._ids.ulid(now)
        batch = LetterBatch(
            creditor,
            id_,
            tuple(letter.id for letter in letters),
            tuple(letter.account for letter in letters),
            now,
            f"letter/{creditor}/manifests/{id_}.json",
            version=1,
        )
        handed = [
            replace(
                letter,
                state="handed-over",
                batch=id_,
                handed_over_at=now,
                version=letter.version + 1,
            )
            for letter in letters
        ]
        try:
            self._store.commit(
                [Put(batch), *(Put(letter, expect=letter.version - 1) for letter in handed)]
            )
        except CommitConflict:
            return None
        return batch

    def _write(self, batch: LetterBatch) -> LetterBatch:
        listed = [_listed(letter) for letter in self.of_batch(batch)]
        manifest = {
            "manifest": 1,
            "batch": batch.id,
            "creditor": batch.creditor,
            "made_at": iso_instant(batch.made_at),
            "letters": listed,
            "pages": sum(one["pages"] for one in listed),
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        self._outbox.put(batch.file, text.encode(), "application/json")
        written = replace(batch, written_at=self._clock.now(), version=batch.version + 1)
        with suppress(CommitConflict):  # another run wrote the very same manifest
            self._store.commit([Put(written, expect=batch.version)])
        return written

    def mark(self, letter: str, state: str, on: date, note: str = "") -> Letter:
        """Take back that a letter was printed and given to the post, or that it was returned.

        A printed letter counts as delivered to the post on `on` (from that day the law reckons when
        it arrived); a returned one bars its address, and its next channel takes over. Marking it
        the same again changes nothing. Raises LetterUnknown, LetterNotHandedOver or
        LetterMarkNotValid.
        """
        if state not in get_args(Marked):
            raise LetterMarkNotValid(f"A letter cannot be marked {state!r}.")
        ref = self._store.get(NoticeRef, letter)
        there = self._store.get(Letter, ref.creditor, ref.account, letter) if ref else None
        if there is None:
            raise LetterUnknown(f"There is no letter {letter!r}.")
        if there.state == "made" and there.channel == "letter":
            raise LetterNotHandedOver(f"Letter {letter!r} is in no batch yet.")
        if there.state not in (state, "returned"):
            there = self._marked(there, state, on, note)
        at = local_noon(on, "UTC")
        if state == "printed":
            self._feedback.record(Feedback(letter, "delivered", at, detail=note or "posted"))
        else:
            self._feedback.record(
                Feedback(letter, "bounced", at, permanent=True, detail=note or "returned by post")
            )
        return there

    def _marked(self, there: Letter, state: str, on: date, note: str) -> Letter:
        day: dict[str, Any] = {"printed_on": on} if state == "printed" else {"returned_on": on}
        marked = replace(
            there,
            state=state,  # type: ignore[arg-type]  # one of Marked
            note=note or there.note,
            version=there.version + 1,
            **day,
        )
        self._store.commit([Put(marked, expect=there.version)])
        return marked


def _listed(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "account": letter.account,
        "file": letter.file,
        "sha256": letter.sha256,
        "pages": letter.pages,
        "to": list(letter.to),
    }
