"""What helps: outcomes of steps, comparisons by lot, next best steps, suggestions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.credit import CreditParts

if TYPE_CHECKING:
    from saldo.reminders.draws import HoldOuts
    from saldo.steps.book import StepBook
    from saldo.steps.keep import StepKeeper, StepNights
    from saldo.steps.knowing import StepKnowledge
    from saldo.steps.proof import StepProof
    from saldo.steps.suggestions import Suggestions


class StepParts(CreditParts):
    """What came of steps, and what is best done next."""

    @cached_property
    def hold_outs(self) -> HoldOuts:
        from saldo.reminders.draws import HoldOuts

        return HoldOuts(self.store, self.clock, self.ids, self.accounts)

    @cached_property
    def step_book(self) -> StepBook:
        from saldo.steps.book import StepBook

        return StepBook(self.store, self.clock)

    @cached_property
    def step_knowledge(self) -> StepKnowledge:
        from saldo.steps.knowing import StepKnowledge

        return StepKnowledge(self.store, self.clock, self.run, self.step_book)

    @cached_property
    def step_keeper(self) -> StepKeeper:
        from saldo.steps.keep import StepKeeper
        from saldo.steps.noting import StepNotes

        notes = StepNotes(self.store, self.clock)
        return StepKeeper(self.store, notes, self.step_knowledge)

    @cached_property
    def suggestions(self) -> Suggestions:
        from saldo.steps.suggestions import Suggestions

        return Suggestions(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.policies,
            self.policy_trials,
            self.step_book,
        )

    @cached_property
    def step_nights(self) -> StepNights:
        from saldo.steps.counting import StepCounting
        from saldo.steps.keep import StepNights

        counting = StepCounting(self.store, self.clock)
        return StepNights(counting, self.step_book, self.suggestions, self.hold_outs)

    @cached_property
    def step_proof(self) -> StepProof:
        from saldo.steps.proof import StepProof

        return StepProof(self.store)
