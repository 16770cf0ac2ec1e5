"""`python -m tests.pictures.console FOLDER SCREEN[?QUERY] …`: screens of the console as PNG.

Each screen is drawn at the width of a desktop and of a phone, light and dark, in the language that
`LANGUAGE=de` says (English without), for the role that `ROLE=collector` says (owner without). The
books behind them hold a month of a small seller; `sample_books` makes them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Browser, Route, sync_playwright

from saldo.accounts.agreed import CreditLimit
from saldo.accounts.model import Contact, Creditor, PostalAddress
from saldo.collection.cases import HandOver, Status
from saldo.collection.dispute_orders import DisputeOrder
from saldo.collection.model import Instalment
from saldo.collection.promises import PromiseOrder
from saldo.people.model import Language
from saldo.people.rights import Role
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR, Books
from tests.conftest import CHROMIUM
from tests.functions.clerk import HERE, Office, office_of

_SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
_NAMES = ("Autohaus Beispiel GmbH", "Muster Maschinenbau KG", "Beispiel Bouw B.V.", "Example Ltd")


def sample_books() -> Books:
    """Return the books of a seller with a few customers, late and prompt ones."""
    books = Books()
    books.open_creditor(address=("Musterstraße 1", "10115 Berlin"))
    books.open_account(
        contacts=(
            Contact("Buchhaltung", "ap@beispiel.example", "+49 30 1234567"),
            Contact("Einkauf", "einkauf@beispiel.example", role="purchasing"),
        ),
        address=PostalAddress(("Beispielweg 7",), "20095", "Hamburg", "DE"),
        credit_limit=CreditLimit(1_500_00, "EUR"),
        labels=("key-customer",),
    )
    for place, name in enumerate(_NAMES):
        books.open_account(number=f"2000{place}", name=name)
    today = date(2026, 11, 21)
    for number in range(1, 7):
        due = today - timedelta(days=22 * number - 40)
        books.push(
            books.invoice(
                f"RE-2026-{4700 + number}",
                issued_on=due - timedelta(days=14),
                due_on=due,
                amount_minor=23_800 + 17_850 * number,
                already_sent=True,
            )
        )
    for place in range(len(_NAMES)):
        books.push(
            books.invoice(
                f"RE-2026-48{place}0",
                account=f"2000{place}",
                due_on=today - timedelta(days=9 * place),
                issued_on=today - timedelta(days=9 * place + 14),
                amount_minor=119_00 * (place + 1),
                already_sent=True,
            )
        )
    return books


def agree(books: Books) -> None:
    """Note a promise, a dispute, a plan and a case, with the services that are installed."""
    creditor = books.accounts.creditor(CREDITOR)
    services().promises.give(
        creditor,
        PromiseOrder(
            "Z-1", ("RE-2026-4703",), None, date(2026, 11, 27), "collector@musterwerk.example", ""
        ),
    )
    services().disputes.open(
        creditor,
        DisputeOrder(
            "R-1",
            "RE-2026-4704",
            "quantity",
            "Two of the ten boxes were missing.",
            "collector@musterwerk.example",
            "collector@musterwerk.example",
            10_00,
            (),
            None,
        ),
    )
    _plan_and_case(creditor, books)


def _plan_and_case(creditor: Creditor, books: Books) -> None:
    """Let the customer propose a plan, and an agency tell of a case."""
    parts = (
        Instalment(date(2026, 12, 10), 300_00),
        Instalment(date(2027, 1, 10), books.invoice_now("RE-2026-4702").open_minor - 300_00),
    )
    services().proposals.propose(
        creditor.id, ACCOUNT, "PL-1", ["RE-2026-4702"], parts, None, "payer"
    )
    who = "Inkasso Beispiel GmbH"
    services().cases.open(
        creditor,
        HandOver("C-1", ("RE-2026-4706",), "agency", who, "collector@musterwerk.example"),
    )
    told = Status("T-1", "part-paid", date(2026, 11, 20), who, 50_00, "First instalment came.")
    services().cases.tell(creditor.id, ACCOUNT, "C-1", told)


@contextmanager
def sample_office() -> Iterator[Office]:
    """Serve the console over the sample books."""
    books = sample_books()
    with office_of(books) as office:
        agree(books)
        office.services.figure_check.rebuild(CREDITOR, books.clock.now().date())
        yield office


def draw(browser: Browser, office: Office, screens: Sequence[str], folder: Path) -> int:
    """Draw screens; return how many pictures there are."""
    language = cast("Language", os.environ.get("LANGUAGE", "en")[:2])
    if language not in ("de", "en", "nl"):
        language = "en"
    clerk = office.clerk(
        cast("Role", os.environ.get("ROLE", "owner")), name="Alex Example", language=language
    )

    def answer(route: Route) -> None:
        asked = route.request
        headers = {**asked.all_headers(), "accept-language": language}
        status, told, body = office.http.request(
            asked.method, asked.url, headers, asked.post_data_buffer
        )
        route.fulfill(status=status, headers=cast("dict[str, str]", told), body=body)

    drawn = 0
    for size, (width, height) in _SIZES.items():
        for scheme in ("light", "dark"):
            options: dict[str, Any] = {"color_scheme": scheme}
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            context.route("**/*", answer)
            context.add_cookies(
                [
                    {"name": k, "value": v, "url": HERE, "secure": True}
                    for k, v in clerk.cookies.items()
                ]
            )
            page = context.new_page()
            for screen in screens:
                page.goto(f"{HERE}/console/at/{CREDITOR}/{screen}")
                name = "".join(c if c.isalnum() else "-" for c in screen).strip("-")
                page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)
                drawn += 1
            context.close()
    return drawn


def main(folder: Path, screens: Sequence[str]) -> int:
    """Draw `screens` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium")
    if path is None:
        sys.stderr.write("Chromium is needed: apt-get install chromium\n")
        return 1
    with sync_playwright() as playwright, sample_office() as office:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        drawn = draw(browser, office, screens or [f"account?number={ACCOUNT}"], folder)
        browser.close()
    sys.stdout.write(f"{drawn} pictures lie in {folder}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
