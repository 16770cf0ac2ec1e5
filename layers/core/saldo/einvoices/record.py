"""The one record of an electronic invoice, whatever syntax it came in.

The same invoice in UBL, CII and as a PDF gives equal records. Amounts are integer minor units of
`currency`; prices, quantities and percentages are plain decimal text without superfluous zeros.
What a document does not say is empty or None. Source of the terms: EN 16931-1:2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["invoice", "correction", "credit-note"]


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier and the scheme it is from, such as a GLN with scheme 0088."""

    value: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address. `country` is an ISO 3166-1 code."""

    lines: tuple[str, ...] = ()
    city: str = ""
    post_code: str = ""
    subdivision: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Seller, buyer, payee, or whoever stands for the seller at the tax office."""

    name: str = ""
    trading_name: str = ""
    ids: tuple[Identifier, ...] = ()
    registration: Identifier | None = None
    vat_id: str = ""
    tax_number: str = ""
    legal_information: str = ""
    electronic_address: Identifier | None = None
    address: Address | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """To whom and where it was delivered."""

    name: str = ""
    location: Identifier | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included; either may be open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Totals:
    """The document's totals (BG-22, BT-110, BT-111)."""

    lines_minor: int | None
    allowances_minor: int
    charges_minor: int
    tax_exclusive_minor: int | None
    tax_minor: int | None
    tax_inclusive_minor: int | None
    prepaid_minor: int
    rounding_minor: int
    payable_minor: int


@dataclass(frozen=True, slots=True)
class Tax:
    """One line of the VAT breakdown (BG-23)."""

    category: str
    rate: str
    taxable_minor: int | None
    tax_minor: int | None
    exemption_reason: str = ""
    exemption_code: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An allowance or a charge, on the document or on a line."""

    amount_minor: int | None
    base_minor: int | None
    percent: str
    reason: str
    reason_code: str
    tax_category: str = ""
    tax_rate: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line (BG-25). `price` is net, for `price_quantity` units."""

    id: str
    name: str
    description: str
    note: str
    quantity: str
    unit: str
    price: str
    price_quantity: str
    net_minor: int | None
    tax_category: str
    tax_rate: str
    seller_item: str
    buyer_item: str
    standard_item: Identifier | None
    order_line: str
    object_id: str
    period: Period | None
    allowances: tuple[Adjustment, ...]
    charges: tuple[Adjustment, ...]


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """One way to pay (BG-16): `code` is UNTDID 4461's. Cards show their last digits only."""

    code: str
    text: str
    iban: str
    bic: str
    account_name: str
    card_digits: str
    debited_iban: str


@dataclass(frozen=True, slots=True)
class Skonto:
    """A cash discount: so many percent off `base`, or off what is payable, within so many days; or
    the `amount`, where it is named instead of a percentage.
    """

    days: int
    percent: str
    base: str | None
    amount: str | None = None


@dataclass(frozen=True, slots=True)
class Preceding:
    """An invoice that this one corrects or credits (BG-3)."""

    number: str
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class References:
    """What the document refers to."""

    buyer_reference: str
    order: str
    sales_order: str
    contract: str
    project: str
    tender: str
    object_id: str
    receipt: str
    despatch: str
    preceding: tuple[Preceding, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A supporting document (BG-24): embedded with its size in bytes, or at an address."""

    id: str
    name: str
    description: str
    media_type: str
    size_bytes: int | None
    url: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note, with UNTDID 4451's code of what it is about."""

    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """An electronic invoice or credit note."""

    number: str
    kind: Kind
    type_code: str
    issued_on: date
    due_on: date | None
    delivered_on: date | None
    tax_point_on: date | None
    period: Period | None
    currency: str
    tax_currency: str
    seller: Party
    buyer: Party
    payee: Party | None
    tax_representative: Party | None
    delivery: Delivery | None
    totals: Totals
    taxes: tuple[Tax, ...]
    allowances: tuple[Adjustment, ...]
    charges: tuple[Adjustment, ...]
    lines: tuple[Line, ...]
    payment_means: tuple[PaymentMeans, ...]
    payment_reference: str
    mandate_reference: str
    creditor_identifier: str
    terms: str
    discounts: tuple[Skonto, ...]
    references: References
    attachments: tuple[Attachment, ...]
    notes: tuple[Note, ...]
