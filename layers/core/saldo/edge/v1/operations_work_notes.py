"""The operations about notes and calls, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.edge.v1 import requests, work_notes
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.reminders.tasks import TaskUnknown
from saldo.worklist.calls import CallDiffers, CallNotValid
from saldo.worklist.notes import NoteBusy, NoteDiffers, NoteNotValid, NoteUnknown

NOTE_RECORD: dict[str, Any] = {
    "account": "D-1042",
    "id": "N-17",
    "text": "Invoices go to the tax adviser first: allow a week.",
    "pinned": True,
}
NOTE: dict[str, Any] = {
    **NOTE_RECORD,
    "at": "2026-11-24T09:12:00.000000Z",
    "by": "ERP",
    "invoice": None,
}
CALL_RECORD: dict[str, Any] = {
    "account": "D-1042",
    "id": "CALL-4",
    "outcome": "reached",
    "whom": "Accounts payable",
    "number": "+49 30 901820",
    "text": "The invoice is with the manager; they call back on Thursday.",
}
CALL: dict[str, Any] = {
    **CALL_RECORD,
    "at": "2026-11-24T09:12:00.000000Z",
    "by": "ERP",
    "direction": "out",
    "task": None,
}
_REPEAT = (
    "Repeating is harmless: the id is the key, and what is there is answered again. The same id "
    "with other words is refused."
)

WORK_NOTE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listNotes",
        "GET",
        "/v1/notes",
        "Work",
        "The notes of an account",
        "At most 200.",
        "collection:read",
        (Reply(200, "Pinned first.", work_notes.NotesAnswer, {"one": {"items": [NOTE]}}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "addNote",
        "POST",
        "/v1/notes",
        "Work",
        "Write something down about an account",
        "For whoever opens the account next; the debtor never sees it.",
        "collection:write",
        (
            Reply(201, "New.", work_notes.NoteAnswer, {"new": NOTE}),
            Reply(200, "Known: as it is.", work_notes.NoteAnswer, {"known": NOTE}),
        ),
        (*AUTH, *BODY, NoteNotValid, AccountUnknown, InvoiceUnknown, NoteDiffers),
        body=work_notes.NoteRecord,
        body_example=NOTE_RECORD,
        repeat=_REPEAT,
    ),
    Operation(
        "pinNote",
        "POST",
        "/v1/notes/pin",
        "Work",
        "Put a note on top, or back among the others",
        "",
        "collection:write",
        (Reply(200, "As it is now.", work_notes.NoteAnswer, {"now": NOTE}),),
        (*AUTH, *BODY, NoteUnknown, NoteBusy),
        body=work_notes.NotePin,
        body_example={"account": "D-1042", "id": "N-17", "pinned": True},
        repeat="Repeating is harmless: it is kept as it is.",
    ),
    Operation(
        "listCalls",
        "GET",
        "/v1/calls",
        "Work",
        "The calls about an account",
        "At most 200.",
        "collection:read",
        (Reply(200, "The newest first.", work_notes.CallsAnswer, {"one": {"items": [CALL]}}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "logCall",
        "POST",
        "/v1/calls",
        "Work",
        "Write a call down",
        "With `task`, the task that asked for it is closed; where nobody was reached, the notice's "
        "next channel takes over. A promise or a dispute is entered as such besides.",
        "collection:write",
        (
            Reply(201, "New.", work_notes.CallAnswer, {"new": CALL}),
            Reply(200, "Known: as it is.", work_notes.CallAnswer, {"known": CALL}),
        ),
        (*AUTH, *BODY, CallNotValid, AccountUnknown, TaskUnknown, CallDiffers),
        body=work_notes.CallRecord,
        body_example=CALL_RECORD,
        repeat=_REPEAT,
    ),
)
