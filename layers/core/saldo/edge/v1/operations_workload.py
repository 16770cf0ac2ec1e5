"""The operations about workload and sharing it out, described."""

from __future__ import annotations

from typing import Any

from saldo.edge.v1 import requests, workload
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.people.colleagues import NotAColleague
from saldo.worklist.desk_model import DeskNotValid
from saldo.worklist.desks import DeskBusy
from saldo.worklist.workloads import MovesNotValid

_ANNA, _BEN = "anna@seller.example", "ben@seller.example"
_MOVE: dict[str, str] = {"account": "D-1042", "giver": _ANNA, "taker": _BEN}
_LOAD: dict[str, Any] = {
    "person": _ANNA,
    "items": 24,
    "later": 6,
    "more": False,
    "per_day": 8.0,
    "is_away": False,
    "away_until": None,
    "phases": [
        {
            "phase": "disputes",
            "items": 24,
            "oldest_days": 11,
            "stake": {"EUR": "18240.00"},
            "closed": 31,
        }
    ],
    "outcome": {
        "closed": 96,
        "calls": 120,
        "reached": 64,
        "promised": {"EUR": "22100.00"},
        "collected": {"EUR": "81400.00"},
        "promises": 18,
        "promises_broken": 3,
    },
}
_BALANCE: dict[str, Any] = {
    "moves": [
        {
            **_MOVE,
            "name": "Example Bakery GmbH",
            "items": 1,
            "phase": "disputes",
            "stake": {"EUR": "119.00"},
            "reasons": [
                {"code": "too-much", "facts": {"days": 3.0, "middle": 1.8, "taker_days": 0.5}},
                {"code": "phase", "facts": {"phase": "disputes", "closed": 14}},
            ],
        }
    ],
    "stays": {"knows-customer": 9},
}

WORKLOAD_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getWorkload",
        "GET",
        "/v1/work/load",
        "Work",
        "How much work waits for whom, and what came of theirs",
        "By person and phase, in the order of addresses: nobody is ranked. A key sees everybody; "
        "in the console that takes the right to manage the team.",
        "collection:read",
        (Reply(200, "The team.", workload.LoadsAnswer, {"now": {"items": [_LOAD]}}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "proposeBalance",
        "GET",
        "/v1/work/balance",
        "Work",
        "Which accounts could go to colleagues with room",
        "A proposal with its reasons; nothing is changed, and no effect is claimed. Whoever knows "
        "a customer keeps them, and what a person said by hand stays.",
        "collection:read",
        (Reply(200, "What could move.", workload.BalanceAnswer, {"now": _BALANCE}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "applyBalance",
        "POST",
        "/v1/work/balance",
        "Work",
        "Move accounts as somebody agreed",
        "Up to 20. Each goes by hand to the desk of `taker`, its work follows soon after. One that "
        "is not the giver's any more is left, and told.",
        "collection:write",
        (
            Reply(
                200,
                "What became of each.",
                workload.AppliedList,
                {"done": {"items": [{**_MOVE, "done": True, "problem": ""}]}},
            ),
        ),
        (*AUTH, *BODY, MovesNotValid, NotAColleague, DeskNotValid, DeskBusy),
        body=workload.BalanceOrder,
        body_example={"moves": [_MOVE]},
        repeat="Harmless: what was moved is answered again.",
    ),
)
