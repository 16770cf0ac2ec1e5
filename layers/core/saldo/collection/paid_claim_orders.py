"""What is said of a payment that is not booked yet, and why that is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from saldo.collection.facts import PaidHow
from saldo.errors import Conflict, Invalid, NotFound

PAID_DAYS_AGO_MAX: Final = 400
"""What was paid longer ago is a matter for the books, not for a look at the bank account."""


class PaidClaimNotOffered(Conflict):
    """The creditor does not wait for money that is said to be paid."""

    code = "paid-claim-not-offered"


class PaidOnNotValid(Invalid):
    """The day of the payment is ahead, or too long ago."""

    code = "paid-on-not-valid"


class PaidClaimBefore(Conflict):
    """One of the invoices was said to be paid before; it can be said once until it is owed anew."""

    code = "paid-claim-before"


class PaidClaimDiffers(Conflict):
    """The id was used before for a claim with other contents."""

    code = "paid-claim-differs"


class PaidClaimUnknown(NotFound):
    """Nothing of that id is said to be paid on this account."""

    code = "paid-claim-unknown"


class PaidClaimOver(Conflict):
    """It was decided otherwise before: confirmed, found to be unfounded, or withdrawn."""

    code = "paid-claim-over"


@dataclass(frozen=True, slots=True)
class PaidClaimOrder:
    """What is said to be paid; `amount_minor` None is all that stands open on the invoices."""

    id: str
    invoices: tuple[str, ...]
    amount_minor: int | None
    paid_on: date
    how: PaidHow
    by: str
    text: str = ""
    files: tuple[str, ...] = ()
