"""`saldo forecast backtest`: the forecast tried on a ledger's own past, beside simple rules."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from rich.markup import escape

from saldo.forecast.backtest import Backtest, Scores
from saldo.forecast.backtest import backtest as tried
from saldo.forecast.model import Bill
from saldo_cli.commands.replay import columns_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, CommandProblem
from saldo_cli.replay.ledger import LedgerLine, read_past

_LABELS = {
    "model": "forecast",
    "due_date": "the due date",
    "global_median": "everybody's median",
    "account_mean": "the account's mean",
}


def backtest(options: Namespace, out: Output) -> int:
    """Print how far off the forecast was, and the rules beside it."""
    ledger, left_out = read_past(
        options.file, columns_of(options.map), options.date_format, options.currency
    )
    with out.progress("Forecasting"):
        found = tried([_bill(line) for line in ledger], options.split)
    if not found.scores:
        raise CommandProblem(
            f"No invoice was issued after {options.split} and paid later.",
            f"The file's last invoice is of {max(line.issued_on for line in ledger)}.",
        )
    out.result(
        {
            name: {key: _rounded(value) for key, value in asdict(scores).items()}
            for name, scores in found.scores.items()
        }
    )
    _tell(found, out)
    for sentence in left_out:
        out.problem(sentence)
    return OK


def _bill(line: LedgerLine) -> Bill:
    # By its row: a past may hold a number twice, and both were paid.
    return Bill(
        line.account,
        str(line.row),
        line.issued_on,
        line.due_on,
        line.currency,
        line.amount_minor,
        line.paid_on,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _tell(found: Backtest, out: Output) -> None:
    still = f"; {found.open_untested} are open to this day" if found.open_untested else ""
    out.say(
        f"Learnt from {found.trained_on} invoices paid by {escape(str(found.split))}, "
        f"forecast {found.tested} issued later, each on the day of its issue{still}\n"
    )
    columns = (
        "days beyond terms, told by",
        ">mean error",
        ">median error",
        ">AUC late",
        ">within 80 %",
        ">pinball",
    )
    out.table("", columns, [(_LABELS[name], *_row(each)) for name, each in found.scores.items()])


def _row(scores: Scores) -> tuple[str, ...]:
    return (
        f"{scores.mae_days:.2f}",
        f"{scores.median_ae_days:.2f}",
        "" if scores.auc_late is None else f"{scores.auc_late:.3f}",
        "" if scores.coverage_80 is None else f"{scores.coverage_80:.1%}",
        f"{scores.pinball:.2f}",
    )
