"""Build the functions and layers with the real SAM command line, for this machine's Python."""

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.problems import Problem
from infra.local.settings import (
    ROOT,
    SAM_VENV,
    Ports,
    architecture,
    client_environment,
    python_runtime,
)

TEMPLATE = ROOT / "template.yaml"
BUILD = ROOT / ".aws-sam" / "build"
SAM = SAM_VENV / "bin" / "sam"


def sam(arguments: list[str], ports: Ports, log: Path) -> None:
    """Run `sam` with `arguments` from the project's root; what it says goes to `log`.

    Raises Problem, with the end of what it said, when it fails.
    """
    if not SAM.exists():
        raise Problem("SAM's command line is not installed.", "Install it with: make setup-cloud")
    environment = client_environment(ports)
    environment["PYTHON"] = str(ROOT / ".venv" / "bin" / "python")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as stream:
        done = subprocess.run(
            [str(SAM), *arguments],
            check=False,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        words = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        raise Problem(
            f"`sam {arguments[0]}` failed.",
            "\n".join(["It said:", *words[-15:], f"All of it: {log}"]),
        )


@contextmanager
def folder_to_oneself() -> Iterator[None]:
    """Keep other runs out of .aws-sam: two builds at once would break each other.

    Waits for as long as the other one takes.
    """
    BUILD.parent.mkdir(exist_ok=True)
    with (BUILD.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(ports: Ports, template: Path = TEMPLATE) -> None:
    """Build every function and layer into .aws-sam/build; quick when nothing changed.

    Raises Problem when make is missing or the build fails.
    """
    if not template.exists():
        raise Problem(f"{template.name} is missing.", "Run this in a complete copy of the project.")
    if shutil.which("make") is None:
        raise Problem(
            "`make` is needed to build the layers and is not installed.",
            "On Debian or Ubuntu: apt-get install make",
        )
    runtime = python_runtime()
    arguments = ["build", "--template-file", str(template), "--build-dir", str(BUILD)]
    # What is cached holds for one Python: compiled files are of its minor version.
    arguments += ["--cached", "--cache-dir", str(ROOT / ".aws-sam" / f"cache-{runtime}")]
    arguments += ["--parallel", "--parameter-overrides", f"PythonRuntime={runtime}"]
    arguments += [f"Architecture={architecture()}"]
    with folder_to_oneself():
        sam(arguments, ports, ports.folder / "sam-build.log")
