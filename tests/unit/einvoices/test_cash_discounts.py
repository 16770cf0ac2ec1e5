"""Cash discounts in UBL's own elements, and beside the lines of the payment terms."""

from __future__ import annotations

import pytest

from saldo.adapters.einvoice.read import read
from saldo.einvoices.record import Skonto
from tests.unit.einvoices.made import invoice

LINES = """<cac:PaymentTerms><cbc:Note>#SKONTO#TAGE=8#PROZENT=2.00#
#SKONTO#TAGE=14#PROZENT=1.00#BASISBETRAG=100.00#
</cbc:Note></cac:PaymentTerms>"""
PERIOD = '<cbc:DurationMeasure unitCode="DAY">14</cbc:DurationMeasure>'


def terms(percent: str = "2.00", period: str = PERIOD, more: str = "", note: str = "") -> str:
    rate = f"<cbc:SettlementDiscountPercent>{percent}</cbc:SettlementDiscountPercent>"
    return (
        f"<cac:PaymentTerms>{note}{rate if percent else ''}{more}"
        f"<cac:SettlementPeriod>{period}</cac:SettlementPeriod></cac:PaymentTerms>"
    )


def told(*written: str) -> tuple[tuple[Skonto, ...], list[str]]:
    """Return what an invoice with these payment terms offers, and which of our rules it breaks."""
    result = read(invoice((LINES, "".join(written))))
    assert result.invoice is not None
    ours = [one for one in result.findings if one.rule.startswith("SALDO")]
    assert all(one.severity == "warning" and one.line for one in ours)
    return result.invoice.discounts, [one.rule for one in ours]


def test_a_percentage_within_so_many_days() -> None:
    assert told(terms()) == ((Skonto(14, "2.00", None),), [])


def test_a_percentage_until_a_day_of_a_part_of_the_sum() -> None:
    until = "<cbc:EndDate>2026-11-11</cbc:EndDate>"
    base = '<cbc:Amount currencyID="EUR">100.00</cbc:Amount>'
    assert told(terms("3", until, base)) == ((Skonto(10, "3.00", "100.00"),), [])


def test_a_period_that_begins_later_ends_later() -> None:
    later = f"<cbc:StartDate>2026-11-06</cbc:StartDate>{PERIOD}"
    assert told(terms(period=later)) == ((Skonto(19, "2.00", None),), [])


def test_a_sum_of_money_instead_of_a_percentage() -> None:
    amount = '<cbc:SettlementDiscountAmount currencyID="EUR">2.50</cbc:SettlementDiscountAmount>'
    assert told(terms("", more=amount)) == ((Skonto(14, "0.00", None, "2.50"),), [])


def test_two_terms_are_two_discounts() -> None:
    weeks = '<cbc:DurationMeasure unitCode="WEE">3</cbc:DurationMeasure>'
    assert told(terms(), terms("1.00", weeks))[0] == (
        Skonto(14, "2.00", None),
        Skonto(21, "1.00", None),
    )


def test_payment_terms_that_offer_nothing_are_no_discount() -> None:
    assert told("<cac:PaymentTerms><cbc:Note>30 days</cbc:Note></cac:PaymentTerms>") == ((), [])
    assert told(terms("")) == ((), [])


@pytest.mark.parametrize(
    ("percent", "period"),
    [
        ("2.00", ""),
        ("2.00", '<cbc:DurationMeasure unitCode="MON">1</cbc:DurationMeasure>'),
        ("2.00", '<cbc:DurationMeasure unitCode="DAY">1.5</cbc:DurationMeasure>'),
        ("2.00", f'<cbc:DurationMeasure unitCode="DAY">{"9" * 12}</cbc:DurationMeasure>'),
        ("2.00", "<cbc:EndDate>2026-10-31</cbc:EndDate>"),
        ("2.00", f"<cbc:EndDate>soon</cbc:EndDate>{PERIOD}"),
        ("two", PERIOD),
        ("100", PERIOD),
        ("-2", PERIOD),
    ],
)
def test_what_cannot_be_counted_with_is_left_out_and_said(percent: str, period: str) -> None:
    assert told(terms(percent, period)) == ((), ["SALDO-02"])


def test_days_that_are_not_those_to_the_last_day_are_said_and_the_day_counts() -> None:
    period = f"<cbc:EndDate>2026-11-11</cbc:EndDate>{PERIOD}"
    assert told(terms(period=period)) == ((Skonto(10, "2.00", None),), ["SALDO-03"])


@pytest.mark.parametrize(("amount", "rules"), [("2.38", []), ("2.37", []), ("2.50", ["SALDO-03"])])
def test_a_percentage_that_is_not_the_sum_beside_it_is_said(amount: str, rules: list[str]) -> None:
    more = f'<cbc:SettlementDiscountAmount currencyID="EUR">{amount}</cbc:SettlementDiscountAmount>'
    assert told(terms(more=more)) == ((Skonto(14, "2.00", None),), rules)


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ("#SKONTO#TAGE=14#PROZENT=2.00#", []),
        ("#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=119.00#", []),
        ("#SKONTO#TAGE=14#PROZENT=3.00#", ["SALDO-04"]),
        ("#SKONTO#TAGE=10#PROZENT=2.00#", ["SALDO-04"]),
        ("#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=100.00#", ["SALDO-04"]),
    ],
)
def test_the_lines_count_and_elements_that_differ_are_said(line: str, rules: list[str]) -> None:
    offered, found = told(terms(note=f"<cbc:Note>{line}\n</cbc:Note>"))
    assert (len(offered), found) == (1, rules)
    percent = line.partition("PROZENT=")[2][:4]
    assert offered[0].percent == percent


def test_numbers_without_an_end_are_read_without_a_fault() -> None:
    base = f'<cbc:Amount currencyID="EUR">{"9" * 39}</cbc:Amount>'
    amount = f"<cbc:SettlementDiscountAmount>{'8' * 39}</cbc:SettlementDiscountAmount>"
    assert told(terms(more=amount + base))[1] == ["SALDO-03"]
