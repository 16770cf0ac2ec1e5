"""The operations about messages that people write by hand, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.edge.v1 import requests, written
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.inbox.model import NotLiveYet
from saldo.reminders.by_hand.model import (
    AccountNotWrittenTo,
    MessageDiffers,
    MessageNotPrinted,
    MessageSubjectMissing,
    MessageTextMissing,
    MessageTooLong,
    RecipientUnknown,
    RecipientUnreachable,
)
from saldo.reminders.letters import LetterGone, LetterUnknown

ORDER: dict[str, Any] = {
    "account": "D-1042",
    "id": "MSG-7",
    "channel": "sms",
    "to": "+4930901820",
    "text": "The credit note for 2026/0815 follows tomorrow.",
    "invoices": ["2026/0815"],
}
WRITTEN: dict[str, Any] = {
    **ORDER,
    "at": "2026-11-24T09:12:00.000000Z",
    "by": "ERP",
    "subject": "",
    "with_documents": False,
    "leaves_at": "2026-11-24T09:12:00.000000Z",
    "state": "waiting",
}
LOOK: dict[str, Any] = {
    "channel": "sms",
    "to": "+4930901820",
    "subject": "",
    "text": "Example Ltd: The credit note for 2026/0815 follows tomorrow. https://pay.example/p/…",
    "html": "",
    "parts": 1,
    "price": "0.10",
    "currency": "EUR",
    "leaves_at": "2026-11-24T09:12:00.000000Z",
    "cautions": [{"kind": "dispute", "invoice": "2026/0815"}],
}
MESSAGES: dict[str, Any] = {
    "recipients": [
        {"channel": "sms", "to": "+4930901820", "name": "Accounts payable", "why_not": None},
        {"channel": "email", "to": "old@debtor.example", "name": "", "why_not": "bounced"},
    ],
    "starters": [
        {
            "id": "missed-call",
            "title": "Could not reach you by telephone",
            "subject": "Please call us back",
            "text": "We tried to reach you by telephone. Please call us back, or simply answer "
            "this message.",
        }
    ],
    "items": [WRITTEN],
}
_REFUSED = (
    AccountUnknown,
    InvoiceUnknown,
    AccountNotWrittenTo,
    MessageTextMissing,
    MessageSubjectMissing,
    MessageTooLong,
    RecipientUnknown,
    RecipientUnreachable,
)

WRITTEN_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listMessages",
        "GET",
        "/v1/accounts/messages",
        "Questions",
        "Whom one can write to, and what was written",
        "The addresses of an account, texts to begin with, and its messages by hand. Those that "
        "go by a policy are notices: `/v1/invoices/status`.",
        "collection:read",
        (Reply(200, "The newest first.", written.MessagesAnswer, {"one": MESSAGES}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "lookAtMessage",
        "POST",
        "/v1/accounts/messages/preview",
        "Questions",
        "See how a message would look",
        "Nothing is kept or sent. The secret of the link to the debtor's page is made when a "
        "message leaves; here another word of its length stands in its place.",
        "collection:read",
        (Reply(200, "As it would leave.", written.MessageLook, {"sms": LOOK}),),
        (*AUTH, *BODY, *_REFUSED),
        body=written.MessageOrder,
        body_example=ORDER,
        repeat="Repeating is harmless: it reads.",
    ),
    Operation(
        "proofLetter",
        "POST",
        "/v1/accounts/messages/letter",
        "Questions",
        "See how a letter would be printed",
        "The same body as `POST /v1/accounts/messages`, of a letter. Nothing is kept or sent.",
        "collection:read",
        (Reply(200, "The letter.", media="application/pdf"),),
        (*AUTH, *BODY, *_REFUSED, MessageNotPrinted),
        body=written.MessageOrder,
        body_example={**ORDER, "channel": "letter", "to": None, "subject": "Your credit note"},
        repeat="Repeating is harmless: it reads.",
    ),
    Operation(
        "getLetter",
        "GET",
        "/v1/accounts/messages/letter",
        "Questions",
        "A letter as it was printed",
        "Any letter: one by hand by its own id, one of a policy's stage by that of its notice "
        "(`notice.sent`, `/v1/invoices/status`). Byte for byte what the print service fetches.",
        "collection:read",
        (Reply(200, "The letter.", media="application/pdf"),),
        (*AUTH, ParameterNotValid, LetterUnknown, LetterGone),
        query=written.LetterQuery,
    ),
    Operation(
        "writeMessage",
        "POST",
        "/v1/accounts/messages",
        "Questions",
        "Write to a debtor",
        "By mail, text message or letter, to one of the account's addresses. It leaves once, is "
        "no reminder (no stage moves, nothing is charged) and stands on the account's timeline. An "
        "address that bounced or opted out is refused; a text message waits for the hours of the "
        "debtor's place. What is disputed or held warns in the preview, and does not keep it back.",
        "collection:write",
        (
            Reply(201, "New.", written.MessageAnswer, {"new": WRITTEN}),
            Reply(200, "Known: as it is now.", written.MessageAnswer, {"known": WRITTEN}),
        ),
        (*AUTH, *BODY, *_REFUSED, NotLiveYet, MessageDiffers),
        body=written.MessageOrder,
        body_example=ORDER,
        repeat="Repeating is harmless: the id is the key, and what is there is answered again. The "
        "same id with other words is refused.",
    ),
)
