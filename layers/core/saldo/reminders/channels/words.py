"""A message in words; or why there are none, which must not keep the queue going round."""

from __future__ import annotations

from dataclasses import dataclass

from saldo.messages.model import MessageContext, MessageKind, Rendered, Renderer

_PROBLEM_LENGTH_MAX = 300


@dataclass(frozen=True, slots=True)
class NoWords:
    """The text cannot be made from what there is to tell; `reason` says what failed."""

    reason: str


def words_of(
    renderer: Renderer, message: MessageKind, context: MessageContext
) -> Rendered | NoWords:
    """Return the message in words, or why a supplied text failed.

    It would fail again for ever: the notice fails once instead, visibly, with the reason.
    """
    try:
        return renderer.render(message, context)
    except Exception as error:  # noqa: BLE001 - a text is data, and may fail in any way
        said = f"text-failed: {message} ({type(error).__name__}: {error})"
        return NoWords(said[:_PROBLEM_LENGTH_MAX])


def told_problems(words: Rendered) -> str | None:
    """Return what a person should know of the creditor's own texts, None if all is well."""
    if not words.problems:
        return None
    return f"own-text-failed: {'; '.join(words.problems)}"[:_PROBLEM_LENGTH_MAX]
