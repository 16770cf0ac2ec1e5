"""Each function's modules are imported as Lambda does: its own folder is the root of the code, and
the repository is nowhere.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

FUNCTIONS = ROOT / "functions"

_IMPORT = """
import importlib, sys
folder, core, *modules = sys.argv[1:]
sys.path[:] = [folder, core, *(place for place in sys.path if place.endswith("-packages") or
               "site-packages" not in place and "/lib/python" in place or place.endswith(".zip"))]
for module in modules:
    importlib.import_module(module)
assert "functions" not in sys.modules
"""


@pytest.mark.parametrize(
    "name", sorted(one.name for one in FUNCTIONS.iterdir() if list(one.glob("*.py")))
)
def test_every_module_of_a_function_is_imported_from_its_own_folder(name: str) -> None:
    folder = FUNCTIONS / name
    modules = [
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in sorted(folder.rglob("*.py"))
        if path.name != "__init__.py"
    ]
    command = [sys.executable, "-I", "-c", _IMPORT]
    done = subprocess.run(
        [*command, str(folder), str(ROOT / "layers" / "core"), *modules],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "AWS_DEFAULT_REGION": "eu-central-1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
