"""Whatever a bank's file says, matching answers, loses no money and gives none twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.invoices.discounts import DiscountTerm
from saldo.matching.model import Learnt, OpenItem, Rules
from saldo.statements.model import Entry, Money, References
from tests.unit.matching.cases import BAKERY, entry, item, matched

_NUMBERS = ("RE-2026-004711", "RE-2026-004712", "4711", "4712", "47", "ÄÖ-1", "2026/0815", "RF18")
_WORDS = (
    *_NUMBERS, "4711/12/13", "4711-4713", "bis", "und", "Kd-Nr", "700123", "RE", "01.10.2026",
    "119,00", "RF18 5390 0754 7034", "abzgl. Skonto", "\n", "ß", "DE02120300000000202051", "-", "/",
)  # fmt: skip
_AMOUNTS = st.sampled_from([1, 2, 50, 100, 150, 200, 300, 4900, 11900, 12000])


@st.composite
def _items(draw: st.DrawFn) -> list[OpenItem]:
    made = []
    for at, number in enumerate(draw(st.lists(st.sampled_from(_NUMBERS), max_size=7))):
        amount = draw(_AMOUNTS)
        kind = draw(st.sampled_from(("invoice", "invoice", "fee", "credit-note")))
        terms = (DiscountTerm(date(2026, 10, 20), 200),) if draw(st.booleans()) else ()
        account = draw(st.sampled_from(("10001", "10002", "10003")))
        costs = draw(st.sampled_from((0, 0, 1)))
        due = date(2026, 10, 31) + timedelta(days=draw(st.integers(-20, 20)))
        one = item(number, amount, account, kind=kind, discounts=terms, due_on=due)
        made.append(replace(one, id=f"{at}", open_minor=amount + costs, costs_open_minor=costs))
    return made


@st.composite
def _entries(draw: st.DrawFn) -> list[Entry]:
    made = []
    for at in range(draw(st.integers(0, 4))):
        words = draw(st.lists(st.sampled_from(_WORDS) | st.text(max_size=8), max_size=6))
        known = draw(st.booleans())
        sign = draw(st.sampled_from((1, 1, 1, -1)))
        made.append(
            entry(
                draw(_AMOUNTS) * sign,
                draw(st.sampled_from((" ", "", "/"))).join(words),
                str(at),
                name=draw(st.sampled_from(("", "Baeckerei Beispiel", "X"))),
                iban=BAKERY.ibans[0] if known else "",
                day=date(2026, 10, draw(st.integers(1, 31))),
                charges=(Money(1, "EUR"),) if draw(st.booleans()) else (),
                references=References(end_to_end_id=draw(st.sampled_from(("", "4711", "SALDO1")))),
            )
        )
    return made


@settings(max_examples=60, deadline=None)
@given(_entries(), _items(), st.sampled_from(("strict", "usual")), st.integers(0, 100))
def test_money_is_neither_lost_nor_given_twice(
    entries: list[Entry], items: list[OpenItem], threshold: str, write_off: int
) -> None:
    rules = Rules(threshold=threshold, write_off_minor_max=write_off)  # type: ignore[arg-type]
    for proposal in matched(entries, items, Learnt(), rules):
        known = {each.id: each for each in items}
        given_to = [known[each.item] for each in proposal.allocations]
        assert len({each.id for each in given_to}) == len(given_to)
        assert all(each.currency == "EUR" for each in given_to)
        if proposal.confidence == "certain":
            assert proposal.evidence
            assert not any(each.reason == "would fit as well" for each in proposal.candidates)


@settings(max_examples=60, deadline=None)
@given(_entries().filter(bool), _items(), st.integers(0, 100))
def test_what_is_missing_on_an_item_is_always_said(
    entries: list[Entry], items: list[OpenItem], write_off: int
) -> None:
    rules = Rules(write_off_minor_max=write_off)
    known = {each.id: each for each in items}
    (proposal,) = matched(entries[:1], items, Learnt(), rules)
    for each in proposal.allocations:
        missing = sum(one.amount_minor for one in proposal.differences if one.item == each.item)
        assert abs(each.amount_minor) + missing == known[each.item].open_minor, proposal
