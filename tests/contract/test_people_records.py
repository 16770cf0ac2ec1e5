"""What is kept of people comes back from every store as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from saldo.accounts.model import INSTALLATION
from saldo.people.approval import Approval, FourEyesRule, OrderedAlone
from saldo.people.model import (
    ConsoleSession,
    DirectoryStep,
    Grant,
    PasswordLink,
    SignInStep,
    User,
    UserEmail,
    email_hash,
)
from saldo.store import CommitConflict, Delete, Put, Store

AT = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)
CLARA = User(
    "sub-1",
    "clara@example.com",
    "Clara Ü",
    "nl",
    "active",
    (Grant("acme", "collector", ("Kiel #1", "Lübeck")), Grant("*", "auditor")),
    AT,
    "cli:root",
    AT,
    AT,
    version=1,
)
APPROVAL = Approval(
    "acme",
    "a1",
    "write-off",
    "K/10 #1",
    "2026/0815",
    60000,
    "EUR",
    "insolvent",
    {"id": "W-1", "amount": "600.00"},
    "clara@example.com",
    AT,
    version=1,
)
RECORDS: list[Any] = [
    CLARA,
    UserEmail(email_hash(CLARA.email), CLARA.id),
    ConsoleSession("hash-1", CLARA.id, "csrf", AT, AT, AT, AT, "totp", version=1),
    SignInStep(
        "hash-2", "proof", "totp", CLARA.email, "session", "secret", AT, "hash-1", 2, version=1
    ),
    DirectoryStep("hash-3", "nonce", "verifier", "at/acme/today", AT, "hash-1", version=1),
    PasswordLink("hash-4", "invitation", CLARA.id, AT, AT, version=1),
    FourEyesRule("acme", 5000, None, version=1),
    APPROVAL,
    OrderedAlone(
        "acme",
        "K/10 #1",
        "refund",
        "EUR",
        CLARA.email,
        "2026-11-21",
        {"p#1": 100},
        AT,
        version=1,
    ),
]


def test_records_of_people_come_back_as_they_were_and_go_once(store: Store) -> None:
    for record in RECORDS:
        store.commit([Put(record)])
        assert store.get(type(record), *record.key) == record
        with pytest.raises(CommitConflict):
            store.commit([Put(record)])
        store.commit([Delete(record, expect=None)])
        assert store.get(type(record), *record.key) is None


def test_everybody_stands_in_one_list(store: Store) -> None:
    other = User("sub-2", "mia@example.com", "Mia", version=1)
    store.commit([Put(CLARA), Put(other)])
    assert list(store.list(User, INSTALLATION)) == [CLARA, other]


def test_what_waits_is_found_until_it_is_decided(store: Store) -> None:
    store.commit([Put(APPROVAL)])
    assert list(store.work(Approval, "approval", "acme", AT)) == [APPROVAL.key]
    done = Approval(
        *(getattr(APPROVAL, name) for name in list(APPROVAL.__dataclass_fields__)[:11]),
        state="done",
        version=2,
    )
    store.commit([Put(done, expect=1)])
    assert list(store.work(Approval, "approval", "acme", AT)) == []
