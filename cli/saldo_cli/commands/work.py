"""`saldo work …`."""

from __future__ import annotations

import json
from argparse import Namespace

from saldo.clock import local_day
from saldo.edge.v1 import work as render
from saldo.edge.v1 import work_team as render_team
from saldo.edge.v1.money import Ordered
from saldo.errors import Invalid
from saldo.money import Money, parse_amount
from saldo.worklist.model import KINDS, NOBODY, WorkItem
from saldo.worklist.rules import rules_of
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem


class KindUnknown(Invalid):
    """There is no such kind of work."""

    code = "kind-unknown"


def list_all(options: Namespace, out: Output) -> int:
    """List what is to be done."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    if options.kind and options.kind not in KINDS:
        raise KindUnknown(f"There is no work of kind {options.kind!r}: {', '.join(KINDS)}.")
    if options.account:
        found = services.work_list.of(creditor.id, options.account)
    else:
        holders = services.absences.lists_today(creditor, (options.holder or NOBODY).lower())
        found = []
        cursor = None
        while True:
            page = services.work_list.page(
                creditor.id,
                holders,
                kind=options.kind,
                later=options.later,
                limit=options.limit - len(found),
                cursor=cursor,
            )
            found += page.items
            cursor = page.cursor
            if cursor is None or len(found) >= options.limit:
                break
    out.result([render.item(one) for one in found])
    if not found:
        out.say("Nothing is to be done.")
        return OK
    zone = creditor.time_zone
    out.table(
        "",
        ("account", "item", "why", ">at stake", "waits since", "next", "whose"),
        [
            (
                f"{one.account} {one.name}",
                one.id,
                one.cause.why,
                ", ".join(str(money) for money in one.cause.stake),
                str(local_day(one.since, zone)),
                one.cause.next,
                _state(one, zone),
            )
            for one in found
        ],
    )
    return OK


def _state(item: WorkItem, zone: str) -> str:
    until = item.hidden_until
    hidden = f" ({item.state} until {local_day(until, zone)})" if until else ""
    return f"{item.holder}{hidden}"


def done(options: Namespace, out: Output) -> int:
    """Close an item."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    made = services.work_list.done(
        creditor, options.account, options.item, who(options), options.outcome, options.text
    )
    told = "Closed."
    if made.back_at is not None:
        told += f" If its cause lasts it is back on {local_day(made.back_at, creditor.time_zone)}."
    out.result(render.item(made), told)
    return OK


def snooze(options: Namespace, out: Output) -> int:
    """Put an item off, or fetch it back."""
    services = cloud_of(options).services
    made = services.work_list.snooze(
        creditor_of(options, services),
        options.account,
        options.item,
        who(options),
        options.until,
        options.reason,
    )
    told = f"It shows again on {options.until}." if options.until else "It shows now."
    out.result(render.item(made), told)
    return OK


def assign(options: Namespace, out: Output) -> int:
    """Give an item to a person."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    made = services.work_list.assign(
        creditor, options.account, options.item, who(options), options.to
    )
    out.result(render.item(made), f"It stands on the list of {made.holder}.")
    return OK


def team(options: Namespace, out: Output) -> int:
    """Show the lists and the people of a creditor."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = render_team.team(Ordered(services, creditor, "cli"))
    out.result(found)
    out.table(
        "Lists",
        ("whose", ">now", ">later"),
        [
            (one["holder"], str(sum(one["now"].values())), str(one["later"]))
            for one in found["lists"]
        ],
    )
    out.table(
        "This week",
        ("who", ">closed", ">calls", ">reached", ">promised"),
        [
            (
                one["person"],
                _of(one["week"]["closed"], one["target"]["closed_week"]),
                _of(one["week"]["calls"], one["target"]["calls_week"]),
                str(one["week"]["reached"]),
                ", ".join(f"{amount} {code}" for code, amount in one["week"]["promised"].items()),
            )
            for one in found["people"]
        ],
    )
    for one in found["absences"]:
        until = f"until {one['last']}" if one["last"] else "until it is ended"
        out.say(
            f"{one['cover']} covers {one['collector']} from {one['first']} {until} ({one['id']})"
        )
    return OK


def _of(count: int, target: int) -> str:
    return f"{count} of {target}" if target else str(count)


def hand_over(options: Namespace, out: Output) -> int:
    """Hand a list over, or give it back."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    if options.end:
        ended = services.absences.end(creditor.id, options.end, who(options))
        out.result(render_team.absence(ended), f"The list is {ended.collector}'s alone again.")
        return OK
    if not options.collector or not options.to:
        raise UsageProblem("Say whose list goes to whom.", "saldo work hand-over EMAIL --to EMAIL")
    first = options.first or local_day(services.clock.now(), creditor.time_zone)
    made = services.absences.hand_over(
        creditor, options.collector, options.to, first, options.until, who(options)
    )
    until = f"until {made.last}" if made.last else "until it is ended"
    out.result(
        render_team.absence(made),
        f"{made.cover} covers {made.collector} from {made.first} {until} ({made.id}).",
    )
    return OK


def target(options: Namespace, out: Output) -> int:
    """Set what a person sets out to do."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    money = None
    if options.promised_week:
        if not options.currency:
            raise UsageProblem("Money has a currency.", "Add --currency EUR.")
        money = Money(parse_amount(options.promised_week, options.currency), options.currency)
    made = services.efforts.set_target(
        creditor,
        options.person,
        who(options),
        closed_day=options.closed_day,
        calls_day=options.calls_day,
        closed_week=options.closed_week,
        calls_week=options.calls_week,
        promised_week=money,
    )
    out.result(render_team.target(made), f"Kept for {made.person}.")
    return OK


def rules(options: Namespace, out: Output) -> int:
    """Show or set the rules of the list."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    if options.file is None:
        out.json(render_team.rules_answer(services.work_rules.of(creditor)))
        return OK
    try:
        data = json.loads(options.file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{options.file} cannot be read: {error}.") from error
    kept = services.work_rules.put(rules_of(creditor, data), who(options))
    out.result(render_team.rules_answer(kept), "Kept; lists are put in order anew.")
    return OK


def rebuild(options: Namespace, out: Output) -> int:
    """Derive the list anew."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    proof = services.work_proof
    named = [options.account] if options.account else None
    looked, changed = proof.rebuild(creditor, named)
    mended = 0 if named else proof.mend(creditor)
    data = {"accounts": looked, "changed": changed, "mended": mended}
    out.result(
        data,
        f"{looked} accounts were looked at, {changed} items changed, {mended} places and counts "
        "were mended.",
    )
    return OK


def verify(options: Namespace, out: Output) -> int:
    """Compare the list with the books."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found = services.work_proof.verify(creditor)
    rows = [(one.account, one.item, one.what) for one in found.differences]
    out.result(
        {
            "accounts": found.accounts,
            "items": found.items,
            "differences": [
                {"account": account, "item": item, "what": what} for account, item, what in rows
            ],
        }
    )
    if not rows:
        out.say(f"{found.items} items of {found.accounts} accounts are as the books say.")
        return OK
    out.table("These differ", ("account", "item", "what"), rows)
    out.say("saldo work rebuild brings the list back to what the books say.")
    return REFUSED
