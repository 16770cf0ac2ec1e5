"""Why a bank's file was not taken, in the language of the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from saldo.bank_entries.refusals import StatementRefused

if TYPE_CHECKING or __package__:
    from functions.console.refused import said_by_code
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    from refused import said_by_code
    from words import Words

_FOUND: Final = re.compile(r"(?P<code>[a-z0-9-]+)(?: \((?P<place>[^()]*)\))?: .+", re.DOTALL)
_LINE: Final = re.compile(r"line (\d+)")
_GROUPS: Final = (
    ("amount", ("amount-", "sign-", "funds-")),
    ("balance", ("balance-", "opening-", "closing-")),
    ("currency", ("currency-",)),
    ("day", ("day-",)),
    ("column", ("column-",)),
    ("encoding", ("encoding-", "binary-")),
    ("empty", ("empty", "no-")),
    ("truncated", ("truncated", "xml-")),
)
"""What is wrong with a file in a few kinds, by how the codes of findings begin."""


def why_refused(words: Words, code: str, text: str) -> str:
    """Return why a file was refused, by the refusal's `code`, or by the finding that its `text`
    begins with ("amount-missing (line 7): …").
    """
    found = _FOUND.fullmatch(text) if code == StatementRefused.code else None
    if found is None:
        return said_by_code(words, code, text)
    begins = ((kind, begin) for kind, codes in _GROUPS for begin in codes)
    kind = next((kind for kind, begin in begins if found["code"].startswith(begin)), "other")
    line = _LINE.fullmatch(found["place"] or "")
    at = words("statement_fault.line", n=line[1]) if line else found["place"]
    return f"{at}: {words(f'statement_fault.{kind}')}" if at else words(f"statement_fault.{kind}")
