"""`saldo invoice document`."""

from __future__ import annotations

from argparse import Namespace

from rich.markup import escape

from saldo.edge.v1.files import DocumentQuery, document, put_document, shown
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def document_of(options: Namespace, out: Output) -> int:
    """Give an invoice its document, or fetch it."""
    if (options.file is None) == (options.out is None):
        raise UsageProblem("Name a file to give the invoice, or where to write its own with --out.")
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    store, files = services.store, services.files
    if options.file is not None:
        asked = DocumentQuery(number=options.number, name=options.file.name)
        data = options.file.read_bytes()
        kept, is_new = put_document(store, files, creditor, asked, data, who(options))
        said = "Kept" if is_new else "Known already"
        out.result(dict(kept), f"{said}: {escape(kept['name'])}, {kept['size_bytes']} bytes.")
        return OK
    found = document(store, files, creditor, options.number)
    options.out.write_bytes(files.read(found))
    out.result(
        dict(shown(found)), f"{escape(str(options.out))}: {found.size} bytes, {found.content_type}."
    )
    return OK
