"""The invoice inside a PDF (ZUGFeRD, Factur-X), by pypdf.

Source: PDF 2.0 (ISO 32000-2), 7.7.4 name trees and 14.13 associated files; Factur-X 1.0, 6.2. The
file is found by the names that Factur-X, ZUGFeRD and XRechnung give it, else by what it is related
as, else by being XML that speaks of an invoice. Nothing is drawn, run or decrypted.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pypdf import PdfReader, apply_configuration
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from saldo.adapters.einvoice.limits import Limits, Unreadable

_NAMES: Final = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
_RELATIONS: Final = ("/Alternative", "/Data", "/Source")
_SPEAKS: Final = (b"CrossIndustryInvoice", b"CrossIndustryDocument", b"Invoice-2", b"CreditNote-2")
_HEAD: Final = 4096
_DEPTH_MAX: Final = 10

# Without this, what pypdf notes about a broken file would go to standard error.
logging.getLogger("pypdf").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class _Embedded:
    name: str
    relation: str
    stream: StreamObject

    @property
    def rank(self) -> int:
        """How likely it is the invoice, the smaller the likelier."""
        name = self.name.lower()
        if name in _NAMES:
            return _NAMES.index(name)
        if not name.endswith(".xml"):
            return 30
        return 10 if self.relation in _RELATIONS else 20


def embedded_invoice(source: bytes, limits: Limits) -> bytes:
    """Return the XML of the invoice that a PDF carries; raise Unreadable."""
    if len(source) > limits.pdf_bytes_max:
        raise Unreadable(f"The PDF is larger than {limits.pdf_bytes_max:,} bytes.")
    most = limits.stream_bytes_max
    try:
        with apply_configuration(
            maximum_declared_stream_length=limits.pdf_bytes_max,
            array_based_stream_maximum_output_length=most,
            zlib_maximum_output_length=most,
            zlib_maximum_recovery_input_length=100_000,
            lzw_maximum_output_length=most,
            run_length_maximum_output_length=most,
            brotli_maximum_output_length=most,
            stream_filters_maximum_length=3,
            stream_decoding_work_maximum_length=3 * most,
        ):
            return _found(source, limits)
    except Unreadable:
        raise
    except Exception as broken:  # noqa: BLE001 - a broken PDF makes pypdf raise of every kind
        if b"/Encrypt" in source:
            raise Unreadable("The PDF is encrypted.") from None
        reason = " ".join(str(broken).split())[:200]
        raise Unreadable(f"The PDF cannot be read: {reason or type(broken).__name__}.") from None


def _found(source: bytes, limits: Limits) -> bytes:
    reader = PdfReader(
        io.BytesIO(source),
        root_object_recovery_limit=1_000,
        xref_stream_maximum_entries=500_000,
    )
    if "/Encrypt" in reader.trailer:
        raise Unreadable("The PDF is encrypted.")
    root = reader.trailer["/Root"].get_object()
    if not isinstance(root, DictionaryObject):
        raise Unreadable("The PDF has no catalog.")
    candidates = sorted(_all_embedded(root, limits), key=lambda each: each.rank)
    for each in candidates:
        data = each.stream.get_data()
        if each.rank < len(_NAMES) or any(word in data[:_HEAD] for word in _SPEAKS):
            return data
    raise Unreadable("The PDF carries no e-invoice.")


def _all_embedded(root: DictionaryObject, limits: Limits) -> list[_Embedded]:
    """Return what the catalog names as embedded and what it says is associated with it."""
    names = _within(root, "/Names")
    tree = _within(names, "/EmbeddedFiles") if names else None
    specs = list(_leaves(tree, limits)) if tree else []
    associated = _entry(root, "/AF")
    if isinstance(associated, ArrayObject):
        specs += [each.get_object() for each in associated[: limits.embedded_max]]
    found = (_embedded(each) for each in specs[: limits.embedded_max])
    return [each for each in found if each]


def _entry(owner: DictionaryObject, key: str) -> Any:
    value = owner.get(key)
    return value.get_object() if value is not None else None


def _within(owner: DictionaryObject, key: str) -> DictionaryObject | None:
    value = _entry(owner, key)
    return value if isinstance(value, DictionaryObject) else None


def _leaves(tree: DictionaryObject, limits: Limits) -> Iterator[Any]:
    """Yield the values of a name tree, as far as the limits go."""
    waiting: list[tuple[DictionaryObject, int]] = [(tree, 0)]
    touched = 0
    while waiting and touched < limits.embedded_max:
        node, depth = waiting.pop(0)
        touched += 1
        named, kids = _entry(node, "/Names"), _entry(node, "/Kids")
        if isinstance(named, ArrayObject):
            for value in named[1 : 2 * limits.embedded_max : 2]:
                yield value.get_object()
        if isinstance(kids, ArrayObject) and depth < _DEPTH_MAX:
            for kid in kids[: limits.embedded_max]:
                below = kid.get_object()
                if isinstance(below, DictionaryObject):
                    waiting.append((below, depth + 1))


def _embedded(spec: Any) -> _Embedded | None:
    if not isinstance(spec, DictionaryObject):
        return None
    files = _within(spec, "/EF")
    if files is None:
        return None
    stream = _entry(files, "/UF") or _entry(files, "/F")
    if not isinstance(stream, StreamObject):
        return None
    name = _entry(spec, "/UF") or _entry(spec, "/F") or ""
    return _Embedded(str(name), str(_entry(spec, "/AFRelationship") or ""), stream)
