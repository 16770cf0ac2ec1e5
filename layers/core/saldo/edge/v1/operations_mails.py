"""The operations about payers' mails, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.edge.v1 import mails
from saldo.edge.v1.operation import AUTH, BODY, ELSEWHERE, Operation, Reply
from saldo.edge.v1.operations_threads import ANSWERED
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.edge.v1.threads import ThreadEntry
from saldo.files.model import FilesBusy, FilesTooLarge, FileUnknown
from saldo.inbox.model import (
    AnswerOptedOut,
    AttachmentUnknown,
    MailNotFiled,
    MailNotInTriage,
    MailUnknown,
    NobodyToAnswer,
    NotLiveYet,
    ReplyTextNotValid,
    ReplyTextUnknown,
)
from saldo.people.colleagues import NotAColleague
from saldo.threads.service import (
    EntryDiffers,
    QuestionMissing,
    QuestionTooLong,
    ThreadBusy,
    ThreadUnknown,
)

_ID = "01M6ZT3W0H8M5V2Y7S4K1P9QDB"
TRIAGE: dict[str, Any] = {
    "id": _ID,
    "at": "2026-11-20T11:31:08.204000Z",
    "state": "triage",
    "kind": "message",
    "account": None,
    "invoice": None,
    "from_name": "Alex Example",
    "from_address": "ap@trading.example",
    "is_proven": False,
    "subject": "Your invoice 2026/0815",
    "text": "We never had this invoice.",
    "is_quoted": True,
    "is_cut": False,
    "because": [{"kind": "sender-unproven", "account": "D-1042", "text": "ap@trading.example"}],
    "why": "sender-not-proven",
    "files": [
        {
            "part": 1,
            "name": "invoice.pdf.exe",
            "content_type": "application/octet-stream",
            "size_bytes": 48213,
            "sha256": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
            "verdict": "suspicious",
            "why": "program",
            "file": None,
        }
    ],
    "assigned_to": None,
}
OPEN: dict[str, Any] = {
    **TRIAGE,
    "state": "open",
    "account": "D-1042",
    "invoice": "2026/0815",
    "because": [{"kind": "number", "account": "D-1042", "text": "2026/0815"}],
    "why": "",
}
REPLY: dict[str, Any] = {
    "mail": _ID,
    "id": "REPLY-12",
    "text": "Please find the invoice attached once more.",
    "with_document": True,
}
REPLIED: dict[str, Any] = {
    **ANSWERED,
    "id": "REPLY-12",
    "text": "Please find the invoice attached once more.",
    "files": ["01M6ZT3W0H8M5V2Y7S4K1P9QDC"],
    "mail": _ID,
}
TEXT: dict[str, Any] = {
    "id": "on-its-way",
    "language": "en",
    "title": "The goods are on their way",
    "body": "The goods of invoice {invoice} left our house; you should have them tomorrow.",
}

MAIL_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listMails",
        "GET",
        "/v1/mails",
        "Mails",
        "What payers wrote by mail",
        "What cannot be put to an account waits in triage, with what speaks for which account. "
        "What was put to one stands in its conversation, which is `GET /v1/threads`, and has the "
        "state of that.",
        "collection:read",
        (Reply(200, "The mails.", mails.Mails, {"triage": {"items": [TRIAGE], "cursor": None}}),),
        (*AUTH, ParameterNotValid, MailUnknown, AccountUnknown),
        query=mails.MailsQuery,
    ),
    Operation(
        "getMailFile",
        "GET",
        "/v1/mails/attachment",
        "Mails",
        "A file of a mail",
        "To be saved; never one that is suspicious. At most 4 MB.",
        "collection:read",
        (Reply(200, "The file.", media="application/octet-stream"),),
        (
            *AUTH,
            ParameterNotValid,
            MailUnknown,
            AttachmentUnknown,
            FileUnknown,
            FilesTooLarge,
            FilesBusy,
        ),
        query=mails.MailPart,
    ),
    Operation(
        "getRawMail",
        "GET",
        "/v1/mails/raw",
        "Mails",
        "A mail as it came",
        "Byte for byte, with everything that came with it: open it with care.",
        "collection:read",
        (Reply(200, "The mail.", media="application/octet-stream"), ELSEWHERE),
        (*AUTH, ParameterNotValid, MailUnknown, FileUnknown, FilesBusy),
        query=mails.MailWhole,
    ),
    Operation(
        "replyToMail",
        "POST",
        "/v1/mails/reply",
        "Mails",
        "Answer a mail",
        "It goes to who wrote the mail, as an answer to it, in the account's language and with "
        "salutation and greetings. Only a contact of the account gets the way to its page with it. "
        "Where the policy let reminders wait, they go on.",
        "collection:write",
        (
            Reply(201, "New.", ThreadEntry, {"new": REPLIED}),
            Reply(200, "Known: as it is now.", ThreadEntry, {"known": REPLIED}),
        ),
        (
            *AUTH,
            *BODY,
            MailUnknown,
            MailNotFiled,
            NobodyToAnswer,
            NotLiveYet,
            AnswerOptedOut,
            FileUnknown,
            QuestionMissing,
            QuestionTooLong,
            AccountUnknown,
            InvoiceUnknown,
            EntryDiffers,
            ThreadBusy,
        ),
        body=mails.MailReply,
        body_example=REPLY,
        repeat="Repeating is harmless: the id is the key, and what is there is answered again. The "
        "same id with other words is refused.",
    ),
    Operation(
        "fileMail",
        "POST",
        "/v1/mails/file",
        "Mails",
        "Say whose a mail is",
        "It enters the account's conversation, and its harmless files become files of the account.",
        "collection:write",
        (Reply(200, "As it is now.", mails.Mail, {"now": OPEN}),),
        (
            *AUTH,
            *BODY,
            MailUnknown,
            MailNotInTriage,
            AccountUnknown,
            FileUnknown,
            FilesBusy,
            ThreadBusy,
        ),
        body=mails.MailFiling,
        body_example={"mail": _ID, "account": "D-1042", "learn": True},
        repeat="Repeating is harmless: what stands there is answered as it is.",
    ),
    Operation(
        "assignMail",
        "POST",
        "/v1/mails/assign",
        "Mails",
        "Say who sees to a mail",
        "Of a mail in a conversation, it is said of all of that.",
        "collection:write",
        (Reply(200, "As it is now.", mails.Mail, {"now": {**OPEN, "assigned_to": "anna"}}),),
        (*AUTH, *BODY, MailUnknown, ThreadUnknown, NotAColleague, ThreadBusy),
        body=mails.MailAssignment,
        body_example={"mail": _ID, "to": "anna"},
        repeat="Repeating is harmless.",
    ),
    Operation(
        "closeMail",
        "POST",
        "/v1/mails/close",
        "Mails",
        "Say that nothing is to be done about a mail",
        "Of a mail in a conversation, that is closed. Nobody is told.",
        "collection:write",
        (Reply(200, "As it is now.", mails.Mail, {"now": {**OPEN, "state": "closed"}}),),
        (*AUTH, *BODY, MailUnknown, MailNotInTriage, ThreadUnknown, ThreadBusy),
        body=mails.MailEnd,
        body_example={"mail": _ID},
        repeat="Repeating is harmless: what is closed is answered as it is.",
    ),
    Operation(
        "reopenMail",
        "POST",
        "/v1/mails/reopen",
        "Mails",
        "Open a mail again",
        "Also what was called spam: then somebody must say whose it is.",
        "collection:write",
        (Reply(200, "As it is now.", mails.Mail, {"now": OPEN}),),
        (*AUTH, *BODY, MailUnknown, ThreadUnknown, ThreadBusy),
        body=mails.MailReopening,
        body_example={"mail": _ID},
        repeat="Repeating is harmless: what is open is answered as it is.",
    ),
    Operation(
        "listReplyTexts",
        "GET",
        "/v1/reply-texts",
        "Mails",
        "Texts to begin an answer with",
        "The supplied ones and yours, in one language.",
        "collection:read",
        (
            Reply(
                200,
                "The texts.",
                mails.ReplyTexts,
                {"own": {"items": [{**TEXT, "is_own": True}]}},
            ),
        ),
        (*AUTH, ParameterNotValid),
        query=mails.ReplyTextsQuery,
    ),
    Operation(
        "putReplyText",
        "PUT",
        "/v1/reply-texts",
        "Mails",
        "Keep a text to answer with",
        "Under the id of a supplied text it takes its place; with an empty body it goes.",
        "collection:write",
        (Reply(200, "As it is now.", mails.ReplyText, {"now": {**TEXT, "is_own": True}}),),
        (*AUTH, *BODY, ReplyTextNotValid, ReplyTextUnknown),
        body=mails.ReplyTextRecord,
        body_example=TEXT,
        repeat="Repeating is harmless: the last text counts.",
    ),
)
