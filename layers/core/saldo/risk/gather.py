"""Reads what the behaviour of an account is made from: strongly consistent, and bounded.

Every look costs five small reads, some 5 read units, 40 at most. What was paid since the last one
is found by the account's sums: where they are those that were counted, nothing was. Otherwise the
events since are read, and the invoices that they closed with the claims of their notices: some 3
read units for each. Only where that does not come to the account's sums (an invoice came open
again) all invoices are read, page by page: some 0.3 read units for each, 15,000 for 50,000 of them.
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
_MAYBE_OPEN: Final = frozenset({"invoice.reopened", "invoice.changed"})


@dataclass(frozen=True, slots=True)
class Closed:
    """What was paid since an event, by number; what came open again; the last event read."""

    paid: dict[str, PaidInvoice]
    reopened: frozenset[str]
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
    closed, changed, last = set[str](), set[str](), heard
    for event in _events_since(store, creditor, account, heard, now):
        last = max(last, event.id)
        if event.type == _CLOSED:
            closed.add(str(event.data["invoice"]))
        elif event.type in _MAYBE_OPEN:
            changed.add(str(event.data["invoice"]))
    keys = [(creditor, account, number) for number in sorted(closed | changed)]
    found = store.get_many(Invoice, keys).values()
    paid = {
        one.number: _paid(one, _stage(one, _told_of(store, one, zone)))
        for one in found
        if one.number in closed and one.days_beyond_terms is not None
    }
    reopened = frozenset(one.number for one in found if one.days_beyond_terms is None)
    return Closed(paid, reopened, last)


def all_paid(
    store: Store, creditor: str, account: str, today: date, zone: str
) -> Iterator[tuple[str, PaidInvoice]]:
    """Yield every paid invoice that was due within the months that are kept, with its number."""
    first = _first_day(today)
    told: dict[str, list[_Told]] = {}
    for claim in store.list(Claim, creditor, account):
        told.setdefault(claim.invoice, []).extend(_told(claim, zone))
    for one in store.list(Invoice, creditor, account):
        if one.days_beyond_terms is not None and one.due_on >= first:
            yield one.number, _paid(one, _stage(one, told.get(one.number, ())))


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


_Told = tuple[int, int, date]
"""That an invoice was told of: in which episode, at which stage, on which day."""


def _told(claim: Claim, zone: str) -> Iterator[_Told]:
    """Yield what a claim says of a stage; nothing for other messages."""
    if claim.step.isdigit() and claim.notice:
        yield claim.episode, int(claim.step), local_day(instant_of(claim.notice), zone)


def _told_of(store: Store, invoice: Invoice, zone: str) -> Iterator[_Told]:
    for claim in store.list(Claim, *invoice.key):
        yield from _told(claim, zone)


def _stage(invoice: Invoice, told: Iterable[_Told]) -> int:
    """Return the last stage that the invoice was reminded by after its due date, here or, before it
    came here, by another system; 0 for none.
    """
    stage = invoice.opening.stage if invoice.opening else 0
    for episode, number, on in told:
        is_between = invoice.closed_on is not None and invoice.due_on < on <= invoice.closed_on
        if episode == invoice.episode and is_between:
            stage = max(stage, number)
    return min(stage, STAGES_MAX)


def _first_day(today: date) -> date:
    return date.fromisoformat(f"{months_back(today, MONTHS_MAX - 1)}-01")
