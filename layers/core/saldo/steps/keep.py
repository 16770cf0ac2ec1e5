"""Keeps the next best step of each account, and what was learnt from past steps, up to date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from saldo.accounts.model import Account, Creditor
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
from saldo.store import CommitConflict, Delete, Put, Store

HEARD: Final = frozenset(
    {
        "account.steered",
        "call.logged",
        "dispute.opened",
        "dispute.rejected",
        "dispute.settled",
        "invoice.closed",
        "invoice.issued",
        "invoice.reopened",
        "notice.sent",
        "plan.agreed",
        "plan.missed",
        "privacy.erasure_asked",
        "promise.broken",
        "promise.given",
    }
)


class StepKeeper:
    """Notes the steps taken about an account, and keeps its advice."""

    heard = HEARD

    def __init__(self, store: Store, notes: StepNotes, knowledge: StepKnowledge) -> None:
        self._store, self._notes, self._knowledge = store, notes, knowledge

    def refresh(self, creditor: str, account: str) -> bool:
        """Look at the account anew and write what differs; True when something was written."""
        found, old = (
            self._store.get(Account, creditor, account),
            self._store.get(Advice, creditor, account),
        )
        if found is None or found.restricted_at is not None:
            return self._forget(old)
        noted = self._notes.note(found)
        if not self._store.first(OpenItem, creditor, account, limit=1):
            return self._forget(old) or noted > 0
        try:
            new = advise(self._knowledge.of(found))
        except PolicyNotValid:
            return self._forget(old) or noted > 0
        if new.reason == "nothing-open":
            return self._forget(old) or noted > 0
        return self._keep(old, new) or noted > 0

    def _forget(self, old: Advice | None) -> bool:
        if old is not None:
            self._store.commit([Delete(old, expect=None)])
        return old is not None

    def _keep(self, old: Advice | None, new: Advice) -> bool:
        version = old.version if old else 0
        if old is not None and replace(new, made_on=old.made_on, version=version) == old:
            return False
        try:
            self._store.commit([Put(replace(new, version=version + 1), expect=version)])
        except CommitConflict:
            return False  # another look at it, as new as this one, was faster
        return True


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
        if creditor.hold_out is None:
            self._hold_outs.let_go(creditor)  # what a crash left waiting as it was switched off
