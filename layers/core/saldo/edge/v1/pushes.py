"""The envelopes of bulk calls, whole: for the description alone.

Reading goes record by record (`parse.records_of`), so that one bad record does not refuse the
others.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from saldo.edge.v1.requests import (
    Body,
    CreditNoteRecord,
    InvoiceRecord,
    PayLinkRecord,
)
from saldo.edge.v1.requests_accounts import AccountRecord
from saldo.invoices.intake import RECORDS_MAX

_SOME = Field(min_length=1, max_length=RECORDS_MAX)


class AccountPush(Body):
    """Accounts, each taken or refused by itself."""

    records: Annotated[list[AccountRecord], _SOME]


class InvoicePush(Body):
    """Invoices, each taken or refused by itself."""

    records: Annotated[list[InvoiceRecord], _SOME]


class CreditNotePush(Body):
    """Credit notes, each taken or refused by itself."""

    records: Annotated[list[CreditNoteRecord], _SOME]


class PayLinkOrder(Body):
    """Invoices to make pay links for, each by itself."""

    records: Annotated[list[PayLinkRecord], _SOME]
