"""Belgian statements: structured messages, debits gathered into one sum, returns."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from saldo.adapters.bank.read import read
from saldo.statements.model import Statement, collect
from tests.unit.statements.corpus import FOLDER, files, statements


def line(*parts: tuple[int, str]) -> str:
    """A record of 128 characters, from texts and the places they begin at, counted from 1."""
    made = [" "] * 128
    for begin, text in parts:
        made[begin - 1 : begin - 1 + len(text)] = text
    return "".join(made) + "\n"


HEAD = line((1, "0000020112672505"), (25, "REF0000001"), (61, "KREDBEBB"), (128, "2")) + line(
    (1, "12"), (3, "139"), (6, "BE68539007547034"), (40, "EUR"), (43, "0000000000100000"),
    (59, "191126"), (126, "138"),
)  # fmt: skip
END = line((1, "8139"), (42, "0000000000112350"), (58, "201126")) + line((1, "9"), (128, "2"))


def movement(amount: str = "0000000000012350", structured: str = "", words: str = "") -> str:
    return (
        line(
            (1, "2100010000"), (11, "BANKREF4711"), (32, amount), (48, "201126"), (54, "00150000"),
            (62, "1" if structured else "0"), (63, structured or words), (116, "201126"),
            (126, "1"),
        )
        + line((1, "2200010000"), (64, "E2E-4711"), (99, "GEBABEBB"), (126, "1"))
        + line((1, "2300010000"), (11, "BE43068999999501"), (45, "EUR"), (48, "Voorbeeld NV"))
    )  # fmt: skip


def only(content: str) -> Statement:
    (statement,) = collect(read(BytesIO(content.encode("latin-1"))))
    return statement


def test_a_transfer_with_a_structured_message() -> None:
    statement = only(HEAD + movement(structured="101090933755493") + END)
    assert (statement.findings, statement.is_balanced) == ((), True)
    head = statement.head
    assert (head.format, head.iban, head.number, head.bic) == (
        "coda", "BE68539007547034", "138", "KREDBEBB",
    )  # fmt: skip
    (entry,) = statement.entries
    assert (entry.amount_minor, entry.booked_on) == (1235, date(2026, 11, 20))
    assert entry.references.creditor_reference == "090933755493"
    assert (entry.references.bank, entry.references.end_to_end_id) == ("BANKREF4711", "E2E-4711")
    assert (entry.counterparty.name, entry.counterparty.iban) == (
        "Voorbeeld NV", "BE43068999999501",
    )  # fmt: skip


def test_words_go_on_in_the_next_records() -> None:
    long = "Factuur 2026/0815 en factuur 2026/0816 samen voldaan. "[:53]
    statement = only(HEAD + movement(words=long).replace("E2E-4711", " " * 8) + END)
    assert statement.entries[0].remittance == long.strip()


def test_a_return_says_why() -> None:
    returned = movement("1000000000012350").splitlines(keepends=True)
    returned[1] = line((1, "2200010000"), (64, "E2E-4711"), (113, "2"), (114, "AC04"))
    end = END.replace("0000000000112350", "0000000000087650")
    (entry,) = only(HEAD + "".join(returned) + end).entries
    assert (entry.amount_minor, entry.return_reason, entry.is_reversal) == (-1235, "AC04", True)


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("0000000000012350", "0000000000012355", "amount-too-precise", "line 3"),
        ("0000000000012350", "00000000000123,0", "amount-not-readable", "line 3"),
        ("0000000000012350201126", "0000000000012350300226", "day-not-in-calendar", "line 3"),
        ("2200010000", "2200020000", "record-unknown", "line 4"),
        ("2300010000", "7300010000", "record-unknown", "line 5"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(old: str, new: str, code: str, place: str) -> None:
    statement = only(HEAD + movement(words="x").replace(old, new) + END)
    refused = [(f.code, f.place) for f in statement.findings if f.severity == "refused"]
    assert refused == [(code, place)]
    assert not statement.is_ok


def test_a_cut_off_file_is_refused_wherever_it_ends() -> None:
    content = HEAD + movement(words="x") + END
    lines = content.splitlines(keepends=True)
    for count in range(1, len(lines)):
        told = list(collect(read(BytesIO("".join(lines[:count]).encode()))))
        assert not all(statement.is_ok for statement in told), count


def test_two_statements_in_a_file_are_two() -> None:
    whole = HEAD + movement(words="x") + END
    assert len(list(collect(read(BytesIO((whole + whole).encode()))))) == 2


@pytest.mark.parametrize("file", files("coda-*/*.cod"))
def test_the_samples_are_read_or_refused_with_a_place(file: Path) -> None:
    (statement,) = statements(file)
    refused = [f for f in statement.findings if f.severity == "refused"]
    if file.name in ("sample2.cod", "sample6.cod"):  # anonymised into thousandths of a euro
        assert refused[0].code == "amount-too-precise"
        assert all(f.place.startswith("line ") for f in refused)
        return
    assert refused == []
    if file.name != "sample4.cod":  # whose blanks were lost
        assert statement.is_balanced is True


def test_debits_gathered_into_one_sum_are_rows_of_their_own() -> None:
    file = FOLDER / "coda-codelicious" / "sample10.cod"
    if not file.is_file():
        pytest.skip("the corpus is not here")
    (statement,) = statements(file)
    first, second = statement.entries
    assert (first.id, first.amount_minor, second.amount_minor) == ("1.1", 25000, 75000)
    assert first.references.mandate_id == "SEPA-000000001"
    assert first.references.creditor_id == "BBE2ZZZ3215646432"
    assert first.batch is not None and first.batch.count == 2
