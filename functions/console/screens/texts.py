"""Texts: what messages say in each language, in the supplied words or the creditor's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import urlencode

from saldo.edge.v1 import texts
from saldo.edge.v1.parse import read
from saldo.errors import Invalid
from saldo.messages.model import MessageKind
from saldo.messages.render import languages
from saldo.messages.text_record import PARTS, MessageText
from saldo.reports.evidence_speech import Speech

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.refused import problem_text
    from functions.console.screen import Act, Back, File, Page, Part, Screen, Shown, Visit
    from functions.console.settings_forms import SettingsChanged, mark, require_seen
else:  # in Lambda this folder is the root of the code
    from refused import problem_text
    from screen import Act, Back, File, Page, Part, Screen, Shown, Visit
    from settings_forms import SettingsChanged, mark, require_seen

KINDS: Final[tuple[MessageKind, ...]] = get_args(MessageKind)
BODY_MAX: Final = 20_000
_WORDS_OF: Final = ("subject", "text", "sms", "html", "letter", "call")


def show(visit: Visit) -> Shown:
    """Show every message, and where the creditor has words of its own."""
    own: dict[tuple[str, str], list[str]] = {}
    for one in visit.services.own_texts.latest(visit.creditor.id):
        if one.body:
            own.setdefault((one.message, one.language), []).append(one.part)
    return Page(
        "texts.html",
        {"kinds": KINDS, "spoken": languages(), "own": own, "message": _messages(visit)},
    )


def _messages(visit: Visit) -> Any:
    speech = Speech(visit.t.language, visit.creditor.time_zone)
    return lambda kind: speech.say("message", kind)


def one(visit: Visit) -> Shown:
    """Show one part of a message: what it says now, and what it would say if nobody had changed it.

    Without a message that there is, the first reminder's text.
    """
    asked = _asked(visit.query("message"), visit.query("language"), visit.query("part"), visit)
    now = texts.one(visit.ordered, asked)
    return _shown(visit, asked, now["body"], now["version"])


def _asked(message: str, language: str, part: str, visit: Visit) -> texts.TextQuery:
    return read(
        texts.TextQuery,
        {
            "message": message if message in KINDS else "reminder-1",
            "language": language if language in languages() else _spoken(visit),
            "part": part if part in PARTS else "text",
        },
    )


def _spoken(visit: Visit) -> str:
    own = visit.creditor.language
    return own if own in languages() else "en"


def _shown(
    visit: Visit,
    asked: texts.TextQuery,
    body: str,
    version: int | None,
    draft: MessageText | None = None,
    problem: str = "",
) -> Shown:
    from saldo.messages.lint import lint  # heavy, and needed for one text alone

    text = draft or texts.drafted(visit.ordered, {**asked.model_dump(), "body": body})
    supplied = texts.supplied(asked.message, asked.language, asked.part)
    is_whole = version is None and draft is None
    made = texts.previewed(visit.ordered, text)
    asked_for = (asked.message, asked.language)
    return Page(
        "text.html",
        {
            "asked": asked,
            "body": body,
            "version": version,
            # A text that is only looked over is still written over the one that was opened first.
            "seen": (not problem and visit.form("seen")) or mark(version),
            "supplied": supplied,
            "findings": [] if is_whole or not text.body else lint(text),
            "checked": draft is not None,
            "made": made,
            "parts": [one for one in _WORDS_OF if texts.is_supplied(*asked_for, one)],
            "spoken": languages(),
            "message": _messages(visit),
            **({"problem": problem} if problem else {}),
        },
        status=400 if problem else 200,
    )


def _typed(visit: Visit) -> tuple[texts.TextQuery, dict[str, Any]]:
    asked = _asked(visit.form("message"), visit.form("language"), visit.form("part"), visit)
    return asked, {**asked.model_dump(), "body": visit.form("body", BODY_MAX)}


def _require_seen(visit: Visit, asked: texts.TextQuery) -> None:
    """Raise SettingsChanged where somebody put another version since the page was opened."""
    own = texts.own_text(visit.ordered, asked.message, asked.language, asked.part)
    require_seen(visit, own.version if own else None)


def check(visit: Visit) -> Shown:
    """Look a text over and write a message with it; nothing is kept."""
    asked, body = _typed(visit)
    draft = texts.drafted(visit.ordered, body)
    own = texts.own_text(visit.ordered, asked.message, asked.language, asked.part)
    return _shown(visit, asked, draft.body, own.version if own else None, draft)


def html(visit: Visit) -> Shown:
    """Give the mail that a text makes as a file: foreign markup is not put into our own pages."""
    asked, body = _typed(visit)
    made = texts.previewed(visit.ordered, texts.drafted(visit.ordered, body))
    name = f"{asked.message}-{asked.language}.html"
    return File(name, "text/html; charset=utf-8", (made.html or made.text).encode())


def put(visit: Visit) -> Shown:
    """Keep a text as the next version."""
    asked, body = _typed(visit)
    draft = texts.drafted(visit.ordered, body)
    try:
        _require_seen(visit, asked)
        if not draft.body:
            raise texts.TextHasErrors("It says nothing.").told("empty").at("/body")
        texts.put(visit.ordered, body)
    except (Invalid, SettingsChanged) as refusal:
        own = texts.own_text(visit.ordered, asked.message, asked.language, asked.part)
        version = own.version if own else None
        return _shown(visit, asked, draft.body, version, draft, problem_text(visit.t, refusal))
    return Back(_here(asked), "texts.put")


def withdraw(visit: Visit) -> Shown:
    """Let the supplied text stand in its place again."""
    asked, body = _typed(visit)
    _require_seen(visit, asked)
    texts.put(visit.ordered, {**body, "body": ""})
    return Back(_here(asked), "texts.withdrawn")


def _here(asked: texts.TextQuery) -> str:
    return f"texts/one?{urlencode(asked.model_dump())}"


SCREEN: Final = Screen(
    "texts",
    "settings:read",
    show,
    parts={"one": Part("settings:read", one)},
    acts={
        "check": Act("settings:write", check),
        "html": Act("settings:write", html),
        "put": Act("settings:write", put),
        "withdraw": Act("settings:write", withdraw),
    },
)
