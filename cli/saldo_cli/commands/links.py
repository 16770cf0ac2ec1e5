"""`saldo link`."""

from __future__ import annotations

from argparse import Namespace

from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK


def link(options: Namespace, out: Output) -> int:
    """Print a fresh pay link; whoever holds it can see and pay the invoice."""
    services = cloud_of(options).services
    url = services.links.create(creditor_of(options, services).id, options.invoice)
    out.result({"invoice": options.invoice, "url": url}, url)
    return OK
