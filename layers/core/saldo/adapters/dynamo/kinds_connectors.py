"""Rows of connections to ERPs."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.connectors.model import Connection, ErpOrder, Grant, ItemLink, Pass, Usage

CONNECTORS = (
    RowKind(
        Connection,
        "connection",
        "C",
        1,
        "ERP",
        "A creditor's connections: one query, 1 RU, per event about money. Due ones: GSI `work`.",
    ),
    RowKind(
        Grant,
        "erp-grant",
        "X",
        2,
        "GRANT",
        "What opens the ERP now? One get, 1 RU per run; written twice per renewal, 2 WU.",
    ),
    RowKind(
        Usage,
        "erp-usage",
        "X",
        2,
        "USAGE",
        "How much was asked of the ERP? One get, 1 RU per run; written once per 20 calls, 1 WU.",
    ),
    RowKind(
        Pass,
        "erp-pass",
        "X",
        2,
        "PASS",
        "What had an interrupted reading seen? One get, 1 RU per run, more when there was one.",
    ),
    RowKind(
        ItemLink,
        "erp-item",
        "X",
        2,
        "ITEM",
        "What does the ERP say of an invoice? One get, 1 RU; all of a connection's at the end of "
        "each whole reading, 1 RU per 10 items of the last two years.",
    ),
    RowKind(
        ErpOrder,
        "erp-order",
        "X",
        2,
        "ORDER",
        "Was the ERP told of this? Put-if-absent with its item's link, 4 WU. Those that wait: GSI "
        "`work`.",
    ),
)
