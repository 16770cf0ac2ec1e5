"""`saldo approval …`."""

from __future__ import annotations

from argparse import Namespace

from rich.markup import escape

from saldo.edge.v1 import approving, people
from saldo.money import Money, parse_amount
from saldo.people.approval import TWO_DIGITS, Approval, FourEyesRule, limit_text
from saldo_cli.commands._common import cloud_of, creditor_of, ordered, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def list_all(options: Namespace, out: Output) -> int:
    """List what waits."""
    services = cloud_of(options).services
    found = services.four_eyes.open(creditor_of(options, services).id)
    out.result([people.approval(one) for one in found])
    if not found:
        out.say("Nothing waits for a second person.")
        return OK
    names = ("id", "what", ">amount", "of", "account", "asked by", "until", "why")
    rows = [
        (
            one.id,
            one.kind,
            str(Money(one.amount_minor, one.currency)),
            escape(one.subject),
            escape(one.account),
            one.asked_by,
            str(one.expires_at.date()),
            escape(one.reason),
        )
        for one in found
    ]
    out.table("", names, rows)
    return OK


def approve(options: Namespace, out: Output) -> int:
    """Agree to it, and carry it out."""
    done = approving.approve(ordered(options), options.id)
    sentence = "It is done." if done.state == "done" else f"The books refused it: {done.why}"
    out.result(people.approval(done), escape(sentence))
    return OK


def decline(options: Namespace, out: Output) -> int:
    """Refuse it."""
    done: Approval = approving.decline(ordered(options), options.id, options.reason)
    out.result(people.approval(done), "It is declined.")
    return OK


def limits(options: Namespace, out: Output) -> int:
    """Show or set the limits; what is not named stays."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    rule = services.four_eyes.rule(creditor)
    named = (options.write_off, options.refund, options.credit_limit)
    if any(one is not None for one in named):
        rule = services.four_eyes.set_rule(
            creditor,
            write_off_minor=_limit(options.write_off, rule.write_off_minor),
            refund_minor=_limit(options.refund, rule.refund_minor),
            credit_limit_minor=_limit(options.credit_limit, rule.credit_limit_minor),
            by=who(options),
        )
    out.result(
        {
            "creditor": creditor,
            "write_off": limit_text(rule.write_off_minor),
            "refund": limit_text(rule.refund_minor),
            "credit_limit": limit_text(rule.credit_limit_minor),
        },
        *_sentences(rule),
    )
    return OK


def _limit(typed: str | None, before: int | None) -> int | None:
    if typed is None:
        return before
    if typed == "none":
        return None
    minor = parse_amount(typed, TWO_DIGITS)
    if minor < 0:
        raise UsageProblem("A limit is zero or more, or none.")
    return minor


def _sentences(rule: FourEyesRule) -> list[str]:
    raised = limit_text(rule.credit_limit_minor)
    said = f"up to {raised}" if raised is not None else "to any amount"
    return [
        *_given(rule),
        f"One person alone raises a credit limit {said}.",
    ]


def _given(rule: FourEyesRule) -> list[str]:
    named = (("write-offs", rule.write_off_minor), ("refunds", rule.refund_minor))
    return [
        f"One person alone gives {what} up to {limit_text(minor)} a day and account."
        if minor is not None
        else f"One person alone gives {what} of any amount."
        for what, minor in named
    ]
