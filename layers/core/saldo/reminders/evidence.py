"""What the law asks about one claim: the invoice, what was told when, what was charged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saldo.invoices.model import Invoice
from saldo.law.facts import DefaultFacts, RipeClaim
from saldo.messages.model import Channel, MessageKind
from saldo.messages.told import AnnouncedCosts
from saldo.reminders.model import ChargesMade

LETTER: MessageKind = "nl-14-day-letter"


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice about the claim that left. `received_on` needs evidence; None is "not known".

    `claims` are all that it was about. `announced` and `left_out` matter for a 14-day letter.
    """

    message: MessageKind
    channel: Channel
    sent_on: date
    received_on: date | None
    term_days: int | None = None
    claims: tuple[RipeClaim, ...] = ()
    announced: AnnouncedCosts | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrincipalChange:
    """The principal rose (above zero) or fell on a day, in minor units."""

    on: date
    minor: int


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """All of it for one claim, oldest first. `changes` are those of the principal after issue."""

    invoice: Invoice
    notices: tuple[ToldNotice, ...] = ()
    changes: tuple[PrincipalChange, ...] = ()
    charged: ChargesMade | None = None

    @property
    def default_facts(self) -> DefaultFacts:
        """What decides when default began."""
        invoice = self.invoice
        came = [n.received_on for n in self.notices if n.message == "invoice" and n.received_on]
        asked = [
            notice
            for notice in self.notices
            if notice.message not in ("invoice", "friendly-notice")
            and notice.received_on
            and notice.received_on > invoice.due_on
        ]
        return DefaultFacts(
            due_on=invoice.due_on,
            agreed_day=invoice.due_on if invoice.due_date_agreed else None,
            invoice_names_day=None if invoice.due_date_agreed else invoice.due_on,
            invoice_received_on=invoice.received_on or min(came, default=None),
            invoice_warned_of_default=invoice.consumer_notice_given,
            notice_received_on=asked[0].received_on if asked else None,
            notice_term_days=asked[0].term_days if asked else None,
        )
