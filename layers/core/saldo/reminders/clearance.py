"""Whether a claimed notice may leave now, what it is about by then, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor, Hold
from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_day
from saldo.ids import Ids
from saldo.messages.model import MessageKind
from saldo.reminders.breaker import is_stopped
from saldo.reminders.by_hand.hours import is_early
from saldo.reminders.by_hand.model import KIND as BY_HAND
from saldo.reminders.by_hand.recipients import addresses_of
from saldo.reminders.channels.addresses import address_of, own_address
from saldo.reminders.channels.port import Address
from saldo.reminders.channels.purposes import purpose_of
from saldo.reminders.model import Notice
from saldo.reminders.optouts import OptOut, OptOuts
from saldo.reminders.subject import Moot, NotYet, Subject
from saldo.reminders.subjects import Subjects
from saldo.store import Store

ASKS_FOR_MONEY: frozenset[MessageKind] = frozenset(
    {"payment-failed", "plan-missed", "promise-broken", "handed-over", "case-returned"}
)
"""Messages about facts that ask to pay (us, or whoever has the case), and wait while somebody
paused that."""

NOBODY_TO_WRITE_TO = "no-working-address"


@dataclass(frozen=True, slots=True)
class Whole:
    """A notice with everything that decides whether it may leave."""

    notice: Notice
    creditor: Creditor
    account: Account
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The channel cannot reach the debtor; `reason` is a stable code."""

    reason: str


class Clearance:
    """Clears claimed notices to leave; it reads, and changes nothing."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, accounts: Accounts) -> None:
        self._store, self._clock, self._accounts = store, clock, accounts
        self._subjects = Subjects(store)
        self._opt_outs = OptOuts(store, clock, ids)

    def whole(self, notice: Notice) -> Whole:
        """Return a notice with its creditor, account and holds as they are now."""
        account = self._store.get(Account, notice.creditor, notice.account)
        assert account is not None, "a notice has its account"
        places = (WHOLE_CREDITOR, notice.account)
        holds = tuple(h for place in places for h in self._store.list(Hold, notice.creditor, place))
        return Whole(notice, self._accounts.creditor(notice.creditor), account, holds)

    def sends(self, creditor: Creditor) -> bool:
        """Tell whether sending is switched on, for a creditor and for the installation."""
        return creditor.sending and self._accounts.installation().sending

    def of(self, whole: Whole) -> tuple[Subject, Address] | Moot | NotYet | Unreachable:
        """Return what the notice is about and where it goes; or why it does not go (now)."""
        if self._waits(whole):
            return NotYet()
        notice, account = whole.notice, whole.account
        subject = self._held_since(whole) or self._subjects.of(notice)
        if not isinstance(subject, Subject):
            return subject
        if notice.message == BY_HAND and not _is_still_theirs(whole):
            return Unreachable(NOBODY_TO_WRITE_TO)
        address = own_address(notice.channel, notice.facts) or address_of(notice.channel, account)
        if address is None:
            return Unreachable(NOBODY_TO_WRITE_TO)
        opted = self._opted_out(notice, account, address)
        if opted is not None:
            return Unreachable(f"opted-out-{opted.reason}")
        return subject, address

    def _opted_out(self, notice: Notice, account: Account, address: Address) -> OptOut | None:
        if notice.message == BY_HAND:
            return self._opt_outs.of_either(account, notice.channel, address.to)
        purpose = purpose_of(tells_of_money=notice.tells_of_money)
        return self._opt_outs.of(account, notice.channel, address.to, purpose)

    def _waits(self, whole: Whole) -> bool:
        stopped = is_stopped(whole.creditor, whole.notice.channel)
        early = is_early(whole.notice, self._clock.now())
        return early or not self.sends(whole.creditor) or stopped or self._is_paused(whole)

    def _is_paused(self, whole: Whole) -> bool:
        """Tell whether a person paused notices about this one's items, perhaps after its claim.

        A pause of a whole creditor raises no account's version, so a claim may just miss it; here
        it is seen. It keeps back what asks for money, not the word that money came or was agreed.
        """
        notice = whole.notice
        if notice.tells_of_money and notice.message not in ASKS_FOR_MONEY:
            return False
        today = self._today(whole)
        return any(
            hold.kind == "pause" and hold.holds(item.invoice, today)
            for hold in whole.holds
            for item in notice.items
        )

    def _held_since(self, whole: Whole) -> Moot | None:
        """A notice that took over may leave days after its plan: it respects what was said since.

        A dispute about a part leaves the rest to be asked for. Nobody reminds or writes to whom is
        to be erased, however early it was claimed: that money came they are told.
        """
        notice = whole.notice
        if whole.account.restricted_at is not None and (
            notice.message == BY_HAND or not notice.tells_of_money
        ):
            return Moot("being-erased")
        if notice.replaces is None or notice.tells_of_money:
            return None
        today = self._today(whole)
        for hold in whole.holds:
            if hold.held_minor is None and any(hold.holds(i.invoice, today) for i in notice.items):
                return Moot(f"held-{hold.kind}")
        return None

    def _today(self, whole: Whole) -> date:
        """Return the debtor's day; a run ordered for a day ahead has that day as its today."""
        now = local_day(self._clock.now(), whole.account.time_zone)
        return max(now, whole.notice.planned_for)


def _is_still_theirs(whole: Whole) -> bool:
    """Tell whether a message by hand goes to an address that is the account's and works: since
    it was written, a mail may have come back, or the person at it may have said that it is not
    theirs.
    """
    to = (whole.notice.channel, whole.notice.facts.get("to"))
    known = addresses_of(whole.account)
    return any((one.channel, one.to) == to and not one.why_not for one in known)
