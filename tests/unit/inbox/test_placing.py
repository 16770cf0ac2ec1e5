"""Whose a mail is: what says so outright goes first, and what contradicts itself is nobody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saldo.inbox.addresses import creditors_in, inbox_address, notices_in, reply_address, sent_id
from saldo.inbox.finding import _numbers_in
from saldo.inbox.model import Ground, GroundKind
from saldo.inbox.placing import Placed, place

KINDS: list[GroundKind] = [
    "token", "reference-header", "sender", "sender-unproven", "number", "rf",
]  # fmt: skip
NOTICE = "01KAK5Z4T0ABCDEFGHJKMNPQRS"


def placed(*said: str) -> tuple[str | None, str]:
    """Place what is said as "token A"."""
    grounds = [Ground(one.split()[0], one.split()[1], "x") for one in said]  # type: ignore[arg-type]
    found = place(grounds)
    return found.account, found.why


@pytest.mark.parametrize(
    ("said", "account", "why"),
    [
        ((), None, "nothing-known"),
        (("token A",), "A", ""),
        (("reference-header A",), "A", ""),
        (("token A", "reference-header B"), None, "contradiction"),
        (("token A", "sender A", "number A"), "A", ""),
        (("token A", "sender B"), None, "contradiction"),
        (("token A", "sender-unproven B"), None, "contradiction"),
        (("token A", "sender A", "sender B"), "A", ""),
        (("token A", "number B"), None, "contradiction"),
        (("token A", "number A", "number B"), "A", ""),
        (("number A",), "A", ""),
        (("rf A",), "A", ""),
        (("number A", "rf B"), None, "several-accounts"),
        (("number A", "sender B"), None, "contradiction"),
        (("number A", "sender-unproven A"), "A", ""),
        (("sender A",), "A", ""),
        (("sender A", "sender B"), None, "several-accounts"),
        (("sender-unproven A",), None, "sender-not-proven"),
    ],
)
def test_whose_a_mail_is(said: tuple[str, ...], account: str | None, why: str) -> None:
    assert placed(*said) == (account, why)


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from("ABC")), max_size=8),
    st.randoms(),
)
def test_order_and_repetition_change_nothing_and_nobody_is_invented(
    said: list[tuple[GroundKind, str]], random: object
) -> None:
    grounds = [Ground(kind, account, "x") for kind, account in said]
    found = place(grounds)
    assert found == place(list(reversed(grounds))) == place([*grounds, *grounds])
    assert found.account is None or found.account in {one.account for one in grounds}
    assert (found.account is None) == bool(found.why)
    assert isinstance(found, Placed)


def test_addresses_for_replies() -> None:
    address = reply_address(NOTICE, "replies.example.com")
    assert address == f"reply+{NOTICE.lower()}@replies.example.com"
    assert notices_in([f" {address.upper()} ", "reply+short@x.example", "a@b.example"]) == [NOTICE]
    assert reply_address(NOTICE, "") is None
    assert reply_address(NOTICE, "billing@example.com") is None, "an address is no domain"
    assert inbox_address("acme", "replies.example.com") == "inbox-acme@replies.example.com"
    assert creditors_in(["INBOX-Acme@Replies.example.com", "inbox-@x.example"]) == ["acme"]
    assert sent_id("<0102-a@eu-central-1.amazonses.com>") == sent_id("0102-a") == "0102-a"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Zu RE-2026-4711 fehlt die Ware.", {"RE-2026-4711"}),
        ("Rechnung 2026/0815, bitte", {"2026/0815"}),
        ("Rechnung Nr. 4711!", {"4711"}),
        ("invoice no. 4711", {"4711"}),
        ("factuur 4711 en 4712", {"4711"}),
        ("am 03.11.2026 um 9:14 über 119,00 EUR", set()),
        ("Beispielweg 7, 20095 Hamburg", set()),
        ("Tel. 0401234567", {"0401234567"}),
        ("RE 4711", {"4711", "RE 4711"}),
        ("RE-1@beispiel.example", set()),
    ],
)
def test_what_may_be_the_number_of_an_invoice(text: str, numbers: set[str]) -> None:
    assert set(_numbers_in(text)) == numbers
