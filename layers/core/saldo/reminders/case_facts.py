"""Which messages a fact around the end of the reminders calls for: cases, and services that go on.

A case that is paid or closed is told by whoever had it, and what a court has is served by the
court: of those nothing is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from saldo.accounts.model import Account
from saldo.clock import local_day
from saldo.messages.model import MessageKind
from saldo.messages.told import ToldService
from saldo.reminders.fact import Fact, Message, step_of
from saldo.reminders.model import ServiceStop
from saldo.reminders.services import ended_meanwhile
from saldo.store import Store


class CaseFacts:
    """Reads what was handed over, given back and released."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def told_by(self) -> Mapping[str, Callable[[Fact, Account], Sequence[Message]]]:
        """What tells of each type of event."""
        return {
            "case.opened": self._opened,
            "case.changed": self._changed,
            "service.released": self._released,
        }

    def _opened(self, fact: Fact, account: Account) -> list[Message]:
        del account
        return [] if fact.data["kind"] == "court" else [_about_case("handed-over", fact)]

    def _changed(self, fact: Fact, account: Account) -> list[Message]:
        del account
        return [_about_case("case-returned", fact)] if fact.data["state"] == "withdrawn" else []

    def _released(self, fact: Fact, account: Account) -> list[Message]:
        request = str(fact.data["request"])
        invoices = tuple(fact.data["invoices"]) or self._told_before(fact, request)
        if not invoices:
            return []  # a person asked for it, and no message told of it
        text: MessageKind = "service-released"
        service = ToldService(fact.data["service"], local_day(fact.at, account.time_zone))
        return [Message(step_of(text, request), text, request, invoices, service=service)]

    def _told_before(self, fact: Fact, request: str) -> tuple[str, ...]:
        """Return for what messages told of a stop that is only over now that a person let it go."""
        stops = list(self._store.list(ServiceStop, fact.creditor, fact.account))
        by_hand = [stop for stop in stops if stop.is_by_hand and stop.request == request]
        found = [stop for mine in by_hand for stop in ended_meanwhile(stops, mine)]
        return tuple(dict.fromkeys(number for stop in found for number in stop.invoices))


def _about_case(text: MessageKind, fact: Fact) -> Message:
    case = str(fact.data["case"])
    return Message(step_of(text, case), text, case, tuple(fact.data["invoices"]))
