"""How much one document may ask of the reader. What is beyond is refused, never tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one document.

    XML of 10 MB holds some 5,000 lines or a few attached documents, and 200,000 elements some
    4,000 lines; a PDF of 20 MB is above what mail systems take. Streams inside a PDF are
    decompressed up to `stream_bytes_max` each, and `streams_max` of them are touched at most.
    """

    xml_bytes_max: int = 10_000_000
    elements_max: int = 200_000
    depth_max: int = 40
    attributes_max: int = 20
    pdf_bytes_max: int = 20_000_000
    stream_bytes_max: int = 10_000_000
    embedded_max: int = 50


LIMITS: Final = Limits()


class Unreadable(Exception):
    """The document cannot be read; the sentence says why, for whoever sent it."""
