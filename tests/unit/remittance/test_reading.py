"""What payers write about a payment is read, whatever its columns are called."""

from __future__ import annotations

import io
import time
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.adapters.remittance.pdf import pdf_lines
from saldo.adapters.sheets.workbooks import OpenpyxlWorkbooks
from saldo.errors import Refusal
from saldo.remittance.lines import Told
from saldo.remittance.reading import AdviceNotReadable, calls_itself_advice, read_advice
from saldo.tables.read import Tables
from tests.unit.remittance.papers import paper

MAIL = """Sehr geehrte Damen und Herren,

Zahlungsavis vom 20.11.2026: wir überweisen heute auf DE02 1203 0000 0000 2020 51

Rechnung         Datum        Brutto    Skonto    Zahlung
RE-1             02.11.2026     119,00     3,57      115,43
RE-2             03.11.2026   1.050,00     0,00    1.050,00
Gutschrift GS-7  04.11.2026      20,00     0,00       20,00
Summe                         1.149,00     3,57    1.145,43

Mit freundlichen Grüßen
Beispiel AG, Tel. 030 1234567
"""
ENGLISH = "Remittance advice\nInvoice 4711 gross 1,190.00 discount -23.80\nPayment: 1,166.20\n"
SENTENCE = "Wir haben heute 119,00 EUR für Rechnung RE-1 überwiesen."
PAGE = (
    "<html><head><style>td {width: 1.00}</style></head><body><p>Betaalspecificatie</p><table>"
    "<tr><td>Factuur</td><td>2026-17</td><td>&euro;&nbsp;50,00</td></tr>"
    "<tr><td>Totaal</td><td></td><td>50,00</td></tr></table></body></html>"
)
CSV = """Belegnummer;Datum;Brutto;Skonto;Zahlbetrag
RE-1;02.11.2026;119,00;3,57;115,43
RE-2;03.11.2026;50,00;0,00;50,00
Summe;;169,00;3,57;165,43
"""


def told(data: bytes, name: str) -> Told:
    return read_advice(data, name, Tables(OpenpyxlWorkbooks()), pdf_lines)


def paid(one: Told) -> list[tuple[str, int, int]]:
    return [(line.text.split()[-1], line.amount_minor, line.deducted_minor) for line in one.lines]


def test_a_mails_table_is_read_line_by_line_against_its_sum() -> None:
    one = told(MAIL.encode(), "mail.txt")
    assert paid(one) == [("RE-1", 11543, 357), ("RE-2", 105000, 0), ("GS-7", -2000, 0)]
    assert (one.total_minor, one.adds_up, one.days[0]) == (114543, True, "20.11.2026")
    assert [line.place for line in one.lines] == ["line 6", "line 7", "line 8"]


def test_what_was_kept_back_may_stand_where_others_write_what_was_paid() -> None:
    one = told(ENGLISH.encode(), "mail.txt")
    assert [(line.amount_minor, line.deducted_minor) for line in one.lines] == [(116620, 2380)]
    assert one.adds_up


def test_a_sentence_is_enough() -> None:
    one = told(SENTENCE.encode("latin-1"), "mail.txt")
    assert (one.total_minor, len(one.lines)) == (11900, 1)


def test_a_mail_that_is_a_page_is_read_row_by_row() -> None:
    one = told(PAGE.encode(), "mail.txt")
    assert [(line.text, line.amount_minor) for line in one.lines] == [("Factuur 2026-17 €", 5000)]
    assert one.adds_up


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
def test_a_csv_is_read_by_the_names_of_its_columns(encoding: str) -> None:
    one = told(CSV.encode(encoding), "avis.csv")
    assert [(line.place, line.amount_minor) for line in one.lines] == [
        ("row 2", 11543), ("row 3", 5000),
    ]  # fmt: skip
    assert one.total_minor == 16543


def test_a_workbooks_whole_numbers_are_amounts_where_its_column_says_so() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Invoice", "Amount paid"), (4711, 119), (4712, 50.5), ("Total", 169.5)):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    one = told(out.getvalue(), "advice.xlsx")
    assert [(line.text, line.amount_minor) for line in one.lines] == [
        ("4711", 11900), ("4712", 5050),
    ]  # fmt: skip
    assert one.adds_up


def test_the_rows_of_a_pdf_stay_together() -> None:
    one = told(
        paper(
            ("Zahlungsavis", "", ""),
            ("Rechnung RE-1", "02.11.2026", "119,00"),
            ("Rechnung RE-2", "03.11.2026", "50,00"),
            ("Summe", "", "169,00"),
        ),
        "avis.pdf",
    )
    assert [(line.place, line.amount_minor) for line in one.lines] == [
        ("page 1 line 2", 11900), ("page 1 line 3", 5000),
    ]  # fmt: skip
    assert one.adds_up


def test_lines_that_do_not_make_the_sum_are_told_as_they_are() -> None:
    one = told(b"Rechnung RE-1 119,00\nRechnung RE-2 50,00\nSumme 200,00\n", "mail.txt")
    assert (one.total_minor, one.adds_up) == (20000, False)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"Bitte um R\xfcckruf unter 030 1234567.", "mail.txt"),
        (b"Summe 200,00\n", "mail.txt"),
        (b"Rechnung RE-1 -119,00\n", "mail.txt"),
        (b"Name;Ort\nBeispiel;Berlin\n", "avis.csv"),
        (b"%PDF-1.7 broken", "avis.pdf"),
    ],
)
def test_what_names_no_item_with_an_amount_is_no_advice(data: bytes, name: str) -> None:
    with pytest.raises(AdviceNotReadable):
        told(data, name)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Zahlungsavis 4711", True),
        ("WG: Avis de virement", True),
        ("Remittance Advice", True),
        ("Betalingsspecificatie november", True),
        ("Rechnung 4711", False),
        ("Reise nach Avisan", False),
    ],
)
def test_words_by_which_a_mail_calls_itself_an_advice(text: str, is_one: bool) -> None:
    assert calls_itself_advice(text) is is_one


@settings(max_examples=60, deadline=2000)
@given(st.binary(max_size=400), st.sampled_from(["mail.txt", "a.csv", "a.xlsx", "a.pdf", "a.html"]))
def test_whatever_a_file_holds_it_is_read_or_refused(data: bytes, name: str) -> None:
    for begin in (b"", b"%PDF-1.4\n", b"PK\x03\x04", b"Rechnung RE-1 119,00\n"):
        with suppress(Refusal):
            assert told(begin + data, name).total_minor > 0


@pytest.mark.parametrize("words", ["a" * 300_000, "1" * 300_000, "a.1" * 100_000, "- " * 150_000])
def test_a_hostile_line_takes_no_time(words: str) -> None:
    begun = time.process_time()
    with suppress(Refusal):
        told(words.encode(), "mail.txt")
    assert time.process_time() - begun < 1
