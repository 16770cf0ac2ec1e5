"""What a row says, as the records that the API takes. Pure.

Reading goes no further than to texts: whether an amount fits its currency, a day its neighbours and
an account the books is judged where pushes by JSON are judged, by the same code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from saldo.errors import Invalid, Refusal
from saldo.imports.cells import CellNotReadable, Cells
from saldo.imports.fields import COLLECTION, FIELDS, OPENING, PAYMENT_ID
from saldo.imports.mapping import Mapping
from saldo.tables.model import Row

_INVOICE: Final = (
    "number", "account", "issued_on", "due_on", "currency", "amount", "description",
    "order_reference", "payment_terms", "received_on", "already_sent", "due_date_agreed",
)  # fmt: skip
_CREDIT_NOTE: Final = ("number", "invoice", "issued_on", "currency", "amount", "reason")
_CREDIT_KIND: Final = "credit-note"
_HOLD_REASON: Final = {
    "legal-case": "In collection before the item came here.",
    "insolvency": "Insolvency was known before the item came here.",
    "hardship": "Hardship was known before the item came here.",
}


class PaymentRow(Invalid):
    """The row is a payment, and the mapping does not say what identifies it (`payment.id`)."""

    code = "payment-row"


class NegativeAmount(Invalid):
    """The amount is below zero, and the mapping does not say what that means."""

    code = "negative-amount"


@dataclass(frozen=True, slots=True)
class Understood:
    """What a row is: `kind` is one of KINDS. `record` is what the API takes for it, `account` the
    debtor beside it, `hold` what holds its reminders. `left_out` says why nothing is taken from it,
    `refusal` what is wrong with it.
    """

    line: int
    kind: str = "leave-out"
    id: str = ""
    record: dict[str, Any] = field(default_factory=dict, hash=False)
    account: dict[str, Any] | None = field(default=None, hash=False)
    hold: dict[str, Any] | None = field(default=None, hash=False)
    left_out: str = ""
    refusal: Refusal | None = None


class Understanding:
    """Understands the rows of one table by a mapping. Raises ColumnsMissing when made."""

    def __init__(self, mapping: Mapping, columns: tuple[str, ...]) -> None:
        self._mapping, self._cells = mapping, Cells(mapping, columns)
        self._begun = bool(OPENING & mapping.fields.keys())
        self._of_account = [
            name for name in mapping.fields if name.startswith(("account.", "contact.", "address."))
        ]
        self._rules = [
            (
                rule.column,
                frozenset(value.casefold() for value in rule.values),
                tuple(value.casefold() for value in rule.begins),
            )
            for rule in mapping.leave_out
        ]

    def check(self, row: Row) -> None:
        """Raise MappingContradicted where the mapping would read a file like this wrongly."""
        if not row.is_empty and not self._left_out(row):
            self._cells.check(row)

    def of(self, row: Row) -> Understood:
        """Return what a row says."""
        why = "empty" if row.is_empty else self._left_out(row)
        if why:
            return Understood(row.line, left_out=why)
        number = ""
        kind = "invoice"
        try:
            number = self._cells.read(row, "number") or ""
            kind = self._cells.read(row, "kind") or "invoice"
            return self._made(row, kind, number)
        except Refusal as refusal:
            return Understood(row.line, kind, number, refusal=refusal)

    def _left_out(self, row: Row) -> str:
        for column, values, begins in self._rules:
            cell = self._cells.text(row, column).casefold()
            if cell in values or (begins and cell.startswith(begins)):
                return f"{column} is {cell!r}" if cell else f"{column} is empty"
        return ""

    def _made(self, row: Row, kind: str, number: str) -> Understood:
        if kind == "leave-out":
            return Understood(row.line, id=number, left_out="the mapping leaves its kind out")
        if kind == "payment":
            return self._payment(row, number)
        account = self._account(row)
        if kind == "account":
            return Understood(row.line, kind, (account or {}).get("number", ""), account=account)
        return self._claim(row, kind, number, account)

    def _claim(
        self, row: Row, kind: str, number: str, account: dict[str, Any] | None
    ) -> Understood:
        """Return an invoice or a credit note."""
        amount = self._cells.read(row, "amount")
        if amount is not None and not amount.strip("-0."):
            return Understood(row.line, id=number, left_out="nothing is open")
        if amount is not None and amount.startswith("-") and kind == "invoice":
            if self._mapping.negative == "refuse":
                raise NegativeAmount(
                    f"{amount} is below zero, and the mapping does not say what that is."
                ).at("/amount")
            if self._mapping.negative == "leave-out":
                return Understood(row.line, id=number, left_out="the amount is below zero")
            kind = _CREDIT_KIND
        fields = _CREDIT_NOTE if kind == _CREDIT_KIND else _INVOICE
        record = self._record(row, fields)
        if kind == _CREDIT_KIND:
            if "amount" in record:
                record["amount"] = record["amount"].lstrip("-")
            return Understood(row.line, kind, number, record, account)
        self._due(row, record)
        hold = self._opening(row, record, number)
        return Understood(row.line, kind, number, record, account, hold)

    def _payment(self, row: Row, number: str) -> Understood:
        """Return a payment taken on site. Without an id of its own a repeat would be paid twice."""
        if PAYMENT_ID not in self._mapping.fields:
            raise PaymentRow("The row is a payment, and nothing in it is mapped to 'payment.id'.")
        amount = self._cells.read(row, "amount")
        if amount is not None and not amount.strip("-0."):
            return Understood(row.line, id=number, left_out="nothing was paid")
        record = self._record(row, ("amount", "currency"))
        record["invoices"] = [number] if number else []
        for name in ("id", "received_on", "method"):
            value = self._cells.read(row, f"payment.{name}")
            if value:
                record[name] = value
        record.setdefault("method", "other")
        return Understood(row.line, "payment", str(record.get("id", "")), record)

    def _record(self, row: Row, fields: tuple[str, ...]) -> dict[str, Any]:
        """Return the fields with something in them; what is missing is said by the API's check."""
        found = ((name, self._cells.read(row, name)) for name in fields)
        return {name: value for name, value in found if value not in (None, "")}

    def _due(self, row: Row, record: dict[str, Any]) -> None:
        days = self._cells.read(row, "due_days")
        if "due_on" not in record and days is not None and "issued_on" in record:
            due = date.fromisoformat(record["issued_on"]) + timedelta(days=days)
            record["due_on"] = due.isoformat()

    def _opening(self, row: Row, record: dict[str, Any], number: str) -> dict[str, Any] | None:
        """Add how far another system had reminded, and return the hold that collection asks for.

        What is in collection is blocked from the first: the hold comes a moment after the invoice.
        """
        if not self._begun:
            return None
        stage, on = (self._cells.read(row, name) for name in ("stage", "last_reminder_on"))
        state = self._cells.read(row, "collection") or "none"
        if state not in (*COLLECTION, "none"):
            raise CellNotReadable(
                f"{state!r} is no state of collection: {', '.join(COLLECTION)} or none."
            ).at("/collection")
        opening: dict[str, Any] = {"stage": stage or 0}
        if on and stage:
            opening["last_reminder_on"] = on
        if self._cells.read(row, "blocked") or state != "none":
            opening["blocked"] = True
        record["opening"] = opening
        if state == "none":
            return None
        return {"on": "invoice", "number": number, "kind": state, "reason": _HOLD_REASON[state]}

    def _account(self, row: Row) -> dict[str, Any] | None:
        """Return the debtor as the row has it; None where the mapping says nothing of debtors."""
        if not self._of_account:
            return None
        found = {name: self._cells.read(row, name) for name in self._of_account}
        made: dict[str, Any] = {"number": self._cells.read(row, "account") or ""}
        contact: dict[str, Any] = {}
        address: dict[str, Any] = {}
        for name, value in found.items():
            where, _, key = name.partition(".")
            if value in (None, "", []):
                continue
            {"account": made, "contact": contact, "address": address}[where][key] = value
        if contact.get("email") or contact.get("phone"):
            contact.setdefault("name", str(made.get("name", ""))[:_CONTACT_NAME_MAX])
            made["contacts"] = [contact]
        if {"line", "postal_code", "city"} <= address.keys():
            first = address.pop("line_2", None)
            lines = [one for one in (first, address.pop("line")) if one]
            made["address"] = {"lines": lines, **address}
        return made


_CONTACT_NAME_MAX: Final = 120
assert set(_INVOICE) | set(_CREDIT_NOTE) <= FIELDS.keys(), "what is read is a field"
