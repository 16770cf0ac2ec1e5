"""The routes about the work list: items, lists, desks, notes and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1.requests import AccountQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, query, route
    from functions.ingest.money_routes import ordered
else:  # in Lambda this folder is the root of the code
    from base import body, query, route
    from money_routes import ordered

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/work")
def get_work() -> Response:
    """Return a page of somebody's list, or the items of an account."""
    from saldo.edge.v1 import work

    order = ordered("collection:read")
    return answer(work.listed(order, query(work.WorkQuery)))


@route("POST", "/v1/work/done")
def post_work_done() -> Response:
    """Close an item with what came of it."""
    from saldo.edge.v1 import work

    return answer(work.done(ordered("collection:write"), body()))


@route("POST", "/v1/work/snooze")
def post_work_snooze() -> Response:
    """Put an item off, or fetch it back."""
    from saldo.edge.v1 import work

    return answer(work.snooze(ordered("collection:write"), body()))


@route("POST", "/v1/work/assign")
def post_work_assign() -> Response:
    """Give an item to a person."""
    from saldo.edge.v1 import work

    return answer(work.assign(ordered("collection:write"), body()))


@route("GET", "/v1/work/team")
def get_work_team() -> Response:
    """Return whose list is how long, and what everybody did."""
    from saldo.edge.v1 import work_team
    from saldo.edge.v1.requests import NoQuery

    order = ordered("collection:read")
    query(NoQuery)
    return answer(work_team.team(order))


@route("GET", "/v1/work/load")
def get_workload() -> Response:
    """Return how much work waits for whom, by phase."""
    from saldo.edge.v1 import workload
    from saldo.edge.v1.requests import NoQuery

    order = ordered("collection:read")
    query(NoQuery)
    return answer(workload.loads(order))


@route("GET", "/v1/work/balance")
def get_balance() -> Response:
    """Return which accounts could go to colleagues with room."""
    from saldo.edge.v1 import workload
    from saldo.edge.v1.requests import NoQuery

    order = ordered("collection:read")
    query(NoQuery)
    return answer(workload.balance(order))


@route("POST", "/v1/work/balance")
def post_balance() -> Response:
    """Move accounts as somebody agreed."""
    from saldo.edge.v1 import workload

    return answer(workload.apply(ordered("collection:write"), body()))


@route("POST", "/v1/work/hand-over")
def post_hand_over() -> Response:
    """Hand a colleague's whole list over for some days."""
    from saldo.edge.v1 import work_team

    return answer(work_team.hand_over(ordered("collection:write"), body()))


@route("POST", "/v1/work/hand-over/end")
def end_hand_over() -> Response:
    """Give a list back before its time."""
    from saldo.edge.v1 import work_team

    return answer(work_team.end_absence(ordered("collection:write"), body()))


@route("PUT", "/v1/work/targets")
def put_target() -> Response:
    """Keep what a person sets out to do."""
    from saldo.edge.v1 import work_team

    return answer(work_team.set_target(ordered("collection:write"), body()))


@route("GET", "/v1/work/rules")
def get_work_rules() -> Response:
    """Return what counts how much on the list."""
    from saldo.edge.v1 import work_team
    from saldo.edge.v1.requests import NoQuery

    order = ordered("collection:read")
    query(NoQuery)
    return answer(work_team.rules(order))


@route("PUT", "/v1/work/rules")
def put_work_rules() -> Response:
    """Keep what counts how much on the list."""
    from saldo.edge.v1 import work_team

    return answer(work_team.put_rules(ordered("collection:write"), body()))


@route("GET", "/v1/desks")
def get_desk() -> Response:
    """Return who looks after an account."""
    from saldo.edge.v1 import work_desks

    order = ordered("collection:read")
    return answer(work_desks.of(order, query(work_desks.DeskQuery).account))


@route("PUT", "/v1/desks")
def put_desk() -> Response:
    """Say who looks after an account."""
    from saldo.edge.v1 import work_desks

    return answer(work_desks.put(ordered("collection:write"), body()))


@route("GET", "/v1/desks/rules")
def get_desk_rules() -> Response:
    """Return by which rules people look after accounts."""
    from saldo.edge.v1 import work_desks
    from saldo.edge.v1.requests import NoQuery

    order = ordered("collection:read")
    query(NoQuery)
    return answer(work_desks.rules(order))


@route("PUT", "/v1/desks/rules")
def put_desk_rules() -> Response:
    """Keep rules in place of those before."""
    from saldo.edge.v1 import work_desks

    return answer(work_desks.put_rules(ordered("collection:write"), body()))


@route("GET", "/v1/notes")
def get_notes() -> Response:
    """List the notes of an account."""
    from saldo.edge.v1 import work_notes

    order = ordered("collection:read")
    return answer(work_notes.notes(order, query(AccountQuery).account))


@route("POST", "/v1/notes")
def post_note() -> Response:
    """Write something down about an account."""
    from saldo.edge.v1 import work_notes

    made, is_new = work_notes.add_note(ordered("collection:write"), body())
    return answer(made, 201 if is_new else 200)


@route("POST", "/v1/notes/pin")
def pin_note() -> Response:
    """Put a note on top, or back among the others."""
    from saldo.edge.v1 import work_notes

    return answer(work_notes.pin_note(ordered("collection:write"), body()))


@route("GET", "/v1/calls")
def get_calls() -> Response:
    """List the calls about an account."""
    from saldo.edge.v1 import work_notes

    order = ordered("collection:read")
    return answer(work_notes.calls(order, query(AccountQuery).account))


@route("POST", "/v1/calls")
def post_call() -> Response:
    """Write a call down."""
    from saldo.edge.v1 import work_notes

    made, is_new = work_notes.log_call(ordered("collection:write"), body())
    return answer(made, 201 if is_new else 200)
