"""What a field takes and what it does not, and that the published schema says the same."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict

from saldo.clock import ZoneInfo
from saldo.edge.v1 import fields
from saldo.edge.v1.codes import COUNTRIES, time_zones
from saldo.edge.v1.parse import read
from saldo.edge.v1.records import invoice_from
from saldo.errors import Refusal
from saldo.events import EventType
from saldo.money import CURRENCY_DECIMALS, format_amount, parse_amount

# Hypothesis builds its table of characters in the first example; a busy machine takes its time.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Sample(BaseModel):
    """One field of each kind."""

    model_config = ConfigDict(strict=True, extra="forbid")

    number: fields.Number | None = None
    country: fields.Country | None = None
    language: fields.Language | None = None
    time_zone: fields.TimeZone | None = None
    currency: fields.Currency | None = None
    email: fields.Email | None = None
    phone: fields.Phone | None = None
    day: fields.Day | None = None
    event: fields.EventName | None = None


def takes(**value: Any) -> bool:
    try:
        read(Sample, value)
    except Refusal:
        return False
    return True


def test_countries_are_those_of_iso_3166() -> None:
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    assert {line.split("\t")[0] for line in table.splitlines() if line[:1] not in "#"} == COUNTRIES


def test_every_time_zone_resolves() -> None:
    assert {"Europe/Berlin", "UTC", "America/New_York"} <= time_zones()
    for name in time_zones():
        assert ZoneInfo(name).key == name


def test_every_currency_is_taken() -> None:
    assert all(takes(currency=currency) for currency in CURRENCY_DECIMALS)


@pytest.mark.parametrize(
    "number",
    [
        "1",
        "2024/0815",
        "RE 2024-08 15",
        "Ä/ß#?&%",
        "a~",
        "*",
        "..",
        "x" * 64,
        "発票１",
    ],
)
def test_numbers_as_erps_write_them(number: str) -> None:
    assert takes(number=number)


@pytest.mark.parametrize(
    "email",
    [
        "a@b.example",
        "first.last+tag@sub.domain.example",
        "o'brien@b-c.example",
        "x@xn--mller-kva.example",
        f"{'a' * 64}@b.example",
        "1@2.example",
    ],
)
def test_email_addresses_as_people_have_them(email: str) -> None:
    assert takes(email=email)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "@b.example",
        "a@",
        "a@b",
        "a b@c.example",
        "a@b..example",
        "a@-b.example",
        "a@b-.example",
        "a..b@c.example",
        "a.@b.example",
        "a@b.example.",
        "a@[127.0.0.1]",
        '"a"@b.example',
        "a@b@c.example",
        "a@b.example\r\nBcc: d@e.example",
        "a@b.example\x00",
        "a@b.1",
    ],
)
def test_what_is_no_email_address(email: str) -> None:
    assert not takes(email=email)


@pytest.mark.parametrize("phone", ["+49 30 901820", "030/901820", "(0)30-901820", "112"])
def test_telephone_numbers(phone: str) -> None:
    # A number may not begin with a bracket: that is no country's way.
    assert takes(phone=phone) is (phone[0] != "(")


def test_events_and_their_families() -> None:
    assert set(fields.EVENTS) == set(EventType.__args__)  # type: ignore[attr-defined]
    assert set(fields.EVENT_FAMILIES) == {
        "access.",
        "account.",
        "approval.",
        "bank_entry.",
        "bank_statement.",
        "call.",
        "case.",
        "company.",
        "connection.",
        "contact.",
        "credit.",
        "credit_data.",
        "credit_note.",
        "creditor.",
        "credit_rules.",
        "desk.",
        "dispute.",
        "document.",
        "erp_order.",
        "file.",
        "hold.",
        "insolvency.",
        "invoice.",
        "key.",
        "limit.",
        "link.",
        "mail.",
        "mandate.",
        "message.",
        "note.",
        "notice.",
        "optout.",
        "order_block.",
        "paid_claim.",
        "payment.",
        "payout.",
        "plan.",
        "policy.",
        "portal.",
        "privacy.",
        "promise.",
        "refund.",
        "risk.",
        "sending.",
        "service.",
        "setting.",
        "suggestion.",
        "task.",
        "terms.",
        "text.",
        "thread.",
        "transfer.",
        "user.",
        "watcher.",
        "webhook.",
        "work.",
    }
    assert takes(event="payment.settled")
    assert takes(event="payment.")
    assert not takes(event="payment")


@patient
@given(
    st.dictionaries(
        st.sampled_from(sorted(Sample.model_fields)),
        st.one_of(
            st.text(max_size=70),
            st.none(),
            st.booleans(),
            st.integers(),
            st.lists(st.text()),
            st.dates().map(str),
            st.sampled_from(["DE", "de", "EUR", "Europe/Berlin", "a@b.example"]),
        ),
        max_size=3,
    )
)
def test_whatever_is_taken_is_as_the_schema_says(record: dict[str, Any]) -> None:
    """The schema may be laxer, where JSON Schema has no words for a check; never stricter."""
    if takes(**record):
        Draft202012Validator(Sample.model_json_schema()).validate(record)


@patient
@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_amounts(amount: str) -> None:
    record = {
        "number": "1",
        "account": "1",
        "issued_on": "2026-11-02",
        "due_on": "2026-11-16",
        "currency": "EUR",
        "amount": amount,
    }
    try:
        invoice = invoice_from(record, "c")
    except Refusal as refused:
        refusal = refused
    else:
        assert invoice.open_minor == invoice.amount_minor == parse_amount(amount, "EUR") > 0
        assert parse_amount(format_amount(invoice.amount_minor, "EUR"), "EUR") > 0
        return
    assert refusal.pointer == "/amount"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@patient
@given(_JSON)
def test_no_json_breaks_the_reading_of_a_record(record: Any) -> None:
    with pytest.raises(Refusal) as caught:
        invoice_from(record, "c")
    pointer = caught.value.pointer
    assert pointer is not None
    assert pointer == "" or pointer.startswith("/")
