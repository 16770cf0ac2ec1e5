"""`saldo dispute …`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from itertools import islice

from rich.markup import escape

from saldo.collection.dispute_orders import DisputeOrder, SettlementTerms
from saldo.collection.facts import Dispute, DisputedLine
from saldo.collection.registers import by_reason
from saldo.edge.v1 import render_collection
from saldo.edge.v1.files import shown
from saldo.money import Money, parse_amount
from saldo.payments.look import invoice_of
from saldo_cli.commands._common import cloud_of, creditor_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK

LISTED_MAX = 500


def begin(options: Namespace, out: Output) -> int:
    """Open a dispute."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    invoice = invoice_of(services.store, creditor.id, options.invoice)
    currency, by = invoice.currency, who(options)
    if options.owner:
        services.sight.require_if_here(creditor.id, invoice.account, options.owner)
    made, is_new = services.disputes.open(
        creditor,
        DisputeOrder(
            options.id or new_id(services),
            options.invoice,
            options.reason,
            options.text,
            by,
            options.owner or by,
            parse_amount(options.amount, currency) if options.amount is not None else None,
            tuple(DisputedLine(ref, parse_amount(text, currency)) for ref, text in options.line),
            options.deadline,
        ),
    )
    rest = "" if made.whole else " The rest of it is reminded."
    named = f"invoice [bold]{escape(made.invoice)}[/]"
    lines = [
        f"{_amount(made)} of {named} are contested, as {escape(made.id)}.{rest}",
        f"{escape(made.owner)} decides until {made.deadline}.",
    ]
    if not is_new:
        lines = [f"This dispute was opened before; it is [bold]{made.state}[/]."]
    out.result(render_collection.dispute(made), *lines)
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List disputes: all of an account, or the creditor's open ones."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found = (
        list(islice(services.disputes.open_of(creditor), LISTED_MAX))
        if options.account is None
        else services.disputes.of(creditor, options.account)
    )
    out.result([render_collection.dispute(one) for one in found])
    if not found:
        out.say("Nothing is contested.")
        return OK
    _tell_reasons(found, out)
    out.table(
        "",
        ("dispute", "account", "invoice", "state", ">contested", "reason", "owner", "deadline"),
        [
            (
                one.id,
                one.account,
                one.invoice,
                "overdue" if one.overdue and one.state == "open" else one.state,
                _amount(one),
                one.reason,
                one.owner,
                str(one.deadline),
            )
            for one in found
        ],
    )
    return OK


def assign(options: Namespace, out: Output) -> int:
    """Let somebody else answer for a dispute."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    now = services.dispute_owners.assign(
        creditor, options.account, options.id, options.owner, options.deadline, who(options)
    )
    out.result(
        render_collection.dispute(now),
        f"{escape(now.owner)} decides about {_amount(now)} until {now.deadline}.",
    )
    return OK


def settle(options: Namespace, out: Output) -> int:
    """Agree on a dispute."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found = services.disputes.get(creditor, options.account, options.id)
    terms = SettlementTerms(
        parse_amount(options.agreed, found.currency),
        who(options),
        options.text,
        options.credit_note,
        options.credit_by,
    )
    settled = services.disputes.settle(creditor, options.account, options.id, terms)
    agreed = str(Money(settled.agreed_minor, settled.currency))
    follows = (
        f"They are held until the credit note came, or {settled.hold_until}."
        if settled.credit_expected
        else "Nothing is booked by this: send the credit note, or write the amount off."
    )
    out.result(
        render_collection.dispute(settled),
        f"Settled: {agreed} need not be paid; reminders about the rest go on.",
        *([follows] if settled.agreed_minor else []),
    )
    return OK


def reject(options: Namespace, out: Output) -> int:
    """Find that all of it is owed."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    ended = services.disputes.reject(
        creditor, options.account, options.id, who(options), options.text
    )
    out.result(render_collection.dispute(ended), f"{_amount(ended)} are owed; reminders go on.")
    return OK


def withdraw(options: Namespace, out: Output) -> int:
    """Take a dispute back for its debtor."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    ended = services.disputes.withdraw(creditor, options.account, options.id, who(options))
    out.result(render_collection.dispute(ended), "It is taken back; reminders go on.")
    return OK


def show(options: Namespace, out: Output) -> int:
    """Show a dispute with its files, and fetch them if a folder is named."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found = services.disputes.get(creditor, options.account, options.id)
    files = [one for one in services.files.of(creditor, found.account) if one.about == found.id]
    out.result(
        {**render_collection.dispute(found), "files": [dict(shown(one)) for one in files]},
        f"[bold]{escape(found.id)}[/] is {found.state}: {_amount(found)} of invoice "
        f"{escape(found.invoice)} are contested ({found.reason}).",
        escape(found.text),
        *(f"{escape(one.name)}, {one.size} bytes, {one.content_type}" for one in files),
    )
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        for place, one in enumerate(files, 1):
            # Numbered, for two files may have one name; the name itself was cleaned when it came.
            target = options.out / f"{place}-{one.name.replace('/', '_')}"
            target.write_bytes(services.files.read(one))
            out.say(f"Written: {escape(str(target))}")
    return OK


def _tell_reasons(found: Sequence[Dispute], out: Output) -> None:
    sums = by_reason(found)
    if len(sums) > 1:
        rows = [
            (
                one.reason,
                str(one.count),
                str(Money(one.amount_minor, one.currency)),
                str(Money(one.overdue_minor, one.currency)),
            )
            for one in sums
        ]
        out.table("Open, by reason", ("reason", ">disputes", ">contested", ">overdue"), rows)


def _amount(dispute: Dispute) -> str:
    return str(Money(dispute.amount_minor, dispute.currency))
