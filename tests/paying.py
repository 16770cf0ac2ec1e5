"""Books of a customer whose invoices are paid in their time, and how that is kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from saldo.accounts.model import Account
from saldo.risk.book import Behaviours
from saldo.risk.keep import BehaviourKeeper
from saldo.risk.sheet import BehaviourSheet
from tests.worked import ACCOUNT, CREDITOR, WorkBooks

BEGIN = date(2025, 6, 2)


class PayingBooks(WorkBooks):
    """Books of a customer whose invoices are paid in their time."""

    def __init__(self) -> None:
        super().__init__()
        self.keeper = BehaviourKeeper(self.store, self.clock, self.ids)
        self.behaviours = Behaviours(self.store, self.keeper)
        self.number = 0
        self.on(BEGIN - timedelta(days=30))

    def open_books(self) -> None:
        """A live creditor and an account with one invoice that is due in years."""
        later = self.invoice("RE-0", due_on=BEGIN + timedelta(days=900), issued_on=BEGIN)
        self.begin(later)

    def on(self, day: date) -> None:
        self.clock.advance(
            datetime.combine(day, time(9), self.clock.now().tzinfo) - self.clock.now()
        )

    def issue(self, due_on: date, amount_minor: int = 10000) -> str:
        self.number += 1
        number = f"RE-{self.number}"
        issued_on = due_on - timedelta(days=14)
        self.push(self.invoice(number, amount_minor, due_on=due_on, issued_on=issued_on))
        return number

    def paid(self, due_on: date, late: int, amount_minor: int = 10000) -> str:
        """An invoice that falls due on a day and is paid so many days after it."""
        number = self.issue(due_on, amount_minor)
        self.on(due_on + timedelta(days=late))
        self.pay(number, amount_minor)
        return number

    def good_year(self, count: int = 12) -> None:
        for n in range(count):
            self.paid(BEGIN + timedelta(days=14 * n), n % 3)

    def refresh(self) -> bool:
        return self.keeper.refresh(CREDITOR, ACCOUNT)

    @property
    def sheet(self) -> BehaviourSheet:
        found = self.behaviours.of(CREDITOR, ACCOUNT)
        assert found is not None
        return found

    @property
    def account(self) -> Account:
        found = self.store.get(Account, CREDITOR, ACCOUNT)
        assert found is not None
        return found

    def right(self) -> None:
        """What is kept is what all invoices make of it."""
        self.refresh()
        assert not self.refresh(), "the same again changes nothing"
        assert self.behaviours.verify(CREDITOR).differences == ()
