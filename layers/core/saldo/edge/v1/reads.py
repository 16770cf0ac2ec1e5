"""Looking documents up by number, and listing what changed."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from saldo.accounts.model import Account
from saldo.accounts.service import InvoiceUnknown, account_in
from saldo.clock import parse_instant
from saldo.edge.v1.refusals import CreditNoteUnknown, CursorNotValid, ParameterNotValid
from saldo.events import Event
from saldo.invoices.history import DeletedInvoice
from saldo.invoices.model import CreditNote, Invoice, NumberTaken
from saldo.store import Store

FEED_LAG = timedelta(seconds=10)
"""Lists stop this long before now: the index lags, and nothing may be skipped."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)#.+", re.ASCII | re.DOTALL)

F = TypeVar("F", Account, Invoice, DeletedInvoice, Event)


class Listing(Protocol):
    """What every list is asked by."""

    @property
    def updated_after(self) -> datetime | None: ...
    @property
    def cursor(self) -> str | None: ...
    @property
    def limit(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Listed(Generic[F]):
    """A page of records as they are now, and the cursor of the next page or None."""

    items: tuple[F, ...]
    cursor: str | None


def account(store: Store, creditor: str, number: str) -> Account:
    """Return an account; raise AccountUnknown."""
    return account_in(store, creditor, number)


def invoice(store: Store, creditor: str, number: str) -> Invoice:
    """Return an invoice; raise InvoiceUnknown."""
    taken = store.get(NumberTaken, creditor, "invoice", number)
    found = store.get(Invoice, creditor, taken.account, number) if taken else None
    if found is None:
        raise InvoiceUnknown(f"There is no invoice {number!r}.")
    return found


def credit_note(store: Store, creditor: str, number: str) -> CreditNote:
    """Return a credit note; raise CreditNoteUnknown."""
    taken = store.get(NumberTaken, creditor, "credit-note", number)
    found = store.get(CreditNote, creditor, taken.account, number) if taken else None
    if found is None:
        raise CreditNoteUnknown(f"There is no credit note {number!r}.")
    return found


def changed(store: Store, kind: type[F], creditor: str, query: Listing, now: datetime) -> Listed[F]:
    """Return the records that changed after an instant, the oldest change first.

    A record that changes again while it is listed is shown as it is now, and once more later.
    Raises CursorNotValid.
    """
    before = now - FEED_LAG
    after = max(query.updated_after or _BEGINNING, _BEGINNING)
    start = _start(query.cursor) if query.cursor is not None else None
    if max(after, start[1] if start else after) >= before:
        return Listed((), None)
    page = store.feed(
        kind, creditor, after, before, cursor=start[0] if start else None, limit=query.limit
    )
    found = store.get_many(kind, page.keys)
    items = tuple(found[key] for key in page.keys if key in found)
    return Listed(items, _outside(page.cursor) if page.cursor else None)


def _outside(cursor: str) -> str:
    return urlsafe_b64encode(cursor.encode()).rstrip(b"=").decode()


def _start(cursor: str) -> tuple[str, datetime]:
    refusal = CursorNotValid("'cursor' is none that a list answered with.")
    try:
        inside = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        raise refusal from None
    match = _CURSOR.fullmatch(inside)
    try:
        return inside, parse_instant(match[1] if match else "")
    except (ValueError, OverflowError):
        raise refusal from None


def page_of(
    listed: Listed[F], render: Callable[[F], Mapping[str, object]], only: Sequence[str] | None
) -> dict[str, object]:
    """Return a page as it is answered, with all fields of its records or those in `only`."""
    rows: list[Mapping[str, object]] = [render(item) for item in listed.items]
    if only is not None:
        rows = [{name: row[name] for name in only} for row in rows]
    return {"items": rows, "cursor": listed.cursor}


def fields_of(wanted: str | None, shape: type[Any]) -> list[str] | None:
    """Return the fields that are wanted of records of a `shape`, None for all of them.

    Raises ParameterNotValid for a field that there is not.
    """
    if wanted is None:
        return None
    names = list(dict.fromkeys(name.strip() for name in wanted.split(",")))
    for name in names:
        if name not in shape.__annotations__:
            raise ParameterNotValid(f"'fields' names {name[:60]!r}, which is no field.")
    return names
