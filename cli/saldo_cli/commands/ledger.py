"""`saldo ledger verify` and `saldo ledger show`."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from typing import get_args

from saldo.codec import encode
from saldo.ledger.model import CauseKind
from saldo.ledger.verify import Difference, journal_of, verify, verify_account
from saldo.money import Money, format_amount
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED

_PROGRESS_EVERY = 500
_ORDER: tuple[CauseKind, ...] = get_args(CauseKind)


def check(options: Namespace, out: Output) -> int:
    """Recompute open items and credits from the postings; 1 when anything differs."""
    services = cloud_of(options).services
    today = datetime.now(UTC).date()
    if options.account:
        creditor = creditor_of(options, services).id
        found = verify_account(services.store, creditor, options.account, today)
        read = f"account {options.account}"
    else:
        rows = 0
        with out.progress("Reading the books") as advance:

            def count(number: int) -> None:
                nonlocal rows
                rows = number
                if number % _PROGRESS_EVERY == 0:
                    advance(done=number)

            found = verify(services.store, today, count)
        read = f"{rows} rows"
    document = {"read": read, "differences": [encode(difference) for difference in found]}
    if not found:
        out.result(document, out.good(f"✓ Postings and projections agree ({read})."))
        return OK
    out.result(document, f"[bold red]{len(found)} differences ({read}):[/]")
    out.table(
        "",
        ("creditor", "account", "what", "of", ">postings minus projection"),
        [_row(difference) for difference in found],
    )
    return REFUSED


def _row(difference: Difference) -> tuple[str, ...]:
    balance = difference.balance
    off = str(Money(difference.off_by_minor, balance.currency))
    return balance.creditor, balance.account, balance.what, balance.detail, off


def show(options: Namespace, out: Output) -> int:
    """Print an account's journal, oldest first, every line of every entry."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    entries = sorted(
        journal_of(services.store, creditor, options.account, datetime.now(UTC).date()),
        key=lambda entry: (entry.booked_on, entry.recorded_at, _ORDER.index(entry.cause_kind)),
    )
    out.result([encode(entry) for entry in entries], f"{len(entries)} entries")
    rows = []
    for entry in entries:
        for number, posting in enumerate(entry.postings):
            amount = format_amount(abs(posting.amount_minor), entry.currency)
            debit, credit = (amount, "") if posting.amount_minor > 0 else ("", amount)
            part = "" if posting.part == "principal" else f" ({posting.part})"
            first = (entry.booked_on.isoformat(), f"{entry.cause_kind} {entry.cause_id}")
            where = f"{posting.account}{part} {posting.detail}".strip()
            rows.append((*(first if number == 0 else ("", "")), where, debit, credit))
    out.table("", ("day", "cause", "account", ">debit", ">credit"), rows)
    return OK
