"""The operations about money, described: pay links, payments, refunds, charges, allocations."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.adapters.aws.secrets import SecretsUnavailable
from saldo.edge.v1 import answers, answers_money, examples, pushes, requests, requests_money
from saldo.edge.v1 import examples_money as shown
from saldo.edge.v1.operation import AUTH, BODY, MONEY, RECORD, Operation, Refusals, Reply
from saldo.edge.v1.refusals import (
    CursorNotValid,
    DayAhead,
    FactCurrency,
    ParameterNotValid,
    RecordsCount,
    WhichPayments,
)
from saldo.edge.v1.requests_money import ChargeOrder
from saldo.ledger.charges import ChargesBusy, FactAmount, FactDiffers
from saldo.payments.allocate import AllocationBusy, AllocationUnknown, CreditUnknown
from saldo.payments.desk import AllocationCurrency, MeansMissing, RefundDiffers
from saldo.payments.refunds import NothingToRefund, RefundNotSupported
from saldo.payments.reversals import PaymentUnknown, ReversalBusy
from saldo.payments.settle import SettlementBusy
from saldo.payments.surcharge import SurchargeNotAllowed
from saldo.payments.treasury import AccountsDiffer, CounterPaymentDiffers
from saldo.provider_wiring import ProviderNotUsable

_CHARGE: Refusals = (
    *AUTH,
    *BODY,
    *MONEY,
    DayAhead,
    InvoiceUnknown,
    FactCurrency,
    FactDiffers,
    ChargesBusy,
)
_ONCE = (
    "Repeating is harmless: the id is the key, and what is booked is answered again. The same id "
    "with other contents is refused."
)


def _charge(
    what: str,
    path: str,
    summary: str,
    description: str,
    body: type[ChargeOrder],
    sent: Any,
    answered: Any,
    refusals: Refusals,
) -> Operation:
    """Return the operation that books a fact on an invoice."""
    return Operation(
        f"book{what}",
        "POST",
        path,
        "Charges",
        summary,
        description,
        "payments:write",
        (
            Reply(201, "Booked.", answers_money.Charge, {"new": answered}),
            Reply(200, "Booked before.", answers_money.Charge, {"known": answered}),
        ),
        (*_CHARGE, *refusals),
        body=body,
        body_example=sent,
        repeat=_ONCE,
    )


MONEY_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "makePayLinks",
        "POST",
        "/v1/pay-links",
        "Pay links",
        "Make links for up to 500 invoices",
        "A link shows one invoice to whoever holds it, and lets them pay it, for 180 days; with "
        "`scope` `account`, everything that is open on its account. Only its hash is kept: the "
        "answer is the one place where it stands. With `qr`, the link comes as a QR code for "
        "paper too; such a call carries at most 100 records.",
        "links:write",
        (
            Reply(
                200, "A result per invoice.", answers.PayLinksAnswer, {"made": examples.PAY_LINKS}
            ),
        ),
        (*AUTH, *BODY, RecordsCount),
        (*RECORD, InvoiceUnknown),
        body=pushes.PayLinkOrder,
        body_example={"records": [{"invoice": "2026/0815", "qr": "svg"}]},
        repeat="Repeating makes new links; those made before stay good.",
    ),
    Operation(
        "getPayments",
        "GET",
        "/v1/payments",
        "Payments",
        "One payment, or those of an invoice or an account",
        "With `id`, that one payment. With `number`, every payment that the payer made for this "
        "invoice, or whose money went to it since; with `account`, all of the account. The latest "
        "comes first, whatever became of it: keep asking with `cursor` until it is null.",
        "payments:read",
        (
            Reply(
                200,
                "The payment, or a page.",
                answers_money.Payment | answers_money.PaymentPage,
                {"one": shown.PAYMENT, "page": {"items": [shown.PAYMENT], "cursor": None}},
            ),
        ),
        (
            *AUTH,
            ParameterNotValid,
            WhichPayments,
            CursorNotValid,
            PaymentUnknown,
            InvoiceUnknown,
            AccountUnknown,
        ),
        query=requests.PaymentsQuery,
    ),
    Operation(
        "takePayment",
        "POST",
        "/v1/payments",
        "Payments",
        "Book a payment taken on site",
        "Cash or a card terminal, entered by a till or the ERP. It settles like a payment that "
        "came online: it pays the invoices in their order, and what it pays holds no reminder any "
        "more. The answer says what each invoice still owes, and what is left as `credit`: money "
        "for a paid invoice, and money in another currency, is credit in full.",
        "payments:write",
        (
            Reply(
                201,
                "Booked.",
                answers_money.PaymentTaken,
                {
                    "overpaid": {
                        **shown.PAYMENT,
                        "open": [{"invoice": "2026/0815", "currency": "EUR", "open": "0.00"}],
                    }
                },
            ),
            Reply(200, "Booked before; as it stands now.", answers_money.PaymentTaken),
        ),
        (
            *AUTH,
            *BODY,
            *MONEY,
            DayAhead,
            AccountsDiffer,
            InvoiceUnknown,
            CounterPaymentDiffers,
            SettlementBusy,
            AllocationBusy,
        ),
        body=requests_money.PaymentRecord,
        body_example=shown.PAYMENT_TAKEN,
        repeat=_ONCE,
    ),
    Operation(
        "refund",
        "POST",
        "/v1/refunds",
        "Payments",
        "Give money back",
        "Money of a payment that no invoice needs goes back the way it came. What was allocated is "
        "taken back first (`POST /v1/allocations/take-back`). Of what was taken on site, order it "
        "when the money was handed over: it is done at once.",
        "payments:write",
        (
            Reply(200, "At its end: done or failed.", answers_money.Refund, {"done": shown.REFUND}),
            Reply(
                202,
                "Promised. The provider works on it, or is asked again: hear `refund.done` or "
                "`refund.failed`, or look at the payment.",
                answers_money.Refund,
                {"asked": shown.REFUND_ASKED},
            ),
        ),
        (
            *AUTH,
            *BODY,
            *MONEY,
            PaymentUnknown,
            FactCurrency,
            NothingToRefund,
            RefundNotSupported,
            RefundDiffers,
            ReversalBusy,
            ProviderNotUsable,
            SecretsUnavailable,
        ),
        body=requests_money.RefundOrderBody,
        body_example=shown.REFUND_ORDER,
        repeat="Repeating is harmless: the id is the key, for the payment; the refund is answered "
        "as it stands. The same id with another amount is refused.",
    ),
    Operation(
        "getCredits",
        "GET",
        "/v1/credits",
        "Payments",
        "The credit of an account",
        "Money of the account that no invoice has taken: overpaid, paid for a paid invoice, or of "
        "a credit note. Offer it for the next invoice (`POST /v1/allocations`), or give it back "
        "(`POST /v1/refunds`).",
        "payments:read",
        (Reply(200, "The credit.", answers_money.Credits, {"one": shown.CREDITS}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "allocate",
        "POST",
        "/v1/allocations",
        "Payments",
        "Pay invoices with credit",
        "In the order named, as far as the credit reaches; of each invoice costs, interest and "
        "principal in the creditor's order.",
        "payments:write",
        (
            Reply(
                200,
                "How the credit and the invoices stand.",
                answers_money.Allocated,
                {"used up": shown.ALLOCATED},
            ),
        ),
        (
            *AUTH,
            *BODY,
            AccountsDiffer,
            InvoiceUnknown,
            CreditUnknown,
            AllocationCurrency,
            AllocationBusy,
        ),
        body=requests_money.AllocationOrder,
        body_example=shown.ALLOCATION_ORDER,
        repeat="Repeating is harmless unless it was taken back meanwhile: what is paid is not paid "
        "again.",
    ),
    Operation(
        "takeBack",
        "POST",
        "/v1/allocations/take-back",
        "Payments",
        "Take an allocation back",
        "The invoice is owed again, the money is credit again. The reason stands in the books.",
        "payments:write",
        (
            Reply(
                200,
                "How the credit and the invoice stand.",
                answers_money.Allocated,
                {"credit again": shown.TAKEN_BACK},
            ),
        ),
        (*AUTH, *BODY, InvoiceUnknown, AllocationUnknown, AllocationBusy),
        body=requests_money.TakeBackOrder,
        body_example=shown.TAKE_BACK_ORDER,
        repeat="Repeating answers 404 `allocation-unknown`: nothing stands any more.",
    ),
    _charge(
        "Fee",
        "/v1/fees",
        "Add a fee",
        "A fee carries no VAT here and is paid before interest and principal, unless the "
        "creditor's order says otherwise. Nobody is charged for a SEPA transfer or debit, nor for "
        "a consumer's card; for other means of payment at most what their use costs you.",
        requests_money.FeeOrder,
        shown.FEE_ORDER,
        shown.FEE,
        (SurchargeNotAllowed, MeansMissing),
    ),
    _charge(
        "Interest",
        "/v1/interest",
        "Add interest",
        "Default interest carries no VAT.",
        requests_money.InterestOrder,
        shown.INTEREST_ORDER,
        shown.INTEREST,
        (),
    ),
    _charge(
        "Discount",
        "/v1/discounts",
        "Grant a cash discount",
        "So much, gross, is no longer owed on the principal; the VAT inside is corrected by rate.",
        requests_money.DiscountOrder,
        shown.DISCOUNT_ORDER,
        shown.DISCOUNT,
        (FactAmount,),
    ),
    _charge(
        "WriteOff",
        "/v1/write-offs",
        "Write off",
        "What is owed will not be collected any more: costs go first, then interest, then "
        "principal. Money that comes all the same becomes credit.",
        requests_money.WriteOffOrder,
        shown.WRITE_OFF_ORDER,
        shown.WRITE_OFF,
        (FactAmount,),
    ),
)
