"""The score from our own books: what moves it, and what it is good for on real ledgers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from saldo.credit_data.scales import CREDITREFORM, CREDITSAFE, points_of
from saldo.credit_data.score import OwnFacts, class_of, own_score, risk_of
from saldo.forecast.model import Bill
from saldo.risk.behaviour import ASSUMED, NOTHING_PAID, DaysBeyondTerms, one_paid, shrunk, summed
from tests.corpora import CORPORA, files
from tests.credited import ledger_bills, vendor_bills

PAYMENTS = CORPORA / "payment-behaviour"
QUARTER = timedelta(days=91)


def paid(*days: int) -> DaysBeyondTerms:
    return summed(one_paid(one) for one in days)


def points(facts: OwnFacts) -> int:
    return own_score(facts, ASSUMED).points


def test_a_prompt_payer_of_years_is_in_the_best_class() -> None:
    score = own_score(OwnFacts(paid(*[-2, 0, 1] * 12)), ASSUMED)
    assert score.risk_class == "A"
    assert score.known == 36


def test_whoever_owes_longer_pays_later_or_breaks_promises_scores_worse() -> None:
    usual = OwnFacts(paid(5, 6, 7, 8, 9))
    late = OwnFacts(paid(35, 36, 37, 38, 39))
    overdue = OwnFacts(usual.paid, overdue_days=20)
    broken = OwnFacts(usual.paid, broken=1)
    assert points(usual) > points(late)
    assert points(usual) > points(overdue)
    assert points(usual) == points(broken) + 5


def test_the_parts_add_up_to_what_is_missing_from_a_hundred() -> None:
    score = own_score(OwnFacts(paid(12, 45, 3), overdue_days=40, broken=3), ASSUMED)
    assert abs(100 - score.points - sum(part.risk for part in score.parts)) <= 2
    assert {part.name: part.most for part in score.parts} == {
        "habit": 25, "chance": 25, "overdue": 40, "agreements": 10,
    }  # fmt: skip
    assert all(0 <= part.risk <= part.most for part in score.parts)
    assert score.parts[2].figure == 40
    assert score.parts[3].risk == 10


def test_a_new_account_is_the_usual_one_of_its_creditor_not_the_best() -> None:
    strict = shrunk(paid(*[1, 2, 3] * 50))
    slack = shrunk(paid(*[40, 50, 60] * 50))
    new = OwnFacts(NOTHING_PAID)
    assert own_score(new, strict).points > own_score(new, slack).points + 25
    assert own_score(new, strict).known == 0


def test_classes_begin_where_the_documentation_says() -> None:
    assert [class_of(one) for one in (100, 85, 84, 70, 69, 55, 54, 40, 39, 0)] == list("AABBCCDDEE")


def test_an_agencys_letter_is_in_the_class_of_that_letter() -> None:
    for letter in "ABCDE":
        points = points_of(letter, "A-E")
        assert points is not None and class_of(points) == letter


@pytest.mark.parametrize(
    ("value", "scale", "expected"),
    [
        ("A", "A-E", 92),
        ("e", "A-E", 20),
        ("E", CREDITSAFE, None),
        ("D", CREDITSAFE, 47),
        ("100", CREDITREFORM, 100),
        ("350", CREDITREFORM, 50),
        ("600", CREDITREFORM, 0),
        ("0", CREDITREFORM, None),
        ("58", "0-100", 58),
        ("58", "100-0", 42),
        ("Not Rated", "0-100", None),
        ("7", "somebody's own", None),
        ("7", "5-5", None),
    ],
)
def test_an_agencys_score_keeps_its_direction_on_our_scale(
    value: str, scale: str, expected: int | None
) -> None:
    assert points_of(value, scale) == expected


def auc(risks: Sequence[float], failed: Sequence[bool]) -> float:
    """Return the chance that of a failed and another account the failed one was told riskier."""
    bad = [risk for risk, is_bad in zip(risks, failed, strict=True) if is_bad]
    good = sorted(risk for risk, is_bad in zip(risks, failed, strict=True) if not is_bad)
    hits = sum((bisect_left(good, one) + bisect_right(good, one)) / 2 for one in bad)
    return hits / len(bad) / len(good)


def told(bills: Sequence[Bill], split: date, late: int) -> tuple[float, float, int, int]:
    """Return the AUC of score and rule for "late in the next quarter", accounts, and late ones.

    All that is known on `split` is used, nothing later. Asked about are accounts with an invoice
    that can come to be so late in the quarter.
    """
    by_account: dict[str, list[Bill]] = defaultdict(list)
    for bill in bills:
        by_account[bill.account].append(bill)
    days = [(b.settled_on - b.due_on).days for b in bills if b.settled_on and b.settled_by(split)]
    everybody = summed(one_paid(one) for one in days)
    scores, rule, failed = [], [], []
    for mine in by_account.values():
        known = [one for one in mine if one.issued_on <= split]
        tried = [
            one for one in mine if split < one.due_on + timedelta(days=late + 1) <= split + QUARTER
        ]
        if not known or not tried:
            continue
        sums = summed(
            one_paid((one.settled_on - one.due_on).days)
            for one in known
            if one.settled_on and one.settled_by(split)
        )
        overdue = max(
            [(split - b.due_on).days for b in known if not b.settled_by(split)], default=0
        )
        scores.append(risk_of(OwnFacts(sums, max(0, overdue)), shrunk(everybody)))
        mean = sums.mean if sums.mean is not None else everybody.mean
        assert mean is not None
        rule.append(mean)
        failed.append(
            any(b.settled_on is None or (b.settled_on - b.due_on).days > late for b in tried)
        )
    return auc(scores, failed), auc(rule, failed), len(failed), sum(failed)


SPLITS = [date(2013, 12, 31), date(2014, 6, 30), date(2014, 12, 31), date(2015, 6, 30)]


@pytest.mark.parametrize("ledger", files(PAYMENTS / "vendor-bills", "bills_before_2016-02-10.csv"))
def test_the_score_tells_better_than_the_mean_who_will_be_thirty_days_late(ledger: Path) -> None:
    bills = vendor_bills(ledger)
    for split in SPLITS:
        score, rule, accounts, late = told(bills, split, 30)
        assert score > rule + 0.02, (split, score, rule)
        assert score > 0.75
        assert accounts > 100 and late > 50


@pytest.mark.parametrize("ledger", files(PAYMENTS / "ibm-late-payment", "invoices_2012.csv"))
def test_where_hardly_anybody_is_a_month_late_the_score_still_tells_who_is_two_weeks_late(
    ledger: Path,
) -> None:
    bills = ledger_bills(ledger)
    for split in (date(2012, 6, 30), date(2012, 8, 31)):
        score, rule, _, late = told(bills, split, 15)
        assert score > rule
        assert late > 10
