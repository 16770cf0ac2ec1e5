"""The invoices that a message lists, as they are now."""

from __future__ import annotations

from collections.abc import Iterable

from saldo.invoices.model import Invoice
from saldo.reminders.model import Notice
from saldo.store import Store


def invoices_of(store: Store, notice: Notice, numbers: Iterable[str]) -> tuple[Invoice, ...]:
    """Return those of a notice's account's invoices that exist, in this order."""
    keys = [(notice.creditor, notice.account, number) for number in numbers]
    found = store.get_many(Invoice, keys)
    return tuple(found[key] for key in keys if key in found)
