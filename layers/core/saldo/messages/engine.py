"""How a text becomes a mail, a letter, a text message: one environment per language and medium.

A text is plain words in paragraphs set apart by empty lines. What looks different from medium to
medium (the panel with the pay button, the list of invoices) it asks for by `say.…`: the words of
these stand in `shared/<language>.txt`, their form in `shared/structure.<medium>`. So one text is
enough for plain text, HTML and paper, and the three cannot differ in what they say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from jinja2 import Environment, FunctionLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

TEXTS: Final = Path(__file__).parent / "texts"

Medium = Literal["line", "text", "html", "letter", "sms", "call"]
"""line: one line, such as a subject; text: the plain part of a mail."""

_STRUCTURE: Final[dict[Medium, str]] = {"html": "html", "letter": "letter"}
_PREAMBLE: Final = '{% import "words" as say with context %}'
"""Stands before every text, on its first line, so that line numbers stay right."""

_PARAGRAPH: Final = '<p style="margin:0 0 16px">'
"""Mail programs drop stylesheets, so paragraphs get their style here."""

RANGE_MAX: Final = 200
SOURCE_LENGTH_MAX: Final = 20_000
RENDERED_LENGTH_MAX: Final = 200_000


class TextTooLong(ValueError):
    """A creditor's own text makes more than a message can hold."""


class WordsAreNoMarkup(Extension):
    """Escapes what stands literally in a text of words, where the medium is HTML.

    In `.txt` nothing is markup, not even "<"; the pieces of a mail (`.html`) are.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        words = not (stream.filename or "").endswith(".html")
        for token in stream:
            if words and token.type == "data":
                yield Token(token.lineno, "data", str(escape(token.value)))
            else:
                yield token


class BoundedSandbox(ImmutableSandboxedEnvironment):
    """The sandbox for texts that a creditor wrote: no way to Python, no endless loops.

    Jinja2's sandbox bounds `range`; what else could grow (a power, a repeated string) is refused.
    """

    intercepted_binops = frozenset({"*", "**", "%"})
    text_methods: Final = frozenset({"startswith", "endswith", "lower", "upper", "strip"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Texts keep few of their methods: others, such as `ljust`, make much out of little."""
        if isinstance(obj, str):
            return attr in self.text_methods
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """No text formats: a width of a billion would. `is_safe_attribute` refuses it then."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        numbers = all(isinstance(side, (int, float)) for side in (left, right))
        if operator == "**" or not numbers:
            raise TextTooLong(f"{operator!r} is only for numbers, and powers are not for texts.")
        return super().call_binop(context, operator, left, right)


@cache
def environment(language: str, medium: Medium, *, sandboxed: bool = False) -> Environment:
    """Return the environment that renders texts of a language for a medium."""
    kind = BoundedSandbox if sandboxed else Environment
    made = kind(
        loader=FunctionLoader(_source(language, medium)),
        autoescape=medium == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[WordsAreNoMarkup] if medium == "html" else [],
    )
    made.filters.update(
        brief=brief,
        styled=_styled,
        one_block=_one_block,
        lines=_lines,
        packed=_packed,
        kept=_kept,
        grouped=_grouped,
    )
    if sandboxed:
        made.globals["range"] = _short_range
        for name in ("lipsum", "cycler", "joiner"):
            made.globals.pop(name)
    return made


def rendered(text: str, medium: Medium) -> str:
    """Give what a template made the form of its medium."""
    if medium == "line":
        return " ".join(text.split())
    if medium == "html":
        return _paragraphs(text)
    return tidy(text)


def own_source(body: str) -> str:
    """Return a creditor's own text as a template, the shared words in reach."""
    return _PREAMBLE + body


def _source(language: str, medium: Medium) -> Callable[[str], Any]:
    """Return a loader: "words" and "structure" are those of the language and the medium."""

    def load(name: str) -> Any:
        if name == "words":
            path = TEXTS / "shared" / f"{language}.txt"
        elif name == "structure":
            path = TEXTS / "shared" / f"structure.{_STRUCTURE.get(medium, 'text')}"
        else:
            path = TEXTS / name
        if not path.is_file():
            return None
        text = path.read_text(encoding="utf-8")
        if path.parent.name != "shared" or path.stem.endswith(".call"):
            text = _PREAMBLE + text
        return text, str(path), lambda: True

    return load


def _short_range(*bounds: int) -> range:
    made = range(*bounds)
    if len(made) > RANGE_MAX:
        raise TextTooLong(f"A range has at most {RANGE_MAX} numbers.")
    return made


def brief(text: str, length: int = 24) -> str:
    """Cut what would push a subject out of bounds; the message itself has it whole."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def tidy(text: str) -> str:
    """Leave one empty line at most: branches of a text that were not taken leave gaps."""
    # RFC 3676, 4.3: the line before a signature ends in a space.
    lines = (line if line == "-- " else line.rstrip(" ") for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _paragraphs(text: str) -> str:
    """Set blocks of words into paragraphs; pieces of a mail are blocks that begin with a tag.

    Whatever came from outside is escaped, and cannot begin with one.
    """
    blocks = (block.strip() for block in re.split(r"\n[ \t]*\n", text))
    return "\n".join(
        block if block.startswith("<") else _PARAGRAPH + block.replace("\n", "<br>") + "</p>"
        for block in blocks
        if block
    )


def _styled(html: str) -> Markup:
    """Give plain paragraphs their inline style. Escaped content holds no tags."""
    # A str, for Markup.replace would escape the style. Jinja has escaped what came from outside.
    return Markup(str(html).replace("<p>", _PARAGRAPH))  # noqa: S704


def _one_block(html: str) -> Markup:
    """Join a piece of a mail into one block, with empty lines around it."""
    joined = " ".join(line.strip() for line in str(html).splitlines() if line.strip())
    return Markup(f"\n\n{joined}\n\n")  # noqa: S704  # Jinja has escaped what came from outside


def _lines(text: str) -> list[str]:
    """Return the lines that hold something; Markup stays Markup."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _packed(text: str) -> str:
    """Leave out empty lines: the rows of one table stand together."""
    return "\n".join(line for line in str(text).splitlines() if line.strip())


def _kept(text: str) -> Markup:
    """Escape a text and keep its line breaks through `one_block`."""
    return Markup(str(escape(text)).replace("\n", "&#10;"))  # noqa: S704  # escaped just now


def _grouped(text: str) -> str:
    """Write an IBAN or a reference in groups of four, as on paper (ISO 13616, ISO 11649)."""
    bare = text.replace(" ", "")
    return " ".join(bare[start : start + 4] for start in range(0, len(bare), 4))
