"""The routes about files that come in: sent with the call, or to an address given out for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer, header, raw_body
from saldo.edge.metrics import count
from saldo.edge.v1.requests import NoQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import app, body, caller, metrics, query, route
else:  # in Lambda this folder is the root of the code
    from base import app, body, caller, metrics, query, route

_BODY_BYTES_MAX = 6_000_000
"""More than Lambda takes: what is too large for us, yet came, is refused as such."""

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("POST", "/v1/documents")
def post_document() -> Response:
    """Take a file that comes with the call."""
    from saldo.edge.v1 import documents

    who = caller("invoices:write")
    asked = query(documents.SendQuery)
    told, data = header(app, "content-type") or "", raw_body(app, _BODY_BYTES_MAX)
    found, is_new = documents.send(who.services, who.key, asked, told, data)
    count(metrics, f"Documents{found['state'].capitalize()}")
    return answer(found, 201 if is_new else 200)


@route("POST", "/v1/uploads")
def post_upload() -> Response:
    """Give out an address for a large file."""
    from saldo.edge.v1 import documents

    who = caller("invoices:write")
    return answer(documents.order(who.services, who.key, body()), 201)


@route("GET", "/v1/uploads")
def get_waiting() -> Response:
    """List the files that wait."""
    from saldo.edge.v1 import documents

    who = caller("invoices:read")
    query(NoQuery)
    return answer(documents.waiting(who.services, who.id))


@route("GET", "/v1/uploads/{upload_id}")
def get_upload(upload_id: str) -> Response:
    """Tell what became of a file."""
    from saldo.edge.v1 import documents

    who = caller("invoices:read")
    return answer(documents.show(who.services, who.id, upload_id))


@route("GET", "/v1/uploads/{upload_id}/content")
def get_upload_content(upload_id: str) -> Response:
    """Return a file that came in."""
    from saldo.edge.files import kept_answer

    who = caller("invoices:read")
    receipt, desk = who.services.uploads.receipt(who.id, upload_id), who.services.receiving
    return kept_answer(
        receipt.size,
        "application/octet-stream",
        receipt.name,
        lambda: desk.data(receipt),
        lambda: desk.address(receipt),
    )


@route("POST", "/v1/uploads/again")
def post_again() -> Response:
    """Try a file again."""
    from saldo.edge.v1 import documents

    who = caller("invoices:write")
    return answer(documents.again(who.services, who.id, body()))
