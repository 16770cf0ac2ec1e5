"""axe-core, which judges pages by WCAG in the browser that shows them.

Its script comes as the npm package of that name (MPL-2.0); nothing that is deployed carries it.
"""

from pathlib import Path

from infra.local.npm import unpack
from infra.local.settings import ROOT

PACKAGE = "axe-core@4.14.1"
HOME = ROOT / ".local" / "axe-core" / PACKAGE.rpartition("@")[2]
_SCRIPT = HOME / "package" / "axe.min.js"


def script() -> Path:
    """Return axe-core's script, fetched once. Raises Problem."""
    if not _SCRIPT.exists():
        unpack(PACKAGE, HOME)
    return _SCRIPT
