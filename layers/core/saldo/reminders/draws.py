"""Keeps what accounts were drawn for, and lets go what waits when a comparison ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Final

from saldo.accounts.model import Creditor, HoldOut
from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_midnight
from saldo.errors import Invalid
from saldo.events import event
from saldo.ids import Ids
from saldo.reminders.hold_out import NEWS_DAYS, WATCHED_DAYS, Draw
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import Decision
from saldo.reminders.policy import Policy
from saldo.store import EVER, Check, CommitConflict, Put, Store, Wake

SHARE_PERCENT_MAX: Final = 20
DELAY_DAYS_MAX: Final = 14
REST_MONTHS_MAX: Final = 24
_INVOICES_MAX: Final = 90
_WOKEN_TOGETHER: Final = 50
_LOOKED_AT_ONCE: Final = 500
"""Draws that are gone through while somebody waits: some 500 RU, and a wake-up for who waits.
Where there are more, nobody is woken: whoever ended the comparison had the next run look at every
account (`Accounts.change_creditor`), each by a job of its own."""


class HoldOutNotValid(Invalid):
    """A comparison takes 1 to 20 % of accounts, waits 1 to 14 days, and rests 1 to 24 months."""

    code = "hold-out-not-valid"


def last_draw(store: Store, creditor: str, account: str) -> Draw | None:
    """Return what an account was drawn for last: one query, 1 RU."""
    return next(iter(store.newest(Draw, creditor, account, limit=1)), None)


class Draws:
    """Writes down what a plan drew, before anything is sent or kept back by it."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def keep(
        self, facts: AccountFacts, policy: Policy, today: date, decisions: Sequence[Decision]
    ) -> bool:
        """Keep a draw that the decisions tell of and that is new; False when the account has
        changed meanwhile.
        """
        rules = facts.creditor.hold_out
        drawn = [one for one in decisions if "hold_out" in one.facts]
        if rules is None or not drawn:
            return True
        draw = _draw(facts, policy, rules, today, drawn)
        if facts.drawn is not None and facts.drawn.is_of(rules, policy, draw.stage, draw.period):
            return True
        now = self._clock.now()
        told = event(
            self._ids.ulid(now),
            now,
            "notice.drawn",
            *facts.account.key,
            comparison=draw.comparison,
            policy=draw.policy,
            stage=draw.stage,
            arm=draw.arm,
            until=draw.until.isoformat(),
            invoices=list(draw.invoices),
        )
        check = Check(facts.account, expect=facts.account.version)
        try:
            self._store.commit([Put(draw), Put(told), check])
        except CommitConflict:
            return False
        return True


def _draw(
    facts: AccountFacts, policy: Policy, rules: HoldOut, today: date, drawn: Sequence[Decision]
) -> Draw:
    first, told = drawn[0], drawn[0].facts["hold_out"]
    assert first.message is not None, "a stage that is due has its message"
    known_on = today + timedelta(days=WATCHED_DAYS + NEWS_DAYS + 1)
    return Draw(
        facts.creditor.id,
        facts.account.number,
        rules.id,
        policy.id,
        first.stage,
        first.message,
        first.channel,
        told["period"],
        told["arm"],
        today,
        date.fromisoformat(first.facts["until"]),
        tuple(one.invoice for one in drawn)[:_INVOICES_MAX],
        local_midnight(known_on, facts.creditor.time_zone),
        version=1,
    )


class HoldOuts:
    """Begins and ends comparisons by lot."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, accounts: Accounts) -> None:
        self._store, self._clock, self._ids, self._accounts = store, clock, ids, accounts

    def begin(
        self,
        creditor: str,
        share_percent: int,
        by: str,
        *,
        delay_days: int = 7,
        rest_months: int = 6,
    ) -> Creditor:
        """Begin a comparison, or end the one that runs and begin another.

        The same settings again change nothing. Raises HoldOutNotValid or CreditorUnknown.
        """
        allowed = (
            1 <= share_percent <= SHARE_PERCENT_MAX
            and 1 <= delay_days <= DELAY_DAYS_MAX
            and 1 <= rest_months <= REST_MONTHS_MAX
        )
        if not allowed:
            raise HoldOutNotValid(
                f"A comparison takes 1 to {SHARE_PERCENT_MAX} % of accounts, waits 1 to "
                f"{DELAY_DAYS_MAX} days and rests 1 to {REST_MONTHS_MAX} months."
            )
        owner, now = self._accounts.creditor(creditor), self._clock.now()
        old, wanted = owner.hold_out, (share_percent, delay_days, rest_months)
        if old is not None and (old.share_percent, old.delay_days, old.rest_months) == wanted:
            return owner
        since = now.date()
        made = HoldOut(self._ids.ulid(now), *wanted, since)
        changed = self._accounts.change_creditor(creditor, by=by, hold_out=made)
        self.let_go(changed)
        return changed

    def end(self, creditor: str, by: str) -> Creditor:
        """End the comparison: what waits goes with the next run, which looks at every account.

        Raises CreditorUnknown.
        """
        changed = self._accounts.change_creditor(creditor, by=by, hold_out=None)
        self.let_go(changed)
        return changed

    def let_go(self, creditor: Creditor) -> int:
        """Wake the accounts that wait for a comparison which runs no more; return how many.

        None where more were drawn lately than can be gone through at once.
        """
        now, running = self._clock.now(), creditor.hold_out
        work = self._store.work(Draw, "draw", creditor.id, EVER[1])
        keys = list(islice(work, _LOOKED_AT_ONCE + 1))
        if len(keys) > _LOOKED_AT_ONCE:
            return 0
        waiting = {
            draw.account
            for draw in self._store.get_many(Draw, keys).values()
            if draw.arm == "held-out"
            and now.date() <= draw.until
            and (running is None or draw.comparison != running.id)
        }
        accounts = sorted(waiting)
        for start in range(0, len(accounts), _WOKEN_TOGETHER):
            some = accounts[start : start + _WOKEN_TOGETHER]
            self._store.commit([Wake(creditor.id, account, now) for account in some])
        return len(accounts)
