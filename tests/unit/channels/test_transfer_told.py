"""What a message says of transfers: to whom, how much, and which code goes with it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from saldo.accounts.model import BankDetails, Creditor, Hold
from saldo.messages.model import AgreedPlan, PlanPart
from saldo.reminders.channels.transfer_told import of_instalment, of_sum
from saldo.reminders.subject import Asked

DAY = date(2026, 12, 16)
BANK = BankDetails("DE02120300000000202051", "Musterwerk GmbH")
LEFT = Asked(12000, "EUR", ("RE-1", "RE-2"))
REFERENCE = "RF18539007547034"


def creditor(bank: BankDetails | None = BANK) -> Creditor:
    return Creditor("c", "Musterwerk GmbH", "DE", "de", "Europe/Berlin", "plain-2-18-34", bank=bank)


def objection(**more: Any) -> Hold:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    return Hold("c", "10001", "h", "dispute", "RE-2", "It leaks.", "payer", at, **more)


def test_the_whole_sum_and_its_code_are_told() -> None:
    details, code = of_sum(creditor(), LEFT, REFERENCE, (), DAY)
    assert details is not None and code is not None
    assert (details.amount_minor, details.currency, details.qr) == (12000, "EUR", True)
    assert code.splitlines()[7:] == ["EUR120.00", "", REFERENCE]


def test_while_a_part_is_contested_no_sum_is_told_that_would_ask_for_it() -> None:
    for held in (None, 500):
        assert of_sum(creditor(), LEFT, REFERENCE, (objection(held_minor=held),), DAY)[0] is None
    other = Asked(5000, "EUR", ("RE-1",))
    assert of_sum(creditor(), other, REFERENCE, (objection(),), DAY)[0] is not None
    over = objection(ended_at=datetime(2026, 12, 2, tzinfo=UTC))
    assert of_sum(creditor(), LEFT, REFERENCE, (over,), DAY)[0] is not None


def test_what_is_left_beside_an_expected_credit_note_is_told() -> None:
    net = Asked(9000, "EUR", ("RE-2",), is_net=True)
    details, _ = of_sum(creditor(), net, REFERENCE, (objection(held_minor=3000),), DAY)
    assert details is not None and details.amount_minor == 9000


@pytest.mark.parametrize(
    ("bank", "currency"), [(BANK, "CHF"), (BankDetails("NO CODE", "Musterwerk GmbH"), "EUR")]
)
def test_where_no_code_can_be_drawn_people_type_it(bank: BankDetails, currency: str) -> None:
    asked = Asked(12000, currency, ("RE-1",))
    details, code = of_sum(creditor(bank), asked, REFERENCE, (), DAY)
    assert code is None
    assert details is not None and not details.qr
    assert (details.amount_minor, details.reference) == (12000, REFERENCE)


def test_who_named_no_bank_account_gets_no_transfers() -> None:
    assert of_sum(creditor(None), LEFT, REFERENCE, (), DAY) == (None, None)


def test_the_first_instalment_is_transferred_unless_a_mandate_brings_it() -> None:
    parts = (PlanPart(4000, DAY, REFERENCE), PlanPart(8000, date(2027, 1, 16), "RF712348231"))
    plan = AgreedPlan(parts, "EUR", 12000, 12000, ("RE-1",))
    details, code = of_instalment(creditor(), plan)
    assert details is not None and details.amount_minor == 4000
    assert code is not None and code.splitlines()[-1] == REFERENCE
    by_mandate = AgreedPlan(parts, "EUR", 12000, 12000, ("RE-1",), mandate_reference="MD-1")
    assert of_instalment(creditor(), by_mandate) == (None, None)
