"""Two people at the same settings: nobody undoes what the other did without knowing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.books import CREDITOR, Books
from tests.functions.clerk import Clerk, Office, office_of

MEANWHILE = "Somebody changed these settings since you opened the page."


@pytest.fixture
def office() -> Iterator[Office]:
    books = Books()
    books.open_creditor()
    with office_of(books) as made:
        yield made


@pytest.fixture
def olga(office: Office) -> Clerk:
    return office.clerk("owner", name="Olga")


def seen_in(clerk: Clerk) -> str:
    """Return what the page's form says was seen."""
    found = re.search(r'name="seen" value="([^"]+)"', clerk.html)
    assert found is not None
    return found[1]


def test_a_page_that_was_open_all_morning_does_not_switch_sending_on_again(
    office: Office, olga: Clerk
) -> None:
    olga.open("settings/sending")
    office.books.accounts.change_creditor(CREDITOR, sending=False)
    olga.press("settings/sending", notices_per_day_max="50")
    assert olga.status == 409
    assert MEANWHILE in olga.said
    assert 'value="50"' in olga.html
    assert not office.books.accounts.creditor(CREDITOR).sending
    olga.press("settings/sending", sending=[])  # she saw it, and saves what she meant
    now = office.books.accounts.creditor(CREDITOR)
    assert (now.sending, now.notices_per_day_max) == (False, 50)


def test_what_another_page_sets_is_in_nobodys_way(office: Office, olga: Clerk) -> None:
    olga.open("settings/sending")
    office.books.accounts.change_creditor(CREDITOR, name="Musterwerk AG")
    assert olga.press("settings/sending", notices_per_day_max="50").status == 200
    assert office.books.accounts.creditor(CREDITOR).notices_per_day_max == 50


@pytest.mark.parametrize(
    ("page", "act", "changed"),
    [
        ("settings/creditor", "settings/creditor", {"imprint": "HRB 4711"}),
        ("settings/payers", "settings/payers", {"payer_rules": None}),
        ("policies", "policies/segments", {"policy": "every-2-weeks"}),
    ],
)
def test_every_page_of_the_company_knows_what_it_changes(
    office: Office, olga: Clerk, page: str, act: str, changed: dict[str, object]
) -> None:
    rules = office.books.accounts.creditor(CREDITOR).payer_rules
    if "payer_rules" in changed:
        changed = {"payer_rules": replace(rules, promise_days_max=3)}
    olga.open(page)
    office.books.accounts.change_creditor(CREDITOR, **changed)
    olga.press(act)
    assert olga.status == 409
    assert MEANWHILE in olga.said
    name, value = next(iter(changed.items()))
    assert getattr(office.books.accounts.creditor(CREDITOR), name) == value


def test_a_text_that_a_colleague_put_meanwhile_is_not_written_over(
    office: Office, olga: Clerk
) -> None:
    which = {"message": "reminder-1", "language": "en", "part": "subject"}
    otto = office.clerk("owner", name="Otto").open("texts/one", **which)
    form = {**which, "back": "at/musterwerk/texts/one"}
    olga.open("texts/one", **which)
    seen = seen_in(olga)
    otto.send("texts/put", **form, form=otto.csrf, body="A friendly word", seen=seen)
    olga.send("texts/check", **form, form=olga.csrf, body="Please pay", seen=seen)
    olga.send("texts/put", **form, form=olga.csrf, body="Please pay",
              seen=seen_in(olga))  # fmt: skip
    assert olga.status == 400
    assert MEANWHILE in olga.said and "Please pay" in olga.html
    (kept,) = office.services.own_texts.latest(CREDITOR)
    assert kept.body.strip() == "A friendly word"


def test_a_policy_that_a_colleague_changed_meanwhile_is_not_set_back_unseen(
    office: Office, olga: Clerk
) -> None:
    def put(version: int, days: int) -> None:
        stages = [{"number": 1, "offset_days": days, "message": "reminder-1"}]
        data = {"id": "own", "version": version, "announces_invoice": True, "stages": stages}
        office.services.policies.put(CREDITOR, data, "otto", office.books.clock.now().date())

    put(1, 7)
    olga.open("policies/edit", id="own")
    put(2, 60)
    olga.press("policies/try", grace_days="3")
    assert olga.status == 409
    assert MEANWHILE in olga.said
    olga.press("policies/try")
    assert olga.status == 200 and "version 3" in olga.said


def test_a_limit_that_a_colleague_lowered_is_not_raised_again_unseen(
    office: Office, olga: Clerk
) -> None:
    olga.open("approvals")
    office.services.four_eyes.set_rule(CREDITOR, write_off_minor=100, refund_minor=5000, by="otto")
    olga.press("approvals/limits", write_off="900.00")
    assert olga.status == 409
    assert MEANWHILE in olga.said
    assert office.services.four_eyes.rule(CREDITOR).write_off_minor == 100
