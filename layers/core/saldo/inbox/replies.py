"""Texts to begin an answer with: those supplied, and a creditor's own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from saldo.accounts.told import Setting, setting_changed
from saldo.clock import Clock
from saldo.contacts.typed import cleaned
from saldo.ids import ulid_of
from saldo.inbox.model import ReplyText, ReplyTextNotValid, ReplyTextUnknown
from saldo.store import CommitConflict, Put, Store
from saldo.threads.model import TEXT_MAX

TITLE_MAX: Final = 80
TEXTS_MAX: Final = 100
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z]{2}", re.ASCII)
_ATTEMPTS_MAX: Final = 5
_FALLBACK: Final = "en"


@dataclass(frozen=True, slots=True)
class Starter:
    """A text to begin an answer with. `is_own` tells whether the creditor wrote it."""

    id: str
    language: str
    title: str
    body: str
    is_own: bool
    with_document: bool = False


class ReplyTexts:
    """Keeps the texts that people answer with."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def offered(self, creditor: str, language: str, shown_in: str | None = None) -> list[Starter]:
        """Return the texts in a debtor's language, with their titles in the reader's; English where
        a supplied one is in neither. A creditor's own text takes the place of one of its id.
        """
        tag = language.partition("-")[0].lower()
        found = {one.id: one for one in _supplied(tag, shown_in or tag)}
        for own in self.own(creditor):
            if own.language != tag:
                continue
            supplied = found.pop(own.id, None)
            if own.body:
                with_document = supplied is not None and supplied.with_document
                found[own.id] = Starter(
                    own.id, tag, own.title, own.body, is_own=True, with_document=with_document
                )
        return list(found.values())

    def own(self, creditor: str) -> list[ReplyText]:
        """Return the creditor's own texts, those included that only take a supplied one away."""
        return list(self._store.list(ReplyText, creditor))

    def put(
        self, creditor: str, id_: str, language: str, title: str, body: str, by: str
    ) -> ReplyText:
        """Keep a text under its id and language; an empty body takes the text out of the list.

        Raises ReplyTextNotValid or ReplyTextUnknown.
        """
        title, body = cleaned(title), cleaned(body)
        self._check(creditor, id_, language, title, body)
        for _ in range(_ATTEMPTS_MAX):
            old = self._store.get(ReplyText, creditor, id_, language)
            version = old.version if old else 0
            new = ReplyText(
                creditor, id_, language, title, body, by, self._clock.now(), version + 1
            )
            event_id = ulid_of(f"reply {creditor} {id_} {language} {new.version}", new.written_at)
            setting = Setting("reply-text", f"{id_} {language}", ("title", "body"))
            told = setting_changed(setting, old, new, event_id, new.written_at, by)
            try:
                self._store.commit([Put(new, expect=version), Put(told)])
            except CommitConflict:
                continue
            return new
        raise ReplyTextNotValid("The text is just being changed by others; try again.")

    def _check(self, creditor: str, id_: str, language: str, title: str, body: str) -> None:
        if not _ID.fullmatch(id_):
            raise ReplyTextNotValid("An id has small letters, digits and hyphens.").at("/id")
        if not _LANGUAGE.fullmatch(language):
            raise ReplyTextNotValid("A language has two small letters.").at("/language")
        if not title or len(title) > TITLE_MAX:
            raise ReplyTextNotValid(f"A title has 1 to {TITLE_MAX} characters.").at("/title")
        if len(body) > TEXT_MAX:
            raise ReplyTextNotValid(f"A text has at most {TEXT_MAX} characters.").at("/body")
        known = {(one.id, one.language) for one in self.own(creditor)}
        is_supplied = any(one["id"] == id_ for one in _data())
        if not body and not is_supplied and (id_, language) not in known:
            raise ReplyTextUnknown(f"There is no text {id_!r} in {language!r}.")
        if (id_, language) not in known and len(known) >= TEXTS_MAX:
            raise ReplyTextNotValid(f"A creditor has at most {TEXTS_MAX} texts.")


def filled(body: str, *, invoice: str | None, name: str) -> str:
    """Return a text with what it names; a line about an invoice falls away where there is none."""
    lines = body.replace("{name}", name).split("\n")
    if not invoice:
        lines = [one.replace(" {invoice}", "").replace("{invoice}", "") for one in lines]
    return "\n".join(one.replace("{invoice}", invoice or "") for one in lines).strip()


def _supplied(language: str, shown_in: str) -> list[Starter]:
    found = []
    for one in _data():
        texts: Mapping[str, str] = one["text"]
        titles: Mapping[str, str] = one["title"]
        found.append(
            Starter(
                one["id"],
                language if language in texts else _FALLBACK,
                titles.get(shown_in, titles[_FALLBACK]),
                texts.get(language, texts[_FALLBACK]),
                is_own=False,
                with_document=bool(one.get("with_document")),
            )
        )
    return found


@cache
def _data() -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = json.loads(
        (files("saldo.inbox") / "replies.json").read_text("utf-8")
    )
    return data
