"""Nothing that is held about a person is forgotten when it is handed out or erased."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from saldo.adapters.dynamo.kinds import BY_RECORD
from saldo.audit.digests import blank_of
from saldo.audit.personal import ALL_NAMES, is_personal
from saldo.privacy.model import KeptAs
from saldo.privacy.retention import rule_of, rules
from saldo.privacy.treatments import TREATMENTS
from saldo.privacy.untreated import BY_HAND, NOT_TREATED

KINDS = {kind.__name__ for kind in BY_RECORD}


def test_every_kind_of_row_is_treated_or_says_why_not() -> None:
    treated = {one.kind.__name__ for one in TREATMENTS}
    assert not treated & NOT_TREATED.keys()
    assert not treated & BY_HAND
    missing = KINDS - treated - BY_HAND - NOT_TREATED.keys()
    assert not missing, (
        "say in saldo/privacy/treatments.py or untreated.py what of these is personal"
    )
    assert (treated | BY_HAND | NOT_TREATED.keys()) <= KINDS


def test_every_treated_kind_is_listed_by_its_account() -> None:
    for treatment in TREATMENTS:
        names = [one.name for one in fields(treatment.kind)]
        assert names[:2] == ["creditor", "account"]
        assert is_dataclass(treatment.kind)


WORDLESS = {
    "about", "account", "bank_account", "by", "call", "case", "claim", "collector", "connection",
    "content_type", "credit_note", "document", "entry", "erp_reference", "fact", "fee", "file",
    "first_opened_at", "handed_to", "hold", "invoice", "item", "kind", "language", "mail",
    "mandate", "method", "notice", "of_account", "order", "owner", "payment", "payout", "plan",
    "policy", "promise", "provider", "ref", "refund", "replaces", "request", "sales", "scheduled",
    "second_of", "source", "statement", "step", "system", "task", "thread", "branch", "code",
    "approval", "view", "schedule", "report", "change", "charged_on", "not_charged", "dispute",
    "why", "absence", "cover", "key", "webhook", "host", "message",
    "which", "watcher", "of", "comparison", "suggestion", "block", "proposal", "insurer",
}  # fmt: skip
"""Names of texts in events that hold ids, numbers and codes, or say who of the creditor's."""


def free_texts(schema: dict[str, Any]) -> set[str]:
    """Return the fields of an event in which anything may stand."""

    def is_free(part: dict[str, Any]) -> bool:
        kinds = part.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if "array" in kinds:
            return (
                "items" not in part
                or is_free(part["items"])
                or part["items"].get("type") == "object"
            )
        return "string" in kinds and not {"enum", "const", "pattern", "format"} & part.keys()

    return {name for name, part in schema["properties"].items() if is_free(part)}


def schemas() -> dict[str, dict[str, Any]]:
    folder = files("saldo") / "event_schemas"
    found = [json.loads(one.read_text("utf-8")) for one in folder.iterdir()]
    return {one["title"]: one for one in found}


LISTS_WITHOUT_WORDS = {
    "accounts",
    "branches",
    "events",
    "files",
    "instalments",
    "invoices",
    "lines",
    "oddities",
    "scopes",
    "sources",
    "families",
}


def test_every_text_of_an_event_is_known_to_hold_words_or_none() -> None:
    unknown = {
        (title, name)
        for title, schema in schemas().items()
        for name in free_texts(schema)
        if name not in WORDLESS | LISTS_WITHOUT_WORDS
        and not is_personal(title, name)
        and name not in ALL_NAMES
    }
    assert not unknown, "say in saldo/audit/personal.py, or here, what these hold"


def test_an_event_without_its_words_still_is_what_its_schema_says() -> None:
    from jsonschema import Draft202012Validator

    for title, schema in schemas().items():
        for name, part in schema["properties"].items():
            if not is_personal(title, name):
                continue
            kinds = part.get("type", "string")
            kind = kinds if isinstance(kinds, str) else kinds[0]
            blank = blank_of({"string": "x", "array": [1], "object": {"x": 1}}[kind])
            assert Draft202012Validator(part).is_valid(blank), (title, name)


@pytest.mark.parametrize(
    ("country", "kept_as", "last"),
    [
        ("DE", "voucher", date(2034, 12, 31)),
        ("DE", "book", date(2036, 12, 31)),
        ("DE", "letter", date(2032, 12, 31)),
        ("NL", "voucher", date(2033, 12, 31)),
        ("NL", "letter", date(2033, 12, 31)),
        ("BE", "voucher", date(2036, 12, 31)),
        ("FR", "voucher", date(2036, 12, 31)),
    ],
)
def test_a_record_of_2026_must_be_there_until(country: str, kept_as: KeptAs, last: date) -> None:
    assert rule_of(country, kept_as).until(date(2026, 1, 1)) == last
    assert rule_of(country, kept_as).until(date(2026, 12, 31)) == last


def test_every_rule_of_a_country_names_its_law_and_where_it_was_read() -> None:
    for rule in rules():
        if rule.country != "*":
            assert rule.law and rule.source.startswith("https://")
    longest = max(rule.years for rule in rules())
    assert all(rule.years == longest for rule in rules() if rule.country == "*")
