"""Money that goes back: which payment it takes along."""

from __future__ import annotations

from datetime import date

from saldo.matching.model import Difference, Paid
from saldo.statements.model import BankCode, References
from tests.unit.matching.cases import bakery, entry, item, matched, only, paid

PAID = Paid("debit-1", 11900, date(2026, 11, 1), "DE02120300000000202051", ("SALDO000000000042",))
CLOSED = item("RE-2026-004711", 11900, open_minor=0, paid=(PAID,))


def test_a_returned_debit_reverses_its_payment_and_names_the_charge() -> None:
    back = entry(
        -12200, "Ruecklastschrift", references=References(end_to_end_id="SALDO000000000042"),
        return_reason="AC04", code=BankCode(gvc="109"),
    )  # fmt: skip
    found = only(back, [CLOSED])
    assert (found.kind, found.confidence, found.reverses) == ("reversal", "certain", "debit-1")
    assert found.differences == (Difference("return-charge", 300),)
    assert "AC04" in [fact.value for fact in found.evidence]


def test_a_return_without_an_id_is_likely_by_number_or_payer_and_amount() -> None:
    by_number = only(entry(-11900, "RETOURE RE-2026-004711"), [CLOSED])
    by_payer = only(bakery(-11900, "Rücklastschrift"), [CLOSED])
    for found in (by_number, by_payer):
        assert (found.confidence, found.reverses) == ("likely", "debit-1")


def test_a_payment_is_returned_once() -> None:
    back = [
        entry(-11900, "Retoure RE-2026-004711", key, return_reason="AM04") for key in ("1", "2")
    ]
    first, second = matched(back, [CLOSED])
    assert first.reverses == "debit-1"
    assert (second.confidence, second.reverses) == ("open", "")


def test_what_came_back_is_open_again_for_the_next_payment() -> None:
    story = [
        entry(-11900, "x", "1", references=References(end_to_end_id="SALDO000000000042"),
              return_reason="AM04"),
        bakery(11900, "RE-2026-004711", "2"),
    ]  # fmt: skip
    _, again = matched(story, [CLOSED])
    assert (again.confidence, paid(again)) == ("certain", {"RE-2026-004711": 11900})


def test_what_the_company_pays_is_not_a_return() -> None:
    found = only(entry(-11900, "Gehalt November"), [CLOSED])
    assert (found.kind, found.rule, found.reverses) == ("unmatched", "money-out", "")
