"""Rows of mails that payers write, and of what answers to them are made from."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.inbox.model import KnownSender, Mail, ReplyText, SentMail

INBOX = (
    RowKind(
        Mail,
        "mail",
        "MB",
        2,
        "MAIL",
        "What did somebody write? One get, 1 RU per 4 KB of words; a page of a month by query. "
        "Put once or twice per mail; what waits for a person by GSI `work`.",
    ),
    RowKind(
        SentMail,
        "sent-mail",
        "K#*#sent-mail",
        1,
        "K",
        "Which notice does this mail answer? One get per reference of a mail, 20 at most. Put with "
        "the notice's state where replies come to us, 2 WU per mail; forgotten after two years.",
    ),
    RowKind(
        KnownSender,
        "known-sender",
        "K",
        2,
        "SENDER",
        "Whom does this address write for? One query, 1 RU per mail; put when a person says so.",
    ),
    RowKind(
        ReplyText,
        "reply-text",
        "C",
        1,
        "REPLY-TEXT",
        "What do people answer with? One query per answer that is written, 1 RU per some 10 texts.",
    ),
)
