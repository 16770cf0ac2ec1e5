"""The operations about personal data and the audit log, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.edge.v1 import privacy
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.files.model import FilesBusy
from saldo.privacy.erasures import PrivacyBusy
from saldo.privacy.model import ErasureUnknown, ExportNotReady, ExportUnknown

ENTRY: dict[str, Any] = {
    "number": 48213,
    "at": "2026-11-20T11:31:08.204000Z",
    "kept_at": "2026-11-20T11:31:10.004000Z",
    "what": "payment.settled",
    "by": "",
    "account": "D-1042",
    "on": "invoice:2026/0815",
    "event": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "before": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "hash": "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13",
}
ORDER: dict[str, Any] = {"account": "D-1042", "id": "DSR-2026-7"}
EXPORT: dict[str, Any] = {
    **ORDER,
    "state": "asked",
    "asked_at": "2026-11-20T11:31:08.204000Z",
    "ready_at": None,
    "sha256": "",
    "size_bytes": 0,
    "records": 0,
    "files": 0,
    "url": None,
}
EXPORTED: dict[str, Any] = {
    **EXPORT,
    "state": "ready",
    "ready_at": "2026-11-20T11:31:12.000000Z",
    "sha256": "ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d",
    "size_bytes": 184220,
    "records": 61,
    "files": 4,
    "url": "https://files.example/privacy/musterwerk/D-1042/DSR-2026-7.zip?signed",
}
ERASURE: dict[str, Any] = {
    **ORDER,
    "why": "asked",
    "by": "ERP",
    "state": "restricted",
    "asked_at": "2026-11-20T11:31:08.204000Z",
    "changed_at": "2026-11-20T11:31:15.000000Z",
    "next_at": "2032-12-31T23:00:00.000000Z",
    "kept": [
        {
            "kept_as": "voucher",
            "records": 4,
            "until": "2034-12-31",
            "law": "§ 147 (1) no. 4, (3), (4) AO; § 257 (1) no. 4, (4), (5) HGB; § 14b UStG",
        }
    ],
    "scrubbed": 3,
    "removed": 9,
    "files": 1,
    "events": 5,
}
ERASURE_NEW: dict[str, Any] = {
    **ERASURE,
    "changed_at": ERASURE["asked_at"],
    "next_at": ERASURE["asked_at"],
    "kept": [],
    "scrubbed": 0,
    "removed": 0,
    "files": 0,
    "events": 0,
}
LIFTED: dict[str, Any] = {**ERASURE, "state": "lifted", "next_at": None}
RETENTION: dict[str, Any] = {
    "country": "NL",
    "items": [
        {
            "country": "NL",
            "kept_as": "book",
            "years": 7,
            "law": "art. 52 (4) AWR; art. 2:10 (3) BW",
            "source": "https://eytaxlaw.nl/browse/NL/awr/",
            "applies": True,
        }
    ],
}

PRIVACY_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listAuditLog",
        "GET",
        "/v1/audit",
        "Personal data",
        "Who did what",
        "The audit log of the creditor: every event, in the order in which it arrived, each entry "
        "holding on to the one before by its hash. The words stand in the event alone.",
        "audit:read",
        (
            Reply(
                200,
                "The entries.",
                privacy.Entries,
                {"newest": {"items": [ENTRY], "head": 48213}},
            ),
        ),
        (*AUTH, ParameterNotValid),
        query=privacy.AuditQuery,
    ),
    Operation(
        "orderExport",
        "POST",
        "/v1/privacy/exports",
        "Personal data",
        "Put everything that is held about an account into a file",
        "A ZIP with a page to read and JSON for machines, documents and messages included (art. 15 "
        "and 20 GDPR). It is made within a minute or so and can be fetched for a week.",
        "privacy:write",
        (
            Reply(201, "New.", privacy.Export, {"new": EXPORT}),
            Reply(200, "Known: as it is now.", privacy.Export, {"known": EXPORT}),
        ),
        (*AUTH, *BODY, AccountUnknown, ExportUnknown),
        body=privacy.ExportOrder,
        body_example=ORDER,
        repeat="Repeating is harmless: the id is the key.",
    ),
    Operation(
        "getExport",
        "GET",
        "/v1/privacy/exports",
        "Personal data",
        "How an export stands, and where it is fetched",
        "",
        "privacy:write",
        (Reply(200, "The export.", privacy.Export, {"asked": EXPORT, "ready": EXPORTED}),),
        (*AUTH, ParameterNotValid, ExportUnknown, ExportNotReady, FilesBusy),
        query=privacy.ExportQuery,
    ),
    Operation(
        "orderErasure",
        "POST",
        "/v1/privacy/erasures",
        "Personal data",
        "Erase what is held about an account",
        "The account is restricted at once: nothing is sent any more, its details are not taken "
        "from you. What may go goes soon after, what the law has kept goes by itself on its day, "
        "and what is owed is kept until it is settled.",
        "privacy:write",
        (
            Reply(201, "New.", privacy.ErasureStatus, {"new": ERASURE_NEW}),
            Reply(200, "An order stands: as it is now.", privacy.ErasureStatus, {"known": ERASURE}),
        ),
        (*AUTH, *BODY, AccountUnknown, PrivacyBusy),
        body=privacy.ErasureOrder,
        body_example={**ORDER, "why": "asked"},
        repeat="Repeating is harmless: an account has one order.",
    ),
    Operation(
        "listErasures",
        "GET",
        "/v1/privacy/erasures",
        "Personal data",
        "Orders to erase, and how far they got",
        "With `account`, that account's; without, those that are not carried out whole, the next "
        "to be looked at first.",
        "privacy:write",
        (Reply(200, "The orders.", privacy.ErasureList, {"one": {"items": [ERASURE]}}),),
        (*AUTH, ParameterNotValid, AccountUnknown, ErasureUnknown),
        query=privacy.ErasureQuery,
    ),
    Operation(
        "liftErasure",
        "POST",
        "/v1/privacy/erasures/lift",
        "Personal data",
        "Take an order to erase back",
        "What was erased by then stays so; everything else goes on as before. After an account was "
        "erased whole, it may be filled again: for a customer who comes back.",
        "privacy:write",
        (Reply(200, "As it is now.", privacy.ErasureStatus, {"lifted": LIFTED}),),
        (*AUTH, *BODY, AccountUnknown, ErasureUnknown, PrivacyBusy),
        body=privacy.ErasureLift,
        body_example={"account": "D-1042"},
        repeat="Repeating is harmless: what is lifted is answered as it is.",
    ),
    Operation(
        "getRetention",
        "GET",
        "/v1/privacy/retention",
        "Personal data",
        "How long what is kept must be kept",
        "By the law of the creditor's country; elsewhere than where rules are, the longest holds.",
        "privacy:write",
        (Reply(200, "The schedule.", privacy.Retention, {"dutch": RETENTION}),),
        (*AUTH, ParameterNotValid),
    ),
)
