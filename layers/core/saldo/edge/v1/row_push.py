"""Rows of an import go into the books as records pushed by JSON do: read by the same models, taken
by the same services. Implements `Push`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from saldo.accounts.model import Account, Creditor
from saldo.edge.v1 import bulk, orders, reads, records
from saldo.edge.v1.money import Ordered, payment_from, take_payment
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import HoldOrder
from saldo.errors import Invalid, Refusal, Unavailable
from saldo.imports.model import ImportBusy, Pushed
from saldo.imports.understand import Understood
from saldo.invoices.intake import IntakeBusy, Result
from saldo.invoices.model import CreditNote
from saldo.wiring import Services

Rows = Sequence[dict[str, Any]]
D = TypeVar("D")

_BY = "import"


class RowPush:
    """Takes rows for the creditor that a call names."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._policies: set[tuple[str, str]] = set()

    def accounts(self, creditor: str, records: Rows) -> list[Pushed]:
        """Add or change accounts."""
        read_one = partial(self._account, creditor=self._services.accounts.creditor(creditor))
        return _push(records, read_one, self._services.intake.put_accounts)

    def invoices(self, creditor: str, rows: Rows) -> list[Pushed]:
        """Issue or correct invoices."""
        read_one = partial(records.invoice_from, creditor=creditor)
        take = partial(self._services.intake.put_invoices, by=_BY)
        return _push(rows, read_one, take)

    def credit_notes(self, creditor: str, rows: Rows) -> list[Pushed]:
        """Book credit notes, and look again at disputes about their invoices."""

        def take(notes: Sequence[CreditNote]) -> list[Result]:
            results = self._services.intake.put_credit_notes(notes)
            for result in results:
                if result.status == "accepted":
                    note = reads.credit_note(self._services.store, creditor, result.id)
                    self._services.dispute_looks.credit_came(creditor, note.account, note.invoice)
            return results

        return _push(rows, partial(records.credit_note_from, creditor=creditor), take)

    def payments(self, creditor: str, rows: Rows) -> list[Pushed]:
        """Book payments taken on site, each by itself: two may be of one invoice."""
        order = Ordered(self._services, self._services.accounts.creditor(creditor), _BY)
        return [self._payment(order, row) for row in rows]

    def _payment(self, order: Ordered, row: dict[str, Any]) -> Pushed:
        try:
            _, is_new = take_payment(order, row)
        except Unavailable as busy:
            raise ImportBusy("Records of this import are being changed by others.") from busy
        except Refusal as refusal:
            return Pushed("refused", refusal.code, refusal.detail)
        return Pushed("accepted" if is_new else "unchanged")

    def holds(self, creditor: str, rows: Rows) -> list[Pushed]:
        """Place holds; an equal one that lasts is the same."""
        found = self._services.accounts.creditor(creditor)
        return [self._hold(found, row) for row in rows]

    def _hold(self, creditor: Creditor, row: dict[str, Any]) -> Pushed:
        parts = self._services
        try:
            order = read(HoldOrder, row)
            _, is_new = orders.place_hold(
                parts.accounts, parts.store, parts.clock, creditor, order, by=_BY
            )
        except Refusal as refusal:
            return Pushed("refused", refusal.code, refusal.detail)
        return Pushed("accepted" if is_new else "unchanged")

    def _account(self, sent: Any, creditor: Creditor) -> Account:
        account = records.account_from(sent, creditor)
        policy = account.policy
        if policy is not None and (creditor.id, policy) not in self._policies:
            try:
                self._services.policies.require(creditor.id, policy)
            except Invalid as unknown:
                raise unknown.at("/policy") from None
            self._policies.add((creditor.id, policy))
        return account


def check_row(creditor: Creditor, row: Understood) -> Refusal | None:
    """Judge a row as its push would, without a look into the books; None: nothing is wrong."""
    try:
        if row.account is not None:
            records.account_from(row.account, creditor)
        if row.kind == "invoice":
            records.invoice_from(row.record, creditor.id)
        elif row.kind == "credit-note":
            records.credit_note_from(row.record, creditor.id)
        elif row.kind == "payment":
            payment_from(row.record, creditor.id)
    except Refusal as refusal:
        return refusal
    return None


def _push(
    rows: Rows, read_one: Callable[[Any], D], take: Callable[[Sequence[D]], Sequence[Result]]
) -> list[Pushed]:
    """Push as a bulk call does. Raises ImportBusy where others write the same records just now."""
    made: list[Pushed] = []
    for result in bulk.push({"records": list(rows)}, read_one, take)["results"]:
        problem = result.get("problem")
        if problem is None:
            made.append(Pushed("accepted" if result["status"] == "accepted" else "unchanged"))
            continue
        if problem["code"] == IntakeBusy.code:
            raise ImportBusy("Records of this import are being changed by others.")
        made.append(Pushed("refused", problem["code"], problem["detail"]))
    return made
