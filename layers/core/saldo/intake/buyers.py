"""Which account a document's buyer is: by what was told before, by numbers, by addresses; or a new
account, where the creditor lets documents make some.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from saldo.accounts.model import Account, Contact, Creditor, PostalAddress
from saldo.einvoices.record import Identifier, Invoice, Party
from saldo.errors import Conflict
from saldo.intake.rules import BuyerKind, BuyerLink, IntakeRules
from saldo.intake.sellers import plain
from saldo.intake.words import number_in, one_line
from saldo.portal.model import PortalAddress, address_hash
from saldo.store import Put, Store

_NAME_MAX: Final = 200
_CONTACT_MAX: Final = 120
_LINE_MAX: Final = 100
_CITY_MAX: Final = 60
_POST_CODE_MAX: Final = 16
_EMAIL_MAX: Final = 254
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_MAIL_SCHEME: Final = "EM"
"""CEF's electronic address scheme for mail addresses."""

_LEARNT: Final[frozenset[BuyerKind]] = frozenset(
    {"customer-number", "vat-id", "electronic-address"}
)
"""What names one buyer for good. A reference may name an order, a mail address many accounts."""


class BuyerUnknown(Conflict):
    """No account is known to be the document's buyer."""

    code = "buyer-unknown"


class BuyerAmbiguous(Conflict):
    """The document's buyer may be one of several accounts."""

    code = "buyer-ambiguous"


@dataclass(frozen=True, slots=True)
class BuyerName:
    """One way in which a document names its buyer: as written, and as links are kept by."""

    kind: BuyerKind
    written: str

    @property
    def value(self) -> str:
        return self.written.strip().lower() if self.kind == "e-mail" else plain(self.written)


def names_of(document: Invoice) -> list[BuyerName]:
    """Return every way in which a document names its buyer. Pure."""
    return [one for one in _names(document) if one.value]


def _names(document: Invoice) -> Iterator[BuyerName]:
    buyer = document.buyer
    for each in buyer.ids:
        yield BuyerName("customer-number", each.value)
    yield BuyerName("reference", document.references.buyer_reference)
    yield BuyerName("vat-id", buyer.vat_id)
    if buyer.electronic_address is not None:
        yield BuyerName("electronic-address", _scheme_first(buyer.electronic_address))
    for address in mail_addresses(buyer):
        yield BuyerName("e-mail", address)


def _scheme_first(found: Identifier) -> str:
    return f"{found.scheme}:{found.value}" if found.scheme else found.value


def mail_addresses(buyer: Party) -> list[str]:
    """Return the buyer's mail addresses: the one for invoices, then its contact's."""
    found = []
    electronic = buyer.electronic_address
    if electronic is not None and electronic.scheme.upper() == _MAIL_SCHEME:
        found.append(electronic.value.removeprefix("mailto:"))
    if buyer.contact is not None and buyer.contact.email:
        found.append(buyer.contact.email)
    return list(dict.fromkeys(one.strip() for one in found if _is_mail_address(one.strip())))


def _is_mail_address(text: str) -> bool:
    return len(text) <= _EMAIL_MAX and _EMAIL.fullmatch(text) is not None


class Buyers:
    """Finds the accounts of buyers, and learns them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, document: Invoice, rules: IntakeRules) -> Account:
        """Return the account that is the document's buyer, by the creditor's order of looking.

        Raises BuyerUnknown or BuyerAmbiguous.
        """
        names = names_of(document)
        for kind in rules.buyer_by:
            found = {
                account
                for name in names
                if name.kind == kind
                for account in self._accounts(rules.creditor, name)
            }
            if len(found) > 1:
                listed = ", ".join(sorted(found)[:5])
                raise BuyerAmbiguous(f"The buyer's {kind} is that of several accounts: {listed}.")
            for number in found:
                if (account := self._store.get(Account, rules.creditor, number)) is not None:
                    return account
        shown = one_line(document.buyer.name, 100)
        raise BuyerUnknown(f"No account is known to be the buyer {shown!r}.")

    def _accounts(self, creditor: str, name: BuyerName) -> set[str]:
        link = self._store.get(BuyerLink, creditor, name.kind, name.value)
        if link is not None:
            return {link.account}
        if name.kind in {"customer-number", "reference"}:
            number = number_in(name.written)
            known = self._store.get(Account, creditor, number) if number else None
            return {known.number} if known else set()
        if name.kind == "e-mail":
            hashed = address_hash(name.value)
            return {
                one.account
                for one in self._store.list(PortalAddress, hashed, creditor)
                if one.source == "contact"
            }
        return set()

    def is_contact(self, creditor: str, address: str) -> bool:
        """Tell whether a mail address is that of a contact of an account."""
        hashed = address_hash(address)
        return any(
            one.source == "contact" for one in self._store.list(PortalAddress, hashed, creditor)
        )

    def learn(self, document: Invoice, creditor: str, account: str, by: str) -> None:
        """Remember who the document's buyer is; what is known of its names stays as it is."""
        for name in names_of(document):
            if name.kind in _LEARNT and not self._accounts(creditor, name):
                link = BuyerLink(creditor, name.kind, name.value, account, by, version=1)
                self._store.commit([Put(link, expect=None)])

    def link(
        self, creditor: str, kind: BuyerKind, written: str, account: str, by: str
    ) -> BuyerLink:
        """Say outright which account a buyer is; it replaces what was known."""
        name = BuyerName(kind, written)
        made = BuyerLink(creditor, kind, name.value, account, by, version=1)
        self._store.commit([Put(made, expect=None)])
        return made

    def new_account(self, document: Invoice, creditor: Creditor) -> Account:
        """Return the account that an unknown buyer becomes, under its customer number if the
        document tells one that is free.
        """
        numbers = (number_in(one.value) for one in document.buyer.ids if not one.scheme)
        for number in numbers:
            if number and self._store.get(Account, creditor.id, number) is None:
                return account_of(document, creditor, number)
        return account_of(document, creditor, made_number(document.buyer))


def made_number(buyer: Party) -> str:
    """Return a number for a buyer who has none: the same for the same buyer. Pure."""
    address = buyer.address
    told = buyer.vat_id or "\n".join(
        (buyer.name, *((*address.lines, address.post_code, address.city) if address else ()))
    )
    return f"E-{hashlib.sha256(plain(told).encode()).hexdigest()[:10].upper()}"


def account_of(document: Invoice, creditor: Creditor, number: str) -> Account:
    """Return the account that a document's buyer would be. Pure.

    Only who has a VAT id or stands in a register is taken for a business: of a consumer's rights
    none is passed over for want of knowledge.
    """
    buyer = document.buyer
    told = buyer.address.country if buyer.address else ""
    country = told if _COUNTRY.fullmatch(told) else creditor.country
    person = one_line(buyer.contact.name if buyer.contact else "", _CONTACT_MAX)
    name = one_line(buyer.name, _NAME_MAX) or number
    return Account(
        creditor=creditor.id,
        number=number,
        name=name,
        kind="business" if buyer.vat_id or buyer.registration else "consumer",
        country=country,
        language=creditor.language,
        time_zone=creditor.time_zone,
        contacts=tuple(
            Contact(person or one_line(name, _CONTACT_MAX), address)
            for address in mail_addresses(buyer)[:1]
        ),
        address=_postal(buyer, country),
    )


def _postal(buyer: Party, country: str) -> PostalAddress | None:
    found = buyer.address
    if found is None or not found.city or not found.post_code or not found.lines:
        return None
    return PostalAddress(
        tuple(one_line(line, _LINE_MAX) for line in found.lines),
        one_line(found.post_code, _POST_CODE_MAX),
        one_line(found.city, _CITY_MAX),
        country,
    )
