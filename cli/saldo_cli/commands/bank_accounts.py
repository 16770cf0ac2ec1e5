"""`saldo bank accounts`: which statements are taken, and by which rules."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from rich.markup import escape

from saldo.bank_entries.model import BankAccount
from saldo.bank_entries.return_charge import RETURN_CHARGE_KINDS, ReturnCharge
from saldo.edge.v1 import bank_answers as shown
from saldo.money import parse_amount
from saldo.statements.csv_map import csv_map
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem

_NONE = "none"


def accounts(options: Namespace, out: Output) -> int:
    """List the bank accounts, or set one up."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    book = services.bank_entries.accounts
    if options.set is not None:
        known = next((one for one in book.of(creditor) if one.id == options.set), None)
        book.change(creditor, options.set, by=who(options), **_changes(options, known, creditor))
    found = book.of(creditor)
    out.result([shown.render_account(one) for one in found])
    if not found:
        out.say("No bank account is set up: saldo bank accounts --set IBAN")
        return OK
    out.table(
        "",
        ("account", "currency", "posts", "late after", "covered until", "CSV", "books by itself"),
        [
            (
                escape(one.id),
                one.currency,
                one.posts,
                "never" if one.late_after_days is None else f"{one.late_after_days} days",
                str(one.covered_until or "nothing yet"),
                "yes" if one.csv else "no",
                one.rules.threshold,
            )
            for one in found
        ],
    )
    return OK


def _changes(options: Namespace, known: BankAccount | None, creditor: str) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if options.currency:
        changes["currency"] = options.currency.upper()
    if options.posts:
        changes["posts"] = options.posts
    if options.late_after is not None:
        late = options.late_after
        if late != _NONE and not late.isdecimal():
            raise UsageProblem("--late-after is a number of business days, or 'none'.")
        changes["late_after_days"] = None if late == _NONE else int(late)
    if options.mapping:
        try:
            data = json.loads(Path(options.mapping).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UsageProblem(f"{options.mapping} is no JSON file: {error}.") from None
        csv_map({"account": "x", "currency": "EUR", **data})
        changes["csv"] = data
    base = known or BankAccount(creditor, options.set, "EUR")
    currency = changes.get("currency", base.currency)
    limits = {
        "bank_charges_minor_max": options.bank_charges,
        "write_off_minor_max": options.write_off,
        "rounding_minor": options.rounding,
    }
    rules: dict[str, Any] = {
        name: parse_amount(text, currency) for name, text in limits.items() if text is not None
    }
    wanted = replace(base.rules, **rules)
    if options.books_by_itself is not None:
        wanted = replace(wanted, threshold=options.books_by_itself)
    if options.late_discount is not None:
        wanted = replace(wanted, chases_late_discount=options.late_discount == "chase")
    if options.refund_from is not None:
        least = options.refund_from
        changes["proposes_refund_from_minor"] = (
            None if least == _NONE else parse_amount(least, currency)
        )
    charge = _return_charge(options, base.return_charge, currency)
    return {**changes, "rules": wanted, "return_charge": charge}


def _return_charge(options: Namespace, base: ReturnCharge, currency: str) -> ReturnCharge:
    """Read off, bank:AMOUNT or fixed:AMOUNT, and the clause beside it; raise UsageProblem."""
    wanted = base
    if options.return_charge is not None:
        kind, _, amount = options.return_charge.partition(":")
        if kind not in RETURN_CHARGE_KINDS or bool(amount) == (kind == "off"):
            raise UsageProblem("--return-charge is off, bank:AT-MOST or fixed:AMOUNT.")
        minor = parse_amount(amount, currency) if amount else 0
        wanted = replace(wanted, kind=kind, amount_minor=minor)
    if options.return_clause is not None:
        wanted = replace(wanted, clause=options.return_clause)
    if options.return_clause_since is not None:
        try:
            since = date.fromisoformat(options.return_clause_since)
        except ValueError:
            raise UsageProblem("--return-clause-since is a day such as 2025-01-01.") from None
        wanted = replace(wanted, clause_since=since)
    return wanted
