"""What other segments would do to a creditor's accounts, and how they come to hold."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from saldo.accounts.every import every_account
from saldo.accounts.model import Creditor, Segment
from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.invoices.model import OpenItem
from saldo.reminders.by_risk import (
    NoVariants,
    TooManySegments,
    is_made,
    with_rules,
    without_rules,
)
from saldo.reminders.policy import supplied_policy
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.policy_effect import Effect, effect_on
from saldo.reminders.policy_model import Policy
from saldo.reminders.segments import policy_id_of
from saldo.store import CommitConflict, Store, Wake


@dataclass(slots=True)
class Move:
    """The accounts that come from one policy to another, and what becomes of their open items.

    `sooner` and `later` are open items whose next message comes on another day, `repeats` those
    told something again, `skips` those never told something.
    """

    old: str
    new: str
    accounts: int = 0
    open_items: int = 0
    sooner: int = 0
    later: int = 0
    repeats: int = 0
    skips: int = 0

    def add(self, effect: Effect) -> None:
        """Count an open item."""
        self.open_items += 1
        self.repeats += effect.repeats
        self.skips += bool(effect.skips)
        if effect.before and effect.after:
            self.sooner += effect.after.on < effect.before.on
            self.later += effect.after.on > effect.before.on


@dataclass(frozen=True, slots=True)
class RiskTrial:
    """What the rules by risk come to when they are switched on (`on`) or off.

    `is_on`: they are on now. `accounts` were looked at; `is_cut`: more are there.
    """

    is_on: bool
    on: bool
    segments: tuple[Segment, ...]
    accounts: int
    moves: tuple[Move, ...]
    is_cut: bool
    moved: tuple[str, ...] = field(repr=False)


class ByRisk:
    """Tries the rules by risk, and switches them."""

    def __init__(
        self, store: Store, clock: Clock, policies: PolicyBook, accounts: Accounts
    ) -> None:
        self._store, self._clock = store, clock
        self._policies, self._accounts = policies, accounts

    def is_on(self, creditor: Creditor) -> bool:
        """Tell whether procedures go by risk."""
        return any(is_made(segment) for segment in creditor.segments)

    def may_be_on(self, creditor: Creditor) -> bool:
        """Tell whether any of the creditor's policies has variants to go by."""
        try:
            with_rules(creditor.policy, creditor.segments, self._known(creditor.id))
        except (NoVariants, TooManySegments):
            return False
        return True

    def trial(
        self, creditor: Creditor, today: date, *, on: bool, accounts_max: int | None = None
    ) -> RiskTrial:
        """Return what switching would do; nothing is written.

        Raises NoVariants, TooManySegments or PolicyNotValid.
        """
        is_on = self.is_on(creditor)
        plain = without_rules(creditor.segments)
        segments = with_rules(creditor.policy, plain, self._known(creditor.id)) if on else plain
        after = replace(creditor, segments=segments)
        moves: dict[tuple[str, str], Move] = {}
        seen, is_cut, moved = 0, False, list[str]()
        book: dict[str, Policy] = {}
        for account in every_account(self._store, creditor.id):
            if accounts_max is not None and seen == accounts_max:
                is_cut = True
                break
            seen += 1
            old, new = policy_id_of(creditor, account), policy_id_of(after, account)
            if old == new:
                continue
            for name in (old, new):
                book.setdefault(name, self._policies.named(creditor.id, name, today))
            moved.append(account.number)
            move = moves.setdefault((old, new), Move(old, new))
            move.accounts += 1
            for item in self._store.list(OpenItem, creditor.id, account.number):
                move.add(effect_on(item, book[old], book[new], today))
        found = tuple(sorted(moves.values(), key=lambda one: (-one.accounts, one.old, one.new)))
        return RiskTrial(is_on, on, segments, seen, found, is_cut, tuple(moved))

    def switch(
        self,
        creditor: Creditor,
        today: date,
        by: str,
        *,
        on: bool,
        accounts_max: int | None = None,
    ) -> RiskTrial:
        """Switch the rules on or off, and have the accounts that move planned anew.

        Nothing is sent by it: the next run sends what is due then, and each of them is one small
        write. Beyond `accounts_max` an account follows with its next fact or step. Raises what
        `trial` does.
        """
        tried = self.trial(creditor, today, on=on, accounts_max=accounts_max)
        if tried.segments != creditor.segments:
            self._accounts.change_creditor(creditor.id, by=by, segments=tried.segments)
        now = self._clock.now()
        for number in tried.moved:
            with suppress(CommitConflict):  # somebody wakes it this instant
                self._store.commit([Wake(creditor.id, number, now)])
        return replace(tried, is_on=on)

    def _known(self, creditor: str) -> _Known:
        return _Known(frozenset(row.id for row in self._policies.own(creditor)))


@dataclass(frozen=True, slots=True)
class _Known:
    """Tells whether there is a policy of a name, supplied or the creditor's own."""

    own: frozenset[str]

    def __call__(self, name: str) -> bool:
        return name in self.own or supplied_policy(name) is not None
