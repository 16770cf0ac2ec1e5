"""The operations about mappings and imports, described."""

from __future__ import annotations

from typing import Any

from saldo.edge.v1 import imports
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.edge.v1.requests import NoQuery
from saldo.files.model import FilesBusy
from saldo.imports.book import MappingBusy
from saldo.imports.mapping import MappingNotValid, MappingUnknown
from saldo.imports.model import ImportUnknown
from saldo.intake.model import SourceNotValid

BODY_EXAMPLE: dict[str, Any] = {
    "schema": 1,
    "layout": {"format": "csv", "encoding": "cp1252", "separator": ";", "header_line": 1},
    "decimal": ",",
    "days": "DMY",
    "fields": {
        "number": {"column": "Rechnung"},
        "account": {"column": "Kunde"},
        "issued_on": {"column": "Datum"},
        "due_on": {"column": "Fällig"},
        "amount": {"column": "Offen"},
        "currency": {"value": "EUR"},
    },
}
MAPPING: dict[str, Any] = {
    "source": "erp",
    "version": 2,
    "set_at": "2026-11-20T11:31:08.204000Z",
    "set_by": "ERP",
    "mapping": BODY_EXAMPLE,
}
IMPORT: dict[str, Any] = {
    "id": "5f70bf18a086007016e948b04a",
    "source": "erp",
    "mapping": 2,
    "name": "open-items.csv",
    "sha256": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "size_bytes": 48213,
    "by": "ERP",
    "received_at": "2026-11-20T11:31:08.204000Z",
    "state": "done",
    "rows": 412,
    "counts": {
        "rows": 412,
        "taken": 398,
        "unchanged": 10,
        "refused": 3,
        "left_out": 1,
        "accounts": 57,
    },
    "finished_at": "2026-11-20T11:31:19.730000Z",
    "code": "",
    "text": "",
}

IMPORT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listMappings",
        "GET",
        "/v1/mappings",
        "Imports",
        "List the mappings in force",
        "One for every source that files of rows come from.",
        "invoices:read",
        (Reply(200, "The mappings.", imports.MappingList, {"one": {"items": [MAPPING]}}),),
        (*AUTH, ParameterNotValid),
        query=NoQuery,
    ),
    Operation(
        "getMapping",
        "GET",
        "/v1/mappings/{source}",
        "Imports",
        "The mapping of a source",
        "The one in force, as it was set.",
        "invoices:read",
        (Reply(200, "The mapping.", imports.MappingAnswer, {"one": MAPPING}),),
        (*AUTH, MappingUnknown),
    ),
    Operation(
        "setMapping",
        "PUT",
        "/v1/mappings/{source}",
        "Imports",
        "Set the mapping of a source",
        "Says what the columns of its files mean. Files that came before stay as they were taken; "
        "the same file under another version is another import. One that takes rows as payments "
        "(`payment.id`) needs the scope `payments:write` beside.",
        "invoices:write",
        (
            Reply(201, "Set: a new version.", imports.MappingAnswer, {"new": MAPPING}),
            Reply(200, "The same as before.", imports.MappingAnswer, {"known": MAPPING}),
        ),
        (*AUTH, *BODY, SourceNotValid, MappingNotValid, MappingBusy),
        body=imports.MappingBody,
        body_example=BODY_EXAMPLE,
        repeat="Repeating is harmless: the same mapping is the same version.",
    ),
    Operation(
        "listImports",
        "GET",
        "/v1/imports",
        "Imports",
        "List the imports",
        "Files of rows, the newest first.",
        "invoices:read",
        (Reply(200, "The imports.", imports.ImportList, {"one": {"items": [IMPORT]}}),),
        (*AUTH, ParameterNotValid),
        query=NoQuery,
    ),
    Operation(
        "getImport",
        "GET",
        "/v1/imports/{import_id}",
        "Imports",
        "How far an import is",
        "A file of rows that came in names its import in `ref`.",
        "invoices:read",
        (Reply(200, "The import.", imports.ImportAnswer, {"done": IMPORT}),),
        (*AUTH, ImportUnknown),
    ),
    Operation(
        "getImportReport",
        "GET",
        "/v1/imports/{import_id}/report",
        "Imports",
        "What became of every row",
        "As CSV with the columns line, status, kind, id, code and text. Status is taken, "
        "unchanged, refused or left-out; of an import that failed also not-reached.",
        "invoices:read",
        (Reply(200, "The report.", media="text/csv"),),
        (
            *AUTH,
            ParameterNotValid,
            ImportUnknown,
            imports.ReportMissing,
            imports.ReportTooLarge,
            FilesBusy,
        ),
        query=imports.ImportReportQuery,
    ),
)
