"""`saldo intake …`."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rich.markup import escape

from saldo.edge.v1 import reads
from saldo.intake.rules import IntakeRules
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem

_NONE = "none"


def show(options: Namespace, out: Output) -> int:
    """Show how a creditor's documents are taken."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    _tell(services.intake_rules.of(creditor.id), creditor.name, out)
    return OK


def change(options: Namespace, out: Output) -> int:
    """Change how documents are taken; what is not named stays."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    named = {
        "sellers": _several(options.seller),
        "buyer_by": None if options.buyer_by is None else tuple(dict.fromkeys(options.buyer_by)),
        "creates_accounts": options.create_accounts,
        "due_days": options.due_days,
        "already_sent": options.already_sent,
        "mail_domains": _several([one.lower() for one in options.mail_domain or ()] or None),
    }
    changes: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if not changes:
        raise UsageProblem("Nothing to change.", "saldo intake set --help shows what can be.")
    _tell(services.intake_rules.change(creditor.id, by=who(options), **changes), creditor.name, out)
    return OK


def address(options: Namespace, out: Output) -> int:
    """Make or close the address that documents are mailed to."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    if options.close:
        services.intake_rules.close_address(creditor.id, who(options))
        out.result({"local_part": None}, "Closed: mail to it is not taken any more.")
        return OK
    local = services.intake_rules.new_address(creditor.id, who(options))
    domains = services.intake_rules.of(creditor.id).mail_domains
    lines = [f"{local}@… with the domain that SES takes mail for; it is shown this once."]
    if not domains:
        lines.append("Nobody may mail there yet: saldo intake set --mail-domain DOMAIN")
    out.result({"local_part": local}, *lines)
    return OK


def buyer(options: Namespace, out: Output) -> int:
    """Say which account a buyer is."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    account = reads.account(services.store, creditor, options.account)
    link = services.buyers.link(creditor, options.kind, options.value, account.number, who(options))
    out.result(
        {"kind": link.kind, "value": options.value, "account": link.account, "by": link.by},
        f"Who is called so is {escape(account.name)} ({escape(account.number)}).",
    )
    return OK


def _several(given: list[str] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    return () if given == [_NONE] else tuple(dict.fromkeys(given))


def _tell(rules: IntakeRules, name: str, out: Output) -> None:
    shown = {
        "sellers": list(rules.sellers),
        "buyer_by": list(rules.buyer_by),
        "create_accounts": rules.creates_accounts,
        "due_days": rules.due_days,
        "already_sent": rules.already_sent,
        "mail_domains": list(rules.mail_domains),
        "has_address": bool(rules.mailbox),
    }
    out.result(
        shown,
        f"Documents may name you: {escape(', '.join(rules.sellers) or name)}",
        f"An account is found by: {', '.join(rules.buyer_by)}",
        f"An unknown buyer: {'becomes an account' if rules.creates_accounts else 'waits'}",
        f"Due, where a document does not say: after {rules.due_days} days",
        f"Debtors have the invoices already: {'yes' if rules.already_sent else 'no'}",
        f"Mail is taken from: {escape(', '.join(rules.mail_domains) or 'nobody')}",
        f"An address for mail: {'yes' if rules.mailbox else 'none'}",
    )
