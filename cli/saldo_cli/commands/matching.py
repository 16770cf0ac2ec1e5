"""`saldo match`: proposals for bank entries, without a stack."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from saldo.adapters.bank.read import read
from saldo.errors import Refusal
from saldo.matching.match import match
from saldo.matching.model import Advice, Difference, Fact, Proposal, Rules
from saldo.money import format_amount
from saldo.statements.model import Entry, Statement, collect
from saldo_cli.matching_input import MatchInput, read_input
from saldo_cli.output import Output
from saldo_cli.problems import OK, CommandProblem


def match_files(options: Namespace, _: Output) -> int:
    """Print a proposal for every booked entry, one JSON object a line."""
    given = read_input(options.open_items)
    entries = [entry for file in options.statement for entry in _entries(file)]
    rules = given.rules
    if options.threshold:
        rules = replace(rules, threshold=options.threshold)
    today = options.today or datetime.now(UTC).date()
    advices = [advice_of(file, today) for file in options.advice]
    for line in proposals(given, rules, _renamed(entries), today, advices):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    return OK


def proposals(
    given: MatchInput,
    rules: Rules,
    entries: list[Entry],
    today: date,
    advices: Iterable[Advice] = (),
) -> Iterable[dict[str, Any]]:
    """Yield the proposals as they are printed."""
    known = {each.id: each for each in entries}
    numbers = {each.id: each.number for each in given.items}
    found = match(
        entries,
        given.items,
        given.accounts,
        given.learnt,
        rules,
        today=today,
        advices=advices,
    )
    for proposal in found:
        yield _shown(proposal, [known[each] for each in proposal.entries], numbers)


def advice_of(file: str, today: date) -> Advice:
    """Return what a file says that a payment covers; its day is today's unless it writes one."""
    from saldo.adapters.remittance.pdf import pdf_lines
    from saldo.adapters.sheets.workbooks import OpenpyxlWorkbooks
    from saldo.remittance.reading import day_of, read_advice
    from saldo.tables.read import Tables

    path = Path(file)
    if not path.is_file():
        raise CommandProblem(f"There is no file {file!r}.")
    try:
        told = read_advice(path.read_bytes(), path.name, Tables(OpenpyxlWorkbooks()), pdf_lines)
    except Refusal as refused:
        raise CommandProblem(f"{file} is not read: {refused.detail}") from None
    return Advice(file, path.name, day_of(told.days, today), told.total_minor, told.kept)


def _entries(file: str) -> list[tuple[str, Entry]]:
    """Return the entries of a file's statements with a name for their statement."""
    path = Path(file)
    if not path.is_file():
        raise CommandProblem(f"There is no file {file!r}.")
    with path.open("rb") as source:
        statements = list(collect(read(source)))
    refused = [finding for each in statements if not each.is_ok for finding in _refused(each)]
    if refused:
        raise CommandProblem(
            f"{file} cannot be matched: {refused[0]}",
            f"See all that is wrong with it: saldo statement read {file}",
        )
    return [
        (f"{file}#{at}", entry) for at, each in enumerate(statements, 1) for entry in each.entries
    ]


def _refused(statement: Statement) -> list[str]:
    return [
        f"{each.message} ({each.place})" if each.place else each.message
        for each in statement.findings
        if each.severity == "refused"
    ]


def _renamed(entries: list[tuple[str, Entry]]) -> list[Entry]:
    """Return the entries; where there are several statements, with ids that name theirs."""
    places = {each: at for at, each in enumerate(dict.fromkeys(name for name, _ in entries), 1)}
    if len(places) < 2:
        return [entry for _, entry in entries]
    return [replace(entry, id=f"{places[name]}/{entry.id}") for name, entry in entries]


def _shown(proposal: Proposal, entries: list[Entry], numbers: dict[str, str]) -> dict[str, Any]:
    currency = entries[0].currency

    def amount(minor: int) -> str:
        return format_amount(minor, currency)

    return {
        "entries": [_entry(each) for each in entries],
        "kind": proposal.kind,
        "confidence": proposal.confidence,
        "rule": proposal.rule,
        "account": proposal.account or None,
        "currency": currency,
        "allocations": [
            {
                "item": each.item,
                "number": numbers[each.item],
                "amount": amount(each.amount_minor),
                "reason": each.reason,
            }
            for each in proposal.allocations
        ],
        "differences": [
            _difference(each, amount(each.amount_minor)) for each in proposal.differences
        ],
        "evidence": [_fact(each, currency) for each in proposal.evidence],
        "candidates": [{"item": each.item, "reason": each.reason} for each in proposal.candidates],
        "reverses": proposal.reverses or None,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "booked_on": str(entry.booked_on) if entry.booked_on else None,
        "amount": format_amount(entry.amount_minor, entry.currency),
        "name": entry.counterparty.name or None,
        "iban": entry.counterparty.iban or None,
        "remittance": entry.remittance or None,
    }


def _difference(difference: Difference, amount: str) -> dict[str, Any]:
    return {"reason": difference.reason, "amount": amount, "item": difference.item or None}


def _fact(fact: Fact, currency: str) -> dict[str, Any]:
    value = fact.value
    if fact.field == "amount":
        value = format_amount(int(value), currency)
    shown: dict[str, Any] = {"fact": fact.name, "value": value, "field": fact.field or None}
    if fact.end:
        shown |= {"start": fact.start, "end": fact.end, "text": fact.text}
    return shown
