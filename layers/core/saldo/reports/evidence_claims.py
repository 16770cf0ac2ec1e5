"""The index of an evidence pack: who owes whom what, and what it rests on in law. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from saldo.invoices.model import Invoice
from saldo.messages.formats import amount_field
from saldo.money import decimals_of
from saldo.reminders.model import DecisionRecord
from saldo.reports.evidence_facts import Facts
from saldo.reports.evidence_paper import Column, Row, Section, cell, lines
from saldo.reports.evidence_speech import Speech

Charge = dict[str, Any]


def parties(facts: Facts, speech: Speech) -> Section:
    """Tell who they are."""
    creditor, account = facts.creditor, facts.account
    address = account.address
    postal = (
        (*address.lines, f"{address.postal_code} {address.city}, {address.country}")
        if address
        else (account.country,)
    )
    ours = (*(creditor.address or (creditor.country,)), creditor.imprint)
    rows: list[Row] = [
        (
            cell(speech.say("party", "creditor"), "small"),
            lines((creditor.name, "strong"), *(one for one in ours if one)),
        ),
        (
            cell(speech.say("party", "debtor"), "small"),
            lines((account.name, "strong"), *postal, (speech.say("party", account.kind), "small")),
        ),
        (cell(speech.say("party", "account"), "small"), cell(account.number)),
    ]
    if account.reference:
        rows.append((cell(speech.say("party", "reference"), "small"), cell(account.reference)))
    return Section(speech.say("head", "parties"), rows=tuple(rows))


def claims(facts: Facts, speech: Speech) -> list[Section]:
    """Tell what is owed: a table per currency."""
    found: dict[str, list[Invoice]] = {}
    for invoice in facts.invoices:
        found.setdefault(invoice.currency, []).append(invoice)
    return [_claims(currency, found[currency], speech) for currency in sorted(found)]


_AMOUNTS = ("amount", "charged", "settled", "principal", "costs_open", "interest_open", "open")


def _claims(currency: str, invoices: list[Invoice], speech: Speech) -> Section:
    columns = (
        Column(speech.say("column", "invoice"), 1),
        *(Column(speech.say("column", name), right=True) for name in _AMOUNTS),
    )
    rows, sums = [], [0] * len(_AMOUNTS)
    for invoice in invoices:
        minors = _minors(invoice)
        sums = [total + minor for total, minor in zip(sums, minors, strict=True)]
        days = [
            speech.say("column", "issued", day=speech.day(invoice.issued_on)),
            speech.say("column", "due", day=speech.day(invoice.due_on)),
        ]
        if invoice.closed_on:
            days.append(speech.say("column", "closed", day=speech.day(invoice.closed_on)))
        told = lines((invoice.number, "strong"), *((day, "small") for day in days))
        *others, last = (amount_field(minor, currency, speech.language) for minor in minors)
        rows.append((told, *(cell(one) for one in others), cell(last, "strong")))
    if len(invoices) > 1:
        total = cell(speech.say("column", "total"), "strong")
        made = (amount_field(minor, currency, speech.language) for minor in sums)
        rows.append((total, *(cell(one, "strong") for one in made)))
    return Section(speech.say("head", "claims", currency=currency), "", columns, tuple(rows))


def _minors(invoice: Invoice) -> list[int]:
    parts = invoice.parts
    whole = (invoice.amount_minor, invoice.charged_minor, invoice.settled_minor)
    return [*whole, parts.principal, parts.costs, parts.interest, invoice.open_minor]


def interest(facts: Facts, speech: Speech) -> Section:
    """Tell how interest was reckoned: each invoice's last reckoning, part by part."""
    columns = (
        Column(speech.say("column", "period"), 1),
        Column(speech.say("column", "days"), right=True),
        Column(speech.say("column", "on"), right=True),
        Column(speech.say("column", "rate"), right=True),
        Column(speech.say("column", "interest"), right=True),
    )
    rows: list[Row] = []
    for decision, charge in _last_reckonings(facts):
        rows += _reckoning(decision, charge, speech)
    note = speech.say("note", "interest") if rows else ""
    return Section(speech.say("head", "interest"), note, columns, tuple(rows))


def _reckoning(decision: DecisionRecord, charge: Charge, speech: Speech) -> Iterator[Row]:
    currency = str(decision.facts.get("currency", ""))
    for at, part in enumerate(charge["segments"]):
        first, last = (_day(part[name], speech) for name in ("first", "last"))
        rate = f"{speech.percent(part['percent'])}{'' if part['confirmed'] else ' *'}"
        exact = part.get("minor_exact")
        yield (
            lines((decision.invoice if at == 0 else "", "strong"), f"{first} – {last}"),
            cell(part["days"]),
            cell(speech.money(part["principal_minor"], currency)),
            lines(
                rate, (speech.say("column", "since", day=_day(part["rate_from"], speech)), "small")
            ),
            cell(_exact(exact, currency, speech) if exact else ""),
        )
    before = charge.get("booked_before_minor", 0)
    total = charge["minor"] + before
    earlier = speech.say("column", "booked_before", amount=speech.money(before, currency))
    yield (
        lines((speech.say("column", "total"), "strong"), (earlier if before else "", "small")),
        cell(""),
        cell(""),
        cell(""),
        cell(speech.money(total, currency), "strong"),
    )


def _last_reckonings(facts: Facts) -> list[tuple[DecisionRecord, Charge]]:
    found: dict[str, tuple[DecisionRecord, Charge]] = {}
    for decision, charge in _charges(facts):
        if charge.get("segments"):
            before = found.get(decision.invoice)
            if before is None or before[0].decided_at <= decision.decided_at:
                found[decision.invoice] = (decision, charge)
    return [found[number] for number in sorted(found)]


def rates(facts: Facts, speech: Speech) -> Section | None:
    """Tell where the rates are from; None where no interest was reckoned."""
    seen = {
        (part["rate_from"], part["rate_source"], part["confirmed"], part["percent"])
        for _, charge in _last_reckonings(facts)
        for part in charge["segments"]
    }
    if not seen:
        return None
    columns = (
        Column(speech.say("column", "rate"), right=True),
        Column(speech.say("column", "source"), 1),
    )
    rows = tuple(
        (
            lines(
                f"{speech.percent(percent)}{'' if confirmed else ' *'}",
                (speech.say("column", "since", day=_day(since, speech)), "small"),
            ),
            lines(
                source,
                ("" if confirmed else f"* {speech.say('column', 'unconfirmed')}", "small"),
            ),
        )
        for since, source, confirmed, percent in sorted(seen)
    )
    return Section(speech.say("head", "rates"), "", columns, rows)


def charged(facts: Facts, speech: Speech) -> Section:
    """Tell what was charged and by which article."""
    columns = (
        Column(speech.say("column", "day")),
        Column(speech.say("column", "invoice"), 2),
        Column(speech.say("column", "kind"), 2),
        Column(speech.say("column", "law"), 3),
        Column(speech.say("column", "amount"), right=True),
    )
    numbers = facts.message_numbers
    rows: list[Row] = []
    for decision, charge in _charges(facts):
        with_ = speech.say("column", "with", number=numbers.get(decision.notice or "", "–"))
        rows.append(
            (
                cell(speech.day(decision.day)),
                cell(decision.invoice),
                lines(speech.say("charge", str(charge["kind"])), (with_, "small")),
                lines(speech.law(str(charge["law"])), (_default(decision, speech), "small")),
                cell(speech.money(charge["minor"], str(decision.facts.get("currency", "")))),
            )
        )
    note = speech.say("note", "costs") if rows else ""
    return Section(speech.say("head", "costs"), note, columns, tuple(rows))


def _default(decision: DecisionRecord, speech: Speech) -> str:
    told = decision.facts.get("default")
    if not isinstance(told, dict) or not told.get("on"):
        return ""
    day, law = _day(str(told["on"]), speech), speech.law(str(told.get("law", "")))
    return speech.say("column", "default", day=day, law=law)


def _charges(facts: Facts) -> Iterator[tuple[DecisionRecord, Charge]]:
    for decision in sorted(facts.decisions, key=lambda d: (d.day, d.invoice, d.step)):
        for charge in decision.facts.get("charges", ()) if decision.notice else ():
            yield decision, charge


def _day(iso: str, speech: Speech) -> str:
    return speech.day(date.fromisoformat(iso))


def _exact(minor: str, currency: str, speech: Speech) -> str:
    """Write exact minor units with two decimals more than the currency has."""
    hundredths = int((Decimal(minor) * 100).to_integral_value(ROUND_HALF_UP))
    decimals = decimals_of(currency)
    return speech.decimal(Decimal(hundredths).scaleb(-decimals - 2), decimals + 2)
