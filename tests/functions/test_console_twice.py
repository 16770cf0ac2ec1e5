"""What is pressed twice is done once, and what needs two people is done by two: money and messages
of the console under double clicks, stale proofs and orders that try to get around a limit.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from saldo.accounts.model import Hold
from saldo.collection.facts import Case, Dispute, Promise
from saldo.collection.model import Plan
from saldo.edge.v1 import approving
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.reads import invoice
from saldo.errors import Refusal
from saldo.payments.model import Refund
from saldo.people.approval import OrderedAlone
from saldo.wiring import services
from saldo.worklist.notes import Note
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.clerk import Clerk, Office, office_of

LIMIT = 5000


@pytest.fixture
def books() -> Books:
    made = Books()
    made.begin(made.invoice("RE-1", 60000), made.invoice("RE-2", 11900))
    return made


@pytest.fixture
def office(books: Books) -> Iterator[Office]:
    with office_of(books, providers={}) as made:
        yield made


def open_minor(number: str = "RE-1") -> int:
    return invoice(services().store, CREDITOR, number).open_minor


def limit(write_off: int | None = LIMIT, refund: int | None = None) -> None:
    services().four_eyes.set_rule(
        CREDITOR, write_off_minor=write_off, refund_minor=refund, by="owner@example.com"
    )


def twice(clerk: Clerk, action: str, page: str = "account", **fields: Any) -> list[str]:
    """Press a form of a page twice, as it stood when it was opened; return what was said."""
    clerk.open(page, number=ACCOUNT)
    form, _ = clerk._form(action)
    first = clerk.send(action, **{**form, **fields}).said
    return [first, clerk.send(action, **{**form, **fields}).said]


ACTS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "account/promise": (Promise, {"invoices": "RE-2", "on": "2026-12-01"}),
    "account/plan": (Plan, {"invoices": "RE-2", "parts": "3", "first_on": "2026-12-01"}),
    "account/dispute": (Dispute, {"invoice": "RE-2", "reason": "quantity", "text": "Two boxes"}),
    "account/hand-over": (
        Case,
        {"invoices": "RE-1", "kind": "agency", "handed_to": "Inkasso Beispiel", "reason": "Old"},
    ),
    "account/note": (Note, {"text": "Pays late"}),
}


@pytest.mark.parametrize("action", list(ACTS))
def test_a_double_click_agrees_on_one_thing(books: Books, office: Office, action: str) -> None:
    kind, fields = ACTS[action]
    clerk = office.clerk("owner")
    twice(clerk, action, **fields)
    assert len(list(books.store.list(kind, CREDITOR, ACCOUNT))) == 1, clerk.said


def test_a_double_click_writes_one_message_and_one_call(books: Books, office: Office) -> None:
    clerk = office.clerk("owner")
    clerk.open("account/compose", number=ACCOUNT, channel="page")
    form, _ = clerk._form("account/write")
    for _ in range(2):
        clerk.send("account/write", **{**form, "text": "Please call us."})
    assert len(services().threads.of(CREDITOR, ACCOUNT)) == 1
    twice(clerk, "account/call", outcome="no-answer", whom="the switchboard")
    assert books.event_types().count("call.logged") == 1


def test_a_double_click_pauses_once(books: Books, office: Office) -> None:
    twice(office.clerk("owner"), "account/hold", reason="Asked for time", kind="pause")
    lasting = [one for one in books.store.list(Hold, CREDITOR, ACCOUNT) if one.ended_at is None]
    assert len(lasting) == 1


def test_a_double_click_writes_a_sum_off_once(office: Office) -> None:
    twice(office.clerk("owner"), "account/write-off", invoice="RE-1", amount="10.00", reason="Old")
    assert open_minor() == 59000


def test_a_double_click_refunds_once(books: Books, office: Office) -> None:
    payment = _overpaid(books)
    clerk = office.clerk("owner").open("payment", id=payment)
    form, _ = clerk._form("payment/refund")
    for _ in range(2):
        clerk.send("payment/refund", **{**form, "amount": "10.00", "reason": "Paid too much"})
    refunds = list(books.store.list(Refund, CREDITOR, ACCOUNT))
    assert sum(one.amount_minor for one in refunds) in (0, 1000)
    assert len(refunds) <= 1


def _overpaid(books: Books) -> str:
    """Let RE-2 be paid with 81.00 too much; return the payment's id."""
    books.pay("RE-2", 20000)
    return books.payments()[0].id


def test_credit_that_is_allocated_twice_pays_once(books: Books, office: Office) -> None:
    payment = _overpaid(books)
    clerk = office.clerk("owner").open("payment", id=payment)
    form, _ = clerk._form("payment/allocate")
    for _ in range(2):
        clerk.send("payment/allocate", **{**form, "invoices": "RE-1"})
    assert open_minor() == 60000 - 8100
    clerk.open("payment", id=payment)
    form = {"payment": payment, "invoice": "RE-1", "reason": "Mistake", "form": clerk.csrf}
    for _ in range(2):
        clerk.send("payment/take-back", **form)
    assert open_minor() == 60000


def test_a_sent_form_without_its_id_is_refused(books: Books, office: Office) -> None:
    clerk = office.clerk("owner").open("account", number=ACCOUNT)
    key = clerk.csrf
    for action, (kind, fields) in ACTS.items():
        for number in range(2):
            sent = {**fields, "number": ACCOUNT, "form": key, "id": ""}
            clerk.send(action, **{**sent, "text": f"{fields.get('text', '')}{number}"})
            assert clerk.status in (400, 422), f"{action} {clerk.status}"
        assert list(books.store.list(kind, CREDITOR, ACCOUNT)) == []
    for action in ("account/write", "account/call", "inbox/answer"):
        sent = {"number": ACCOUNT, "form": key, "text": "Hello", "outcome": "no-answer"}
        assert clerk.send(action, **sent).status in (400, 404, 422), action
    assert open_minor() == 60000


def write_off(clerk: Clerk, amount: str, id_: str, number: str = "RE-1") -> Clerk:
    clerk.open("account", number=ACCOUNT)
    sent = {"number": ACCOUNT, "form": clerk.csrf, "invoice": number, "reason": "Insolvent"}
    return clerk.send("account/write-off", **sent, amount=amount, id=id_)


def test_a_limit_is_not_got_around_by_sending_an_old_order_with_less(office: Office) -> None:
    limit()
    clerk = office.clerk("manager")
    write_off(clerk, "50.00", "A")
    write_off(clerk, "0.01", "A")
    write_off(clerk, "49.00", "B")
    assert open_minor() == 55000, "what is above fifty needs somebody else"
    assert len(services().four_eyes.open(CREDITOR)) == 1


def test_a_limit_is_not_got_around_by_parts(office: Office) -> None:
    limit()
    clerk = office.clerk("manager")
    for number in range(5):
        write_off(clerk, "20.00", f"P{number}")
    assert open_minor() == 60000 - 4000


def test_what_waits_is_not_changed_by_sending_it_again(office: Office) -> None:
    limit()
    manager, owner = office.clerk("manager"), office.clerk("owner")
    write_off(manager, "60.00", "A")
    write_off(manager, "500.00", "A")
    write_off(manager, "60.00", "A", "RE-2")
    (waits,) = services().four_eyes.open(CREDITOR)
    assert (waits.subject, waits.amount_minor) == ("RE-1", 6000)
    owner.open("approvals").press("approvals/approve", amount="500.00", subject="RE-2")
    assert (open_minor("RE-1"), open_minor("RE-2")) == (54000, 11900)
    write_off(manager, "60.00", "A")
    write_off(manager, "61.00", "A")
    assert open_minor() == 54000


def test_approving_twice_runs_it_once(office: Office) -> None:
    limit()
    manager, owner = office.clerk("manager"), office.clerk("owner")
    write_off(manager, "60.00", "A")
    owner.open("approvals")
    form, _ = owner._form("approvals/approve")
    for _ in range(2):
        owner.send("approvals/approve", **form)
    assert open_minor() == 54000


def test_two_who_agree_at_the_same_moment_run_it_once(office: Office) -> None:
    limit()
    write_off(office.clerk("manager"), "60.00", "A")
    (waits,) = services().four_eyes.open(CREDITOR)
    clerks = [office.clerk("owner", email=f"o{number}@example.com") for number in range(4)]
    for clerk in clerks:
        clerk.open("approvals")
    start = threading.Barrier(len(clerks))

    def agree(clerk: Clerk) -> None:
        creditor = office.books.accounts.creditor(CREDITOR)
        ordered = Ordered(office.services, creditor, clerk.user.email, by_person=True)
        start.wait()
        with suppress(Refusal):  # somebody else was first
            approving.approve(ordered, waits.id)

    threads = [threading.Thread(target=agree, args=(clerk,)) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert open_minor() == 54000
    assert services().four_eyes.of(CREDITOR, waits.id).state == "done"
    assert office.books.event_types().count("approval.granted") == 1


def test_a_limit_holds_in_every_currency(books: Books, office: Office) -> None:
    dollars = replace(books.invoice("RE-3", 60000), currency="USD")
    books.push(dollars)
    limit()
    clerk = office.clerk("manager")
    write_off(clerk, "50.00", "A")
    write_off(clerk, "50.01", "B", "RE-3")
    assert open_minor("RE-3") == 60000
    assert len(services().four_eyes.open(CREDITOR)) == 1
    counted = list(books.store.list(OrderedAlone, CREDITOR))
    assert [one.currency for one in counted] == ["EUR"]


def test_an_old_proof_leads_to_the_password_and_does_nothing(books: Books, office: Office) -> None:
    clerk = office.clerk("owner").open("account", number=ACCOUNT)
    books.clock.advance(timedelta(minutes=11))
    clerk.press("account/write-off", invoice="RE-1", amount="10.00", reason="Old")
    assert "sign-in/prove" in clerk.url and open_minor() == 60000
    assert "account%2Fwrite-off%3Fkept%3D" in clerk.url, "and back to what was typed"
    clerk.send("account/write-off", number=ACCOUNT, form=clerk.csrf, invoice="RE-1", id="X")
    assert open_minor() == 60000


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example/at/x", "at/../../evil", "at/x\\evil", "javascript:1"],
)
def test_the_way_back_after_the_password_stays_here(
    books: Books, office: Office, back: str
) -> None:
    clerk = office.clerk("owner").open("account", number=ACCOUNT)
    books.clock.advance(timedelta(minutes=11))
    form = {"number": ACCOUNT, "form": clerk.csrf, "invoice": "RE-1", "back": back}
    clerk.send("account/write-off", **form)
    assert "sign-in/prove" in clerk.url and open_minor() == 60000
    assert back not in unescape(clerk.html)
    clerk.prove()
    assert "Nothing has been done yet" in clerk.said
    assert back not in unescape(clerk.html), "nothing of it is kept for going on"
