"""What was typed stays where somebody must first prove again who they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.console.screens import ENTRIES, screen_of
from functions.console.words import Words, languages
from saldo.accounts.api_keys import ApiKeyEntry
from saldo.people.kept_forms import KeptForm
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.clerk import Clerk, Office, office_of

PROVEN = [
    f"{entry.name}/{name}"
    for entry in ENTRIES
    if (screen := screen_of(entry.name)) is not None
    for name, act in screen.acts.items()
    if act.needs_proof
]
TYPED: dict[str, dict[str, Any]] = {
    "account/write-off": {"number": ACCOUNT, "invoice": "RE-1", "amount": "10.00", "reason": "Old"},
    "payment/refund": {"number": ACCOUNT, "amount": "5.00", "reason": "Paid twice"},
    "bank/refund": {"entry": "X", "reason": "Not ours"},
    "privacy/erase": {"number": ACCOUNT, "why": "asked"},
    "settings/bank": {"iban": "DE02120300000000202051", "account_holder": "Musterwerk GmbH"},
    "settings/keys": {"name": "Till", "scopes": ["accounts:read", "invoices:read"]},
    "settings/webhooks": {"url": "https://erp.example/in", "events": ["payment."]},
    "settings/providers": {"provider": "mollie"},
    "users/invite": {"email": "new@musterwerk.example", "name": "Neu", "role": "collector"},
    "users/grant": {"email": "new@musterwerk.example", "role": "manager", "branches": "North"},
    "users/forget-app": {"email": "new@musterwerk.example"},
    "approvals/limits": {"write_off": "50.00", "refund": "60.00", "credit_limit": "70.00"},
}
BUTTONS = {"approvals/approve", "settings/bank-remove"}
"""Forms in which nothing is typed: they are pressed again on their page, which says what it is."""


@pytest.fixture
def books() -> Books:
    made = Books()
    made.open_creditor()
    made.open_account()
    made.push(made.invoice("RE-1"))
    return made


@pytest.fixture
def office(books: Books) -> Iterator[Office]:
    with office_of(books) as made:
        yield made


def asked_again(office: Office, action: str, **fields: Any) -> Clerk:
    """Send a form when the last proof is too old; the password is asked for."""
    clerk = office.clerk("owner").open("account", number=ACCOUNT)
    office.books.clock.advance(timedelta(minutes=11))
    back = f"at/{CREDITOR}/account?number={ACCOUNT}"
    clerk.send(action, form=clerk.csrf, id="F-1", back=back, **fields)
    assert "/sign-in/prove" in clerk.url
    return clerk


def test_every_act_that_asks_again_is_tried_here() -> None:
    assert set(PROVEN) == {*TYPED, *BUTTONS}
    for language in languages():
        words = Words(language)
        assert all(words.has(f"proved.act.{one.replace('/', '.')}") for one in PROVEN)


@pytest.mark.parametrize("action", list(TYPED))
def test_what_was_typed_is_shown_again_and_nothing_is_done_yet(
    books: Books, office: Office, action: str
) -> None:
    typed = TYPED[action]
    clerk = asked_again(office, action, **typed)
    before = len(books.events())
    for value in ("Old", "DE02120300000000202051", "erp.example", "new@musterwerk.example"):
        assert value not in clerk.url, "nothing that was typed stands in an address"
    clerk.prove()
    assert clerk.status == 200, clerk.said
    assert "Nothing has been done yet" in clerk.said
    form, _ = clerk._form(action)
    assert len(books.events()) == before
    for name, value in typed.items():
        many = value if isinstance(value, list) else [value]
        for one in many:
            assert f'name="{name}" value="{one}"' in clerk.html
    assert form["id"] == "F-1", "sent again it is the same form"


def test_a_write_off_is_done_when_it_is_confirmed_and_once(books: Books, office: Office) -> None:
    clerk = asked_again(office, "account/write-off", **TYPED["account/write-off"]).prove()
    assert "Old" in clerk.said and "10.00" in clerk.said
    form, _ = clerk._form("account/write-off")
    for _ in range(2):
        clerk.send("account/write-off", **form)
    assert books.invoice_now().open_minor == 10900
    assert list(books.store.everything()) and not [
        one for one in books.store.everything() if isinstance(one, KeptForm)
    ]


def test_bank_details_and_a_key_are_kept_over_the_proof(books: Books, office: Office) -> None:
    clerk = asked_again(office, "settings/bank", **TYPED["settings/bank"]).prove()
    clerk.press("settings/bank")
    bank = office.services.accounts.creditor(CREDITOR).bank
    assert bank is not None and bank.iban == "DE02120300000000202051"
    clerk = asked_again(office, "settings/keys", **TYPED["settings/keys"]).prove()
    form, _ = clerk._form("settings/keys")
    clerk.send("settings/keys", **{**form, "scopes": TYPED["settings/keys"]["scopes"]})
    assert [one.name for one in books.store.list(ApiKeyEntry, CREDITOR)] == ["Till"]


def test_what_was_left_empty_and_means_all_is_said_before_it_is_confirmed(
    books: Books, office: Office
) -> None:
    clerk = asked_again(office, "approvals/limits", write_off="50.00").prove()
    assert "Credit limits raised above Any amount by one person" in clerk.said
    assert "Write-offs above 50.00" in clerk.said
    whole = {"number": ACCOUNT, "invoice": "RE-1", "reason": "Old"}
    clerk = asked_again(office, "account/write-off", **whole).prove()
    assert "Amount All of it" in clerk.said
    grant = {"email": "new@musterwerk.example", "role": "manager"}
    assert "Branches All" in asked_again(office, "users/grant", **grant).prove().said


def test_taking_every_limit_away_is_confirmed_like_setting_one(office: Office) -> None:
    eyes = office.services.four_eyes
    eyes.set_rule(CREDITOR, write_off_minor=5, refund_minor=5, credit_limit_minor=5, by="olga")
    clerk = asked_again(office, "approvals/limits").prove()
    assert clerk.said.count("Any amount by one person") == 3
    assert eyes.rule(CREDITOR).write_off_minor == 5
    clerk.press("approvals/limits")
    assert eyes.rule(CREDITOR).write_off_minor is None


@pytest.mark.parametrize("action", sorted(BUTTONS))
def test_a_button_is_pressed_again_on_its_page(office: Office, action: str) -> None:
    clerk = asked_again(office, action).prove()
    assert clerk.url.endswith(f"account?number={ACCOUNT}")


def test_another_session_another_form_and_a_later_hour_get_nothing(
    books: Books, office: Office
) -> None:
    clerk = asked_again(office, "account/write-off", **TYPED["account/write-off"])
    (kept,) = (one for one in books.store.everything() if isinstance(one, KeptForm))
    other = office.clerk("manager").open("account/write-off", kept=kept.id)
    assert (other.status, "Old" in other.said) == (410, False)
    same = clerk.open("settings/bank", kept=kept.id)
    assert same.status == 410
    clerk.open("account/write-off", kept=kept.id)
    assert clerk.status == 200
    clerk.press("account/write-off")
    assert "/sign-in/prove" in clerk.url, "the page alone proves nothing"
    books.clock.advance(timedelta(minutes=15))
    assert clerk.open("account/write-off", kept=kept.id).status == 410
    assert books.invoice_now().open_minor == 11900


def test_without_the_sessions_key_nothing_is_kept_or_done(books: Books, office: Office) -> None:
    clerk = office.clerk("owner").open("account", number=ACCOUNT)
    books.clock.advance(timedelta(minutes=11))
    clerk.send("account/write-off", form="forged", **TYPED["account/write-off"])
    assert clerk.status == 403
    assert not [one for one in books.store.everything() if isinstance(one, KeptForm)]
