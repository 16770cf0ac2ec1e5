"""The writes of what a notice charges, for the claim's own transaction.

Ids come from the notice, so that nothing is booked twice; each line is a journal entry of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.model import Invoice, NumberTaken
from saldo.ledger.model import CauseKind, JournalEntry
from saldo.ledger.rules import charge_lines
from saldo.messages.told import ChargeLine
from saldo.money import format_amount
from saldo.reminders.model import ChargesMade
from saldo.store import Put, Write

BY = "reminders"
"""Who booked it, as the journal has it."""


def charge_writes(
    invoice: Invoice,
    made: ChargesMade | None,
    lines: tuple[ChargeLine, ...],
    notice: str,
    day: date,
    now: datetime,
    ids: Ids,
) -> tuple[Invoice, list[Write]]:
    """Return the invoice with `lines` charged on it, and every write but that of its open item."""
    new, writes = invoice, list[Write]()
    kept = made or ChargesMade(invoice.creditor, invoice.account, invoice.number)
    for line in lines:
        new = _charged(new, line)
        writes += _booked(new, line, f"{notice}#{invoice.number}#{line.kind}", day, now, ids)
        kept = _kept(kept, line, day)
    new = replace(new, updated_at=now, version=invoice.version + 1)
    writes.append(Put(new, expect=invoice.version))
    writes.append(Put(replace(kept, version=kept.version + 1), expect=kept.version))
    return new, writes


def _charged(invoice: Invoice, line: ChargeLine) -> Invoice:
    parts, minor = invoice.parts, line.amount_minor
    more = (
        replace(parts, interest=parts.interest + minor)
        if line.kind == "interest"
        else replace(parts, costs=parts.costs + minor)
    )
    return replace(invoice.with_parts(more), charged_minor=invoice.charged_minor + minor)


def _booked(
    invoice: Invoice, line: ChargeLine, id_: str, day: date, now: datetime, ids: Ids
) -> list[Write]:
    is_interest = line.kind == "interest"
    cause: CauseKind = "interest" if is_interest else "fee"
    # The journal knows a fee for collecting by its own, older name.
    fee = {"collection-costs": "collection-cost"}.get(line.kind, line.kind)
    entry = JournalEntry(
        invoice.creditor,
        invoice.account,
        cause,
        id_,
        day,
        invoice.currency,
        charge_lines(invoice.number, "interest" if is_interest else "costs", line.amount_minor),
        now,
        BY,
        _reckoned(line) if is_interest else f"{fee}: {line.ground}",
    )
    told = event(
        ids.ulid(now),
        now,
        "invoice.charged",
        invoice.creditor,
        invoice.account,
        fact=id_,
        kind=cause,
        invoice=invoice.number,
        currency=invoice.currency,
        amount=format_amount(line.amount_minor, invoice.currency),
        open=format_amount(invoice.open_minor, invoice.currency),
        reason=line.ground,
        by=BY,
        **({} if is_interest else {"fee": fee}),
    )
    taken = NumberTaken(invoice.creditor, cause, id_, invoice.account)
    return [Put(entry), Put(taken), Put(told)]


def _reckoned(line: ChargeLine) -> str:
    """Say which days interest is for, at what rate and by which law, as pages read it back."""
    days = f"{line.first}/{line.last}" if line.first and line.last else ""
    told = ", ".join(part for part in (days, f"{line.percent} %" if line.percent else "") if part)
    return f"{told}: {line.ground}" if told else line.ground


def _kept(made: ChargesMade, line: ChargeLine, day: date) -> ChargesMade:
    if line.kind != "interest":
        return replace(made, fees=(*made.fees, line.kind))
    return replace(
        made,
        interest_minor=made.interest_minor + line.amount_minor,
        interest_from=made.interest_from or line.first,
        interest_until=day,
    )
