"""Typst (https://typst.app/docs), a compiler in one wheel, as everything on paper uses it.

It carries its own fonts, so that a page looks the same on every machine; the machine's fonts are
not looked at. The same data gives the same bytes. docs/decisions tells why Typst.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import typst

_HERE: Final = Path(__file__).parent
_ARCHIVE: Final = "a-2b"
"""PDF/A: what is proven by paper is kept as long as the books are."""

_EPOCH: Final = 0


def pdf(template: str, data: dict[str, Any], *, tagged: bool = True) -> bytes:
    """Return a template with its data as PDF/A; not `tagged`, it is much smaller, and programs that
    read aloud have only its order to go by. Raises typst.TypstError if the template is broken.
    """
    made: Any = typst.compile(
        (_HERE / template).read_bytes(),
        format="pdf",
        sys_inputs=_inputs(data),
        ignore_system_fonts=True,
        pdf_standards=[_ARCHIVE],
        timestamp=_EPOCH,
        pdf_tags=tagged,
    )
    found: bytes = made
    return found


def pictures(template: str, data: dict[str, Any], *, dots_per_inch: float) -> list[bytes]:
    """Return the same pages as PNG images, to be looked at."""
    made: Any = typst.compile(
        (_HERE / template).read_bytes(),
        format="png",
        ppi=dots_per_inch,
        sys_inputs=_inputs(data),
        ignore_system_fonts=True,
    )
    return [*made] if isinstance(made, list) else [made]


def pages_of(made: bytes) -> int:
    """Return how many pages a PDF of Typst's has: it writes each page's object plainly."""
    return made.count(b"/Type /Page\n") + made.count(b"/Type/Page/")


def _inputs(data: dict[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(data, ensure_ascii=False)}
