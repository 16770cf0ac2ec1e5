"""`saldo credit …`: what the API does, with the same words."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from saldo.edge.v1 import credit
from saldo.edge.v1.credit_answers import CreditAnswer, CreditLineAnswer
from saldo_cli.commands._common import ordered
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def show(options: Namespace, out: Output) -> int:
    """Show the credit of an account."""
    _shown(credit.of(ordered(options), options.account), out)
    return OK


def set_limit(options: Namespace, out: Output) -> int:
    """Set what an account may owe."""
    body = {**_about(options), "currency": options.currency, "amount": _amount(options)}
    _shown(credit.set_limit(ordered(options), body), out)
    return OK


def insure(options: Namespace, out: Output) -> int:
    """Keep what is insured."""
    body = {
        **_about(options),
        "kind": "insured",
        "currency": options.currency,
        "amount": _amount(options),
        "insurer": options.insurer or None,
        "valid_until": _day(options),
        "reference": options.policy,
    }
    _shown(credit.set_limit(ordered(options), body), out)
    return OK


def propose(options: Namespace, out: Output) -> int:
    """Have a limit proposed."""
    body = {"account": options.account, "currency": options.currency}
    made = credit.propose(ordered(options), body)
    inputs = ", ".join(f"{name} {value}" for name, value in made["inputs"].items())
    out.result(
        made,
        f"Proposal {made['id']}: {made['amount']} {made['currency']} ({inputs}). It counts when "
        "somebody agrees: saldo credit decide",
    )
    return OK


def decide(options: Namespace, out: Output) -> int:
    """Agree to a proposal, or put it aside."""
    body = {**_about(options), "proposal": options.proposal, "agree": options.agree}
    _shown(credit.decide(ordered(options), body), out)
    return OK


def orders(options: Namespace, out: Output) -> int:
    """Show open orders, or tell them."""
    order = ordered(options)
    if options.file is None:
        found = credit.orders(order, options.account)
    else:
        told = {"account": options.account, "orders": _read(options.file), "all": options.all}
        found = credit.tell_orders(order, told)
    out.result(found)
    if not found["orders"]:
        out.say("Nothing is ordered that is not invoiced.")
        return OK
    out.table(
        "",
        ("order", ">amount", "currency", "told at"),
        [
            (one["id"], one["amount"], one["currency"], one["told_at"][:16])
            for one in found["orders"]
        ],
    )
    return OK


def blocked(options: Namespace, out: Output) -> int:
    """List the accounts whose orders wait."""
    order, found, after = ordered(options), [], None
    while True:
        asked = credit.BlockedQuery(after=after, limit=credit.BLOCKED_MAX)
        page = credit.blocked(order, asked)
        found += page["items"]
        after = page["after"]
        if after is None:
            break
    out.result(found)
    if not found:
        out.say("No orders wait.")
        return OK
    out.table(
        "",
        ("account", "since", "why", "by", "until"),
        [
            (
                one["account"],
                one["block"]["since"][:10],
                _why(one["block"]),
                one["block"]["by"],
                one["block"]["until"] or "",
            )
            for one in found
        ],
    )
    return OK


def block(options: Namespace, out: Output) -> int:
    """Have orders wait."""
    body = {**_about(options), "blocked": True, "until": _day(options)}
    _shown(credit.block(ordered(options), body), out)
    return OK


def release(options: Namespace, out: Output) -> int:
    """Let orders go."""
    body = {**_about(options), "blocked": False, "until": _day(options)}
    _shown(credit.block(ordered(options), body), out)
    return OK


def terms(options: Namespace, out: Output) -> int:
    """Let shorter terms count, or not."""
    body = {**_about(options), "proposal": credit.TERMS, "agree": options.apply}
    _shown(credit.decide(ordered(options), body), out)
    return OK


def rules(options: Namespace, out: Output) -> int:
    """Show or set the rules."""
    order = ordered(options)
    if options.file is None:
        out.json(credit.rules(order))
        return OK
    kept = credit.put_rules(order, _read(options.file))
    out.result(kept, "The rules are kept; accounts follow with their next fact, all overnight.")
    return OK


def _about(options: Namespace) -> dict[str, Any]:
    return {"account": options.account, "reason": options.reason}


def _amount(options: Namespace) -> str | None:
    if (options.amount is None) != options.none:
        raise UsageProblem("Give an amount, or --none.")
    return None if options.none else str(options.amount)


def _day(options: Namespace) -> str | None:
    return options.until.isoformat() if options.until is not None else None


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{path} cannot be read: {error}.") from error


def _shown(found: CreditAnswer, out: Output) -> None:
    out.result(found)
    out.say(f"{found['account']} {found['name']}")
    if found["lines"]:
        out.table(
            "",
            ("currency", ">limit", ">at stake", ">open", ">overdue", ">orders", ">credit", ">left"),
            [_row(one) for one in found["lines"]],
        )
    if not found["whole"]:
        out.say("More is open than was summed: at least this much is at stake.")
    if found["block"] is not None:
        out.say(f"Orders wait since {found['block']['since'][:10]}: {_why(found['block'])}.")
    if found["release"] is not None:
        until = found["release"]["until"] or "the rules agree"
        out.say(f"Released by {found['release']['by']} until {until}: {found['release']['reason']}")
    rule = found["terms"]["rule"]
    if rule is not None:
        what = "prepayment" if rule["prepayment"] else f"{rule['net_days']} days"
        out.say(f"Terms for new invoices, {rule['state']}: {what} ({', '.join(rule['reasons'])}).")
    for one in found["proposals"]:
        out.say(f"Proposal {one['id']}: {one['amount']} {one['currency']}.")


def _row(line: CreditLineAnswer) -> tuple[str, ...]:
    limit = line["limit"] or "none"
    if line["insured"] is not None:
        limit += f" (insured {line['insured']})"
    return (
        line["currency"],
        limit,
        line["exposure"],
        line["open"],
        line["overdue"],
        line["orders"],
        line["credit"],
        line["headroom"] or "",
    )


def _why(block: Any) -> str:
    said = [
        block["reason"] if one["kind"] == "manual" else _reason(one) for one in block["reasons"]
    ]
    return "; ".join(said)


def _reason(one: Any) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in one["facts"].items())
    return f"{one['kind']} ({facts})" if facts else str(one["kind"])
