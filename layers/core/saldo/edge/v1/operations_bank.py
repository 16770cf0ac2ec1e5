"""The operations about bank statements and their entries, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.bank_entries import refusals as bank_refusals
from saldo.edge.v1 import bank as api
from saldo.edge.v1 import bank_answers as answers
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import AmountNotText, ParameterNotValid
from saldo.edge.v1.requests import Body, NoQuery
from saldo.errors import Conflict, TooLarge
from saldo.money import AmountNotReadable, AmountTooLarge, AmountTooPrecise
from saldo.payments.desk import AllocationCurrency
from saldo.payments.reversals import PaymentUnknown, ReversalBusy
from saldo.statements.csv_map import CsvMapNotValid

_IBAN = "DE02120300000000202051"
ACCOUNT: dict[str, Any] = {
    "id": _IBAN,
    "currency": "EUR",
    "posts": "statement",
    "late_after_days": 1,
    "covered_until": "2026-11-20",
    "csv": {},
    "rules": {
        "rounding_minor": 2,
        "bank_charges_minor_max": 1500,
        "write_off_minor_max": 0,
        "is_strict": True,
        "chases_late_discount": False,
    },
    "proposes_refund_from_minor": 500,
    "return_charge": {
        "kind": "bank",
        "amount_minor": 1000,
        "clause": "",
        "clause_since": None,
    },
}
STATEMENT: dict[str, Any] = {
    "id": "20261120-2ad3a6e0e9b1c74f5512-s",
    "account": _IBAN,
    "format": "camt.053",
    "number": "224",
    "first_day": "2026-11-20",
    "last_day": "2026-11-20",
    "currency": "EUR",
    "opening": "1000.00",
    "closing": "1119.00",
    "entries": 1,
    "booked": 1,
    "oddities": [],
    "state": "taken",
    "taken_at": "2026-11-21T06:02:11.204000Z",
    "by": "ERP",
}
TAKEN: dict[str, Any] = {
    "state": "taken",
    "code": "",
    "text": "",
    "found": {"statements": 1, "entries": 1, "matched": 0, "likely": 1, "open": 0},
    "rows": [
        {
            "status": "taken",
            "place": "statement 224",
            "id": STATEMENT["id"],
            "code": "",
            "text": "1 of 1 entries were new.",
        }
    ],
}
REFUSED: dict[str, Any] = {
    "state": "refused",
    "code": "statement-refused",
    "text": "amount-not-readable (line 7): '12,x' is no amount.",
    "found": {},
    "rows": [],
}
ENTRY: dict[str, Any] = {
    "id": "20261120-7b0f3c1f9d2e4a5b6c7d",
    "bank_account": _IBAN,
    "statement": STATEMENT["id"],
    "state": "likely",
    "booked_on": "2026-11-20",
    "value_on": "2026-11-20",
    "currency": "EUR",
    "amount": "100.00",
    "left": "100.00",
    "name": "Example Bakery GmbH",
    "iban": "DE02500105170137075030",
    "remittance": "2026/0815 part 1",
    "end_to_end_id": "",
    "return_reason": "",
    "proposal": {
        "mark": "5f1c0e7b2a9d4c38",
        "kind": "payment",
        "confidence": "likely",
        "rule": "named",
        "account": "D-1042",
        "allocations": [{"item": "2026/0815", "amount": "100.00", "reason": "part"}],
        "differences": [{"item": "2026/0815", "amount": "19.00", "reason": "short-payment"}],
        "candidates": [],
        "evidence": [
            {
                "name": "invoice-number",
                "value": "2026/0815",
                "field": "remittance",
                "text": "2026/0815",
            }
        ],
        "reverses": "",
    },
    "portions": [],
    "payout": "",
    "returns": "",
    "by": "",
    "reason": "",
    "refund": None,
    "pays_refund": "",
    "charged": None,
}
MATCHED: dict[str, Any] = {
    **ENTRY,
    "state": "matched",
    "left": "0.00",
    "proposal": None,
    "portions": [
        {
            "account": "D-1042",
            "amount": "100.00",
            "invoices": ["2026/0815"],
            "payment": "bank-20261120-7b0f3c1f9d2e4a5b6c7d-1",
            "by": "ERP",
            "reason": "accepted",
            "at": "2026-11-21T09:12:00.000000Z",
        }
    ],
    "by": "ERP",
    "reason": "accepted",
}
_ID = ENTRY["id"]
OVERPAID: dict[str, Any] = {
    **MATCHED,
    "refund": {
        "id": f"rf-{_ID}-1",
        "state": "ordered",
        "account": "D-1042",
        "payment": f"bank-{_ID}-1",
        "amount": "10.00",
        "name": "Example Bakery GmbH",
        "iban": "DE02500105170137075030",
        "by": "ERP",
        "reason": "paid twice",
        "since": "2026-11-21T09:12:00.000000Z",
        "paid_by": "",
    },
}
_BUSY = (bank_refusals.BankEntryUnknown, bank_refusals.BankEntryBusy)
_AMOUNTS = (AmountNotText, AmountNotReadable, AmountTooPrecise, AmountTooLarge)


def _on_entry(
    id_: str,
    path: str,
    summary: str,
    description: str,
    body: type[Body],
    sent: dict[str, Any],
    after: dict[str, Any],
    *refused: Any,
    repeat: str = "What is done so already is refused.",
) -> Operation:
    return Operation(
        id_,
        "POST",
        f"/v1/bank-entries/{path}",
        "Bank",
        summary,
        description,
        "payments:write",
        (Reply(200, "As it is now.", answers.EntryAnswer, {"now": after}),),
        (*AUTH, *BODY, *_BUSY, *refused),
        body=body,
        body_example={"id": _ID, **sent},
        repeat=repeat,
    )


BANK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "sendStatement",
        "POST",
        "/v1/bank-statements",
        "Bank",
        "Send a bank statement",
        "Send the file as the bank gave it, at most 6 MB: camt.052 to .054, MT940, MT942, BAI2, "
        "CODA, OFX, or CSV by the mapping of the account that `account` names. It is read whole, "
        "then booked: each entry arrives on suspense, and what is certain is matched. The answer "
        "is 200 whatever became of the file: look at `state`.",
        "payments:write",
        (
            Reply(
                200,
                "Taken, or not.",
                answers.TakenAnswer,
                {"taken": TAKEN, "refused": REFUSED},
            ),
        ),
        (*AUTH, ParameterNotValid, TooLarge, bank_refusals.BankEntryBusy),
        query=api.SendStatement,
        media_in=("application/xml", "text/plain", "text/csv"),
        repeat="Repeating is harmless: no entry is booked twice.",
    ),
    Operation(
        "listStatements",
        "GET",
        "/v1/bank-statements",
        "Bank",
        "Statements of an account",
        "With what is odd about them, and between them: gaps and overlaps.",
        "payments:read",
        (Reply(200, "The oldest first.", answers.StatementList, {"one": {"items": [STATEMENT]}}),),
        (*AUTH, ParameterNotValid, bank_refusals.BankAccountUnknown),
        query=api.BankAccountQuery,
    ),
    Operation(
        "listBankAccounts",
        "GET",
        "/v1/bank-accounts",
        "Bank",
        "Your bank accounts",
        "Those whose statements are taken.",
        "payments:read",
        (Reply(200, "All.", answers.BankAccountList, {"one": {"items": [ACCOUNT]}}),),
        (*AUTH, ParameterNotValid),
        query=NoQuery,
    ),
    Operation(
        "setBankAccount",
        "PUT",
        "/v1/bank-accounts",
        "Bank",
        "Set up a bank account",
        "The account that debtors are told to pay to is set up by its first statement; any other "
        "must be named here before.",
        "payments:write",
        (Reply(200, "As it is now.", answers.BankAccountAnswer, {"now": ACCOUNT}),),
        (*AUTH, *BODY, bank_refusals.BankAccountNotValid, CsvMapNotValid, Conflict),
        body=api.BankAccountOrder,
        body_example={"id": _IBAN, "currency": "EUR", "late_after_days": 1},
        repeat="Repeating is harmless.",
    ),
    Operation(
        "listBankEntries",
        "GET",
        "/v1/bank-entries",
        "Bank",
        "Entries that wait for somebody",
        "`likely` ones have a proposal to accept, `open` ones have candidates at best. Reminders "
        "about what they could be for are held meanwhile. With `id`: that entry, in any state. "
        "With `refunds=true`: the entries of which a refund is proposed.",
        "payments:read",
        (Reply(200, "The oldest first.", answers.EntryList, {"one": {"items": [ENTRY]}}),),
        (*AUTH, ParameterNotValid, bank_refusals.BankEntryUnknown),
        query=api.BankEntryQuery,
    ),
    Operation(
        "matchBankEntries",
        "POST",
        "/v1/bank-entries",
        "Bank",
        "Match again what waits",
        "As open items, advices and lessons are now. Each statement that comes does the same; what "
        "somebody took back is proposed at most.",
        "payments:write",
        (
            Reply(
                200,
                "What became of them.",
                answers.MatchedAnswer,
                {"some": {"booked": 2, "likely": 1, "open": 4}},
            ),
        ),
        (*AUTH, ParameterNotValid, bank_refusals.BankEntryBusy),
        query=NoQuery,
        repeat="Repeating is harmless.",
    ),
    _on_entry(
        "acceptBankEntry",
        "accept",
        "Accept the proposal",
        "The money leaves suspense and pays what was proposed, as the items are now. What is "
        "accepted is learnt: who pays from that IBAN, and under that name.",
        api.AcceptOrder,
        {"reason": "accepted"},
        MATCHED,
        bank_refusals.EntryNotWaiting,
        bank_refusals.NoProposal,
        bank_refusals.ProposalChanged,
        bank_refusals.PartsNotValid,
        bank_refusals.ReturnNotPossible,
        AccountUnknown,
    ),
    _on_entry(
        "splitBankEntry",
        "split",
        "Say whose money it is",
        "One account or several. What a part's invoices do not need becomes the account's credit; "
        "what the parts leave still waits.",
        api.SplitOrder,
        {"reason": "by phone", "parts": [{"account": "D-1042", "invoices": ["2026/0815"]}]},
        MATCHED,
        bank_refusals.EntryNotWaiting,
        bank_refusals.PartsNotValid,
        AccountUnknown,
        InvoiceUnknown,
        AllocationCurrency,
        *_AMOUNTS,
    ),
    _on_entry(
        "ignoreBankEntry",
        "ignore",
        "Say that it is no business of these books",
        "Its money stays on suspense. Taking it back lets it wait again.",
        api.EntryChoice,
        {"reason": "rent of the flat upstairs"},
        {**ENTRY, "state": "ignored", "proposal": None},
        bank_refusals.EntryNotWaiting,
    ),
    _on_entry(
        "reverseBankEntry",
        "reverse",
        "Take a match back",
        "The invoices are owed again, the money waits on suspense, and what the match taught is "
        "unlearnt. Of a return, the payment stands again, without what was charged for it. Who did "
        "it, when and why is kept; no rule books the entry again.",
        api.EntryChoice,
        {"reason": "it was the other Example"},
        {**ENTRY, "state": "open", "left": "100.00", "proposal": None},
        bank_refusals.NothingToReverse,
        bank_refusals.MoneyUsed,
        bank_refusals.ReturnChargePaid,
        ReversalBusy,
    ),
    _on_entry(
        "returnBankEntry",
        "return",
        "Say that it took a payment back",
        "For a return that matching did not know. The payment's invoices are owed again, and the "
        "debtor is told; what it cost is charged on by the bank account's rule, see `charged`.",
        api.ReturnOrder,
        {"reason": "the bank said so by phone", "payment": "bank-20261118-ab12cd34ef56ab78cd90-1"},
        {**ENTRY, "amount": "-100.00", "left": "0.00", "state": "returned", "proposal": None},
        bank_refusals.EntryNotWaiting,
        bank_refusals.ReturnNotPossible,
        PaymentUnknown,
    ),
    _on_entry(
        "refundBankEntry",
        "refund",
        "Give an over-payment back",
        "The credit is promised back. Make the transfer to `iban`, with the refund's `id` in it: "
        "its entry on a later statement closes the refund. `declines` keeps the credit instead, "
        "or takes back an order that was not transferred yet.",
        api.RefundChoice,
        {"reason": "paid twice"},
        OVERPAID,
        bank_refusals.NoRefundProposed,
        bank_refusals.RefundLapsed,
        ReversalBusy,
        repeat="Repeating is harmless: one refund per entry.",
    ),
)
