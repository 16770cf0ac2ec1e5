"""Letters and the index of an evidence pack, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from saldo.accounts.model import Account, BankDetails, PostalAddress
from saldo.adapters.letters.evidence import TypstIndex
from saldo.adapters.letters.typesetter import TypstTypesetter
from saldo.messages.render import languages
from saldo.reminders.channels.letter import Sheet
from saldo.reminders.feedback import Feedback
from saldo.reminders.opening import LinkOpening
from saldo.reports.evidence import EvidencePacks
from saldo.reports.evidence_paper import Index
from saldo.store import Put
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks
from tests.stories.test_evidence import DAY_1, DAY_2, ReadIndex, began

DOTS_PER_INCH: Final = 100
BANK: Final = BankDetails("DE02120300000000202051", "Musterwerk GmbH", "BYLADEM1001")
HOME: Final = PostalAddress(("Beispielweg 7",), "80331", "München", "DE")
ABROAD: Final = PostalAddress(("100 Example Avenue", "Suite 1200"), "60601", "Chicago, IL", "US")


def books(language: str, place: PostalAddress, channel: str = "letter") -> CollectedBooks:
    """Return books of a creditor who writes in a language to a debtor at a place."""
    made = began(channel, also=channel)
    creditor = made.creditor
    changed = replace(
        creditor,
        language=language,
        name="Müsterwerk & Söhne GmbH",
        address=("Industriestraße 12", "50667 Köln"),
        imprint="Amtsgericht Köln HRB 00000 · Geschäftsführung: die Geschäftsführung",
        reply_to="rechnung@musterwerk.example",
        bank=BANK,
        version=creditor.version + 1,
    )
    made.store.commit([Put(changed, expect=creditor.version)])
    account = made.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    named = replace(account, language=language, address=place, reference="Einkauf 4711")
    made.intake.put_accounts([named])
    return made


def letters() -> dict[str, Sheet]:
    """Return by name the sheets that a first and a second reminder become."""
    found: dict[str, Sheet] = {}
    for language in languages():
        for paper, place in (("din", HOME), ("us", ABROAD)):
            told = books(language, place)
            for number, day in enumerate((DAY_1, DAY_2), 1):
                _stand(told, day)
                told.day(day)
                found[f"{language}-{paper}-{number}"] = told.carried.typesetter.sheets[-1]
    return found


def index(language: str) -> Index:
    """Return the index of a pack in which everything happened."""
    told = books(language, HOME, "email")
    _stand(told, DAY_1)
    told.day(DAY_1)
    (first,) = told.notices()
    at = told.clock.now() + timedelta(seconds=7)
    told.feedback.record(Feedback(first.id, "delivered", at))
    seen = at + timedelta(hours=3)
    opening = LinkOpening(CREDITOR, ACCOUNT, first.id, first.id, seen, seen, 1, version=1)
    told.store.commit([Put(opening)])
    _stand(told, date(2026, 12, 5))
    told.promise(date(2026, 12, 11), 250_000, ("RE-2",))
    told.dispute(invoice="RE-1", amount_minor=5_000)
    told.pay("RE-2", 250_000, on=date(2026, 12, 7))
    _stand(told, DAY_2)
    told.day(DAY_2)
    _stand(told, date(2027, 1, 20))
    told.hand_over(("RE-1",))
    told.agency_tells("part-paid", 30_000)
    read = ReadIndex()
    EvidencePacks(told.store, told.clock, told.carried.shelf, read).of_account(
        told.creditor, ACCOUNT
    )
    return read.made[0]


def _stand(told: CollectedBooks, day: date) -> None:
    now = told.clock.now()
    told.clock.move_to(now.replace(year=day.year, month=day.month, day=day.day))


def draw_letters(folder: Path) -> int:
    """Draw every page of every letter."""
    drawn = 0
    for name, sheet in letters().items():
        pages = TypstTypesetter().pictures(sheet, dots_per_inch=DOTS_PER_INCH)
        drawn += _kept(pages, folder, name)
    return drawn


def draw_evidence(folder: Path) -> int:
    """Draw every page of an index in every language."""
    drawn = 0
    for language in languages():
        pages = TypstIndex().pictures(index(language), dots_per_inch=DOTS_PER_INCH)
        drawn += _kept(pages, folder, language)
    return drawn


def _kept(pages: list[bytes], folder: Path, name: str) -> int:
    for at, page in enumerate(pages, 1):
        (folder / f"{name}-{at}.png").write_bytes(page)
    return len(pages)
