"""What an ERP's adapter gives and takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol

from saldo.accounts.model import PostalAddress
from saldo.connectors.model import ErpOrder, ItemLink
from saldo.errors import Conflict, Unavailable


class ErpUnreachable(Unavailable):
    """The ERP did not answer, or answered that it cannot now."""

    code = "erp-unreachable"


class ErpLimited(Unavailable):
    """The ERP's limit is used up; `until` is when it may be asked again."""

    code = "erp-limited"

    def __init__(self, detail: str, until: datetime) -> None:
        super().__init__(detail)
        self.until = until


class ErpDenied(Unavailable):
    """The ERP does not let us in: keys or consent are wrong, withdrawn or expired."""

    code = "erp-denied"


class ErpNonsense(Unavailable):
    """What the ERP answered cannot be right, so none of it is believed."""

    code = "erp-nonsense"


class OrderRefused(Conflict):
    """The ERP understood one order and will not do it; nothing happened there."""

    code = "erp-order-refused"


class OrderNotSupported(Conflict):
    """The ERP offers no way to do that; a person does it there, or a file brings it."""

    code = "erp-order-not-supported"


@dataclass(frozen=True, slots=True)
class ErpAccount:
    """A debtor as the ERP keeps it. What the ERP does not say is None and stays as it is here."""

    ref: str
    number: str
    name: str
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    language: str | None = None
    address: PostalAddress | None = None


@dataclass(frozen=True, slots=True)
class ErpItem:
    """An invoice that stands open in the ERP, with `open_minor` in minor units of `currency`.

    `number` is what the debtor knows it by. `booking_ref` is what a payment there is booked
    against. What the ERP says is closed has `open_minor` 0. A disputed one is not reminded.
    """

    ref: str
    number: str
    account_ref: str
    account: str
    account_name: str
    issued_on: date
    due_on: date
    currency: str
    open_minor: int
    booking_ref: str = ""
    description: str = ""
    order_reference: str | None = None
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that cannot be taken, and why; the others are."""

    ref: str
    why: str


OPEN_ITEMS: Final = "items"
"""The part of every cursor that says where in the list of open items reading goes on."""

CALLED: Final = "called"
"""The part of a cursor that says which address the ERP was told to call when something changes."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one call brought. `cursor` is where reading goes on once all of the page was taken.

    `deleted` are the ERP's ids of records that were deleted there, not paid. `of_open_items` says
    that the page belongs to the list of all that stands open; after its last page (`is_last`),
    what was not in it is not open there any more.
    """

    cursor: Mapping[str, str]
    accounts: tuple[ErpAccount, ...] = ()
    items: tuple[ErpItem, ...] = ()
    deleted: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    of_open_items: bool = False
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands open of one item, asked for by itself; `was_deleted`: the ERP has it no more."""

    open_minor: int
    was_deleted: bool = False


class Connector(Protocol):
    """One administration of one ERP.

    Every method may raise ErpUnreachable, ErpLimited, ErpDenied or ErpNonsense.
    """

    def pull(self, cursor: Mapping[str, str]) -> Iterator[Page]:
        """Yield what changed since `cursor`, and all that stands open; the last page says so."""

    def look(self, link: ItemLink) -> Looked:
        """Return how an item stands that was missing from the list: a page may have slipped, or its
        record cannot be read; then it stands as it stood.
        """

    def tell(self, order: ErpOrder, link: ItemLink) -> str:
        """Carry out an order and return the ERP's id of what it made.

        Raises OrderRefused or OrderNotSupported.
        """

    def find(self, order: ErpOrder, link: ItemLink) -> str | None:
        """Return the ERP's id of an order that may have been carried out, None if it was not."""

    def end(self) -> None:
        """Keep what was counted of the ERP's limits. Raises nothing of the above."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal of a grant brought."""

    access: str = field(repr=False)
    expires_at: datetime
    refresh: str = field(default="", repr=False)


class Transport(Protocol):
    """Sends one HTTP request. Header names of the answer are lower case."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body; raise OSError when no answer came."""
