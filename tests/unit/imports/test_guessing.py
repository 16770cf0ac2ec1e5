"""A first mapping from names of columns in four languages, and what it leaves to a person."""

from __future__ import annotations

import pytest

from saldo.imports.mapping import MappingNotValid
from saldo.imports.mapping_read import mapping_from
from saldo.imports.trial import Trial, attempt, propose
from tests.imported import TABLES, opener, table

_ROW = ("RE-1", "10001", "Beispiel AG", "13.10.2026", "27.10.2026", "1.190,50")


def _attempt(data: bytes) -> Trial:
    return attempt(TABLES, opener(data), None)


@pytest.mark.parametrize(
    "header",
    [
        ("Rechnungsnr.", "Debitor", "Firma", "Rechnungsdatum", "Fälligkeit", "Offener Betrag"),
        ("Belegnummer", "Kunden-Nr.", "Name 1", "Belegdatum", "Fällig am", "Saldo"),
        ("Invoice No.", "Customer ID", "Customer name", "Invoice date", "Due date", "Amount due"),
        (
            "Factuurnummer",
            "Debiteurnr",
            "Bedrijfsnaam",
            "Factuurdatum",
            "Vervaldatum",
            "Openstaand",
        ),
        ("N° facture", "Code client", "Raison sociale", "Date facture", "Échéance", "Solde"),
    ],
)
def test_an_open_item_list_is_understood_in_four_languages(header: tuple[str, ...]) -> None:
    trial = _attempt(table(_ROW, header=header))
    found = {name: take.columns for name, take in trial.mapping.fields.items() if take.columns}
    wanted = ("number", "account", "account.name", "issued_on", "due_on", "amount")
    assert found == {name: (column,) for name, column in zip(wanted, header, strict=True)}
    assert trial.counts == {"invoice": 1}
    assert trial.rows[0].record["amount"] == "1190.50"


def test_the_open_amount_is_taken_before_the_whole_one() -> None:
    header = ("Rechnung", "Kunde", "Betrag", "Datum", "Fällig", "Offener Betrag")
    trial = _attempt(
        table(("R1", "1", "200,00", "13.10.2026", "27.10.2026", "100,00"), header=header)
    )
    assert trial.mapping.fields["amount"].columns == ("Offener Betrag",)


def test_days_that_may_begin_with_the_month_are_left_to_a_person() -> None:
    data = table(("R1", "1", "Beispiel", "03/04/2026", "05/04/2026", "1,50"))
    made, _, _ = propose(TABLES, opener(data))
    assert "days" in made.undecided
    assert any("DMY or MDY" in doubt for doubt in made.doubts)
    with pytest.raises(MappingNotValid) as refused:
        mapping_from(made.as_json())
    assert refused.value.pointer == "/days"
    assert mapping_from({**made.as_json(), "days": "DMY"}).days == "DMY"


def test_thousands_that_may_be_decimals_are_left_to_a_person() -> None:
    data = table(("R1", "1", "Beispiel", "13.04.2026", "25.04.2026", "1.234"))
    made, _, _ = propose(TABLES, opener(data))
    assert "decimal" in made.undecided


def test_both_decimal_marks_in_one_column_are_said() -> None:
    data = table(
        ("R1", "1", "Beispiel", "13.04.2026", "25.04.2026", "1.234,56"),
        ("R2", "1", "Beispiel", "13.04.2026", "25.04.2026", "1,234.56"),
        ("R3", "1", "Beispiel", "13.04.2026", "25.04.2026", "1.234"),
    )
    trial = _attempt(data)
    assert any("both decimal marks" in doubt for doubt in trial.doubts)
    assert trial.counts == {"invoice": 2, "refused": 1}


def test_the_sum_at_the_end_is_left_out_and_said() -> None:
    trial = _attempt(table(_ROW, ("", "", "", "", "Summe", "1.190,50")))
    assert trial.counts == {"invoice": 1, "left out": 1}
    assert any("1 row(s) have no 'Rechnung'" in doubt for doubt in trial.doubts)


def test_words_for_invoice_and_credit_note_are_translated_and_the_unknown_ones_asked() -> None:
    header = ("Rechnung", "Kunde", "Belegart", "Datum", "Fällig", "Offen")
    rows = [("R1", "1", kind, "13.10.2026", "27.10.2026", "1,00") for kind in ("RE", "GS", "XY")]
    trial = _attempt(table(*rows, header=header))
    assert dict(trial.mapping.fields["kind"].table) == {"RE": "invoice", "GS": "credit-note"}
    assert any("'XY'" in doubt for doubt in trial.doubts)


def test_a_number_that_a_spreadsheet_cut_is_a_doubt() -> None:
    trial = _attempt(table(("R1", "1,00E+11", "Beispiel", "13.10.2026", "27.10.2026", "1,00")))
    assert any("spreadsheet cut" in doubt for doubt in trial.doubts)


def test_businesses_are_not_taken_for_granted() -> None:
    assert any("consumers" in doubt for doubt in _attempt(table(_ROW)).doubts)
