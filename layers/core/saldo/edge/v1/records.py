"""From checked records to those of the books: defaults, amounts, and what fields say together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from saldo.accounts.agreed import AgreedTerms, CreditLimit
from saldo.accounts.model import (
    Account,
    Contact,
    Creditor,
    PostalAddress,
)
from saldo.accounts.service import Target
from saldo.edge.v1.parse import read
from saldo.edge.v1.refusals import (
    AmountNotPositive,
    DueBeforeIssued,
    FieldMissing,
    FieldNotValid,
    FieldUnknown,
    UntilNotAhead,
)
from saldo.edge.v1.requests import (
    CreditNoteRecord,
    DiscountRecord,
    HoldEnd,
    HoldOrder,
    HoldsQuery,
    InvoiceRecord,
)
from saldo.edge.v1.requests_accounts import AccountRecord, AddressRecord, CreditLimitRecord
from saldo.errors import Refusal
from saldo.invoices.discounts import DiscountTerm
from saldo.invoices.lines import InvoiceLine
from saldo.invoices.model import CreditNote, Invoice, Opening, OpeningCase
from saldo.money import Money, parse_amount


def account_from(value: Any, creditor: Creditor) -> Account:
    """Read an account; what it leaves out is the creditor's. Raises Invalid."""
    sent = read(AccountRecord, value)
    country = sent.country or creditor.country
    if sent.region is not None and not sent.region.startswith(f"{country}-"):
        raise FieldNotValid(f"'region' ({sent.region}) lies outside {country}.").at("/region")
    return Account(
        creditor=creditor.id,
        number=sent.number,
        name=sent.name,
        kind=sent.kind,
        country=country,
        language=sent.language or creditor.language,
        time_zone=sent.time_zone or creditor.time_zone,
        contacts=tuple(
            Contact(c.name, c.email, c.phone, c.role, address=_address(c.address, country))
            for c in sent.contacts
        ),
        region=sent.region,
        address=_address(sent.address, country),
        size=sent.size,
        industry=sent.industry,
        risk_class=sent.risk_class,
        labels=tuple(dict.fromkeys(sent.labels)),
        follow_up=sent.follow_up,
        policy=sent.policy,
        reference=sent.reference,
        terms=AgreedTerms(sent.payment_terms.net_days, sent.payment_terms.text)
        if sent.payment_terms
        else None,
        credit_limit=_credit_limit(sent.credit_limit),
        parent=sent.parent,
        custom=dict(sent.custom),
    )


def _credit_limit(sent: CreditLimitRecord | None) -> CreditLimit | None:
    if sent is None:
        return None
    minor = positive_amount(sent.amount, sent.currency, "/credit_limit/amount")
    return CreditLimit(minor, sent.currency)


def _address(sent: AddressRecord | None, country: str) -> PostalAddress | None:
    if sent is None:
        return None
    return PostalAddress(tuple(sent.lines), sent.postal_code, sent.city, sent.country or country)


def invoice_from(value: Any, creditor: str) -> Invoice:
    """Read an invoice; raise Invalid."""
    sent = read(InvoiceRecord, value)
    amount_minor = positive_amount(sent.amount, sent.currency)
    if sent.due_on < sent.issued_on:
        raise DueBeforeIssued(
            f"'due_on' ({sent.due_on}) lies before 'issued_on' ({sent.issued_on})."
        ).at("/due_on")
    return Invoice(
        creditor=creditor,
        account=sent.account,
        number=sent.number,
        issued_on=sent.issued_on,
        due_on=sent.due_on,
        currency=sent.currency,
        amount_minor=amount_minor,
        open_minor=amount_minor,
        description=sent.description,
        order_reference=sent.order_reference,
        payment_terms=sent.payment_terms,
        payment_reference=sent.payment_reference,
        due_date_agreed=sent.due_date_agreed,
        received_on=sent.received_on,
        consumer_notice_given=sent.consumer_notice_given,
        already_sent=sent.already_sent,
        opening=_opening(sent),
        discounts=tuple(
            _discount(one, sent.currency, f"/discounts/{place}")
            for place, one in enumerate(sent.discounts)
        ),
        erp_version=sent.erp_version,
        erp_updated_at=sent.erp_updated_at,
    )


def _discount(sent: DiscountRecord, currency: str, at: str) -> DiscountTerm:
    """Read a cash discount; whether it fits its invoice is looked at when that is taken."""
    if (sent.percent is None) == (sent.amount is None):
        raise FieldMissing("A discount has either 'percent' or 'amount'.").at(f"{at}/percent")
    return DiscountTerm(
        sent.until,
        int(Decimal(sent.percent or 0) * 100),
        positive_amount(sent.amount, currency, f"{at}/amount") if sent.amount else 0,
        positive_amount(sent.basis, currency, f"{at}/basis") if sent.basis else None,
    )


def lines_from(value: Any) -> tuple[str, tuple[InvoiceLine, ...]] | None:
    """Read the lines of an invoice that was read before, and their currency; None where the record
    says nothing of them. Raises Invalid.
    """
    if not isinstance(value, dict) or value.get("lines") is None:
        return None
    sent = read(InvoiceRecord, value)
    lines: list[InvoiceLine] = []
    for place, line in enumerate(sent.lines or ()):
        at = f"/lines/{place}"
        if any(one.ref == line.ref for one in lines):
            raise FieldNotValid(f"Line {line.ref!r} stands there twice.").at(f"{at}/ref")
        try:
            amount_minor = parse_amount(line.amount, sent.currency)
        except Refusal as refusal:
            raise refusal.at(f"{at}/amount")  # noqa: B904 - the same refusal, only pointing
        lines.append(
            InvoiceLine(
                line.ref,
                line.text,
                line.quantity,
                amount_minor,
                line.unit,
                line.unit_price,
                line.tax_rate,
            )
        )
    return sent.currency, tuple(lines)


def _opening(sent: InvoiceRecord) -> Opening | None:
    """Read how far another system had reminded; raise Invalid."""
    opening = sent.opening
    if opening is None:
        return None
    if (opening.stage > 0) != (opening.last_reminder_on is not None):
        raise FieldMissing("A stage above 0 and 'last_reminder_on' go together.").at(
            "/opening/last_reminder_on"
        )
    if opening.last_reminder_on is not None and opening.last_reminder_on < sent.issued_on:
        raise FieldNotValid("'last_reminder_on' lies before the day of issue.").at(
            "/opening/last_reminder_on"
        )
    held = opening.case
    case = OpeningCase(held.kind, held.handed_to, held.reference) if held else None
    return Opening(opening.stage, opening.last_reminder_on, opening.blocked, case)


def credit_note_from(value: Any, creditor: str) -> CreditNote:
    """Read a credit note; raise Invalid. Its account is its invoice's, found when it is booked."""
    sent = read(CreditNoteRecord, value)
    return CreditNote(
        creditor=creditor,
        account="",
        number=sent.number,
        invoice=sent.invoice,
        issued_on=sent.issued_on,
        currency=sent.currency,
        amount_minor=positive_amount(sent.amount, sent.currency),
        applied_minor=0,
        reason=sent.reason,
    )


def target_of(order: HoldOrder | HoldEnd | HoldsQuery, creditor: str) -> Target:
    """Return what a hold is, was or shall be placed on; raise Invalid."""
    if order.on == "creditor":
        if order.number is not None:
            raise FieldUnknown("The creditor is the key's: leave 'number' out.").at("/number")
        return Target(creditor)
    if order.number is None:
        raise FieldMissing(f"'number' is missing: which {order.on}?").at("/number")
    if order.on == "account":
        return Target(creditor, order.number)
    return Target(creditor, invoice=order.number)


def check_until(until: date | None, today: date) -> None:
    """Refuse a pause that would end before it begins."""
    if until is not None and until <= today:
        raise UntilNotAhead(f"'until' ({until}) is not ahead of today ({today}).").at("/until")


def positive_amount(text: str, currency: str, pointer: str = "/amount") -> int:
    """Read a positive amount as minor units; raise what is wrong with it, pointing there."""
    name = pointer.removeprefix("/")
    try:
        minor = parse_amount(text, currency)
    except Refusal as refusal:
        raise refusal.at(pointer)  # noqa: B904 - the same refusal, only pointing
    if minor <= 0:
        raise AmountNotPositive(
            f"'{name}' must be positive; {Money(minor, currency)} is not. "
            "What reduces an invoice is a credit note."
        ).at(pointer)
    return minor
