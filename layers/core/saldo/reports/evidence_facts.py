"""What an evidence pack is made from. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from saldo.accounts.model import Account, Creditor, Hold
from saldo.collection.facts import Case, Dispute, Promise
from saldo.collection.model import Plan
from saldo.events import Event
from saldo.invoices.model import Allocation, CreditNote, Invoice
from saldo.ledger.model import JournalEntry
from saldo.payments.model import Payment
from saldo.reminders.channels.letter import Letter
from saldo.reminders.kept_words import KeptWords
from saldo.reminders.model import DecisionRecord, Notice
from saldo.reminders.opening import LinkOpening


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter and the PDF that lies in the outbox, None where it lies there no more."""

    letter: Letter
    pdf: bytes | None

    @property
    def is_genuine(self) -> bool:
        """Tell whether the PDF is the one that was typeset."""
        return self.pdf is not None and hashlib.sha256(self.pdf).hexdigest() == self.letter.sha256


@dataclass(frozen=True, slots=True)
class Message:
    """A notice with its words as they were kept; None where none left, or none were kept.

    `opening` tells when its link was opened, None where nobody and nothing did.
    """

    notice: Notice
    words: KeptWords | None
    paper: Paper | None
    opening: LinkOpening | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a pack is made from. `is_whole` says that it is about the whole account."""

    creditor: Creditor
    account: Account
    invoices: tuple[Invoice, ...]
    credit_notes: tuple[CreditNote, ...]
    messages: tuple[Message, ...]
    decisions: tuple[DecisionRecord, ...]
    promises: tuple[Promise, ...]
    disputes: tuple[Dispute, ...]
    plans: tuple[Plan, ...]
    cases: tuple[Case, ...]
    holds: tuple[Hold, ...]
    payments: tuple[Payment, ...]
    allocations: tuple[Allocation, ...]
    entries: tuple[JournalEntry, ...]
    events: tuple[Event, ...]
    is_whole: bool

    @property
    def about(self) -> str:
        """Return what the pack is about, in words."""
        if self.is_whole:
            return f"account {self.account.number}"
        numbers = ", ".join(invoice.number for invoice in self.invoices)
        several = "s" if len(self.invoices) > 1 else ""
        return f"invoice{several} {numbers} of account {self.account.number}"

    @property
    def message_numbers(self) -> dict[str, int]:
        """Return by id the number that the index gives a message, from 1, oldest first."""
        return {message.notice.id: at for at, message in enumerate(self.messages, 1)}


def proof_of(message: Message) -> str:
    """Return how well a message's words are proven, as a stable code.

    kept: the words are here, and the debtor's copy proves them; paper: the PDF is the one that was
    typeset; differs: the PDF is not; missing: it is gone; not-kept: there is a hash alone;
    never-left: nothing was handed over.
    """
    if message.paper is not None:
        if message.paper.pdf is None:
            return "missing"
        return "paper" if message.paper.is_genuine else "differs"
    if message.words is not None:
        return "kept"
    return "not-kept" if message.notice.content_hash else "never-left"
