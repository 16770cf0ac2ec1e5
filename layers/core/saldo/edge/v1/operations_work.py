"""The operations about the work list, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.edge.v1 import requests, work, work_desks, work_team
from saldo.edge.v1.operation import AUTH, BODY, MONEY, Operation, Refusals, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.people.colleagues import NotAColleague
from saldo.reminders.tasks import TaskNotReleased
from saldo.worklist.absences import (
    AbsenceNotValid,
    AbsenceOverlaps,
    AbsenceUnknown,
    CoversTooMany,
)
from saldo.worklist.desk_model import DeskNotValid, DeskRulesNotValid
from saldo.worklist.desks import DeskBusy
from saldo.worklist.effort import EffortBusy, TargetNotValid
from saldo.worklist.keep import WorkBusy
from saldo.worklist.pages import WorkCursorNotValid, WorkItemUnknown
from saldo.worklist.rules import WorkRulesBusy, WorkRulesNotValid
from saldo.worklist.service import OutcomeNotValid, SnoozeNotValid, WorkItemClosed

ANNA, BEN = "anna@seller.example", "ben@seller.example"
ITEM: dict[str, Any] = {
    "account": "D-1042",
    "name": "Example Bakery GmbH",
    "item": "promise-PTP-31",
    "kind": "promise-broken",
    "why": "promise-broken",
    "facts": {
        "promised": {"amount": "119.00", "currency": "EUR"},
        "paid": {"amount": "0.00", "currency": "EUR"},
        "on": "2026-11-20",
    },
    "next": "call",
    "invoices": ["2026/0815"],
    "stake": [{"amount": "119.00", "currency": "EUR"}],
    "since": "2026-11-24T05:00:00.000000Z",
    "due": None,
    "holder": ANNA,
    "collector": ANNA,
    "assigned_to": None,
    "state": "open",
    "shows_at": None,
    "outcome": "",
    "text": "",
    "by": "",
}
DONE: dict[str, Any] = {
    **ITEM,
    "state": "done",
    "shows_at": "2026-12-07T23:00:00.000000Z",
    "outcome": "no-answer",
    "text": "Nobody answers before ten.",
    "by": "ERP",
}
SNOOZED: dict[str, Any] = {
    **ITEM,
    "state": "snoozed",
    "shows_at": "2026-11-26T23:00:00.000000Z",
    "text": "They asked for time until Friday.",
    "by": "ERP",
}
GIVEN: dict[str, Any] = {**ITEM, "holder": BEN, "assigned_to": BEN, "by": "ERP"}
PLACE: dict[str, Any] = {"account": "D-1042", "item": "promise-PTP-31"}
ABSENCE: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "collector": ANNA,
    "cover": BEN,
    "first": "2026-12-21",
    "last": "2027-01-03",
    "by": "ERP",
    "made_at": "2026-11-24T09:12:00.000000Z",
    "ended_at": None,
}
TARGET_ORDER: dict[str, Any] = {
    "person": ANNA,
    "calls_day": 12,
    "closed_week": 100,
    "promised_week": "5000.00",
    "currency": "EUR",
}
TARGET: dict[str, Any] = {
    "person": ANNA,
    "closed_day": 0,
    "calls_day": 12,
    "closed_week": 100,
    "calls_week": 0,
    "promised_week": "5000.00",
    "currency": "EUR",
}
_DONE_TODAY: dict[str, Any] = {
    "closed": 9,
    "calls": 4,
    "reached": 3,
    "promised": {"EUR": "1190.00"},
}
TEAM: dict[str, Any] = {
    "lists": [{"holder": ANNA, "now": {"call": 3, "promise-broken": 1}, "later": 2}],
    "people": [{"person": ANNA, "today": _DONE_TODAY, "week": _DONE_TODAY, "target": TARGET}],
    "absences": [ABSENCE],
}
DESK_RECORD: dict[str, Any] = {"account": "D-1042", "collector": ANNA, "branch": "North"}
DESK: dict[str, Any] = {
    "account": "D-1042",
    "collector": ANNA,
    "sales": "sam@seller.example",
    "branch": "North",
}
RULES_RECORD: dict[str, Any] = {
    "rules": [
        {"when": {"country": ["NL", "BE"]}, "collector": BEN, "branch": "Benelux"},
        {"when": {"letter": "A-K"}, "collector": ANNA},
        {"collector": BEN, "branch": "North"},
    ],
    "fields": {"sales": "account_manager"},
}
RULES: dict[str, Any] = {
    "rules": [
        {"when": {"country": ["NL", "BE"]}, "collector": BEN, "sales": None, "branch": "Benelux"},
        {"when": {"letter": ["A", "B", "C"]}, "collector": ANNA, "sales": None, "branch": None},
        {"when": {}, "collector": BEN, "sales": None, "branch": "North"},
    ],
    "fields": {"sales": "account_manager"},
}

WORK_RULES: dict[str, Any] = {
    "points": {"dispute": 70, "question": 50},
    "back_after_days": {"promise-broken": 5, "address": 14},
    "snooze_days_max": 60,
}

_ITEM: Refusals = (*AUTH, *BODY, WorkItemUnknown, WorkBusy)
_KEPT = "Repeating is harmless: it is kept as it is."

WORK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listWork",
        "GET",
        "/v1/work",
        "Work",
        "What needs a person",
        "The list of a person, the most urgent first: broken promises, questions, disputes, calls, "
        "steps that wait for somebody. An item ends with its cause, not by being looked at. With "
        "`account`, everything about that account.",
        "collection:read",
        (Reply(200, "A page.", work.WorkAnswer, {"one": {"items": [ITEM], "cursor": None}}),),
        (*AUTH, ParameterNotValid, WorkCursorNotValid, AccountUnknown),
        query=work.WorkQuery,
    ),
    Operation(
        "closeWork",
        "POST",
        "/v1/work/done",
        "Work",
        "Close an item with what came of it",
        "A task is closed with it, and a conversation in which a payer waits. Anything else is "
        "back after some days (14, unless the creditor has another rule) if its cause lasts.",
        "collection:write",
        (Reply(200, "As it is now.", work.WorkItemAnswer, {"closed": DONE}),),
        (*_ITEM, OutcomeNotValid, WorkItemClosed, TaskNotReleased),
        body=work.WorkDone,
        body_example={**PLACE, "outcome": "no-answer", "text": "Nobody answers before ten."},
        repeat="The second time 409 `work-item-closed`, or 404 where its cause is over.",
    ),
    Operation(
        "snoozeWork",
        "POST",
        "/v1/work/snooze",
        "Work",
        "Put an item off until a day",
        "At most 60 days, unless the creditor has another rule. It shows before if its cause "
        "becomes another one: a dispute that is overdue by then.",
        "collection:write",
        (Reply(200, "As it is now.", work.WorkItemAnswer, {"later": SNOOZED}),),
        (*_ITEM, SnoozeNotValid),
        body=work.WorkSnooze,
        body_example={**PLACE, "until": "2026-11-27", "reason": "They asked for time."},
        repeat=_KEPT,
    ),
    Operation(
        "assignWork",
        "POST",
        "/v1/work/assign",
        "Work",
        "Give an item to a person",
        "This one item alone; the account stays with whoever looks after it.",
        "collection:write",
        (Reply(200, "As it is now.", work.WorkItemAnswer, {"given": GIVEN}),),
        (*_ITEM, DeskNotValid, NotAColleague),
        body=work.WorkAssign,
        body_example={**PLACE, "to": BEN},
        repeat=_KEPT,
    ),
    Operation(
        "getTeam",
        "GET",
        "/v1/work/team",
        "Work",
        "Whose list is how long, and what everybody did",
        "Items, calls and promises count for the person who is named by an e-mail address; what "
        "keys and jobs do is nobody's.",
        "collection:read",
        (Reply(200, "The team.", work_team.TeamAnswer, {"now": TEAM}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "handWorkOver",
        "POST",
        "/v1/work/hand-over",
        "Work",
        "Hand a colleague's whole list over",
        "From the first to the last day whoever covers has it beside their own; then it is the "
        "colleague's alone again, and nothing was moved.",
        "collection:write",
        (Reply(200, "Handed over.", work_team.AbsenceAnswer, {"holiday": ABSENCE}),),
        (
            *AUTH,
            *BODY,
            AbsenceNotValid,
            DeskNotValid,
            NotAColleague,
            AbsenceOverlaps,
            CoversTooMany,
        ),
        body=work_team.HandOverOrder,
        body_example={
            "collector": ANNA,
            "cover": BEN,
            "first": "2026-12-21",
            "last": "2027-01-03",
        },
        repeat="Repeating is harmless: the same days with the same person are answered again.",
    ),
    Operation(
        "endHandOver",
        "POST",
        "/v1/work/hand-over/end",
        "Work",
        "Give a list back before its time",
        "",
        "collection:write",
        (
            Reply(
                200,
                "Ended.",
                work_team.AbsenceAnswer,
                {"ended": {**ABSENCE, "ended_at": "2026-12-28T07:30:00.000000Z"}},
            ),
        ),
        (*AUTH, *BODY, AbsenceUnknown),
        body=work_team.AbsenceEnd,
        body_example={"id": ABSENCE["id"]},
        repeat="The second time 404 `absence-unknown`.",
    ),
    Operation(
        "setTarget",
        "PUT",
        "/v1/work/targets",
        "Work",
        "Set what a person sets out to do",
        "Shown beside what they did; nobody is ranked by it.",
        "collection:write",
        (Reply(200, "Kept.", work_team.TargetAnswer, {"kept": TARGET}),),
        (*AUTH, *BODY, *MONEY, TargetNotValid, DeskNotValid, NotAColleague, EffortBusy),
        body=work_team.TargetOrder,
        body_example=TARGET_ORDER,
        repeat=_KEPT,
    ),
    Operation(
        "getWorkRules",
        "GET",
        "/v1/work/rules",
        "Work",
        "What counts how much on the list",
        "With what holds where nothing was said.",
        "collection:read",
        (Reply(200, "The rules.", work_team.WorkRulesAnswer, {"now": WORK_RULES}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "putWorkRules",
        "PUT",
        "/v1/work/rules",
        "Work",
        "Set what counts how much on the list",
        "They take the place of those before; lists are put in order anew.",
        "collection:write",
        (Reply(200, "As they are now.", work_team.WorkRulesAnswer, {"now": WORK_RULES}),),
        (*AUTH, *BODY, WorkRulesNotValid, WorkRulesBusy),
        body=work_team.WorkRulesRecord,
        body_example={"points": {"dispute": 70}, "back_after_days": {"promise-broken": 5}},
        repeat=_KEPT,
    ),
    Operation(
        "getDesk",
        "GET",
        "/v1/desks",
        "Work",
        "Who looks after an account",
        "By hand, by your own field of the account, or by rule.",
        "collection:read",
        (Reply(200, "The desk.", work_desks.DeskAnswer, {"now": DESK}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=work_desks.DeskQuery,
    ),
    Operation(
        "putDesk",
        "PUT",
        "/v1/desks",
        "Work",
        "Say who looks after an account",
        "What is left out goes by the rules. Its items follow soon after.",
        "collection:write",
        (Reply(200, "As it is now.", work_desks.DeskAnswer, {"now": DESK}),),
        (*AUTH, *BODY, DeskNotValid, AccountUnknown, NotAColleague, DeskBusy),
        body=work_desks.DeskRecord,
        body_example=DESK_RECORD,
        repeat=_KEPT,
    ),
    Operation(
        "getDeskRules",
        "GET",
        "/v1/desks/rules",
        "Work",
        "By which rules people look after accounts",
        "",
        "collection:read",
        (Reply(200, "The rules.", work_desks.DeskRulesAnswer, {"now": RULES}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "putDeskRules",
        "PUT",
        "/v1/desks/rules",
        "Work",
        "Set the rules by which people look after accounts",
        "They take the place of those before. Items move to the lists of whom they name.",
        "collection:write",
        (Reply(200, "As they are now.", work_desks.DeskRulesAnswer, {"now": RULES}),),
        (*AUTH, *BODY, DeskRulesNotValid, NotAColleague, DeskBusy),
        body=work_desks.DeskRulesRecord,
        body_example=RULES_RECORD,
        repeat=_KEPT,
    ),
)
