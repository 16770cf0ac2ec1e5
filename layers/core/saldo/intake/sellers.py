"""Whether a document is the creditor's own. Pure.

An invoice that somebody sent to the creditor is read just as well as one that it wrote: without
this, what it owes would be asked of its supplier.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from saldo.einvoices.record import Invoice
from saldo.errors import Conflict
from saldo.intake.rules import IntakeRules
from saldo.intake.words import one_line

_APART: Final = re.compile(r"[\W_]+")


class SellerNotKnown(Conflict):
    """The document's seller is not the creditor, as far as its rules say."""

    code = "seller-not-known"


def check_seller(document: Invoice, rules: IntakeRules, name: str) -> None:
    """Raise SellerNotKnown unless the document's seller is the creditor called `name`."""
    seller = document.seller
    told = {
        plain(one)
        for one in (
            seller.name,
            seller.trading_name,
            seller.vat_id,
            seller.tax_number,
            seller.registration.value if seller.registration else "",
            seller.electronic_address.value if seller.electronic_address else "",
            *(each.value for each in seller.ids),
        )
        if one
    }
    if not told & {plain(one) for one in (rules.sellers or (name,))}:
        raise SellerNotKnown(
            f"The seller is {one_line(seller.name, 100)!r}, which is not known to be {name!r}."
        )


def plain(text: str) -> str:
    """Return a name or id without what is written this way or that: case, blanks, accents."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return _APART.sub("", "".join(one for one in bare if not unicodedata.combining(one)))
