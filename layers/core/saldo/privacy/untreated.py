"""Kinds of rows that `treatments.py` does not name: seen to elsewhere, or nothing is personal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BY_HAND: Final = frozenset(
    {"Account", "AccountWord", "BankEntry", "Event", "Lesson", "Mail", "PortalAddress"}
)
"""Kinds that `erase.py` sees to by itself: they stand under other keys, or go in several steps."""

NOT_TREATED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ["ChildAccount", "Credit", "OpenItem", "NumberTaken", "ForeignId", "PaymentReference"],
        "numbers and amounts of the account: they stay under its number",
    ),
    **dict.fromkeys(
        ["ChargesMade", "CopyRequest", "Thread", "AccountSheet", "ProviderFee", "Ranked"],
        "numbers, days and states, no words",
    ),
    **dict.fromkeys(
        ["BehaviourSheet", "StandingOut"],
        "sums and states under the account's number, made from its invoices; none is made of an "
        "account that is restricted",
    ),
    **dict.fromkeys(
        [
            "SentMail",
            "PaymentRef",
            "ProviderRef",
            "RefundRef",
            "MandateRef",
            "NoticeRef",
            "ItemLink",
        ],
        "ids that lead to the account's number",
    ),
    **dict.fromkeys(["ErpOrder", "ProviderEventSeen", "WebhookDelivery"], "ids and states"),
    **dict.fromkeys(
        ["PayLink", "SignInLink", "PortalSession", "Tally", "OptOut", "WatchLink"],
        "hashes; an opt-out must be remembered for being kept (art. 21 (3) GDPR)",
    ),
    **dict.fromkeys(
        ["DeletedInvoice", "RemittanceAdvice", "Upload", "Snapshot", "PrivacyExport"],
        "forgotten by themselves within weeks",
    ),
    **dict.fromkeys(
        ["Receipt", "Import", "BankStatement", "PayoutRecord", "PayoutNews", "PayoutCursor"],
        "the creditor's own files and statements: not kept by account",
    ),
    **dict.fromkeys(["PayoutArrival", "LetterBatch", "MailDay"], "sums and numbers of many"),
    **dict.fromkeys(
        ["WorkItem", "WorkPlace", "WorkSignal"],
        "derived: an account that is restricted asks for no work",
    ),
    **dict.fromkeys(
        ["AccountCash"],
        "amounts and days under the account's number, derived: those of an account that is "
        "restricted go at once",
    ),
    **dict.fromkeys(
        ["CashHead", "CashSheet", "CashSnapshot", "CashWeek"],
        "sums of many accounts",
    ),
    **dict.fromkeys(
        ["ItemForecast", "ContestedBill", "Advice"],
        "numbers and days, derived: those of an account that is restricted go at once",
    ),
    **dict.fromkeys(
        ["StepOutcome", "Draw"],
        "numbers, days and channels of notices: sums must stay provable",
    ),
    **dict.fromkeys(
        ["RiskSheet", "RiskPlace"],
        "derived: those of an account that is restricted go at once",
    ),
    "BlockedAccount": "the account's number, in a list",
    "OpenOrder": "numbers and amounts of orders, as the ERP names them",
    "KnownSender": "the hash of an address: it finds an account and opens nothing",
    "BuyerLink": "names businesses by their numbers, for documents to come",
    **dict.fromkeys(
        ["AuditCheck", "AuditEntry", "AuditHead", "AuditMark"],
        "hashes and pointers: the log must stay whole, and says what was erased",
    ),
    **dict.fromkeys(["AccessSeen", "Erasure"], "about the creditor's people, not the debtor"),
    **dict.fromkeys(
        [
            "AccountDesk",
            "DeskRules",
            "User",
            "UserEmail",
            "ConsoleSession",
            "PasswordLink",
            "SignInStep",
            "DirectoryStep",
            "KeptForm",
            "Approval",
            "FourEyesRule",
            "OrderedAlone",
            "ReportMail",
            "Absence",
            "MorningWish",
            "EventCounted",
            "WorkDay",
            "WorkTarget",
        ],
        "about the creditor's people, not the debtor",
    ),
    **dict.fromkeys(
        [
            "Installation",
            "Creditor",
            "Logo",
            "FreshData",
            "ApiKey",
            "ApiKeyEntry",
            "WebhookSubscription",
            "MappingVersion",
            "IntakeRules",
            "Mailbox",
            "BankAccount",
            "MessageText",
            "PolicyRow",
            "PortalGroup",
            "StaffLink",
            "StaffLinkEntry",
            "Connection",
            "Grant",
            "Usage",
            "Pass",
            "Sheet",
            "Counted",
            "ReplyText",
            "ReportView",
            "PlacedBy",
            "WorkRules",
            "CreditRules",
            "CreditDataRules",
            "RequestsMade",
            "RiskSums",
            "WorkTally",
            "NightProgress",
            "StoredModel",
            "ForecastMonth",
            "StepSheet",
            "StepSummary",
            "DrawSheet",
            "StepRules",
            "Suggestion",
        ],
        "the creditor's settings and sums",
    ),
}
"""Kinds that nothing is erased from, each with the reason."""
