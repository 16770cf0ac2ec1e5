"""Invoices as its callers push them: issued, corrected, and settled by what their ERP booked.

Its callers say with every invoice how much of it stands open in the ERP. What is settled there and
not here is booked as the ERP's own payment, which is not told back to it. What is settled here and
not there yet stays: the ERP reads it with the payments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from saldo.accounts import foreign_ids
from saldo.accounts.foreign_ids import ForeignKind
from saldo.edge.payt.debtors import resolved
from saldo.edge.payt.lists import Caller, Row
from saldo.edge.payt.settled import settled_here
from saldo.edge.payt.wire import Told, fits, records_of
from saldo.edge.v1 import records, render
from saldo.edge.v1.refusals import FieldMissing, FieldNotValid
from saldo.edge.v1.requests import InvoiceRecord
from saldo.errors import Refusal
from saldo.invoices.model import Invoice, NumberTaken
from saldo.money import format_amount, parse_amount
from saldo.payments.look import find_payment
from saldo.payments.model import BOOKED_BY_ERP
from saldo.payments.reversals import PaymentUnknown
from saldo.payments.treasury import CounterPayment, counter_id

_NAMES: Final = {
    "number": "invoice_number",
    "account": "debtor_number",
    "issued_on": "invoice_date",
    "due_on": "due_date",
    "currency": "currency_code",
    "amount": "amount_total",
    "order_reference": "order_number",
    "payment_terms": "payment_condition",
}
_TRANSLATED: Final = {
    *_NAMES.values(),
    "debtor_identifier",
    "invoice_identifier",
    "amount_open",
    "book_amount_total",
    "book_amount_open",
    "description",
    "sent_at",
    "payments",
    "invoice_lines",
    "payment_term",
}
_PAYMENTS: Final = ("", "payment", None)


_CAME_BACK: Final = (
    "Money for it came back, or was moved: what you have as paid is not booked. Read "
    "GET /v1/payments/deleted; book other money with POST /v1/payments of ours."
)
_TAKEN_BACK_THERE: Final = (
    "More of your own payments stands booked here: take it back with POST "
    "/v1/allocations/take-back of ours."
)


@dataclass
class _Draft:
    """One record on its way: `record` is of `/v1/invoices`, the rest waits for it to be taken."""

    name: str
    record: dict[str, Any]
    open: Any
    identifier: str | None
    payments: list[Any] = field(default_factory=list)


def upsert(caller: Caller, body: Row) -> Row:
    """Issue or correct invoices, each by itself; raise what is wrong with the body as a whole.

    What a record leaves out stays as it was.
    """
    return _push(caller, body, is_new_allowed=True)


def update(caller: Caller, body: Row) -> Row:
    """Correct invoices that are there, each by itself; raise what is wrong with the whole body."""
    return _push(caller, body, is_new_allowed=False)


def _push(caller: Caller, body: Row, *, is_new_allowed: bool) -> Row:
    sent, told = records_of(body, "invoices"), Told()
    _Push(caller, told, "payments:write" in caller.scopes, is_new_allowed).take(sent)
    return told.body()


class _Push:
    def __init__(self, order: Caller, told: Told, may_pay: bool, is_new_allowed: bool) -> None:
        self._order, self._told = order, told
        self._may_pay, self._is_new_allowed = may_pay, is_new_allowed
        self._services, self._creditor = order.services, order.creditor.id
        self._records: dict[str, dict[str, Any]] = {}
        self._identifiers: dict[str, str] = {}
        self._pointers: dict[tuple[str, ForeignKind, str], str] = {}

    def take(self, sent: Sequence[Row]) -> None:
        """Take one call's records, at most as many as our own bulk calls."""
        identified = self._identified(sent)
        self._records = self._known([name for one in sent if (name := self._name(one, identified))])
        debtors = [str(one["debtor_identifier"]) for one in sent if one.get("debtor_identifier")]
        accounts = dict(zip(debtors, resolved(self._order, debtors), strict=True))
        drafts: list[tuple[_Draft, Invoice]] = []
        for one in sent:
            name = self._name(one, identified)
            try:
                if self._is_nothing(one):
                    self._told.warn(name, "A credit note with nothing open: not kept.")
                    self._told.done()
                    continue
                draft = self._draft(name, one, accounts)
                drafts.append((draft, records.invoice_from(draft.record, self._creditor)))
                self._records[name] = {n: v for n, v in draft.record.items() if n != "lines"}
            except Refusal as refusal:
                self._told.wrong(name, _in_their_words(refusal.detail))
                continue
            unkept = [n for n in one if n not in _TRANSLATED and one[n] not in (None, "", [])]
            self._told.warn(name, *(f"'{n[:60]}' is not kept." for n in unkept))
        results = self._services.intake.put_invoices([one for _, one in drafts], by=self._order.by)
        fresh = self._services.store.get_many(Invoice, [one.key for _, one in drafts])
        numbers = [one.number for _, one in drafts]
        self._identifiers = foreign_ids.numbers_of(
            self._services.store, self._creditor, "erp-number", numbers
        )
        for (draft, invoice), result in zip(drafts, results, strict=True):
            if result.refusal is not None:
                self._told.wrong(draft.name, _in_their_words(result.refusal.detail))
                continue
            self._after(draft, fresh[invoice.key])
        now = self._services.clock.now()
        foreign_ids.point(self._services.store, now, self._pointers)

    def _identified(self, sent: Sequence[Row]) -> dict[str, str]:
        """Return the numbers of records that come under their identifier alone."""
        names = [
            str(one["invoice_identifier"])
            for one in sent
            if one.get("invoice_identifier") and not one.get("invoice_number")
        ]
        known = filter(fits, names)
        return foreign_ids.numbers_of(self._services.store, self._creditor, "erp-invoice", known)

    def _name(self, one: Row, identified: dict[str, str]) -> str:
        identifier = str(one.get("invoice_identifier") or "")
        return str(one.get("invoice_number") or identified.get(identifier) or identifier)

    def _known(self, numbers: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return those invoices that are there, as records of `/v1/invoices`."""
        store = self._services.store
        keys = [
            (self._creditor, "invoice", number) for number in dict.fromkeys(numbers) if fits(number)
        ]
        taken = store.get_many(NumberTaken, keys).values()
        places = [(self._creditor, one.account, one.number) for one in taken]
        found = store.get_many(Invoice, places)
        return {one.number: _record_of(one) for one in found.values()}

    def _is_nothing(self, one: Row) -> bool:
        """Tell whether it is a credit note of which nothing is left: it changes nothing here."""
        try:
            total = Decimal(one.get("amount_total") or one.get("book_amount_total") or "0")
            left = Decimal(one.get("amount_open") or one.get("book_amount_open") or "0")
            is_credit, is_open = total < 0, left != 0
        except (InvalidOperation, TypeError, ValueError):
            return False  # no amount: the reading of the record says so
        if is_credit and is_open:
            raise FieldNotValid(
                "Credit notes are not invoices here: send them to PUT /v1/credit-notes, which asks "
                "for their invoice, or push that with what still stands open of it."
            )
        return is_credit

    def _draft(self, name: str, one: Row, accounts: dict[str, str]) -> _Draft:
        if not fits(name):
            raise FieldMissing("'invoice_number' is missing, or too long.")
        known = self._records.get(name)
        if known is None and not self._is_new_allowed:
            raise FieldNotValid("There is no such invoice.")
        record = _overlaid(known or {}, name, one)
        if not one.get("debtor_number") and one.get("debtor_identifier"):
            record["account"] = accounts[str(one["debtor_identifier"])]
        open_now = one.get("amount_open")
        payments = one.get("payments")
        return _Draft(
            name,
            record,
            one.get("book_amount_open") if open_now is None else open_now,
            one["invoice_identifier"] if isinstance(one.get("invoice_identifier"), str) else None,
            [p for p in payments if isinstance(p, dict)] if isinstance(payments, list) else [],
        )

    def _after(self, draft: _Draft, invoice: Invoice) -> None:
        """Do what follows once an invoice was taken; what of it fails is told as a warning."""
        try:
            lines = records.lines_from(draft.record)
            if lines is not None:
                place = (invoice.creditor, invoice.account, invoice.number)
                self._services.invoice_lines.put(*place, *lines)
            known = self._identifiers.get(invoice.number, invoice.number)
            if draft.identifier is not None and draft.identifier != known:
                self._remember(draft.identifier, invoice.number)
            if draft.open is not None:
                self._settle(draft, invoice)
        except Refusal as refusal:
            self._told.warn(draft.name, _in_their_words(refusal.detail))
        self._told.done()

    def _remember(self, identifier: str, number: str) -> None:
        if not fits(identifier):
            raise FieldNotValid("'invoice_identifier' is empty, or too long: it is not kept.")
        self._pointers[self._creditor, "erp-invoice", identifier] = number
        self._pointers[self._creditor, "erp-number", number] = identifier

    def _settle(self, draft: _Draft, found: Invoice) -> None:
        """Book what the ERP has as settled and we do not; never more than stands open here."""
        there_minor = found.amount_minor - parse_amount(str(draft.open), found.currency)
        if there_minor < 0:
            raise FieldNotValid("'amount_open' is more than 'amount_total'.")
        if there_minor == 0 and found.settled_minor == 0:
            return  # most invoices: nobody paid yet
        here = settled_here(self._services.store, found)
        missing_minor = min(there_minor - here.minor, found.open_minor)
        if missing_minor > 0 and here.came_back:
            self._told.warn(draft.name, _CAME_BACK)
        elif missing_minor > 0 and not self._may_pay:
            self._told.warn(
                draft.name, "What was paid is not booked: the key lacks payments:write."
            )
        elif missing_minor > 0:
            for payment in self._bookings(draft, found, missing_minor):
                self._services.treasury.take_at_counter(payment)
        elif there_minor < here.erps_minor:
            self._told.warn(draft.name, _TAKEN_BACK_THERE)
        elif 0 < there_minor < here.minor:
            more = format_amount(here.minor - there_minor, found.currency)
            self._told.warn(
                draft.name, f"{more} more is settled here: read it with GET /v1/payments."
            )

    def _bookings(self, draft: _Draft, found: Invoice, missing_minor: int) -> list[CounterPayment]:
        """Return the ERP's own payments where they explain what is missing, else one for it all."""
        own = [
            made
            for sent in draft.payments
            if (made := self._payment(sent, found)) is not None and not self._is_booked(made.id)
        ]
        if own and sum(one.amount_minor for one in own) == missing_minor:
            return own
        today = self._order.today
        # The version makes a repeat safe, also beside another call: both read the same.
        id_ = f"open-{found.number}-{found.version}"
        return [self._counter(id_, found, missing_minor, today)]

    def _payment(self, sent: Row, found: Invoice) -> CounterPayment | None:
        """Read a payment of the ERP's; None for what is none, or is not readable."""
        id_, amount = sent.get("origin_identifier"), sent.get("amount")
        if not isinstance(id_, str) or not isinstance(amount, str) or not 1 <= len(id_) <= 64:
            return None
        if sent.get("transaction_type") not in _PAYMENTS:
            return None
        try:
            minor = parse_amount(amount, found.currency)
            day = date.fromisoformat(str(sent.get("payment_date") or self._order.today)[:10])
        except (Refusal, ValueError):
            return None
        return self._counter(id_, found, minor, min(day, self._order.today)) if minor > 0 else None

    def _counter(self, id_: str, found: Invoice, minor: int, day: date) -> CounterPayment:
        place = (found.number,)
        return CounterPayment(id_, self._creditor, place, minor, found.currency, day, BOOKED_BY_ERP)

    def _is_booked(self, id_: str) -> bool:
        try:
            find_payment(self._services.store, self._creditor, counter_id(self._creditor, id_))
        except PaymentUnknown:
            return False
        return True


def _record_of(found: Invoice) -> dict[str, Any]:
    """Return an invoice as a record of `/v1/invoices`; how it began counts for new ones alone."""
    shown: dict[str, Any] = dict(render.invoice(found))
    left_out = ("opening", "lines", "erp_version", "erp_updated_at")
    return {n: shown[n] for n in InvoiceRecord.model_fields if n in shown and n not in left_out}


def _overlaid(known: dict[str, Any], name: str, one: Row) -> dict[str, Any]:
    """Return a record with what was sent written over what is known; raise FieldNotValid."""
    sent = {ours: one[theirs] for ours, theirs in _NAMES.items() if one.get(theirs) is not None}
    record = {**known, **sent, "number": name}
    if one.get("amount_total") is None and one.get("book_amount_total") is not None:
        record["amount"] = one["book_amount_total"]
    for day in ("issued_on", "due_on"):
        if isinstance(record.get(day), str):
            record[day] = record[day][:10]  # an instant will do
    if one.get("description") is not None:
        record["description"] = " ".join(str(one["description"]).split())[:500]
    if one.get("sent_at"):
        record["already_sent"] = True
    lines = one.get("invoice_lines")
    if isinstance(lines, list):
        record["lines"] = [_line(line, place) for place, line in enumerate(lines, 1)]
    return record


def _line(sent: Any, place: int) -> dict[str, Any]:
    """Translate a line of an invoice; raise FieldNotValid."""
    if not isinstance(sent, dict):
        raise FieldNotValid("'invoice_lines' must be a list of objects.")
    net = sent.get("total_excl_tax_amount")
    if net is None:
        try:
            net = str(Decimal(sent["total_incl_tax_amount"]) - Decimal(sent["vat_amount"]))
        except (KeyError, TypeError, ValueError, InvalidOperation):
            raise FieldNotValid(
                "An invoice line has 'total_excl_tax_amount', or 'total_incl_tax_amount' and "
                "'vat_amount'."
            ) from None
    line: dict[str, Any] = {
        "ref": str(sent.get("line_order") or place),
        "text": " ".join(str(sent.get("description") or "").split())[:200],
        "amount": net,
        "quantity": sent.get("product_quantity") or "1",
        "unit": str(sent.get("product_unit") or "")[:20],
    }
    if sent.get("product_price"):
        line["unit_price"] = sent["product_price"]
    if sent.get("vat_percentage"):
        line["tax_rate"] = sent["vat_percentage"]
    return line


def _in_their_words(detail: str) -> str:
    for ours, theirs in _NAMES.items():
        detail = detail.replace(f"'{ours}'", f"'{theirs}'")
    return detail
