"""Asks anew for what is old, and for what people ordered, night by night."""

from __future__ import annotations

import logging
from typing import Final

from saldo.accounts.model import Account
from saldo.clock import Clock
from saldo.credit_data.identity import Wanted
from saldo.credit_data.ports import (
    BureauDenied,
    BureauLimited,
    BureauNonsense,
    BureauUnreachable,
    CompanyNotThere,
)
from saldo.credit_data.providers import Providers
from saldo.credit_data.report import ReportNotValid
from saldo.credit_data.rules import BudgetUsedUp, CreditDataRules
from saldo.store import Store

_log = logging.getLogger(__name__)

BY: Final = "schedule"


class ReportRefresher:
    """An account keeper that hears no facts: only the nightly look asks, one account at a time.

    Where no provider is chosen, a look costs one read unit.
    """

    heard: frozenset[str] = frozenset()

    def __init__(self, store: Store, clock: Clock, providers: Providers) -> None:
        self._store, self._clock, self._providers = store, clock, providers

    def refresh(self, creditor: str, account: str) -> bool:
        """Ask about one account where that is due and allowed; tell whether anything was new.

        A failure pauses the creditor's asking, is told by `saldo credit-data budget`, and is no
        failure of the night.
        """
        rules = self._providers.rules(creditor)
        if not rules.provider:
            return False
        made = self._providers.budget.made(creditor)
        now = self._clock.now()
        if made.made >= rules.requests_month or (made.paused_until and now < made.paused_until):
            return False
        found = self._store.get(Account, creditor, account)
        if found is None or found.restricted_at is not None:
            return False
        what = self._providers.due(rules, found)
        try:
            return self._asked(what, rules, found)
        except (BureauDenied, BureauLimited, BureauNonsense, BureauUnreachable) as failure:
            self._providers.budget.pause(creditor, failure)
            _log.warning("the provider of credit data failed: %s", failure.code)
        except (BudgetUsedUp, CompanyNotThere, ReportNotValid) as refusal:
            _log.info("no report about account %s: %s", account, refusal.code)
        return False

    def _asked(self, what: Wanted, rules: CreditDataRules, account: Account) -> bool:
        """Ask what is due; tell whether anything was new.

        What was in vain is noted with the account: it could be that the provider denies or garbles
        this one alone, and nobody behind it would ever be asked about.
        """
        try:
            if what == "search":
                return bool(self._providers.search(account.creditor, account.number, BY).proposals)
            if what == "report":
                outcome = self._providers.fetch(account.creditor, account.number, BY).outcome
                if outcome == "older":
                    self._providers.in_vain(rules, account)
                return outcome == "taken"
        except (BureauDenied, BureauNonsense, CompanyNotThere, ReportNotValid):
            self._providers.in_vain(rules, account)
            raise
        return False
