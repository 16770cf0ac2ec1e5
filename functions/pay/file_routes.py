"""Files over a link, `/p/{token}/files/{file}`: invoices' documents, what came with answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.files import kept_answer
from saldo.files.model import FROM_CREDITOR, FileUnknown, StoredFile
from saldo.payments.links import LinkUnknown, Opened
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay.base import page_route
else:  # in Lambda this folder is the root of the code
    from base import page_route


@page_route("GET", "/p/{token}/files/{file}")
def fetch_file(token: str, file: str) -> Response:
    """Hand out a file of what the link opens, to be saved; any other is as unknown as none."""
    opened = services().links.open(token)
    try:
        found = services().files.get(opened.link.creditor, opened.link.account, file)
        if not _may_have(opened, found):
            raise FileUnknown("There is no such file.")
        files = services().files
        return kept_answer(
            found.size,
            found.content_type,
            found.name,
            lambda: files.read(found),
            lambda: files.address(found),
        )
    except FileUnknown as refusal:
        raise LinkUnknown("This link opens nothing.") from refusal


def _may_have(opened: Opened, file: StoredFile) -> bool:
    """Tell whether a link's holder may have a file: documents go with the right to read, all else
    with the right to answer; a link to one invoice gives nothing about others.
    """
    if not opened.may("read" if file.purpose in FROM_CREDITOR else "answer"):
        return False
    return opened.link.scope == "account" or file.invoice == opened.link.invoice
