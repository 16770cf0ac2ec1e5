"""What was said about one invoice, by the payer, to the payer and among colleagues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlencode

from saldo.threads.model import ThreadEntry
from saldo.worklist.notes import Note

if TYPE_CHECKING or __package__:
    from functions.console.account_forms import own
    from functions.console.screen import Back, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from account_forms import own
    from screen import Back, Shown, Visit

if TYPE_CHECKING:
    from saldo.accounts.model import Account
    from saldo.invoices.model import Invoice

SAID_MAX: Final = 30
_READ: Final = 200
"""So many of the account's newest entries, and notes, are looked through for the invoice's."""

Kind = Literal["payer", "creditor", "note"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark. A `note` is for colleagues: the payer never sees it. `is_read`: by the payer."""

    kind: Kind
    at: datetime
    by: str
    text: str
    is_read: bool = True


@dataclass(frozen=True, slots=True)
class Talk:
    """The last remarks about an invoice, the oldest first; `has_conversation`: it has its page."""

    remarks: tuple[Remark, ...]
    has_conversation: bool


def talk_shown(visit: Visit, account: Account, invoice: Invoice) -> Talk:
    """Read what was said about an invoice: two queries."""
    store = visit.services.store.relaxed()
    entries = store.newest(ThreadEntry, *account.key, limit=_READ)
    notes = store.newest(Note, *account.key, limit=_READ)
    found = [
        Remark(one.side, one.at, one.by, one.text, one.read_at is not None)
        for one in entries
        if one.invoice == invoice.number
    ]
    found += [
        Remark("note", one.at, one.by, one.text) for one in notes if one.invoice == invoice.number
    ]
    said = sorted(found, key=lambda one: one.at)
    return Talk(tuple(said[-SAID_MAX:]), has_conversation=bool(entries))


def answer(visit: Visit) -> Shown:
    """Write to the payer about the invoice: by mail and on their page, in one conversation."""
    from saldo.edge.v1 import threads

    invoice, text = _about(visit)
    body: dict[str, Any] = {
        "account": invoice.account,
        "id": visit.sent_id(),
        "text": text,
        "invoice": invoice.number,
    }
    threads.reply(visit.ordered, body)
    return Back(_here(invoice), "written")


def note(visit: Visit) -> Shown:
    """Write to colleagues about the invoice."""
    invoice, text = _about(visit)
    visit.services.notes.add(
        invoice.creditor,
        invoice.account,
        visit.sent_id(),
        visit.by,
        text,
        invoice=invoice.number,
    )
    return Back(_here(invoice), "noted")


def _about(visit: Visit) -> tuple[Invoice, str]:
    invoice = visit.invoice(visit.form("number"))
    own(visit, visit.account(invoice.account), invoice.number)
    return invoice, visit.typed("text")


def _here(invoice: Invoice) -> str:
    return f"invoice?{urlencode({'number': invoice.number})}"
