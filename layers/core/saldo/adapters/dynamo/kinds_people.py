"""Rows of the people who work with the console."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.people.approval import Approval, FourEyesRule, OrderedAlone
from saldo.people.kept_forms import KeptForm
from saldo.people.model import (
    ConsoleSession,
    DirectoryStep,
    PasswordLink,
    SignInStep,
    User,
    UserEmail,
)

PEOPLE = (
    RowKind(
        User,
        "user",
        "C",
        1,
        "USER",
        "Who is it, and what may they do? One get, 1 RU per page of the console; everybody by one "
        "query, 1 RU per 4 KB.",
    ),
    RowKind(
        UserEmail,
        "user-email",
        "K#*#user-email",
        1,
        "K",
        "Who has this address? One get, 1 RU per sign-in.",
    ),
    RowKind(
        ConsoleSession,
        "console-session",
        "K#*#console-session",
        1,
        "K",
        "Who is signed in? One get, 1 RU per page; one put a minute, 1 WU. Forgotten in days.",
    ),
    RowKind(
        SignInStep,
        "sign-in-step",
        "K#*#sign-in-step",
        1,
        "K",
        "What was asked after the password? One get, 1 RU; deleted with the answer.",
    ),
    RowKind(
        DirectoryStep,
        "directory-step",
        "K#*#directory-step",
        1,
        "K",
        "Who comes back from the company's directory? One get, 1 RU; deleted with the answer.",
    ),
    RowKind(
        KeptForm,
        "kept-form",
        "K#*#kept-form",
        1,
        "K",
        "What was typed before a proof? One put, one get, 1 RU; deleted when it is sent, and "
        "forgotten after minutes.",
    ),
    RowKind(
        PasswordLink,
        "password-link",
        "K#*#password-link",
        1,
        "K",
        "Who sets a password by this link? One get, 1 RU; forgotten in days.",
    ),
    RowKind(
        FourEyesRule,
        "four-eyes",
        "C",
        1,
        "FOUREYES",
        "Above which amounts is a second person needed? One get, 1 RU, per order of a person.",
    ),
    RowKind(
        Approval,
        "approval",
        "C",
        1,
        "APPROVAL",
        "What waits for a second person? By index `work`, 0.5 RU, and a get each.",
    ),
    RowKind(
        OrderedAlone,
        "ordered-alone",
        "A",
        2,
        "ALONE",
        "What did one person order for this account today? One get and put per order.",
    ),
)
