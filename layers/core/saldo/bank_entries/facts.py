"""What matching is given: open items, accounts, what was learnt, and what was paid before.

Every account of the creditor is read with its open items (a query each, 0.5 RU read relaxed: what
matching says is checked again when it is booked). Payments are read of those accounts alone that an
entry could be of: by lessons, names, customer numbers, references and invoice numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.bank_entries.lessons import Lessons
from saldo.bank_entries.look import entry_id_of
from saldo.bank_entries.model import BankEntry
from saldo.creditor_reference import invoice_reference
from saldo.invoices.model import Allocation, Credit, Invoice, NumberTaken, OpenItem
from saldo.matching import model as matching
from saldo.matching.names import normal
from saldo.payments.model import Payment
from saldo.reminders.references import invoices_of
from saldo.remittance.model import RemittanceAdvice
from saldo.statements.model import Entry
from saldo.store import EVER, Store, fed

_PAGE: Final = 100
_PAID_DAYS: Final = 180
_PAYMENTS_MAX: Final = 60
_TOKEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.-]{2,30}")
_TOKENS_MAX: Final = 40
_RF: Final = re.compile(r"RF ?\d{2}(?: ?[A-Z0-9]){1,21}", re.IGNORECASE)
_CREDIT_NOTE: Final = "credit-note#"


@dataclass(frozen=True, slots=True)
class Facts:
    """`items` are by id: an invoice's number, or the source of a credit note's credit. `advices`
    are those that came lately.
    """

    items: dict[str, matching.OpenItem]
    accounts: tuple[matching.KnownAccount, ...]
    learnt: matching.Learnt
    rules: matching.Rules
    advices: tuple[matching.Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """References that an entry tells and that stand for an invoice, beside the invoice's own, and
    the sums of the instalments among them.
    """

    references: tuple[str, ...] = ()
    asked_minor: tuple[int, ...] = ()


_UNNAMED: Final = _Named()


class Gatherer:
    """Reads them."""

    def __init__(self, store: Store) -> None:
        self._store, self._look = store, store.relaxed()
        self._lessons = Lessons(store)

    def facts(
        self,
        creditor: Creditor,
        entries: Sequence[BankEntry],
        rules: matching.Rules,
        today: date,
    ) -> Facts:
        """Return what these entries of a creditor are matched with."""
        told = [one.entry for one in entries]
        learnt = self._lessons.of(creditor.id, [entry.counterparty for entry in told])
        named = self._references(creditor.id, told)
        mentioned = self._mentioned(creditor.id, told)
        near = {account for counts in learnt.ibans.values() for account in counts}
        near |= {account for counts in learnt.names.values() for account in counts}
        near |= set(mentioned.values())
        names = {normal(entry.counterparty.name) for entry in told if entry.counterparty.name}
        words = {word for entry in told for word in _words(entry)}
        items: dict[str, matching.OpenItem] = {}
        accounts: list[matching.KnownAccount] = []
        for account in self._accounts(creditor.id):
            accounts.append(_known(account))
            items |= {item.id: item for item in self._open(account, named)}
            is_near = account.number in near or account.number in words
            if is_near or normal(account.name) in names:
                for item in self._paid(account, named, today, entries):
                    held = items.get(item.id)
                    items[item.id] = replace(held, paid=item.paid) if held else item
        set_rules = replace(rules, discount_tolerance_days=creditor.discount_tolerance_days)
        return Facts(items, tuple(accounts), learnt, set_rules, self._advices(creditor.id, today))

    def _advices(self, creditor: str, today: date) -> tuple[matching.Advice, ...]:
        """Return the remittance advices of the last weeks."""
        return tuple(
            one.told()
            for one in self._look.list(RemittanceAdvice, creditor)
            if today <= one.gone_at.date()
        )

    def _accounts(self, creditor: str) -> Iterator[Account]:
        for found in fed(self._look, Account, creditor, *EVER, limit=_PAGE):
            yield from sorted(found, key=lambda one: one.number)

    def _open(self, account: Account, named: dict[str, _Named]) -> Iterator[matching.OpenItem]:
        for item in self._look.list(OpenItem, *account.key):
            yield matching.OpenItem(
                item.number,
                item.number,
                item.account,
                item.currency,
                item.amount_minor,
                item.open_minor,
                item.issued_on,
                item.due_on,
                references=(
                    invoice_reference(item.number),
                    *named.get(item.number, _UNNAMED).references,
                ),
                asked_minor=named.get(item.number, _UNNAMED).asked_minor,
                discounts=item.discounts,
                discounted_minor=item.discounted_minor,
                costs_open_minor=item.costs_open_minor,
                interest_open_minor=item.interest_open_minor,
            )
        for credit in self._look.list(Credit, *account.key):
            if credit.source.startswith(_CREDIT_NOTE) and not credit.pending:
                yield matching.OpenItem(
                    credit.source,
                    credit.source.removeprefix(_CREDIT_NOTE),
                    credit.account,
                    credit.currency,
                    credit.open_minor,
                    credit.open_minor,
                    credit.since,
                    credit.since,
                    kind="credit-note",
                )

    def _paid(
        self,
        account: Account,
        named: dict[str, _Named],
        today: date,
        entries: Sequence[BankEntry],
    ) -> Iterator[matching.OpenItem]:
        """Yield the invoices that the account's last payments paid, as far as they are closed."""
        since = today - timedelta(days=_PAID_DAYS)
        payments = {
            one.source: one
            for one in self._look.newest(Payment, *account.key, limit=_PAYMENTS_MAX)
            if one.state == "settled" and not one.is_returned
            and one.received_on is not None and one.received_on >= since
        }  # fmt: skip
        found: dict[str, list[matching.Paid]] = {}
        for made in self._look.list(Allocation, *account.key):
            payment = payments.get(made.source)
            if payment is None or made.reversed_at is not None or payment.received_on is None:
                continue
            iban, references = self._paid_by(payment, entries)
            found.setdefault(made.invoice, []).append(
                matching.Paid(payment.id, made.parts.total, payment.received_on, iban, references)
            )
        invoices = self._look.get_many(Invoice, [(*account.key, number) for number in found])
        for invoice in invoices.values():
            yield matching.OpenItem(
                invoice.number,
                invoice.number,
                invoice.account,
                invoice.currency,
                invoice.amount_minor,
                invoice.open_minor,
                invoice.issued_on,
                invoice.due_on,
                references=(
                    invoice_reference(invoice.number),
                    *named.get(invoice.number, _UNNAMED).references,
                ),
                paid=tuple(found[invoice.number]),
            )

    def _paid_by(
        self, payment: Payment, entries: Sequence[BankEntry]
    ) -> tuple[str, tuple[str, ...]]:
        """Return from where a payment came by the bank, and by which references."""
        id_ = entry_id_of(payment.id)
        if not id_:
            return "", (payment.id,)
        for account in dict.fromkeys(one.bank_account for one in entries):
            entry = self._look.get(BankEntry, payment.creditor, account, id_[:4], id_)
            if entry is not None:
                told = entry.entry.references
                known = (told.end_to_end_id, told.transaction_id)
                return entry.entry.counterparty.iban, tuple(one for one in known if one)
        return "", ()

    def _references(self, creditor: str, told: Iterable[Entry]) -> dict[str, _Named]:
        """Return references that stand for several invoices or an instalment, by invoice."""
        found: dict[str, _Named] = {}
        for entry in told:
            texts = [entry.references.creditor_reference, *_RF.findall(entry.remittance)]
            for text in dict.fromkeys(one for one in texts if one):
                known = invoices_of(self._store, creditor, text)
                for number in known.invoices if known else ():
                    assert known is not None, "looked at just now"
                    old = found.get(number, _UNNAMED)
                    asked = () if known.asked_minor is None else (known.asked_minor,)
                    found[number] = _Named(
                        (*old.references, known.reference), (*old.asked_minor, *asked)
                    )
        return found

    def _mentioned(self, creditor: str, told: Iterable[Entry]) -> dict[str, str]:
        """Return whose invoices are named by their exact numbers, by number."""
        numbers = {word for entry in told for word in _words(entry)}
        keys = [(creditor, "invoice", number) for number in sorted(numbers)]
        taken = self._look.get_many(NumberTaken, keys)
        return {one.number: one.account for one in taken.values()}


def _words(entry: Entry) -> list[str]:
    text = " ".join((entry.remittance, entry.references.end_to_end_id))
    return [word.rstrip(".-/") for word in _TOKEN.findall(text)[:_TOKENS_MAX]]


def _known(account: Account) -> matching.KnownAccount:
    return matching.KnownAccount(
        account.number, (account.name,), customer_numbers=(account.number,)
    )
