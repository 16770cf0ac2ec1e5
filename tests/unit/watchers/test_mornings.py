"""The list of the morning: for whoever asked for it, once a day, with what is theirs to see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from saldo.people.model import Grant
from saldo.threads.service import Words
from saldo.watchers.model import WatchJob
from saldo.worklist.desk_model import DeskNotValid
from tests.watched import ACCOUNT, ANNA, BEN, CREDITOR, OLGA, WatchBooks


@pytest.fixture
def books() -> WatchBooks:
    made = WatchBooks()
    made.begin(made.invoice("RE-1", 119000))
    made.person(ANNA, "collector")
    made.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=ANNA, sales=None, branch="North")
    made.contested()
    made.hear()
    made.parts.mornings.set(CREDITOR, ANNA, on=True, by=ANNA)
    return made


def at(books: WatchBooks, day: int, hour: int) -> None:
    """Go to an hour (UTC; Berlin is one later) of a day of November 2026: the 23rd is a Monday."""
    books.clock.advance(datetime(2026, 11, day, hour, 30, tzinfo=UTC) - books.clock.now())


def morning(books: WatchBooks) -> list[str]:
    books.parts.mornings.due(books.creditor)
    return [mail.text for mail in books.mails()]


def test_the_most_urgent_comes_on_monday_at_seven_and_once(books: WatchBooks) -> None:
    at(books, 22, 8)
    assert morning(books) == [], "on a Sunday"
    at(books, 23, 5)
    assert morning(books) == [], "before seven"
    at(books, 23, 6)
    (text,) = morning(books)
    assert "Guten Morgen Sample" in text
    assert "Reklamation: Beispiel AG, 1.190,00\u00a0€" in text
    assert "(neu)" not in text, "it waits since Saturday"
    assert f"/console/at/{CREDITOR}/today" in text
    at(books, 23, 9)
    assert morning(books) == []
    at(books, 24, 6)
    assert len(morning(books)) == 1


def test_whoever_asks_for_it_in_the_afternoon_gets_the_next_morning_s(books: WatchBooks) -> None:
    at(books, 23, 15)
    assert morning(books) == [], "four o'clock is no morning"
    at(books, 24, 6)
    assert len(morning(books)) == 1


def test_on_a_holiday_of_the_creditor_s_country_nobody_gets_a_list(books: WatchBooks) -> None:
    friday = datetime(2026, 12, 25, 6, 30, tzinfo=UTC)
    books.clock.move_to(friday)
    assert morning(books) == []
    books.clock.move_to(friday + timedelta(days=3))
    assert len(morning(books)) == 1


def test_seven_is_seven_after_the_clocks_went_forward(books: WatchBooks) -> None:
    monday = datetime(2027, 3, 29, 5, 30, tzinfo=UTC)  # Easter Monday; in winter it were half six
    books.clock.move_to(monday - timedelta(minutes=60) + timedelta(days=1))
    assert morning(books) == []
    books.clock.move_to(monday + timedelta(days=1))
    assert len(morning(books)) == 1


def test_a_job_that_lay_about_for_a_day_sends_no_second_list(books: WatchBooks) -> None:
    at(books, 23, 6)
    books.parts.mornings.due(books.creditor)
    stuck = books.queue.take()
    at(books, 24, 6)
    assert len(morning(books)) == 1
    books.queue.put(stuck)
    assert books.mails() == []
    books.clock.advance(timedelta(days=1))
    books.queue.put(stuck)
    assert books.mails() == [], "nor one of the day before yesterday"


def test_what_is_new_since_yesterday_says_so(books: WatchBooks) -> None:
    at(books, 23, 15)
    books.ask()
    books.hear()
    at(books, 24, 6)
    (text,) = morning(books)
    assert "Frage: Beispiel AG (neu)" in text


def test_two_workers_with_the_same_job_send_one_mail(books: WatchBooks) -> None:
    at(books, 23, 6)
    books.parts.mornings.due(books.creditor)
    books.parts.mornings.due(books.creditor)
    assert len(books.mails()) == 1


def test_an_empty_list_is_not_sent(books: WatchBooks) -> None:
    books.disputes.reject(CREDITOR, ACCOUNT, "D-1", ANNA, "As delivered.")
    books.hear()
    at(books, 23, 6)
    assert morning(books) == []


def test_whoever_did_not_ask_or_asked_no_more_gets_none(books: WatchBooks) -> None:
    books.person(BEN, "collector")
    books.parts.mornings.set(CREDITOR, ANNA, on=False, by=ANNA)
    at(books, 23, 6)
    assert morning(books) == []
    assert not books.parts.mornings.wants(CREDITOR, ANNA)


def test_whoever_left_gets_none_though_the_wish_stands(books: WatchBooks) -> None:
    at(books, 23, 6)
    books.parts.mornings.due(books.creditor)
    books.parts.users.revoke(f"sub-{ANNA}", CREDITOR, by=OLGA)
    assert books.mails() == []


def test_a_colleague_who_covers_sees_both_lists_but_no_other_branch(books: WatchBooks) -> None:
    books.person(BEN, "collector")
    books.parts.mornings.set(CREDITOR, BEN, on=True, by=BEN)
    books.parts.mornings.set(CREDITOR, ANNA, on=False, by=ANNA)
    day = books.clock.now().date()
    books.parts.absences.hand_over(books.creditor, ANNA, BEN, day, day + timedelta(days=9), OLGA)
    books.parts.users.grant(f"sub-{BEN}", Grant(CREDITOR, "collector", ("South",)), by=OLGA)
    at(books, 23, 6)
    assert morning(books) == [], "the account is of another branch"


def test_the_sum_counts_the_own_branches_alone(books: WatchBooks) -> None:
    books.open_account(number="10002")
    books.push(books.invoice("RE-2", 50000, account="10002"))
    books.parts.desks.put(CREDITOR, "10002", OLGA, collector=ANNA, sales=None, branch="South")
    asked = Words("Q-2", "Which cartridges?", "payer")
    books.parts.threads.ask(books.creditor, "10002", asked, "link")
    books.hear()
    books.parts.users.grant(f"sub-{ANNA}", Grant(CREDITOR, "collector", ("North",)), by=OLGA)
    at(books, 23, 6)
    books.parts.mornings.due(books.creditor)
    (mail,) = books.mails()
    assert mail.subject == "Ihre Liste heute Morgen: 1 Vorgang"
    assert "mehr" not in mail.text


def test_a_wish_is_of_an_address(books: WatchBooks) -> None:
    with pytest.raises(DeskNotValid):
        books.parts.mornings.set(CREDITOR, "anna", on=True, by=ANNA)
    books.queue.put([WatchJob("", CREDITOR, "nobody@musterwerk.example")])
    assert books.mails() == []
