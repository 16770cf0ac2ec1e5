"""Whatever the API and the console write leaves an event, or says here why it leaves none.

Another operation or act is not forgotten: it needs a line.
"""

from __future__ import annotations

from typing import get_args

from functions.console.screens import ENTRIES, screen_of
from saldo.edge.v1.operations import OPERATIONS
from saldo.events import EventType

READS = "reads"
LEAVES: dict[str, str] = {
    # what an ERP pushes
    "putAccount": "account.", "pushAccounts": "account.", "putInvoice": "invoice.",
    "pushInvoices": "invoice.", "putCreditNote": "credit_note.", "pushCreditNotes": "credit_note.",
    "pushDeleted": "invoice.", "compareOpenItems": READS, "takeSnapshot": "invoice.",
    "confirmSnapshot": "invoice.", "sendDocument": "document.", "makeUpload": "document.",
    "tryAgain": "document.", "putDocument": "file.", "steerAccount": "account.",
    # money
    "takePayment": "payment.", "refund": "refund.", "allocate": "payment.", "takeBack": "payment.",
    "bookFee": "invoice.", "bookInterest": "invoice.", "bookDiscount": "invoice.",
    "bookWriteOff": "invoice.", "sendStatement": "bank_statement.",
    "matchBankEntries": "bank_entry.", "acceptBankEntry": "bank_entry.",
    "splitBankEntry": "bank_entry.", "reverseBankEntry": "bank_entry.",
    "returnBankEntry": "bank_entry.", "refundBankEntry": "refund.",
    "ignoreBankEntry": "its record says who and why; the money stays where it was",
    # collecting
    "givePromise": "promise.", "withdrawPromise": "promise.", "openDispute": "dispute.",
    "settleDispute": "dispute.", "rejectDispute": "dispute.", "withdrawDispute": "dispute.",
    "assignDispute": "dispute.", "makePlan": "plan.", "approvePlan": "plan.", "cancelPlan": "plan.",
    "openCase": "case.", "tellCase": "case.", "confirmPaidClaim": "paid_claim.",
    "refutePaidClaim": "paid_claim.", "placeHold": "hold.", "endHolds": "hold.",
    "makePayLinks": "a link opens what the debtor may see anyway",
    # talking
    "replyInThread": "thread.", "closeThread": "thread.", "lookAtMessage": READS,
    "proofLetter": READS,
    "writeMessage": "message.", "replyToMail": "thread.", "fileMail": "mail.",
    "closeMail": "mail.",
    "assignMail": "its record says who; no mail is lost by it",
    "reopenMail": "its record says who; no mail is lost by it",
    # work
    "closeWork": "work.", "snoozeWork": "work.", "assignWork": "work.", "handWorkOver": "work.",
    "endHandOver": "work.", "addNote": "note.", "pinNote": "the note says so, and by whom",
    "logCall": "call.", "applyBalance": "desk.", "watchCase": "watcher.", "endWatch": "watcher.",
    # credit
    "setCreditLimit": "limit.", "proposeCreditLimit": "limit.", "decideCredit": "limit.",
    "setOrderBlock": "order_block.", "setServiceStop": "service.",
    "putCreditRules": "credit_rules.",
    "putCreditReports": "credit.", "putCreditFile": "credit.", "decideCompany": "company.",
    "setCreditDataRules": "credit_data.",
    "putCompany": "the record says who; which company it is, a person decides and is told",
    "askForCredit": "the record says who; what is heard of it is told",
    "tellOpenOrders": "each order says who told it; a limit that is crossed is told",
    "setMorning": "setting.",
    "decideSuggestion": "suggestion.",
    "setHoldOut": "creditor.",
    # people, privacy
    "inviteUser": "user.", "inviteUserAgain": "user.", "grantRole": "user.", "revokeRole": "user.",
    "disableUser": "user.", "enableUser": "user.", "forgetApp": "user.",
    "orderExport": "privacy.", "orderErasure": "privacy.", "liftErasure": "privacy.",
    # settings
    "changeSettings": "creditor.", "tryPolicy": READS, "putPolicy": "policy.",
    "switchByRisk": "creditor.", "putText": "text.",
    "setApprovalLimits": "approval.", "addWebhook": "webhook.", "removeWebhook": "webhook.",
    "setBankAccount": "setting.", "setMapping": "setting.", "putReplyText": "setting.",
    "makeStaffLink": "setting.", "revokeStaffLink": "setting.", "setTarget": "setting.",
    "putWorkRules": "work.", "putDesk": "desk.", "putDeskRules": "desk.",
    "saveReportView": "setting.", "removeReportView": "setting.",
    "sendReportView": "the mail itself, to people of the seller; ReportMail keeps that it went",
}  # fmt: skip
"""What each writing operation leaves: a family of events, READS, or why there is none."""

ACTS: dict[str, str] = {
    "today/assign": "work.", "today/done": "work.", "today/give-back": "work.",
    "today/hand-over": "work.", "today/snooze": "work.", "today/target": "setting.",
    "inbox/again": "thread.", "inbox/answer": "thread.", "inbox/assign": "thread.",
    "inbox/close": "mail.", "inbox/end": "thread.", "inbox/out": "mail.", "inbox/put": "mail.",
    "inbox/reopen": "its record says who; no mail is lost by it", "inbox/text": "setting.",
    "account/allocate": "payment.", "account/call": "call.", "account/compose": READS,
    "account/compose-letter": READS, "account/compose-mail": READS, "account/desk": "desk.",
    "account/credit-block": "order_block.", "account/credit-decide": "limit.",
    "account/credit-insure": "limit.", "account/credit-limit": "limit.",
    "account/credit-propose": "limit.", "account/credit-release": "order_block.",
    "account/service-stop": "service.", "account/service-release": "service.",
    "account/credit-terms": "terms.", "account/company-decide": "company.",
    "account/company-ids": "the record says who; which company it is, a person decides",
    "account/company-ask": "the record says who; what is heard of it is told",
    "risk/rules": "credit_data.",
    "account/dispute": "dispute.", "account/hand-over": "case.", "account/hold": "hold.",
    "account/note": "note.", "account/pin": "the note says so, and by whom",
    "account/plan": "plan.", "account/promise": "promise.", "account/resume": "hold.",
    "account/send": "message.", "account/steer": "account.", "account/write": "thread.",
    "account/write-off": "invoice.", "invoice/answer": "thread.", "invoice/note": "note.",
    "payment/allocate": "payment.", "payment/refund": "refund.", "payment/take-back": "payment.",
    "disputes/assign": "dispute.", "disputes/reject": "dispute.", "disputes/settle": "dispute.",
    "disputes/withdraw": "dispute.", "promises/withdraw": "promise.", "plans/approve": "plan.",
    "plans/decline": "plan.", "cases/tell": "case.",
    "bank/accept": "bank_entry.", "bank/keep": "its record says who and why", "bank/match":
    "bank_entry.", "bank/ignore": "its record says who and why; the money stays where it was",
    "bank/refund": "refund.", "bank/return": "bank_entry.", "bank/reverse": "bank_entry.",
    "bank/split": "bank_entry.", "statements/upload": "bank_statement.",
    "approvals/approve": "approval.", "approvals/decline": "approval.",
    "approvals/limits": "approval.",
    "users/again": "user.", "users/disable": "user.", "users/enable": "user.",
    "users/forget-app": "user.", "users/grant": "user.", "users/invite": "user.",
    "users/revoke": "user.",
    "reports/remove": "setting.", "reports/save": "setting.",
    "reports/send": "the mail itself, to people of the seller; ReportMail keeps that it went",
    "policies/put": "policy.", "policies/segments": "creditor.",
    "policies/by-risk-switch": "creditor.", "policies/try": READS,
    "policies/try-json": READS,
    "texts/check": READS, "texts/html": READS, "texts/put": "text.", "texts/withdraw": "text.",
    "privacy/erase": "privacy.", "privacy/export": "privacy.", "privacy/lift": "privacy.",
    "account/watch": "watcher.",
    "account/watch-end": "watcher.",
    "effects/accept": "suggestion.",
    "effects/begin": "creditor.",
    "effects/decline": "suggestion.",
    "effects/end": "creditor.",
    "today/balance": "desk.",
    "today/morning": "setting.",
    "reports/prices": "creditor.", "reports/running": "creditor.",
    "reports/running-end": "creditor.",
    "settings/bank": "creditor.", "settings/bank-remove": "creditor.",
    "settings/connection-resume": "setting.", "settings/connection-stop": "setting.",
    "settings/credit": "credit_rules.", "settings/creditor": "creditor.",
    "settings/desks": "desk.", "settings/key-revoke": "key.",
    "settings/keys": "key.", "settings/payers": "creditor.", "settings/providers": "creditor.",
    "settings/release": "creditor.", "settings/resume": "sending.",
    "settings/sending": "creditor.", "settings/targets": "setting.",
    "settings/webhook-end": "webhook.",
    "settings/webhook-replay": "events that were are sent again; nothing is changed",
    "settings/webhooks": "webhook.", "settings/work": "work.",
}  # fmt: skip
"""What each act of the console leaves, likewise."""


def families() -> set[str]:
    return {f"{name.partition('.')[0]}." for name in get_args(EventType)}


def test_every_writing_operation_says_what_it_leaves() -> None:
    writing = {one.id for one in OPERATIONS if one.method != "GET"}
    assert not writing - LEAVES.keys(), "say in LEAVES what these leave behind"
    told = {what for what in LEAVES.values() if what.endswith(".")}
    assert told <= families()


def test_every_act_of_the_console_says_what_it_leaves() -> None:
    acts = set()
    for entry in ENTRIES:
        screen = screen_of(entry.name)
        assert screen is not None
        acts |= {f"{entry.name}/{act}" for act in screen.acts}
    assert not acts - ACTS.keys(), "say in ACTS what these leave behind"
    assert {what for what in ACTS.values() if what.endswith(".")} <= families()
