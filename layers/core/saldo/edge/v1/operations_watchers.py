"""The operations about watchers and the list of the morning, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.edge.v1 import requests, watchers
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.people.colleagues import NotAColleague
from saldo.watchers.mornings import MorningBusy
from saldo.watchers.service import TooManyWatchers, WatcherNotValid, WatchersBusy, WatcherUnknown
from saldo.worklist.desk_model import DeskNotValid

_RECORD: dict[str, Any] = {
    "account": "D-1042",
    "email": "kanzlei@law.example",
    "why": "lawyer",
    "families": ["disputes", "payments"],
    "pace": "daily",
    "language": "en",
}
_WATCHER: dict[str, Any] = {
    **_RECORD,
    "id": "01KAJQ0N3RZV6M2T8W4X5Y7Z9C",
    "kind": "account",
    "subject": "",
    "by": "ERP",
    "at": "2026-11-24T09:12:00.000000Z",
    "ended": None,
}
_MORNING: dict[str, Any] = {"person": "anna@seller.example", "on": True}

WATCHER_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listWatchers",
        "GET",
        "/v1/watchers",
        "Work",
        "Who is told of what changes on an account",
        "Those who are told now, of the account or of a dispute, plan or case of it.",
        "collection:read",
        (Reply(200, "The watchers.", watchers.WatcherList, {"one": {"items": [_WATCHER]}}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "watchCase",
        "POST",
        "/v1/watchers",
        "Work",
        "Have somebody told by mail of what changes",
        "Somebody who works here and may see the account reads its name and amounts; anybody else "
        "numbers, states and what comes next. Each mail says why they get it and how to stop it. "
        "Of a dispute, plan or case (`subject`) they are told until it ends.",
        "collection:write",
        (Reply(200, "Who is told.", watchers.WatcherAnswer, {"made": _WATCHER}),),
        (
            *AUTH,
            *BODY,
            AccountUnknown,
            WatcherNotValid,
            DeskNotValid,
            TooManyWatchers,
            WatchersBusy,
        ),
        body=watchers.WatchRecord,
        body_example=_RECORD,
        repeat="Harmless: the same address for the same thing is told once, as it was said last.",
    ),
    Operation(
        "endWatch",
        "POST",
        "/v1/watchers/end",
        "Work",
        "Tell somebody no more",
        "",
        "collection:write",
        (
            Reply(
                200,
                "Who was told.",
                watchers.WatcherAnswer,
                {"ended": {**_WATCHER, "ended": "person"}},
            ),
        ),
        (*AUTH, *BODY, WatcherUnknown),
        body=watchers.WatchEnd,
        body_example={"account": "D-1042", "id": _WATCHER["id"]},
        repeat="Harmless: who is told no more stays so.",
    ),
    Operation(
        "setMorning",
        "PUT",
        "/v1/work/mornings",
        "Work",
        "Send somebody their list each morning, or no more",
        "On working days at seven, where anything waits: the most urgent items, with what is new. "
        "For the person to choose; the console has a button for it.",
        "collection:write",
        (Reply(200, "As it is now.", watchers.MorningAnswer, {"on": _MORNING}),),
        (*AUTH, *BODY, NotAColleague, DeskNotValid, MorningBusy),
        body=watchers.MorningRecord,
        body_example=_MORNING,
        repeat="Harmless: kept as it is.",
    ),
)
