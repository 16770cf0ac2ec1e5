"""The routes about invoices' documents and lines, and about files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer, raw_body
from saldo.edge.v1.requests import AccountQuery, NumberQuery

if TYPE_CHECKING:
    from saldo.files.model import StoredFile
    from saldo.files.service import Files

if TYPE_CHECKING or __package__:
    from functions.ingest.base import app, caller, query, route
else:  # in Lambda this folder is the root of the code
    from base import app, caller, query, route

_BODY_BYTES_MAX = 6_000_000
"""More than Lambda takes: what is too large for us, yet came, is refused as such."""

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("PUT", "/v1/invoices/document")
def put_document() -> Response:
    """Give an invoice its document."""
    from saldo.edge.v1 import files

    who = caller("invoices:write")
    asked = query(files.DocumentQuery)
    data = raw_body(app, _BODY_BYTES_MAX)
    parts = who.services
    kept, is_new = files.put_document(parts.store, parts.files, who.id, asked, data, who.key.name)
    return answer(kept, 201 if is_new else 200)


@route("GET", "/v1/invoices/document")
def get_document() -> Response:
    """Return an invoice's document."""
    from saldo.edge.v1 import files

    who = caller("invoices:read")
    number = query(NumberQuery).number
    parts = who.services
    return _kept(parts.files, files.document(parts.store, parts.files, who.id, number))


@route("GET", "/v1/invoices/lines")
def get_lines() -> Response:
    """Return an invoice's lines."""
    from saldo.edge.v1 import files

    who = caller("invoices:read")
    number = query(NumberQuery).number
    return answer(files.lines(who.services.store, who.services.invoice_lines, who.id, number))


@route("GET", "/v1/files")
def get_files() -> Response:
    """List the files of an account."""
    from saldo.edge.v1 import files

    who = caller("collection:read")
    account = query(AccountQuery).account
    return answer(files.of_account(who.services.store, who.services.files, who.id, account))


@route("GET", "/v1/files/content")
def get_file() -> Response:
    """Return a file."""
    from saldo.edge.v1 import files

    who = caller("collection:read")
    asked, kept = query(files.FileQuery), who.services.files
    return _kept(kept, kept.get(who.id, asked.account, asked.id))


def _kept(files: Files, file: StoredFile) -> Response:
    from saldo.edge.files import kept_answer

    return kept_answer(
        file.size,
        file.content_type,
        file.name,
        lambda: files.read(file),
        lambda: files.address(file),
    )
