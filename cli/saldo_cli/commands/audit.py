"""`saldo audit …`."""

from __future__ import annotations

from argparse import Namespace

from rich.markup import escape

from saldo.accounts.model import INSTALLATION
from saldo.audit.verify import Finding, Verdict, verify
from saldo.codec import encode
from saldo.edge.v1 import privacy as render
from saldo.wiring import Services
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED

_PROGRESS_EVERY = 1000


def show(options: Namespace, out: Output) -> int:
    """List who did what, the last first."""
    services = cloud_of(options).services
    named = options.creditor
    creditor = named if named == INSTALLATION else creditor_of(options, services).id
    chain = services.audit_chain
    if options.account:
        now = services.clock.now()
        month = (options.month or now.strftime("%Y-%m")).replace("-", "")
        found = chain.of_account(creditor, options.account, month, options.limit, options.what)
    else:
        found = chain.newest(creditor, options.limit, options.before)
    out.result([render.entry(one) for one in found])
    if not found:
        out.say("Nothing stands in the audit log.")
        return OK
    out.table(
        "",
        (">entry", "at", "what", "by", "account", "about"),
        [
            (
                str(one.number),
                f"{one.at:%Y-%m-%d %H:%M:%S}",
                one.what,
                one.by,
                one.account,
                one.on,
            )
            for one in found
        ],
    )
    return OK


def check(options: Namespace, out: Output) -> int:
    """Walk the chains and say what differs; 1 when anything does."""
    services = cloud_of(options).services
    verdicts = [
        _verified(services, creditor, options.first, out) for creditor in _chains(options, services)
    ]
    out.result([_document(one) for one in verdicts])
    for verdict in verdicts:
        _tell(verdict, out)
    return OK if all(one.is_sound for one in verdicts) else REFUSED


def _chains(options: Namespace, services: Services) -> list[str]:
    if options.creditor:
        return [options.creditor]
    every = services.accounts.owners()
    return [one for one in every if services.audit_chain.head(one).number or one != INSTALLATION]


def _verified(services: Services, creditor: str, first: int, out: Output) -> Verdict:
    with out.progress(f"Walking the chain of {creditor}") as advance:

        def progress(entries: int) -> None:
            if entries % _PROGRESS_EVERY == 0:
                advance(done=entries)

        anchors = services.anchors.of(creditor)
        now = services.clock.now()
        return verify(services.store, creditor, now, anchors, first, progress)


def _document(verdict: Verdict) -> dict[str, object]:
    document: dict[str, object] = encode(verdict)
    return {"sound": verdict.is_sound, "findings": [], **document}


def _tell(verdict: Verdict, out: Output) -> None:
    read = f"{verdict.entries} entries, {verdict.anchors} anchors"
    for one in verdict.erased:
        out.say(
            f"Of account {escape(one.account)}, words of {one.events} events were erased, "
            f"ordered on {one.ordered_at:%Y-%m-%d} by {escape(one.ordered_by)}."
        )
    if verdict.is_sound:
        head = f"ends at {verdict.last}, {verdict.hash[:16]}…"
        out.say(out.good(f"✓ The chain of {verdict.creditor} is sound ({read}); it {head}"))
        return
    out.say(f"[bold red]{escape(verdict.creditor)}: {len(verdict.findings)} findings ({read}):[/]")
    out.table(
        "",
        (">entry", "finding", "account", "event", "what differs"),
        [_row(one) for one in verdict.findings],
    )


def _row(found: Finding) -> tuple[str, ...]:
    number = str(found.number) if found.number else ""
    return number, found.kind, found.account, found.event, found.detail


def catch_up(options: Namespace, out: Output) -> int:
    """Append events that never arrived, however old, and anchor the heads."""
    services = cloud_of(options).services
    every = [options.creditor] if options.creditor else [*services.accounts.owners()]
    done = [services.audit_tender.tend(creditor, whole=True) for creditor in every]
    out.result(
        [encode(one) for one in done],
        *(
            f"{escape(one.creditor)}: {one.late} events were appended; the chain ends at "
            f"{one.number}."
            for one in done
        ),
    )
    return OK
