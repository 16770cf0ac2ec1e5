"""Exact Online as a connector: customers and deletions by timestamp, all that stands open by the
list of receivables; settlements as bank entries, delivery stops as blocked accounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from saldo.adapters.erp.exact.api import ExactApi
from saldo.adapters.erp.exact.records import (
    ACCOUNT_FIELDS,
    CUSTOMER,
    ITEM_FIELDS,
    account_of,
    item_of,
    together,
)
from saldo.adapters.erp.fields import read_all, text_if_any
from saldo.adapters.erp.http import Rejected
from saldo.connectors.model import ErpOrder, ItemLink
from saldo.connectors.ports import (
    CALLED,
    OPEN_ITEMS,
    ErpDenied,
    ErpItem,
    ErpNonsense,
    Looked,
    OrderNotSupported,
    OrderRefused,
    Page,
    Unread,
)
from saldo.money import format_amount

ENTITY_PAYMENT_TERMS: Final = 10
ENTITY_SALES_INVOICES: Final = 13
"""Of sync/Deleted's EntityType: 2 accounts, 10 payment terms (what receivables are made of), 13
sales invoices."""

_ENTRIES = "financialtransaction/BankEntries"
_LINES = "financialtransaction/BankEntryLines"
_ACCOUNTS = "crm/Accounts"
_RECEIVABLES = "read/financial/ReceivablesList"
_SUBSCRIPTIONS = "webhooks/WebhookSubscriptions"
_SELECTED: Final = "$select"

TOPICS: Final = ("Accounts", "FinancialTransactions")
"""What Exact calls about: customers, and whatever changes what they owe."""


class ExactConnector:
    """Implements `saldo.connectors.ports.Connector`.

    `journal` is the code of the bank journal that settlements are booked in; `ledger_account` the
    id of the ledger account of receivables, `discount_account` of cash discounts, "" where none is
    set: then a discount is left open there. `call_address` is where Exact shall call when something
    changed, "" for nowhere.
    """

    def __init__(
        self,
        api: ExactApi,
        journal: str,
        ledger_account: str,
        discount_account: str = "",
        call_address: str = "",
    ) -> None:
        self._api, self._journal, self._call_address = api, journal, call_address
        self._ledger_account, self._discount_account = ledger_account, discount_account

    def pull(self, cursor: Mapping[str, str]) -> Iterator[Page]:
        """Yield customers, deletions and all that stands open.

        Cursor: `accounts` and `deleted` are timestamps, `items` the address of the page at which an
        interrupted reading of the list goes on; `called` the address that Exact was told to call.
        """
        now = dict(cursor)
        if self._call_address != now.get(CALLED, ""):
            now[CALLED] = self._call_address
            yield Page(dict(now), unread=tuple(self._subscribe()))
        if not now.get(OPEN_ITEMS):
            for page in self._customers(now):
                now = dict(page.cursor)
                yield page
            for page in self._deletions(now):
                now = dict(page.cursor)
                yield page
        yield from self._open_items(now)

    def _subscribe(self) -> Iterator[Unread]:
        """Have Exact call, which posts nothing to the address at once to see that it answers. What
        it refuses is told once and tried no more: reading by the clock does without.
        """
        if not self._call_address:
            return
        try:
            yield from self._subscribed()
        except (ErpDenied, ErpNonsense) as no:  # reading goes on; if that is denied too, it says so
            yield Unread("webhooks", f"Exact Online will not call us: {no.detail}")

    def _subscribed(self) -> Iterator[Unread]:
        query = {_SELECTED: "ID,Topic,CallbackURL"}
        known = {
            text_if_any(one, "Topic")
            for records, _ in self._api.pages(_SUBSCRIPTIONS, query)
            for one in records
            if text_if_any(one, "CallbackURL") == self._call_address
        }
        for topic in TOPICS:
            if topic in known:
                continue
            try:
                wanted = {"Topic": topic, "CallbackURL": self._call_address}
                self._api.create(_SUBSCRIPTIONS, wanted)
            except Rejected as no:
                yield Unread(topic, f"Exact Online will not call us about {topic}: {no}")

    def _customers(self, cursor: Mapping[str, str]) -> Iterator[Page]:
        since = cursor.get("accounts", "0")
        query = {"$filter": f"Timestamp gt {since}L", _SELECTED: ACCOUNT_FIELDS}
        for records, _ in self._api.pages("sync/CRM/Accounts", query):
            customers = [one for one in records if text_if_any(one, "Status") == CUSTOMER]
            accounts, unread = read_all(customers, account_of, "ID")
            since = _latest(since, records)
            yield Page({**cursor, "accounts": since}, accounts=accounts, unread=unread)

    def _deletions(self, cursor: Mapping[str, str]) -> Iterator[Page]:
        since = cursor.get("deleted", "0")
        query = {"$filter": f"Timestamp gt {since}L"}
        kinds = {ENTITY_PAYMENT_TERMS, ENTITY_SALES_INVOICES}
        for records, _ in self._api.pages("sync/Deleted", query):
            gone = tuple(
                key
                for one in records
                if one.get("EntityType") in kinds and (key := text_if_any(one, "EntityKey"))
            )
            since = _latest(since, records)
            yield Page({**cursor, "deleted": since}, deleted=gone)

    def _open_items(self, cursor: Mapping[str, str]) -> Iterator[Page]:
        """Yield all that stands open, an invoice's rows together: one for each instalment, and one
        below zero for a payment that is not matched yet.

        The last invoice of a page may go on with the next one and waits for it. The list is read
        whole: what is missing from it is paid.
        """
        kept = {name: value for name, value in cursor.items() if name != OPEN_ITEMS}
        query = {"$orderby": "InvoiceNumber,HID", _SELECTED: ITEM_FIELDS}
        begins = cursor.get(OPEN_ITEMS, "")
        rows: list[ErpItem] = []
        for records, following in self._api.pages(_RECEIVABLES, query, begins):
            found, unread = read_all(records, item_of, "HID")
            rows += found
            items = together(rows)
            rows = [one for one in rows if following and one.number == rows[-1].number]
            if rows:
                items = tuple(one for one in items if one.number != rows[-1].number)
            # Who goes on begins with this page again, where the invoice that waits has begun.
            goes_on = {**kept, OPEN_ITEMS: begins} if following and begins else kept
            begins = following
            yield Page(
                goes_on, items=items, unread=unread, of_open_items=True, is_last=not following
            )

    def look(self, link: ItemLink) -> Looked:
        """Ask for one invoice's receivables; none is left of what was paid, or deleted."""
        by_number = f"InvoiceNumber eq {link.booking_ref}"
        asked = by_number if link.booking_ref else f"EntryNumber eq {link.number[1:]}"
        query = {"$filter": asked, _SELECTED: ITEM_FIELDS}
        open_minor = 0
        for records, _ in self._api.pages(_RECEIVABLES, query):
            items, unread = read_all(records, item_of, "HID")
            if unread:
                return Looked(link.there_minor)
            open_minor += sum(one.open_minor for one in items if one.number == link.number)
        return Looked(open_minor)

    def tell(self, order: ErpOrder, link: ItemLink) -> str:
        """Book a settlement in the bank journal, or block the account.

        The customer's line carries the invoice number as `OurRef`, and our id in its description,
        which is how a repeat finds it.
        """
        try:
            if order.kind in ("stop", "release"):
                blocked = order.kind == "stop"
                self._api.change(_ACCOUNTS, link.account_ref, {"Blocked": blocked})
                return link.account_ref
            made = self._api.create(_ENTRIES, self._entry(order, link))
        except Rejected as no:
            raise OrderRefused(f"Exact Online answered {no}") from no
        id_ = text_if_any(made, "EntryID")
        if id_ is None:
            raise ErpNonsense("Exact Online's new bank entry has no id.")
        return id_

    def _entry(self, order: ErpOrder, link: ItemLink) -> dict[str, Any]:
        if not link.booking_ref:
            raise OrderNotSupported(
                f"{link.number} has no invoice number in Exact Online to be settled by."
            )
        discount_minor = order.discount_minor if self._discount_account else 0
        sign = 1 if order.kind == "settle" else -1
        lines = [
            self._line(order, sign * (order.amount_minor + discount_minor))
            | {
                "Account": link.account_ref,
                "GLAccount": self._ledger_account,
                "OurRef": int(link.booking_ref),
            }
        ]
        if discount_minor:
            lines.append(
                self._line(order, -sign * discount_minor) | {"GLAccount": self._discount_account}
            )
        return {
            "JournalCode": self._journal,
            "Currency": order.currency,
            "BankEntryLines": lines,
        }

    def _line(self, order: ErpOrder, minor: int) -> dict[str, Any]:
        # Exact's amounts are JSON numbers; two decimals survive them exactly.
        return {
            "Date": order.day.isoformat(),
            "AmountFC": float(format_amount(minor, order.currency)),
            "Description": _description(order),
        }

    def end(self) -> None:
        """Keep the count of calls."""
        self._api.end()

    def find(self, order: ErpOrder, link: ItemLink) -> str | None:
        """Return the bank entry that carries our id. Blocking twice does no harm: not asked."""
        del link
        if order.kind in ("stop", "release"):
            return None
        query = {
            "$filter": f"Description eq '{_description(order)}'",
            _SELECTED: "EntryID,Description",
        }
        for records, _ in self._api.pages(_LINES, query):
            for one in records:
                if text_if_any(one, "Description") == _description(order):
                    return text_if_any(one, "EntryID")
        return None


def _description(order: ErpOrder) -> str:
    return f"Saldo {order.id}"


def _latest(since: str, records: list[Mapping[str, Any]]) -> str:
    """Return the highest timestamp: pages of a sync come in its order, but nothing hangs on it."""
    stamps = [one["Timestamp"] for one in records if "Timestamp" in one]
    try:
        return str(max([int(since), *(int(stamp) for stamp in stamps)]))
    except (TypeError, ValueError) as bad:
        raise ErpNonsense("Exact Online's timestamps are no numbers.") from bad
