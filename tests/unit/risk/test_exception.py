"""When an overdue invoice is an exception for whoever owes it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from saldo.risk.exception import CHANCE_MAX, Overdue, judged
from saldo.risk.months import PaidInvoice, Spell, added, spell

TODAY = date(2026, 11, 22)
LATE = Overdue("RE-99", 16)


def payer(*days: int) -> Spell:
    paid = [
        PaidInvoice(TODAY - timedelta(days=30 + 10 * n), late, "EUR", 10000)
        for n, late in enumerate(days)
    ]
    return spell(added((), paid))


GOOD = payer(*[0, 1, -1, 2, 0, 1, 0, 2, 1, 0, 1, 0, 3, 0])


def test_a_good_payers_only_late_invoice_is_an_exception_with_its_chance() -> None:
    found = judged(GOOD, [LATE]).exception
    assert found is not None
    assert (found.invoice, found.days, found.as_late, found.paid) == ("RE-99", 16, 0, 14)
    assert found.chance == pytest.approx(1 / 15)


def test_whoever_always_pays_late_is_late_again() -> None:
    assert judged(payer(*[20, 25, 18, 30] * 5), [Overdue("RE-99", 60)]).exception is None


def test_three_days_are_no_exception_to_speak_of() -> None:
    assert judged(GOOD, [Overdue("RE-99", 3)]).exception is None


def test_nine_paid_invoices_are_too_few_to_know() -> None:
    assert judged(payer(*[0] * 9), [LATE]).exception is None
    assert judged(payer(*[0] * 10), [LATE]).exception is not None


def test_what_happens_once_in_ten_is_none() -> None:
    sometimes = payer(*[0] * 18, 16, 16)
    found = judged(sometimes, [Overdue("RE-99", 15)])
    assert 3 / 21 > CHANCE_MAX  # noqa: SIM300 - the chance is what is looked at
    assert found.exception is None


def test_what_happens_every_month_is_no_exception_however_many_are_paid_in_time() -> None:
    late = Overdue("RE-99", 16)
    assert judged(payer(*[0] * 190, *[20] * 8), [late], months=24).exception is not None
    assert judged(payer(*[0] * 190, *[20] * 9), [late], months=24).exception is None


def test_two_late_invoices_at_once_speak_against_it() -> None:
    found = judged(GOOD, [LATE, Overdue("RE-98", 8)])
    assert (found.exception, found.signs) == (None, ("several",))
    assert judged(GOOD, [LATE, Overdue("RE-98", 2)]).exception is not None


def test_a_contested_invoice_is_no_exception_it_has_its_reason() -> None:
    assert judged(GOOD, [Overdue("RE-99", 16, disputed=True)]).signs == ("disputed",)


def test_a_returned_debit_or_a_broken_promise_speaks_against_it() -> None:
    found = judged(GOOD, [LATE], ["returned-debit", "promise-broken"])
    assert (found.exception, found.signs) == (None, ("returned-debit", "promise-broken"))


def test_the_chance_is_never_understated_for_whoever_pays_as_ever() -> None:
    draw = Random(5)
    rare = tried = 0
    for _ in range(300):
        days = [draw.choice([0, 0, 0, 1, 2, 4, 9]) for _ in range(20)]
        *before, last = days
        if last > 3:
            tried += 1
        rare += judged(payer(*before), [Overdue("RE-99", last)]).exception is not None
    assert tried > 50
    assert rare / 300 <= CHANCE_MAX
