"""The screens, each a module of its own: another screen is another line here, and its folder of
words. A module is imported when its screen is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from saldo.people.rights import Right

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Group, Screen
else:  # in Lambda this folder is the root of the code
    from screen import Group, Screen


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the menu has a screen, and the right that shows it there."""

    name: str
    right: Right
    group: Group = "none"


ENTRIES: Final = (
    Entry("today", "collect:write", "day"),
    Entry("inbox", "accounts:read", "day"),
    Entry("accounts", "accounts:read", "day"),
    Entry("account", "accounts:read"),
    Entry("invoice", "accounts:read"),
    Entry("payment", "accounts:read"),
    Entry("disputes", "accounts:read", "day"),
    Entry("promises", "accounts:read", "day"),
    Entry("plans", "accounts:read", "day"),
    Entry("cases", "accounts:read", "day"),
    Entry("bank", "bank:read", "books"),
    Entry("statements", "bank:read", "books"),
    Entry("approvals", "money:write-off", "books"),
    Entry("users", "users:write", "steering"),
    Entry("reports", "reports:read", "steering"),
    Entry("cash", "reports:read", "steering"),
    Entry("effects", "reports:read", "steering"),
    Entry("risk", "accounts:read", "steering"),
    Entry("policies", "settings:read", "steering"),
    Entry("texts", "settings:read"),
    Entry("audit", "audit:read", "steering"),
    Entry("privacy", "privacy:write", "steering"),
    Entry("settings", "settings:read", "steering"),
)


def screen_of(name: str) -> Screen | None:
    """Return the screen of that name, None if there is none."""
    if not any(entry.name == name for entry in ENTRIES):
        return None
    found: Screen = import_module(f"{__name__}.{name}").SCREEN
    return found
