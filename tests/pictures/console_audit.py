"""`python -m tests.pictures.console_audit FOLDER`: the audit log and privacy, filled, as PNG."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from saldo.adapters.memory.anchors import MemoryAnchors
from saldo.adapters.memory.files import MemoryFiles
from saldo.events import Event
from tests.books import CREDITOR
from tests.conftest import CHROMIUM
from tests.functions.clerk import Office
from tests.pictures.console import draw, sample_office

ERASED: Final = "20003"
SCREENS: Final = (
    "audit",
    "audit?account=10001&what=invoice.",
    "audit/entry?number=3",
    "privacy",
    "privacy?number=10001",
    f"privacy?number={ERASED}",
)


@contextmanager
def audited_office() -> Iterator[Office]:
    """Serve the console over sample books whose log was walked by night; somebody asked to be
    erased, and for a copy of everything.
    """
    with sample_office() as office:
        services = office.services
        services.__dict__ |= {"anchors": MemoryAnchors(), "file_store": MemoryFiles()}
        told = [one for one in office.books.store.everything() if isinstance(one, Event)]
        services.audit_chain.append(sorted(told, key=lambda one: (one.at, one.id)))
        services.audit_tender.tend(CREDITOR)
        creditor = services.accounts.creditor(CREDITOR)
        services.erasures.ask(creditor, ERASED, "X1", "asked", "alex@musterwerk.example")
        services.erasures.carry_out(creditor, ERASED)
        services.privacy_exports.ask(creditor, ERASED, "E1", "alex@musterwerk.example")
        services.privacy_exports.make(creditor, ERASED, "E1")
        yield office


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium")
    if path is None:
        sys.stderr.write("Chromium is needed: apt-get install chromium\n")
        return 1
    with sync_playwright() as playwright, audited_office() as office:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        drawn = draw(browser, office, SCREENS, folder)
        browser.close()
    sys.stdout.write(f"{drawn} pictures lie in {folder}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
