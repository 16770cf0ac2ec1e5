"""Rows of notices: what they are planned by, claimed by and made from."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.messages.text_record import MessageText
from saldo.reminders.breaker import MailDay
from saldo.reminders.channels.letter import Letter
from saldo.reminders.kept_words import KeptWords
from saldo.reminders.letters import LetterBatch
from saldo.reminders.model import (
    ChargesMade,
    Claim,
    ContactLog,
    DecisionRecord,
    Notice,
    NoticeRef,
    ServiceStop,
)
from saldo.reminders.opening import LinkOpening
from saldo.reminders.optouts import OptOut
from saldo.reminders.policy_book import PolicyRow
from saldo.reminders.references import PaymentReference
from saldo.reminders.tasks import Task

REMINDERS = (
    RowKind(
        MessageText,
        "message-text",
        "C",
        1,
        "TEXT",
        "In whose words does a creditor write? One query, 1 RU per 4 KB of texts, kept for a "
        "minute by who sends.",
    ),
    RowKind(
        Notice,
        "notice",
        "A",
        2,
        "M",
        "One message: one get, 1 RU. Without a result, or unknown: GSI `work`.",
    ),
    RowKind(
        LinkOpening,
        "link-opening",
        "A",
        2,
        "LINK",
        "Did anybody look, by which notice's link, and when? One get, 1 RU, per opening that is "
        "noted and per notice that is told of; 2 WU once a day.",
    ),
    RowKind(
        KeptWords,
        "kept-words",
        "A",
        2,
        "WORDS",
        "What did this message say? One put per sending, 3 to 4 WU; read by evidence packs alone.",
    ),
    RowKind(
        NoticeRef,
        "notice-ref",
        "K#*#notice",
        1,
        "K",
        "Which account's notice does a delivery event mean? One get, 1 RU; one put per sending, "
        "1 WU.",
    ),
    RowKind(
        Claim,
        "claim",
        "A",
        2,
        "N",
        "Was this item told at this step, and why? Put-if-absent in the claim, 2 WU; one query "
        "per `saldo why`, 1 RU per some 10 claims.",
    ),
    RowKind(
        OptOut,
        "opt-out",
        "C",
        1,
        "OPT",
        "Who does not want to hear of us by a channel? Two gets in one batch per notice, 2 RU.",
    ),
    RowKind(
        PaymentReference,
        "payment-reference",
        "K",
        3,
        "K",
        "What does an RF reference pay? One get, 1 RU; one put per notice that asks for money.",
    ),
    RowKind(
        MailDay,
        "mail-day",
        "MD",
        1,
        "",
        "How many mails of a day came back? One get and put per mail, 1 RU and 1 WU; a week "
        "per bounce: seven queries.",
    ),
    RowKind(
        Letter,
        "letter",
        "A",
        2,
        "LET",
        "Where is this letter? One get, 1 RU. Those that no batch has yet: GSI `work`.",
    ),
    RowKind(
        LetterBatch,
        "letter-batch",
        "C",
        1,
        "LB",
        "What went to the print service? One query. Without its manifest: GSI `work`.",
    ),
    RowKind(
        Task,
        "task",
        "A",
        2,
        "TASK",
        "What is a person to do? One get, 1 RU. Open ones by GSI `work`.",
    ),
    RowKind(
        ContactLog,
        "contact-log",
        "A",
        2,
        "CONTACTS",
        "When was this account reminded lately? One get, 1 RU, where the policy limits contacts.",
    ),
    RowKind(
        ServiceStop,
        "service-stop",
        "A",
        2,
        "SERVICE",
        "What was the ERP asked to stop for this account? One query, 1 RU, per planned account.",
    ),
    RowKind(
        ChargesMade,
        "charges-made",
        "A",
        2,
        "CH",
        "What did reminders charge on this invoice? One get, 1 RU, where a stage charges.",
    ),
    RowKind(
        PolicyRow,
        "policy",
        "C",
        1,
        "POLICY",
        "Which policy is it? One query, 1 RU, per planned account with a policy of its creditor's.",
    ),
    RowKind(
        DecisionRecord,
        "decision",
        "A",
        2,
        "DEC",
        "Why was nothing sent? One query per `saldo why`, 1 RU per some 10 decisions.",
    ),
)
