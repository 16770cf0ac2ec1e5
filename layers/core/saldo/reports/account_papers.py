"""Statements, receipts and payment summaries as documents: what stands where, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.messages.listing import short_list
from saldo.reports.evidence_paper import Column
from saldo.reports.paper import Paper, PaperRow, PaperTable
from saldo.reports.paper_speech import PaperSpeech
from saldo.reports.statement import CurrencyPart, OpenLine, Statement, StatementLine
from saldo.reports.statement_book import Receipt, Summary

_ABOUT_MAX: Final = 6
"""So many invoices are named beside a payment; more would fill the column."""


@dataclass(frozen=True, slots=True)
class _Body:
    """What is a document's own; `title` names a text."""

    title: str
    facts: tuple[tuple[str, str], ...]
    tables: Sequence[PaperTable]
    made_on: date
    warning: str = ""
    note: str = ""


def statement_paper(creditor: Creditor, account: Account, language: str, made: Statement) -> Paper:
    """Return a statement of account as a document."""
    say = PaperSpeech(language)
    period = say("from_to", first=say.day(made.first), last=say.day(made.last))
    facts = (
        (say("account"), account.number),
        (say("period"), period),
    )
    tables = [table for part in made.parts for table in _statement_tables(say, made, part)]
    note = say("statement_note") if made.parts else say("nothing", date=say.date(made.last))
    body = _Body("statement", facts, tables, made.last, note=note)
    return _paper(creditor, account, say, body)


def receipt_paper(creditor: Creditor, account: Account, language: str, made: Receipt) -> Paper:
    """Return the receipt of a payment as a document."""
    say, payment = PaperSpeech(language), made.payment
    money = say.money(payment.amount_minor, payment.currency)
    facts = (
        (say("account"), account.number),
        (say("receipt_number"), payment.id),
        (say("received_on"), say.day(made.received_on)),
        (say("paid_sum"), money),
    )
    rows = [
        PaperRow((one.invoice, say.day(one.on), say.money(one.amount_minor, payment.currency)))
        for one in made.applied
    ]
    if made.credit_minor:
        left = say.money(made.credit_minor, payment.currency)
        rows.append(PaperRow((say("not_used"), "", left)))
    columns = (
        Column(say("paid_for"), share=1),
        Column(say("used_on")),
        Column(say("amount"), right=True),
    )
    taken = ""
    if made.taken_minor:
        back = payment.returned
        on = say("taken_on", date=say.date(back.told_at.date())) if back else ""
        taken = say("taken", amount=say.money(made.taken_minor, payment.currency), date=on)
    tables = [PaperTable("", columns, tuple(rows))] if rows else []
    thanks = "" if taken else say("receipt_note")
    body = _Body("receipt", facts, tables, made.received_on, warning=taken, note=thanks)
    return _paper(creditor, account, say, body)


def summary_paper(creditor: Creditor, account: Account, language: str, made: Summary) -> Paper:
    """Return what happened on an invoice as a document that is no invoice and names no VAT: whoever
    states VAT owes it (§14c UStG).
    """
    say, invoice = PaperSpeech(language), made.invoice
    facts = (
        (say("number"), invoice.number),
        (say("issued"), say.day(invoice.issued_on)),
        (say("due_on"), say.day(invoice.due_on)),
        (say("account"), account.number),
        (say("as_of"), say.day(made.as_of)),
    )

    def row(on: date | None, what: str, minor: int, *, strong: bool = False) -> PaperRow:
        day = say.day(on) if on else ""
        return PaperRow((day, what, say.money(minor, invoice.currency)), strong)

    rows = [row(invoice.issued_on, say("invoice_amount"), invoice.amount_minor)]
    if invoice.charged_minor:
        rows.append(row(None, say("charged"), invoice.charged_minor))
    rows += [row(one.on, say("payment"), -one.amount_minor) for _, one in made.paid]
    for number, one in made.credited:
        rows.append(row(one.on, say("credit_note", number=number), -one.amount_minor))
    if made.other_minor:
        rows.append(row(None, say("other"), -made.other_minor))
    rows.append(row(made.as_of, say("still_open"), invoice.open_minor, strong=True))
    columns = (
        Column(say("date")),
        Column(say("what"), share=1),
        Column(say("amount"), right=True),
    )
    tables = [PaperTable(say("happened"), columns, tuple(rows))]
    warning = say("not_invoice", name=creditor.name)
    body = _Body("summary", facts, tables, made.as_of, warning=warning)
    return _paper(creditor, account, say, body)


def what_happened(say: PaperSpeech, line: StatementLine) -> str:
    """Return a fact of a statement in words, the invoices that it concerns among them."""
    key = say.known(f"kind.{line.kind}", "kind.other")
    named = say(key, document=line.document)
    if not line.about or line.kind == "credit-note":
        return named
    return named + say("about", invoices=short_list(line.about[:_ABOUT_MAX], say.language))


def _statement_tables(
    say: PaperSpeech, made: Statement, part: CurrencyPart
) -> Iterator[PaperTable]:
    def money(minor: int) -> str:
        return say.money(minor, part.currency)

    opening = money(part.opening_minor)
    rows = [
        PaperRow((say.day(made.first), say("opening"), "", "", opening), strong=True),
        *(
            PaperRow(
                (
                    say.day(line.on),
                    what_happened(say, line),
                    say.day(line.due_on) if line.due_on else "",
                    money(line.amount_minor),
                    money(line.balance_minor),
                )
            )
            for line in part.lines
        ),
        PaperRow(
            (
                say.day(made.last),
                say("closing", date=say.date(made.last)),
                "",
                "",
                money(part.closing_minor),
            ),
            strong=True,
        ),
    ]
    columns = (
        Column(say("date")),
        Column(say("fact"), share=1),
        Column(say("due")),
        Column(say("amount"), right=True),
        Column(say("balance"), right=True),
    )
    note = say("in_credit") if part.closing_minor < 0 else ""
    yield PaperTable(say("bookings", currency=part.currency), columns, tuple(rows), note)
    yield _open_table(say, part)
    yield _ages_table(say, part)


def _open_table(say: PaperSpeech, part: CurrencyPart) -> PaperTable:
    def row(one: OpenLine) -> PaperRow:
        return PaperRow(
            (
                one.number,
                say.day(one.issued_on),
                say.day(one.due_on),
                str(max(0, one.days_overdue)),
                say.money(one.open_minor, part.currency),
            )
        )

    columns = (
        Column(say("invoice"), share=1),
        Column(say("issued")),
        Column(say("due")),
        Column(say("days"), right=True),
        Column(say("open_amount"), right=True),
    )
    title = say("open", currency=part.currency)
    if not part.open_:
        return PaperTable(title, (), (), say("nothing_open"))
    rows = [row(one) for one in part.open_]
    total = say.money(part.open_minor, part.currency)
    rows.append(PaperRow((say("sum"), "", "", "", total), strong=True))
    return PaperTable(title, columns, tuple(rows))


def _ages_table(say: PaperSpeech, part: CurrencyPart) -> PaperTable:
    rows = [
        PaperRow((say(f"age.{age}"), say.money(minor, part.currency)))
        for age, minor in part.ages.items()
    ]
    if part.credit_minor:
        rows.append(PaperRow((say("credit"), say.money(-part.credit_minor, part.currency))))
    total = part.open_minor - part.credit_minor
    rows.append(PaperRow((say("sum"), say.money(total, part.currency)), strong=True))
    columns = (Column(say("age"), share=1), Column(say("open_amount"), right=True))
    return PaperTable(say("ages", currency=part.currency), columns, tuple(rows))


def _paper(
    creditor: Creditor,
    account: Account,
    say: PaperSpeech,
    body: _Body,
) -> Paper:
    address = account.address
    lines: tuple[str, ...] = (account.name,)
    if address:
        lines += (*address.lines, f"{address.postal_code} {address.city}".strip())
    return Paper(
        say.language,
        creditor.name,
        tuple(creditor.address),
        creditor.imprint,
        creditor.brand_colour,
        lines,
        say(body.title),
        body.facts,
        tuple(body.tables),
        say("page"),
        body.made_on,
        body.warning,
        body.note,
    )
