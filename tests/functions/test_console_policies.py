"""Reminder policies on their pages: looked at, changed, tried on open items, put in force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account, Segment
from saldo.reminders.policy_book import PolicyRow
from saldo.reminders.policy_show import policy_data
from saldo.reminders.segments import SEGMENTS_MAX
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.clerk import Clerk, Office, office_of


@pytest.fixture
def office() -> Iterator[Office]:
    books = Books()
    books.open_creditor()
    books.open_account()
    today = books.clock.now().date()
    due = today - timedelta(days=5)
    books.push(books.invoice("RE-1", issued_on=due - timedelta(days=14), due_on=due))
    with office_of(books) as made:
        yield made


@pytest.fixture
def owner(office: Office) -> Clerk:
    return office.clerk("owner", name="Olga")


def test_a_policy_is_read_as_sentences_along_a_line(owner: Clerk) -> None:
    owner.open("policies")
    assert "2, 18, 34 days after the due date" in owner.said
    owner.open("policies/one", id="de-business")
    assert owner.status == 200
    assert "<svg" in owner.html and "after the due date" in owner.said
    assert owner.open("policies/one", id="no-such").status == 400


def test_a_supplied_policy_becomes_an_own_one_tried_before_it_is_put(
    office: Office, owner: Clerk
) -> None:
    owner.open("policies/edit", id="plain-2-18-34")
    owner.press("policies/try", **{"id": "gentle", "days-0": "10"})
    assert "1 of 1 open items under plain-2-18-34 would go on differently." in owner.said
    assert list(office.books.store.list(PolicyRow, CREDITOR)) == []
    owner.press("policies/put")
    assert "The version is in force" in owner.said
    (row,) = office.books.store.list(PolicyRow, CREDITOR)
    assert (row.id, row.number, row.put_by) == ("gentle", 1, owner.user.email)
    today = office.books.clock.now().date()
    made = office.services.policies.named(CREDITOR, "gentle", today)
    assert [after.days for after in made.after_due] == [10, 18, 34]
    assert made.stages[2].announces_collection
    (put,) = [one for one in office.books.events("~") if one.type == "policy.put"]
    assert put.data["policy"] == "gentle" and put.data["by"] == owner.user.email


def test_the_next_version_drops_a_stage_and_adds_another(office: Office, owner: Clerk) -> None:
    owner.open("policies/edit", id="plain-2-18-34").press("policies/try", id="gentle")
    owner.press("policies/put").open("policies/edit", id="gentle")
    typed = {
        "days-1": "",
        "days-3": "50",
        "message-3": "final-notice",
        "channels-3": ["letter"],
        "grace_days": "1",
        "minimum": "5.00",
        "first": "09:00",
        "last": "17:00",
        "fee-3": "reminder-fee",
        "amount-3": "2.50",
    }
    owner.press("policies/try", **typed).press("policies/put")
    made = office.services.policies.named(CREDITOR, "gentle", office.books.clock.now().date())
    assert made.version == 2
    assert [(s.offset_days, s.message) for s in made.stages] == [
        (2, "reminder-1"),
        (34, "reminder-3"),
        (50, "final-notice"),
    ]
    last = made.stages[-1]
    assert last.channels == ("letter",)
    assert last.fee is not None and last.fee.amounts == {"EUR": 250}
    assert made.minimum_minor == {"EUR": 500} and made.hours is not None
    assert "Version 1" in owner.said and "Version 2" in owner.said


def test_what_the_form_does_not_know_is_kept(office: Office, owner: Clerk) -> None:
    owner.open("policies/edit", id="nl-consumer").press("policies/try", id="mild")
    owner.press("policies/put")
    today = office.books.clock.now().date()
    named = office.services.policies.named
    ours, theirs = (policy_data(named(CREDITOR, one, today)) for one in ("mild", "nl-consumer"))
    for data in (ours, theirs):
        for name in ("id", "version", "effective_from"):
            data.pop(name, None)
    assert ours == theirs


def test_everything_can_be_said_in_json(office: Office, owner: Clerk) -> None:
    owner.open("policies/edit", id="de-consumer")
    data = policy_data(office.services.policies.named(CREDITOR, "de-consumer", date(2026, 11, 1)))
    data |= {"id": "eigen", "version": 1, "gap_days_min": 9}
    owner.press("policies/try-json", json=json.dumps(data)).press("policies/put")
    made = office.services.policies.named(CREDITOR, "eigen", office.books.clock.now().date())
    assert made.gap_days_min == 9


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"id": "plain-2-18-34"}, "comes with Saldo"),
        ({"id": "gentle", "days-1": "1"}, "do not follow each other"),
        ({"id": "gentle", "days-0": "soon"}, "offset_days"),
        ({"id": "gentle", "channels-0": []}, "channel"),
    ],
)
def test_a_policy_that_cannot_be_is_told_why(
    office: Office, owner: Clerk, typed: dict[str, str], why: str
) -> None:
    owner.open("policies/edit", id="plain-2-18-34").press("policies/try", **typed)
    assert why in owner.said and not owner.has_form("policies/put")
    assert list(office.books.store.list(PolicyRow, CREDITOR)) == []


def test_customers_get_policies_by_what_they_are(office: Office, owner: Clerk) -> None:
    owner.open("policies").press(
        "policies/segments",
        **{"when-0": "country=DE; kind=business", "policy-0": "de-business"},
        policy="every-3-weeks",
    )
    assert "Saved." in owner.said
    creditor = office.services.accounts.creditor(CREDITOR)
    assert creditor.policy == "every-3-weeks"
    wanted = Segment({"country": ["DE"], "kind": ["business"]}, "de-business")
    assert creditor.segments == (wanted,)
    account = office.books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    day = office.books.clock.now().date()
    assert office.services.policies.of(creditor, account, day).id == "de-business"
    form = {"form": owner.csrf, "back": "at/musterwerk/policies", "policy": "no-such"}
    owner.send("policies/segments", **form)
    assert owner.status == 400
    assert office.services.accounts.creditor(CREDITOR).policy == "every-3-weeks"


def test_saving_many_segments_drops_none(office: Office) -> None:
    many = tuple(Segment({"labels": [f"group-{n}"]}, "de-business") for n in range(SEGMENTS_MAX))
    office.services.accounts.change_creditor(CREDITOR, by="ERP", segments=many)
    office.clerk("owner").open("policies").press("policies/segments")
    assert office.services.accounts.creditor(CREDITOR).segments == many


def test_an_auditor_reads_policies_and_changes_none(office: Office) -> None:
    auditor = office.clerk("auditor").open("policies/one", id="de-business")
    assert auditor.status == 200 and "Adapt" not in auditor.said
    assert auditor.open("policies/edit", id="de-business").status == 403
