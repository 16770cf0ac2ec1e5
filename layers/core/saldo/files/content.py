"""What a file is, by its own bytes; neither its name nor what the sender calls it counts. Pure.

Few kinds are taken, those that a receipt, a photograph or an invoice comes as. None of them runs
by itself, and what would also open as an archive (a program of Java is one) is refused.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote
from xml.parsers import expat

from saldo.files.model import NAME_MAX, FileEmpty, FileKindNotTaken

PDF: Final = "application/pdf"
XML: Final = "application/xml"
TEXT: Final = "text/plain"

EXTENSIONS: Final = {
    PDF: "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/heic": "heic",
    TEXT: "txt",
    XML: "xml",
}
"""The kinds that are taken, and what their names end in."""

_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
"""ISO/IEC 23008-12: brands of still pictures, coded as HEVC or unsaid."""

_MARKUP: Final = re.compile(r"\s*<[!?/a-z]", re.IGNORECASE)
_OTHER_WRITING: Final = re.compile(r"\s*(#!|%PDF|%!|\{\\rtf|MZ)")
"""Written, too, yet no text for people: scripts, cut-off PDF, PostScript, RTF."""

_ODD: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_NOT_DOCUMENTS: Final = frozenset({"html", "svg", "stylesheet", "transform", "xbl", "script"})
_END_OF_ZIP: Final = b"PK\x05\x06"
_END_OF_ZIP_BYTES: Final = 22
_COMMENT_MAX: Final = 65_535


def kind_of(data: bytes, *, xml: bool = False) -> str:
    """Return the media type of a file; XML is taken only where an invoice may come as such.

    Raises FileEmpty or FileKindNotTaken.
    """
    if not data:
        raise FileEmpty("The file is empty.")
    found = _binary(data) or ("" if _looks_binary(data) else _written(data, xml=xml))
    if not found or ends_as_zip(data):
        taken = "PDF, PNG, JPEG, WebP, HEIC and plain text" + (", or XML" if xml else "")
        raise FileKindNotTaken(f"Only {taken} are taken; this file is something else.")
    return found


def clean_name(name: str, content_type: str) -> str:
    """Return a name that is safe to show and to save under: no folders, nothing invisible or that
    turns the line around, and the ending of what the file is.
    """
    bare = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(
        one for one in bare if unicodedata.category(one)[0] not in "CZ" or one in "\u00a0 "
    )
    plain = re.sub(r'[<>:"|?*;%$`\s]+', " ", seen).strip(" .")
    ending = EXTENSIONS[content_type]
    stem, dot, last = plain.rpartition(".")
    same = {"jpg": {"jpg", "jpeg", "jpe"}, "heic": {"heic", "heif"}}.get(ending, {ending})
    if not dot or last.lower() not in same:
        stem, last = plain, ending
    stem = stem.strip(" .")[: NAME_MAX - len(last) - 1].strip(" .")
    return f"{stem or 'file'}.{last.lower()}"


def ends_as_zip(data: bytes) -> bool:
    """Tell whether an archive ends where the file ends: programs that unpack look there first."""
    start = max(0, len(data) - _END_OF_ZIP_BYTES - _COMMENT_MAX)
    at = data.find(_END_OF_ZIP, start)
    while at >= 0:
        comment = int.from_bytes(data[at + 20 : at + 22], "little")
        if at + _END_OF_ZIP_BYTES + comment == len(data):
            return True
        at = data.find(_END_OF_ZIP, at + 1)
    return False


def _binary(data: bytes) -> str:
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-4096:]:
        return PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND\xae\x42\x60\x82" in data:
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "image/heic"
    return ""


def _looks_binary(data: bytes) -> bool:
    return b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff"))


def _written(data: bytes, *, xml: bool) -> str:
    """Return which written kind it is, "" for none that is taken."""
    try:
        text = _decoded(data)
    except UnicodeDecodeError:
        return ""
    if _MARKUP.match(text):
        return XML if xml and _is_document(data) else ""
    return "" if _ODD.search(text) or _OTHER_WRITING.match(text) else TEXT


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")  # what older programs on Windows write


class _NotDocument(Exception):
    """The XML does more than say something."""


def _is_document(data: bytes) -> bool:
    """Tell whether XML is well formed and plain: no definitions (entities grow without end, or name
    files), no stylesheet, and no root that a browser would run.
    """

    def refuse(*_: object) -> None:
        raise _NotDocument

    def root(name: str, attributes: dict[str, str]) -> None:
        del attributes
        space, _, local = name.rpartition("|")
        if local.lower() in _NOT_DOCUMENTS or "w3.org/1999/xhtml" in space:
            refuse()

    def instruction(target: str, text: str) -> None:
        del text
        if target.lower().startswith("xml-"):
            refuse()

    parser = expat.ParserCreate(namespace_separator="|")
    parser.StartDoctypeDeclHandler = refuse
    parser.ProcessingInstructionHandler = instruction
    parser.StartElementHandler = root
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat names no parameter
    except (expat.ExpatError, _NotDocument, LookupError, ValueError):
        return False
    return True


def to_be_saved_as(name: str) -> str:
    """Return the header Content-Disposition for a file that is saved under a name, not shown."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
