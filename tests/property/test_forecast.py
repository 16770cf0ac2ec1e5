"""No forecast looks into the future: whatever happens after its day, it stays the same."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.forecast.model import Bill
from saldo.forecast.predict import forecast
from saldo.forecast.train import trained
from tests.unit.forecast.past import TODAY, bill, past

ENDS = TODAY - timedelta(days=200)
"""The day of the forecasts: some of the past is still to come then."""


def otherwise(bills: list[Bill], draw: random.Random) -> list[Bill]:
    """Return the same up to ENDS, and another future: other settlements, other invoices."""
    changed: list[Bill] = []
    for bill_ in bills:
        one = bill_
        if one.issued_on > ENDS:
            if draw.random() < 0.5:
                continue
            one = replace(
                one,
                account=str(draw.randrange(20)),
                amount_minor=draw.randrange(1, 10**7),
                due_on=one.issued_on + timedelta(days=draw.randrange(90)),
                settled_on=one.issued_on + timedelta(days=draw.randrange(200)),
            )
        elif not one.settled_by(ENDS):
            later = ENDS + timedelta(days=draw.randrange(1, 300))
            one = replace(one, settled_on=draw.choice([None, later]))
        changed.append(one)
    for number in range(draw.randrange(5)):
        issued_on = ENDS + timedelta(days=draw.randrange(1, 60))
        changed.append(bill(f"more-{number}", issued_on, draw.randrange(-20, 90), account="3"))
    draw.shuffle(changed)
    return changed


BEFORE = past(8, 8)
MODEL = trained(BEFORE, ENDS)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 7), st.sampled_from(["new", "open"]))
def test_another_future_changes_no_forecast(seed: int, account: int, which: str) -> None:
    after = otherwise(BEFORE, random.Random(seed))
    issued_on = ENDS if which == "new" else ENDS - timedelta(days=50)
    asked = bill("asked", issued_on, None, account=str(account))
    told = [
        forecast(MODEL, asked, [one for one in bills if one.account == str(account)], ENDS)
        for bills in (BEFORE, after)
    ]
    assert told[0] == told[1]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**9))
def test_another_future_teaches_nothing_else(seed: int) -> None:
    assert trained(otherwise(BEFORE, random.Random(seed)), ENDS) == MODEL


def test_what_was_settled_by_the_day_does_change_it() -> None:
    """The property is not empty: the same change a day earlier moves the forecast."""
    asked = bill("asked", ENDS, None, account="x")
    known = bill("k", ENDS - timedelta(days=20), -10, account="x")
    assert known.settled_on == ENDS
    later = replace(known, settled_on=ENDS + timedelta(days=1))
    assert forecast(MODEL, asked, [known], ENDS) != forecast(MODEL, asked, [later], ENDS)
