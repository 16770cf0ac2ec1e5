"""The operations about payers' questions, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.edge.v1 import threads
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.threads.service import (
    EntryDiffers,
    QuestionMissing,
    QuestionTooLong,
    ThreadBusy,
    ThreadUnknown,
)

ASKED: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "at": "2026-11-20T11:31:08.204000Z",
    "side": "payer",
    "by": "payer",
    "invoice": "2026/0815",
    "text": "Which cartridges are these?",
    "files": [],
    "read_at": "2026-11-20T13:02:40.000000Z",
    "mail": None,
}
REPLY: dict[str, Any] = {
    "account": "D-1042",
    "id": "REPLY-9",
    "text": "They are those of order PO 4711.",
}
ANSWERED: dict[str, Any] = {
    **ASKED,
    "id": "REPLY-9",
    "at": "2026-11-20T13:02:40.000000Z",
    "side": "creditor",
    "by": "ERP",
    "text": "They are those of order PO 4711.",
    "read_at": None,
}
THREAD: dict[str, Any] = {
    "account": "D-1042",
    "state": "open",
    "asked_at": "2026-11-20T11:31:08.204000Z",
    "changed_at": "2026-11-20T11:31:08.204000Z",
    "assigned_to": None,
    "entries": [{**ASKED, "read_at": None}],
}
CLOSED: dict[str, Any] = {**THREAD, "state": "closed", "entries": [ASKED, ANSWERED]}

THREAD_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listThreads",
        "GET",
        "/v1/threads",
        "Questions",
        "What payers asked",
        "With `account`, that account's conversation; without, those in which a payer waits for an "
        "answer. Looking marks nothing as read: answering and closing do.",
        "collection:read",
        (Reply(200, "The conversations.", threads.Threads, {"open": {"items": [THREAD]}}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=threads.ThreadsQuery,
    ),
    Operation(
        "replyInThread",
        "POST",
        "/v1/threads/reply",
        "Questions",
        "Answer a payer",
        "The payer gets the answer by mail, with the question, and sees it on the page; where "
        "nothing was asked, it is a message. Where the policy let reminders wait, they go on.",
        "collection:write",
        (
            Reply(201, "New.", threads.ThreadEntry, {"new": ANSWERED}),
            Reply(200, "Known: as it is now.", threads.ThreadEntry, {"known": ANSWERED}),
        ),
        (
            *AUTH,
            *BODY,
            QuestionMissing,
            QuestionTooLong,
            AccountUnknown,
            InvoiceUnknown,
            EntryDiffers,
            ThreadBusy,
        ),
        body=threads.ThreadReply,
        body_example=REPLY,
        repeat="Repeating is harmless: the id is the key, and what is there is answered again. The "
        "same id with other words is refused.",
    ),
    Operation(
        "closeThread",
        "POST",
        "/v1/threads/close",
        "Questions",
        "Say that nothing is to be answered",
        "The payer is not told. A new question opens the conversation again.",
        "collection:write",
        (Reply(200, "As it is now.", threads.Thread, {"now": CLOSED}),),
        (*AUTH, *BODY, ThreadUnknown, ThreadBusy),
        body=threads.ThreadEnd,
        body_example={"account": "D-1042"},
        repeat="Repeating is harmless: what is closed is answered as it is.",
    ),
)
