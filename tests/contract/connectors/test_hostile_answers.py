"""Answers of an ERP that are broken in every way: each is said, none breaks a run off."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import pytest

from saldo.invoices.model import NumberTaken
from saldo.ledger.verify import verify
from tests.books import CREDITOR
from tests.connected import (
    NAME,
    Connected,
    exact_connected,
    karmak_connected,
    snelstart_connected,
)

CUSTOMER = "10001"
SEEDS = 60
ODD: list[Any] = [
    *(None, True, -1, 0, 10**30, 1.5, "", "x", "/Date(99999999999999999)/", "2026-13-45"),
    *([], {}, [[]], {"d": None}, {"id": {}}, "\u202e", "1e400", float("nan"), float("inf")),
]
MAKERS = {"exact": exact_connected, "snelstart": snelstart_connected, "karmak": karmak_connected}


def bent(value: Any, chance: random.Random) -> Any:
    """Return a document with one of its parts replaced."""
    if not value or chance.random() < 0.15 or not isinstance(value, (dict, list)):
        return chance.choice(ODD)
    if isinstance(value, list):
        place = chance.randrange(len(value))
        return [*value[:place], bent(value[place], chance), *value[place + 1 :]]
    name = chance.choice(list(value))
    return {**value, name: bent(value[name], chance)}


def broken(raw: bytes, chance: random.Random) -> bytes:
    """Return an answer's body with something wrong in it."""
    if chance.random() < 0.2:
        cut = chance.randrange(len(raw) + 1)
        return raw[:cut] + bytes(chance.randrange(256) for _ in range(3)) + raw[cut:][: cut // 2]
    try:
        return json.dumps(bent(json.loads(raw), chance)).encode()
    except ValueError:
        return b"\xff\xfe"


@pytest.mark.parametrize("system", sorted(MAKERS))
def test_a_broken_answer_is_said_and_the_next_good_one_is_taken(system: str) -> None:
    for seed in range(SEEDS):
        chance = random.Random(f"{system}-{seed}")
        connected, erp, *_ = MAKERS[system]()  # type: ignore[operator]
        _live_through(connected, erp, chance, system)


def _live_through(connected: Connected, erp: Any, chance: random.Random, system: str) -> None:
    erp.customer(CUSTOMER, "Voorbeeld B.V.", "administratie@voorbeeld.example")
    numbers = (1001, 1002) if system == "exact" else ("1001", "1002")
    for number in numbers:
        erp.invoice(number, CUSTOMER, "10.00", date(2026, 10, 20), date(2026, 11, 3))
    if chance.random() < 0.5:
        connected.run()
        connected.start_and_settle("1001", 1000)
    real, left = erp.answer, chance.randrange(1, 5)

    def answer(asked: Any) -> Any:
        nonlocal left
        left -= 1
        status, headers, raw = real(asked)
        return (status, headers, broken(raw, chance)) if left == 0 else (status, headers, raw)

    erp.answer = answer
    report = connected.run()
    erp.answer = real
    assert report.ended is not None
    for _ in range(3):
        if connected.state() == "refused":  # the token itself was lost in the broken answer
            erp.code = "anew"
            connected.connections.authorise(CREDITOR, NAME, code="anew")
        connected.run()
    assert connected.state() == "ok"
    books = connected.books
    # A wrong amount or customer that could be right is believed; what cannot be is not.
    taken = books.store.get(NumberTaken, CREDITOR, "invoice", "1002")
    assert taken is not None
    if report.ended.state != "ok":
        assert books.invoice_now("1002", taken.account).amount_minor == 1000
    assert verify(books.store, books.clock.now().date()) == []
