"""What SAM builds holds everything the functions import, and stays small."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.cfn import load_template, resources
from infra.local import build as building
from infra.local.settings import ROOT, Ports
from infra.local.sizes import LIMIT_MB, built, layers_of, whole_mb

SIZE_MB_MAX = 60.0  # of what payers wait for, with its layers, unzipped
FUNCTIONS = sorted(resources(load_template(), "AWS::Serverless::Function"))
OWN = {"saldo", "app", "functions"}

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def built_folder() -> Path:
    ports = Ports.from_base(6690)  # nothing is started: the build only writes its log there
    building.build(ports)
    return building.BUILD


def imported(source: Path) -> Iterator[str]:
    """Modules that a file imports when it runs, also inside functions; relative ones left out."""

    def walk(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module
        for child in ast.iter_child_nodes(node):
            yield from walk(child)

    yield from walk(ast.parse(source.read_text()))


def third_party() -> set[str]:
    """Every third-party module that the core or a function imports."""
    sources = [*(ROOT / "layers/core/saldo").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    names = {name for source in sources for name in imported(source)}
    beside = {path.stem for path in (ROOT / "functions").glob("*/*")}
    known = OWN | beside | set(sys.stdlib_module_names)
    return {name for name in names if name.partition(".")[0] not in known}


def test_the_layers_hold_every_import(built_folder: Path) -> None:
    """A package that is only on this machine would be missed on AWS at the first call."""
    wanted = sorted(third_party())
    assert "pynamodb.models" in wanted or "pynamodb" in {name.partition(".")[0] for name in wanted}
    program = [
        "import importlib, sys",
        # What few functions import stands in layers of their own.
        *(
            f"sys.path[:0] = [{str(built_folder / layer / 'python')!r}]"
            for layer in ("Documents", "Files", "Deps", "Core")
        ),
        "missing = []",
        f"for name in {wanted!r}:",
        "    try: importlib.import_module(name)",
        "    except ImportError as error: missing.append(f'{name}: {error}')",
        "print('\\n'.join(missing))",
    ]
    # Neither this environment's packages nor the user's: only what the layers carry.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "\n".join(program)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_begins_with_its_own_layers(built_folder: Path, function: str) -> None:
    folders = [built_folder / layer / "python" for layer in layers_of(function)]
    program = [
        "import sys",
        *(f"sys.path[:0] = [{str(folder)!r}]" for folder in [*folders, built_folder / function]),
        "import app",
    ]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "\n".join(program)],
        check=False, capture_output=True, text=True, env={"POWERTOOLS_TRACE_DISABLED": "true"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_compiled_files_are_taken_without_looking_at_the_source(built_folder: Path) -> None:
    tag = sys.implementation.cache_tag
    for layer, package in (("Deps", "pynamodb"), ("Core", "saldo")):
        cached = built_folder / layer / "python" / package / "__pycache__" / f"__init__.{tag}.pyc"
        flags = int.from_bytes(cached.read_bytes()[4:8], "little")
        assert flags == 0b01, f"{layer}: hash-based and unchecked, as a layer's times mean nothing"


def test_a_function_with_its_layers_stays_small(built_folder: Path) -> None:
    del built_folder
    sizes = built()
    assert layers_of("PayFunction") == ["Core", "Deps"]
    assert whole_mb("PayFunction", sizes) < SIZE_MB_MAX
    functions = [name for name in sizes if name.endswith("Function")]
    assert max(whole_mb(name, sizes) for name in functions) < LIMIT_MB * 0.75
