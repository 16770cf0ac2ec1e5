"""Asking a provider: which company an account is, and what is said about it, within a budget.

Nothing is asked that a person or the creditor's rules did not order, and every request is counted
before it is made (`budget.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from saldo.accounts.model import WHOLE_CREDITOR, Account
from saldo.accounts.service import account_in
from saldo.clock import Clock
from saldo.credit_data.budget import CreditDataBusy, RequestBudget
from saldo.credit_data.identity import (
    CompanyIds,
    CompanyLink,
    Wanted,
    checked_ids,
    proposals_of,
)
from saldo.credit_data.ports import Bureau
from saldo.credit_data.report import CreditReport
from saldo.credit_data.rules import CreditDataRules, ProviderNotChosen, rules_from
from saldo.credit_data.take import CreditReports, Taken, open_account
from saldo.errors import Conflict
from saldo.events import Event, event
from saldo.ids import Ids
from saldo.store import CommitConflict, Put, Store


class CompanyNotAgreed(Conflict):
    """Nobody agreed yet which company of the provider the account is."""

    code = "credit-company-not-agreed"


class ProposalUnknown(Conflict):
    """The company is none of those that were proposed."""

    code = "credit-proposal-unknown"


class Providers:
    """Asks for reports. `connect` makes the provider that a creditor's rules name."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        reports: CreditReports,
        connect: Callable[[str, str], Bureau],
        known: frozenset[str],
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._reports, self._connect, self._known = reports, connect, known
        self._bureaus: dict[tuple[str, str], Bureau] = {}
        self.budget = RequestBudget(store, clock)

    def rules(self, creditor: str) -> CreditDataRules:
        """Return a creditor's rules; by default nobody is asked."""
        return self._store.get(CreditDataRules, creditor) or CreditDataRules(creditor)

    def set_rules(self, creditor: str, data: Mapping[str, Any], by: str) -> CreditDataRules:
        """Change some of the rules.

        Raises CreditDataRulesNotValid, ColumnsNotValid or CreditDataBusy.
        """
        old, now = self.rules(creditor), self._clock.now()
        new = rules_from(old, data, self._known)
        if new == old:
            return old
        new = replace(new, changed_at=now, by=by, version=old.version + 1)
        told = event(
            self._ids.ulid(now),
            now,
            "credit_data.rules_changed",
            creditor,
            WHOLE_CREDITOR,
            provider=new.provider,
            automatic=new.automatic,
            requests_month=new.requests_month,
            refresh_days=new.refresh_days,
            hold_on_insolvency=new.hold_on_insolvency,
            sources=sorted(new.columns),
            by=by,
        )
        try:
            self._store.commit([Put(new, expect=old.version), Put(told)])
        except CommitConflict:
            raise CreditDataBusy("Somebody changes the rules just now; try again.") from None
        return new

    def set_ids(
        self,
        creditor: str,
        number: str,
        by: str,
        *,
        vat: str = "",
        register_number: str = "",
        register: str = "",
        duns: str = "",
    ) -> CompanyIds:
        """Keep by which numbers an account is known, in place of those before.

        What a provider did not find before may be looked for again. Raises AccountUnknown,
        AccountRestricted, CompanyIdNotValid or CreditDataBusy.
        """
        open_account(self._store, creditor, number)
        found = checked_ids(vat, register_number, register, duns)
        old = self._store.get(CompanyIds, creditor, number) or CompanyIds(creditor, number)
        if found == (old.vat, old.register_number, old.register, old.duns):
            return old
        now, version = self._clock.now(), old.version + 1
        new = CompanyIds(creditor, number, *found, now, by, version)
        try:
            self._store.commit([Put(new, expect=old.version)])
        except CommitConflict:
            raise CreditDataBusy("Somebody changes these numbers just now.") from None
        return new

    def search(self, creditor: str, number: str, by: str) -> CompanyLink:
        """Ask the provider which company an account is, and keep what it proposes.

        A company that was agreed stays until a person agrees to another. Raises AccountUnknown,
        AccountRestricted, ProviderNotChosen, BudgetUsedUp, CreditDataBusy, or the port's errors.
        """
        account = open_account(self._store, creditor, number)
        rules = self._chosen(creditor)
        bureau = self._bureau(creditor, rules.provider)
        ids = self._store.get(CompanyIds, *account.key) or CompanyIds(creditor, number)
        self.budget.spend(rules)
        found = bureau.search(ids, account.name, account.country)
        proposals = proposals_of(ids, account.name, account.country, found)
        old = self._link(account, rules.provider)
        if old.state == "agreed":
            new = replace(old, proposals=proposals, wanted="")
        else:
            new = replace(
                old,
                state="proposed",
                proposals=proposals,
                wanted="",
                by=by,
                at=self._clock.now(),
            )
        return self._kept(old, new, None)

    def agree(self, creditor: str, number: str, company: str, by: str) -> CompanyLink:
        """Say which of the proposed companies an account is: from now on it is asked about.

        Raises AccountUnknown, ProviderNotChosen, ProposalUnknown or CreditDataBusy.
        """
        account = account_in(self._store, creditor, number)
        old = self._link(account, self._chosen(creditor).provider)
        chosen = next((one for one in old.proposals if one.candidate.id == company), None)
        if chosen is None:
            raise ProposalUnknown(f"{company!r} was not proposed for this account.").at("/company")
        if (old.state, old.company) == ("agreed", company):
            return old
        new = replace(
            old,
            state="agreed",
            company=company,
            name=chosen.candidate.name,
            by=by,
            at=self._clock.now(),
        )
        return self._kept(old, new, self._told(new))

    def refuse(self, creditor: str, number: str, by: str) -> CompanyLink:
        """Say that an account is none of the provider's companies: nobody asks any more.

        Raises AccountUnknown, ProviderNotChosen or CreditDataBusy.
        """
        account = account_in(self._store, creditor, number)
        old = self._link(account, self._chosen(creditor).provider)
        if old.state == "refused":
            return old
        new = replace(old, state="refused", company="", name="", by=by, at=self._clock.now())
        return self._kept(old, new, self._told(new))

    def fetch(self, creditor: str, number: str, by: str) -> Taken:
        """Ask the provider what it says about an account now, and take it.

        Raises AccountUnknown, AccountRestricted, ProviderNotChosen, CompanyNotAgreed, BudgetUsedUp,
        CompanyNotThere, what `CreditReports.take` raises, or the port's errors.
        """
        account = open_account(self._store, creditor, number)
        rules = self._chosen(creditor)
        link = self._link(account, rules.provider)
        if link.state != "agreed":
            raise CompanyNotAgreed("Say first which of the provider's companies this account is.")
        bureau = self._bureau(creditor, rules.provider)
        self.budget.spend(rules)
        told = bureau.report(link.company)
        if link.wanted:
            with suppress(CreditDataBusy):  # asked once more at worst: what was paid for is kept
                self._kept(link, replace(link, wanted=""), None)
        return self._reports.take(creditor, number, rules.provider, told, by)

    def want(self, creditor: str, number: str, what: Wanted, by: str) -> CompanyLink:
        """Have the provider asked about an account in the coming night, for whoever may not ask.

        Raises AccountUnknown, AccountRestricted, ProviderNotChosen, CompanyNotAgreed or
        CreditDataBusy.
        """
        account = open_account(self._store, creditor, number)
        old = self._link(account, self._chosen(creditor).provider)
        if what == "report" and old.state != "agreed":
            raise CompanyNotAgreed("Say first which of the provider's companies this account is.")
        if old.wanted == what:
            return old
        return self._kept(old, replace(old, wanted=what, by=by), None)

    def due(self, rules: CreditDataRules, account: Account) -> Wanted:
        """Return what is to be asked about an account at night: what a person ordered, and with
        `automatic` rules a report that is missing or old.
        """
        link = self._link(account, rules.provider)
        if link.wanted or not rules.automatic or link.state != "agreed":
            return link.wanted
        known = self._store.get(CreditReport, *account.key, rules.provider)
        asked = [known.fetched_at if known else None, link.in_vain_at]
        last = max((at for at in asked if at is not None), default=None)
        age = timedelta(days=rules.refresh_days)
        return "report" if last is None or self._clock.now() - last >= age else ""

    def in_vain(self, rules: CreditDataRules, account: Account) -> None:
        """Note that a provider had nothing usable about an account: it is paid for only once in
        `refresh_days`, and not again and again for one order. Raises CreditDataBusy.
        """
        link = self._link(account, rules.provider)
        self._kept(link, replace(link, wanted="", in_vain_at=self._clock.now()), None)

    def _bureau(self, creditor: str, provider: str) -> Bureau:
        """Return a provider, the same for the next account: it holds an access for an hour."""
        key = (creditor, provider)
        if key not in self._bureaus:
            self._bureaus[key] = self._connect(creditor, provider)
        return self._bureaus[key]

    def _chosen(self, creditor: str) -> CreditDataRules:
        rules = self.rules(creditor)
        if not rules.provider:
            raise ProviderNotChosen("No provider of credit data is chosen.")
        return rules

    def _link(self, account: Account, provider: str) -> CompanyLink:
        found = self._store.get(CompanyLink, *account.key, provider)
        return found or CompanyLink(account.creditor, account.number, provider, "proposed")

    def _kept(self, old: CompanyLink, new: CompanyLink, told: Event | None) -> CompanyLink:
        if new == old and told is None:
            return old
        new = replace(new, version=old.version + 1)
        writes = [Put(new, expect=old.version), *([Put(told)] if told else [])]
        try:
            self._store.commit(writes)
        except CommitConflict:
            raise CreditDataBusy("Somebody else says which company this is just now.") from None
        return new

    def _told(self, link: CompanyLink) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            "company.matched",
            link.creditor,
            link.account,
            provider=link.provider,
            ref=link.company,
            state=link.state,
            by=link.by,
        )
