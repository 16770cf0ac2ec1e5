"""Rows of what payers ask, and of what they say about their own details."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.contacts.model import DetailsChange
from saldo.reminders.by_hand.model import WrittenMessage
from saldo.threads.model import Thread, ThreadEntry

ANSWERS = (
    RowKind(
        Thread,
        "thread",
        "A",
        2,
        "THREAD",
        "Does a payer wait for an answer? One get, 1 RU; those that do: GSI `work`.",
    ),
    RowKind(
        ThreadEntry,
        "thread-entry",
        "A",
        2,
        "SAID",
        "What was asked and answered? One query, 1 RU per some 6; one put per question.",
    ),
    RowKind(
        WrittenMessage,
        "written-message",
        "A",
        2,
        "HAND",
        "What did people write by hand? One get to send it, one query to list, 1 RU per some 4; "
        "one put per message.",
    ),
    RowKind(
        DetailsChange,
        "details-change",
        "A",
        2,
        "DETAILS",
        "What did payers correct? One query, 1 RU per some 3; one put per change.",
    ),
)
