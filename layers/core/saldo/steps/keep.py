"""Keeps the next best step of each account, and what was learnt from past steps, up to date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.errors import Unavailable
from saldo.invoices.model import OpenItem
from saldo.reminders.draws import HoldOuts
from saldo.reminders.policy_model import PolicyNotValid
from saldo.steps.advise import advise
from saldo.steps.book import StepBook
from saldo.steps.counting import StepCounting
from saldo.steps.knowing import StepKnowledge
from saldo.steps.model import Advice
from saldo.steps.noting import StepNotes
from saldo.steps.suggestions import Suggestions
from saldo.store import Delete, Put, Store, Write, settled

HEARD: Final = frozenset(
    {
        "account.steered",
        "call.logged",
        "case.opened",
        "dispute.opened",
        "dispute.rejected",
        "dispute.settled",
        "dispute.withdrawn",
        "hold.ended",
        "hold.placed",
        "insolvency.noticed",
        "invoice.closed",
        "invoice.issued",
        "invoice.reopened",
        "invoice.withdrawn",
        "invoice.written_off",
        "notice.sent",
        "paid_claim.made",
        "paid_claim.unfounded",
        "plan.agreed",
        "plan.cancelled",
        "plan.missed",
        "privacy.erasure_asked",
        "privacy.lifted",
        "promise.broken",
        "promise.given",
        "promise.withdrawn",
        "transfer.announced",
    }
)
"""Facts that change what is open, what keeps notices back, or what was done about it."""

_ATTEMPTS_MAX: Final = 5
_LATELY: Final = timedelta(days=2)


class AdviceBusy(Unavailable):
    """The account's next step is being weighed by others all the time; it may work later."""

    code = "advice-busy"


class StepKeeper:
    """Notes the steps taken about an account, and keeps its advice."""

    heard = HEARD

    def __init__(self, store: Store, notes: StepNotes, knowledge: StepKnowledge) -> None:
        self._store, self._notes, self._knowledge = store, notes, knowledge

    def refresh(self, creditor: str, account: str) -> bool:
        """Look at the account anew and write what differs; True when something was written."""
        found = self._store.get(Account, creditor, account)
        is_noted = found is not None and found.restricted_at is None and self._notes.note(found) > 0
        is_changed = settled(lambda: self._kept(creditor, account), _ATTEMPTS_MAX)
        if is_changed is None:
            raise AdviceBusy("What is best done about the account is being weighed by others.")
        return is_changed or is_noted

    def _kept(self, creditor: str, account: str) -> bool:
        write = self._difference(creditor, account)
        if write is not None:
            self._store.commit([write])
        return write is not None

    def _difference(self, creditor: str, account: str) -> Write | None:
        """Return what brings an account's advice up to date, None where it is."""
        old = self._store.get(Advice, creditor, account)  # before the facts: none is lost so
        new = self._advice(creditor, account)
        if new is None:
            return Delete(old, expect=old.version) if old is not None else None
        version = old.version if old else 0
        if old is not None and replace(new, made_on=old.made_on, version=version) == old:
            return None
        return Put(replace(new, version=version + 1), expect=version)

    def _advice(self, creditor: str, account: str) -> Advice | None:
        """Return what is best done about an account now, None where nothing is open or known."""
        owner = self._store.get(Account, creditor, account)
        if owner is None or owner.restricted_at is not None:
            return None
        if not self._store.first(OpenItem, creditor, account, limit=1):
            return None
        try:
            found = advise(self._knowledge.of(owner))
        except PolicyNotValid:
            return None
        return None if found.reason == "nothing-open" else found


class StepNights:
    """Counts what became known, sums it up, and suggests what figures speak for."""

    def __init__(
        self,
        counting: StepCounting,
        book: StepBook,
        suggestions: Suggestions,
        hold_outs: HoldOuts,
    ) -> None:
        self._counting, self._book = counting, book
        self._suggestions, self._hold_outs = suggestions, hold_outs

    def refresh_creditor(self, creditor: Creditor, today: date) -> None:
        """Bring the creditor's sums and suggestions up to date; the same again changes nothing."""
        self._counting.count(creditor.id)
        self._book.summarise(creditor.id, today)
        self._suggestions.look(creditor)
        running = creditor.hold_out
        if running is None or today - running.since <= _LATELY:
            self._hold_outs.let_go(creditor)  # whom a crash left waiting for one that is over
