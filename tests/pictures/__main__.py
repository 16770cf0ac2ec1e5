"""`python -m tests.pictures [FOLDER]`: mails, text messages, letters and an evidence pack as PNG.

Nobody can test whether a page is pleasant. So it is drawn, and a person looks: every mail in every
language at the width of a phone and of a desktop, dark as well; every text message; letters on both
papers; the index of an evidence pack; the pages of payers and of the console that the documentation
shows. Sheets put
many on one picture.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM, ROOT
from tests.pictures import handbook, mails, paper, payer


def main(folder: Path) -> int:
    """Draw everything into `folder`, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("mails", "texts", "letters", "evidence", "pages"):
        (folder / name).mkdir(parents=True)
    path = shutil.which("chromium")
    if path is None:
        sys.stderr.write("Chromium is needed: apt-get install chromium\n")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        drawn = mails.draw(browser, folder / "mails")
        drawn += mails.draw_texts(browser, folder / "texts")
        drawn += payer.draw(browser, folder / "pages")
        drawn += handbook.draw(browser, folder / "pages")
        browser.close()
    drawn += paper.draw_letters(folder / "letters")
    drawn += paper.draw_evidence(folder / "evidence")
    sys.stdout.write(f"{drawn} pictures lie in {folder}.\n")
    return 0


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(main(Path(given[0]) if given else ROOT / "build" / "pictures"))
