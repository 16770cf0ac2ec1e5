"""What a scrub leaves of each kind of record: numbers, days and codes, and no words of anybody.

Records are made up with a mark in every text, so that a field that somebody adds later shows here.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import pytest

from saldo.bank_entries.model import BankEntry
from saldo.codec import encode
from saldo.inbox.model import Mail
from saldo.ledger.model import JournalEntry, Posting
from saldo.money import Money
from saldo.privacy.bare import bare_entry, bare_mail
from saldo.privacy.everything import name_of
from saldo.privacy.treatments import TREATMENTS, Dates, Treatment

MARK = "words of somebody"
DAY = date(2026, 11, 21)

ALLOWED = {
    # Whose it is, and what it is about, by number or id.
    "about", "account", "cause_id", "creditor", "file", "files", "id", "invoice", "invoices",
    "let_go", "mail", "mandate", "more_invoices", "moved_to", "notice", "number", "over", "payment",
    "plan",
    "ref", "reference", "replaced_by", "replaces", "second_of", "source",
    # What it is worth; codes, hashes and versions of our own.
    "batch", "content_hash", "content_type", "correlation", "currency", "ground", "language",
    "link_hash", "method", "own_texts", "payment_reference", "payment_terms", "percent", "rate",
    "request", "service", "sha256", "step", "text_problems",
    # What the payment provider or the mail service calls it, by which it is found again.
    "customer_id", "flow_id", "provider", "provider_id", "provider_mandate",
    "provider_message_id", "provider_refund",
    # Who of the creditor's people did it, or to whom of others it was handed.
    "by", "ended_by", "handed_to", "owner", "placed_by", "reversed_by",
}  # fmt: skip
"""Fields in which what stands is not about the person."""


def made_up(hint: Any, name: str) -> Any:  # noqa: PLR0911 - one for each kind of type
    """Return a value of a type, with the mark in every text."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return inner[0]
    if origin in (typing.Union, types.UnionType):
        return made_up(next(one for one in inner if one is not type(None)), name)
    if origin is tuple:
        return (made_up(inner[0], name),)
    if origin is dict or hint is dict:
        return {"fact": MARK}
    if hint is bool:
        return False
    if hint is int:
        return 1
    if hint is datetime:
        return datetime(2026, 11, 21, 9, tzinfo=UTC)
    if hint is date:
        return DAY
    if is_dataclass(hint):
        return record_of(hint)
    return MARK


def record_of(kind: Any) -> Any:
    if kind is Money:
        return Money(1, "EUR")  # it takes no currency that is none
    hints = typing.get_type_hints(kind)
    if kind is JournalEntry:
        hints.pop("postings")
        more = {"postings": (Posting("bank", 1), Posting("receivable", -1))}
    else:
        more = {}
    values = {
        one.name: made_up(hints[one.name], one.name) for one in fields(kind) if one.name in hints
    }
    return kind(**values, **more)


def marked(value: Any, name: str = "") -> Iterator[str]:
    """Yield the names of the fields that hold the mark."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from marked(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from marked(inner, name)
    elif value == MARK:
        yield name


@pytest.mark.parametrize("treatment", TREATMENTS, ids=lambda one: name_of(one.kind))
def test_no_words_are_left(treatment: Treatment[Any]) -> None:
    record = record_of(treatment.kind)
    bare = treatment.scrub(record)
    assert bare != record
    if bare is not None:
        assert set(marked(encode(bare))) <= ALLOWED
        assert bare.key == record.key
        assert treatment.scrub(bare) == bare, "scrubbed once, nothing more is to be done"


@pytest.mark.parametrize("treatment", TREATMENTS, ids=lambda one: name_of(one.kind))
def test_every_record_has_a_day_and_a_duty_or_none(treatment: Treatment[Any]) -> None:
    record = record_of(treatment.kind)
    dates = Dates({MARK: DAY}, date(2030, 1, 1))
    assert isinstance(treatment.day(record, dates), date)
    assert treatment.kept_as(record) in (None, "letter", "voucher", "book")


OF_THE_BANK = {
    "bank_account", "credits", "domain", "exchange_rate", "gvc", "holds", "law", "missing",
    "paid_by", "payout", "pays_refund", "proprietary", "return_reason", "returns", "statement",
    "swift", "text", "undone_by", "why",
}  # fmt: skip
"""Codes of the bank, with what it calls the kind of entry (`text`); ids; who undid it."""

OF_A_MAIL = {"assigned_to", "moved_by", "service_id", "why"}


def test_entries_of_the_bank_and_mails_keep_no_words_either() -> None:
    entry = bare_entry(record_of(BankEntry))
    assert set(marked(encode(entry))) <= ALLOWED | OF_THE_BANK
    assert bare_entry(entry) == entry
    mail = bare_mail(record_of(Mail))
    assert set(marked(encode(mail))) <= ALLOWED | OF_A_MAIL
    assert bare_mail(mail) == mail


def test_nothing_is_allowed_that_is_not_there() -> None:
    bare = [treatment.scrub(record_of(treatment.kind)) for treatment in TREATMENTS]
    found = {name for one in bare if one is not None for name in marked(encode(one))}
    assert found == ALLOWED


def test_the_mark_reaches_every_text() -> None:
    """Else the tests above could not fail."""
    names = set(marked(encode(record_of(Mail))))
    assert {"text", "subject", "from_address", "from_name"} <= names
