"""A payment: where its money came from and what it paid; allocate, take back, refund."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from saldo.accounts.model import Account
from saldo.bank_entries.model import BankAccount, BankEntry
from saldo.edge.v1 import money
from saldo.invoices.model import OpenItem
from saldo.money import Money, format_amount
from saldo.payments.look import PaymentView, find_payment
from saldo.payments.reversals import PaymentUnknown

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.account_forms import chosen, own
    from functions.console.screen import Act, Back, Page, Screen, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from account_forms import chosen, own
    from screen import Act, Back, Page, Screen, Shown, Visit

_ITEMS_MAX: Final = 60


def show(visit: Visit) -> Shown:
    """Show the payment; without an id, ask for one."""
    if not visit.query("id"):
        return Page("payment_find.html")
    view, account = _found(visit, visit.query("id"))
    payment, currency = view.payment, view.payment.currency
    store = visit.services.store.relaxed()
    oldest = list(store.first(OpenItem, *account.key, limit=_ITEMS_MAX + 1))
    items = [one for one in oldest[:_ITEMS_MAX] if one.currency == currency and view.credit_minor]
    return Page(
        "payment.html",
        {
            "view": view,
            "payment": payment,
            "account": account,
            "amount": Money(payment.amount_minor, currency),
            "left": Money(view.credit_minor, currency),
            "taken": Money(payment.taken_minor, currency),
            "paid": [(one, Money(one.parts.total, currency)) for one in view.allocations],
            "refunds": [(one, Money(one.amount_minor, one.currency)) for one in view.refunds],
            "items": [(one, Money(one.open_minor, currency)) for one in items],
            "has_more": len(oldest) > _ITEMS_MAX,
            "entry": _entry_of(visit, payment.id),
            "fresh_id": visit.fresh_id(),
        },
    )


def allocate(visit: Visit) -> Shown:
    """Pay invoices with what is left of the payment."""
    view, account = _found(visit, visit.form("payment"))
    typed = visit.form("also")
    ticked = list(visit.fields.many("invoices")) if typed else chosen(visit)
    invoices = list(dict.fromkeys([*ticked, *([typed] if typed else [])]))
    for number in invoices:
        own(visit, account, number)
    reason = visit.form("reason", 500) or visit.by
    body = {"source": view.payment.source, "invoices": invoices, "reason": reason}
    money.allocate(visit.ordered, body)
    return _here(view, "payment-allocated")


def take_back(visit: Visit) -> Shown:
    """Take back what the payment paid of an invoice: it is owed again."""
    view, account = _found(visit, visit.form("payment"))
    own(visit, account, visit.form("invoice"))
    body = {
        "source": view.payment.source,
        "invoice": visit.form("invoice"),
        "reason": visit.form("reason", 500),
    }
    money.take_back(visit.ordered, body)
    return _here(view, "payment-taken-back")


def refund(visit: Visit) -> Shown:
    """Give back what is left of the payment, or a part of it: left when the page was shown, which
    may be less than is left by now.
    """
    view, _ = _found(visit, visit.form("payment"))
    currency, seen = view.payment.currency, visit.form("left")
    left_minor = int(seen) if seen.isdecimal() else view.credit_minor
    body = {
        "id": visit.form("id"),
        "payment": view.payment.id,
        "amount": visit.amount("amount", currency) or format_amount(left_minor, currency),
        "currency": currency,
        "reason": visit.form("reason", 500),
    }
    money.refund(visit.ordered, body)
    return _here(view, "payment-refunded")


def _found(visit: Visit, id_: str) -> tuple[PaymentView, Account]:
    """Return a payment and its account; raise PaymentUnknown or AccountUnknown."""
    view = find_payment(visit.services.store, visit.creditor.id, id_)
    if not visit.sees(view.account):
        raise PaymentUnknown(f"There is no payment {id_!r}.")
    return view, visit.account(view.account)


def _entry_of(visit: Visit, payment: str) -> str:
    """Return the bank entry that brought a payment, "" for none: a payment is named after it."""
    prefix, _, rest = payment.partition("-")
    id_ = rest.rpartition("-")[0]
    if prefix != "bank" or not id_ or not visit.may("bank:read"):
        return ""
    store, creditor = visit.services.store.relaxed(), visit.creditor.id
    keys = [(creditor, one.id, id_[:4], id_) for one in store.list(BankAccount, creditor)]
    return id_ if store.get_many(BankEntry, keys) else ""


def _here(view: PaymentView, told: str) -> Back:
    return Back(f"payment?{urlencode({'id': view.payment.id})}", told)


SCREEN: Final = Screen(
    "payment",
    "accounts:read",
    show,
    acts={
        "allocate": Act("money:write", allocate),
        "take-back": Act("money:write", take_back),
        "refund": Act("money:refund", refund, needs_proof=True),
    },
)
