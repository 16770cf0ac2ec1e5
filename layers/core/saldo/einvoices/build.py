"""From business terms to the record."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from saldo.einvoices.cash_discounts import offered
from saldo.einvoices.document import ZERO, Document
from saldo.einvoices.record import (
    Address,
    Adjustment,
    Attachment,
    Contact,
    Delivery,
    Identifier,
    Invoice,
    Kind,
    Line,
    Note,
    Party,
    PaymentMeans,
    Period,
    Preceding,
    References,
    Tax,
    Totals,
)
from saldo.einvoices.terms import Group, Term, number
from saldo.money import AMOUNT_MINOR_MAX, CURRENCY_DECIMALS, decimals_of

_CREDITS: Final = frozenset(
    ("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532")
)
"""UNTDID 1001 codes that EN 16931 treats as credit notes."""

_SUBJECT: Final = re.compile(r"#([A-Z]{3})#\s*(.*)", re.ASCII | re.DOTALL)
_DIGITS_SHOWN: Final = 4


def build(document: Document) -> Invoice | None:
    """Return the record; None if number, day, a currency that we know, or the sum is missing."""
    root, totals = document.root, _totals(document)
    issued_on = root.day("BT-2")
    if not root.has("BT-1") or issued_on is None or totals is None:
        return None
    delivery = root.one("BG-13")
    return Invoice(
        number=root.text("BT-1"),
        kind=_kind(document),
        type_code=root.text("BT-3"),
        issued_on=issued_on,
        due_on=root.day("BT-9"),
        delivered_on=delivery.day("BT-72") if delivery else None,
        tax_point_on=root.day("BT-7"),
        period=_period(root.one("BG-14"), "BT-73", "BT-74"),
        currency=document.currency,
        tax_currency=root.text("BT-6"),
        seller=_seller(root.one("BG-4")),
        buyer=_buyer(root.one("BG-7")),
        payee=_payee(root.one("BG-10")),
        tax_representative=_representative(root.one("BG-11")),
        delivery=_delivery(delivery),
        totals=totals,
        taxes=tuple(_tax(each, document.currency) for each in document.breakdown),
        allowances=_adjustments(root, "BG-20", 92, document.currency),
        charges=_adjustments(root, "BG-21", 99, document.currency),
        lines=tuple(_line(each, document.currency) for each in root.within("BG-25")),
        payment_means=tuple(_payment(each) for each in root.within("BG-16")),
        payment_reference=root.text("BT-83"),
        mandate_reference=root.text("BT-89"),
        creditor_identifier=root.text("BT-90"),
        terms=root.text("BT-20"),
        discounts=offered(root, issued_on),
        references=_references(root),
        attachments=tuple(_attachment(each) for each in root.within("BG-24")),
        notes=tuple(_note(each) for each in root.within("BG-1") if each.has("BT-22")),
    )


def _kind(document: Document) -> Kind:
    code = document.root.text("BT-3")
    if code in _CREDITS or document.syntax == "UBL CreditNote":
        return "credit-note"
    return "correction" if code == "384" else "invoice"


def minor(value: Decimal | None, currency: str) -> int | None:
    """Return a number as minor units, rounded half up where it is finer; None if there is none."""
    if value is None or abs(value) >= AMOUNT_MINOR_MAX:
        return None
    scaled = value.scaleb(decimals_of(currency))
    return int(scaled.to_integral_value(ROUND_HALF_UP))


def plain(value: Decimal | None) -> str:
    """Return a number as text without superfluous zeros: "30.00" is "30"; empty if none."""
    if value is None:
        return ""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _totals(document: Document) -> Totals | None:
    group, currency = document.totals, document.currency
    if group is None or currency not in CURRENCY_DECIMALS:
        return None
    payable = minor(document.payable, currency)
    if payable is None:
        return None

    def of(term: str) -> int | None:
        return minor(group.number(term), currency)

    return Totals(
        lines_minor=of("BT-106"),
        allowances_minor=of("BT-107") or 0,
        charges_minor=of("BT-108") or 0,
        tax_exclusive_minor=of("BT-109"),
        tax_minor=minor(_tax_total(document), currency),
        tax_inclusive_minor=of("BT-112"),
        prepaid_minor=of("BT-113") or 0,
        rounding_minor=of("BT-114") or 0,
        payable_minor=payable,
    )


def _tax_total(document: Document) -> Decimal | None:
    """Return the VAT total; 0 where none is told and the totals leave no room for any."""
    if document.tax_total is not None:
        return number(document.tax_total.text)
    net, gross = document.total("BT-109"), document.total("BT-112")
    return ZERO if net is not None and net == gross else None


def _other(group: Group, term: str, than: str) -> str:
    """Return a name, unless it only repeats another."""
    found = group.text(term)
    return "" if found == group.text(than) else found


def _url(written: str) -> str:
    """Return where a document lies; `#ef=NAME` means the same PDF, from which it was taken."""
    return "" if written.startswith("#") else written


def _identifier(term: Term | None) -> Identifier | None:
    return Identifier(term.text, term.attribute("schemeID")) if term else None


def _identifiers(group: Group, term: str) -> tuple[Identifier, ...]:
    """Return identifiers by scheme: the syntaxes put them in different orders."""
    found = {Identifier(one.text, one.attribute("schemeID")) for one in group.all(term)}
    return tuple(sorted(found, key=lambda one: (one.scheme, one.value)))


def _address(group: Group | None, terms: str) -> Address | None:
    """Read an address by its terms: three lines, city, post code, subdivision, country."""
    if group is None:
        return None
    first, second, third, *rest = (group.text(f"BT-{one}") for one in terms.split())
    lines = tuple(line for line in (first, second, third) if line)
    found = Address(lines, *rest)
    return found if found != Address() else None


def _contact(group: Group | None, terms: str) -> Contact | None:
    found = Contact(*(group.text(f"BT-{one}") for one in terms.split())) if group else Contact()
    return found if found != Contact() else None


def _seller(group: Group | None) -> Party:
    if group is None:
        return Party()
    return Party(
        name=group.text("BT-27"),
        trading_name=_other(group, "BT-28", "BT-27"),
        ids=_identifiers(group, "BT-29"),
        registration=_identifier(group.first("BT-30")),
        vat_id=group.text("BT-31"),
        tax_number=group.text("BT-32"),
        legal_information=group.text("BT-33"),
        electronic_address=_identifier(group.first("BT-34")),
        address=_address(group.one("BG-5"), "35 36 162 37 38 39 40"),
        contact=_contact(group.one("BG-6"), "41 42 43"),
    )


def _buyer(group: Group | None) -> Party:
    if group is None:
        return Party()
    return Party(
        name=group.text("BT-44"),
        trading_name=_other(group, "BT-45", "BT-44"),
        ids=_identifiers(group, "BT-46"),
        registration=_identifier(group.first("BT-47")),
        vat_id=group.text("BT-48"),
        electronic_address=_identifier(group.first("BT-49")),
        address=_address(group.one("BG-8"), "50 51 163 52 53 54 55"),
        contact=_contact(group.one("BG-9"), "56 57 58"),
    )


def _payee(group: Group | None) -> Party | None:
    if group is None:
        return None
    return Party(
        name=group.text("BT-59"),
        ids=_identifiers(group, "BT-60"),
        registration=_identifier(group.first("BT-61")),
    )


def _representative(group: Group | None) -> Party | None:
    if group is None:
        return None
    address = _address(group.one("BG-12"), "64 65 164 66 67 68 69")
    return Party(name=group.text("BT-62"), vat_id=group.text("BT-63"), address=address)


def _delivery(group: Group | None) -> Delivery | None:
    if group is None:
        return None
    found = Delivery(
        name=group.text("BT-70"),
        location=_identifier(group.first("BT-71")),
        address=_address(group.one("BG-15"), "75 76 165 77 78 79 80"),
    )
    return found if found != Delivery() else None


def _period(group: Group | None, first: str, last: str) -> Period | None:
    if group is None:
        return None
    found = Period(group.day(first), group.day(last))
    return found if found.first or found.last else None


def _tax(group: Group, currency: str) -> Tax:
    return Tax(
        category=group.text("BT-118"),
        rate=plain(group.number("BT-119")),
        taxable_minor=minor(group.number("BT-116"), currency),
        tax_minor=minor(group.number("BT-117"), currency),
        exemption_reason=group.text("BT-120"),
        exemption_code=group.text("BT-121"),
    )


def _adjustments(
    owner: Group, group_id: str, first: int, currency: str, *, taxed: bool = True
) -> tuple[Adjustment, ...]:
    """Read allowances or charges, whose terms follow each other from `first` on."""
    last = first + 5 if taxed else first + 3
    return tuple(
        Adjustment(
            amount_minor=minor(group.number(f"BT-{first}"), currency),
            base_minor=minor(group.number(f"BT-{first + 1}"), currency),
            percent=plain(group.number(f"BT-{first + 2}")),
            reason=group.text(f"BT-{last}"),
            reason_code=group.text(f"BT-{last + 1}"),
            tax_category=group.text(f"BT-{first + 3}") if taxed else "",
            tax_rate=plain(group.number(f"BT-{first + 4}")) if taxed else "",
        )
        for group in owner.within(group_id)
    )


def _line(group: Group, currency: str) -> Line:
    nothing = Group("", group.node)
    price, tax = group.one("BG-29") or nothing, group.one("BG-30") or nothing
    item = group.one("BG-31") or nothing
    return Line(
        id=group.text("BT-126"),
        name=item.text("BT-153"),
        description=item.text("BT-154"),
        note="\n".join(one.text for one in group.all("BT-127")),
        quantity=plain(group.number("BT-129")),
        unit=group.text("BT-130"),
        price=plain(price.number("BT-146")),
        price_quantity=plain(price.number("BT-149")) or "1",
        net_minor=minor(group.number("BT-131"), currency),
        tax_category=tax.text("BT-151"),
        tax_rate=plain(tax.number("BT-152")),
        seller_item=item.text("BT-155"),
        buyer_item=item.text("BT-156"),
        standard_item=_identifier(item.first("BT-157")),
        order_line=group.text("BT-132"),
        object_id=group.text("BT-128"),
        period=_period(group.one("BG-26"), "BT-134", "BT-135"),
        allowances=_adjustments(group, "BG-27", 136, currency, taxed=False),
        charges=_adjustments(group, "BG-28", 141, currency, taxed=False),
    )


def _payment(group: Group) -> PaymentMeans:
    nothing = Group("", group.node)
    account, card = group.one("BG-17") or nothing, group.one("BG-18") or nothing
    digits = re.sub(r"\D", "", card.text("BT-87"), flags=re.ASCII)
    return PaymentMeans(
        code=group.text("BT-81"),
        text=group.text("BT-82"),
        iban=_unspaced(account.text("BT-84")),
        bic=_unspaced(group.text("BT-86")),
        account_name=account.text("BT-85"),
        card_digits=digits[-_DIGITS_SHOWN:],
        debited_iban=_unspaced(group.text("BT-91")),
    )


def _unspaced(text: str) -> str:
    return "".join(text.split())


def _references(root: Group) -> References:
    return References(
        buyer_reference=root.text("BT-10"),
        order=root.text("BT-13"),
        sales_order=root.text("BT-14"),
        contract=root.text("BT-12"),
        project=root.text("BT-11"),
        tender=root.text("BT-17"),
        object_id=root.text("BT-18"),
        receipt=root.text("BT-15"),
        despatch=root.text("BT-16"),
        preceding=tuple(_preceding(each) for each in root.within("BG-3")),
    )


def _preceding(group: Group) -> Preceding:
    issued_on: date | None = group.day("BT-26")
    return Preceding(group.text("BT-25"), issued_on)


def _attachment(group: Group) -> Attachment:
    embedded = group.first("BT-125")
    return Attachment(
        id=group.text("BT-122"),
        name=embedded.attribute("filename") if embedded else "",
        description=group.text("BT-123"),
        media_type=embedded.attribute("mimeCode") if embedded else "",
        size_bytes=_size(embedded.text) if embedded else None,
        url=_url(group.text("BT-124")),
    )


def _size(encoded: str) -> int | None:
    """Return how many bytes base64 text holds; None if it is none."""
    try:
        return len(b64decode("".join(encoded.split()), validate=True))
    except (Base64Error, ValueError):
        return None


def _note(group: Group) -> Note:
    """Read a note; UBL writes the subject's code in front of the text, as `#AAC#`."""
    text, subject = group.text("BT-22"), group.text("BT-21")
    found = _SUBJECT.fullmatch(text) if not subject else None
    return Note(found[2], found[1]) if found else Note(text, subject)
