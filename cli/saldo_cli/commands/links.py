"""`saldo link`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rich.markup import escape

from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, CommandProblem, UsageProblem


def link(options: Namespace, out: Output) -> int:
    """Print a fresh pay link; whoever holds it can see and pay what it opens."""
    if options.qr is not None and options.qr.suffix.lower() not in (".svg", ".png"):
        raise UsageProblem(f"{options.qr.name} is neither a .svg nor a .png file.")
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    url = services.links.create(creditor, options.invoice, options.scope)
    document = {"invoice": options.invoice, "scope": options.scope, "url": url}
    if options.qr is None:
        out.result(document, url)
        return OK
    _write(options.qr, url)
    out.result(
        {**document, "qr": str(options.qr)}, url, f"Its QR code is in {escape(str(options.qr))}."
    )
    return OK


def _write(path: Path, url: str) -> None:
    from saldo.adapters.qr import codes

    content = codes.png(url) if path.suffix.lower() == ".png" else codes.svg_file(url)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandProblem(f"{path} cannot be written: {error.strerror}.") from error
