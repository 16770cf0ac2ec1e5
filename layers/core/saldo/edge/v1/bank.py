"""Bank accounts, statements and entries over the API: what is ordered, and done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from saldo.bank_entries.accounts import RETURN_CHARGE_MINOR_MAX
from saldo.bank_entries.model import BankAccount, BankEntry, Part, SourceKind
from saldo.bank_entries.refusals import BankAccountUnknown
from saldo.bank_entries.return_charge import ReturnCharge, ReturnChargeKind
from saldo.edge.v1.bank_answers import (
    BankAccountAnswer,
    BankAccountList,
    EntryAnswer,
    EntryList,
    MatchedAnswer,
    StatementList,
    TakenAnswer,
    render_account,
    render_entry,
    render_statement,
    render_taken,
)
from saldo.edge.v1.fields import NOT_BLANK, PRINTABLE, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Name, Query, Reason
from saldo.errors import Refusal
from saldo.money import format_amount, parse_amount
from saldo.payments.allocate import Grounds

LISTED_MAX = 500
PARTS_MAX = 20
INVOICES_MAX = 200

AccountName = Annotated[str, Field(min_length=1, max_length=50), PRINTABLE, NOT_BLANK]
_IBAN = Field(description="The IBAN, or what the bank calls the account.")


class SendStatement(Query):
    """Whose CSV it is; every other format says so itself."""

    account: Annotated[
        AccountName | None, Field(description="Of a CSV: the account whose mapping is for it.")
    ] = None


class BankAccountQuery(Query):
    """Which bank account is meant."""

    account: Annotated[AccountName, _IBAN]


class BankEntryQuery(Query):
    """Which entry is meant: none for all that wait."""

    id: Annotated[Name | None, Field(description="One entry, whatever became of it.")] = None
    refunds: Annotated[
        bool, Field(description="True: those of which a refund is proposed, instead.")
    ] = False


class BankRules(Body):
    """What is let pass; amounts in minor units."""

    rounding_minor: Annotated[int, Field(ge=0, le=100)] = 2
    bank_charges_minor_max: Annotated[int, Field(ge=0, le=100_000)] = 1500
    write_off_minor_max: Annotated[int, Field(ge=0, le=100_000)] = 0
    is_strict: Annotated[
        bool, Field(description="False also books by itself what rests on payer and amount alone.")
    ] = True
    chases_late_discount: Annotated[
        bool,
        Field(description="True asks for a cash discount kept back too late; else somebody says."),
    ] = False


class ReturnChargeOrder(Body):
    """What a returned debit is charged on with, where the law of the debtor's country allows it."""

    kind: Annotated[
        ReturnChargeKind,
        Field(description="`off`; `bank`: what the bank took, at most `amount_minor`; `fixed`: "
              "`amount_minor`."),
    ]  # fmt: skip
    amount_minor: Annotated[int, Field(ge=0, le=RETURN_CHARGE_MINOR_MAX)] = 0
    clause: Annotated[
        str, Field(max_length=200, description="Where your contracts provide for it."), PRINTABLE
    ] = ""
    clause_since: Annotated[
        date | None, Field(description="Contracts made from this day on have that clause.")
    ] = None


class BankAccountOrder(Body):
    """A bank account of yours; what is not named stays as it is."""

    id: Annotated[AccountName, _IBAN]
    currency: Annotated[str | None, Field(pattern="^[A-Z]{3}$")] = None
    posts: Annotated[
        SourceKind | None,
        Field(
            description="Which files post: `statement` (camt.053, MT940, BAI2, CODA, OFX, CSV), "
            "`report` (camt.052, MT942) or `notification` (camt.054). The others hold reminders."
        ),
    ] = None
    late_after_days: Annotated[
        int | None,
        Field(ge=-1, le=30, description="Business days after which a missing statement holds "
              "reminders; -1: never."),
    ] = None  # fmt: skip
    csv: Annotated[
        dict[str, Any] | None, Field(description="The mapping of its CSV, see docs/bank.md.")
    ] = None
    rules: BankRules | None = None
    proposes_refund_from_minor: Annotated[
        int | None,
        Field(ge=-1, le=100_000_000, description="An over-payment of at least so much is proposed "
              "for refund; -1: never."),
    ] = None  # fmt: skip
    return_charge: ReturnChargeOrder | None = None


class PartOrder(Body):
    """Money of an entry that is for one account."""

    account: Annotated[Number, Field(description="The account's number.")]
    amount: Annotated[
        str | None, Field(max_length=20, description="None: all that the other parts leave.")
    ] = None
    invoices: Annotated[list[Number], Field(default_factory=list, max_length=INVOICES_MAX)]


class EntryChoice(Body):
    """An entry, and why."""

    id: Annotated[Name, Field(description="The entry's id.")]
    reason: Reason


class AcceptOrder(Body):
    """An entry whose proposal is right."""

    id: Annotated[Name, Field(description="The entry's id.")]
    proposal: Annotated[
        str | None,
        Field(
            max_length=32,
            description="The `mark` of the proposal that was looked at: refused where something "
            "else is proposed by now. None: whatever is proposed.",
        ),
    ] = None
    reason: Reason = "accepted"


class SplitOrder(EntryChoice):
    """An entry, and whose money it is."""

    parts: Annotated[list[PartOrder], Field(min_length=1, max_length=PARTS_MAX)]


class ReturnOrder(EntryChoice):
    """An entry that took a payment back."""

    payment: Annotated[Name, Field(description="The payment's id.")]


class RefundChoice(Body):
    """An entry of which a refund is proposed, and what is to become of it."""

    id: Annotated[Name, Field(description="The entry's id.")]
    declines: Annotated[
        bool, Field(description="True keeps the credit, also of an order not yet transferred.")
    ] = False
    reason: Reason = "decided"


def send(order: Ordered, asked: SendStatement, data: bytes) -> TakenAnswer:
    """Take a file of statements; raises an Unavailable: send it again then."""
    files = order.services.statement_files
    return render_taken(files.push(order.creditor.id, data, order.by, asked.account or ""))


def accounts(order: Ordered) -> BankAccountList:
    """Return the creditor's bank accounts."""
    found = order.services.bank_entries.accounts.of(order.creditor.id)
    return {"items": [render_account(one) for one in found]}


def change_account(order: Ordered, body: Any) -> BankAccountAnswer:
    """Set up a bank account, or change it; raises what `BankAccounts.change` does."""
    sent = read(BankAccountOrder, body)
    book = order.services.bank_entries.accounts
    changes: dict[str, Any] = {
        name: value
        for name in ("currency", "posts", "csv")
        if (value := getattr(sent, name)) is not None
    }
    if sent.late_after_days is not None:
        changes["late_after_days"] = None if sent.late_after_days < 0 else sent.late_after_days
    if (least := sent.proposes_refund_from_minor) is not None:
        changes["proposes_refund_from_minor"] = None if least < 0 else least
    if (charge := sent.return_charge) is not None:
        changes["return_charge"] = ReturnCharge(
            charge.kind, charge.amount_minor, charge.clause, charge.clause_since
        )
    if sent.rules is not None:
        known = next((x for x in book.of(order.creditor.id) if x.id == sent.id), None)
        base = (known or BankAccount(order.creditor.id, sent.id, "EUR")).rules
        changes["rules"] = replace(
            base,
            rounding_minor=sent.rules.rounding_minor,
            bank_charges_minor_max=sent.rules.bank_charges_minor_max,
            write_off_minor_max=sent.rules.write_off_minor_max,
            threshold="strict" if sent.rules.is_strict else "usual",
            chases_late_discount=sent.rules.chases_late_discount,
        )
    return render_account(book.change(order.creditor.id, sent.id, by=order.by, **changes))


def statements(order: Ordered, asked: BankAccountQuery) -> StatementList:
    """Return the last statements of an account; raise BankAccountUnknown."""
    service = order.services.bank_entries
    found = [x for x in service.accounts.of(order.creditor.id) if x.id == asked.account]
    if not found:
        raise BankAccountUnknown(f"There is no bank account {asked.account!r}.")
    taken = service.statements(order.creditor.id, found[0])
    return {"items": [render_statement(one) for one in taken[-LISTED_MAX:]]}


def entries(order: Ordered, asked: BankEntryQuery) -> EntryList:
    """Return what waits, what is proposed for refund, or any one; raise BankEntryUnknown."""
    service, creditor = order.services.bank_entries, order.creditor.id
    if asked.id is not None:
        return {"items": [render_entry(service.find(creditor, asked.id))]}
    found = service.refunds.proposed(creditor) if asked.refunds else service.waiting(creditor)
    return {"items": [render_entry(one) for one in found[:LISTED_MAX]]}


def match(order: Ordered) -> MatchedAnswer:
    """Match again all that waits; raises an Unavailable."""
    done = order.services.bank_entries.match(order.creditor.id)
    booked = done.certain + done.payouts + done.returned
    return {"booked": booked, "likely": done.likely, "open": done.open}


def accept(order: Ordered, body: Any) -> EntryAnswer:
    """Book the proposal of an entry."""
    sent = read(AcceptOrder, body)
    grounds = Grounds(order.by, sent.reason)
    service, seen = order.services.bank_entries, sent.proposal or ""
    return render_entry(service.accept(order.creditor.id, sent.id, grounds, seen=seen))


def split(order: Ordered, body: Any) -> EntryAnswer:
    """Book an entry as somebody says."""
    sent = read(SplitOrder, body)
    service, creditor = order.services.bank_entries, order.creditor.id
    currency = service.find(creditor, sent.id).entry.currency
    parts = tuple(_part(part, place, currency) for place, part in enumerate(sent.parts))
    grounds = Grounds(order.by, sent.reason)
    return render_entry(service.accept(creditor, sent.id, grounds, parts))


def _part(sent: PartOrder, place: int, currency: str) -> Part:
    try:
        minor = parse_amount(sent.amount, currency) if sent.amount is not None else 0
    except Refusal as refusal:
        raise refusal.at(f"/parts/{place}/amount") from None
    return Part(sent.account, minor, tuple(dict.fromkeys(sent.invoices)))


def ignore(order: Ordered, body: Any) -> EntryAnswer:
    """Say that an entry is no business of these books."""
    sent = read(EntryChoice, body)
    grounds = Grounds(order.by, sent.reason)
    return render_entry(order.services.bank_entries.ignore(order.creditor.id, sent.id, grounds))


def reverse(order: Ordered, body: Any) -> EntryAnswer:
    """Take back what was made of an entry."""
    sent = read(EntryChoice, body)
    grounds = Grounds(order.by, sent.reason)
    return render_entry(order.services.bank_entries.reverse(order.creditor.id, sent.id, grounds))


def returned(order: Ordered, body: Any) -> EntryAnswer:
    """Say that an entry took a payment back."""
    sent = read(ReturnOrder, body)
    grounds = Grounds(order.by, sent.reason)
    made = order.services.bank_entries.returned(order.creditor.id, sent.id, sent.payment, grounds)
    return render_entry(made)


def refund(order: Ordered, body: Any) -> EntryAnswer:
    """Order the refund that is proposed of an entry, or keep the credit.

    Raises SecondPersonNeeded where a person orders it.
    """
    sent = read(RefundChoice, body)
    service = order.services.bank_entries
    decide = service.refunds.decline if sent.declines else service.refunds.order
    found = service.find(order.creditor.id, sent.id)
    if order.by_person and not sent.declines:
        _ask_second(order, found, sent.reason)
    return render_entry(decide(found, Grounds(order.by, sent.reason)))


def _ask_second(order: Ordered, entry: BankEntry, reason: str) -> None:
    """Keep a person's refund above the limit for a second one; raise SecondPersonNeeded.

    What the second agrees to is the same refund of that payment, ordered by itself.
    """
    from saldo.people.four_eyes import Wanted

    refund, currency = entry.refund, entry.entry.currency
    if refund is None or refund.state != "proposed":
        return
    body = {
        "id": refund.refund_id,
        "payment": refund.payment,
        "amount": format_amount(refund.amount_minor, currency),
        "currency": currency,
        "reason": reason,
    }
    order.services.four_eyes.check(
        Wanted(
            order.creditor.id,
            "refund",
            f"{refund.payment}#{refund.refund_id}",
            refund.account,
            refund.payment,
            refund.amount_minor,
            currency,
            reason,
            order.by,
            body,
        )
    )
