"""What messages tell of a promise or an objection."""

from __future__ import annotations

from dataclasses import replace

from saldo.accounts.model import Account
from saldo.clock import local_day
from saldo.collection.disputes import credited_minor
from saldo.collection.facts import Dispute, Promise
from saldo.messages.model import LISTED_MAX
from saldo.messages.told import ToldDispute, ToldPromise
from saldo.reminders.listed_invoices import invoices_of
from saldo.reminders.model import Notice
from saldo.reminders.subject import Found, Moot, Subject, asked_for
from saldo.store import Store


class AnswerSubjects:
    """Reads what was agreed or contested, as it stands now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def promised(self, notice: Notice) -> Found:
        promise = self._promise(notice)
        if promise is None or promise.state != "open":
            return Moot("promise-ended")
        return self._told_promise(notice, promise)

    def broken(self, notice: Notice) -> Found:
        promise = self._promise(notice)
        if promise is None or promise.state not in ("broken", "part-kept"):
            return Moot("promise-not-broken")
        return self._told_promise(notice, promise)

    def _told_promise(self, notice: Notice, promise: Promise) -> Found:
        invoices = invoices_of(self._store, notice, promise.invoices)
        came_minor = max(0, promise.settled_minor(invoices))
        still_open = any(one.is_open for one in invoices)
        if came_minor >= promise.amount_minor or not still_open:
            return Moot("settled-before-it-left")
        numbers, unlisted = (
            promise.invoices[:LISTED_MAX],
            max(0, len(promise.invoices) - LISTED_MAX),
        )
        told = ToldPromise(
            promise.amount_minor, promise.currency, promise.on, numbers, unlisted, came_minor
        )
        left_minor = promise.amount_minor - came_minor
        asked = asked_for(invoices, left_minor, promise.currency)
        return Subject(invoices[:LISTED_MAX], promise=told, asked=asked)

    def contested(self, notice: Notice) -> Found:
        dispute = self._dispute(notice)
        if dispute is None or dispute.state != "open":
            return Moot("dispute-ended")
        return self._told_dispute(notice, dispute)

    def looked_into(self, notice: Notice) -> Found:
        dispute = self._dispute(notice)
        if dispute is None or dispute.state in ("open", "withdrawn"):
            return Moot("dispute-goes-on")
        return self._told_dispute(notice, dispute)

    def copied(self, notice: Notice) -> Found:
        invoices = invoices_of(self._store, notice, [item.invoice for item in notice.items])
        if not any(one.is_open for one in invoices):
            return Moot("settled-before-it-left")
        return Subject(invoices)

    def _told_dispute(self, notice: Notice, dispute: Dispute) -> Found:
        invoices = invoices_of(self._store, notice, [dispute.invoice])
        open_minor = sum(one.open_minor for one in invoices)
        if dispute.credit_expected:
            came = credited_minor(self._store, dispute) - dispute.credited_before_minor
            open_minor -= max(0, dispute.agreed_minor - came)
        told = ToldDispute(
            (dispute.invoice,),
            dispute.currency,
            None if dispute.whole else dispute.amount_minor,
            received_on=local_day(dispute.opened_at, self._time_zone(notice)),
            outcome=dispute.state if dispute.state in ("settled", "rejected") else None,
            open_minor=max(0, open_minor),
            explanation=dispute.outcome,
        )
        asked = asked_for(invoices, told.open_minor, dispute.currency) if told.outcome else None
        # What is still to be credited is off the sum; its hold ends when the credit note is here.
        net = replace(asked, is_net=True) if asked else None
        return Subject(invoices, dispute=told, asked=net)

    def _promise(self, notice: Notice) -> Promise | None:
        return self._store.get(Promise, *notice.key[:2], notice.about or "")

    def _dispute(self, notice: Notice) -> Dispute | None:
        return self._store.get(Dispute, *notice.key[:2], notice.about or "")

    def _time_zone(self, notice: Notice) -> str:
        account = self._store.get(Account, notice.creditor, notice.account)
        assert account is not None, "a notice has its account"
        return account.time_zone
