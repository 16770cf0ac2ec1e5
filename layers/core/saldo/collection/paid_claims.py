"""What payers say to have paid already: the money is looked for, and reminders rest for some days.

A claim holds each invoice once in its present episode; the hold stands after it ended, so that
nobody stops reminders for ever by saying it again. The claim itself stays open, with a task for a
person, until the money is booked or the person says what was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from saldo.accounts.model import Account, Creditor, Hold
from saldo.accounts.service import Accounts
from saldo.banking_days import after_banking_days
from saldo.clock import Clock, local_day, local_midnight
from saldo.collection.common import (
    ATTEMPTS_MAX,
    CollectionBusy,
    end_hold,
    invoices_of,
    one_currency,
    owner_of,
)
from saldo.collection.facts import PaidClaim, PaidClaimState
from saldo.collection.paid_claim_orders import (
    PAID_DAYS_AGO_MAX,
    PaidClaimBefore,
    PaidClaimDiffers,
    PaidClaimNotOffered,
    PaidClaimOrder,
    PaidClaimOver,
    PaidClaimUnknown,
    PaidOnNotValid,
)
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.invoices.model import Invoice, OpenItem
from saldo.money import Money, format_amount
from saldo.payments.designation import TooManyChosen
from saldo.reminders.tasks import Task
from saldo.store import Check, CommitConflict, Put, Store, Wake, Write

LOOKING: Final = "saldo:paid-claims"
INVOICES_MAX: Final = 40
"""Each has a hold of its own and is checked in the transaction that makes the claim."""
_FAR = datetime(9000, 1, 1, tzinfo=UTC)


class PaidClaims:
    """Keeps what payers say to have paid."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, accounts: Accounts) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts = accounts

    def claim(self, creditor: Creditor, order: PaidClaimOrder) -> tuple[PaidClaim, bool]:
        """Take a claim, and tell whether it was new: the same again is answered, not doubled.

        Raises InvoiceUnknown, AccountsMixed, CurrenciesMixed, NothingOwed, TooManyChosen,
        PaidClaimNotOffered, PaidOnNotValid, PaidClaimBefore, PaidClaimDiffers or CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            invoices = invoices_of(self._store, creditor.id, order.invoices)
            account = invoices[0].account
            known = self._store.get(PaidClaim, creditor.id, account, order.id)
            if known is not None:
                if not _same(known, order):
                    raise PaidClaimDiffers(f"Claim {order.id!r} was made with other contents.")
                return known, False
            owner = owner_of(self._store, creditor.id, account)
            made = self._made(creditor, order, invoices, owner)
            try:
                self._store.commit(self._writes(made, invoices, owner))
            except CommitConflict:
                continue  # something was paid or claimed, or the same order came twice
            return made, True
        raise CollectionBusy("The invoices are just being changed; try again.")

    def of(self, creditor: str, account: str) -> list[PaidClaim]:
        """Return the claims of an account, oldest first, decided ones included."""
        found = self._store.list(PaidClaim, creditor, account)
        return sorted(found, key=lambda one: (one.claimed_at, one.id))

    def open_of(self, creditor: str) -> Iterator[PaidClaim]:
        """Yield the open claims of a creditor (by an index that lags)."""
        for key in self._store.work(PaidClaim, "paid-claim", creditor, _FAR):
            found = self._store.get(PaidClaim, *key)
            if found is not None and found.state == "open":
                yield found

    def claimable(self, creditor: str, account: str) -> frozenset[str]:
        """Return the open invoices of an account that nobody said to have paid before."""
        held = {hold.id for hold in self._store.list(Hold, creditor, account)}
        items = self._store.list(OpenItem, creditor, account)
        return frozenset(one.number for one in items if not held & set(_hold_ids([one])))

    def withdraw(self, creditor: str, account: str, claim: str, by: str) -> PaidClaim:
        """Take an open claim back: reminders resume. Harmless for one that is withdrawn.

        Raises PaidClaimUnknown, PaidClaimOver or CollectionBusy.
        """
        return self._decided(creditor, account, claim, "withdrawn", by, "")

    def confirm(self, creditor: str, account: str, claim: str, by: str, text: str) -> PaidClaim:
        """Say that the money was found. Nothing is booked by this: reminders rest until the day
        that they would have rested anyway, so that it can be. Harmless if it is confirmed.

        Raises PaidClaimUnknown, PaidClaimOver or CollectionBusy.
        """
        return self._decided(creditor, account, claim, "confirmed", by, text)

    def unfounded(self, creditor: str, account: str, claim: str, by: str, text: str) -> PaidClaim:
        """Say that the money was not found: reminders resume, and the payer is told with `text`.

        Harmless if that was said. Raises PaidClaimUnknown, PaidClaimOver or CollectionBusy.
        """
        return self._decided(creditor, account, claim, "unfounded", by, text)

    def money_came(self, creditor: str, account: str) -> int:
        """Confirm the claims of an account whose money is booked; return how many there were.

        What is missed here is found by `look`.
        """
        mine = [one for one in self.of(creditor, account) if one.state == "open"]
        return sum(self._is_booked(one) and self._booked(one) is not None for one in mine)

    def look(self) -> Counter[str]:
        """Look at every open claim once a day; return how many were confirmed by money, wait, or
        were busy: those are looked at again.
        """
        done: Counter[str] = Counter()
        now = self._clock.now()
        for creditor in self._accounts.creditors():
            for key in self._store.work(PaidClaim, "paid-claim", creditor.id, now):
                found = self._store.get(PaidClaim, *key)
                if found is None or found.next_at is None or found.next_at > now:
                    continue  # the index lags
                done[self._looked_at(found)] += 1
        return done

    def _looked_at(self, claim: PaidClaim) -> Literal["confirmed", "waiting", "busy"]:
        if self._is_booked(claim):
            return "busy" if self._booked(claim) is None else "confirmed"
        owner = owner_of(self._store, claim.creditor, claim.account)
        later = replace(
            claim, next_at=_tomorrow(self._clock.now(), owner), version=claim.version + 1
        )
        try:
            self._store.commit([Put(later, expect=claim.version)])
        except CommitConflict:
            return "busy"
        return "waiting"

    def _is_booked(self, claim: PaidClaim) -> bool:
        invoices = self._invoices(claim)
        return claim.settled_minor(invoices) >= claim.amount_minor or not any(
            one.is_open for one in invoices
        )

    def _booked(self, claim: PaidClaim) -> PaidClaim | None:
        return self._end(claim, "confirmed", LOOKING, "The money was booked.", releases=True)

    def _decided(
        self, creditor: str, account: str, claim: str, state: PaidClaimState, by: str, text: str
    ) -> PaidClaim:
        for _ in range(ATTEMPTS_MAX):
            found = self._store.get(PaidClaim, creditor, account, claim)
            if found is None:
                raise PaidClaimUnknown(f"There is no claim {claim!r} on this account.")
            if found.state == state:
                return found
            if found.state != "open":
                raise PaidClaimOver(f"The claim is {found.state}.")
            ended = self._end(found, state, by, text, releases=state != "confirmed")
            if ended is not None:
                return ended
        raise CollectionBusy("The claim is just being changed; try again.")

    def _end(
        self, claim: PaidClaim, state: PaidClaimState, by: str, text: str, *, releases: bool
    ) -> PaidClaim | None:
        """End a claim as it was read, with its task and, if it `releases` them, its holds; None
        when it was changed meanwhile.
        """
        now, place = self._clock.now(), (claim.creditor, claim.account)
        ended = replace(
            claim,
            state=state,
            next_at=None,
            outcome=text,
            ended_at=now,
            ended_by=by,
            version=claim.version + 1,
        )
        writes: list[Write] = [
            Put(ended, expect=claim.version),
            Put(self._ended_event(ended)),
            Wake(*place, now),
        ]
        if releases:
            for hold_id in _hold_ids(self._invoices(claim)):
                writes += end_hold(self._store, (*place, hold_id), by, now)
        task = self._store.get(Task, *place, claim.task_id)
        if task is not None and task.state == "open":
            closed = replace(
                task,
                state="done",
                closed_at=now,
                closed_by=by,
                outcome=state,
                version=task.version + 1,
            )
            writes.append(Put(closed, expect=task.version))
        try:
            self._store.commit(writes)
        except CommitConflict:
            return None
        return ended

    def _made(
        self, creditor: Creditor, order: PaidClaimOrder, invoices: list[Invoice], owner: Account
    ) -> PaidClaim:
        now = self._clock.now()
        days = creditor.payer_rules.claim_business_days_max
        if days <= 0:
            raise PaidClaimNotOffered("This cannot be said here.")
        if len(invoices) > INVOICES_MAX:
            raise TooManyChosen(f"Choose at most {INVOICES_MAX} invoices at once.").at("/invoices")
        currency, today = one_currency(invoices), local_day(now, owner.time_zone)
        first = today - timedelta(days=PAID_DAYS_AGO_MAX)
        if not first <= order.paid_on <= today:
            raise PaidOnNotValid(f"Name a day from {first} to {today}.").at("/paid_on")
        place = (creditor.id, owner.number)
        if self._store.get_many(Hold, [(*place, hold) for hold in _hold_ids(invoices)]):
            raise PaidClaimBefore("You told us before that one of these is paid.").at("/invoices")
        owed = sum(one.open_minor for one in invoices)
        return PaidClaim(
            creditor.id,
            owner.number,
            order.id,
            tuple(one.number for one in invoices),
            currency,
            owed if order.amount_minor is None else order.amount_minor,
            order.paid_on,
            order.how,
            "open",
            order.by,
            now,
            after_banking_days(today, days) + timedelta(days=1),
            next_at=_tomorrow(now, owner),
            settled_before_minor=sum(one.settled_minor for one in invoices),
            text=order.text,
            files=order.files,
            version=1,
        )

    def _writes(self, claim: PaidClaim, invoices: Sequence[Invoice], owner: Account) -> list[Write]:
        amount = str(Money(claim.amount_minor, claim.currency))
        said = f"{amount} are said to be paid on {claim.paid_on}."
        holds = [
            Hold(
                claim.creditor,
                claim.account,
                hold_id,
                "paid-claim",
                one.number,
                said,
                claim.by,
                claim.claimed_at,
                claim.rests_until,
                version=1,
            )
            for hold_id, one in zip(_hold_ids(invoices), invoices, strict=True)
        ]
        task = Task(
            claim.creditor,
            claim.account,
            claim.task_id,
            "paid-claim",
            f"Look for {amount}, said to be paid on {claim.paid_on}",
            claim.claimed_at,
            claim.claimed_at,
            invoice=claim.invoices[0],
            reason=f"{claim.how}: {claim.text}" if claim.text else claim.how,
            version=1,
        )
        told = self._told(
            "paid_claim.made",
            claim,
            by=claim.by,
            how=claim.how,
            text=claim.text,
            files=len(claim.files),
            rests_until=claim.rests_until.isoformat(),
        )
        return [
            Put(claim),
            Put(task),
            Put(told),
            *map(Put, holds),
            # Another claim for these invoices would have woken the account, too.
            Wake(claim.creditor, claim.account, claim.claimed_at, expect=owner.version),
            # A payment in between counts before the claim.
            *(Check(one, expect=one.version) for one in invoices),
        ]

    def _ended_event(self, ended: PaidClaim) -> Event:
        assert ended.ended_by is not None
        if ended.state == "confirmed":
            came = max(0, ended.settled_minor(self._invoices(ended)))
            return self._told(
                "paid_claim.confirmed",
                ended,
                by=ended.ended_by,
                paid=format_amount(came, ended.currency),
                text=ended.outcome,
            )
        if ended.state == "unfounded":
            return self._told("paid_claim.unfounded", ended, by=ended.ended_by, text=ended.outcome)
        return self._told("paid_claim.withdrawn", ended, by=ended.ended_by)

    def _told(self, type_: EventType, claim: PaidClaim, **more: Any) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            type_,
            claim.creditor,
            claim.account,
            claim=claim.id,
            invoices=list(claim.invoices),
            currency=claim.currency,
            amount=format_amount(claim.amount_minor, claim.currency),
            paid_on=claim.paid_on.isoformat(),
            **more,
        )

    def _invoices(self, claim: PaidClaim) -> list[Invoice]:
        keys = [(claim.creditor, claim.account, number) for number in claim.invoices]
        return list(self._store.get_many(Invoice, keys).values())


def _hold_ids(invoices: Sequence[Invoice | OpenItem]) -> list[str]:
    """Return the ids of the holds of a claim: one for each invoice in its present episode."""
    return [f"paid-claim#{one.number}#{one.episode}" for one in invoices]


def _tomorrow(now: datetime, owner: Account) -> datetime:
    return local_midnight(local_day(now, owner.time_zone) + timedelta(days=1), owner.time_zone)


def _same(known: PaidClaim, order: PaidClaimOrder) -> bool:
    """Say whether an order is the one that a claim was made from."""
    return (
        set(known.invoices) == set(order.invoices)
        and order.amount_minor in (None, known.amount_minor)
        and (known.paid_on, known.how) == (order.paid_on, order.how)
    )
