"""Bytes become JSON, and errors become reasons with a place."""

from __future__ import annotations

import pytest

from saldo.edge.v1.parse import json_of, read, read_query, records_of
from saldo.edge.v1.refusals import BodyNotJson, FieldUnknown, ParameterNotValid
from saldo.edge.v1.requests import ListQuery
from saldo.edge.v1.requests_accounts import AccountRecord
from saldo.errors import Refusal

ACCOUNT = {"number": "1", "name": "Beispiel AG", "kind": "business"}


def reason(model: type, value: object) -> str:
    with pytest.raises(Refusal) as caught:
        read(model, value)
    return caught.value.detail


def test_reasons_are_sentences_about_the_field() -> None:
    contact = {"name": "x", "email": "y"}
    assert reason(AccountRecord, {**ACCOUNT, "kind": "firm"}) == (
        "'kind' must be 'business' or 'consumer'."
    )
    assert reason(AccountRecord, {**ACCOUNT, "name": "x" * 201}) == (
        "'name' must hold at most 200 characters."
    )
    assert reason(AccountRecord, {**ACCOUNT, "contacts": [contact]}) == (
        "'contacts/0/email' must be an e-mail address such as billing@debtor.example."
    )
    assert reason(AccountRecord, {"number": "1", "kind": "business"}) == "'name' is missing."
    assert reason(AccountRecord, []) == "The record must be an object."


def test_a_misspelt_field_is_named_before_the_missing_one_and_guessed() -> None:
    with pytest.raises(FieldUnknown) as caught:
        read(AccountRecord, {"numbr": "1", "name": "Beispiel AG", "kind": "business"})
    assert caught.value.detail == "There is no field 'numbr'. Is 'number' meant?"
    assert caught.value.pointer == "/numbr"


def test_a_long_unknown_name_is_not_echoed_whole() -> None:
    with pytest.raises(FieldUnknown) as caught:
        read(AccountRecord, {**ACCOUNT, "x" * 10_000: 1})
    assert len(caught.value.detail) < 200
    assert len(caught.value.pointer or "") < 200


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": "\\uD800"}',
        b'{"\\udfff": 1}',
        b'{"a": "\\ud83d\\u0041"}',
        '{"a": "x"}'.encode("utf-16"),
    ],
)
def test_half_characters_and_other_encodings_are_refused(raw: bytes) -> None:
    with pytest.raises(BodyNotJson):
        json_of(raw)


def test_whole_characters_are_taken_however_they_are_written() -> None:
    assert json_of(b'{"a": "\\ud83d\\ude00"}') == json_of('{"a": "😀"}'.encode()) == {"a": "😀"}


def test_a_name_twice_is_refused_at_any_depth() -> None:
    with pytest.raises(BodyNotJson, match="names a field twice"):
        json_of(b'{"records": [{"amount": "1.00", "amount": "2.00"}]}')


def test_records_are_handed_on_unread() -> None:
    assert records_of({"records": [1, None, "x"]}) == [1, None, "x"]


def test_query_is_read_from_texts() -> None:
    found = read_query(ListQuery, {"limit": ["20"], "updated_after": ["2026-11-21T09:00:00+01:00"]})
    assert found.limit == 20
    assert found.updated_after is not None
    assert found.updated_after.isoformat() == "2026-11-21T08:00:00+00:00"
    with pytest.raises(ParameterNotValid, match="at most 100"):
        read_query(ListQuery, {"limit": ["101"]})
