"""The routes about mappings and imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Response

from saldo.edge.http import answer
from saldo.edge.v1.requests import NoQuery

if TYPE_CHECKING or __package__:
    from functions.ingest.base import body, caller, query, route
else:  # in Lambda this folder is the root of the code
    from base import body, caller, query, route

# What the routes call is imported where it is called: pushes, which are most of the traffic, do not
# pay for it at a cold start.


@route("GET", "/v1/mappings")
def get_mappings() -> Response:
    """List the mappings in force."""
    from saldo.edge.v1 import imports

    who = caller("invoices:read")
    query(NoQuery)
    found = who.services.mappings.all(who.id)
    return answer({"items": [imports.mapping(one) for one in found]})


@route("GET", "/v1/mappings/{source}")
def get_mapping(source: str) -> Response:
    """Return the mapping of a source."""
    from saldo.edge.v1 import imports

    who = caller("invoices:read")
    return answer(imports.mapping(who.services.mappings.get(who.id, source)))


@route("PUT", "/v1/mappings/{source}")
def put_mapping(source: str) -> Response:
    """Set the mapping of a source."""
    from saldo.edge.v1 import imports

    who, sent = caller("invoices:write"), body()
    if imports.takes_payments(sent):
        caller("payments:write")  # whoever may send files of this source books money by them
    made, is_new = who.services.mappings.set(who.id, source, sent, who.key.name)
    return answer(imports.mapping(made), 201 if is_new else 200)


@route("GET", "/v1/imports")
def get_imports() -> Response:
    """List the imports."""
    from saldo.edge.v1 import imports

    who = caller("invoices:read")
    query(NoQuery)
    found = who.services.imports.all(who.id)
    return answer({"items": [imports.shown(one) for one in found]})


@route("GET", "/v1/imports/{import_id}")
def get_import(import_id: str) -> Response:
    """Tell how far an import is."""
    from saldo.edge.v1 import imports

    who = caller("invoices:read")
    return answer(imports.shown(who.services.imports.get(who.id, import_id)))


@route("GET", "/v1/imports/{import_id}/report")
def get_import_report(import_id: str) -> Response:
    """Return what became of every row."""
    from saldo.edge.files import file_answer
    from saldo.edge.v1 import imports

    who = caller("invoices:read")
    asked = query(imports.ImportReportQuery)
    one = who.services.imports.get(who.id, import_id)
    data = imports.report(who.services.imports, one, asked)
    return file_answer(data, "text/csv", f"{one.id}.csv")
