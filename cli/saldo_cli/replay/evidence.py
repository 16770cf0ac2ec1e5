"""What really happened, read from the books and from the mails that left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from saldo.invoices.model import Invoice
from saldo.ledger.verify import verify_account
from saldo.reminders.model import Notice, NoticeState
from saldo.reports.receivables import Receivable
from saldo.store import Store
from saldo_cli.replay.report import Facts, SeenInvoice, SeenMail

LEFT: frozenset[NoticeState] = frozenset({"sent", "delivered", "bounced", "complained"})
"""States of a notice whose mail left."""

AT_REST: frozenset[NoticeState] = LEFT | {"withdrawn"}


def facts_of(
    store: Store, creditor: str, accounts: Iterable[str], mails: Sequence[str] | None
) -> Facts:
    """Read what became of a creditor's invoices.

    `mails` names the notice of every mail that left, as often as it left, when a mailbox can be
    looked into; None: the notices' own states are believed. What contradicts itself, and any
    difference between postings and projections, is told in `problems`.
    """
    invoices: list[SeenInvoice] = []
    notices: dict[str, Notice] = {}
    torn: list[str] = []
    today = datetime.now(UTC).date()
    for account in accounts:
        torn += [
            f"The books differ: {d.balance.what} of {d.balance.detail} by {d.off_by_minor}."
            for d in verify_account(store, creditor, account, today)
        ]
        invoices += [
            SeenInvoice(account, invoice.number, _receivable(invoice))
            for invoice in store.list(Invoice, creditor, account)
        ]
        notices |= {notice.id: notice for notice in store.list(Notice, creditor, account)}
    problems = torn + [
        f"The notice of {_about(notice)} is {notice.state}: {notice.outcome or 'no outcome yet'}."
        for notice in notices.values()
        if notice.state not in AT_REST
    ]
    if mails is None:
        left = [notice for notice in notices.values() if notice.state in LEFT]
    else:
        problems += _contradictions(notices, mails)
        left = [notices[notice] for notice in mails if notice in notices]
    seen = [
        SeenMail(item.invoice, str(item.stage) if item.stage else n.step, n.planned_for)
        for n in left
        for item in n.items
    ]
    reminders = sum(1 for n in left if n.step.isdecimal())
    return Facts(tuple(invoices), tuple(seen), tuple(problems), reminders)


def _receivable(invoice: Invoice) -> Receivable:
    return Receivable(
        invoice.issued_on,
        invoice.currency,
        invoice.amount_minor,
        invoice.open_minor,
        None if invoice.is_open else invoice.closed_on,
    )


def _contradictions(notices: dict[str, Notice], mails: Sequence[str]) -> list[str]:
    told = Counter(mails)
    unknown = [
        f"A mail names the notice {n}, which the books do not have."
        for n in sorted(told.keys() - notices.keys())
    ]
    silent = [
        f"The notice of {_about(n)} says {n.state}, but no mail left."
        for n in notices.values()
        if n.state in LEFT and n.id not in told
    ]
    secret = [
        f"A mail left for the notice of {_about(n)}, which says {n.state}."
        for n in notices.values()
        if n.state not in LEFT and n.id in told
    ]
    return [*unknown, *silent, *secret]


def _about(notice: Notice) -> str:
    return f"invoice {notice.invoice}, step {notice.step}"
