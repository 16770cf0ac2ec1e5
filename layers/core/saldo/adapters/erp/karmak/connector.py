"""Karmak Fusion as a connector: its views by page, at night; settlements as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from saldo.adapters.erp.fields import NotReadable, objects, read_all
from saldo.adapters.erp.files.settlements import SettlementFile
from saldo.adapters.erp.http import Call, Rejected, call
from saldo.adapters.erp.karmak.views import (
    CHANGED,
    CUSTOMER_VIEW,
    OPEN_VIEW,
    Columns,
    account_of,
    billed_of,
    item_of,
    was_voided,
)
from saldo.adapters.erp.tokens import renewed_of
from saldo.connectors.budget import Limits
from saldo.connectors.grants import Grants
from saldo.connectors.meter import Meter
from saldo.connectors.model import ErpOrder, Grant, ItemLink
from saldo.connectors.ports import (
    OPEN_ITEMS,
    ErpDenied,
    ErpLimited,
    ErpNonsense,
    Looked,
    Page,
    Renewed,
    Transport,
)

BASE_URL: Final = "https://api.karmak.io"
LIMITS: Final = Limits(per_minute=30, errors_per_hour=20)
"""Karmak publishes no figures; it is the dealer's live database that is asked."""

OPENS, CLOSES = time(6), time(20)
"""Between these, on Mondays to Saturdays at the dealer's place, nothing large is read."""

LOOKED_BACK: Final = timedelta(days=92)
"""How far back invoices are read the first time for where their customers are billed to."""

PAGE: Final = 500
_EARLY: Final = timedelta(minutes=2)
_PAGES_MAX = 2000
_VENDOR = "Karmak"
_TOKEN = "auth/connect/token"  # noqa: S105 - the endpoint's name
_CUSTOMERS = "customers"
_INVOICES = "invoices"
_DAY = "%m-%d-%Y"


@dataclass(frozen=True, slots=True)
class Keys:
    """What Karmak's partner support gives: the app's keys, and the dealer's account and user."""

    client_id: str
    client_secret: str = field(repr=False)
    account: str
    user: str


@dataclass(frozen=True, slots=True)
class Dealer:
    """What is particular about one dealer. `invoice_view` is the view of all invoices, paid or not,
    "" where it is not read.
    """

    currency: str
    time_zone: str
    columns: Columns
    invoice_view: str = ""
    country: str = "US"


class KarmakConnector:
    """Implements `saldo.connectors.ports.Connector`."""

    def __init__(
        self,
        keys: Keys,
        dealer: Dealer,
        grants: Grants,
        meter: Meter,
        transport: Transport,
        file: SettlementFile,
        base_url: str = BASE_URL,
    ) -> None:
        self._keys, self._dealer, self._grants, self._meter = keys, dealer, grants, meter
        self._transport, self._file, self._base_url = transport, file, base_url.rstrip("/")

    def pull(self, cursor: Mapping[str, str]) -> Iterator[Page]:
        """Yield customers that changed and all that stands open, outside business hours.

        Cursor: `customers` is the day since when they changed, `invoices` that since when invoices
        were read for addresses, "items" the page to go on with.
        Raises ErpLimited within business hours.
        """
        now = self._meter.now()
        until = opens_for_us(now, self._dealer.time_zone)
        if until is not None:
            raise ErpLimited("The dealer's database is left alone in business hours.", until)
        columns = self._dealer.columns
        since = cursor.get(_CUSTOMERS, "")
        query = {"select": columns.of_customers}
        if since:
            query["filter"] = f"{CHANGED}[GTE]{since}"
        local_day = now.astimezone(ZoneInfo(self._dealer.time_zone)).date()
        goes_on = dict(cursor)
        if not cursor.get(OPEN_ITEMS):
            for records, _ in self._pages(CUSTOMER_VIEW, query, 1):
                accounts, unread = read_all(
                    records, lambda one: account_of(one, columns), columns.customer
                )
                yield Page(cursor, accounts=accounts, unread=unread)
            # A day's overlap: clocks differ, and a change at midnight must not fall between.
            goes_on[_CUSTOMERS] = (local_day - timedelta(days=1)).strftime(_DAY)
            for page in self._billed(goes_on, local_day):
                goes_on = dict(page.cursor)
                yield page
        yield from self._open_items(goes_on)

    def _billed(self, cursor: Mapping[str, str], today: date) -> Iterator[Page]:
        """Yield where customers are billed to, by the invoices that were added. Those without an
        address are no news: the customer view has them all.
        """
        dealer = self._dealer
        if not dealer.invoice_view:
            return
        columns = dealer.columns
        since = cursor.get(_INVOICES) or (today - LOOKED_BACK).strftime(_DAY)
        query = {"select": columns.of_invoices, "filter": f"{columns.added}[GTE]{since}"}
        for records, following in self._pages(dealer.invoice_view, query, 1):
            standing = [one for one in records if not was_voided(one, columns)]
            accounts, _ = read_all(
                standing, lambda one: billed_of(one, columns, dealer.country), columns.billed
            )
            last = {one.number: one for one in accounts}
            read = {_INVOICES: (today - timedelta(days=1)).strftime(_DAY)}
            yield Page({**cursor, **({} if following else read)}, accounts=tuple(last.values()))

    def _open_items(self, cursor: Mapping[str, str]) -> Iterator[Page]:
        dealer = self._dealer
        kept = {name: value for name, value in cursor.items() if name != OPEN_ITEMS}
        start = cursor.get(OPEN_ITEMS, "1")
        query = {"select": dealer.columns.of_items}
        first = int(start) if start.isascii() and start.isdigit() else 1
        for records, following in self._pages(OPEN_VIEW, query, first):
            # Unapplied payments stand in the same view, without an invoice number.
            numbered = [one for one in records if one.get(dealer.columns.number)]
            items, unread = read_all(
                numbered,
                lambda one: item_of(one, dealer.columns, dealer.currency),
                dealer.columns.number,
            )
            goes_on = {**kept, OPEN_ITEMS: str(following)} if following else kept
            yield Page(
                goes_on, items=items, unread=unread, of_open_items=True, is_last=not following
            )

    def look(self, link: ItemLink) -> Looked:
        """Ask for one invoice: the view has what is open, so that a missing one is paid, or voided
        if the view of all invoices is read and says so.
        """
        columns, currency = self._dealer.columns, self._dealer.currency
        query = {"select": columns.of_items, "filter": f"{columns.number}[EQ]{link.number}"}
        open_minor = 0
        for records, _ in self._pages(OPEN_VIEW, query, 1):
            items, unread = read_all(
                records, lambda one: item_of(one, columns, currency), columns.number
            )
            if unread:
                return Looked(link.there_minor)
            open_minor += sum(one.open_minor for one in items if one.number == link.number)
        return Looked(open_minor, was_deleted=not open_minor and self._was_voided(link.number))

    def _was_voided(self, number: str) -> bool:
        columns, view = self._dealer.columns, self._dealer.invoice_view
        if not view:
            return False
        query = {"select": columns.of_invoices, "filter": f"{columns.number}[EQ]{number}"}
        found = [one for records, _ in self._pages(view, query, 1) for one in records]
        return bool(found) and all(was_voided(one, columns) for one in found)

    def tell(self, order: ErpOrder, link: ItemLink) -> str:
        """Write a settlement into the file of this run."""
        return self._file.add(order, link)

    def find(self, order: ErpOrder, link: ItemLink) -> str | None:
        """Return None: a line that was written before a crash is written again, with its id."""
        del order, link
        return None

    def end(self) -> None:
        """Keep the count of calls."""
        self._meter.write()

    def _pages(
        self, view: str, query: Mapping[str, str], start: int
    ) -> Iterator[tuple[list[Mapping[str, Any]], int]]:
        """Yield each page's records with the number of the next, 0 after the last. Never sorted:
        Karmak asks not to.
        """
        page = start
        for _ in range(_PAGES_MAX):
            asked = {"page": str(page), "pagesize": str(PAGE), **query}
            records = self._list(view, asked)
            page = page + 1 if len(records) >= PAGE else 0
            yield records, page
            if not page:
                return
        raise ErpNonsense(f"{_VENDOR}'s view {view} does not end.")

    def _list(self, view: str, query: Mapping[str, str]) -> list[Mapping[str, Any]]:
        access = self._grants.access(self._renew, early=_EARLY, needs_consent=False)
        url = f"{self._base_url}/ops/DataAccess/Frw/{view}?{urlencode(query, quote_via=quote)}"
        headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
        try:
            reply = call(_VENDOR, self._transport, self._meter, Call("GET", url, view, headers))
            return objects(reply.document)
        except ErpDenied:
            self._grants.drop_access()
            raise
        except Rejected as no:
            raise ErpNonsense(f"{_VENDOR} did not understand {view}: {no.reason}") from no
        except NotReadable as bad:
            raise ErpNonsense(f"{_VENDOR}'s answer of {view} is not a list.") from bad

    def _renew(self, grant: Grant) -> Renewed:
        del grant
        fields = {
            "Client_ID": self._keys.client_id,
            "Client_Secret": self._keys.client_secret,
            "Grant_Type": "karmak_identity",
            "Scope": "api",
            "Account": self._keys.account,
            "User": self._keys.user,
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        body = urlencode(fields).encode()
        order = Call("POST", f"{self._base_url}/{_TOKEN}", _TOKEN, headers, body, is_reading=False)
        try:
            made = call(_VENDOR, self._transport, self._meter, order).document
        except Rejected as no:
            raise ErpDenied(f"{_VENDOR} does not take the keys: {no.reason}") from no
        return renewed_of(_VENDOR, made, self._meter.now())


def opens_for_us(now: datetime, time_zone: str) -> datetime | None:
    """Return when the dealer's business hours end, None outside them."""
    local = now.astimezone(ZoneInfo(time_zone))
    if local.weekday() == 6 or not OPENS <= local.time() < CLOSES:
        return None
    return local.replace(hour=CLOSES.hour, minute=CLOSES.minute, second=0, microsecond=0)
