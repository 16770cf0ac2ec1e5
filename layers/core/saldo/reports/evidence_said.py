"""The index of an evidence pack: what the debtor promised, disputed and paid. Pure."""

from __future__ import annotations

from saldo.collection.facts import Case, Dispute, Promise
from saldo.collection.model import Plan
from saldo.payments.model import Payment
from saldo.reports.evidence_facts import Facts
from saldo.reports.evidence_paper import Cell, Column, Row, Section, cell, lines
from saldo.reports.evidence_speech import Speech, listed


def _section(head: str, names: dict[str, int], rows: list[Row], speech: Speech) -> Section | None:
    """Return a table; None without rows. A share below zero is a column at the right."""
    if not rows:
        return None
    columns = tuple(
        Column(speech.say("column", name), max(0, share), right=share < 0)
        for name, share in names.items()
    )
    return Section(speech.say("head", head), "", columns, tuple(rows))


def payments(facts: Facts, speech: Speech) -> Section | None:
    """Tell what was paid, and what was only begun."""
    rows = [_payment(one, speech) for one in facts.payments]
    names = {"day": 0, "what": 3, "state": 2, "amount": -1}
    return _section("payments", names, rows, speech)


def _payment(one: Payment, speech: Speech) -> Row:
    state = speech.say("payment_state", one.state)
    state = state if state != one.state else speech.say("state", one.state)
    ids = [part for part in (one.id, one.provider_id) if part]
    by = " · ".join(part for part in (one.provider, one.method) if part)
    day = one.received_on or one.created_at.date()
    returned = one.returned.reason if one.is_returned and one.returned else ""
    return (
        cell(speech.day(day)),
        lines(listed(one.invoices, speech), (by, "small"), *((one, "code") for one in ids)),
        lines(state, (one.failure or returned, "small")),
        cell(speech.money(one.amount_minor, one.currency)),
    )


def credits_(facts: Facts, speech: Speech) -> Section | None:
    """Tell what was credited."""
    rows: list[Row] = [
        (
            cell(speech.day(one.issued_on)),
            cell(one.number),
            cell(one.invoice or "–"),
            cell(speech.money(one.amount_minor, one.currency)),
        )
        for one in facts.credit_notes
    ]
    names = {"day": 0, "text": 1, "invoice": 1, "amount": -1}
    return _section("credits", names, rows, speech)


def promises(facts: Facts, speech: Speech) -> Section | None:
    """Tell what was promised and how it went."""
    rows = [_promise(one, speech) for one in sorted(facts.promises, key=lambda p: p.given_at)]
    names = {"when": 0, "text": 3, "until": 0, "state": 2, "amount": -1}
    return _section("promises", names, rows, speech)


def _promise(one: Promise, speech: Speech) -> Row:
    paid = speech.money(one.paid_minor, one.currency) if one.paid_minor else ""
    told = f"{speech.say('column', 'paid')}: {paid}" if paid else ""
    return (
        cell(speech.at(one.given_at)),
        lines(listed(one.invoices, speech), (one.by, "small"), (one.note, "small")),
        cell(speech.day(one.on)),
        lines(speech.say("state", one.state), (told, "small")),
        cell(speech.money(one.amount_minor, one.currency)),
    )


def disputes(facts: Facts, speech: Speech) -> Section | None:
    """Tell what was disputed and what came of it."""
    rows = [_dispute(one, speech) for one in sorted(facts.disputes, key=lambda d: d.opened_at)]
    names = {"when": 0, "invoice": 2, "text": 4, "state": 2, "amount": -1}
    return _section("disputes", names, rows, speech)


def _dispute(one: Dispute, speech: Speech) -> Row:
    agreed = speech.say("label", "agreed", amount=speech.money(one.agreed_minor, one.currency))
    return (
        cell(speech.at(one.opened_at)),
        cell(one.invoice),
        lines((speech.say("reason", one.reason), "strong"), one.text, (one.outcome, "small")),
        lines(speech.say("state", one.state), (agreed if one.agreed_minor else "", "small")),
        cell(speech.money(one.amount_minor, one.currency)),
    )


def plans(facts: Facts, speech: Speech) -> Section | None:
    """Tell what instalments were agreed."""
    rows = [_plan(one, speech) for one in sorted(facts.plans, key=lambda p: p.created_at)]
    names = {"when": 0, "text": 3, "state": 2, "amount": -1}
    return _section("plans", names, rows, speech)


def _plan(one: Plan, speech: Speech) -> Row:
    parts = [
        speech.say(
            "label",
            "instalment",
            amount=speech.money(part.amount_minor, one.currency),
            day=speech.day(part.due_on),
        )
        for part in one.instalments
    ]
    return (
        cell(speech.at(one.created_at)),
        lines(listed(one.invoices, speech), *((part, "small") for part in parts)),
        lines(speech.say("state", one.state), (one.ended_reason or "", "small")),
        cell(speech.money(one.total_minor, one.currency)),
    )


def cases(facts: Facts, speech: Speech) -> Section | None:
    """Tell what was handed over, and what was heard of it."""
    rows = [_case(one, speech) for one in sorted(facts.cases, key=lambda c: c.opened_at)]
    names = {"when": 0, "text": 4, "state": 2, "amount": -1}
    return _section("cases", names, rows, speech)


def _case(one: Case, speech: Speech) -> Row:
    reference = speech.say("label", "reference", reference=one.reference) if one.reference else ""
    kind = f"{one.handed_to} ({speech.say('case', one.kind)})"
    reports: Cell = lines(
        *(
            (
                speech.say(
                    "label",
                    "told",
                    day=speech.day(report.on),
                    state=speech.say("state", report.state),
                    amount=speech.money(report.paid_minor, one.currency),
                ),
                "small",
            )
            for report in one.reports
        )
    )
    what = lines((kind, "strong"), listed(one.invoices, speech), (reference, "small"))
    return (
        cell(speech.at(one.opened_at)),
        what + reports,
        cell(speech.say("state", one.state)),
        cell(speech.money(one.amount_minor, one.currency)),
    )
