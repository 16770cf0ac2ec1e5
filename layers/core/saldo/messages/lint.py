"""What is wrong with a text, and which statements in it a lawyer should look at.

A text is checked in two ways: its names are looked up among those that a text may mention, and it
is written with invented contexts, for one invoice and for several, to businesses and consumers.
What must stand in every text of its kind (how much, how to pay, who writes) is looked for there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, Literal

from jinja2 import TemplateSyntaxError, meta, nodes

from saldo.messages import gsm7
from saldo.messages.engine import TEXTS, Medium, environment, own_source, rendered
from saldo.messages.grammar import refused
from saldo.messages.model import MessageContext, MessageKind
from saldo.messages.own import MEDIUM_OF, OwnTexts
from saldo.messages.render import SUBJECT_LENGTH_MAX, values_of
from saldo.messages.samples import SAMPLES
from saldo.messages.text_record import MessageText

SMS_SEGMENTS_MAX: Final = 2

_LAW: Final = re.compile(
    r"\{#\s*law:\s*(?P<law>.*?),\s*review(?::\s*(?P<why>.*?))?\s*#\}", re.DOTALL
)
_LEGAL_WORDS: Final = re.compile(
    r"§|\bBGB\b|\bBW\b|Verzug|Inkassokosten|incassokosten|in default|collection costs"
    r"|en demeure|frais de recouvrement",
)
_ACTIVE: Final = re.compile(r"<script|<iframe|<form|javascript:|\son\w+\s*=", re.IGNORECASE)

NO_PAYMENT_ASKED: Final[frozenset[MessageKind]] = frozenset(
    {
        "service-released",
        "mandate-given",
        "payment-received",
        "payment-scheduled",
        "handed-over",
        "portal-link",
        "contact-confirm",
        "contact-changed",
        "question-received",
        "question-answered",
        "mail-reply",
        "by-hand",
    }
)
NO_AMOUNT: Final[frozenset[MessageKind]] = frozenset(
    {
        "service-released",
        "mandate-given",
        "portal-link",
        "contact-confirm",
        "contact-changed",
        "question-received",
        "question-answered",
        "mail-reply",
        "by-hand",
    }
)

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a text: an `error` keeps it from being put, a `warning` does not.

    `about` is the name or the line that the sentence is about, for words in other languages.
    """

    severity: Severity
    code: str
    sentence: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class LegalStatement:
    """A statement about the law in a supplied text: where it stands and what it rests on."""

    file: str
    line: int
    law: str
    why: str


def lint(text: MessageText) -> list[Finding]:
    """Return what is wrong with a creditor's own text; nothing if it may be used as it is."""
    found = [*_names(text)]
    if any(one.severity == "error" for one in found):
        return found
    return list(dict.fromkeys([*found, *_law(text), *_written(text)]))


def known_names() -> frozenset[str]:
    """Return every name that a text may mention."""
    return frozenset(values_of(SAMPLES["one"], "en")) | {"say", "range", "dict"}


@cache
def sentences_of(language: str) -> frozenset[str]:
    """Return what `say` offers: the sentences and pieces of a language."""
    path = TEXTS / "shared" / f"{language}.txt"
    return frozenset(re.findall(r"{% macro (\w+)\(", path.read_text(encoding="utf-8")))


def legal_statements() -> list[LegalStatement]:
    """Return every marked statement about the law in the supplied texts, for review."""
    found = []
    for path in sorted(TEXTS.rglob("*.txt")):
        source = path.read_text(encoding="utf-8")
        for match in _LAW.finditer(source):
            line = source.count("\n", 0, match.start()) + 1
            name = str(path.relative_to(TEXTS))
            found.append(LegalStatement(name, line, match["law"], match["why"] or ""))
    return found


def _names(text: MessageText) -> Iterator[Finding]:
    sandbox = environment(text.language, MEDIUM_OF[text.part], sandboxed=True)
    try:
        tree = sandbox.parse(own_source(text.body))
    except TemplateSyntaxError as error:
        yield Finding("error", "syntax", f"Line {error.lineno}: {error.message}", str(error.lineno))
        return
    for name in sorted(meta.find_undeclared_variables(tree) - known_names()):
        yield Finding("error", "unknown-variable", f"Nothing is called {name!r}.", name)
    for node in tree.find_all(nodes.Getattr):
        said = isinstance(node.node, nodes.Name) and node.node.name == "say"
        if said and node.attr not in sentences_of(text.language):
            name = f"say.{node.attr}"
            yield Finding("error", "unknown-variable", f"There is no {name}.", name)
    for reason in refused(tree):
        yield Finding("error", "not-allowed", reason)
    if text.part == "html" and _ACTIVE.search(text.body):
        yield Finding("error", "active-content", "A mail holds no scripts, frames or forms.")


def _law(text: MessageText) -> Iterator[Finding]:
    bare = re.sub(r"\{#.*?#\}", "", text.body, flags=re.DOTALL)
    if _LEGAL_WORDS.search(bare) and not _LAW.search(text.body):
        yield Finding(
            "warning",
            "legal-statement",
            "It speaks of the law: have it looked at, and mark it {# law: SOURCE, review #}.",
        )


def _written(text: MessageText) -> Iterator[Finding]:
    for context in _contexts(text.language):
        values = values_of(context, text.language)
        written = _own(text, MEDIUM_OF[text.part], values)
        if written.startswith("!"):
            yield Finding("error", "does-not-render", written[1:])
            return
        yield from _missing(text, written, values)


def _own(text: MessageText, medium: Medium, values: dict[str, Any]) -> str:
    """Return what the text makes, or "!" and why it makes nothing."""
    made = OwnTexts.write_text(text, medium, values)
    return f"!{made.problem}" if made.problem else rendered(made.text, medium)


def _missing(text: MessageText, written: str, values: dict[str, Any]) -> Iterator[Finding]:
    if not written.strip():
        yield Finding("error", "empty", "It says nothing.")
        return
    if text.part == "subject":
        if len(written) > SUBJECT_LENGTH_MAX:
            said = f"Mail programs cut it after {SUBJECT_LENGTH_MAX} characters."
            yield Finding("warning", "long", said)
    else:
        yield from _obligatory(text, written, values)


def _obligatory(text: MessageText, written: str, values: dict[str, Any]) -> Iterator[Finding]:
    if values["pay_url"] not in written:
        yield Finding("error", "no-pay-link", "The pay link is missing: {{ pay_url }}.")
    if text.message not in NO_AMOUNT and not re.search(r"\d[.,]\d\d", written):
        yield Finding("error", "no-amount", "No amount stands in it: {{ total }}.")
    if values["sender"].name[:20] not in written:
        yield Finding("error", "no-sender", "It does not say who writes: {{ sender.name }}.")
    if text.part == "text" and values["sender"].imprint not in written:
        yield Finding("error", "no-imprint", "The imprint is missing: {{ say.closing() }}.")
    if text.message == "nl-14-day-letter" and text.part in ("text", "html", "letter"):
        yield from _unannounced(written, values)
    if text.part == "sms":
        yield from _too_long(written)


def _unannounced(written: str, values: dict[str, Any]) -> Iterator[Finding]:
    announced = values["announced"]
    if values["money"](announced.amount_minor, announced.currency) not in written:
        yield Finding(
            "error",
            "no-announced-costs",
            "The exact costs are missing, without which none are due (art. 6:96 (6) BW): "
            "{{ money(announced.amount_minor, announced.currency) }}.",
        )


def _too_long(written: str) -> Iterator[Finding]:
    plain = gsm7.to_gsm7(written).strip()
    fits = gsm7.PART_MAX if gsm7.is_gsm7(plain) else gsm7.UCS2_PART_MAX
    if gsm7.length(plain) > SMS_SEGMENTS_MAX * fits:
        yield Finding("warning", "long", f"It takes more than {SMS_SEGMENTS_MAX} text messages.")


def _contexts(language: str) -> Iterator[MessageContext]:
    for sample in SAMPLES.values():
        for kind in ("business", "consumer"):
            yield replace(sample, language=language, kind_of_debtor=kind)
