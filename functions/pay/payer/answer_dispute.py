"""The payer says that something is wrong: the contested part is not asked for until it is clear."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final, get_args

from saldo.collection.dispute_orders import LINES_MAX, DisputeOrder
from saldo.collection.facts import DisputedLine, DisputeReason
from saldo.edge.forms import Fields
from saldo.errors import Invalid, Refusal
from saldo.files.model import FILES_MAX
from saldo.invoices.lines import InvoiceLine
from saldo.messages.formats import read_amount
from saldo.payments.designation import Payable

from . import pages
from .answers import Ask, order_id
from .shown_aside import GivenAnswer
from .shown_disputes import DisputePage, InvoiceToContest, LineRow
from .uploads import MEGABYTES, kept

NAME: Final = "dispute"
ICON: Final = "flag"
REASONS: Final[tuple[DisputeReason, ...]] = get_args(DisputeReason)
TEXT_MAX: Final = 2000
INVOICES_WITH_LINES: Final = 12
"""The lines of so many invoices are shown; with more, only the whole or an amount is chosen."""

SHOWN_DAYS: Final = 60
"""So long the outcome stands on the page."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class ReasonNotChosen(Invalid):
    """Nothing says what is wrong."""

    code = "reason-not-chosen"


class TextMissing(Invalid):
    """Another reason was chosen, and not told in words."""

    code = "text-missing"


class LinesNotChosen(Invalid):
    """Single lines are contested, and none is ticked."""

    code = "lines-not-chosen"


class ContestedAmountNotValid(Invalid):
    """The amount that is contested is not above zero."""

    code = "contested-amount-not-valid"


def offered(ask: Ask) -> bool:
    """Tell whether something stands open that nothing else was said about."""
    return bool(ask.free())


def page(ask: Ask, fields: Fields | None, refusal: Refusal | None) -> str:
    """Return the form, empty, or as it was sent with what is wrong about it."""
    sent = fields or Fields()
    shown = DisputePage(
        ask.frame,
        sent.one("id") if fields else ask.new_id(),
        _invoices(ask, fields),
        REASONS,
        sent.one("part") or "whole",
        sent.one("amount", 40),
        sent.one("reason", 40),
        sent.one("text", TEXT_MAX),
        refusal.code if refusal else "",
        FILES_MAX,
        MEGABYTES,
    )
    return pages.answer_page("answers/dispute.html", shown)


def take(ask: Ask, fields: Fields) -> str:
    """Open the dispute; raise what is wrong with the form or its files, or what `Disputes.open` and
    `kept` raise.
    """
    (number, *_) = ask.chosen(fields, ask.free())
    invoice = next(one for one in ask.free() if one.number == number)
    reason, text = _why(fields)
    amount_minor, lines = _part(ask, fields, invoice)
    order = DisputeOrder(
        order_id(fields),
        number,
        reason,
        text or reason,
        ask.by,
        ask.opened.creditor.name,
        amount_minor,
        lines,
    )
    with kept(ask, fields.files("files"), "dispute", order.id, number) as files:
        with_files = replace(order, files=tuple(one.id for one in files))
        ask.services.disputes.open(ask.opened.creditor, with_files)
    return NAME


def given(ask: Ask) -> Iterable[GivenAnswer]:
    """Return the disputes about what the link shows: the open ones, and how others ended lately."""
    shown = {one.number for one in ask.standing.open_} | {ask.opened.link.invoice}
    link, now = ask.opened.link, ask.services.clock.now()
    for one in ask.services.disputes.of(link.creditor, link.account):
        is_over = one.ended_at is not None and now - one.ended_at > timedelta(days=SHOWN_DAYS)
        if one.invoice not in shown or one.state == "withdrawn" or is_over:
            continue
        yield GivenAnswer(
            NAME,
            one.id,
            (one.invoice,),
            amount_minor=one.amount_minor,
            currency=one.currency,
            state="open" if one.state == "open" else f"dispute-{one.state}",
            can_be_taken_back=one.state == "open" and one.by == ask.by,
        )


def take_back(ask: Ask, given_id: str) -> str:
    """Withdraw a dispute: reminders resume."""
    link = ask.opened.link
    ask.services.disputes.withdraw(link.creditor, link.account, given_id, ask.by)
    return "dispute-withdrawn"


def _why(fields: Fields) -> tuple[DisputeReason, str]:
    """Return the reason and the words for it; raise ReasonNotChosen or TextMissing."""
    text = " ".join(_CONTROL.sub(" ", fields.one("text", TEXT_MAX)).split())
    reason = next((one for one in REASONS if one == fields.one("reason", 40)), None)
    if reason is None:
        raise ReasonNotChosen("Choose what is wrong.").at("/reason")
    if reason == "other" and not text:
        raise TextMissing("Tell us in a few words what is wrong.").at("/text")
    return reason, text


def _part(
    ask: Ask, fields: Fields, invoice: Payable
) -> tuple[int | None, tuple[DisputedLine, ...]]:
    """Return the amount that is contested (None: all that stands open), or the lines.

    Raises LinesNotChosen, ContestedAmountNotValid, or what is wrong with the amount.
    """
    part = fields.one("part")
    if part == "amount":
        minor = read_amount(fields.one("amount", 40), invoice.currency, ask.frame.language)
        if minor <= 0:
            raise ContestedAmountNotValid("Name an amount above zero.").at("/amount")
        return minor, ()
    if part != "lines":
        return None, ()
    link, sent = ask.opened.link, fields.many("line")
    known = ask.services.invoice_lines.of(link.creditor, link.account, invoice.number)
    ticked = [one for one in known if _value(invoice.number, one) in sent]
    lines, left = [], invoice.open_minor
    for line in ticked[:LINES_MAX]:
        # Of an invoice that was paid in part no more is contested than stands open.
        minor = min(line.gross_minor, left)
        if minor > 0:
            lines.append(DisputedLine(line.ref, minor))
            left -= minor
    if not lines:
        raise LinesNotChosen("Tick the lines that are wrong.").at("/line")
    return None, tuple(lines)


def _invoices(ask: Ask, fields: Fields | None) -> tuple[InvoiceToContest, ...]:
    free = ask.free()
    link = ask.opened.link
    wanted = [one.number for one in free] if len(free) <= INVOICES_WITH_LINES else []
    lines = ask.services.invoice_lines.of_many(link.creditor, link.account, wanted)
    sent = fields.many("line") if fields else ()
    front = fields.one("invoice") if fields else link.invoice
    numbers = [one.number for one in free]
    front = front if front in numbers else (numbers[0] if numbers else "")
    return tuple(
        InvoiceToContest(
            replace(row, is_chosen=row.number == front),
            tuple(
                LineRow(
                    _value(row.number, one),
                    one.text,
                    one.quantity,
                    one.unit,
                    one.gross_minor,
                    _value(row.number, one) in sent,
                )
                for one in lines.get(row.number, ())
                if one.gross_minor > 0
            ),
        )
        for row in ask.rows(fields, free)
    )


def _value(number: str, line: InvoiceLine) -> str:
    """Return what the form sends for a line: the same reference may stand on several invoices."""
    return f"{len(number)}.{number}.{line.ref}"
