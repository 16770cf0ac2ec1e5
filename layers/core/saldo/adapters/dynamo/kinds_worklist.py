"""Rows of the work list: desks, items, and what people wrote down."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.worklist.absences import Absence
from saldo.worklist.calls import Call
from saldo.worklist.desk_model import AccountDesk, DeskRules
from saldo.worklist.effort import EventCounted, WorkDay, WorkTarget
from saldo.worklist.model import WorkItem, WorkPlace, WorkRules, WorkTally
from saldo.worklist.notes import Note
from saldo.worklist.signals import WorkSignal

WORKLIST = (
    RowKind(
        AccountDesk,
        "account-desk",
        "A",
        2,
        "DESK",
        "Who looks after this account, as a person said? One get, 1 RU; in batches for a list.",
    ),
    RowKind(
        DeskRules,
        "desk-rules",
        "C",
        1,
        "DESKS",
        "Who looks after accounts by rule? One get, 1 RU per 4 KB of rules.",
    ),
    RowKind(
        WorkItem,
        "work-item",
        "A",
        2,
        "WORK",
        "What needs a person about this account? One query, 1 RU per some 6 items. An item that "
        "comes costs 8 WU with its places and counts. Hidden ones that are due: GSI `work`.",
    ),
    RowKind(
        WorkPlace,
        "work-place",
        "WL",
        2,
        "P",
        "What is most urgent on this person's list, of all kinds or of one? One query of as many "
        "rows as are shown: some 9 RU per 50, however long the list is.",
    ),
    RowKind(
        WorkTally,
        "work-tally",
        "WT",
        1,
        "",
        "How much stands on whose list? One query: 8 small rows a person, 1 RU per some 15 people.",
    ),
    RowKind(
        WorkRules,
        "work-rules",
        "C",
        1,
        "WORKRULES",
        "Which rules has a creditor for its list? One get, 1 RU, where an account has items.",
    ),
    RowKind(
        Absence,
        "absence",
        "C",
        1,
        "ABSENCE",
        "Who covers whom today? One query, 1 RU, per page of the list; forgotten after 400 days.",
    ),
    RowKind(
        WorkDay,
        "work-day",
        "WD",
        2,
        "",
        "What did everybody do this week? One query, 1 RU per some 15 days. Written with each "
        "counted event, 4 WU with what knows that it was counted.",
    ),
    RowKind(
        EventCounted,
        "event-counted",
        "WC",
        2,
        "",
        "Was this event counted? One get, 1 RU; put-if-absent, 2 WU; forgotten after 60 days.",
    ),
    RowKind(
        WorkTarget,
        "work-target",
        "C",
        1,
        "TARGET",
        "What did everybody set out to do? One query, 1 RU.",
    ),
    RowKind(
        WorkSignal,
        "work-signal",
        "A",
        2,
        "SIGN",
        "Where do an ERP's books differ for this account? One query, 1 RU, per derivation.",
    ),
    RowKind(
        Note,
        "note",
        "A",
        2,
        "NOTE",
        "What was written down about this account? One query of the newest 200, 1 RU per some 8.",
    ),
    RowKind(
        Call,
        "call",
        "A",
        2,
        "CALL",
        "Who spoke to the debtor? One query of the newest 200, 1 RU per some 8.",
    ),
)
