"""Books of a creditor who wants to know when its invoices will be paid."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from saldo.accounts.model import Account
from saldo.clock import local_day
from saldo.events import Event
from saldo.forecast.kept import ItemForecast
from saldo.foresight.hearing import HEARD, ForesightHearing, Looked
from saldo.foresight.sweep import Swept
from saldo.settings import Settings
from saldo.store import EVER, Put, fed
from saldo.wiring import Services
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks


class ForeseenBooks(CollectedBooks):
    """Books with forecasts, which hear of every event once `hear` is called."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = self.parts_of(self)
        self.heard: set[str] = set()

    @staticmethod
    def parts_of(books: ForeseenBooks) -> Services:
        """Return services that another process would have over the same books."""
        return Services(
            Settings(public_url="https://pay.musterwerk.example"),
            store=books.store,
            clock=books.clock,
            ids=books.ids,
        )

    @property
    def today(self) -> date:
        return local_day(self.clock.now(), "Europe/Berlin")

    def hear(self) -> int:
        """Let the forecasts hear of what happened since; return how often one wrote something."""
        hearing = ForesightHearing((self.parts.forecast_keeper,))
        pages = fed(self.store, Event, CREDITOR, *EVER, limit=500)
        new = [one for page in pages for one in page if one.id not in self.heard]
        self.heard |= {one.id for one in new}
        looked: Looked = set()
        return sum(
            hearing.hear(one.type, one.creditor, one.account, looked)
            for one in new
            if one.type in HEARD
        )

    def night(self) -> Swept:
        """Let the next night pass: it is four in the morning of the next day."""
        self.clock.move_to(datetime.combine(self.today + timedelta(days=1), time(3), UTC))
        return self.parts.foresight_sweep.run()

    def past(
        self, accounts: int = 8, bills: int = 10, delay: int = 12, spread: int = 4, seed: int = 1
    ) -> None:
        """Put a past of invoices that were paid, each account about its own delay."""
        draw = random.Random(seed)
        for place in range(accounts):
            number = f"P-{place}"
            self.open_account(number, f"p{place}@kunde.example")
            self.paid_past(number, bills, delay + place % 3, spread, draw)

    def paid_past(
        self, account: str, bills: int, delay: int, spread: int, draw: random.Random, name: str = ""
    ) -> None:
        """Put invoices of an account that were paid `delay` days beyond terms, give or take."""
        now = self.clock.now()
        for place in range(bills):
            issued_on = self.today - timedelta(days=400 - place * 300 // bills)
            due_on = issued_on + timedelta(days=14)
            days = delay + draw.randint(-spread, spread)
            invoice = replace(
                self.invoice(
                    f"{name or account}-{place:03}",
                    draw.randrange(10_000, 200_000),
                    account=account,
                    issued_on=issued_on,
                    due_on=due_on,
                ),
                open_minor=0,
                closed_on=due_on + timedelta(days=days),
                days_beyond_terms=days,
                updated_at=now - timedelta(days=1),
                version=1,
            )
            self.store.commit([Put(invoice)])

    def foreseen(self, account: str = ACCOUNT) -> dict[str, ItemForecast]:
        """Return what is told of an account today, by invoice."""
        return {one.invoice: one for one in self.parts.forecasts.of_account(CREDITOR, account)}

    def restrict(self, account: str = ACCOUNT) -> None:
        """Set an account aside for being erased."""
        owner = self.store.get(Account, CREDITOR, account)
        assert owner is not None
        new = replace(owner, restricted_at=self.clock.now(), version=owner.version + 1)
        self.store.commit([Put(new, expect=owner.version)])
