"""How long the pay function takes to import, as built: processor time, with and without .pyc.

    make build && .venv/bin/python bench/import_time.py

Each figure is the median of fresh processes; with and without alternate, so that a busy machine
troubles both alike.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BUILD = Path(__file__).resolve().parents[1] / ".aws-sam" / "build"
ROUNDS = 9
CHILD = """
import resource, sys
sys.path[:0] = sys.argv[1:]
import app
print(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
"""
FIRST_PAGE = CHILD.replace(
    "import app",
    """import app
from saldo.wiring import services
parts = services()
parts.store, parts.checkout, parts.settlement""",
)
EMPTY = "import resource\nprint(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))"


def processor_seconds(code: str, paths: list[str], *, write_nothing: bool = True) -> float:
    """Run code in a fresh interpreter without our own packages and return what it printed."""
    flags = ["-S", "-E"] + (["-B"] if write_nothing else [])
    done = subprocess.run(
        [sys.executable, *flags, "-c", code, *paths],
        check=True,
        capture_output=True,
        text=True,
        env={"POWERTOOLS_TRACE_DISABLED": "true", "AWS_DEFAULT_REGION": "eu-central-1"},
    )
    return float(done.stdout.splitlines()[-1])


def without_pyc(paths: list[Path], folder: Path) -> list[str]:
    """Copy the code without compiled files."""
    copies = []
    for number, path in enumerate(paths):
        target = folder / str(number)
        shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__"))
        copies.append(str(target))
    return copies


def main() -> None:
    paths = [BUILD / "PayFunction", BUILD / "Deps" / "python", BUILD / "Core" / "python"]
    for path in paths:
        if not path.is_dir():
            sys.exit(f"{path} is missing: run `make build` first")
    with tempfile.TemporaryDirectory() as folder:
        plain = without_pyc(paths, Path(folder))
        compiled = [str(path) for path in paths]
        figures: dict[str, list[float]] = {
            name: []
            for name in (
                "with .pyc",
                "without .pyc",
                "with .pyc, ready for a page",
                "python itself",
            )
        }
        for _ in range(ROUNDS):
            figures["with .pyc"].append(processor_seconds(CHILD, compiled))
            figures["without .pyc"].append(processor_seconds(CHILD, plain))
            ready = processor_seconds(FIRST_PAGE, compiled)
            figures["with .pyc, ready for a page"].append(ready)
            figures["python itself"].append(processor_seconds(EMPTY, []))
    report = {name: round(statistics.median(f) * 1000) for name, f in figures.items()}
    print(
        json.dumps({"unit": "processor ms, median of 9", "python": sys.version.split()[0]} | report)
    )


if __name__ == "__main__":
    main()
