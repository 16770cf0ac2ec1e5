"""Reads what the behaviour of an account is made from: strongly consistent, and bounded.

Every look costs five small reads, some 6 read units. What was paid since the last one is found by
the account's sums: where they are those that were counted, nothing was. Otherwise the events since
are read, and the invoices that they closed with the claims of their notices: some 3 read units for
each. Only where that does not come to the account's sums (an invoice came open again) all invoices
are read, page by page: some 0.3 read units for each, 15,000 for 50,000 of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from saldo.clock import local_day
from saldo.collection.facts import Dispute, Promise
from saldo.events import Event
from saldo.ids import instant_of
from saldo.invoices.model import Invoice, OpenItem
from saldo.payments.model import Payment
from saldo.reminders.model import Claim
from saldo.risk.exception import Overdue, Sign
from saldo.risk.months import MONTHS_MAX, STAGES_MAX, PaidInvoice, months_back
from saldo.risk.sheet import DisputesSeen, PromisesSeen
from saldo.store import Store

ITEMS_MAX: Final = 100
"""So many open items are looked at, the longest due first."""

WORDS_MAX: Final = 200
"""So many promises and disputes are looked at, the last ones first."""

PAYMENTS_MAX: Final = 100
SIGNS_DAYS: Final = 365
"""For so long a debit that came back or a promise that was broken speaks against an exception."""

_PAGE: Final = 200
_CLOSED: Final = "invoice.closed"


@dataclass(frozen=True, slots=True)
class Closed:
    """What was paid since an event, and the last event that was read."""

    paid: tuple[PaidInvoice, ...]
    heard: str


@dataclass(frozen=True, slots=True)
class Words:
    """What an account promised and contested."""

    promises: tuple[Promise, ...]
    disputes: tuple[Dispute, ...]

    def promises_seen(self, today: date) -> PromisesSeen:
        """Return what came of the promises for days within the months that are kept."""
        first = _first_day(today)
        states = [one.state for one in self.promises if one.on >= first]
        return PromisesSeen(
            states.count("kept"),
            states.count("part-kept"),
            states.count("broken"),
            states.count("open"),
        )

    def disputes_seen(self, today: date) -> DisputesSeen:
        """Return what came of the disputes opened within the months that are kept."""
        some = [one for one in self.disputes if one.opened_at.date() >= _first_day(today)]
        upheld = sum(1 for one in some if one.state == "settled" and one.agreed_minor > 0)
        decided = sum(1 for one in some if one.state in ("settled", "rejected", "withdrawn"))
        return DisputesSeen(len(some), upheld, decided - upheld)

    def contested(self) -> set[str]:
        """Return the invoices that are contested now."""
        return {one.invoice for one in self.disputes if one.state == "open"}

    def has_broken(self, today: date) -> bool:
        """Tell whether a promise was not kept whole lately."""
        first = today - timedelta(days=SIGNS_DAYS)
        return any(p.state in ("broken", "part-kept") and p.on >= first for p in self.promises)


def words_of(store: Store, creditor: str, account: str) -> Words:
    """Return what an account promised and contested, the last ones first."""
    return Words(
        tuple(store.newest(Promise, creditor, account, limit=WORDS_MAX)),
        tuple(store.newest(Dispute, creditor, account, limit=WORDS_MAX)),
    )


def overdue_of(
    store: Store, creditor: str, account: str, words: Words, today: date
) -> list[Overdue]:
    """Return what is overdue, the longest due first."""
    contested = words.contested()
    return [
        Overdue(one.number, (today - one.due_on).days, one.number in contested)
        for one in store.first(OpenItem, creditor, account, limit=ITEMS_MAX)
        if one.due_on < today
    ]


def signs_of(store: Store, creditor: str, account: str, words: Words, today: date) -> list[Sign]:
    """Return what other records say against an exception; asked where there may be one."""
    found: list[Sign] = []
    if words.has_broken(today):
        found.append("promise-broken")
    since = today - timedelta(days=SIGNS_DAYS)
    payments = store.newest(Payment, creditor, account, limit=PAYMENTS_MAX)
    if any(one.returned and one.returned.told_at.date() >= since for one in payments):
        found.append("returned-debit")
    return found


def closed_since(
    store: Store, creditor: str, account: str, heard: str, now: datetime, zone: str
) -> Closed:
    """Return what payments closed since the event `heard`, each invoice once."""
    numbers: dict[str, None] = {}
    last = heard
    for event in _events_since(store, creditor, account, heard, now):
        last = max(last, event.id)
        if event.type == _CLOSED:
            numbers[str(event.data["invoice"])] = None
    found = store.get_many(Invoice, [(creditor, account, one) for one in numbers])
    paid = [
        _paid(one, _stage(one, store.list(Claim, *one.key), zone))
        for one in found.values()
        if one.days_beyond_terms is not None
    ]
    return Closed(tuple(paid), last)


def all_paid(
    store: Store, creditor: str, account: str, today: date, zone: str
) -> Iterator[PaidInvoice]:
    """Yield every paid invoice that was due within the months that are kept."""
    first = _first_day(today)
    claims: dict[str, list[Claim]] = {}
    for claim in store.list(Claim, creditor, account):
        claims.setdefault(claim.invoice, []).append(claim)
    for one in store.list(Invoice, creditor, account):
        if one.days_beyond_terms is not None and one.due_on >= first:
            yield _paid(one, _stage(one, claims.get(one.number, ()), zone))


def last_event(store: Store, creditor: str, account: str, now: datetime) -> str:
    """Return an id from which on events are new: that of the month's last one, "" for none."""
    found = store.newest(Event, creditor, account, f"{now:%Y%m}", limit=1)
    return found[0].id if found else ""


def _events_since(
    store: Store, creditor: str, account: str, heard: str, now: datetime
) -> Iterator[Event]:
    begun = instant_of(heard) if heard else now.replace(day=1)
    month = f"{begun:%Y%m}"
    while month <= f"{now:%Y%m}":
        after: tuple[str, ...] | None = (creditor, account, month, heard) if heard else None
        while found := store.first(Event, creditor, account, month, limit=_PAGE, after=after):
            yield from found
            after = found[-1].key
            if len(found) < _PAGE:
                break
        year, number = int(month[:4]), int(month[4:])
        month = f"{year + number // 12}{number % 12 + 1:02}"


def _paid(invoice: Invoice, stage: int) -> PaidInvoice:
    assert invoice.days_beyond_terms is not None, "what was paid is counted"
    return PaidInvoice(
        invoice.due_on,
        invoice.days_beyond_terms,
        invoice.currency,
        invoice.amount_minor,
        stage,
    )


def _stage(invoice: Invoice, claims: Iterable[Claim], zone: str) -> int:
    """Return the last stage that the invoice was reminded by after its due date, here or, before it
    came here, by another system; 0 for none.
    """
    stage = invoice.opening.stage if invoice.opening else 0
    for claim in claims:
        if claim.step.isdigit() and claim.episode == invoice.episode and claim.notice:
            on = local_day(instant_of(claim.notice), zone)
            if on > invoice.due_on and invoice.closed_on is not None and on <= invoice.closed_on:
                stage = max(stage, int(claim.step))
    return min(stage, STAGES_MAX)


def _first_day(today: date) -> date:
    return date.fromisoformat(f"{months_back(today, MONTHS_MAX - 1)}-01")
