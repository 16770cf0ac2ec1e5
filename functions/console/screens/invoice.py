"""An invoice: what it is, what stands open on it, its lines, documents, corrections and history."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import Account
from saldo.files.model import FileUnknown, StoredFile
from saldo.invoices.history import InvoiceCorrection
from saldo.invoices.model import Invoice
from saldo.money import Money

if TYPE_CHECKING or __package__ != "screens":
    from functions.console import invoice_talk as talk
    from functions.console.screen import Act, Page, Part, Screen, Shown, Visit, kept_file
    from functions.console.shown_account import held_by
    from functions.console.shown_forecast import invoice_forecast
    from functions.console.timeline import history
    from functions.console.told_facts import change_told
else:  # in Lambda this folder is the root of the code
    import invoice_talk as talk
    from screen import Act, Page, Part, Screen, Shown, Visit, kept_file
    from shown_account import held_by
    from shown_forecast import invoice_forecast
    from timeline import history
    from told_facts import change_told

_FILES_READ: Final = 100
_CORRECTIONS_MAX: Final = 20


def show(visit: Visit) -> Shown:
    """Show the invoice."""
    invoice, account = _found(visit)
    store = visit.services.store.relaxed()
    files = _files(visit, invoice, store.newest(StoredFile, *account.key, limit=_FILES_READ))
    corrections = store.newest(InvoiceCorrection, *invoice.key, limit=_CORRECTIONS_MAX)
    currency = invoice.currency
    return Page(
        "invoice.html",
        {
            "invoice": invoice,
            "account": account,
            "open": Money(invoice.open_minor, currency),
            "amount": Money(invoice.amount_minor, currency),
            "charged": Money(invoice.charged_minor, currency),
            "settled": Money(invoice.settled_minor, currency),
            "lines": visit.services.invoice_lines.of(*invoice.key),
            "line_money": lambda minor: Money(minor, currency),
            "files": files,
            "held": held_by(visit, account, invoice.number) if invoice.is_open else [],
            "corrections": corrections,
            "told_of": partial(
                change_told, words=visit.t, time_zone=account.time_zone, currency=currency
            ),
            "history": history(visit, account.number, "", "", invoice.number),
            "forecast": invoice_forecast(visit, account.number, invoice.number),
            "talk": talk.talk_shown(visit, account, invoice),
            "fresh_id": visit.fresh_id(),
            "days_late": (visit.today - invoice.due_on).days,
        },
    )


def _files(visit: Visit, invoice: Invoice, newest: Sequence[StoredFile]) -> list[StoredFile]:
    """Return the invoice's files among the account's newest, and its document wherever that is."""
    found = [one for one in newest if one.invoice == invoice.number]
    if not any(one.purpose == "invoice" for one in found):
        document = visit.services.files.document(invoice.creditor, invoice.account, invoice.number)
        found += [document] if document else []
    return found


def file(visit: Visit) -> Shown:
    """Give a document of the invoice, byte for byte."""
    invoice, account = _found(visit)
    files = visit.services.files
    kept = files.get(account.creditor, account.number, visit.query("id"))
    if kept.invoice != invoice.number:
        raise FileUnknown("There is no such file.")
    return kept_file(files, kept)


def _found(visit: Visit) -> tuple[Invoice, Account]:
    invoice = visit.invoice(visit.query("number"))
    return invoice, visit.account(invoice.account)


SCREEN: Final = Screen(
    "invoice",
    "accounts:read",
    show,
    parts={"file": Part("accounts:read", file)},
    acts={
        "answer": Act("collect:write", talk.answer),
        "note": Act("collect:write", talk.note),
    },
)
