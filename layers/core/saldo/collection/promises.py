"""Promises to pay: given, looked at when their day has passed, kept, part kept or broken.

While a promise is open a hold keeps reminders about its invoices back. The hold ends by itself on
the day on which the promise may be judged, whether somebody judged it or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from saldo.accounts.model import Account, Creditor, Hold
from saldo.accounts.service import Accounts
from saldo.banking_days import after_banking_days
from saldo.clock import Clock, local_day, local_midnight
from saldo.collection.common import (
    ATTEMPTS_MAX,
    CollectionBusy,
    invoices_of,
    one_currency,
    owner_of,
)
from saldo.collection.facts import Promise
from saldo.collection.promise_keeping import PromiseKeeping
from saldo.errors import Conflict, Invalid, NotFound
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.money import Money, format_amount
from saldo.store import Check, CommitConflict, Put, Store, Wake, Write

ARRIVAL_BANKING_DAYS: Final = 1
"""A transfer ordered on the promised day arrives by the end of the next banking day: article 83 (1)
of Directive (EU) 2015/2366."""

_FAR = datetime(9000, 1, 1, tzinfo=UTC)


class PromiseNotOffered(Conflict):
    """The creditor takes no promises."""

    code = "promise-not-offered"


class PromiseDayNotValid(Invalid):
    """The day lies in the past, or further ahead than the creditor waits for a promise."""

    code = "promise-day-not-valid"


class PromiseTooMuch(Invalid):
    """More is promised than stands open on the invoices."""

    code = "promise-too-much"


class PromiseInTheWay(Conflict):
    """One of the invoices is under another promise, whose day has not passed."""

    code = "promise-in-the-way"


class PromiseDiffers(Conflict):
    """The id was used before for a promise with other contents."""

    code = "promise-differs"


class PromiseUnknown(NotFound):
    """There is no such promise on this account."""

    code = "promise-unknown"


@dataclass(frozen=True, slots=True)
class PromiseOrder:
    """What is promised: `amount_minor` None is all that stands open on the invoices."""

    id: str
    invoices: tuple[str, ...]
    amount_minor: int | None
    on: date
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How an account kept its promises so far; those still open or withdrawn do not count."""

    kept: int
    part_kept: int
    broken: int

    @property
    def judged(self) -> int:
        return self.kept + self.part_kept + self.broken

    @property
    def kept_percent(self) -> int | None:
        """Kept ones in percent, a part-kept one counting half; None when none was judged yet."""
        if not self.judged:
            return None
        return (100 * self.kept + 50 * self.part_kept) // self.judged


class Promises:
    """Keeps promises to pay."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, accounts: Accounts) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts = accounts
        self._keeping = PromiseKeeping(store, clock, ids)

    def give(self, creditor: Creditor, order: PromiseOrder) -> tuple[Promise, bool]:
        """Take a promise, and tell whether it was new: the same again is answered, not doubled.

        Raises InvoiceUnknown, AccountsMixed, CurrenciesMixed, NothingOwed, PromiseNotOffered,
        PromiseDayNotValid, PromiseTooMuch, PromiseInTheWay, PromiseDiffers or CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            invoices = invoices_of(self._store, creditor.id, order.invoices)
            account = invoices[0].account
            known = self._store.get(Promise, creditor.id, account, order.id)
            if known is not None:
                if not _same(known, order):
                    raise PromiseDiffers(
                        f"Promise {order.id!r} was given before with other contents."
                    ).at("/id")
                return known, False
            owner = owner_of(self._store, creditor.id, account)
            promise = self._made(creditor, order, invoices, owner)
            try:
                self._store.commit(self._writes(promise, invoices, owner))
            except CommitConflict:
                continue  # something was paid or promised, or the same order came twice
            return promise, True
        raise CollectionBusy("The invoices are just being changed; try again.")

    def of(self, creditor: str, account: str) -> list[Promise]:
        """Return the promises of an account, oldest first, judged ones included."""
        found = self._store.list(Promise, creditor, account)
        return sorted(found, key=lambda one: (one.given_at, one.id))

    def open_of(self, creditor: str) -> Iterator[Promise]:
        """Yield the open promises of a creditor, the next day first (by an index that lags)."""
        for key in self._store.work(Promise, "promise", creditor, _FAR):
            found = self._store.get(Promise, *key)
            if found is not None and found.state == "open":
                yield found

    def reliability(self, creditor: str, account: str) -> Reliability:
        """Return how an account kept its promises."""
        states = Counter(one.state for one in self._store.list(Promise, creditor, account))
        return Reliability(states["kept"], states["part-kept"], states["broken"])

    def withdraw(self, creditor: str, account: str, promise: str, by: str) -> Promise:
        """Take an open promise back: reminders resume. Harmless for one that is over.

        Raises PromiseUnknown or CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            found = self._store.get(Promise, creditor, account, promise)
            if found is None:
                raise PromiseUnknown(f"There is no promise {promise!r} on this account.")
            if found.state != "open":
                return found
            told = self._keeping.told("promise.withdrawn", found, by=by)
            ended = self._keeping.end(found, "withdrawn", found.paid_minor, by, told)
            if ended is not None:
                return ended
        raise CollectionBusy("The promise is just being changed; try again.")

    def money_came(self, creditor: str, account: str) -> int:
        """End those promises of an account that are kept already; return how many there were.

        What is missed here is found by `look`.
        """
        mine = [one for one in self.of(creditor, account) if one.state == "open"]
        return sum(self._keeping.kept_early(one) for one in mine)

    def look(self) -> Counter[str]:
        """Judge every promise whose day has passed; return how many were kept, part-kept, broken,
        wait for money on its way, or were busy: those are looked at again.
        """
        done: Counter[str] = Counter()
        now = self._clock.now()
        for creditor in self._accounts.creditors():
            for key in self._store.work(Promise, "promise", creditor.id, now):
                promise = self._store.get(Promise, *key)
                if promise is None or promise.next_at is None or promise.next_at > now:
                    continue  # the index lags
                done[self._keeping.look(promise)] += 1
        return done

    def _made(
        self, creditor: Creditor, order: PromiseOrder, invoices: list[Invoice], owner: Account
    ) -> Promise:
        now = self._clock.now()
        currency, account = one_currency(invoices), owner.number
        self._check_day(creditor, order.on, local_day(now, owner.time_zone))
        owed = sum(one.open_minor for one in invoices)
        amount_minor = owed if order.amount_minor is None else order.amount_minor
        if amount_minor > owed:
            raise (
                PromiseTooMuch(f"{Money(owed, currency)} stands open on the invoices.")
                .told(most=Money(owed, currency))
                .at("/amount")
            )
        numbers = tuple(one.number for one in invoices)
        for other in self._store.list(Promise, creditor.id, account):
            taken = set(other.invoices) & set(numbers)
            if other.state == "open" and taken:
                raise (
                    PromiseInTheWay(f"Invoice {min(taken)!r} is under a promise until {other.on}.")
                    .told(invoice=min(taken), until=other.on)
                    .at("/invoices")
                )
        judged_from = after_banking_days(order.on, ARRIVAL_BANKING_DAYS) + timedelta(days=1)
        return Promise(
            creditor.id,
            account,
            order.id,
            numbers,
            currency,
            amount_minor,
            order.on,
            judged_from,
            "open",
            order.by,
            now,
            next_at=local_midnight(judged_from, owner.time_zone),
            settled_before_minor=sum(one.settled_minor for one in invoices),
            note=order.note,
            version=1,
        )

    def _check_day(self, creditor: Creditor, on: date, today: date) -> None:
        most = creditor.payer_rules.promise_days_max
        if most <= 0:
            raise PromiseNotOffered("This creditor takes no promises.")
        last = today + timedelta(days=most)
        if not today <= on <= last:
            raise (
                PromiseDayNotValid(f"A promise is for a day from {today} to {last}; {on} is not.")
                .told(first=today, last=last)
                .at("/on")
            )

    def _writes(self, promise: Promise, invoices: Sequence[Invoice], owner: Account) -> list[Write]:
        first, *more = promise.invoices
        amount = format_amount(promise.amount_minor, promise.currency)
        hold = Hold(
            promise.creditor,
            promise.account,
            promise.hold_id,
            "promise",
            first,
            f"{amount} {promise.currency} were promised until {promise.on}.",
            promise.by,
            promise.given_at,
            promise.looked_at_from,
            more_invoices=tuple(more),
            about={
                "promised_minor": promise.amount_minor,
                "currency": promise.currency,
                "promised_on": promise.on.isoformat(),
            },
            version=1,
        )
        return [
            Put(promise),
            Put(hold),
            Put(self._keeping.told("promise.given", promise, by=promise.by, note=promise.note)),
            # Another promise for these invoices would have woken the account, too.
            Wake(promise.creditor, promise.account, promise.given_at, expect=owner.version),
            # What stands open is what the promise is about; a payment in between counts before it.
            *(Check(one, expect=one.version) for one in invoices),
        ]


def _same(known: Promise, order: PromiseOrder) -> bool:
    """Say whether an order is the one that a promise was made from."""
    return (
        set(known.invoices) == set(order.invoices)
        and order.amount_minor in (None, known.amount_minor)
        and known.on == order.on
    )
