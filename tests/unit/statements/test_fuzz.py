"""Statements with bytes changed, lost or doubled at random: an answer each time, never a fault."""

from __future__ import annotations

import random
from io import BytesIO

import pytest

from saldo.adapters.bank.read import read
from saldo.statements.model import collect
from tests.unit.statements.corpus import files

_TRIES = 25


@pytest.mark.parametrize(
    "file",
    files(
        "camt-genkgo/*.xml",
        "mt940-*/*.txt",
        "mt940-wolph/*/*.sta",
        "mt940js/*",
        "bai2-*/*",
        "coda-*/*",
        "ofx-*/*",
    ),
)
def test_no_damage_to_a_file_is_answered_by_a_fault(file) -> None:
    whole = file.read_bytes()
    dice = random.Random(file.name)
    for _ in range(_TRIES):
        content = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(content) + 1)
            match dice.randrange(4):
                case 0:
                    del content[at : at + dice.randint(1, 40)]
                case 1:
                    content[at:at] = content[at : at + dice.randint(1, 200)]
                case 2:
                    content[at:at] = dice.choice([b":", b"?", b"/", b",", b"<", b"9", b"\n", b"-"])
                case _:
                    content[at : at + 1] = bytes([dice.randrange(256)])
        for statement in collect(read(BytesIO(bytes(content)))):
            ids = [entry.id for entry in statement.entries]
            assert len(set(ids)) == len(ids)
            assert all(len(entry.currency) == 3 for entry in statement.entries)
