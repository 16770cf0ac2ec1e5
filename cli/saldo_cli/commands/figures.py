"""`saldo report show`, `list`, `save`, `remove`, `send`, `verify` and `rebuild`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from saldo.edge.v1.reports import kinds, table_answer, view_answer
from saldo.figures.answer import ReportTable
from saldo.figures.ask import Asked, asked
from saldo.figures.formulas import ages_in
from saldo.figures.model import DIMENSIONS
from saldo.figures.speech import FigureSpeech, is_number
from saldo.figures.verify import FiguresChecked
from saldo.figures.views import FORMATS, Format, Mailing
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem

_TOLD_MAX = 50


def show(options: Namespace, out: Output) -> int:
    """Print a report, or write it to a file."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    title, wanted = "", None
    if options.view:
        view = services.report_views.get(creditor.id, options.view)
        title, wanted = view.title, view.asked
    elif options.report:
        wanted = _asked(options)
    if wanted is None:
        raise UsageProblem("Which report? Name one, or a view with --view.", "saldo report list")
    made = services.reports.make(creditor.id, creditor.time_zone, wanted)
    say = FigureSpeech(options.language)
    title = title or say.report(wanted.report)
    if options.out:
        kind = _format_of(options.out)
        data = services.report_sender.files(creditor, title, made, kind, options.language)
        options.out.write_bytes(data)
        told = {"file": str(options.out), "rows": len(made.rows)}
        out.result(told, out.good(f"✓ {options.out}"))
        return OK
    out.result(table_answer(made), f"{title}, {say.when(made)}")
    _print(out, say, made)
    if made.prices_assumed:
        out.say(say("prices_assumed"))
    return OK


def _asked(options: Namespace) -> Asked:
    filters: dict[str, list[str]] = {}
    for one in options.where or ():
        name, is_given, value = one.partition("=")
        if not is_given or name not in DIMENSIONS:
            raise UsageProblem(f"{one!r} is no filter: write {'|'.join(DIMENSIONS)}=VALUE.")
        filters.setdefault(name, []).append(value)
    return asked(
        options.report,
        columns=_parts(options.columns),
        groups=None if options.by is None else _parts(options.by),
        filters=filters,
        period=options.period or "",
        first=options.first,
        last=options.last,
        ages=ages_in(_parts(options.ages)),
        limit=options.limit,
        idle_days=options.idle_days,
    )


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _print(out: Output, say: FigureSpeech, made: ReportTable) -> None:
    heads = say.heads(made)
    first = len(heads) - len(made.columns)
    marks = ["", *("" for _ in range(first))]
    marks += [">" if is_number(column) else "" for column in made.columns]
    titles = [
        f"{mark}{head}" for mark, head in zip(marks, [say.group("currency"), *heads], strict=True)
    ]
    rows = [[row.currency, *say.row(made, row)] for row in made.rows]
    rows += [[row.currency, *say.total(made, row)] for row in made.totals]
    if rows:
        out.table("", titles, rows)
    else:
        out.say(say("nothing"))


def _format_of(path: Path) -> Format:
    kind = next((one for one in FORMATS if path.suffix.lower() == f".{one}"), None)
    if kind is None:
        raise UsageProblem(f"{path.name} is none of .csv, .xlsx, .pdf.")
    return kind


def list_(options: Namespace, out: Output) -> int:
    """Print which reports there are, and those that are kept."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    views = services.report_views.list(creditor.id)
    document = {**kinds(), "views": [view_answer(view) for view in views]}
    out.result(document, f"{len(kinds()['items'])} reports, {len(views)} kept")
    say = FigureSpeech(options.language)
    out.table(
        "",
        ("report", "", "columns", "groups"),
        [
            (one["report"], say.report(one["report"]),
             ", ".join(column["name"] for column in one["columns"]), ", ".join(one["groups"]))
            for one in kinds()["items"]
        ],
    )  # fmt: skip
    if views:
        out.table(
            "",
            ("view", "title", "report", "roles", "sent to", "next"),
            [
                (v.id, v.title, v.asked.report, ", ".join(v.roles) or "all",
                 ", ".join(v.mailing.to) if v.mailing else "", str(v.next_at or ""))
                for v in views
            ],
        )  # fmt: skip
    return OK


def save(options: Namespace, out: Output) -> int:
    """Keep a report, and have it sent if wished."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    kept = services.report_views.save(
        creditor.id,
        creditor.time_zone,
        options.title,
        _asked(options),
        who(Namespace(by=None)),
        roles=options.role or (),
        mailing=_mailing(options),
        id_=options.view,
    )
    told = f"✓ {kept.title}: {kept.id}" + (f", sent next {kept.next_at}" if kept.next_at else "")
    out.result(view_answer(kept), out.good(told))
    return OK


def _mailing(options: Namespace) -> Mailing | None:
    to: Sequence[str] = options.to or ()
    if not options.every:
        if to:
            raise UsageProblem("How often is it sent? Say --every day, week or month.")
        return None
    return Mailing(
        options.every, options.hour, tuple(to), tuple(options.format or ("pdf",)), options.on
    )


def remove(options: Namespace, out: Output) -> int:
    """Remove a report that is kept."""
    services = cloud_of(options).services
    gone = services.report_views.remove(
        creditor_of(options, services).id, options.view, who(Namespace(by=None))
    )
    out.result(view_answer(gone), out.good(f"✓ {gone.title} is kept no more."))
    return OK


def send(options: Namespace, out: Output) -> int:
    """Send a report that is kept now."""
    services = cloud_of(options).services
    view = services.report_views.get(creditor_of(options, services).id, options.view)
    to = options.to or (list(view.mailing.to) if view.mailing else [])
    if not to:
        raise UsageProblem("To whom? The view is sent to nobody by itself: say --to.")
    queued = services.report_mailings.send_now(view, to)
    out.result({"queued": queued}, out.good(f"✓ {queued} mails are on their way."))
    return OK


def verify(options: Namespace, out: Output) -> int:
    """Compare the figures with the books; 1 when anything differs."""
    return _check(options, out, rebuild=False)


def rebuild(options: Namespace, out: Output) -> int:
    """Count everything anew; 1 when anything differs still."""
    return _check(options, out, rebuild=True)


def _check(options: Namespace, out: Output, *, rebuild: bool) -> int:
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    today = services.clock.now().date()
    check = services.figure_check.rebuild if rebuild else services.figure_check.verify
    with out.progress("Counting" if rebuild else "Comparing") as advance:
        found = check(creditor, today, lambda done: advance(done=done))
    document = {
        "accounts": found.accounts,
        "facts": found.facts,
        "sheets": found.sheets,
        "busy": found.busy,
        "differences": [
            {"where": d.where, "what": d.what, "kept": d.kept, "right": d.right}
            for d in found.differences
        ],
    }
    out.result(document, _summary(out, found))
    if found.differences:
        out.table(
            "",
            ("where", "what", ">kept", ">right"),
            [(d.where, d.what, str(d.kept), str(d.right)) for d in found.differences[:_TOLD_MAX]],
        )
    return REFUSED if found.differences else OK


def _summary(out: Output, found: FiguresChecked) -> str:
    read = f"{found.facts} facts of {found.accounts} accounts, {found.sheets} sheets"
    if found.busy:
        read += f"; {found.busy} changed meanwhile and were not judged"
    if found.differences:
        return f"[bold red]{len(found.differences)} differences ({read})[/]"
    return out.good(f"✓ Figures and books agree ({read}).")
