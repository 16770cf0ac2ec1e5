"""A creditor's own texts: records, written in Jinja2's sandbox, and never in a notice's way.

An own text that fails when a message is written is reported, and the supplied one stands in its
place: a wrong word must not keep back a notice, nor a missing variable stop a run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment, Template, TemplateError

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.events import event
from saldo.ids import ulid_of
from saldo.messages.engine import (
    RENDERED_LENGTH_MAX,
    SOURCE_LENGTH_MAX,
    Medium,
    environment,
    own_source,
)
from saldo.messages.grammar import TextNotValid, check
from saldo.messages.model import MessageKind
from saldo.messages.text_record import MessageText, Part
from saldo.store import Put, Store

MEDIUM_OF: Final[dict[Part, Medium]] = {
    "subject": "line",
    "text": "text",
    "html": "html",
    "sms": "sms",
    "letter": "letter",
    "call": "call",
}


@dataclass(frozen=True, slots=True)
class Written:
    """What a text made, or the `problem` that kept it from making anything."""

    text: str = ""
    problem: str | None = None


class OwnTexts:
    """Finds and writes creditors' own texts.

    Those of a creditor are read at once and kept for `kept_seconds`, so that a run of thousands
    of notices reads them a few times.
    """

    def __init__(self, store: Store, now: Callable[[], datetime], kept_seconds: int = 60) -> None:
        self._store, self._now, self._kept_seconds = store, now, kept_seconds
        self._kept: dict[str, tuple[datetime, dict[tuple[str, ...], MessageText]]] = {}

    def find(
        self, creditor: str, message: MessageKind, language: str, part: Part
    ) -> MessageText | None:
        """Return the creditor's latest text for a part; None means the supplied one.

        An own `text` also makes the HTML and the letter, unless these have texts of their own.
        """
        newest = self._newest(creditor)
        wanted: tuple[Part, ...] = (part, "text") if part in ("html", "letter") else (part,)
        for one in wanted:
            found = newest.get((message, language, one))
            if found is not None and found.body:
                return found
        return None

    @staticmethod
    def write_text(text: MessageText, medium: Medium, values: dict[str, Any]) -> Written:
        """Return what `text` says with `values`, or why it says nothing."""
        try:
            made = _template(text.body, text.language, medium, text.part).render(values)
        # Whatever goes wrong inside a template that somebody else wrote is that text's problem.
        except Exception as error:  # noqa: BLE001
            return Written(problem=f"{text.message} {text.language} {text.part}: {_said(error)}")
        if len(made) > RENDERED_LENGTH_MAX:
            return Written(problem=f"{text.message} {text.language} {text.part}: too long.")
        return Written(made)

    def latest(self, creditor: str) -> list[MessageText]:
        """Return the latest version of each of a creditor's texts."""
        return list(self._read(creditor).values())

    def put(self, text: MessageText) -> MessageText:
        """Keep `text` as the next version; its own number is not looked at.

        Raises TextNotValid; CommitConflict when somebody else wrote a version at the same moment.
        """
        check_source(text)
        before = self._read(text.creditor).get((text.message, text.language, text.part))
        new = replace(text, version=(before.version if before else 0) + 1)
        named = f"{new.message} {new.language} {new.part}"
        told = event(
            ulid_of(f"text.put {new.creditor} {named} {new.version}", new.written_at),
            new.written_at,
            "text.put",
            new.creditor,
            WHOLE_CREDITOR,
            message=new.message,
            language=new.language,
            part=new.part,
            number=new.version,
            is_own=bool(new.body),
            by=new.written_by,
        )
        self._store.commit([Put(new), Put(told)])
        self._kept.pop(text.creditor, None)
        return new

    def _newest(self, creditor: str) -> dict[tuple[str, ...], MessageText]:
        now = self._now()
        kept = self._kept.get(creditor)
        if kept is None or (now - kept[0]).total_seconds() >= self._kept_seconds:
            kept = (now, self._read(creditor))
            self._kept[creditor] = kept
        return kept[1]

    def _read(self, creditor: str) -> dict[tuple[str, ...], MessageText]:
        """Versions come in key order, so that the last one of a text is the newest."""
        listed = self._store.list(MessageText, creditor)
        return {(one.message, one.language, one.part): one for one in listed}


def check_source(text: MessageText) -> None:
    """Raise TextNotValid for a text that is too long or no template at all."""
    if len(text.body) > SOURCE_LENGTH_MAX:
        raise TextNotValid(f"A text has at most {SOURCE_LENGTH_MAX} characters.")
    try:
        _template(text.body, text.language, MEDIUM_OF[text.part], text.part)
    except TemplateError as error:
        raise TextNotValid(_said(error)) from error


@lru_cache(maxsize=512)
def _template(body: str, language: str, medium: Medium, part: Part) -> Template:
    """Compile an own text. As HTML it may hold markup only where it is the part for it."""
    sandbox: Environment = environment(language, medium, sandboxed=True)
    name = f"own.{'html' if part == 'html' else 'txt'}"
    code = sandbox.compile(check(sandbox, own_source(body), name), name=name, filename=name)
    return Template.from_code(sandbox, code, sandbox.make_globals(None))


def _said(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    return f"{error}{f' (line {line})' if line else ''}"
