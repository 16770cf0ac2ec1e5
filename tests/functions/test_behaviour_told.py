"""How an account pays: on its page, over the API, and at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from functions.console.charts import Point, swinging
from saldo.people.model import Language
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR
from tests.functions.clerk import Office, office_of
from tests.paying import BEGIN, PayingBooks


@pytest.fixture
def books() -> PayingBooks:
    made = PayingBooks()
    made.open_books()
    return made


@pytest.fixture
def office(books: PayingBooks) -> Iterator[Office]:
    with office_of(books) as made:
        yield made


def late_payer(books: PayingBooks) -> None:
    for n in range(26):
        books.paid(BEGIN + timedelta(days=14 * n), n % 3)
    for n in range(9):
        books.paid(BEGIN + timedelta(days=365 + 9 * n), 15 + n % 4)
    services().behaviour_keeper.refresh(CREDITOR, ACCOUNT)


def test_an_accounts_page_says_how_it_pays_and_shows_it(books: PayingBooks, office: Office) -> None:
    late_payer(books)
    clerk = office.clerk("collector").open("account", number=ACCOUNT)
    assert "Pays later than before" in clerk.said
    assert "days later than in the year before" in clerk.said
    assert "Needed a reminder" in clerk.said
    assert clerk.html.count('<rect class="bar late"') >= 3
    assert 'role="img" aria-labelledby="pays-chart-title pays-chart-about"' in clerk.html


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "Tage später als im Jahr davor"), ("nl", "dagen later dan in het jaar daarvoor")],
)
def test_it_is_said_in_the_users_language(
    books: PayingBooks, office: Office, language: Language, said: str
) -> None:
    late_payer(books)
    assert said in office.clerk("collector", language=language).open("account", number=ACCOUNT).said


def test_an_exception_is_shown_as_one(books: PayingBooks, office: Office) -> None:
    books.good_year()
    number = books.issue(BEGIN + timedelta(days=200))
    books.on(BEGIN + timedelta(days=212))
    services().behaviour_keeper.refresh(CREDITOR, ACCOUNT)
    clerk = office.clerk("collector").open("account", number=ACCOUNT)
    assert f"Invoice {number} is an exception: 12 days overdue" in clerk.said
    assert f"Late once: invoice {number} is an exception" in clerk.said


def test_before_anybody_looked_the_page_shows_the_invoices_alone(
    books: PayingBooks, office: Office
) -> None:
    books.good_year(3)
    clerk = office.clerk("collector").open("account", number=ACCOUNT)
    assert clerk.status == 200
    assert "pays-chart" not in clerk.html


def test_a_chart_swings_about_the_due_date_and_leaves_months_out_that_are_not_known() -> None:
    late, early = Point("10/2026", 12.0, "12 days", "late"), Point("11/2026", -4.0, "-4 days")
    drawn = swinging("Days", "By month.", [None, late, early])
    assert drawn is not None
    above, below = drawn.bars
    assert above.y + above.height == pytest.approx(drawn.floor, abs=0.6)
    assert below.y == drawn.floor
    assert above.height == pytest.approx(3 * below.height, abs=0.2)
    assert (above.tone, below.tone) == ("late", "")
    assert all(bar.y >= 0 and bar.y + bar.height <= drawn.height for bar in drawn.bars)
    assert swinging("Days", "By month.", [None, None]) is None
    early_alone = swinging("Days", "By month.", [early])
    assert early_alone is not None
    assert early_alone.bars[0].y == early_alone.floor
