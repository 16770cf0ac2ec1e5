"""`saldo replay`: a receivables ledger, lived through day by day and compared with itself."""

from __future__ import annotations

import json
import secrets
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.markup import escape

from saldo.accounts.model import Creditor
from saldo.clock import FixedClock
from saldo.money import Money
from saldo.reminders.policy import Policy, policy_named
from saldo_cli.commands._common import cloud_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, CommandProblem, UsageProblem
from saldo_cli.replay.days import TIME_ZONE, Day, days_of, live_through
from saldo_cli.replay.driver import Driver
from saldo_cli.replay.ledger import REQUIRED, read_ledger
from saldo_cli.replay.report import FIGURES, Report, differences, expected, measured


def replay(options: Namespace, out: Output) -> int:
    """Replay a ledger; 1 when what happened differs from what the ledger says."""
    supplied = policy_named(options.policy)
    bundling = options.bundling or supplied.bundling
    own = bundling != supplied.bundling
    policy = (
        replace(supplied, id=f"{supplied.id}-{bundling}"[:40], bundling=bundling)
        if own
        else supplied
    )
    columns = columns_of(options.map)
    ledger = read_ledger(options.file, columns, options.date_format, options.currency)
    if options.report:
        _try_to_write(options.report)
    driver = _driver(options)
    creditor = _creditor(policy)
    days = days_of(ledger, policy)
    out.say(
        f"Replaying [bold]{escape(options.file.name)}[/] as creditor {creditor.id}, {driver.name}: "
        f"{len(ledger)} invoices, {days[0].day} to {days[-1].day}"
    )
    started = time.monotonic()
    with closing(driver):
        driver.begin(creditor, policy if own else None)
        runs = _live(days, driver, out)
        facts = driver.facts(sorted({line.account for line in ledger}))
    wanted, found = expected(ledger, policy), measured(facts, policy)
    told = [*facts.problems, *differences(wanted, found)]
    document = {
        **found.as_json(),
        "policy": policy.id,
        "creditor": creditor.id,
        "driver": driver.name,
        "days": len(days),
        "runs": runs,
        "bundling": policy.bundling,
        "mails": len(facts.mails),
        "reminder_mails": facts.reminders,
        "seconds": round(time.monotonic() - started, 1),
        "differences": told,
    }
    if options.report:
        options.report.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    _tell(document, wanted, found, policy, out)
    return REFUSED if told else OK


def columns_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return which column of the file is which, by `--map`; raises UsageProblem."""
    columns = {name: name for name in REQUIRED}
    for name, column in pairs:
        if name not in columns:
            raise UsageProblem(
                f"--map {name}=… names nothing of a ledger.", f"Known: {', '.join(REQUIRED)}."
            )
        columns[name] = column
    return columns


def _try_to_write(report: Path) -> None:
    """Find out before a long replay, not after it."""
    try:
        with report.open("a", encoding="utf-8"):
            return
    except OSError as error:
        raise CommandProblem(f"{report} cannot be written: {error.strerror}.") from error


def _driver(options: Namespace) -> Driver:
    if options.in_process:
        from saldo_cli.in_process import World
        from saldo_cli.replay.in_process import InProcess

        return InProcess(World(FixedClock(datetime(2000, 1, 1, tzinfo=UTC))))
    from saldo_cli.replay.deployed import Deployed

    return Deployed(cloud_of(options), options.payers)


def _creditor(policy: Policy) -> Creditor:
    """Return a creditor of this replay alone: what is there of others stays as it is."""
    return Creditor(
        f"replay-{secrets.token_hex(3)}",
        "Replay Example Ltd",
        "DE",
        "en",
        TIME_ZONE,
        policy.id,
        state="live",
        schedule="manual",
        address=("1 Example Street", "10115 Berlin"),
        imprint="Replay Example Ltd, a sample company.",
    )


def _live(days: list[Day], driver: Driver, out: Output) -> int:
    with out.progress("Living through the ledger", len(days)) as advance:
        done = 0

        def progress(day: Day) -> None:
            nonlocal done
            done += 1
            advance(done=done, what=f"Living through {day.day}")

        return live_through(days, driver, progress)


def _tell(
    document: dict[str, Any], wanted: Report, found: Report, policy: Policy, out: Output
) -> None:
    out.result(document)
    rows = [
        (label, wanted_text, found_text)
        for (label, wanted_text), (_, found_text) in zip(
            _rows(wanted, policy), _rows(found, policy), strict=True
        )
    ]
    out.table("", ("", ">the ledger says", ">what happened"), rows)
    out.say(
        f"\n{document['reminder_mails']} reminders and {document['runs']} reminder runs in "
        f"{document['days']} days, lived through in {document['seconds']} s"
    )
    for sentence in document["differences"]:
        out.say(f"[red]✗[/] {escape(sentence)}")
    if not document["differences"]:
        out.say("[green]✓ Everything happened as the ledger says, and nothing else.[/]")


_LABELS = {
    "invoices": "invoices",
    "accounts": "accounts",
    "invoiced_minor": "invoiced",
    "settled": "settled",
    "reminded": "reminded at stage",
    "reminded_after_payment": "reminded after payment",
    "duplicates": "told twice",
    "days_to_pay_mean": "days to pay, mean",
    "dso": "days sales outstanding",
    "open_minor": "open",
}
assert tuple(_LABELS) == FIGURES, "every figure is shown"


def _rows(report: Report, policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield every figure's label and value."""
    for name, label in _LABELS.items():
        value = getattr(report, name)
        if name == "reminded":
            for stage in policy.stages:
                yield f"{label} {stage.number}", str(value[str(stage.number)])
        elif name.endswith("_minor"):
            yield label, ", ".join(str(Money(minor, code)) for code, minor in value.items())
        else:
            yield label, "none" if value is None else str(value)
