"""`saldo work load` and `saldo work balance`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

from saldo.edge.v1 import workload as render
from saldo.money import Money
from saldo.worklist.balance import Balance, Move, Reason
from saldo.worklist.workload import Load
from saldo.worklist.workloads import Agreed
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem


def load(options: Namespace, out: Output) -> int:
    """Show how much work waits for whom, and what came of theirs."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = services.workloads.loads(creditor, services.users.at(creditor.id))
    out.result([render.load_answer(one) for one in found])
    out.table(
        "What waits",
        ("who", "phase", ">items", ">oldest, days", ">at stake", ">closed in 4 weeks"),
        [
            (
                _name(one) if place == 0 else "",
                part.phase,
                str(part.items),
                str(part.oldest_days),
                _sums(part.stake),
                str(part.closed),
            )
            for one in found
            for place, part in enumerate(one.phases)
        ],
    )
    out.table(
        "What came of it",
        ("who", ">collected, 30 days", ">promises", ">broken", ">calls, 4 weeks", ">reached"),
        [
            (
                one.person,
                _sums(one.outcome.collected or ()),
                str(one.outcome.promises or 0),
                str(one.outcome.promises_broken or 0),
                str(one.outcome.calls),
                str(one.outcome.reached),
            )
            for one in found
        ],
    )
    return OK


def _name(one: Load) -> str:
    away = f" (away{f' until {one.away_until}' if one.away_until else ''})" if one.is_away else ""
    return f"{one.person}{away}"


def _sums(amounts: Iterable[Money]) -> str:
    return ", ".join(str(one) for one in amounts)


def balance(options: Namespace, out: Output) -> int:
    """Propose accounts that could go to colleagues with room; with `--apply`, move them."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    users = services.users.at(creditor.id)
    found = services.workloads.balance(creditor, users, services.workloads.loads(creditor, users))
    if options.apply is None:
        out.result(render.balance_answer(found))
        _show(found, out)
        return OK
    unknown = set(options.apply) - {one.account for one in found.moves}
    if unknown:
        raise UsageProblem(
            f"Not proposed (any more): {', '.join(sorted(unknown))}.", "saldo work balance"
        )
    chosen = [one for one in found.moves if not options.apply or one.account in options.apply]
    if not chosen:
        out.result({"items": []}, "Nothing is proposed: nobody has too much.")
        return OK
    agreed = [Agreed(one.account, one.giver, one.taker) for one in chosen]
    done = services.workloads.apply(creditor.id, agreed, who(options))
    out.result(render.applied_answer(done))
    for one in done:
        became = f"left: {one.problem}" if one.problem else f"is {one.move.taker}'s now"
        out.say(f"{one.move.account} {became}.")
    return REFUSED if any(one.problem for one in done) else OK


def _show(found: Balance, out: Output) -> None:
    if not found.moves:
        out.say("Nothing is proposed: nobody has too much, or nobody has room.")
    else:
        out.table(
            "Could move",
            ("account", "from", "to", ">items", "phase", ">at stake", "why"),
            [
                (
                    f"{one.account} {one.name}",
                    one.giver,
                    one.taker,
                    str(one.items),
                    one.phase,
                    _sums(one.stake),
                    _why(one),
                )
                for one in found.moves
            ],
        )
    for why, count in sorted(found.stays.items()):
        out.say(f"{count} stay: {why}.")


def _why(move: Move) -> str:
    return "; ".join(_reason(one) for one in move.reasons)


def _reason(why: Reason) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in why.facts.items())
    return f"{why.code} ({facts})" if facts else why.code
