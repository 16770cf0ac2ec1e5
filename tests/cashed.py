"""Books with figures and a cash forecast, and nights that keep it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from saldo.accounts.model import Account
from saldo.cash.keep import CashKeeper
from saldo.cash.model import AccountCash, CashItem, read
from saldo.cash.scenario import CashScenarios, Scenario, ScenarioCurrency, ScenarioTable
from saldo.cash.track import CashTrack
from saldo.cash.view import CashCurrency, CashForecasts, CashTable, cash_asked
from saldo.figures.counting import FigureCounter
from saldo.figures.verify import FigureCheck
from saldo.forecast.keeper import ForecastKeeper
from saldo.forecast.stored import ModelBook
from saldo.store import EVER, fed_keys
from tests.books import ACCOUNT, CREDITOR
from tests.collected import CollectedBooks


class CashedBooks(CollectedBooks):
    """Books with a cash forecast, whose figures are counted every night."""

    def __init__(self) -> None:
        super().__init__()
        self.forecast_keeper = ForecastKeeper(
            self.store, self.clock, ModelBook(self.store, self.clock)
        )
        self.figures = FigureCheck(self.store, FigureCounter(self.store))
        self.cash_keeper = CashKeeper(self.store, self.clock)
        self.cash = CashForecasts(self.store, self.clock)
        self.scenarios = CashScenarios(self.store, self.cash)
        self.cash_track = CashTrack(self.store)

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(ZoneInfo("Europe/Berlin")).date()

    def look(self, account: str = ACCOUNT) -> bool:
        """Hear of a fact of an account."""
        self.forecast_keeper.refresh(CREDITOR, account)
        return self.cash_keeper.refresh(CREDITOR, account)

    def night(self) -> None:
        """Count, look at every account, and sum all."""
        self.figures.rebuild(CREDITOR, self.today)
        for keys in fed_keys(self.store, Account, CREDITOR, *EVER, limit=100):
            for _, account in keys:
                self.look(account)
        self.cash_keeper.refresh_creditor(self.creditor, self.today)

    def go_to(self, day: date, hour: int = 9) -> None:
        """Let it be an hour of a day in Berlin."""
        there = datetime.combine(day, time(hour), ZoneInfo("Europe/Berlin"))
        self.clock.advance(there - self.clock.now())

    def row(self, account: str = ACCOUNT) -> AccountCash | None:
        return self.store.get(AccountCash, CREDITOR, account)

    def items(self, account: str = ACCOUNT) -> list[CashItem]:
        found = self.row(account)
        return read(found.items) if found else []

    def shown(self, step: str = "week", **filters: list[str]) -> CashTable:
        return self.cash.show(self.creditor, cash_asked(step, filters))

    def euros(self, step: str = "week", **filters: list[str]) -> CashCurrency:
        found = [one for one in self.shown(step, **filters).currencies if one.currency == "EUR"]
        assert len(found) == 1
        return found[0]

    def tried(self, wanted: Scenario, **filters: list[str]) -> ScenarioTable:
        return self.scenarios.try_(self.creditor, wanted, cash_asked("", filters))

    def tried_in_euros(self, wanted: Scenario, **filters: list[str]) -> ScenarioCurrency:
        (found,) = self.tried(wanted, **filters).currencies
        return found

    def days_on(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))
