"""`make check` and `make test`: every check in order, each with its time, and one verdict.

All checks run even when one fails, so that one round shows everything. The tests run last: those in
this process on every core, then those of the deployed template, which share one local cloud.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

from infra.local.settings import ROOT, VENV

BIN = VENV / "bin"

PARALLEL = ("--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder")
"""One process per core; a file's tests stay together, as what they share costs time to make."""


@dataclass(frozen=True)
class Check:
    """One command and what it stands for."""

    name: str
    command: tuple[str, ...]


def checks(scope: str) -> list[Check]:
    """The checks of `quick`, `all` or `long`."""
    tool = {name: str(BIN / name) for name in ("ruff", "mypy", "lint-imports")}
    pytest = (str(BIN / "python"), "-m", "pytest")
    found = [
        Check("form", (tool["ruff"], "format", "--check", "--quiet", ".")),
        Check("style", (tool["ruff"], "check", "--quiet", ".")),
        Check("types", (tool["mypy"],)),
        Check("directions of import", (tool["lint-imports"],)),
    ]
    if scope == "quick":
        tiers = [f"tests/{tier}" for tier in ("unit", "property", "stories", "template", "local")]
        here = [tier for tier in tiers if (ROOT / tier).is_dir()]
        return [*found, Check("tests", (*pytest, "-q", *here, "-m", "not long"))]
    marks = () if scope == "long" else ("-m", "not long")
    strict = ("-p", "infra.local.no_skips") if os.environ.get("CI") else ()
    ordinary = (*pytest, "--durations=10", *strict, *marks)
    deployed = "tests/e2e"
    return [
        *found,
        Check("tests", (*ordinary, *PARALLEL, f"--ignore={deployed}")),
        Check("tests of the deployed template", (*ordinary, deployed)),
    ]


def run(scope: str) -> int:
    """Run them; 0 when all passed, else 1."""
    failed = [check.name for check in checks(scope) if not _passes(check)]
    if failed:
        print(f"\nNot well: {', '.join(failed)}.")
        return 1
    print("\nAll is well.")
    return 0


def _passes(check: Check) -> bool:
    """Run one; what a passing check but pytest says is not worth reading."""
    started = time.monotonic()
    environment = os.environ | {"PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")])}
    print(f"{check.name} ...", flush=True)
    shown = check.name.startswith("tests")
    done = subprocess.run(
        check.command,
        check=False,
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=None if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.STDOUT,
    )
    if done.returncode and not shown:
        print(done.stdout)
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{check.name}: {verdict}, {time.monotonic() - started:.1f} s", flush=True)
    return done.returncode == 0


def main() -> int:
    """`python -m infra.local.checks quick|all|long`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scope", choices=["quick", "all", "long"])
    scope = parser.parse_args().scope
    if scope != "quick" and not shutil.which("chromium") and not shutil.which("google-chrome"):
        print("Chromium is not installed: the page tests need it (apt-get install chromium).")
    return run(scope)


if __name__ == "__main__":
    sys.exit(main())
