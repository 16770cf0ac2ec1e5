"""A dealer goes live with the list that its old system printed: reminders go on, none twice."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import xlsxwriter

from saldo.accounts.model import Hold
from saldo.imports.trial import attempt
from tests.books import CREDITOR
from tests.imported import TABLES, Importing, opener

HEADER = (
    "Debitor", "Name 1", "E-Mail", "Belegnummer", "Belegdatum", "Fällig am", "Offener Betrag",
    "Mahnstufe", "Letzte Mahnung", "Mahnsperre", "Inkasso",
)  # fmt: skip
ROWS: tuple[tuple[str, ...], ...] = (
    ("0000010001", "Beispiel AG", "ap@beispiel.example", "RE-1", "01.09.2026", "01.10.2026",
     "1.190,00", "1", "20.11.2026", "", ""),
    ("0000010001", "Beispiel AG", "ap@beispiel.example", "RE-2", "03.10.2026", "13.11.2026",
     "99,50", "0", "", "", ""),
    ("0000010002", "Muster & Söhne", "buero@muster.example", "RE-3", "01.09.2026", "01.10.2026",
     "250,00", "1", "13.10.2026", "x", ""),
    ("0000010003", "Vorbild GmbH", "", "RE-4", "01.06.2026", "01.07.2026",
     "800,00", "2", "01.09.2026", "", "ja"),
    ("", "", "", "", "", "Summe", "2.339,50", "", "", "", ""),
)  # fmt: skip


def _as_csv() -> bytes:
    lines = ["Offene-Posten-Liste zum 21.11.2026", "", ";".join(HEADER), *map(";".join, ROWS)]
    return "\r\n".join(lines).encode("cp1252")


def _as_xlsx() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("OP-Liste")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    zeros = book.add_format({"num_format": "0000000000"})
    sheet.merge_range(0, 0, 0, 5, "Offene-Posten-Liste zum 21.11.2026")
    sheet.write_row(2, 0, HEADER)
    for place, row in enumerate(ROWS, 3):
        for column, cell in enumerate(row):
            if not cell:
                continue
            if HEADER[column] == "Debitor":
                sheet.write_number(place, column, int(cell), zeros)
            elif HEADER[column] in ("Offener Betrag", "Mahnstufe"):
                number = float(cell.replace(".", "").replace(",", "."))
                sheet.write_number(place, column, number)
            elif cell[0].isdigit():
                at = datetime.strptime(cell, "%d.%m.%Y")  # noqa: DTZ007 - a day of a sheet
                sheet.write_datetime(place, column, at, day)
            else:
                sheet.write_string(place, column, cell)
    book.close()
    return out.getvalue()


@pytest.fixture(params=["csv", "xlsx"])
def data(request: pytest.FixtureRequest) -> bytes:
    return _as_csv() if request.param == "csv" else _as_xlsx()


@pytest.fixture
def dealer(data: bytes) -> Importing:
    """The list was tried, its proposal was looked at and confirmed, and then it was taken."""
    trial = attempt(TABLES, opener(data), None)
    assert trial.counts == {"invoice": 4, "left out": 1}
    assert not trial.undecided
    from saldo.imports.guess import Guess

    world = Importing(Guess(trial.mapping, ()).as_json())
    done = world.take(data, "op-liste")
    assert (done.state, done.counts.taken, done.counts.refused) == ("done", 4, 0)
    return world


def _day(world: Importing, day: date, account: str) -> list[str]:
    return world.books.day(day, account=account)


def test_the_stage_goes_on_where_the_old_system_stopped_and_none_goes_twice(
    dealer: Importing,
) -> None:
    """Stage 1 of RE-1 went on 20 November; stage 2 of the policy follows 16 days later. Each mail
    is about the item that it names first, and tells of the others.
    """
    about = [
        (day.day, " ".join(subject.split()[:2]))
        for day in (date(2026, 11, 23) + timedelta(days=n) for n in range(17))
        for subject in _day(dealer, day, "0000010001")
    ]
    assert about == [(23, "reminder-1 RE-2"), (6, "reminder-2 RE-1"), (9, "reminder-2 RE-2")]


def test_what_was_blocked_or_in_collection_hears_nothing(dealer: Importing) -> None:
    for account in ("0000010002", "0000010003"):
        for day in (date(2026, 11, 23), date(2026, 12, 7), date(2027, 1, 11)):
            assert _day(dealer, day, account) == []
    holds = dealer.books.store.list(Hold, CREDITOR, "0000010003")
    assert {hold.kind for hold in holds} == {"pause", "legal-case"}


def test_the_debtors_have_the_invoices_already(dealer: Importing) -> None:
    assert "invoice RE-2" not in " ".join(_day(dealer, date(2026, 11, 23), "0000010001"))
    (item, other) = dealer.books.open_items("0000010001")
    assert item.announced_on == date(2026, 9, 1)
    assert other.announced_on == date(2026, 10, 3)


def test_the_list_of_the_next_day_repeats_no_stage_and_changes_no_opening(
    dealer: Importing, data: bytes
) -> None:
    """The old list comes again, as old lists do: every item is there, nothing starts anew."""
    holds = len(list(dealer.books.store.list(Hold, CREDITOR, "0000010003")))
    again = dealer.take(data, "op-liste-2", again="the next day")
    assert again.counts.unchanged == 4
    assert len(list(dealer.books.store.list(Hold, CREDITOR, "0000010003"))) == holds
    changed: Any = [line for line in dealer.report(again) if line["status"] == "refused"]
    assert changed == []


def test_the_books_balance(dealer: Importing) -> None:
    owed = sum(
        dealer.books.balance("receivable", account)
        for account in ("0000010001", "0000010002", "0000010003")
    )
    assert owed == 233950
