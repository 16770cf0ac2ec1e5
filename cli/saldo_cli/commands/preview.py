"""`saldo preview`."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from rich.markup import escape

from saldo.accounts.model import Creditor
from saldo.clock import local_day
from saldo.codec import encode
from saldo.money import Money
from saldo.reminders.preview_model import Previewed, WouldGo
from saldo.reminders.why_words import step_name
from saldo.wiring import Services
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK

_PAGE = 50
_NOTHING = {"messages": [], "kept_back": [], "messages_more": 0, "kept_back_more": 0, "problem": ""}
_STOPPED = {
    "shadow": "the creditor is in shadow",
    "first-run": "the first run waits to be released",
    "sending-off": "sending is switched off for the creditor",
    "sending-off-everywhere": "sending is switched off for the installation",
    "mail-stopped": "the circuit breaker stopped its mail",
}


def preview(options: Namespace, out: Output) -> int:
    """Show who would get what on a day, page by page as it is read."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    day = options.as_of or local_day(services.clock.now(), creditor.time_zone)
    found = _found(services, creditor, day, options)
    shown, counts = list[Any](), Counter[str]()
    title = f"What would go on {day}"
    while page := list(islice(found, _PAGE)):
        for one in page:
            _count(counts, one)
        if out.as_json:
            shown += [{**_NOTHING, **encode(one)} for one in page]
            continue
        columns = ("Account", "Invoices", "What", "By", "To", ">Asks for", "Note")
        out.table(title, columns, [row for one in page for row in _rows(one)])
        title = ""
        if options.texts:
            for one in page:
                _texts(out, one)
    more = options.account is None and counts["accounts"] == options.limit
    summary = {
        "as_of": day.isoformat(),
        "accounts": shown,
        "counts": dict(sorted(counts.items())),
        "stopped_at_limit": more,
        "looks_at_all": creditor.looks_at_all(day),
    }
    out.result(summary, *_summary(creditor, day, counts, options.limit if more else None))
    return OK


def _found(
    services: Services, creditor: Creditor, day: date, options: Namespace
) -> Iterator[Previewed]:
    if options.account is not None:
        one = services.preview.account(creditor, options.account, day, texts=options.texts)
        return iter((one,))
    every = services.preview.all(creditor, day, texts=options.texts)
    return islice((one for _, one in every), options.limit)


def _count(counts: Counter[str], one: Previewed) -> None:
    counts["accounts"] += 1
    counts["problems"] += bool(one.problem)
    counts["kept_back"] += len(one.kept_back) + one.kept_back_more
    counts["messages"] += len(one.messages) + one.messages_more
    for message in one.messages:
        counts[f"by_{message.channel}"] += 1


def _rows(one: Previewed) -> Iterator[tuple[str, ...]]:
    if one.problem:
        yield (one.account, "", "", "", "", "", one.problem)
    for message in one.messages:
        numbers = [item.invoice for item in message.items]
        yield (
            one.account,
            _few(numbers),
            f"{step_name(message.step)}: {message.message}",
            message.channel,
            message.to,
            str(Money(message.asked_minor, message.currency)),
            _note(message),
        )
    for kept in one.kept_back:
        owed = str(Money(kept.open_minor, kept.currency))
        yield (one.account, kept.invoice, f"nothing ({kept.reason})", "", "", owed, kept.sentence)
    if one.messages_more or one.kept_back_more:
        more = f"{one.messages_more} more messages, {one.kept_back_more} more items"
        yield (one.account, "", "", "", "", "", more)


def _few(numbers: list[str]) -> str:
    rest = f" and {len(numbers) - 3} more" if len(numbers) > 3 else ""
    return ", ".join(numbers[:3]) + rest


def _note(message: WouldGo) -> str:
    charged = [
        f"{item.invoice}: {Money(line.amount_minor, message.currency)} {line.kind} ({line.ground})"
        for item in message.items
        for line in item.charges
    ]
    refused = [f"not added, {told}" for item in message.items for told in item.refused]
    passed = [f"not by {one.channel} ({one.reason})" for one in message.passed]
    waits = [f"waits: {_STOPPED.get(code, code)}" for code in message.stopped_by]
    return "; ".join((*waits, *passed, *charged, *refused))


def _texts(out: Output, one: Previewed) -> None:
    for message in one.messages:
        if message.words is None:
            continue
        out.say(f"\n[bold]{escape(one.account)}, {message.channel} to {escape(message.to)}[/]")
        if message.words.subject:
            out.say(f"[bold]{escape(message.words.subject)}[/]")
        out.say(escape(message.words.text))
        for problem in message.words.problems:
            out.say(f"[yellow]{escape(problem)}[/]")


def _summary(
    creditor: Creditor, day: date, counts: Counter[str], limit: int | None
) -> Iterator[str]:
    channels = ", ".join(
        f"{number} by {name.removeprefix('by_')}"
        for name, number in sorted(counts.items())
        if name.startswith("by_")
    )
    told = f" ({channels})" if channels else ""
    if creditor.looks_at_all(day):
        yield f"A policy or the segments changed: the run of {day} looks at every account."
    if not counts["accounts"]:
        yield f"Nobody is due for anything on {day}."
        return
    yield (
        f"{counts['accounts']} accounts: {counts['messages']} messages{told}, "
        f"{counts['kept_back']} invoices get nothing. Nothing was sent or written."
    )
    most = creditor.notices_per_day_max
    if most is not None and counts["messages"] > most:
        yield f"[yellow]At most {most} of them go on one day: the creditor's cap.[/]"
    if limit is not None:
        yield f"[yellow]There may be more: it stopped at {limit} accounts (--limit).[/]"
