"""Which programs that open a link are no person's browser: by what they call themselves.

`machines.json` has the names with where they are documented. A program that lies about its name is
not found out here; `openings.py` says what else is asked of an opening.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).parent / "machines.json"
_BROWSER: Final = "mozilla/"
"""Every browser that people use has called itself so since 1994, in-app browsers included."""


def is_known_machine(user_agent: str) -> bool:
    """Tell whether a User-Agent header names a scanner, robot, previewer or library."""
    return _machines().search(user_agent.lower()) is not None


def is_browser(user_agent: str) -> bool:
    """Tell whether a User-Agent header is one of a browser, and no machine that is known."""
    return user_agent.lower().startswith(_BROWSER) and not is_known_machine(user_agent)


@cache
def _machines() -> re.Pattern[str]:
    table = json.loads(_TABLE.read_text(encoding="utf-8"))
    return re.compile("|".join(entry["pattern"] for entry in table["patterns"]))
