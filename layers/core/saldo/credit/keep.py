"""Keeps sheets as the books are, and tells each crossing once.

Whoever writes a sheet read it before the facts, and writes only the version that it read: of two
who saw the same crossing one is refused and reads again. Facts may have changed between reading and
writing while somebody else saw nothing to write; so whoever wrote looks once more, until nothing
differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import AccountUnknown
from saldo.clock import Clock, local_day
from saldo.credit.decide import Moment, decided
from saldo.credit.facts import CreditFacts, credit_facts
from saldo.credit.limits import Limits, limits_in, lines_of
from saldo.credit.model import BlockedAccount, CreditLine, CreditSheet
from saldo.credit.ports import Outside
from saldo.credit.rules import CreditRules
from saldo.credit.told import NOBODYS, Teller, Word
from saldo.errors import Unavailable
from saldo.events import OPEN_ITEM_EVENTS, Event
from saldo.ids import Ids
from saldo.store import CommitConflict, Delete, Put, Store, Write, settled

_ATTEMPTS_MAX: Final = 8

HEARD: Final = OPEN_ITEM_EVENTS | frozenset(
    {
        "account.changed",
        "payment.transferred",
        "refund.promised",
        "refund.done",
        "refund.failed",
        "hold.placed",
        "hold.ended",
        "promise.broken",
        "promise.kept",
        "promise.part_kept",
        "promise.withdrawn",
        "credit.report_changed",
        "insolvency.noticed",
        "privacy.lifted",
    }
)
"""Facts that change what is owed, ordered or credited, or what a rule asks about."""

MakeEvents = Callable[[Teller, CreditSheet, CreditSheet], Sequence[Event]]
Change = Callable[[CreditSheet], CreditSheet]


class CreditBusy(Unavailable):
    """The credit of the account is being changed by others; the same request may work later."""

    code = "credit-busy"


@dataclass(frozen=True, slots=True)
class Seen:
    """An account's credit as it is now: the sheet as kept, and what it would be."""

    account: Account
    rules: CreditRules
    facts: CreditFacts
    limits: Limits
    kept: CreditSheet
    sheet: CreditSheet
    lines: tuple[CreditLine, ...]
    today: date

    @property
    def differs(self) -> bool:
        return self.kept != self.sheet


def _same(sheet: CreditSheet) -> CreditSheet:
    return sheet


def _nothing(teller: Teller, old: CreditSheet, new: CreditSheet) -> Sequence[Event]:
    del teller, old, new
    return ()


class CreditKeeper:
    """Brings the sheet of an account up to date, and changes it on a person's word."""

    heard: frozenset[str] = HEARD

    def __init__(self, store: Store, clock: Clock, ids: Ids, outside: Outside) -> None:
        self._store, self._clock, self._ids, self._outside = store, clock, ids, outside

    def today(self, creditor: str) -> date:
        """Return the present day where a creditor is that is known to be there."""
        owner = self._store.get(Creditor, creditor)
        assert owner is not None, "whoever asks is known"
        return local_day(self._clock.now(), owner.time_zone)

    def refresh(self, creditor: str, account: str) -> bool:
        """Look at an account anew; return whether anything changed.

        A few reads for an account that no limit, rule or decision is about. One that is to be
        erased is left as it is. Raises CreditBusy when others write all the time.
        """
        is_changed = settled(lambda: self._looked(creditor, account), _ATTEMPTS_MAX)
        if is_changed is None:
            raise CreditBusy(f"The credit of account {account!r} is being changed; try again.")
        return is_changed

    def _looked(self, creditor: str, account: str) -> bool:
        if not self._is_watched(creditor, account):
            return False
        seen = self.look(creditor, account)
        if seen.differs:
            self._write(seen, NOBODYS, ())
        return seen.differs

    def change(
        self,
        creditor: str,
        account: str,
        change: Change,
        events: MakeEvents = _nothing,
        word: Word = NOBODYS,
    ) -> CreditSheet:
        """Change a sheet on a person's word, with all that follows from it in one transaction.

        What changes nothing writes nothing. Raises AccountUnknown or CreditBusy, and whatever
        `change` does.
        """
        for _ in range(_ATTEMPTS_MAX):
            seen = self.look(creditor, account, change)
            if not seen.differs:
                return seen.kept
            teller = self._teller(seen.kept)
            try:
                self._write(seen, word, events(teller, seen.kept, seen.sheet))
            except CommitConflict:
                continue
            self.refresh(creditor, account)
            return self.kept(creditor, account)
        raise CreditBusy(f"The credit of account {account!r} is being changed; try again.")

    def look(self, creditor: str, account: str, change: Change = _same) -> Seen:
        """Return the credit of an account as it is now, after `change`; nothing is written.

        Raises AccountUnknown.
        """
        kept = self.kept(creditor, account)  # before the facts: see above
        owner = self._store.get(Creditor, creditor)
        debtor = self._store.get(Account, creditor, account)
        if owner is None or debtor is None:
            raise AccountUnknown(f"There is no account {account!r}.")
        rules = self._store.get(CreditRules, creditor) or CreditRules(creditor)
        now = self._clock.now()
        zone = owner.time_zone
        facts = credit_facts(self._store, self._outside, debtor, rules, now, zone)
        moment = Moment(now, local_day(now, zone), self._ids.ulid(now))
        sheet = decided(change(kept), facts, rules, moment)
        limits = limits_in(debtor.credit_limit, sheet, rules, facts.covers)
        lines = lines_of(limits, facts.exposures, moment.today)
        return Seen(debtor, rules, facts, limits, kept, sheet, lines, moment.today)

    def kept(self, creditor: str, account: str) -> CreditSheet:
        """Return the sheet as it was kept last, an empty one for an account without."""
        return self._store.get(CreditSheet, creditor, account) or CreditSheet(creditor, account)

    def _is_watched(self, creditor: str, account: str) -> bool:
        debtor = self._store.get(Account, creditor, account)
        if debtor is None or debtor.restricted_at is not None:
            return False
        if debtor.credit_limit is not None or self._store.get(CreditSheet, creditor, account):
            return True
        rules = self._store.get(CreditRules, creditor)
        if rules is not None and rules.watches_everybody:
            return True
        return any(True for _ in self._outside.covers(creditor, account))

    def _teller(self, sheet: CreditSheet) -> Teller:
        return Teller(self._ids, self._clock.now(), sheet.creditor, sheet.account)

    def _write(self, seen: Seen, word: Word, more: Sequence[Event]) -> CreditSheet:
        """Keep a sheet with its events; raise CommitConflict when it is not as it was read."""
        new = replace(seen.sheet, version=seen.kept.version + 1)
        terms = seen.account.terms
        agreed_days = terms.net_days if terms is not None else None
        told = self._teller(new).differences(seen.kept, new, seen.lines, agreed_days, word)
        listed: list[Write] = []
        if new.is_blocked != seen.kept.is_blocked:
            entry = BlockedAccount(new.creditor, new.account)
            listed = [Put(entry, expect=None) if new.is_blocked else Delete(entry, expect=None)]
        events = [*more, *told]
        self._store.commit(
            [Put(new, expect=seen.kept.version), *listed, *(Put(one) for one in events)]
        )
        return new
