"""`saldo simulate reminders`: the coming days under one or more policies, as table and chart."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from saldo.accounts.model import Creditor
from saldo.reminders.foresee_model import Terms, Tried
from saldo.reminders.policy import policy_from
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.prices import assumed_prices, prices_from, prices_of
from saldo.wiring import Services
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, CommandProblem, UsageProblem
from saldo_cli.simulation.reminders_chart import chart
from saldo_cli.simulation.reminders_table import document_of, tell

_AS_IS = "as-is"


def reminders(options: Namespace, out: Output) -> int:
    """Show what the coming days bring under each policy."""
    if options.chart is not None and options.chart.suffix.lower() != ".svg":
        raise UsageProblem("A chart is drawn as SVG.", "Name it FILE.svg.")
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    names = list(dict.fromkeys(options.policies or [_AS_IS]))
    tried = [_tried(services, creditor, name) for name in names]
    own = prices_from(_read(options.prices)) if options.prices else prices_of(creditor)
    prices = own or assumed_prices()
    terms = Terms(
        prices,
        options.days,
        options.draws,
        options.seed,
        options.reminder_effect,
        options.nobody_pays,
    )
    with out.progress("Living ahead"):
        foreseen = services.foresight.over(creditor, tried, terms)
    if options.chart is not None:
        _write(options.chart, chart(foreseen))
    out.result(document_of(foreseen))
    tell(foreseen, out)
    if options.chart is not None:
        out.say(f"\nDrawn into {options.chart}")
    return OK


def _tried(services: Services, creditor: Creditor, name: str) -> Tried:
    if name == _AS_IS:
        return Tried(name, None)
    file = Path(name)
    if file.suffix == ".json" or file.is_file():
        return Tried(file.stem, policy_from(_read(file)))
    book = PolicyBook(services.store, services.clock)
    return Tried(name, book.named(creditor.id, name, services.foresight.today(creditor)))


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise CommandProblem(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandProblem(f"{file} is no JSON: {error}.") from error


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise CommandProblem(f"{file} cannot be written: {error.strerror}.") from error
