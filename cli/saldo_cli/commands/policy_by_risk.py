"""`saldo policy by-risk`: what the API does, over all accounts."""

from __future__ import annotations

from argparse import Namespace

from saldo.clock import local_day
from saldo.edge.v1 import by_risk as over_api
from saldo.edge.v1.by_risk import ByRiskAnswer
from saldo_cli.commands._common import ordered
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED


def by_risk(options: Namespace, out: Output) -> int:
    """Show what procedures by risk would do, and switch them; 1 when it was only shown."""
    order = ordered(options)
    desk, creditor = order.services.by_risk, order.creditor
    today = local_day(order.services.clock.now(), creditor.time_zone)
    on = options.to == "on" if options.to else not desk.is_on(creditor)
    does = bool(options.to and options.yes)
    found = (
        desk.switch(creditor, today, order.by, on=on)
        if does
        else desk.trial(creditor, today, on=on)
    )
    told = over_api.answer(found)
    out.result(told)
    _shown(told, out, on=on, does=does)
    if does or not options.to:
        return OK
    out.say("\nNothing is changed yet. If that is what you want, say it again with --yes.")
    return REFUSED


def _shown(told: ByRiskAnswer, out: Output, *, on: bool, does: bool) -> None:
    out.say(f"Procedures go by risk: {'yes' if told['on'] else 'no'}.")
    moves = told["moves"]
    if moves:
        out.table(
            "",
            ("from", "to", ">accounts", ">open items", ">sooner", ">later", ">told again"),
            [
                (
                    one["policy"],
                    one["to"],
                    str(one["accounts"]),
                    str(one["open_items"]),
                    str(one["sooner"]),
                    str(one["later"]),
                    str(one["repeats"]),
                )
                for one in moves
            ],
        )
    moved = sum(one["accounts"] for one in moves)
    verb = "came" if does else "would come"
    out.say(
        f"Switched {'on' if on else 'off'}, {moved} of {told['accounts']} accounts {verb} to "
        "another policy."
    )
