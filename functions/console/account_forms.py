"""What the forms of an account's page have in common: whose they are, and where they lead back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from saldo.accounts.model import Account
from saldo.errors import Invalid

if TYPE_CHECKING or __package__:
    from functions.console.screen import InvoicesElsewhere, Visit
else:  # in Lambda this folder is the root of the code
    from screen import InvoicesElsewhere, Visit


class NothingChosen(Invalid):
    """No invoice was chosen."""

    code = "nothing-chosen"


def here(account: Account) -> str:
    """Return the address of the account's page, below the creditor's."""
    return f"account?{urlencode({'number': account.number})}"


def chosen(visit: Visit) -> list[str]:
    """Return the invoices that were ticked; raise NothingChosen."""
    found = list(visit.fields.many("invoices"))
    if not found:
        raise NothingChosen("Choose at least one invoice.").at("/invoices")
    return found


def mine(visit: Visit, invoices: list[str]) -> Account:
    """Return the account that a form is about; raise where its invoices are another's."""
    account = visit.account(visit.form("number"))
    for number in dict.fromkeys(invoices):
        check_own(visit, account, number)
    return account


def check_own(visit: Visit, account: Account, invoice: str) -> None:
    """Raise InvoiceUnknown or InvoicesElsewhere unless an invoice is the account's."""
    if visit.invoice(invoice).account != account.number:
        raise InvoicesElsewhere("These invoices belong to another account.")
