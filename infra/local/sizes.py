"""Unzipped sizes of what SAM built: Lambda allows 250 MB for a function with its layers."""

from pathlib import Path

from infra.cfn import load_template
from infra.local.build import BUILD, folder_to_oneself
from infra.local.problems import Problem
from infra.local.steps import Steps

LIMIT_MB = 250.0


def folder_mb(folder: Path) -> float:
    """Bytes of all files under `folder`, in millions."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def built() -> dict[str, float]:
    """Megabytes of each built function and layer by its logical id.

    Raises Problem when nothing is built.
    """
    with folder_to_oneself():
        return _measured()


def _measured() -> dict[str, float]:
    folders = sorted(path for path in BUILD.glob("*") if path.is_dir()) if BUILD.exists() else []
    if not folders:
        raise Problem("Nothing is built yet.", "Build it with: make build")
    return {folder.name: folder_mb(folder) for folder in folders}


def layers_of(function: str) -> list[str]:
    """Return the logical ids of a function's layers: those of all functions, and its own."""
    template = load_template()
    shared = template["Globals"]["Function"]["Layers"]
    own = template["Resources"][function]["Properties"].get("Layers", [])
    return [layer["Ref"] for layer in [*shared, *own]]


def whole_mb(function: str, sizes: dict[str, float]) -> float:
    """Return a function's megabytes with its layers, which is what Lambda limits."""
    return sizes[function] + sum(sizes[layer] for layer in layers_of(function))


def show(steps: Steps) -> None:
    """Print each, and each function with its layers."""
    sizes = built()
    steps.say("unzipped, in MB")
    for name, size in sizes.items():
        if (BUILD / name / "python").is_dir():
            steps.say(f"  layer {name:24} {size:6.1f}")
    for name, size in sizes.items():
        if (BUILD / name / "app.py").is_file():
            whole = whole_mb(name, sizes)
            steps.say(f"  {name:30} {size:6.1f}   with layers {whole:6.1f} of {LIMIT_MB:.0f}")
