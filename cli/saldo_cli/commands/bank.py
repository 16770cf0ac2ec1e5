"""`saldo bank …` and `saldo statement push`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from rich.markup import escape

from saldo.bank_entries.model import BankEntry, Part
from saldo.bank_entries.return_charge import ReturnCharged
from saldo.edge.v1 import bank_answers as shown
from saldo.errors import Refusal
from saldo.money import Money, format_amount, parse_amount
from saldo.payments.allocate import Grounds
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem

LISTED_MAX = 500


def push(options: Namespace, out: Output) -> int:
    """Take statements from files; 1 when any of them was refused."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    missing = [name for name in options.file if not Path(name).is_file()]
    if missing:
        raise UsageProblem(f"There is no file {missing[0]!r}.")
    results: list[dict[str, Any]] = []
    for name in options.file:
        data = Path(name).read_bytes()
        outcome = services.statement_files.push(creditor, data, who(options), options.account or "")
        results.append({"file": name, **shown.render_taken(outcome)})
    out.result(results)
    out.table(
        "",
        ("file", "state", ">entries", ">matched", ">likely", ">open", "why"),
        [
            (
                escape(one["file"]),
                one["state"],
                *(str(one["found"].get(key, "")) for key in ("entries", "matched")),
                *(str(one["found"].get(key, "")) for key in ("likely", "open")),
                escape(_why(one)),
            )
            for one in results
        ],
    )
    return REFUSED if any(one["state"] == "refused" for one in results) else OK


def _why(one: dict[str, Any]) -> str:
    odd = [row["code"] for row in one["rows"] if row["status"] == "warning"]
    return str(one["text"]) or ", ".join(odd)


def waiting(options: Namespace, out: Output) -> int:
    """List the entries that wait for somebody, or those of which a refund is proposed."""
    services = cloud_of(options).services
    if options.refunds:
        return _refunds(
            services.bank_entries.refunds.proposed(creditor_of(options, services).id), out
        )
    found = services.bank_entries.waiting(creditor_of(options, services).id)[:LISTED_MAX]
    out.result([shown.render_entry(one) for one in found])
    if not found:
        out.say("No entry waits.")
        return OK
    out.table(
        "",
        ("entry", "day", "state", ">left", "from", "what for", "proposed"),
        [
            (
                one.id,
                str(one.day),
                one.state,
                _money(one),
                escape(one.entry.counterparty.name[:24]),
                escape(one.entry.remittance[:40]),
                escape(_proposed(one)),
            )
            for one in found
        ],
    )
    return OK


def _refunds(found: list[BankEntry], out: Output) -> int:
    out.result([shown.render_entry(one) for one in found[:LISTED_MAX]])
    if not found:
        out.say("No refund is proposed.")
        return OK
    rows = [
        (
            one.id,
            str(one.day),
            str(Money(one.refund.amount_minor, one.entry.currency)),
            escape(one.refund.account),
            escape(one.refund.name),
            one.refund.iban,
            one.refund.reason,
        )
        for one in found[:LISTED_MAX]
        if one.refund is not None
    ]
    out.table("", ("entry", "day", ">too much", "account", "from", "IBAN", "why"), rows)
    return OK


def refund(options: Namespace, out: Output) -> int:
    """Order the refund that is proposed of an entry, or keep the credit."""
    services = cloud_of(options).services
    service = services.bank_entries
    grounds = Grounds(who(options), options.reason)
    entry = service.find(creditor_of(options, services).id, options.id)
    if options.decline:
        made = service.refunds.decline(entry, grounds)
        out.result(shown.render_entry(made), f"{made.id}: the credit stays.")
        return OK
    made = service.refunds.order(entry, grounds)
    told = made.refund
    assert told is not None, "it was ordered"
    money = str(Money(told.amount_minor, made.entry.currency))
    out.result(
        shown.render_entry(made),
        escape(f"Transfer {money} to {told.name}, {told.iban}, with {told.refund_id} in it."),
    )
    return OK


def show(options: Namespace, out: Output) -> int:
    """Show an entry with its evidence, and what became of it."""
    services = cloud_of(options).services
    one = services.bank_entries.find(creditor_of(options, services).id, options.id)
    whole, party = format_amount(one.entry.amount_minor, one.entry.currency), one.entry.counterparty
    lines = [
        f"{one.id}: {one.state}, {_money(one)} of {whole} wait on suspense",
        f"from {party.name or 'nobody named'} {party.iban}".rstrip(),
        f"for {one.entry.remittance or 'nothing said'}",
    ]
    if one.proposal is not None:
        lines.append(f"proposed: {_proposed(one)} ({one.proposal.rule})")
        lines += [
            f"  {fact.name}: {fact.value}" + (f" (in {fact.field})" if fact.field else "")
            for fact in one.proposal.evidence
        ]
    for portion in one.portions:
        money = format_amount(portion.part.amount_minor, one.entry.currency)
        undone = f"; taken back by {portion.undone_by}" if portion.undone_at else ""
        lines.append(f"{money} to {portion.part.account} by {portion.by}{undone}")
    if one.refund is not None:
        money = format_amount(one.refund.amount_minor, one.entry.currency)
        lines.append(f"refund of {money}: {one.refund.state} ({one.refund.reason})")
    if one.charged is not None:
        lines.append(_charged(one.charged, one.entry.currency))
    out.result(shown.render_entry(one), *(escape(line) for line in lines))
    return OK


def _charged(found: ReturnCharged, currency: str) -> str:
    if not found.amount_minor:
        return f"nothing was charged on ({found.missing}): {found.why}"
    money = format_amount(found.amount_minor, currency)
    return f"{money} were charged on, with invoice {found.invoice} ({found.law})"


def accept(options: Namespace, out: Output) -> int:
    """Accept the proposal of an entry."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    made = services.bank_entries.accept(creditor, options.id, Grounds(who(options), options.reason))
    return _told(made, out)


def split(options: Namespace, out: Output) -> int:
    """Say whose money an entry is."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    entry = services.bank_entries.find(creditor, options.id)
    parts = tuple(_part(text, entry.entry.currency) for text in options.to)
    made = services.bank_entries.accept(
        creditor, options.id, Grounds(who(options), options.reason), parts
    )
    return _told(made, out)


def ignore(options: Namespace, out: Output) -> int:
    """Say that an entry is no business of these books."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    grounds = Grounds(who(options), options.reason)
    return _told(services.bank_entries.ignore(creditor, options.id, grounds), out)


def reverse(options: Namespace, out: Output) -> int:
    """Take back what was made of an entry."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    grounds = Grounds(who(options), options.reason)
    return _told(services.bank_entries.reverse(creditor, options.id, grounds), out)


def returned(options: Namespace, out: Output) -> int:
    """Say that an entry took a payment back."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    grounds = Grounds(who(options), options.reason)
    made = services.bank_entries.returned(creditor, options.id, options.payment, grounds)
    return _told(made, out)


def match(options: Namespace, out: Output) -> int:
    """Match again what waits."""
    services = cloud_of(options).services
    done = services.bank_entries.match(creditor_of(options, services).id)
    booked = done.certain + done.payouts + done.returned
    out.result(
        {"booked": booked, "likely": done.likely, "open": done.open},
        f"{booked} were booked; {done.likely} have a proposal, {done.open} have none.",
    )
    return OK


def payouts(options: Namespace, out: Output) -> int:
    """List the payouts whose money has not come to the bank."""
    found = cloud_of(options).services.bank_entries.payouts()
    out.result(
        [
            {
                "provider": one.provider,
                "payout": one.payout_id,
                "currency": one.currency,
                "amount": format_amount(one.amount_minor, one.currency),
                "arrives_on": one.arrives_on.isoformat() if one.arrives_on else None,
            }
            for one in found
        ]
    )
    if not found:
        out.say("Every payout arrived.")
        return OK
    out.table(
        "",
        ("provider", "payout", "expected on", ">amount"),
        [
            (
                one.provider,
                escape(one.payout_id),
                str(one.arrives_on or ""),
                str(Money(one.amount_minor, one.currency)),
            )
            for one in found
        ],
    )
    return OK


def _part(text: str, currency: str) -> Part:
    """Read ACCOUNT[:AMOUNT[:INVOICE,INVOICE…]]; raise UsageProblem."""
    account, _, rest = text.partition(":")
    amount, _, invoices = rest.partition(":")
    try:
        minor = parse_amount(amount, currency) if amount else 0
    except Refusal as refusal:
        raise UsageProblem(f"{text!r}: {refusal.detail}", "ACCOUNT:AMOUNT:INVOICE,…") from None
    numbers = tuple(dict.fromkeys(one.strip() for one in invoices.split(",") if one.strip()))
    return Part(account, minor, numbers)


def _told(one: BankEntry, out: Output) -> int:
    out.result(shown.render_entry(one), f"{one.id} is {one.state}; {_money(one)} wait on suspense.")
    return OK


def _money(one: BankEntry) -> str:
    return str(Money(one.left_minor, one.entry.currency))


def _proposed(one: BankEntry) -> str:
    proposal = one.proposal
    if proposal is None:
        return ""
    if proposal.reverses:
        return f"returns {proposal.reverses}"
    items = ", ".join(each.item for each in proposal.allocations)
    if items:
        return f"{proposal.account}: {items}".lstrip(": ")
    if proposal.account:
        return f"credit of {proposal.account}"
    return (
        "perhaps " + ", ".join(x.item for x in proposal.candidates) if proposal.candidates else ""
    )
