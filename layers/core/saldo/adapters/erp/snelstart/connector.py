"""SnelStart as a connector: customers and sales invoices with what stands open; settlements as bank
bookings against the invoice's booking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from saldo.accounts.model import PostalAddress
from saldo.adapters.erp.fields import (
    NotReadable,
    day,
    minor,
    part,
    read_all,
    text,
    text_if_any,
    text_or_none,
)
from saldo.adapters.erp.http import Rejected
from saldo.adapters.erp.snelstart.api import SnelStartApi
from saldo.connectors.model import ErpOrder, ItemLink
from saldo.connectors.ports import (
    OPEN_ITEMS,
    ErpAccount,
    ErpItem,
    ErpNonsense,
    Looked,
    OrderNotSupported,
    OrderRefused,
    Page,
)
from saldo.money import format_amount

CURRENCY: Final = "EUR"
"""SnelStart keeps books in euro, and its invoices name no currency."""

CUSTOMER: Final = "Klant"
_BOOKINGS = "bankboekingen"


class SnelStartConnector:
    """Implements `saldo.connectors.ports.Connector`.

    `journal` is the id of the bank journal (dagboek) that settlements are booked in;
    `discount_account` the id of the ledger account of cash discounts, "" where none is set.
    """

    def __init__(self, api: SnelStartApi, journal: str, discount_account: str = "") -> None:
        self._api, self._journal, self._discount_account = api, journal, discount_account

    def pull(self, cursor: Mapping[str, str]) -> Iterator[Page]:
        """Yield all customers and all sales invoices: what stands open cannot be filtered by, as it
        is reckoned when it is read.

        Cursor: where in the invoices an interrupted reading goes on. Invoices name their customer
        by id alone, so that the customers are always read first.
        """
        names: dict[str, ErpAccount] = {}
        for records, _ in self._api.pages("relaties"):
            customers = [one for one in records if _is_customer(one)]
            accounts, unread = read_all(customers, _account, "id")
            names |= {one.ref: one for one in accounts}
            yield Page(cursor, accounts=accounts, unread=unread)
        yield from self._invoices(cursor, names)

    def _invoices(
        self, cursor: Mapping[str, str], names: Mapping[str, ErpAccount]
    ) -> Iterator[Page]:
        try:
            start = int(cursor.get(OPEN_ITEMS, "0"))
        except ValueError:
            start = 0
        kept = {name: value for name, value in cursor.items() if name != OPEN_ITEMS}
        for records, following in self._api.pages("verkoopfacturen", start):
            items, unread = read_all(records, lambda one: _item(one, names), "factuurnummer")
            goes_on = {**kept, OPEN_ITEMS: str(following)} if following else kept
            yield Page(
                goes_on, items=items, unread=unread, of_open_items=True, is_last=not following
            )

    def look(self, link: ItemLink) -> Looked:
        """Ask for one invoice: paid ones stay in the list, so that a missing one was deleted."""
        found = self._api.one("verkoopfacturen", link.ref)
        if found is None:
            return Looked(0, was_deleted=True)
        try:
            return Looked(minor(found, "openstaandSaldo", CURRENCY))
        except NotReadable:
            return Looked(link.there_minor)

    def paper(self, link: ItemLink) -> tuple[str, str, bytes] | None:
        """Return the invoice in UBL, which SnelStart makes of what was invoiced there."""
        found = self._api.document("verkoopfacturen", link.ref, "ubl")
        if found is None:
            return None
        return f"{link.number}.xml", "application/xml", found

    def tell(self, order: ErpOrder, link: ItemLink) -> str:
        """Book a settlement; our id is its document number (boekstuk), which finds it again."""
        if order.kind in ("stop", "release"):
            raise OrderNotSupported("SnelStart's interface has no delivery stop.")
        if not link.booking_ref:
            raise OrderNotSupported(f"{link.number} has no booking in SnelStart yet.")
        try:
            made = self._api.create(_BOOKINGS, self._booking(order, link))
        except Rejected as no:
            raise OrderRefused(f"SnelStart answered {no}") from no
        id_ = text_if_any(made, "id")
        if id_ is None:
            raise ErpNonsense("SnelStart's new booking has no id.")
        return id_

    def _booking(self, order: ErpOrder, link: ItemLink) -> dict[str, Any]:
        discount_minor = order.discount_minor if self._discount_account else 0
        is_in = order.kind == "settle"
        paid = _number(order.amount_minor)
        line = {
            "boekingId": {"id": link.booking_ref},
            "omschrijving": f"Saldo {order.id}",
            **_sides(order.amount_minor + discount_minor, is_credit=is_in),
        }
        booking: dict[str, Any] = {
            "datum": f"{order.day.isoformat()}T00:00:00",
            "boekstuk": order.id,
            "omschrijving": f"Saldo {order.payment}"[:200],
            "dagboek": {"id": self._journal},
            "bedragOntvangen": paid if is_in else 0,
            "bedragUitgegeven": 0 if is_in else paid,
            "verkoopboekingBoekingsRegels": [line],
        }
        if discount_minor:
            booking["grootboekBoekingsRegels"] = [
                {
                    "grootboek": {"id": self._discount_account},
                    "omschrijving": f"Saldo {order.id}",
                    **_sides(discount_minor, is_credit=not is_in),
                }
            ]
        return booking

    def end(self) -> None:
        """Keep the count of calls."""
        self._api.end()

    def find(self, order: ErpOrder, link: ItemLink) -> str | None:
        """Return the booking with our document number."""
        del link
        if order.kind in ("stop", "release"):
            return None
        for one in self._api.found(_BOOKINGS, f"boekstuk eq '{order.id}'"):
            if text_if_any(one, "boekstuk") == order.id:
                return text_if_any(one, "id")
        return None


def _is_customer(fields: Mapping[str, Any]) -> bool:
    kinds = fields.get("relatiesoort")
    return isinstance(kinds, list) and CUSTOMER in kinds


def _account(fields: Mapping[str, Any]) -> ErpAccount:
    seat = part(fields, "vestigingsAdres")
    street, postal_code = text_or_none(seat, "straat"), text_or_none(seat, "postcode")
    city = text_or_none(seat, "plaats")
    address = None
    if street and postal_code and city:
        # A country is another resource's id there: what SnelStart's customers are, but for few.
        address = PostalAddress((street,), postal_code, city, "NL")
    return ErpAccount(
        text(fields, "id"),
        text(fields, "relatiecode"),
        text(fields, "naam"),
        text_or_none(fields, "email"),
        text_or_none(fields, "telefoon") or text_or_none(fields, "mobieleTelefoon"),
        address=address,
    )


def _item(fields: Mapping[str, Any], names: Mapping[str, ErpAccount]) -> ErpItem:
    customer = text(part(fields, "relatie"), "id")
    account = names.get(customer)
    if account is None:
        raise NotReadable("relatie is no customer")
    return ErpItem(
        ref=text(fields, "id"),
        number=text(fields, "factuurnummer"),
        account_ref=customer,
        account=account.number,
        account_name=account.name,
        issued_on=day(fields, "factuurDatum"),
        due_on=day(fields, "vervalDatum"),
        currency=CURRENCY,
        open_minor=minor(fields, "openstaandSaldo", CURRENCY),
        booking_ref=text_or_none(part(fields, "verkoopBoeking"), "id") or "",
    )


def _sides(amount_minor: int, *, is_credit: bool) -> dict[str, float]:
    amount = _number(amount_minor)
    return {"debet": 0, "credit": amount} if is_credit else {"debet": amount, "credit": 0}


def _number(amount_minor: int) -> float:
    """Return an amount as SnelStart's JSON has it: two decimals survive it exactly."""
    return float(format_amount(amount_minor, CURRENCY))
