"""Which messages a fact about an agreement or an objection calls for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from saldo.accounts.model import Account
from saldo.clock import Clock, local_day
from saldo.messages.model import MessageKind
from saldo.reminders.fact import Fact, Message
from saldo.reminders.model import ContactLog
from saldo.store import Store


class AnswerFacts:
    """Reads what was promised or contested."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    @property
    def told_by(self) -> Mapping[str, Callable[[Fact, Account], Sequence[Message]]]:
        """What tells of each type of event."""
        return {
            "promise.given": self._promise_given,
            "promise.broken": self._promise_broken,
            "promise.part_kept": self._promise_broken,
            "dispute.opened": self._dispute_opened,
            "dispute.settled": self._dispute_closed,
            "dispute.rejected": self._dispute_closed,
            "invoice.copy_requested": self._copy_requested,
        }

    def _promise_given(self, fact: Fact, account: Account) -> list[Message]:
        del account
        return [_about_promise("promised", "promise-confirmed", fact)]

    def _promise_broken(self, fact: Fact, account: Account) -> list[Message]:
        """A promise that was kept in part is told as a broken one, with what came of it.

        It asks to pay: where the account was reminded today already, that reminder says it.
        """
        log = self._store.get(ContactLog, fact.creditor, fact.account)
        if log is not None and local_day(self._clock.now(), account.time_zone) in log.days:
            return []
        return [_about_promise("broken", "promise-broken", fact)]

    def _dispute_opened(self, fact: Fact, account: Account) -> list[Message]:
        del account
        return [_about_dispute("disputed", "dispute-received", fact)]

    def _dispute_closed(self, fact: Fact, account: Account) -> list[Message]:
        del account
        return [_about_dispute("undisputed", "dispute-closed", fact)]

    def _copy_requested(self, fact: Fact, account: Account) -> list[Message]:
        del account
        request = str(fact.data["request"])
        return [Message(f"copy-{request}", "invoice-copy", request, (str(fact.data["invoice"]),))]


def _about_promise(word: str, text: MessageKind, fact: Fact) -> Message:
    promise = str(fact.data["promise"])
    return Message(f"{word}-{promise}", text, promise, tuple(fact.data["invoices"]))


def _about_dispute(word: str, text: MessageKind, fact: Fact) -> Message:
    dispute = str(fact.data["dispute"])
    return Message(f"{word}-{dispute}", text, dispute, (str(fact.data["invoice"]),))
