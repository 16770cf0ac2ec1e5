"""Which messages a payer's own proposal of instalments, or word of a payment, calls for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from saldo.accounts.model import Account
from saldo.collection.model import Plan
from saldo.messages.model import MessageKind
from saldo.reminders.fact import Fact, Message, step_of
from saldo.store import Store

_PAYER = "payer"


class WishFacts:
    """Reads what payers proposed, and what they said to have paid."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def told_by(self) -> Mapping[str, Callable[[Fact, Account], Sequence[Message]]]:
        """What tells of each type of event."""
        return {
            "plan.proposed": self._proposed,
            "plan.cancelled": self._cancelled,
            "paid_claim.made": self._claimed,
            "paid_claim.unfounded": self._unfounded,
        }

    def _proposed(self, fact: Fact, account: Account) -> list[Message]:
        """What the creditor's own people propose is agreed with the payer by other means."""
        del account
        if fact.data["by"] != _PAYER:
            return []
        return [_about("plan-proposed", "plan", fact)]

    def _cancelled(self, fact: Fact, account: Account) -> list[Message]:
        """Told is a payer whose proposal was declined; who withdrew it knows."""
        del account
        if fact.data["by"] == _PAYER or fact.data.get("was") != "proposed":
            return []
        plan = self._store.get(Plan, fact.creditor, fact.account, str(fact.data["plan"]))
        if plan is None or plan.by != _PAYER:
            return []
        return [_about("plan-declined", "plan", fact)]

    def _claimed(self, fact: Fact, account: Account) -> list[Message]:
        del account
        return [_about("paid-claim-received", "claim", fact)]

    def _unfounded(self, fact: Fact, account: Account) -> list[Message]:
        del account
        return [_about("paid-claim-unfounded", "claim", fact)]


def _about(text: MessageKind, record: str, fact: Fact) -> Message:
    about = str(fact.data[record])
    return Message(step_of(text, about), text, about, tuple(fact.data["invoices"]))
