"""A creditor's own texts over the API: looked at, checked, put and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1.answers import _Instant
from saldo.edge.v1.fields import Language, wrong
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.errors import Invalid, NotFound
from saldo.messages.model import MessageKind, Rendered, Sender
from saldo.messages.own import OwnTexts
from saldo.messages.text_record import MessageText, Part


class TextHasErrors(Invalid):
    """Something is wrong with the text that keeps it from being put; the text says what."""

    code = "text-has-errors"


class TextMissing(NotFound):
    """No text is supplied for that part of the message in that language."""

    code = "text-missing"


def _spoken(tag: str) -> str:
    from saldo.messages.render import languages

    if tag not in languages():
        raise wrong(f"must be one of {', '.join(languages())}")
    return tag


SpokenLanguage = Annotated[Language, AfterValidator(_spoken)]


class TextQuery(Query):
    """Which text."""

    message: Annotated[MessageKind, Field(description="The message.")]
    language: Annotated[SpokenLanguage, Field(description="One that messages speak.")]
    part: Annotated[Part, Field(description="Of the message.")]


class TextRecord(Body):
    """A text in the creditor's own words."""

    message: Annotated[MessageKind, Field(description="The message.")]
    language: Annotated[SpokenLanguage, Field(description="One that messages speak.")]
    part: Annotated[Part, Field(description="Of the message.")]
    body: Annotated[
        str,
        Field(max_length=20_000, description="Empty: the supplied text stands in its place again."),
    ]


class FindingAnswer(TypedDict):
    """Something about a text."""

    severity: Literal["error", "warning"]
    code: str
    sentence: str


class OwnText(TypedDict):
    """A version of one of the creditor's own texts."""

    message: str
    language: str
    part: str
    version: int
    written_at: _Instant
    written_by: str
    is_own: Annotated[bool, Field(description="False: the supplied text stands in its place.")]


class OwnTextList(TypedDict):
    """The creditor's own texts, the latest version of each."""

    items: list[OwnText]


class TextAnswer(TypedDict):
    """A text as it was written."""

    version: Annotated[int | None, Field(description="Null: it is the supplied one.")]
    body: str


class TextPut(OwnText):
    """The version that was put, and what might be looked at."""

    findings: list[FindingAnswer]


def listed(order: Ordered) -> OwnTextList:
    """Return the creditor's own texts."""
    return {"items": [own(text) for text in order.services.own_texts.latest(order.creditor.id)]}


def one(order: Ordered, query: TextQuery) -> TextAnswer:
    """Return a text as it stands now. Raises TextMissing."""
    found = own_text(order, query.message, query.language, query.part)
    if found is not None:
        return {"version": found.version, "body": found.body}
    return {"version": None, "body": supplied(query.message, query.language, query.part)}


def own_text(order: Ordered, message: str, language: str, part: str) -> MessageText | None:
    """Return the creditor's own text for exactly this part, None where the supplied one stands."""
    for text in order.services.own_texts.latest(order.creditor.id):
        if (text.message, text.language, text.part) == (message, language, part) and text.body:
            return text
    return None


def supplied(message: MessageKind, language: str, part: Part) -> str:
    """Return the supplied text for a part; raise TextMissing."""
    path = _supplied_path(message, language, part)
    if not path.is_file():
        raise TextMissing(f"There is no {part} of {message} in {language}.")
    return path.read_text(encoding="utf-8")


def is_supplied(message: MessageKind, language: str, part: Part) -> bool:
    """Tell whether there is such a part of the message at all."""
    return _supplied_path(message, language, part).is_file()


def _supplied_path(message: MessageKind, language: str, part: Part) -> Path:
    from saldo.messages.engine import TEXTS
    from saldo.messages.render import supplied_name

    return TEXTS / supplied_name(message, language, part)


def put(order: Ordered, body: Any) -> TextPut:
    """Keep a text as the next version. Raises Invalid, TextHasErrors or TextNotValid."""
    sent = read(TextRecord, body)
    text = _text(order, sent)
    found = looked_over(text)
    errors = [one["sentence"] for one in found if one["severity"] == "error"]
    if errors:
        raise TextHasErrors(" ".join(errors)).at("/body")
    kept = order.services.own_texts.put(text)
    return {**own(kept), "findings": found}


def drafted(order: Ordered, body: Any) -> MessageText:
    """Return a text that is not kept; raise Invalid."""
    return _text(order, read(TextRecord, body))


def looked_over(text: MessageText) -> list[FindingAnswer]:
    """Return what is wrong with a text, and what might be looked at."""
    from saldo.messages.lint import lint

    found = lint(text) if text.body else []
    return [{"severity": one.severity, "code": one.code, "sentence": one.sentence} for one in found]


def previewed(order: Ordered, text: MessageText) -> Rendered:
    """Write an invented message with `text` in its place, as this creditor."""
    from saldo.messages.model import Channel
    from saldo.messages.render import JinjaRenderer
    from saldo.messages.samples import SAMPLES

    channels: dict[Part, Channel] = {"sms": "sms", "letter": "letter", "call": "call"}
    creditor = order.creditor
    sender = Sender(
        creditor.name,
        creditor.address,
        creditor.imprint,
        creditor.brand_colour,
        creditor.reply_to,
    )
    context = replace(
        SAMPLES["one"],
        sender=sender,
        creditor=creditor.id,
        language=text.language,
        channel=channels.get(text.part, "email"),
        country=creditor.country,
    )
    return JinjaRenderer(_Drafted(order, text)).render(text.message, context)


class _Drafted(OwnTexts):
    """The creditor's own texts with a draft among them, which nobody else sees."""

    def __init__(self, order: Ordered, draft: MessageText) -> None:
        services = order.services
        super().__init__(services.store, services.clock.now)
        self._draft = draft

    def find(
        self, creditor: str, message: MessageKind, language: str, part: Part
    ) -> MessageText | None:
        draft = self._draft
        stands_in = part in ("html", "letter") and draft.part == "text"
        if (message, language) == (draft.message, draft.language) and (
            part == draft.part or stands_in
        ):
            return draft if draft.body else None
        return super().find(creditor, message, language, part)


def own(text: MessageText) -> OwnText:
    """Render a version of a text."""
    return {
        "message": text.message,
        "language": text.language,
        "part": text.part,
        "version": text.version,
        "written_at": iso_instant(text.written_at),
        "written_by": text.written_by,
        "is_own": bool(text.body),
    }


def _text(order: Ordered, sent: TextRecord) -> MessageText:
    now = order.services.clock.now()
    return MessageText(
        order.creditor.id,
        sent.message,
        sent.language,
        sent.part,
        0,
        sent.body.replace("\r\n", "\n").strip("\n"),
        order.by,
        now,
    )
