"""Trim Stripe's package to what a raw request needs: 30 MB of compiled classes become one.

Saldo asks by `StripeClient.raw_request` and reads plain documents, so the classes of Stripe's
objects, of its services and of their parameters are never used. The package would still import
them in one place: for the objects inside an error. There the map from names to classes is cut as
well, and such an object is a plain StripeObject, as one that the package does not know always is.

What stays is worked out, not listed: the modules that a call loads, and beside them every module
of the package's own machinery. A call is then tried on what is left, and the build fails if it
cannot be made.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

PROBE = Path(__file__).with_name("probe_stripe.py")
CLASSES = "_object_classes.py"
_ENTRY = re.compile(r'\(\s*"(stripe\.[\w.]+)",\s*"\w+",?\s*\)')

_CUT = """

# Cut for Lambda: the classes below stay, all other objects are plain StripeObjects.
_STAYS = {stays}
OBJECT_CLASSES = {{n: c for n, c in OBJECT_CLASSES.items() if c[0] in _STAYS}}
V2_OBJECT_CLASSES = {{n: c for n, c in V2_OBJECT_CLASSES.items() if c[0] in _STAYS}}
"""


def probe(root: Path) -> set[str]:
    """Return the package's modules that a call loads; raise CalledProcessError if it fails."""
    done = subprocess.run(  # noqa: S603 - our own script, no shell
        [sys.executable, "-I", "-S", "-B", str(PROBE), str(root)],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return set(json.loads(done.stdout))


def trim(root: Path) -> None:
    """Cut the package below `root`, the layer's `python` folder, and try what is left.

    Raises CalledProcessError when a call can no longer be made.
    """
    package = root / "stripe"
    loaded = probe(root)
    classes = package / CLASSES
    of_objects = set(_ENTRY.findall(classes.read_text(encoding="utf-8")))
    assert of_objects, "the package no longer keeps its classes where they were"
    for path in sorted(package.rglob("*.py")):
        name = _module(path, root)
        is_machinery = (
            path.parent == package and not path.stem.endswith("_service") and name not in of_objects
        )
        if name not in loaded and not is_machinery:
            path.unlink()
    for folder in sorted((each for each in package.rglob("*") if each.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    with classes.open("a", encoding="utf-8") as end:
        end.write(_CUT.format(stays=sorted(of_objects & loaded)))
    probe(root)


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
