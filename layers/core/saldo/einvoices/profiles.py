"""Which rule book a document follows, by its specification identifier (BT-24)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Scope = Literal[
    "any", "due", "old", "sums", "head", "lines", "peppol", "xrechnung", "extension", "cvd"
]
"""Sets of rules: `any` document; `due` for all but ZUGFeRD 1.0, whose sums are the `old` ones;
`sums` of the totals; EN 16931's on the `head` and the `lines`; Peppol's, XRechnung's, its
extension's and its clean-vehicle CIUS'."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a document says it is, and the sets of rules that hold for it.

    `tolerance_per_line` is true where sums may differ by a cent per line (Factur-X EXTENDED).
    """

    name: str
    scopes: frozenset[Scope]
    tolerance_per_line: bool = False

    def has(self, scope: Scope) -> bool:
        """Tell whether a set of rules holds."""
        return scope in self.scopes


_LEAST: Final[frozenset[Scope]] = frozenset({"any", "due"})
_SUMS: Final[frozenset[Scope]] = _LEAST | {"sums"}
_HEAD: Final[frozenset[Scope]] = _SUMS | {"head"}
_FULL: Final[frozenset[Scope]] = _HEAD | {"lines"}
_PEPPOL: Final[frozenset[Scope]] = _FULL | {"peppol"}
_XRECHNUNG: Final[frozenset[Scope]] = _PEPPOL | {"xrechnung"}
_VERSION: Final = re.compile(r"xrechnung_(\d+\.\d+)", re.ASCII)

EN_16931: Final = Profile("EN 16931", _FULL)


_BY_ENDING: Final = (
    ("minimum", Profile("Factur-X MINIMUM", _LEAST)),
    ("basicwl", Profile("Factur-X BASIC WL", _HEAD)),
    ("basic", Profile("Factur-X BASIC", _FULL)),
    ("extended", Profile("Factur-X EXTENDED", _FULL, tolerance_per_line=True)),
)
"""Factur-X and ZUGFeRD 2 put the profile last, whatever stands before."""


def profile_of(identifier: str) -> Profile:
    """Return the profile of a specification identifier; what is unknown is held to EN 16931."""
    written = identifier.strip().lower()
    last = re.split(r"[:#]", written)[-1]
    if "xrechnung" in written:
        return _xrechnung(written)
    if "peppol.eu:2017:poacc:billing" in written:
        return Profile("Peppol BIS Billing 3.0", _PEPPOL)
    if "ferd:crossindustrydocument" in written:
        return Profile(f"ZUGFeRD 1.0 {last.upper()}", frozenset({"any", "old"}))
    fitting = (profile for ending, profile in _BY_ENDING if last == ending)
    other = EN_16931 if "en16931" in written or not written else Profile(identifier[:200], _FULL)
    return next(fitting, other)


def _xrechnung(written: str) -> Profile:
    version = _VERSION.search(written)
    name = f"XRechnung {version[1]}" if version else "XRechnung"
    if "extension" in written:
        return Profile(f"{name} Extension", _XRECHNUNG | {"extension"})
    if ":cvd_" in written:
        return Profile(f"{name} CVD", _XRECHNUNG | {"cvd"})
    return Profile(name, _XRECHNUNG)
