"""Every screen, part and act of the console for every role: what a role lacks is refused,
and nothing that is sent brings a page down.

CI takes a sample by seed (SALDO_PAGES_SEED); the long run takes all.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from functions.console.screens import ENTRIES, screen_of
from saldo.people.rights import RIGHTS_OF, ROLES, Right, Role
from tests.browser.settings import SEED
from tests.functions.clerk import Office
from tests.pictures.console import sample_office

_SHARE = 0.35


@dataclass(frozen=True)
class Place:
    """One address of the console: what it is called by, and the right it needs."""

    method: str
    path: str
    right: Right

    def __str__(self) -> str:
        return f"{self.method}-{self.path.replace('/', '-')}"


def _places() -> list[Place]:
    found = []
    for entry in ENTRIES:
        screen = screen_of(entry.name)
        assert screen is not None
        assert screen.right == entry.right, f"{entry.name}: the menu asks for another right"
        found.append(Place("GET", entry.name, screen.right))
        found += [
            Place("GET", f"{entry.name}/{name}", part.right) for name, part in screen.parts.items()
        ]
        found += [
            Place("POST", f"{entry.name}/{name}", act.right) for name, act in screen.acts.items()
        ]
    return found


def _cases() -> list[object]:
    chance = random.Random(f"{SEED} roles")
    return [
        pytest.param(
            place,
            role,
            id=f"{place}-{role}",
            marks=() if chance.random() < _SHARE else pytest.mark.long,
        )
        for place in _places()
        for role in ROLES
    ]


@pytest.fixture(scope="module")
def opened() -> Iterator[Office]:
    with sample_office() as made:
        yield made


@pytest.fixture
def office(opened: Office) -> Office:
    opened.open()
    return opened


@pytest.mark.parametrize(("place", "role"), _cases())
def test_a_role_gets_what_is_its_own_and_nothing_else(
    office: Office, place: Place, role: Role
) -> None:
    clerk = office.clerk(role)
    clerk.open("accounts")
    if place.method == "GET":
        clerk.open(place.path)
    else:
        assert clerk.csrf, "the page has a form"
        clerk.send(place.path, form=clerk.csrf, back=f"at/musterwerk/{place.path}")
    if place.right in RIGHTS_OF[role]:
        assert clerk.status not in (403, 500), f"{place} {clerk.status}: {clerk.said[-300:]}"
    else:
        assert clerk.status == 403, f"{place} {clerk.status}: {clerk.said[:300]}"
