"""The routes about what is expected of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, query, route
    from functions.ingest.money_routes import ordered
else:  # in Lambda this folder is the root of the code
    from base import body, query, route
    from money_routes import ordered

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/forecasts")
def get_forecasts() -> Response:
    """Return when an invoice, or an account's open items, will be paid."""
    from saldo.edge.v1 import forecasts

    return answer(forecasts.listed(ordered("collection:read"), query(forecasts.ForecastsQuery)))


@route("GET", "/v1/forecasts/model")
def get_forecast_model() -> Response:
    """Return what forecasts are told by, and how good they were."""
    from saldo.edge.v1 import forecasts
    from saldo.edge.v1.requests import NoQuery

    order = ordered("collection:read")
    query(NoQuery)
    return answer(forecasts.of_model(order))


@route("GET", "/v1/behaviour")
def get_behaviour() -> Response:
    """Return how an account pays."""
    from saldo.edge.v1 import behaviour

    return answer(behaviour.of_account(ordered("collection:read"), query(behaviour.BehaviourQuery)))


@route("GET", "/v1/behaviour/list")
def list_behaviour() -> Response:
    """Return the accounts that stand out."""
    from saldo.edge.v1 import behaviour

    order = ordered("collection:read")
    return answer(behaviour.standing_out(order, query(behaviour.StandingOutQuery)))


@route("GET", "/v1/cash")
def get_cash() -> Response:
    """Return what money is expected when."""
    from saldo.edge.v1 import cash

    return answer(cash.show(ordered("reports:read"), query(cash.CashQuery)))


@route("GET", "/v1/cash/csv")
def get_cash_csv() -> Response:
    """Return the cash forecast as a CSV file."""
    from saldo.edge.files import file_answer
    from saldo.edge.v1 import cash

    made = cash.show_csv(ordered("reports:read"), query(cash.CashQuery))
    return file_answer(made, "text/csv; charset=utf-8; header=present", "cash.csv")


@route("GET", "/v1/cash/scenario")
def get_cash_scenario() -> Response:
    """Return what a change would do to what comes."""
    from saldo.edge.v1 import cash

    return answer(cash.try_(ordered("reports:read"), query(cash.CashScenarioQuery)))


@route("GET", "/v1/cash/track")
def get_cash_track() -> Response:
    """Return what was forecast then, against what came."""
    from saldo.edge.v1 import cash

    return answer(cash.track(ordered("reports:read"), query(cash.CashTrackQuery)))


@route("GET", "/v1/steps")
def get_next_step() -> Response:
    """Return an account's next best step."""
    from saldo.edge.v1 import steps

    order = ordered("collection:read")
    return answer(steps.of_account(order, query(steps.StepQuery).account))


@route("GET", "/v1/steps/effects")
def get_step_effects() -> Response:
    """Return what steps do, and what was only seen."""
    from saldo.edge.v1 import steps
    from saldo.edge.v1.requests import NoQuery

    order = ordered("reports:read")
    query(NoQuery)
    return answer(steps.effects(order))


@route("GET", "/v1/steps/suggestions")
def get_suggestions() -> Response:
    """List the changes of policies that figures speak for."""
    from saldo.edge.v1 import steps
    from saldo.edge.v1.requests import NoQuery

    order = ordered("settings:read")
    query(NoQuery)
    return answer(steps.listed(order))


@route("GET", "/v1/steps/suggestions/preview")
def preview_suggestion() -> Response:
    """Tell what agreeing to a suggestion would change."""
    from saldo.edge.v1 import steps

    order = ordered("settings:read")
    return answer(steps.preview(order, query(steps.SuggestionQuery).id))


@route("POST", "/v1/steps/suggestions")
def decide_suggestion() -> Response:
    """Agree to a suggestion, or decline it."""
    from saldo.edge.v1 import steps

    return answer(steps.decide(ordered("settings:write"), body()))


@route("GET", "/v1/steps/hold-out")
def get_hold_out() -> Response:
    """Return the comparison by lot that runs."""
    from saldo.edge.v1 import steps
    from saldo.edge.v1.requests import NoQuery

    order = ordered("settings:read")
    query(NoQuery)
    return answer(steps.hold_out(order))


@route("POST", "/v1/steps/hold-out")
def set_hold_out() -> Response:
    """Begin or end a comparison by lot."""
    from saldo.edge.v1 import steps

    return answer(steps.set_hold_out(ordered("settings:write"), body()))
