"""Whether an invoice is paid, for who only needs to know that: nothing personal is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from saldo.accounts.model import Account, Creditor
from saldo.clock import Clock
from saldo.errors import Refusal
from saldo.invoices.model import Invoice, NumberTaken
from saldo.payments.links import Opened, PayLinks
from saldo.payments.model import PayLink
from saldo.payments.standing import Standings
from saldo.store import Store

PaidState = Literal["paid", "closed", "part-paid", "processing", "open", "overdue", "unknown"]
"""closed: nothing is open, but it was not paid: credited or written off. processing: money for all
that is open is on its way; whether it arrives is not sure yet."""

NUMBER_LENGTH_MAX: Final = 64
_LINK: Final = "/p/"


@dataclass(frozen=True, slots=True)
class PayStatus:
    """How an invoice stands. `open_minor` is in minor units of `currency`; `since` is the day on
    which it was closed, or on which it fell due; both None for what is unknown.
    """

    number: str
    state: PaidState
    as_of: datetime
    open_minor: int | None = None
    currency: str | None = None
    since: date | None = None


class PayStatuses:
    """Looks up how an invoice stands now, strongly consistently."""

    def __init__(self, store: Store, clock: Clock, links: PayLinks, standings: Standings) -> None:
        self._store, self._clock = store, clock
        self._links, self._standings = links, standings

    def of(self, creditor: Creditor, scanned: str) -> PayStatus:
        """Return how the invoice of a number stands; another creditor's is unknown.

        `scanned` is the number, or the address of a pay link, as the QR code on paper holds it.
        """
        now, number = self._clock.now(), self._number(creditor, scanned.strip())
        taken = self._store.get(NumberTaken, creditor.id, "invoice", number) if number else None
        if taken is None:
            return PayStatus(number or scanned.strip()[:NUMBER_LENGTH_MAX], "unknown", now)
        key = (creditor.id, taken.account)
        invoice = self._store.get(Invoice, *key, number)
        account = self._store.get(Account, *key)
        assert invoice is not None, "a taken number has its invoice"
        assert account is not None, "an invoice has its account"
        if not invoice.is_open:
            state: PaidState = "paid" if invoice.days_beyond_terms is not None else "closed"
            return PayStatus(number, state, now, 0, invoice.currency, invoice.closed_on)
        link = PayLink("", *key, number, now, now + timedelta(minutes=1))
        standing = self._standings.of(Opened(link, creditor, account, invoice))
        coming = sum(one.coming_minor for one in standing.open_)
        state = "open"
        if coming >= invoice.open_minor:
            state = "processing"
        elif standing.today > invoice.due_on:
            state = "overdue"
        elif invoice.settled_minor > 0:
            state = "part-paid"
        return PayStatus(number, state, now, invoice.open_minor, invoice.currency, invoice.due_on)

    def _number(self, creditor: Creditor, scanned: str) -> str:
        """Return the invoice number in what was typed or scanned, "" where there is none."""
        if _LINK not in scanned:
            return scanned if len(scanned) <= NUMBER_LENGTH_MAX else ""
        token = scanned.rpartition(_LINK)[2].partition("/")[0].partition("?")[0]
        try:
            link = self._links.find(token)
        except Refusal:
            return ""  # spent or made up: it names no invoice
        return link.invoice if link.creditor == creditor.id else ""
