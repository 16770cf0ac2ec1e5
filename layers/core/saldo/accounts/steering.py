"""What people decided about how an account is collected, over what the ERP and the segments say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from saldo.accounts.model import Account, Steering
from saldo.accounts.service import account_in
from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.events import event
from saldo.ids import Ids
from saldo.store import CommitConflict, Put, Store

_ATTEMPTS_MAX: Final = 5


class AccountBusy(Unavailable):
    """The account is being changed by others; the same request may work later."""

    code = "account-busy"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants: a policy's id, None for what the ERP or the segments say; and whether
    people follow up, None likewise.
    """

    policy: str | None
    is_manual: bool | None


class Steerings:
    """Changes how an account is collected."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def steer(self, creditor: str, number: str, wish: Wish, reason: str, by: str) -> Account:
        """Collect an account as a person wishes, from the next plan on; a push leaves it so.

        The same again changes nothing. That the policy is there is whoever asks to see to. Raises
        AccountUnknown or AccountBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            account = account_in(self._store, creditor, number)
            known = account.steering
            if (known.policy, known.is_manual) == (wish.policy, wish.is_manual):
                return account
            now = self._clock.now()
            steering = Steering(wish.policy, wish.is_manual, by, now, reason)
            new = replace(
                account, steering=steering, updated_at=now, due_at=now, version=account.version + 1
            )
            told = event(
                self._ids.ulid(now),
                now,
                "account.steered",
                creditor,
                number,
                policy=wish.policy,
                follow_up=_follow_up(wish.is_manual),
                reason=reason,
                by=by,
            )
            try:
                self._store.commit([Put(new, expect=account.version), Put(told)])
            except CommitConflict:
                continue
            return new
        raise AccountBusy("This account is being changed by others; try again.")


def _follow_up(is_manual: bool | None) -> str | None:
    return None if is_manual is None else "manual" if is_manual else "automatic"
