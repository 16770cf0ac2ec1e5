"""Files and ZIPs of them whose bytes depend on names and contents alone. Pure."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, Final

_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The first instant that a ZIP can name."""

_PLAIN_FILE: Final = 0o100644 << 16
_UNIX: Final = 3


def zipped(files: Mapping[str, bytes], first: str) -> bytes:
    """Return the files as a ZIP: the one named `first`, then the others by their names.

    They are stored, not packed: packers differ from one version to the next, and so would hashes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(files, key=lambda name: (name != first, name)):
            entry = zipfile.ZipInfo(name, _BEGINNING)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
            made.writestr(entry, files[name])
    return buffer.getvalue()


def json_file(data: Any) -> bytes:
    """Return a file that people can read, the same for the same data."""
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
