"""Implements `IndexTypesetter`: the index of an evidence pack, by Typst."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from saldo.adapters.letters.compiler import pdf, pictures
from saldo.reports.evidence_paper import Index

_TEMPLATE: Final = "evidence.typ"


class TypstIndex:
    """Typesets the index of evidence packs."""

    def index(self, index: Index) -> bytes:
        """Return the index as PDF/A. Raises typst.TypstError if the template is broken."""
        return pdf(_TEMPLATE, _data(index))

    def pictures(self, index: Index, *, dots_per_inch: float) -> list[bytes]:
        """Return the index's pages as PNG images, to be looked at."""
        return pictures(_TEMPLATE, _data(index), dots_per_inch=dots_per_inch)


def _data(index: Index) -> dict[str, Any]:
    return {
        "language": index.language.partition("-")[0].lower(),
        "creditor": index.creditor,
        "title": index.title,
        "lead": index.lead,
        "nothing": index.nothing,
        "page": index.page,
        "as_of": [index.as_of.year, index.as_of.month, index.as_of.day],
        "sections": [asdict(section) for section in index.sections],
    }
