"""What became of a file, as it is told: beside a dropped file, by the API, on the screen. Pure."""

from __future__ import annotations

from typing import Any

from saldo.clock import iso_instant
from saldo.intake.model import Receipt


def report_of(receipt: Receipt) -> dict[str, Any]:
    """Return the report of a file: plain data, the same wherever it is read."""
    return {
        "id": receipt.id,
        "state": receipt.state,
        "code": receipt.code,
        "text": receipt.text,
        "kind": receipt.kind,
        "name": receipt.name,
        "source": receipt.source,
        "way": receipt.way,
        "by": receipt.by,
        "size_bytes": receipt.size,
        "sha256": receipt.sha256,
        "received_at": iso_instant(receipt.received_at),
        "updated_at": iso_instant(receipt.updated_at),
        "next_try_at": iso_instant(receipt.next_at) if receipt.next_at else None,
        "place": receipt.place,
        "ref": receipt.ref,
        "found": receipt.found,
        "rows": [
            {
                "status": row.status,
                "place": row.place,
                "id": row.id,
                "code": row.code,
                "text": row.text,
            }
            for row in receipt.rows
        ],
        "rows_in_all": receipt.rows_in_all,
    }
