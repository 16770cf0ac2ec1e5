"""Books of a creditor that watches how much its debtors owe."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from saldo.accounts.agreed import CreditLimit
from saldo.credit.keep import CreditKeeper
from saldo.credit.limit_book import LimitBook
from saldo.credit.model import CreditSheet
from saldo.credit.orders import OrderBook, OrderTold
from saldo.credit.ports import NobodyOutside, Outside
from saldo.credit.rule_book import CreditRuleBook
from saldo.credit.rules import rules_of
from saldo.credit.service import CreditBook
from saldo.credit.told import TOLD, Word
from saldo.events import Event
from tests.worked import ACCOUNT, ANNA, CREDITOR, WorkBooks

ANNAS = Word(ANNA, "Agreed with sales.")


class LimitedBooks(WorkBooks):
    """Books with limits, blocks and rules of credit."""

    def __init__(self, outside: Outside | None = None) -> None:
        super().__init__()
        asked = outside or NobodyOutside()
        self.keeper = CreditKeeper(self.store, self.clock, self.ids, asked)
        self.credit = CreditBook(self.store, self.clock, self.keeper)
        self.limits = LimitBook(self.store, self.clock, self.ids, self.keeper, asked)
        self.orders = OrderBook(self.store, self.clock, self.keeper)
        self.credit_rules = CreditRuleBook(self.store, self.clock, self.ids)

    def agreed_limit(self, minor: int, currency: str = "EUR") -> None:
        """The ERP pushes what was agreed."""
        self.change_account(credit_limit=CreditLimit(minor, currency))
        self.refresh()

    def refresh(self) -> bool:
        """Look at the account anew, a moment later: ids of events go by milliseconds."""
        self.clock.advance(timedelta(milliseconds=1))
        return self.keeper.refresh(CREDITOR, ACCOUNT)

    def rules(self, **data: Any) -> None:
        self.credit_rules.put(rules_of(CREDITOR, data), ANNA)

    def set_limit(self, minor: int | None, currency: str = "EUR") -> CreditSheet:
        self.clock.advance(timedelta(milliseconds=1))
        return self.limits.set_own(CREDITOR, ACCOUNT, currency, minor, ANNAS)

    def order(self, minor: int, id_: str = "O-1", currency: str = "EUR") -> None:
        self.clock.advance(timedelta(milliseconds=1))
        told = [OrderTold(id_, currency, minor)]
        self.orders.put(CREDITOR, ACCOUNT, told, "ERP", all_of_them=False)

    def late(self, number: str, minor: int, due_on: date) -> None:
        self.push(self.invoice(number, minor, due_on=due_on))

    @property
    def sheet(self) -> CreditSheet:
        return self.keeper.kept(CREDITOR, ACCOUNT)

    def credit_told(self, *families: str) -> list[Event]:
        """Return what was told of the account's credit, of types that begin so."""
        return [
            one
            for one in self.events()
            if one.type in TOLD and (not families or one.type.startswith(families))
        ]

    def credit_types(self, *families: str) -> list[str]:
        return [one.type for one in self.credit_told(*families)]


__all__ = ["ACCOUNT", "ANNA", "ANNAS", "CREDITOR", "LimitedBooks"]
