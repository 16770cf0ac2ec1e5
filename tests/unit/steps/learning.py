"""The services that learn from steps, over a set of books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from saldo.clock import FixedClock
from saldo.reminders.draws import HoldOuts
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.policy_trial import PolicyTrials
from saldo.steps.book import StepBook
from saldo.steps.counting import StepCounting
from saldo.steps.keep import StepKeeper, StepNights
from saldo.steps.knowing import StepKnowledge
from saldo.steps.model import Advice
from saldo.steps.noting import StepNotes
from saldo.steps.proof import StepProof
from saldo.steps.suggestions import Suggestions
from tests.books import ACCOUNT, CREDITOR, Books


@dataclass
class Learning:
    """Keeps steps of one creditor's books."""

    books: Books

    def __post_init__(self) -> None:
        store, clock, ids = self.books.store, self.books.clock, self.books.ids
        self.book = StepBook(store, clock)
        self.counting = StepCounting(store, clock)
        self.keeper = StepKeeper(
            store,
            StepNotes(store, clock),
            StepKnowledge(store, clock, self.books.run, self.book),
        )
        self.policies = PolicyBook(store, clock)
        self.suggestions = Suggestions(
            store,
            clock,
            ids,
            self.books.accounts,
            self.policies,
            PolicyTrials(store, self.policies),
            self.book,
        )
        hold_outs = HoldOuts(store, clock, ids, self.books.accounts)
        self.nights = StepNights(self.counting, self.book, self.suggestions, hold_outs)
        self.proof = StepProof(store)

    def go_to(self, day: date, hour: int = 9) -> None:
        assert isinstance(self.books.clock, FixedClock)
        self.books.clock.move_to(datetime.combine(day, time(hour), UTC))

    def night(self) -> None:
        creditor = self.books.accounts.creditor(CREDITOR)
        self.nights.refresh_creditor(creditor, self.books.clock.now().date())

    def remind(self, day: date, account: str = ACCOUNT) -> None:
        """Run the reminders of a day, and have the account looked at."""
        self.go_to(day)
        self.books.day(day, account)
        self.keeper.refresh(CREDITOR, account)

    def advice(self, account: str = ACCOUNT) -> Advice | None:
        self.keeper.refresh(CREDITOR, account)
        return self.books.store.get(Advice, CREDITOR, account)
