"""What somebody came to an account's page to do: the drawer that stands open, and what it begins
with.

Other pages lead here: an invoice's page to contest that invoice, a conversation to note what was
promised in it. The address names the invoice and what was written by their numbers; words never
stand in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import Account
from saldo.invoices.model import Invoice
from saldo.money import Money
from saldo.threads.model import ThreadEntry

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
else:  # in Lambda this folder is the root of the code
    from screen import Visit

DRAWERS: Final = frozenset({"promise", "plan", "dispute", "hold", "call", "note"})
_WORDS_MAX: Final = 280
"""What is quoted fits into every field that takes a reason."""


@dataclass(frozen=True, slots=True)
class Begun:
    """`drawer` stands open, "" for none; `invoice` is chosen in it, and `text` what it begins with.
    `more` is the invoice with what stands open on it where the page lists it not by itself.
    """

    drawer: str = ""
    invoice: str = ""
    text: str = ""
    more: tuple[str, Money] | None = None


def begun_of(visit: Visit, account: Account, listed: frozenset[str]) -> Begun:
    """Return what the address, or a form that was refused, says was begun. Two reads at most."""
    drawer = visit.act or visit.query("do")
    number = visit.form("invoice") or visit.query("invoice")
    key = (*account.key, number)
    found = visit.services.store.get(Invoice, *key) if number and number not in listed else None
    is_more = found is not None and found.is_open
    return Begun(
        drawer if drawer in DRAWERS else "",
        number if number in listed or is_more else "",
        _said(visit, account),
        (number, Money(found.open_minor, found.currency)) if found and is_more else None,
    )


def _said(visit: Visit, account: Account) -> str:
    """Return the beginning of what the payer wrote, in quotation marks and in one line."""
    id_ = visit.query("said")
    entry = visit.services.store.get(ThreadEntry, *account.key, id_) if id_ else None
    if entry is None or entry.side != "payer":
        return ""
    line = " ".join(entry.text.split())
    return line if len(line) <= _WORDS_MAX else f"{line[: _WORDS_MAX - 1].rstrip()}…"
