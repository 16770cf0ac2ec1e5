"""What a file in a mail is, and whether anybody should get it from here. Pure.

Judged by its bytes, and by its name where that says more: a mail program would go by either. What
is suspicious is kept in the mail as it came, is named and marked, and has no link. Nothing is
unpacked: an archive's table of contents is read, never its contents.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, LargeZipFile, ZipFile

from saldo.files.content import EXTENSIONS, kind_of
from saldo.files.model import FileEmpty, FileKindNotTaken
from saldo.inbox.model import FileVerdict

PROGRAM: Final = "program"
MACROS: Final = "macros"
ENCRYPTED: Final = "encrypted"
WEB_PAGE: Final = "web-page"
ARCHIVE_UNREADABLE: Final = "archive-not-readable"
ACTIVE_PDF: Final = "pdf-that-runs-something"
OTHER_THAN_NAMED: Final = "other-than-its-name"
EMPTY: Final = "empty"
KIND: Final = "kind"
VIRUS: Final = "virus"
"""The mail service found one, in this file or in another of its mail."""

_PROGRAMS: Final = frozenset(
    """ade adp apk app appinstaller application appx bat chm cmd com cpl diagcab dll dmg elf exe
    gadget hta img inf ins iso isp jar jnlp js jse ksh lib lnk mde msc msi msix msp mst nsh one
    onepkg osd pif pkg ps1 ps1xml ps2 psc1 psd1 psm1 py pyc pyw rb reg rpm scf scr sct sh
    settingcontent shb sys udl url vb vbe vbs vhd vhdx vxd wll wsc wsf wsh xll""".split()  # noqa: SIM905
)
_MACRO_FILES: Final = frozenset(
    "docm dotm xlsm xltm xlam xlsb pptm potm ppsm ppam sldm".split()  # noqa: SIM905
)
_WEB_PAGES: Final = frozenset("htm html mht mhtml shtml svg svgz xht xhtml xsl xslt".split())  # noqa: SIM905
_PACKED: Final = frozenset("7z ace arj bz2 cab gz lzh r00 rar tar tgz xz z zst".split())  # noqa: SIM905
_STARTS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"#!", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xfe\xed\xfa", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM),
    (b"MSCF", ARCHIVE_UNREADABLE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE_UNREADABLE),
    (b"Rar!\x1a\x07", ARCHIVE_UNREADABLE),
    (b"\x1f\x8b", ARCHIVE_UNREADABLE),
    (b"BZh", ARCHIVE_UNREADABLE),
    (b"\xfd7zXZ\x00", ARCHIVE_UNREADABLE),
    (b"{\\rtf", MACROS),  # RTF carries objects that run, and payers do not send it
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Word, Excel and Outlook of old; also an encrypted workbook of today."""

_OLE_MACROS: Final = tuple(
    name.encode("utf-16-le") for name in ("_VBA_PROJECT", "Macros", "VBA", "PROJECTwm")
)
_OLE_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_ACTIVE: Final = re.compile(rb"/JavaScript|/Launch\b|/EmbeddedJS")
_PAGE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?"
    rb"<(?:!doctype\s+html|html|head|body|script|svg|iframe|meta|form|table|div|a\s|p[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_ZIP: Final = b"PK\x03\x04"
_ENTRIES_MAX: Final = 2_000
_HEAD: Final = 4_096
_IS_ENCRYPTED: Final = 0x1


def judge(data: bytes, name: str) -> tuple[FileVerdict, str, str]:
    """Return a verdict on a file, why it is not "ok" ("" if it is), and its media type."""
    endings = _endings(name)
    why = _by_name(endings) or _by_start(data)
    if why:
        return "suspicious", why, "application/octet-stream"
    if not data:
        return "unusual", EMPTY, "application/octet-stream"
    if data.startswith(_ZIP):
        return _archive(data)
    if data.startswith(_OLE):
        return _ole(data)
    return _plain(data, endings)


def _plain(data: bytes, endings: list[str]) -> tuple[FileVerdict, str, str]:
    try:
        kind = kind_of(data, xml=True)
    except (FileEmpty, FileKindNotTaken):
        return "unusual", KIND, "application/octet-stream"
    if kind == "application/pdf":
        if _ACTIVE.search(data):
            return "suspicious", ACTIVE_PDF, kind
        if b"/Encrypt" in data:
            return "unusual", ENCRYPTED, kind
    if kind == "application/xml":
        return "unusual", KIND, kind
    named = endings[-1] if endings else ""
    if named in EXTENSIONS.values() and kind != "text/plain" and not _same(named, kind):
        return "unusual", OTHER_THAN_NAMED, kind
    return "ok", "", kind


def _same(named: str, kind: str) -> bool:
    return EXTENSIONS[kind] == named or (kind == "image/jpeg" and named in {"jpg", "jpeg"})


def _endings(name: str) -> list[str]:
    """Return all endings of a name in small letters: "invoice.pdf.exe" has two."""
    return [one.strip().lower() for one in name.rstrip(" .").split(".")[1:]]


def _by_name(endings: list[str]) -> str:
    last = endings[-1] if endings else ""
    if _PROGRAMS.intersection(endings[-2:]):
        return PROGRAM
    if last in _MACRO_FILES:
        return MACROS
    if last in _WEB_PAGES:
        return WEB_PAGE
    return ARCHIVE_UNREADABLE if last in _PACKED else ""


def _by_start(data: bytes) -> str:
    found = next((why for start, why in _STARTS if data.startswith(start)), "")
    return found or (WEB_PAGE if _PAGE.match(data[:_HEAD]) else "")


def _ole(data: bytes) -> tuple[FileVerdict, str, str]:
    if _OLE_ENCRYPTED in data:
        return "suspicious", ENCRYPTED, "application/octet-stream"
    if any(name in data for name in _OLE_MACROS):
        return "suspicious", MACROS, "application/octet-stream"
    return "unusual", KIND, "application/octet-stream"


def _archive(data: bytes) -> tuple[FileVerdict, str, str]:
    """Judge what begins as a ZIP: an archive, or a document of today's office programs."""
    kind = "application/zip"
    try:
        entries = ZipFile(BytesIO(data)).infolist()
    except (BadZipFile, LargeZipFile, ValueError, NotImplementedError, OSError):
        return "suspicious", ARCHIVE_UNREADABLE, kind
    if len(entries) > _ENTRIES_MAX:
        return "suspicious", ARCHIVE_UNREADABLE, kind
    names = [one.filename.lower() for one in entries]
    if any(one.flag_bits & _IS_ENCRYPTED for one in entries):
        return "suspicious", ENCRYPTED, kind
    if any("vbaproject" in one or "/activex/" in one for one in names):
        return "suspicious", MACROS, kind
    is_document = "[content_types].xml" in names
    for one in names:
        why = "" if is_document and one.endswith((".xml", ".rels")) else _by_name(_endings(one))
        if why or one.endswith(".zip"):
            return "suspicious", why or ARCHIVE_UNREADABLE, kind
    return "unusual", KIND, kind
