"""`saldo plan …` and `saldo mandate …`."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence

from rich.markup import escape

from saldo.collection.common import invoices_of
from saldo.collection.model import Instalment, Plan
from saldo.creditor_reference import printed_reference
from saldo.edge.v1 import render_collection
from saldo.money import Money, parse_amount
from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo_cli.arguments import a_day
from saldo_cli.commands._common import cloud_of, creditor_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def agree(options: Namespace, out: Output) -> int:
    """Agree an instalment plan."""
    return _make(options, out, proposed=False)


def propose(options: Namespace, out: Output) -> int:
    """Propose an instalment plan."""
    return _make(options, out, proposed=True)


def list_all(options: Namespace, out: Output) -> int:
    """List the plans of an account, or the creditor's: those that wait for an answer first."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found: Sequence[Plan] = (
        (*services.registers.proposals(creditor).items, *services.registers.plans(creditor).items)
        if options.account is None
        else services.plans.of(creditor, options.account)
    )
    out.result([render_collection.plan(one) for one in found])
    if not found:
        out.say("There is no instalment plan.")
        return OK
    out.table(
        "",
        ("plan", "account", "state", ">amount", "instalments", "paid by", "invoices"),
        [
            (
                one.id,
                one.account,
                one.state,
                _money(one.total_minor, one.currency),
                _span(one),
                "mandate" if one.mandate else "hand",
                ", ".join(one.invoices),
            )
            for one in found
        ],
    )
    told = [part for one in found for part in _parts(one)] if options.account is not None else []
    if told:
        out.table("\nBy transfer", ("plan", "due on", ">amount", "payment reference"), told)
    return OK


def approve(options: Namespace, out: Output) -> int:
    """Agree to a proposed plan."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    made = services.proposals.approve(creditor, options.account, options.id, who(options))
    out.result(render_collection.plan(made), *_sentences(made))
    return OK


def cancel(options: Namespace, out: Output) -> int:
    """Take a plan back."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    ended = services.plans.cancel(
        creditor, options.account, options.id, who(options), options.reason
    )
    out.result(
        render_collection.plan(ended), f"The plan is [bold]{ended.state}[/]; reminders go on."
    )
    return OK


def mandates(options: Namespace, out: Output) -> int:
    """List the mandates of an account and what is to be charged."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    given = sorted(
        services.store.list(Mandate, creditor, options.account), key=lambda one: one.created_at
    )
    charges = sorted(
        services.store.list(ScheduledPayment, creditor, options.account),
        key=lambda one: (one.charge_on, one.id),
    )
    out.result(
        {
            "mandates": [render_collection.mandate(one) for one in given],
            "scheduled_payments": [render_collection.scheduled_payment(one) for one in charges],
        }
    )
    if not given:
        out.say("The payer gave no mandate.")
        return OK
    out.table(
        "",
        ("mandate", "provider", "state", "for", "given on"),
        [
            (one.id, one.provider, one.state, one.consent.kind, str(one.consent.given_at.date()))
            for one in given
        ],
    )
    if charges:
        out.table(
            "\nTo be charged",
            ("payment", "on", "state", ">amount", "invoices"),
            [
                (
                    one.id,
                    str(one.charge_on),
                    one.state,
                    _money(one.amount_minor, one.currency),
                    ", ".join(one.invoices),
                )
                for one in charges
            ],
        )
    return OK


def revoke(options: Namespace, out: Output) -> int:
    """End a mandate."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    ended = services.mandates.revoke(
        creditor, options.account, options.id, who(options), options.reason
    )
    out.result(
        render_collection.mandate(ended),
        f"Mandate {escape(ended.id)} is [bold]{ended.state}[/]: nothing more is charged.",
    )
    return OK


def _make(options: Namespace, out: Output, *, proposed: bool) -> int:
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    invoices = invoices_of(services.store, creditor, options.invoices)
    currency = invoices[0].currency
    instalments = tuple(_instalment(day, text, currency) for day, text in options.instalment)
    make = services.proposals.propose if proposed else services.proposals.agree
    made, is_new = make(
        creditor,
        invoices[0].account,
        options.id or new_id(services),
        [one.number for one in invoices],
        instalments,
        options.mandate,
        who(options),
    )
    known = [] if is_new else ["This plan was made before."]
    out.result(render_collection.plan(made), *known, *_sentences(made))
    return OK


def _instalment(day: str, text: str, currency: str) -> Instalment:
    try:
        return Instalment(a_day(day), parse_amount(text, currency))
    except ArgumentTypeError as error:
        raise UsageProblem(f"{error}.") from None


def _sentences(plan: Plan) -> list[str]:
    first = plan.instalments[0]
    amount = _money(plan.total_minor, plan.currency)
    told = {
        "proposed": f"It waits: saldo plan approve {plan.account} {plan.id}",
        "active": "Reminders wait while it is kept.",
    }
    transfers = [f"By {day}: {part} under {reference}" for _, day, part, reference in _parts(plan)]
    count = len(plan.instalments)
    parts = f"{count} instalment{'s' if count > 1 else ''} from {first.due_on}"
    return [
        f"{amount} in {parts}, as {escape(plan.id)}: [bold]{plan.state}[/].",
        *([escape(told[plan.state])] if plan.state in told else []),
        *transfers,
    ]


def _parts(plan: Plan) -> list[tuple[str, str, str, str]]:
    """Return the instalments that are transferred: plan, day, amount, and what the payer writes."""
    return [
        (
            plan.id,
            str(part.due_on),
            _money(part.amount_minor, plan.currency),
            printed_reference(reference),
        )
        for part, reference in zip(plan.instalments, plan.references, strict=False)
    ]


def _span(plan: Plan) -> str:
    first, last = plan.instalments[0], plan.instalments[-1]
    return f"{len(plan.instalments)}, {first.due_on} to {last.due_on}"


def _money(minor: int, currency: str) -> str:
    return str(Money(minor, currency))
