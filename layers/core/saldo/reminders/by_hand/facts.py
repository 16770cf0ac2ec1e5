"""That a person wrote a message, and what it says when it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from saldo.accounts.model import Account
from saldo.messages.told import ToldWords
from saldo.reminders.by_hand.model import KIND, WrittenMessage
from saldo.reminders.fact import Fact, Message, step_of
from saldo.reminders.model import Notice
from saldo.reminders.subject import Found, Moot, Subject
from saldo.store import Store


class HandFacts:
    """Reads which message an event tells of."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def told_by(self) -> Mapping[str, Callable[[Fact, Account], Sequence[Message]]]:
        """What tells of each type of event."""
        return {"message.written": self._written}

    def _written(self, fact: Fact, account: Account) -> list[Message]:
        found = self._store.get(WrittenMessage, *account.key, str(fact.data["message"]))
        return [message_of(found)] if found is not None else []


class HandSubjects:
    """Reads what a person wrote."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def written(self, notice: Notice) -> Found:
        """Return the words; what became of an invoice meanwhile does not take them back."""
        found = self._store.get(WrittenMessage, *notice.key[:2], notice.about or "")
        if found is None:
            return Moot("nothing-to-tell")
        return subject_of(found)


def message_of(written: WrittenMessage) -> Message:
    """Return what is to be claimed for a written message: once, by its own channel."""
    return Message(
        step_of(KIND, written.id),
        KIND,
        written.id,
        written.invoices,
        facts=written.sending_facts,
        channel=written.channel,
    )


def subject_of(written: WrittenMessage) -> Subject:
    """Return what a written message tells."""
    return Subject(written=ToldWords(written.subject, written.text, written.invoices))
