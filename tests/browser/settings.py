"""In which language, on which device and how pages are walked through: all ways, and a sample."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal, TypeVar

import pytest

Size = Literal["phone", "desktop"]
Hand = Literal["pointer", "keys"]

LANGUAGES: Final = {"de": "de-DE", "en": "en-GB", "nl": "nl-NL", "fr": "fr-FR"}
SIZES: Final[dict[Size, tuple[int, int]]] = {"phone": (360, 740), "desktop": (1280, 800)}
SEED: Final = os.environ.get("SALDO_PAGES_SEED", "1")
"""Decides which settings the ordinary run takes."""
PICTURES_WANTED: Final = bool(os.environ.get("SALDO_PAGES_PICTURES"))
"""Whether pages are kept as pictures; drawing one takes longer than judging it."""

Story = TypeVar("Story", bound=Callable[..., None])


@dataclass(frozen=True)
class Setting:
    """How somebody looks at the pages, and by what they move on."""

    language: str
    size: Size
    script: bool
    hand: Hand
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        script = "script" if self.script else "plain"
        return f"{self.language}-{self.size}-{script}-{self.hand}-{self.scheme}"


def _every() -> tuple[Setting, ...]:
    """Each language on each size with and without script; keys and dark take turns."""
    found = []
    for at, (language, size, script) in enumerate(product(LANGUAGES, SIZES, (True, False))):
        hand: Hand = "keys" if (at ^ (at >> 2)) & 1 else "pointer"
        found.append(
            Setting(language, size, script, hand, "dark" if (at >> 1 ^ at >> 3) & 1 else "light")
        )
    return tuple(found)


EVERY: Final = _every()


def sample(story: str, seed: str = SEED) -> tuple[Setting, Setting]:
    """Return two settings for a story: one by pointer and one by keys, one with script and one
    without, in two languages.
    """
    chance = random.Random(f"{seed} {story}")
    first = chance.choice([one for one in EVERY if one.hand == "pointer"])
    others = [
        one
        for one in EVERY
        if one.hand == "keys"
        and one.script != first.script
        and one.language != first.language
        and one.size != first.size
    ]
    return first, chance.choice(others)


def in_every_setting(story: Story) -> Story:
    """Tell a story in a sample of the settings, and in all of them in the long run."""
    chosen = sample(story.__name__)
    marks = [
        pytest.param(one, id=str(one), marks=() if one in chosen else pytest.mark.long)
        for one in EVERY
    ]
    told: Story = pytest.mark.parametrize("setting", marks)(story)
    return told
