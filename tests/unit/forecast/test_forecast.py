"""When an invoice will be paid, told for sellers with a long past, a short one and none."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.forecast.backtest import backtest
from saldo.forecast.features import GROUPS, NAMES, RememberingUsual
from saldo.forecast.history import History
from saldo.forecast.model import LEVELS, Bill, Forecast, Model
from saldo.forecast.predict import forecast, usual_of
from saldo.forecast.train import trained
from tests.unit.forecast.past import TODAY, bill, past

PAST = past()


@pytest.fixture(scope="module")
def model() -> Model:
    return trained(PAST, TODAY)


def of(account: int) -> list[Bill]:
    return [one for one in PAST if one.account == str(account)]


def middle(found: Forecast) -> float:
    return found.delay_at(0.5)


def test_whoever_pays_two_weeks_late_is_expected_two_weeks_late(model: Model) -> None:
    new = bill("new", TODAY, None, account="15")
    assert middle(forecast(model, new, of(15), TODAY)) == pytest.approx(15, abs=2.5)
    assert middle(forecast(model, new, of(1), TODAY)) == pytest.approx(2, abs=2.5)  # its mean is 2


def test_a_customer_nobody_knows_is_taken_for_a_usual_one_with_less_certainty(
    model: Model,
) -> None:
    new = bill("new", TODAY, None, account="new")
    unknown, known = forecast(model, new, [], TODAY), forecast(model, new, of(9), TODAY)
    assert middle(unknown) == pytest.approx(9.5, abs=3)
    width = unknown.delay_at(0.9) - unknown.delay_at(0.1)
    assert width > 1.3 * (known.delay_at(0.9) - known.delay_at(0.1))


def test_the_first_paid_invoice_moves_less_than_the_eighth(model: Model) -> None:
    new = bill("new", TODAY, None, account="late")
    late = [
        bill(f"late-{n}", TODAY - timedelta(days=400 - 30 * n), 30, account="late")
        for n in range(8)
    ]
    told = [middle(forecast(model, new, late[:count], TODAY)) for count in (0, 1, 8)]
    assert told[0] < told[1] < told[2]
    assert told[2] == pytest.approx(30, abs=4)


def test_quantiles_rise_and_chances_agree_with_them(model: Model) -> None:
    found = forecast(model, bill("new", TODAY, None, account="7"), of(7), TODAY)
    assert all(low < high for low, high in zip(found.delays, found.delays[1:], strict=False))
    for level in (0.1, 0.5, 0.9):
        # A whole day is as long as the step between two chances.
        assert found.paid_by(found.paid_on(level)) == pytest.approx(level, abs=0.12)
    days = [found.paid_within(delay) for delay in range(-40, 200)]
    assert days == sorted(days)
    assert days[0] == 0 and days[-1] > 0.99
    assert found.late == pytest.approx(1 - found.paid_by(found.due_on))
    assert found.very_late < 0.1


def test_what_still_stands_open_is_not_expected_in_the_past(model: Model) -> None:
    old = bill("old", TODAY - timedelta(days=90), None, account="3")
    found = forecast(model, old, [*of(3), old], TODAY)
    assert found.waited == 60
    assert found.delays[0] >= 61
    assert found.paid_by(TODAY) == 0
    assert found.very_late == 1
    younger = bill("younger", TODAY - timedelta(days=36), None, account="3")
    wait = middle(found) - 60
    assert wait > middle(forecast(model, younger, [*of(3), younger], TODAY)) - 6


def test_a_debt_of_many_years_is_not_expected_tomorrow(model: Model) -> None:
    old = bill("old", TODAY - timedelta(days=3030), None, account="3")
    found = forecast(model, old, [*of(3), old], TODAY)
    assert found.delays[0] >= 3001
    assert middle(found) > 3500
    assert found.paid_on(0.95) > found.paid_on(0.5) > TODAY


def test_overdue_invoices_make_the_next_one_later(model: Model) -> None:
    new = bill("new", TODAY, None, account="2")
    overdue = [bill(f"o-{n}", TODAY - timedelta(days=90 + n), None, account="2") for n in range(3)]
    assert middle(forecast(model, new, [*of(2), *overdue], TODAY)) > 5 + middle(
        forecast(model, new, of(2), TODAY)
    )


def test_an_invoice_nobody_will_ever_pay_does_not_make_the_next_one_late(model: Model) -> None:
    new = bill("new", TODAY, None, account="2")
    lost = bill("lost", TODAY - timedelta(days=700), None, account="2")
    told, without = (
        middle(forecast(model, new, bills, TODAY)) for bills in ([*of(2), lost], of(2))
    )
    assert told == pytest.approx(without, abs=0.5)


def test_a_few_lost_invoices_do_not_make_all_accounts_alike() -> None:
    lost = [
        bill(f"l-{n}", TODAY - timedelta(days=640 - n), None, account=str(n)) for n in range(12)
    ]
    honest = trained([*PAST, *lost], TODAY)
    new = bill("new", TODAY, None, account="18")
    assert honest.account_spread < 25, "of 6 days without them, and 150 if they counted whole"
    assert middle(forecast(honest, new, of(18), TODAY)) == pytest.approx(18, abs=5)


def test_who_pays_later_lately_is_told_by_lately(model: Model) -> None:
    def paid(first: int, then: int) -> list[Bill]:
        return [
            bill(f"{n}", TODAY - timedelta(days=900 - 20 * n), first if n < 20 else then)
            for n in range(40)
        ]

    new = bill("new", TODAY, None)
    worse, better = (
        middle(forecast(model, new, bills, TODAY)) for bills in (paid(0, 20), paid(20, 0))
    )
    assert worse > 11, "the mean of both is 10"
    assert better < 9


def test_the_reason_for_a_late_payer_is_how_it_paid(model: Model) -> None:
    found = forecast(model, bill("new", TODAY, None, account="19"), of(19), TODAY)
    assert found.reasons[0].group == "history"
    assert found.reasons[0].days > 5
    assert len(found.reasons) <= 3
    sizes = [abs(reason.days) for reason in found.reasons]
    assert sizes == sorted(sizes, reverse=True)


def test_a_seller_without_a_past_still_gets_an_answer() -> None:
    model = trained([], TODAY)
    found = forecast(model, bill("first", TODAY, None), [], TODAY)
    assert middle(found) == pytest.approx(7, abs=0.5)
    assert found.delay_at(0.1) > -30
    assert 0.5 < found.late < 0.95
    assert found.reasons == ()


@pytest.mark.parametrize("delay", [-20, 0, 80])
def test_one_paid_invoice_is_not_taken_for_a_rule(delay: int) -> None:
    only = bill("only", TODAY - timedelta(days=200), delay)
    model = trained([only], TODAY)
    found = forecast(model, bill("new", TODAY, None), [only], TODAY)
    assert model.bills == 1
    assert min(7, delay) < middle(found) < max(7, delay)
    assert found.delay_at(0.9) - found.delay_at(0.1) > 10


def test_only_open_invoices_teach_nothing_but_do_no_harm() -> None:
    waiting = [bill(f"w-{n}", TODAY - timedelta(days=60 + n), None) for n in range(30)]
    found = forecast(trained(waiting, TODAY), bill("new", TODAY, None), waiting, TODAY)
    assert middle(found) > 7


def test_a_currency_never_seen_is_forecast_by_everything_else(model: Model) -> None:
    new = bill("new", TODAY, None, account="15", currency="JPY", amount_minor=5_000_000)
    assert middle(forecast(model, new, of(15), TODAY)) == pytest.approx(15, abs=2.5)


def test_invoices_that_are_open_at_the_split_are_not_taken_for_never_issued() -> None:
    # Half of all invoices wait for ever; those paid were paid at once. Whoever left the open ones
    # out would expect every invoice to be paid at once.
    made = []
    for n in range(200):
        issued_on = TODAY - timedelta(days=150 + n)
        made.append(bill(str(n), issued_on, 0 if n % 2 else None, account=f"a{n}"))
    paid = [one for one in made if one.settled_on]
    new = bill("new", TODAY, None, account="new")
    honest, wrong = (forecast(trained(these, TODAY), new, [], TODAY) for these in (made, paid))
    assert wrong.very_late < 0.1
    assert honest.very_late > 0.25


def test_a_model_learns_the_same_whatever_the_order_of_its_invoices(model: Model) -> None:
    assert trained(reversed(PAST), TODAY) == model


def test_an_account_that_is_asked_about_often_is_told_of_as_if_it_were_asked_about_once(
    model: Model,
) -> None:
    """What is put in order and worked out once serves every bill, open or long paid, on any day."""
    draw = random.Random(5)
    bills = past(1, 130) + [
        bill(f"open-{n}", TODAY - timedelta(days=3 * n), None) for n in range(9)
    ]
    bills = [replace(one, account="1", currency=draw.choice(("EUR", "CHF"))) for one in bills]
    history, usual = History(bills), RememberingUsual.of(usual_of(model))
    stranger = bill("stranger", TODAY, None, account="1")
    for day in (TODAY, TODAY - timedelta(days=200), TODAY - timedelta(days=700)):
        for one in [*bills[::7], *bills[-9:], stranger]:
            often = forecast(model, one, history, day, usual)
            shuffled = draw.sample(bills, len(bills))
            assert often == forecast(model, one, shuffled, day), (one.number, day)


def test_every_feature_has_its_group_and_weight(model: Model) -> None:
    assert len(NAMES) == len(GROUPS) == len(model.usual) == len(model.weights) - 1
    assert all(len(shape) == len(LEVELS) for shape in model.shapes)


def test_in_a_backtest_the_forecast_beats_the_rules_and_keeps_its_intervals() -> None:
    found = backtest(past(30, 20, seed=3), TODAY - timedelta(days=200))
    scores = found.scores
    assert found.tested > 100 and found.trained_on > 200
    assert scores["model"].mae_days < scores["global_median"].mae_days
    assert scores["model"].mae_days < scores["due_date"].mae_days
    assert scores["model"].coverage_80 == pytest.approx(0.8, abs=0.08)
    assert scores["due_date"].auc_late == 0.5
    assert (scores["model"].auc_late or 0) > 0.8
    assert scores["model"].pinball < scores["account_mean"].pinball


def test_a_backtest_by_hand() -> None:
    split = date(2026, 1, 31)
    made = [
        bill("1", date(2025, 11, 1), 10),
        bill("2", date(2025, 12, 1), 20),
        bill("3", date(2026, 2, 1), 16),  # known then: 10 and 20
        bill("4", date(2026, 2, 2), None),
    ]
    found = backtest(made, split)
    assert (found.trained_on, found.tested, found.open_untested) == (2, 1, 1)
    assert found.scores["account_mean"].mae_days == 1
    assert found.scores["global_median"].mae_days == 1
    assert found.scores["due_date"].mae_days == 16
    # A single day told loses half its error on average over levels that lie evenly.
    assert found.scores["due_date"].pinball == pytest.approx(8)
    assert found.scores["model"].auc_late is None
