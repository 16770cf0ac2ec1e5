"""What is expected of accounts: when they pay, how they behave, what helps, what they are good for.

Keepers are what `saldo.foresight` has look at accounts after facts and every night.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.steps import StepParts

if TYPE_CHECKING:
    from saldo.cash.keep import CashKeeper
    from saldo.cash.scenario import CashScenarios
    from saldo.cash.track import CashTrack
    from saldo.cash.view import CashForecasts
    from saldo.forecast.keeper import ForecastKeeper
    from saldo.forecast.kept import ForecastBook
    from saldo.forecast.stored import ForecastLearner, ModelBook
    from saldo.forecast.track import TrackRecord
    from saldo.foresight.hearing import ForesightHearing
    from saldo.foresight.keepers import AccountKeeper, CreditorKeeper
    from saldo.foresight.memory import LookMemory
    from saldo.foresight.sweep import ForesightSweep
    from saldo.risk.book import Behaviours
    from saldo.risk.keep import BehaviourKeeper


class ForesightParts(StepParts):
    """What is expected of accounts, and what keeps it up to date."""

    @cached_property
    def learners(self) -> tuple[CreditorKeeper, ...]:
        """Look at a creditor before its accounts are looked at."""
        return (self.forecast_learner, self.step_nights)

    @cached_property
    def account_keepers(self) -> tuple[AccountKeeper, ...]:
        """Look at an account in this order: what a keeper reads of another stands after it."""
        return (
            self.forecast_keeper,
            self.behaviour_keeper,
            self.credit_keeper,
            self.step_keeper,
            self.cash_keeper,
            self.report_refresher,
            self.risk_keeper,
        )

    @cached_property
    def creditor_keepers(self) -> tuple[CreditorKeeper, ...]:
        """Look at a creditor after its accounts were looked at."""
        return (self.cash_keeper, self.risk_summer)

    @cached_property
    def forecasts(self) -> ForecastBook:
        from saldo.forecast.kept import ForecastBook

        return ForecastBook(self.store, self.clock)

    @cached_property
    def forecast_models(self) -> ModelBook:
        from saldo.forecast.stored import ModelBook

        return ModelBook(self.store, self.clock)

    @cached_property
    def forecast_learner(self) -> ForecastLearner:
        from saldo.forecast.stored import ForecastLearner

        return ForecastLearner(self.forecast_models)

    @cached_property
    def forecast_keeper(self) -> ForecastKeeper:
        from saldo.forecast.keeper import ForecastKeeper

        return ForecastKeeper(self.store, self.clock, self.forecast_models)

    @cached_property
    def forecast_track(self) -> TrackRecord:
        from saldo.forecast.track import TrackRecord

        return TrackRecord(self.store)

    @cached_property
    def behaviour_keeper(self) -> BehaviourKeeper:
        from saldo.risk.keep import BehaviourKeeper

        return BehaviourKeeper(self.store, self.clock, self.ids)

    @cached_property
    def behaviours(self) -> Behaviours:
        from saldo.risk.book import Behaviours

        return Behaviours(self.store, self.behaviour_keeper)

    @cached_property
    def foresight_hearing(self) -> ForesightHearing:
        from saldo.foresight.hearing import ForesightHearing

        return ForesightHearing(self._keepers_in_turn, self.look_memory.begin)

    def over(self, store: LookMemory) -> ForesightParts:
        """Return these parts over a store for looking at one account after the other."""
        raise NotImplementedError("`Services` makes them")

    @cached_property
    def look_memory(self) -> LookMemory:
        """The books for keepers in turn; names the records that they keep one of by account."""
        from saldo.cash.model import AccountCash
        from saldo.credit.model import CreditSheet
        from saldo.credit_data.sheet import RiskSheet
        from saldo.foresight.memory import LookMemory
        from saldo.steps.model import Advice

        return LookMemory(self.store, (CreditSheet, Advice, AccountCash, RiskSheet))

    @cached_property
    def _keepers_in_turn(self) -> tuple[AccountKeeper, ...]:
        """The keepers of accounts, reading together what several of them ask for."""
        return self.over(self.look_memory).account_keepers

    @cached_property
    def foresight_sweep(self) -> ForesightSweep:
        from saldo.foresight.sweep import ForesightSweep

        return ForesightSweep(
            self.store,
            self.clock,
            self.accounts,
            self.learners,
            self._keepers_in_turn,
            self.creditor_keepers,
            self.look_memory.begin,
        )

    @cached_property
    def cash_keeper(self) -> CashKeeper:
        from saldo.cash.keep import CashKeeper

        return CashKeeper(self.store, self.clock)

    @cached_property
    def cash_forecasts(self) -> CashForecasts:
        from saldo.cash.view import CashForecasts

        return CashForecasts(self.store, self.clock)

    @cached_property
    def cash_scenarios(self) -> CashScenarios:
        from saldo.cash.scenario import CashScenarios

        return CashScenarios(self.store, self.cash_forecasts)

    @cached_property
    def cash_track(self) -> CashTrack:
        from saldo.cash.track import CashTrack

        return CashTrack(self.store)
