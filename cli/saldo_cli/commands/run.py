"""`saldo run reminders`."""

from __future__ import annotations

from argparse import Namespace

from saldo.accounts.model import Creditor
from saldo.clock import iso_instant
from saldo_cli.cloud import Cloud
from saldo_cli.commands._common import cloud_of
from saldo_cli.output import Output
from saldo_cli.problems import OK
from saldo_cli.runs import RunReport, noon_of, reminders_event, run_reminders

HELD = {
    "pause": "paused",
    "payment-on-its-way": "a payment is on its way",
    "restricted": "their erasure was ordered",
    "money-unmatched": "money on the bank account could be for it",
    "statement-missing": "bank statements are missing",
    "customer-credit": "credit on the account could cover it",
    "address-bounced": "mail to the address bounced",
    "address-complained": "the recipient complained",
    "no-address": "no e-mail address",
    "shadow": "the creditor is in shadow",
    "first-run": "the first run waits: saldo run release",
    "sending-off": "sending is off for the creditor",
    "sending-off-everywhere": "sending is off for the installation",
    "daily-cap": "the cap of notices a day was reached",
}


def reminders(options: Namespace, out: Output) -> int:
    """Run reminders now, wait until all is sent, and say what happened."""
    cloud = cloud_of(options)
    chosen = _chosen(cloud, options.creditor)
    if not chosen:
        out.result([], "No creditor runs by schedule; name one with --creditor.")
        return OK
    at = noon_of(options.as_of, chosen) if options.as_of else cloud.services.clock.now()
    event = reminders_event(at, options.creditor)
    with out.progress("Running reminders") as advance:
        first: list[int] = []

        def progress(left: int) -> None:
            first.append(left)
            advance(done=max(first) - left, what=f"Running reminders, {left} left")

        reports = run_reminders(cloud, chosen, at, event, progress)
    out.result(
        {
            "at": iso_instant(at),
            "creditors": [report.as_json() for report in reports],
        }
    )
    for report in reports:
        _tell(report, out)
    return OK


def _chosen(cloud: Cloud, creditor: str | None) -> list[Creditor]:
    accounts = cloud.services.accounts
    if creditor:
        return [accounts.creditor(creditor)]
    return [c for c in accounts.creditors() if c.schedule == "automatic"]


def _tell(report: RunReport, out: Output) -> None:
    accounts = _count(report.accounts, "account")
    out.say(f"[bold]{report.creditor}[/], {report.day}: {accounts} looked at")
    if not report.claimed and not report.held:
        out.say("  Nothing was due.")
    for step, count in sorted(report.claimed.items(), key=lambda pair: pair[0].zfill(8)):
        name = "invoice mail" if step == "invoice" else f"stage {step} reminder"
        out.say(f"  [green]{_count(count, name)}[/]")
    if report.mails:
        out.say("  " + ", ".join(f"{n} now {state}" for state, n in sorted(report.mails.items())))
    for reason, count in sorted(report.held.items()):
        out.say(f"  [yellow]{_count(count, 'item')} held back[/]: {HELD.get(reason, reason)}")


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
