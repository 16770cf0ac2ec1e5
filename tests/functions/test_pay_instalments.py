"""A payer asks for instalments over the pages: shown first, then agreed or proposed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Hold
from saldo.accounts.payer_rules import PayerRules
from saldo.collection.model import Plan
from saldo.collection.plans import Plans
from saldo.messages.render import JinjaRenderer
from saldo.wiring import Services, services
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import Browser, browsing, words

AUTO = PayerRules(plan_auto_minor=100_000, plan_auto_instalments_max=3)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice("RE-1"), books.invoice("RE-2", 5000))
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


def rules(books: Books, rules: PayerRules) -> None:
    books.accounts.change_creditor(CREDITOR, payer_rules=rules)


def plans(books: Books) -> list[Plan]:
    return list(books.store.list(Plan, CREDITOR, ACCOUNT))


def holds(books: Books) -> dict[str, tuple[str | None, date | None]]:
    return {
        hold.id: (hold.invoice, hold.until)
        for hold in books.store.list(Hold, CREDITOR, ACCOUNT)
        if hold.ended_at is None
    }


def fields(page: bytes) -> dict[str, str | list[str]]:
    """Return the hidden fields of the page's own form."""
    form = page.decode().partition('<form method="post" action="')[2]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    found.pop("form", None)
    return {name: values if name == "invoice" else values[0] for name, values in found.items()}


def wish(books: Books, browser: Browser, link: str, **more: Any) -> dict[str, Any]:
    """Open the form and fill it in."""
    status, _, page = browser.get(f"{link}/answer/instalments")
    assert status == 200
    form: dict[str, Any] = {
        "id": fields(page)["id"],
        "invoice": ["RE-1", "RE-2"],
        "count": "3",
        "rhythm": "monthly",
        "day": "2026-12-01",
        "way": "hand",
        "lang": "en",
    }
    return form | more


def shown(browser: Browser, link: str, form: dict[str, Any]) -> bytes:
    status, _, page = browser.post(f"{link}/answer/instalments", **form)
    assert status == 200, words(page)
    return page


def reminded(books: Books, day: date) -> list[str]:
    """Plan a day and return the invoices that it reminds of."""
    return [item.invoice for notice in books.plan(day).claimed for item in notice.items]


def agree(browser: Browser, link: str, page: bytes) -> str:
    """Press the button of the page that shows the instalments, and return what is said then."""
    status, headers, _ = browser.post(f"{link}/answer/instalments", **fields(page), press="agree")
    assert status == 303
    return words(browser.get(headers["location"])[2])


def test_instalments_are_shown_before_anything_is_agreed(
    books: Books, browser: Browser, link: str
) -> None:
    assert "/answer/instalments" in browser.get(link)[2].decode()
    seen = words(shown(browser, link, wish(books, browser, link)))
    assert "1 December 2026 €56.33" in seen
    assert "4 January 2027 €56.33" in seen, "the 1st is no banking day, nor are the days after"
    assert "1 February 2027 €56.34" in seen
    assert "RE-1, RE-2" in seen and "€169.00" in seen
    assert "up to and including 27 November 2026" in seen
    assert plans(books) == []


def test_a_proposal_waits_for_the_creditor_and_reminders_wait_with_it(
    books: Books, browser: Browser, link: str
) -> None:
    seen = agree(browser, link, shown(browser, link, wish(books, browser, link)))
    assert "We look at your proposal" in seen
    assert "Instalments for €169.00, the last on 1 February 2027." in seen
    assert "waiting for our answer" in seen
    (plan,) = plans(books)
    assert (plan.state, plan.by, plan.total_minor) == ("proposed", "payer", 16900)
    assert holds(books) == {
        "plan-proposed#RE-1#1": ("RE-1", date(2026, 11, 28)),
        "plan-proposed#RE-2#1": ("RE-2", date(2026, 11, 28)),
    }
    assert "/answer/instalments" not in browser.get(link)[2].decode()
    books.tell("plan.proposed")
    books.deliver()
    (mail,) = books.postbox.mails
    assert "1. Dezember 2026" in mail.text and "56,34" in mail.text and "27. November" in mail.text

    made = parts().proposals.approve(CREDITOR, ACCOUNT, plan.id, "anna")
    assert made.state == "active"
    assert set(holds(books)) == {plan.hold_id}, "the plan's own hold takes over"
    books.tell("plan.agreed")
    books.deliver()
    assert "wie vereinbart" in books.postbox.mails[-1].text


def test_what_the_creditor_lets_be_is_agreed_at_once(
    books: Books, browser: Browser, link: str
) -> None:
    rules(books, AUTO)
    page = shown(browser, link, wish(books, browser, link))
    assert "agreed at once" in words(page)
    assert "Your instalments are agreed" in agree(browser, link, page)
    (plan,) = plans(books)
    assert plan.state == "active"
    # Pressed again, from an old tab: nothing is agreed twice.
    status, headers, _ = browser.post(f"{link}/answer/instalments", **fields(page), press="agree")
    assert status == 303 and "told=instalments" in headers["location"]
    assert len(plans(books)) == 1


def test_what_is_agreed_is_what_was_shown(books: Books, browser: Browser, link: str) -> None:
    page = shown(browser, link, wish(books, browser, link))
    books.pay("RE-2", 1000)
    status, _, again = browser.post(f"{link}/answer/instalments", **fields(page), press="agree")
    assert status == 200
    assert "Something has changed" in words(again) and "€159.00" in words(again)
    assert plans(books) == []
    form = fields(page) | {"count": "2"}
    assert browser.post(f"{link}/answer/instalments", **form, press="agree")[0] == 200
    assert plans(books) == [], "another number of instalments was never shown"
    agree(browser, link, again)
    assert plans(books)[0].total_minor == 15900


def test_whoever_changes_something_finds_what_was_typed(
    books: Books, browser: Browser, link: str
) -> None:
    form = wish(books, browser, link, count="2", rhythm="weekly", invoice=["RE-2"])
    page = shown(browser, link, form)
    again = shown(browser, link, fields(page) | {"press": "change"}).decode()
    assert '<option value="2" selected>' in again
    assert '<option value="weekly" selected>' in again
    assert re.search(r'value="RE-2" checked', again)
    assert not re.search(r'value="RE-1" checked', again)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"count": "5", "invoice": ["RE-2"]}, "each would be less than €20.00"),
        ({"count": "99"}, "Please choose 2 to 6 instalments"),
        ({"count": "few"}, "Please choose 2 to 6 instalments"),
        ({"day": "2026-11-21"}, "Please choose a first day from 22 November 2026"),
        ({"day": "soon"}, "We cannot read this day"),
        ({"invoice": []}, "Please choose at least one invoice"),
        ({"way": "ME-1"}, "Please choose how you will pay"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    books: Books, browser: Browser, link: str, more: dict[str, Any], said: str
) -> None:
    form = wish(books, browser, link, **more)
    status, _, page = browser.post(f"{link}/answer/instalments", **form)
    assert status in (400, 409)
    assert words(page).count(said) == 2, "at the top and at the field"
    assert plans(books) == []


def test_a_proposal_can_be_withdrawn_and_reminders_go_on(
    books: Books, browser: Browser, link: str
) -> None:
    agree(browser, link, shown(browser, link, wish(books, browser, link)))
    back = {"press": "take-back", "kind": "instalments", "id": plans(books)[0].id, "lang": "en"}
    status, headers, _ = browser.post(f"{link}/change", **back)
    assert status == 303
    assert "Your instalments are taken back" in words(browser.get(headers["location"])[2])
    assert plans(books)[0].state == "cancelled"
    assert holds(books) == {}
    assert books.tell("plan.cancelled") == [], "who withdrew it knows"

    # Proposed again, it waits again, but holds no reminders any more.
    page = shown(browser, link, wish(books, browser, link))
    agree(browser, link, page)
    assert [plan.state for plan in plans(books)] == ["cancelled", "proposed"]
    assert holds(books) == {}


def test_a_plan_is_taken_back_only_while_nothing_was_paid_on_it(
    books: Books, browser: Browser, link: str
) -> None:
    rules(books, AUTO)
    agree(browser, link, shown(browser, link, wish(books, browser, link)))
    (plan,) = plans(books)
    back = {"press": "take-back", "kind": "instalments", "id": plan.id, "lang": "en"}
    books.pay("RE-1", 2000)
    assert browser.post(f"{link}/change", **back)[0] == 404
    assert plans(books)[0].state == "active"


def test_a_declined_proposal_is_told_with_the_reason(
    books: Books, browser: Browser, link: str
) -> None:
    agree(browser, link, shown(browser, link, wish(books, browser, link)))
    (plan,) = plans(books)
    parts().plans.cancel(CREDITOR, ACCOUNT, plan.id, "anna", "Bitte höchstens zwei Raten.")
    assert holds(books) == {}
    books.tell("plan.cancelled")
    books.deliver()
    (mail,) = books.postbox.mails
    assert "Bitte höchstens zwei Raten." in mail.text and "169,00" in mail.text
    assert "/answer/instalments" in browser.get(link)[2].decode(), "others can be proposed"


def test_an_instalment_that_did_not_come_lets_the_stages_resume(
    books: Books, browser: Browser, link: str
) -> None:
    due = date(2026, 11, 2)
    books.push(books.invoice("RE-3", 30000, due_on=due, already_sent=True))
    form = wish(books, browser, link, invoice=["RE-3"], count="2")
    agree(browser, link, shown(browser, link, form))
    assert "RE-3" not in reminded(books, date(2026, 11, 24))
    past = books.why.invoice(CREDITOR, "RE-3").past
    assert "the payer proposed instalments" in past[-1].sentence
    parts().proposals.approve(CREDITOR, ACCOUNT, plans(books)[0].id, "ERP")
    assert "RE-3" not in reminded(books, date(2026, 11, 30))
    books.clock.advance(timedelta(days=12))
    kept: Plans = parts().plans
    assert kept.look() == {"missed": 1}
    assert plans(books)[0].state == "missed"
    assert "RE-3" in reminded(books, date(2026, 12, 3)), "reminded again"
    books.tell("plan.missed")
    books.deliver()
    assert "nicht vollständig" in books.postbox.mails[-1].text, "and it is said why"


def test_a_link_to_one_invoice_shows_and_plans_that_one_alone(
    books: Books, browser: Browser, link: str
) -> None:
    agree(browser, link, shown(browser, link, wish(books, browser, link)))
    other = books.links.create(CREDITOR, "RE-1")
    assert "€169.00" not in words(browser.get(other)[2]), "of the other invoice it tells nothing"


def test_instalments_by_a_new_mandate_are_agreed_with_their_words(
    books: Books, browser: Browser, link: str
) -> None:
    rules(books, AUTO)
    form = wish(books, browser, link, way="new")
    page = shown(browser, link, form)
    assert "This consent covers the agreed instalments" in words(page)
    status, headers, _ = browser.post(f"{link}/answer/instalments", **fields(page), press="agree")
    assert status == 303
    assert headers["location"].startswith("https://sandbox.example"), "the mandate is given there"
    (plan,) = plans(books)
    assert (plan.state, plan.mandate) == ("active", form["id"])
    (mandate,) = parts().mandates.of(CREDITOR, ACCOUNT)
    assert mandate.consent.kind == "plan" and "56" in mandate.consent.text
    scheduled = parts().schedule.of(CREDITOR, ACCOUNT)
    assert [one.amount_minor for one in scheduled] == [5633, 5633, 5634]


def test_a_link_that_may_not_pay_gives_no_mandate(books: Books, browser: Browser) -> None:
    link = books.links.create(CREDITOR, "RE-1", "account", rights=("read", "answer"))
    assert 'value="new"' not in browser.get(f"{link}/answer/instalments")[2].decode()
    form = wish(books, browser, link, way="new")
    assert browser.post(f"{link}/answer/instalments", **form)[0] == 409
