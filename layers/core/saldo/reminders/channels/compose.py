"""What a message says, put together from the books as they are when it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from saldo.accounts.model import Account, Creditor, Hold
from saldo.invoices.discounts import discount_on
from saldo.invoices.model import Invoice
from saldo.messages.model import (
    MessageContext,
    MessageItem,
    MessageKind,
    Sender,
    Tone,
)
from saldo.messages.told import TransferDetails
from saldo.reminders.channels.port import Address
from saldo.reminders.channels.purposes import SOFT
from saldo.reminders.channels.sms import answers_reach
from saldo.reminders.channels.transfer_told import Told, of_instalment, of_items, of_sum
from saldo.reminders.model import Notice
from saldo.reminders.subject import Subject

ASKS_FOR_TRANSFER: Final[frozenset[MessageKind]] = frozenset(
    {
        "friendly-notice",
        "invoice",
        "invoice-copy",
        "reminder-1",
        "reminder-2",
        "reminder-3",
        "final-notice",
        "nl-14-day-letter",
        "case-returned",
        "service-stop-announced",
    }
)
"""Messages that name the amount to be transferred now, and so carry a code with it."""

ASKS_FOR_INSTALMENT: Final[MessageKind] = "plan-agreed"
"""The message that names the first instalment, and carries a code with it."""

TELLS_OF_DISCOUNT: Final[frozenset[MessageKind]] = frozenset(
    {"friendly-notice", "invoice", "invoice-copy"}
)
"""Messages of the time before an invoice is due; later none runs any more."""

_NEUTRAL_FROM: Final = 3
_FIRM_FROM: Final = 4
"""The stages of a policy from which on its messages open less friendly."""

STOP_WORD = "STOP"


@dataclass(frozen=True, slots=True)
class Composed:
    """A message's context, and what goes with it by some channels."""

    context: MessageContext
    transfer: TransferDetails | None
    girocode: str | None
    opt_out_url: str | None


def compose(
    creditor: Creditor,
    account: Account,
    address: Address,
    notice: Notice,
    subject: Subject,
    holds: Sequence[Hold],
    pay_url: str,
    reference: str | None,
) -> Composed:
    """Return what `notice` says now. `reference` is its RF reference, None if it has none."""
    day = notice.planned_for
    items = tuple(_item(i, notice, holds) for i in subject.invoices)
    transfer, girocode = _transfer(creditor, notice, subject, items, holds, reference)
    stop_url = f"{pay_url}/stop"
    stage = int(notice.step) if notice.step.isdecimal() else 0
    # Whoever writes a mail need not be who may see the account.
    to_stranger = subject.reply is not None and not subject.reply.known
    context = MessageContext(
        sender=Sender(
            creditor.name,
            creditor.address,
            creditor.imprint,
            creditor.brand_colour,
            creditor.reply_to,
        ),
        account_name=account.name,
        contact_name=address.name,
        language=account.language,
        kind_of_debtor=account.kind,
        items=items,
        pay_url="" if to_stranger else pay_url,
        written_on=day,
        stage=stage,
        announces_collection=notice.announces_collection,
        payment=subject.payment,
        failure=subject.failure,
        debit=subject.debit,
        mandate=subject.mandate,
        plan=subject.plan,
        promise=subject.promise,
        dispute=subject.dispute,
        claim=subject.claim,
        hand_over=subject.hand_over,
        details=subject.details,
        question=subject.question,
        reply=subject.reply,
        written=subject.written,
        tone=_tone(stage),
        channel=notice.channel,
        country=account.country,
        # A letter has a slip at its foot, and need not say it twice.
        transfer=None if notice.channel == "letter" else transfer,
        pay_by=notice.pay_by,
        next_step=notice.next_step,
        announced=notice.announced,
        service=notice.service,
        opt_out=_opt_out(notice, creditor, stop_url),
        creditor=creditor.id,
    )
    soft_mail = notice.channel == "email" and notice.message in SOFT
    return Composed(context, transfer, girocode, stop_url if soft_mail else None)


def _transfer(
    creditor: Creditor,
    notice: Notice,
    subject: Subject,
    items: Sequence[MessageItem],
    holds: Sequence[Hold],
    reference: str | None,
) -> Told:
    if subject.asked is not None:
        return of_sum(creditor, subject.asked, reference, holds, notice.planned_for)
    if notice.message == ASKS_FOR_INSTALMENT and subject.plan:
        return of_instalment(creditor, subject.plan)
    if notice.message in ASKS_FOR_TRANSFER:
        return of_items(creditor, items, reference)
    return None, None


def _tone(stage: int) -> Tone:
    """Return how the message of a policy's stage opens: a text that comes again says it shorter."""
    if stage < _NEUTRAL_FROM:
        return "friendly"
    return "neutral" if stage < _FIRM_FROM else "firm"


def _item(invoice: Invoice, notice: Notice, holds: Sequence[Hold]) -> MessageItem:
    """Return an invoice as it stands now, with what this notice charged and says of it."""
    items = (*notice.items, *notice.also)
    told = next((item for item in items if item.invoice == invoice.number), None)
    disputed_minor = _disputed_minor(invoice, notice, holds)
    # A part that is contested is not paid now: then there is no paying it all at once.
    mentions = notice.message in TELLS_OF_DISCOUNT and not disputed_minor
    discount = discount_on(invoice, notice.planned_for) if mentions else None
    return MessageItem(
        invoice.number,
        invoice.issued_on,
        invoice.due_on,
        invoice.currency,
        invoice.amount_minor,
        invoice.open_minor,
        max(0, (notice.planned_for - invoice.due_on).days),
        stage=told.stage if told else 0,
        charges=told.charges if told else (),
        disputed_minor=disputed_minor,
        promised_on=told.promised_on if told else None,
        instalment_missed=bool(told and told.instalment_missed),
        discount_minor=discount.amount_minor if discount else 0,
        discount_until=discount.term.until if discount else None,
    )


def _disputed_minor(invoice: Invoice, notice: Notice, holds: Sequence[Hold]) -> int:
    held = sum(
        hold.held_minor or 0
        for hold in holds
        if hold.kind == "dispute" and hold.holds(invoice.number, notice.planned_for)
    )
    return min(held, invoice.open_minor)


def _opt_out(notice: Notice, creditor: Creditor, stop_url: str) -> str | None:
    if notice.channel != "sms":
        return None
    return STOP_WORD if answers_reach(creditor.sms_from) else stop_url
