"""Rows of what comes as tables: mappings, and imports on their way."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.imports.mapping import MappingVersion
from saldo.imports.model import Import

IMPORTS = (
    RowKind(
        MappingVersion,
        "mapping",
        "C",
        1,
        "MAPPING",
        "What do the columns of this source mean? One query, 1 RU; written once a version, some "
        "2 to 10 WU by its size.",
    ),
    RowKind(
        Import,
        "import",
        "C",
        1,
        "IMPORT",
        "How far is this import? One get, 1 RU; two writes a page of 250 rows. All of a "
        "creditor's: one query, 1 RU per some 8. Those that got no further: GSI `work`.",
    ),
)
