"""`saldo evidence`."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from rich.markup import escape

from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def evidence(options: Namespace, out: Output) -> int:
    """Pack everything that proves a claim."""
    if (options.invoice is None) == (options.account is None):
        raise UsageProblem("Name an invoice, or an account with --account.")
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    number = options.invoice or options.account
    pack = (
        services.evidence.of_account(creditor, number)
        if options.invoice is None
        else services.evidence.of_invoice(creditor, number)
    )
    target = options.out or Path(f"evidence-{re.sub(r'[^A-Za-z0-9._-]+', '_', number)}.zip")
    target.write_bytes(pack.content)
    out.result(
        {
            "file": str(target),
            "bytes": len(pack.content),
            "sha256": pack.sha256,
            "invoices": pack.invoices,
            "messages": pack.messages,
            "words_kept": pack.words_kept,
        },
        f"{escape(str(target))}: {pack.invoices} invoices, {pack.messages} messages, the words of "
        f"{pack.words_kept} of them kept.",
        f"SHA-256 {pack.sha256}; open index.html in it.",
    )
    return OK
