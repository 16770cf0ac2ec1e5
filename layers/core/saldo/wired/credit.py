"""How much debtors may owe, and what follows when they owe more."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.credit_data import CreditDataParts

if TYPE_CHECKING:
    from saldo.credit.keep import CreditKeeper
    from saldo.credit.limit_book import LimitBook
    from saldo.credit.orders import OrderBook
    from saldo.credit.ports import Outside
    from saldo.credit.rule_book import CreditRuleBook
    from saldo.credit.service import CreditBook


class CreditParts(CreditDataParts):
    """Limits, exposure, order blocks and terms of accounts."""

    @cached_property
    def outside_credit(self) -> Outside:
        from saldo.credit_data.outside import Reported

        return Reported(self.store)

    @cached_property
    def credit_keeper(self) -> CreditKeeper:
        from saldo.credit.keep import CreditKeeper

        return CreditKeeper(self.store, self.clock, self.ids, self.outside_credit)

    @cached_property
    def credit(self) -> CreditBook:
        from saldo.credit.service import CreditBook

        return CreditBook(self.store, self.clock, self.credit_keeper)

    @cached_property
    def credit_limits(self) -> LimitBook:
        from saldo.credit.limit_book import LimitBook

        return LimitBook(self.store, self.clock, self.ids, self.credit_keeper, self.outside_credit)

    @cached_property
    def credit_orders(self) -> OrderBook:
        from saldo.credit.orders import OrderBook

        return OrderBook(self.store, self.clock, self.credit_keeper)

    @cached_property
    def credit_rules(self) -> CreditRuleBook:
        from saldo.credit.rule_book import CreditRuleBook

        return CreditRuleBook(self.store, self.clock, self.ids)
