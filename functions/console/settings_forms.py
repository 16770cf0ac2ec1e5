"""What forms of settings have in common: reading typed values as the API would get them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from saldo.errors import Conflict, Invalid
from saldo.ids import fingerprint

if TYPE_CHECKING or __package__:
    from functions.console.screen import Page, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from screen import Page, Shown, Visit

PARTS: Final = (
    ("company", ("creditor", "bank", "payers", "credit", "numbers")),
    ("reminding", ("sending", "policies", "texts")),
    ("people", ("desks", "work", "targets", "users")),
    ("machines", ("providers", "connections", "webhooks", "keys")),
    ("keeping", ("retention", "audit")),
)
"""The settings by what they are about; some are screens of their own."""

SCREENS: Final = frozenset({"policies", "texts", "users", "audit"})
RIGHTS: Final = {"users": "users:write", "audit": "audit:read"}

_LINES_MAX: Final = 20_000
_MARK_CHARACTERS: Final = 16


class NumberNotWhole(Invalid):
    """What was typed where a whole number belongs is none."""

    code = "number-not-whole"


class FactsNotReadable(Invalid):
    """A line of facts is not written as "country=DE,AT; kind=business"."""

    code = "facts-not-readable"


class SettingsChanged(Conflict):
    """Somebody changed what a form sets since its page was opened: saving it as it stands would
    undo that.
    """

    code = "settings-changed"


def mark(now: object) -> str:
    """Return a short text for what holds now: a form carries it, and so knows what it changes."""
    return fingerprint(repr(now))[:_MARK_CHARACTERS]


def require_seen(visit: Visit, now: object) -> None:
    """Raise SettingsChanged unless what holds is what the form's page showed.

    The page is then shown anew, with what was typed: who saves it again does so knowing.
    """
    if visit.form("seen") not in ("", mark(now)):
        raise SettingsChanged("Somebody changed these settings meanwhile.")


def page(visit: Visit, part: str, **values: Any) -> Shown:
    """Return the page of a part, with the way to the others."""
    return Page(f"settings_{part}.html", {"part": part, "groups": groups(visit), **values})


def groups(visit: Visit) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the settings that the visitor may see, with their addresses."""
    found = []
    for group, parts in PARTS:
        seen = [
            (part, visit.link(part if part in SCREENS else f"settings/{part}"))
            for part in parts
            if part not in RIGHTS or visit.may(RIGHTS[part])  # type: ignore[arg-type]  # a right
        ]
        if seen:
            found.append((group, seen))
    return found


def text_or_none(visit: Visit, name: str, most: int = 500) -> str | None:
    """Return what was typed, None for nothing."""
    return visit.form(name, most) or None


def whole(visit: Visit, name: str) -> int | None:
    """Return a whole number that was typed, None for nothing; raise NumberNotWhole."""
    text = visit.form(name, 12)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise NumberNotWhole(f"{text!r} is no whole number.").at(f"/{name}")
    return int(text)


def lines(visit: Visit, name: str) -> list[str]:
    """Return the lines of a text that hold something."""
    return [line.strip() for line in visit.form(name, _LINES_MAX).splitlines() if line.strip()]


def facts_of(text: str) -> dict[str, list[str]]:
    """Read "country=DE,AT; kind=business" as facts with their values; raise FactsNotReadable."""
    found: dict[str, list[str]] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        fact, is_said, values = part.partition("=")
        known = [value.strip() for value in values.split(",") if value.strip()]
        if not is_said or not fact.strip() or not known:
            raise FactsNotReadable(
                f"{part.strip()!r} is not written as country=DE,AT; kind=business."
            )
        found[fact.strip()] = known
    return found


def facts_text(when: dict[str, list[str]]) -> str:
    """Write facts as `facts_of` reads them."""
    return "; ".join(f"{fact}={','.join(values)}" for fact, values in when.items())
