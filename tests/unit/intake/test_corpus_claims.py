"""Whatever the reader lets through is mapped to what a push may carry, or refused with a code."""

from __future__ import annotations

import pytest

from saldo.adapters.einvoice.read import read
from saldo.errors import Refusal
from saldo.intake.buyers import account_of, names_of
from saldo.intake.claims import Nothing, meaning_of
from saldo.intake.rules import IntakeRules
from tests.books import Books
from tests.unit.einvoices.cases import cases, documents, need_corpus
from tests.unit.intake.test_claims import as_pushed

RULES = IntakeRules("musterwerk")
KNOWN = {"credit-below-zero", "document-number-not-taken"}


@pytest.mark.parametrize(
    "step", [pytest.param(1, marks=pytest.mark.long), pytest.param(9)], ids=["all", "sample"]
)
def test_every_document_that_is_let_through_has_a_meaning_or_a_code(step: int) -> None:
    need_corpus()
    creditor = Books().open_creditor()
    mapped, codes = 0, set()
    for case in list(cases())[::step]:
        for source in documents(case):
            reading = read(source)
            if not reading.is_ok or reading.invoice is None:
                continue
            names_of(reading.invoice)
            account = account_of(reading.invoice, creditor, "D-1")
            assert account.name and len(account.country) == 2, case
            try:
                meaning = meaning_of(reading.invoice, RULES)
            except Refusal as refusal:
                codes.add(refusal.code)
                continue
            if not isinstance(meaning, Nothing):
                as_pushed(meaning)
            mapped += 1
    assert mapped > 500 // step
    assert codes <= KNOWN
