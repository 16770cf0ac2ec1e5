"""The page of an account with a long history, several currencies, and a collector who mistypes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from saldo.accounts.model import Hold
from saldo.accounts.service import Target
from saldo.collection.facts import Dispute, Promise
from saldo.figures.model import AccountSheet
from saldo.invoices.model import OpenItem
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.clerk import Clerk, Office, office_of


@pytest.fixture
def books() -> Books:
    made = Books()
    made.begin(made.invoice("RE-1", 60000), made.invoice("RE-2", 11900))
    return made


@pytest.fixture
def office(books: Books) -> Iterator[Office]:
    with office_of(books, providers={}) as made:
        yield made


def at(office: Office) -> Clerk:
    clerk = office.clerk("owner").open("account", number=ACCOUNT)
    assert clerk.status == 200, clerk.said
    return clerk


def test_a_part_is_promised_in_the_invoices_own_currency(books: Books, office: Office) -> None:
    books.push(replace(books.invoice("RE-3", 50000), currency="CHF"))
    clerk = at(office)
    clerk.press("account/promise", invoices="RE-2", amount="50.00", on="2026-12-01")
    (given,) = books.store.list(Promise, CREDITOR, ACCOUNT)
    assert (given.amount_minor, given.currency) == (5000, "EUR")
    clerk.open("account", number=ACCOUNT)
    clerk.press("account/dispute", invoice="RE-2", reason="price", amount="19.00", text="Too much")
    (opened,) = books.store.list(Dispute, CREDITOR, ACCOUNT)
    assert (opened.amount_minor, opened.currency) == (1900, "EUR")


def test_what_is_ticked_by_itself_can_be_promised_together(books: Books, office: Office) -> None:
    books.push(replace(books.invoice("RE-3", 50000), currency="CHF"))
    books.clock.advance(timedelta(days=60))  # all three are overdue
    clerk = at(office).press("account/promise", on="2027-01-29")
    assert clerk.status == 200, clerk.said
    (given,) = books.store.list(Promise, CREDITOR, ACCOUNT)
    assert (set(given.invoices), given.currency) == ({"RE-1", "RE-2"}, "EUR")


def test_who_mistypes_an_amount_goes_on_about_the_same_invoices(
    books: Books, office: Office
) -> None:
    books.clock.advance(timedelta(days=60))  # both are overdue, and ticked by themselves
    clerk = at(office)
    clerk.press("account/promise", invoices="RE-2", amount="fifty", on="2027-01-29")
    assert clerk.status == 400
    clerk.press("account/promise", amount="50.00")
    (given,) = books.store.list(Promise, CREDITOR, ACCOUNT)
    assert given.invoices == ("RE-2",)


@pytest.mark.parametrize("action", ["account/dispute", "account/write-off"])
def test_who_mistypes_does_not_act_on_another_invoice(
    office: Office, books: Books, action: str
) -> None:
    clerk = at(office)
    clerk.press(action, invoice="RE-2", amount="ten", reason="other", text="Old")
    assert clerk.status == 400
    form, _ = clerk._form(action)
    assert form["invoice"] == "RE-2"


def test_all_that_is_open_is_given_up_only_as_it_was_seen(books: Books, office: Office) -> None:
    clerk = at(office)
    books.clock.advance(timedelta(minutes=5))
    books.push(books.invoice("RE-2", 15900))  # the ERP corrects it meanwhile
    clerk.press("account/write-off", invoice="RE-2", reason="Insolvent")
    assert clerk.status == 409 and "changed since you opened the page" in clerk.said
    assert books.invoice_now("RE-2").open_minor == 15900
    clerk.press("account/write-off")  # now knowing
    assert "It is written off." in clerk.said
    assert books.invoice_now("RE-2").open_minor == 0


def test_old_questions_do_not_hide_what_holds_now(books: Books, office: Office) -> None:
    now = books.clock.now()
    for number in range(30):
        old = Hold(CREDITOR, ACCOUNT, f"question-{number}", "question", None, "?", "payer", now)
        books.store.commit([Put(replace(old, ended_at=now, ended_by="anna", version=1))])
    books.accounts.pause(Target(CREDITOR, ACCOUNT), "Insolvency of the parent", "anna")
    clerk = at(office)
    assert "Insolvency of the parent" in clerk.said and clerk.has_form("account/resume")


def test_a_pinned_note_survives_every_other(books: Books, office: Office) -> None:
    clerk = at(office)
    clerk.press("account/note", text="Pays only after the second call", pinned="yes")
    for number in range(25):
        books.clock.advance(timedelta(minutes=1))
        office.services.notes.add(CREDITOR, ACCOUNT, f"crm-{number}", "CRM", "Called.")
    assert "Pays only after the second call" in at(office).said


def test_an_open_dispute_is_seen_below_many_settled_ones(books: Books, office: Office) -> None:
    clerk = at(office)
    clerk.press("account/dispute", invoice="RE-2", reason="price", amount="19.00", text="Too much")
    (opened,) = books.store.list(Dispute, CREDITOR, ACCOUNT)
    for number in range(30):
        old = replace(opened, id=f"ERP-{number}", state="rejected", reason="terms", next_at=None)
        books.store.commit([Put(old)])
    assert "RE-2 Price open" in at(office).said.partition("Agreements and disputes")[2]


def test_the_balance_of_a_crowded_account_is_not_that_of_its_oldest_items(
    books: Books, office: Office
) -> None:
    (item, _) = books.store.list(OpenItem, CREDITOR, ACCOUNT)
    for number in range(300):
        books.store.commit([Put(replace(item, number=f"X-{number}", open_minor=10000))])
    assert "of the 200 oldest items alone" in at(office).said
    open_ = {"EUR/2026-12-01": 300 * 10000 + 71900}
    books.store.commit([Put(AccountSheet(CREDITOR, ACCOUNT, "", open_, version=1))])
    clerk = at(office)
    assert "€30,719.00" in clerk.said and "oldest items alone" not in clerk.said
