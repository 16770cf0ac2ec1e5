"""A payer who says to have paid: the money is looked for, and nobody is reminded meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Hold
from saldo.accounts.payer_rules import PayerRules
from saldo.collection.facts import PaidClaim
from saldo.collection.paid_claim_orders import PaidClaimOver
from saldo.invoices.model import CreditNote
from saldo.messages.render import JinjaRenderer
from saldo.reminders.tasks import Task
from saldo.wiring import Services, services
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import Browser, browsing, words

TODAY = date(2026, 11, 21)


@pytest.fixture
def books() -> Books:
    books = Books()
    due = date(2026, 11, 2)
    books.begin(
        books.invoice("RE-1", due_on=due, already_sent=True),
        books.invoice("RE-2", 5000, due_on=due, already_sent=True),
    )
    books.sender._renderer = JinjaRenderer()
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.fixture
def link(books: Books, browser: Browser) -> str:
    return books.links.create(CREDITOR, "RE-1", "account")


def parts() -> Services:
    return services()


def claims(books: Books) -> list[PaidClaim]:
    return list(books.store.list(PaidClaim, CREDITOR, ACCOUNT))


def tasks(books: Books) -> list[Task]:
    return list(books.store.list(Task, CREDITOR, ACCOUNT))


def held(books: Books) -> dict[str | None, date | None]:
    return {
        hold.invoice: hold.until
        for hold in books.store.list(Hold, CREDITOR, ACCOUNT)
        if hold.kind == "paid-claim" and hold.ended_at is None
    }


def reminded(books: Books, day: date) -> list[str]:
    """Plan a day and return the invoices that it reminds of."""
    return [item.invoice for notice in books.plan(day).claimed for item in notice.items]


def say(browser: Browser, link: str, **more: Any) -> tuple[int, bytes]:
    """Fill in the form and send it; return the page that follows."""
    page = browser.get(f"{link}/answer/paid")[2].decode()
    (id_,) = re.findall(r'name="id" value="(\w+)"', page)
    form: dict[str, Any] = {"id": id_, "invoice": ["RE-1"], "day": "2026-11-18", "lang": "en"}
    form |= {"how": "transfer", "text": "from my wife's account", **more}
    status, headers, body = browser.post(f"{link}/answer/paid", **form)
    return status, browser.get(headers["location"])[2] if status == 303 else body


def test_somebody_who_paid_is_left_in_peace_while_the_money_is_looked_for(
    books: Books, browser: Browser, link: str
) -> None:
    assert "/answer/paid" in browser.get(link)[2].decode()
    status, page = say(browser, link)
    assert status == 303
    seen = words(page)
    assert "We are looking for your payment" in seen
    assert "You paid €119.00 on 18 November 2026." in seen and "we are looking for it" in seen
    assert held(books) == {"RE-1": date(2026, 11, 28)}
    (task,) = tasks(books)
    assert (task.kind, task.state) == ("paid-claim", "open")
    assert task.title == "Look for 119.00 EUR, said to be paid on 2026-11-18"
    assert "from my wife" in task.reason
    books.tell("paid_claim.made")
    books.deliver()
    (mail,) = books.postbox.mails
    assert "18. November 2026" in mail.text and "27. November 2026" in mail.text

    assert reminded(books, date(2026, 11, 24)) == ["RE-2"]
    assert "RE-1" in reminded(books, date(2026, 11, 30)), "not for ever"
    assert claims(books)[0].state == "open", "a person has yet to look"


def test_the_money_is_booked_and_the_matter_is_closed(
    books: Books, browser: Browser, link: str
) -> None:
    say(browser, link)
    payment = books.start_payment("RE-1", 11900)
    parts().settlement.settle(books.told(payment))
    (claim,) = claims(books)
    assert claim.state == "confirmed"
    assert (held(books), [one.state for one in tasks(books)]) == ({}, ["done"])
    assert "You paid" not in words(browser.get(link)[2])
    assert "paid_claim.confirmed" in books.event_types()


def test_money_that_nobody_told_of_is_found_by_the_daily_look(
    books: Books, browser: Browser, link: str
) -> None:
    say(browser, link, amount="100.00")
    books.pay("RE-1", 4000)
    books.clock.advance(timedelta(days=1))
    assert parts().paid_claims.look() == {"waiting": 1}
    assert parts().paid_claims.look() == {}, "once a day"
    books.clock.advance(timedelta(days=1))
    note = CreditNote(CREDITOR, ACCOUNT, "G-1", "RE-1", TODAY, "EUR", 6000, 0)
    assert books.intake.put_credit_notes([note])[0].status == "accepted"
    assert parts().paid_claims.look() == {"confirmed": 1}
    assert held(books) == {}, "what is left open is reminded like anything else"


def test_what_was_not_found_is_told_and_reminded_again(
    books: Books, browser: Browser, link: str
) -> None:
    say(browser, link)
    (claim,) = claims(books)
    parts().paid_claims.unfounded(CREDITOR, ACCOUNT, claim.id, "anna", "Die IBAN war falsch.")
    assert held(books) == {}
    assert [one.state for one in tasks(books)] == ["done"]
    books.tell("paid_claim.unfounded")
    books.deliver()
    (mail,) = books.postbox.mails
    assert "Die IBAN war falsch." in mail.text and "119,00" in mail.text
    assert "we could not find it" in words(browser.get(f"{link}?lang=en")[2])
    with pytest.raises(PaidClaimOver):
        parts().paid_claims.confirm(CREDITOR, ACCOUNT, claim.id, "anna", "")
    # It is not said again of the same invoice: that would stop reminders for ever.
    status, page = say(browser, link, invoice=["RE-1"])
    assert claims(books) == [parts().paid_claims.of(CREDITOR, ACCOUNT)[0]]
    assert status == 303 or "RE-2" in words(page)


def test_a_person_who_found_the_money_has_the_time_to_book_it(
    books: Books, browser: Browser, link: str
) -> None:
    say(browser, link)
    (claim,) = claims(books)
    parts().paid_claims.confirm(CREDITOR, ACCOUNT, claim.id, "anna", "On the leasing's account.")
    assert held(books) == {"RE-1": date(2026, 11, 28)}
    assert books.tell("paid_claim.confirmed") == [], "the booked payment is confirmed itself"


def test_it_can_be_taken_back_but_not_said_again(books: Books, browser: Browser, link: str) -> None:
    say(browser, link)
    (claim,) = claims(books)
    back = {"press": "take-back", "kind": "paid", "id": claim.id, "lang": "en"}
    status, headers, _ = browser.post(f"{link}/change", **back)
    assert status == 303
    assert "It is taken back" in words(browser.get(headers["location"])[2])
    assert (claims(books)[0].state, held(books)) == ("withdrawn", {})
    assert [one.state for one in tasks(books)] == ["done"]
    page = browser.get(f"{link}/answer/paid")[2].decode()
    assert 'value="RE-1"' not in page and 'value="RE-2"' in page


def test_pressed_twice_it_is_said_once(books: Books, browser: Browser, link: str) -> None:
    page = browser.get(f"{link}/answer/paid")[2].decode()
    (id_,) = re.findall(r'name="id" value="(\w+)"', page)
    form = {"id": id_, "invoice": "RE-1", "day": "2026-11-18", "how": "cash"}
    for _ in range(2):
        assert browser.post(f"{link}/answer/paid", **form)[0] == 303
    assert len(claims(books)) == len(tasks(books)) == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"day": ""}, "Please choose the day on which you paid"),
        ({"day": "2026-11-22"}, "Please choose the day on which you paid"),
        ({"day": "2020-01-01"}, "Please choose the day on which you paid"),
        ({"amount": "much"}, "We cannot read this amount"),
        ({"amount": "0"}, "We cannot read this amount"),
        ({"invoice": []}, "Please choose at least one invoice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    books: Books, browser: Browser, link: str, more: dict[str, Any], said: str
) -> None:
    status, page = say(browser, link, how="cash", **more)
    assert status == 400
    assert words(page).count(said) == 2, "at the top and at the field"
    assert "from my wife&#39;s account</textarea>" in page.decode()
    assert re.search(r'value="cash" checked', page.decode())
    assert claims(books) == []


def test_a_creditor_who_does_not_wait_for_it_does_not_offer_it(
    books: Books, browser: Browser, link: str
) -> None:
    books.accounts.change_creditor(CREDITOR, payer_rules=PayerRules(claim_business_days_max=0))
    assert "/answer/paid" not in browser.get(link)[2].decode()
    assert browser.get(f"{link}/answer/paid")[0] == 303
