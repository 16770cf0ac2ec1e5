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

if TYPE_CHECKING:
    from saldo.invoices.model import Invoice


class NothingChosen(Invalid):
    """No invoice was chosen."""

    code = "nothing-chosen"


def here(account: Account, do: str = "") -> str:
    """Return the address of the account's page, below the creditor's; with the drawer `do` open."""
    asked = {"number": account.number} | ({"do": do} if do else {})
    return f"account?{urlencode(asked)}"


def chosen(visit: Visit) -> list[str]:
    """Return the invoices that were ticked; raise NothingChosen."""
    found = list(visit.fields.many("invoices"))
    if not found:
        raise NothingChosen("Choose at least one invoice.").at("/invoices")
    return found


def mine(visit: Visit, invoices: list[str]) -> tuple[Account, list[Invoice]]:
    """Return the account that a form is about and these invoices of it, each once.

    Raises AccountUnknown or what `own` raises.
    """
    account = visit.account(visit.form("number"))
    return account, [own(visit, account, number) for number in dict.fromkeys(invoices)]


def own(visit: Visit, account: Account, number: str) -> Invoice:
    """Return an invoice; raise InvoiceUnknown or InvoicesElsewhere unless it is the account's."""
    found = visit.invoice(number)
    if found.account != account.number:
        raise InvoicesElsewhere("These invoices belong to another account.")
    return found
