"""Payments on a day to come: agreed by the payer, planned here, charged by `charging`.

A hold keeps reminders about the invoices back until the day and a few days after it, so that nobody
is reminded of what will be charged; it ends with the scheduled payment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from saldo.accounts.model import Account, Hold
from saldo.clock import Clock, local_day, local_midnight
from saldo.errors import Conflict, Invalid, NotFound, Unavailable
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.money import format_amount
from saldo.payments.agreements import Consent, Mandate, ScheduledPayment, ScheduledState
from saldo.payments.checkout import AttemptNotValid
from saldo.payments.designation import Designation, Wish, designate, without_discounts
from saldo.payments.links import Opened
from saldo.payments.standing import Standings
from saldo.store import Check, CommitConflict, Put, Store, Wake, Write

LATE_DAYS_MAX: Final = 5
"""A charge that could not be made within so many days of the agreed one is not made: the payer
agreed to a day. Until then reminders wait."""

PAYER: Final = "payer"
_ATTEMPT: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_ATTEMPTS_MAX: Final = 6


class ScheduleNotOffered(Conflict):
    """The creditor lets nobody schedule payments."""

    code = "schedule-not-offered"


class ChargeDayNotValid(Invalid):
    """The day is past, today, or further ahead than the creditor allows."""

    code = "charge-day-not-valid"


class ScheduledBefore(Conflict):
    """A payment of one of the invoices is scheduled already; it can be cancelled first."""

    code = "scheduled-before"


class ConsentMissing(Invalid):
    """The payer's consent was for another payment, and none was given for this one."""

    code = "consent-missing"


class MandateUnknown(NotFound):
    """There is no such mandate on this account, or none that this link may use."""

    code = "mandate-unknown"


class MandateEnded(Conflict):
    """The mandate was ended; nothing can be charged to it any more."""

    code = "mandate-ended"


class ScheduledPaymentUnknown(NotFound):
    """There is no such scheduled payment on this account."""

    code = "scheduled-payment-unknown"


class ScheduleTooLate(Conflict):
    """The scheduled payment is being charged already, or is over."""

    code = "schedule-too-late"


class ScheduleBusy(Unavailable):
    """The mandate or the payment is being changed by others; the same request may work later."""

    code = "schedule-busy"


class Schedule:
    """Keeps scheduled payments."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._standings = Standings(store, clock)

    def days(self, opened: Opened) -> tuple[date, date] | None:
        """Return the first and the last day that a payer may choose, None if scheduling is not
        offered.
        """
        most = opened.creditor.payer_rules.schedule_days_max
        if most <= 0:
            return None
        today = local_day(self._clock.now(), opened.account.time_zone)
        return today + timedelta(days=1), today + timedelta(days=most)

    def schedule(
        self,
        opened: Opened,
        attempt: str,
        invoices: Sequence[str],
        amount_minor: int | None,
        charge_on: date,
        mandate_id: str,
        *,
        consent: Consent | None = None,
    ) -> ScheduledPayment:
        """Plan a charge of `mandate_id` on `charge_on` for `invoices`, which are paid the oldest
        first; `amount_minor` None is all that stands open on them and is not on its way.

        `attempt` is an id as `Checkout.new_attempt` makes it; the same attempt is the same
        scheduled payment. It waits while its mandate is only requested. `consent` is needed when
        the mandate's own was for another payment. Raises AttemptNotValid, ScheduleNotOffered,
        ChargeDayNotValid, ScheduledBefore, MandateUnknown, MandateEnded, ConsentMissing,
        ScheduleBusy, or a refusal of `designate`.
        """
        if not _ATTEMPT.fullmatch(attempt):
            raise AttemptNotValid("Open the page again.")
        link = opened.link
        for _ in range(_ATTEMPTS_MAX):
            known = self._store.get(ScheduledPayment, link.creditor, link.account, attempt)
            if known is not None:
                if (known.mandate, known.charge_on) != (mandate_id, charge_on):
                    raise AttemptNotValid("Open the page again.")
                return known
            self._check_day(opened, charge_on)
            rules = opened.creditor.payer_rules
            wish = Wish(tuple(invoices), amount_minor=amount_minor)
            owner = self._store.get(Account, link.creditor, link.account)
            assert owner is not None, "what a link opens has its account"
            open_ = without_discounts(self._standings.of(opened).open_)
            chosen = designate(open_, wish, rules)
            mandate = self._mandate(opened, mandate_id)
            before = self.of(link.creditor, link.account)
            _check_alone(before, chosen)
            _check_consent(before, mandate, consent)
            scheduled = self._planned(opened, attempt, chosen, charge_on, mandate, consent)
            try:
                self.begin(scheduled, mandate, owner)
            except CommitConflict:
                continue  # the mandate or the account moved, or another click was faster
            return scheduled
        raise ScheduleBusy("The mandate is just being changed; try again.")

    def of(self, creditor: str, account: str) -> list[ScheduledPayment]:
        """Return the scheduled payments of an account, oldest first, ended ones included."""
        found = self._store.list(ScheduledPayment, creditor, account)
        return sorted(found, key=lambda one: (one.created_at, one.id))

    def cancel(
        self, creditor: str, account: str, scheduled: str, by: str, reason: str
    ) -> ScheduledPayment:
        """Cancel before its day begins; cancelling again is harmless.

        Raises ScheduledPaymentUnknown, ScheduleTooLate or ScheduleBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            found = self._store.get(ScheduledPayment, creditor, account, scheduled)
            if found is None:
                raise ScheduledPaymentUnknown("There is no such scheduled payment.")
            if found.state == "cancelled":
                return found
            if found.state not in ("waiting", "planned"):
                raise ScheduleTooLate("This payment is being made already, or is over.")
            if self._clock.now() >= found.charge_at:
                raise ScheduleTooLate("The day of this payment has come.")
            ended = self.end(found, "cancelled", by, reason)
            if ended is not None:
                return ended
        raise ScheduleBusy("The payment is just being changed; try again.")

    def begin(
        self, scheduled: ScheduledPayment, mandate: Mandate, owner: Account | None = None
    ) -> None:
        """Commit a new scheduled payment on a mandate as it was read; raises CommitConflict.

        `owner` is the account as it was read before others for the same invoices were looked for;
        instalments have none: they stand for their plan, which holds the reminders, too.
        """
        now = self._clock.now()
        writes: list[Write] = [
            Put(scheduled),
            Check(mandate, expect=mandate.version),
            Put(self._told("payment.scheduled", scheduled, state=scheduled.state)),
            Wake(
                scheduled.creditor,
                scheduled.account,
                now,
                expect=owner.version if owner else None,
            ),
        ]
        if owner is not None:
            writes.append(Put(_hold(scheduled)))
        self._store.commit(writes)

    def end(
        self,
        scheduled: ScheduledPayment,
        state: ScheduledState,
        by: str,
        reason: str | None,
        *more: Write,
    ) -> ScheduledPayment | None:
        """End a scheduled payment as it was read, with its hold, and `more` in one transaction.

        Returns None when it was changed meanwhile.
        """
        now = self._clock.now()
        ended = replace(
            scheduled,
            state=state,
            failure=reason,
            ended_at=now,
            ended_by=by,
            version=scheduled.version + 1,
        )
        hold = self._store.get(Hold, scheduled.creditor, scheduled.account, scheduled.hold_id)
        writes: list[Write] = [
            Put(ended, expect=scheduled.version),
            Put(
                self._told(
                    "payment.schedule_ended",
                    ended,
                    payment=ended.payment,
                    outcome=state,
                    by=by,
                    reason=reason,
                )
            ),
            Wake(scheduled.creditor, scheduled.account, now),
            *more,
        ]
        if hold is not None and hold.ended_at is None:
            over = replace(hold, ended_at=now, ended_by=by, version=hold.version + 1)
            writes.append(Put(over, expect=hold.version))
        try:
            self._store.commit(writes)
        except CommitConflict:
            return None
        return ended

    def follow(self, mandate: Mandate) -> int:
        """Let what was planned on a mandate follow its state; return how many did.

        A mandate that may be charged makes what waits for it planned; one that ended makes what is
        not being charged yet fail. Raises ScheduleBusy.
        """
        followed = 0
        for found in self.of(mandate.creditor, mandate.account):
            if found.mandate == mandate.id:
                followed += self._follow(found, mandate)
        return followed

    def _follow(self, found: ScheduledPayment, mandate: Mandate) -> bool:
        for _ in range(_ATTEMPTS_MAX):
            current = self._store.get(ScheduledPayment, *found.key)
            assert current is not None, "scheduled payments are never deleted"
            if mandate.state == "ended" and current.state in ("waiting", "planned"):
                reason = mandate.ended_reason or "The mandate was ended."
                if self.end(current, "failed", mandate.ended_by or "provider", reason):
                    return True
            elif mandate.is_chargeable and current.state == "waiting":
                planned = replace(current, state="planned", version=current.version + 1)
                try:
                    self._store.commit([Put(planned, expect=current.version)])
                except CommitConflict:
                    continue
                return True
            else:
                return False
        raise ScheduleBusy("The scheduled payment keeps changing.")

    def _check_day(self, opened: Opened, charge_on: date) -> None:
        days = self.days(opened)
        if days is None:
            raise ScheduleNotOffered("Payments cannot be scheduled here.")
        first, last = days
        if not first <= charge_on <= last:
            raise ChargeDayNotValid(f"Choose a day from {first} to {last}.").at("/charge_on")

    def _mandate(self, opened: Opened, mandate_id: str) -> Mandate:
        link = opened.link
        found = self._store.get(Mandate, link.creditor, link.account, mandate_id)
        if found is None or not may_use(opened, found):
            raise MandateUnknown("There is no such mandate.")
        if found.state == "ended":
            raise MandateEnded("This mandate was ended.")
        return found

    def _planned(
        self,
        opened: Opened,
        attempt: str,
        chosen: Designation,
        charge_on: date,
        mandate: Mandate,
        consent: Consent | None,
    ) -> ScheduledPayment:
        return ScheduledPayment(
            opened.link.creditor,
            opened.link.account,
            attempt,
            mandate.id,
            chosen.invoices,
            chosen.currency,
            chosen.amount_minor,
            charge_on,
            local_midnight(charge_on, opened.account.time_zone),
            "planned" if mandate.is_chargeable else "waiting",
            self._clock.now(),
            consent=consent,
            version=1,
        )

    def _told(self, type_: EventType, scheduled: ScheduledPayment, **more: str | None) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            type_,
            scheduled.creditor,
            scheduled.account,
            scheduled=scheduled.id,
            mandate=scheduled.mandate,
            invoices=list(scheduled.invoices),
            currency=scheduled.currency,
            amount=format_amount(scheduled.amount_minor, scheduled.currency),
            charge_on=scheduled.charge_on.isoformat(),
            plan=scheduled.plan,
            **more,
        )


def may_use(opened: Opened, mandate: Mandate) -> bool:
    """Tell whether whoever holds a link may have a mandate charged: with a link to the account any,
    with a link to one invoice those alone that were given by it.
    """
    own = mandate.consent.link_hash == opened.link.token_hash
    return own or opened.link.scope == "account"


def _hold(scheduled: ScheduledPayment) -> Hold:
    first, *more = scheduled.invoices
    return Hold(
        scheduled.creditor,
        scheduled.account,
        scheduled.hold_id,
        "payment-scheduled",
        first,
        f"A payment is scheduled for {scheduled.charge_on}.",
        PAYER,
        scheduled.created_at,
        scheduled.charge_on + timedelta(days=LATE_DAYS_MAX + 1),
        more_invoices=tuple(more),
        about={"charge_on": scheduled.charge_on.isoformat()},
        version=1,
    )


def _check_alone(before: Sequence[ScheduledPayment], chosen: Designation) -> None:
    taken = {n for one in before if not one.is_over for n in one.invoices}
    twice = [number for number in chosen.invoices if number in taken]
    if twice:
        raise ScheduledBefore(f"A payment of invoice {twice[0]} is scheduled already.")


def _check_consent(
    before: Sequence[ScheduledPayment], mandate: Mandate, consent: Consent | None
) -> None:
    used = any(one.mandate == mandate.id for one in before)
    if mandate.consent.kind != "on-request" and used and consent is None:
        raise ConsentMissing("The consent given was for another payment.")
