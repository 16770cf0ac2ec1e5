"""MiniStack, but what functions are made of is unpacked once and then shared.

MiniStack unpacks a function's code and all its layers anew for each process that it starts for it:
5,000 files and up to 150 MB, seconds of its one interpreter, during which nobody else is answered.
On AWS these folders are read-only and the same for all. So the first process of a layer unpacks it
here, too; each later one gets a link to that folder. What is in them stays what `sam build` made.

Run by the Python of MiniStack's own environment, which knows nothing of this project.
"""

import hashlib
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

_lock = threading.Lock()


class UnpackedOnce(zipfile.ZipFile):
    """A ZIP that is unpacked into an empty folder by a link to where it was unpacked before."""

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Make the empty folder `path` a link to the content of the whole ZIP."""
        if path is None or members is not None or pwd is not None:
            super().extractall(path, members, pwd)
            return
        kept = self._kept()
        with _lock:  # nobody gets a folder that is half unpacked
            if not kept.is_dir():
                kept.parent.mkdir(exist_ok=True)
                new = tempfile.mkdtemp(dir=kept.parent)
                super().extractall(new)
                Path(new).rename(kept)
        Path(path).rmdir()
        Path(path).symlink_to(kept, target_is_directory=True)

    def namelist(self) -> list[str]:
        """Return the names of the files; none where it was unpacked before: MiniStack asks for them
        to see that none lies outside, 5,000 times by the file system, and did so then.
        """
        return [] if self._kept().is_dir() else super().namelist()

    def _kept(self) -> Path:
        """Return where its content is kept: by what is in it, wherever the ZIP lies."""
        told = "".join(f"{one.filename}\0{one.CRC}\0{one.file_size}\n" for one in self.infolist())
        name = hashlib.sha256(told.encode()).hexdigest()[:24]
        return Path(tempfile.gettempdir()) / "unpacked" / name


def main() -> None:
    """Start MiniStack as its own command does."""
    from ministack.app import main as serve  # type: ignore[import-not-found]  # in its own environment
    from ministack.core import lambda_runtime  # type: ignore[import-not-found]  # as above

    if lambda_runtime.zipfile is not zipfile:
        sys.exit("This MiniStack unpacks layers in another way: see infra/local/lean_ministack.py")
    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=UnpackedOnce,
        BadZipFile=zipfile.BadZipFile,
        LargeFileError=zipfile.LargeZipFile,  # what it asks for is called so
    )
    serve()


if __name__ == "__main__":
    main()
