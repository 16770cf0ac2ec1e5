"""The text of a PDF by lines, by pypdf: rows of a table stay together. Nothing is drawn or run."""

from __future__ import annotations

import io
import logging
from typing import Final

from pypdf import PdfReader, apply_configuration

from saldo.remittance.reading import BYTES_MAX, AdviceNotReadable

PAGES_MAX: Final = 30
_STREAM_BYTES_MAX: Final = 1_000_000

# Without this, what pypdf notes about a broken file would go to standard error.
logging.getLogger("pypdf").addHandler(logging.NullHandler())


def pdf_lines(source: bytes) -> list[tuple[str, str]]:
    """Return the lines of a PDF with their places ("page 1 line 7"); raise AdviceNotReadable."""
    try:
        with apply_configuration(
            maximum_declared_stream_length=BYTES_MAX,
            array_based_stream_maximum_output_length=_STREAM_BYTES_MAX,
            zlib_maximum_output_length=_STREAM_BYTES_MAX,
            zlib_maximum_recovery_input_length=100_000,
            lzw_maximum_output_length=_STREAM_BYTES_MAX,
            run_length_maximum_output_length=_STREAM_BYTES_MAX,
            brotli_maximum_output_length=_STREAM_BYTES_MAX,
            stream_filters_maximum_length=3,
            stream_decoding_work_maximum_length=3 * _STREAM_BYTES_MAX,
        ):
            return _lines(source)
    except AdviceNotReadable:
        raise
    except Exception as broken:  # noqa: BLE001 - a broken PDF makes pypdf raise of every kind
        reason = " ".join(str(broken).split())[:200]
        raise AdviceNotReadable(
            f"The PDF cannot be read: {reason or type(broken).__name__}."
        ) from None


def _lines(source: bytes) -> list[tuple[str, str]]:
    reader = PdfReader(
        io.BytesIO(source), root_object_recovery_limit=1_000, xref_stream_maximum_entries=500_000
    )
    if "/Encrypt" in reader.trailer:
        raise AdviceNotReadable("The PDF is encrypted.")
    if len(reader.pages) > PAGES_MAX:
        raise AdviceNotReadable(f"A PDF of an advice has at most {PAGES_MAX} pages.")
    found = []
    for page, one in enumerate(reader.pages, 1):
        text = one.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
        found += [
            (f"page {page} line {number}", line) for number, line in enumerate(text.splitlines(), 1)
        ]
    return found
