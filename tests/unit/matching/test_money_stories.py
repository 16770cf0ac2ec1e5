"""Stories of money that comes in, and which invoices it pays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.creditor_reference import invoice_reference
from saldo.invoices.discounts import DiscountTerm
from saldo.matching.model import Difference, Paid, Rules
from saldo.statements.model import Money, References
from tests.unit.matching.cases import BAKERY, bakery, entry, item, matched, only, paid

INVOICE = item("RE-2026-004711", 11900)
NEXT = item("RE-2026-004712", 5000)
THIRD = item("RE-2026-004713", 7000)
MONTHLY = [item(f"RE-2026-00480{at}", 4900, due_on=date(2026, 10, at + 1)) for at in range(4)]


@pytest.mark.parametrize(
    "text",
    [
        "RE-2026-004711",
        "Rechnung re 2026/4711 vom 01.10.2026, danke",
        "RE2026004711",
        "2026-004711",
        "Rg.Nr. 2026 004711",
        "RE-2026-00\n4711",
        "Kd-Nr 700123 RE 2026 4711 119,00 EUR",
        "4711",
    ],
)
def test_a_number_is_known_in_many_spellings(text: str) -> None:
    found = only(bakery(11900, text), [INVOICE, NEXT, THIRD])
    assert (found.confidence, paid(found)) == ("certain", {"RE-2026-004711": 11900})
    assert any(fact.field == "remittance" for fact in found.evidence)


@pytest.mark.parametrize("text", ["RE-2026-0047110", "14711", "471", "RE-2027-004711", ""])
def test_a_part_of_a_number_is_no_number(text: str) -> None:
    found = only(entry(3000, text), [INVOICE, NEXT])
    assert (found.confidence, found.allocations) == ("open", ())


@pytest.mark.parametrize(
    "text",
    [
        "4711/12/13",
        "RE 2026-004711, 4712 und 4713",
        "RE-2026-004711 bis RE-2026-004713",
        "2026-004711 - 004713",
        "RE-2026-004711 RE-2026-004712 RE-2026-004713",
        "re 2026/004711+12+13",
    ],
)
def test_one_transfer_pays_three(text: str) -> None:
    found = only(bakery(23900, text), [INVOICE, NEXT, THIRD])
    assert (found.confidence, len(paid(found))) == ("certain", 3)


def test_one_transfer_for_forty_invoices() -> None:
    items = [item(f"RE-{5000 + at}", 1000 + at * 37) for at in range(40)]
    total = sum(each.open_minor for each in items)
    assert len(paid(only(bakery(total, "RE-5000 bis RE-5039"), items))) == 40
    unsaid = only(bakery(total), items)
    assert (unsaid.confidence, len(paid(unsaid))) == ("likely", 40)


def test_our_reference_is_certain_whoever_pays() -> None:
    reference = invoice_reference("RE-2026-004711")
    items = [item("RE-2026-004711", 11900, references=(reference,)), NEXT]
    printed = " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
    for found in (
        only(entry(11900, printed, name="Somebody Else plc"), items),
        only(entry(11900, references=References(creditor_reference=reference)), items),
    ):
        assert (found.confidence, found.rule) == ("certain", "reference")


def test_underpaid_stays_open_for_the_rest() -> None:
    found = only(bakery(10000, "RE-2026-004711"), [INVOICE])
    assert (found.confidence, paid(found)) == ("likely", {"RE-2026-004711": 10000})
    assert found.differences == (Difference("short-payment", 1900, "RE-2026-004711"),)
    usual = only(bakery(10000, "RE-2026-004711"), [INVOICE], rules=Rules(threshold="usual"))
    assert usual.confidence == "certain"


def test_paid_in_two_parts_that_add_up() -> None:
    parts = [bakery(5000, "RE-2026-004711 Teil 1", "1"), bakery(6900, "RE-2026-004711 Rest", "2")]
    (found,) = matched(parts, [INVOICE, NEXT])
    assert (found.entries, found.confidence) == (("1", "2"), "certain")
    assert paid(found) == {"RE-2026-004711": 11900}


def test_overpaid_becomes_credit() -> None:
    found = only(bakery(12900, "RE-2026-004711"), [INVOICE])
    assert found.confidence == "likely"
    assert found.overpaid_minor == 1000


@pytest.mark.parametrize(
    ("days", "minor", "confidence", "reason"),
    [
        (0, 11662, "certain", "discount"),
        (3, 11662, "certain", "discount"),
        (4, 11662, "likely", "late-discount"),
        (0, 11661, "certain", "discount"),
        (0, 11600, "likely", "bank-charge"),
    ],
)
def test_skonto_in_time_and_a_day_late(days: int, minor: int, confidence: str, reason: str) -> None:
    until = date(2026, 10, 14)
    invoice = item("RE-2026-004711", 11900, discounts=(DiscountTerm(until, 200),))
    came = bakery(minor, "RE-2026-004711", day=until + timedelta(days=days))
    found = only(came, [invoice])
    assert (found.confidence, found.differences[0].reason) == (confidence, reason)
    assert paid(found) == {"RE-2026-004711": minor}


def test_a_credit_note_is_taken_off() -> None:
    note = item("GS-2026-004720", 1900, kind="credit-note")
    found = only(bakery(10000, "RE-2026-004711 abzgl. GS-2026-004720"), [INVOICE, note])
    assert (found.confidence, paid(found)) == (
        "certain",
        {"RE-2026-004711": 11900, "GS-2026-004720": -1900},
    )
    dashed = only(bakery(10000, "RE-2026-004711 - GS-2026-004720"), [INVOICE, NEXT, THIRD, note])
    assert paid(dashed) == paid(found)
    silent = only(bakery(10000, "RE-2026-004711"), [INVOICE, note])
    assert (silent.confidence, paid(silent)) == (
        "likely",
        {"RE-2026-004711": 11900, "GS-2026-004720": -1900},
    )


def test_charges_that_the_bank_tells_are_certain_and_others_likely() -> None:
    told = bakery(10900, "RE-2026-004711", charges=(Money(1000, "EUR"),))
    assert only(told, [INVOICE]).confidence == "certain"
    silent = only(bakery(10900, "RE-2026-004711"), [INVOICE])
    assert (silent.confidence, silent.differences[0].reason) == ("likely", "bank-charge")


def test_a_reminder_fee_is_left_out() -> None:
    charged = item("RE-2026-004711", 11900, open_minor=12400, costs_open_minor=500)
    found = only(bakery(11900, "RE-2026-004711"), [charged])
    assert paid(found) == {"RE-2026-004711": 11900}
    assert found.differences == (Difference("fees-left-open", 500, "RE-2026-004711"),)


def test_a_wrong_number_but_the_right_sum_waits_for_a_person() -> None:
    found = only(bakery(5000, "RE-2026-004711"), [INVOICE, NEXT])
    assert (found.confidence, paid(found)) == ("likely", {"RE-2026-004712": 5000})
    assert "RE-2026-004711" in [each.item for each in found.candidates]


def test_a_slip_in_the_number_waits_for_a_person() -> None:
    found = only(bakery(11900, "Rechnung 2026-004171"), [INVOICE, NEXT])
    assert (found.confidence, paid(found)) == ("likely", {"RE-2026-004711": 11900})


def test_equal_amounts_without_a_number_are_never_certain() -> None:
    for threshold in ("strict", "usual"):
        rules = Rules(threshold=threshold)
        found = only(bakery(4900, "Zahlung"), MONTHLY, rules=rules)
        assert (found.confidence, paid(found)) == ("likely", {"RE-2026-004800": 4900})
        assert found.candidates


def test_two_sets_with_the_same_sum_are_never_certain() -> None:
    items = [item("A-1", 3000), item("A-2", 7000), item("A-3", 4000), item("A-4", 6000)]
    found = only(bakery(10000), items, rules=Rules(threshold="usual"))
    assert found.confidence == "likely"
    assert found.candidates


def test_the_known_account_and_the_only_amount_are_certain_where_the_creditor_wants_it() -> None:
    assert only(bakery(7000), [INVOICE, NEXT, THIRD]).confidence == "likely"
    usual = only(bakery(7000), [INVOICE, NEXT, THIRD], rules=Rules(threshold="usual"))
    assert (usual.confidence, usual.rule) == ("certain", "payer-and-amount")


def test_paid_twice_by_two_ways_becomes_credit() -> None:
    twice = [bakery(11900, "RE-2026-004711", "1"), entry(11900, "RE-2026-004711", "2")]
    first, second = matched(twice, [INVOICE])
    assert (first.confidence, first.kind) == ("certain", "payment")
    assert (second.confidence, second.kind, second.overpaid_minor) == ("likely", "duplicate", 11900)


def test_last_months_number_on_this_months_rent_pays_this_month() -> None:
    old = item("RE-2026-004700", 4900, open_minor=0, paid=(Paid("p1", 4900, date(2026, 10, 3)),))
    found = only(bakery(4900, "RE-2026-004700"), [old, MONTHLY[0]])
    assert (found.confidence, paid(found)) == ("likely", {"RE-2026-004800": 4900})
    again = only(bakery(4900, "RE-2026-004700", day=date(2026, 10, 6)), [old, MONTHLY[0]])
    assert again.kind == "duplicate"


def test_somebody_else_pays_and_it_waits_unless_nobody_knows_who() -> None:
    tools = item("RE-2026-004800", 8100, "10002")
    foreign = only(bakery(8100, "RE-2026-004800"), [INVOICE, tools])
    assert (foreign.confidence, paid(foreign)) == ("likely", {"RE-2026-004800": 8100})
    stranger = only(entry(8100, "RE-2026-004800", name="Holding Muster AG"), [INVOICE, tools])
    assert (stranger.confidence, stranger.rule) == ("certain", "number-and-amount")


def test_a_stranger_with_an_amount_that_two_invoices_have_waits() -> None:
    items = [INVOICE, item("RE-2026-004900", 11900, "10002")]
    assert only(entry(11900, "RE-2026-004711"), items).confidence == "likely"


def test_money_of_nobody_stays_open() -> None:
    found = only(entry(12345, "Miete Stellplatz 17", name="Nobody Here GmbH"), [INVOICE, NEXT])
    assert (found.confidence, found.kind, found.allocations) == ("open", "unmatched", ())


def test_one_transfer_for_two_companies_of_a_group() -> None:
    tools = item("RE-2026-004800", 8100, "10002")
    found = only(bakery(20000, "RE-2026-004711 RE-2026-004800"), [INVOICE, tools])
    assert len(paid(found)) == 2
    assert (found.account, found.confidence) == ("", "likely")


def test_days_amounts_and_ibans_are_no_numbers() -> None:
    items = [item("2026", 5000, "10002"), item("1190", 5000, "10002"), item("0202051", 1, "10002")]
    text = "vom 01.10.2026 EUR 1190,00 DE02 1203 0000 0000 2020 51"
    assert only(entry(5000, text), items).allocations == ()


def test_a_customer_number_is_no_invoice() -> None:
    items = [item("700123", 5000, "10002"), INVOICE]
    found = only(entry(5000, "Kd.-Nr. 700123"), items)
    assert found.allocations == ()
    assert found.account == BAKERY.id


def test_a_postal_code_is_no_customer_number() -> None:
    items = [INVOICE, NEXT]
    stranger = only(entry(11900, "Lieferung nach 700123 Musterstadt"), items)
    assert (stranger.confidence, stranger.account) == ("open", "")
    called = only(entry(11900, "700123 Zahlung", name="Baeckerei Beispiel"), items)
    assert (called.confidence, called.account) == ("likely", "10001")


def test_other_currencies_are_not_mixed() -> None:
    found = only(bakery(11900, "RE-2026-004711", currency="CHF"), [INVOICE])
    assert found.allocations == ()


def test_pending_money_is_not_proposed() -> None:
    assert matched([bakery(11900, "RE-2026-004711", status="pending")], [INVOICE]) == ()
