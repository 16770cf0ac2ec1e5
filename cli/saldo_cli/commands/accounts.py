"""`saldo account`."""

from __future__ import annotations

from argparse import Namespace

from rich.markup import escape

from saldo.accounts.model import Account
from saldo.accounts.service import account_in
from saldo.edge.v1 import steering
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.statements import statement_answer
from saldo.money import Money
from saldo.reports.account_papers import statement_paper
from saldo.reports.statement import Statement
from saldo.reports.statement_csv import csv_of
from saldo.wiring import Services
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def statement(options: Namespace, out: Output) -> int:
    """Tell every booking of an account, and what is open; or write it into a file."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    account = account_in(services.store, creditor.id, options.number)
    made = services.statements.of(account, options.first, options.last)
    if options.out is not None:
        content = _file(options, services, account, made)
        options.out.write_bytes(content)
        said = f"{escape(str(options.out))}: {made.facts} bookings, {len(content)} bytes."
        out.result({"file": str(options.out), "bytes": len(content)}, said)
        return OK
    out.result(statement_answer(made), *_lines(made))
    return OK


def steer(options: Namespace, out: Output) -> int:
    """Say how an account is collected."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    body = {
        "account": options.number,
        "policy": options.policy,
        "follow_up": options.follow_up,
        "reason": options.reason,
    }
    made = steering.steer(Ordered(services, creditor, who(options), by_person=True), body)
    said = f"Account {escape(options.number)} is collected so from the next plan on."
    out.result(made, said)
    return OK


def _file(options: Namespace, services: Services, account: Account, made: Statement) -> bytes:
    """Return the statement in the format that the file's name asks for."""
    creditor = creditor_of(options, services)
    ending = options.out.suffix.lower()
    if ending == ".csv":
        return csv_of(made)
    if ending == ".xlsx":
        from saldo.adapters.sheets.statement import workbook

        return workbook(made, account.language)
    if ending == ".pdf":
        return services.papers.pdf(statement_paper(creditor, account, account.language, made))
    raise UsageProblem("Name a .pdf, .xlsx or .csv file.")


def _lines(made: Statement) -> list[str]:
    said = [f"{escape(made.account)}, {made.first} to {made.last}"]
    for part in made.parts:

        def money(minor: int, currency: str = part.currency) -> str:
            return str(Money(minor, currency))

        opening = f"{'brought forward':<46} {'':>14} {money(part.opening_minor):>14}"
        said.append(f"  {made.first}  {opening}")
        for line in part.lines:
            what = escape(f"{line.kind} {line.document}")
            amounts = f"{money(line.amount_minor):>14} {money(line.balance_minor):>14}"
            said.append(f"  {line.on}  {what:<46} {amounts}")
        said.append(
            f"  {made.last}  owed {money(part.closing_minor)}: open "
            f"{money(part.open_minor)} on {len(part.open_)} invoices, credit "
            f"{money(part.credit_minor)}"
        )
    return said if made.parts else [*said, "  Nothing was booked."]
