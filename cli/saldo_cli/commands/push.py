"""`saldo push`: records from a file, over the API as an ERP sends them."""

from __future__ import annotations

import os
from argparse import Namespace
from collections import Counter
from dataclasses import asdict

from saldo_cli.commands._common import cloud_of
from saldo_cli.erp import ErpClient, Pushed
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem
from saldo_cli.records import read_records
from saldo_cli.transport import KeepAliveTransport


def push(options: Namespace, out: Output) -> int:
    """Push a file; 1 when any record was refused."""
    key = options.api_key or os.environ.get("SALDO_API_KEY")
    if not key:
        raise UsageProblem(
            "An API key is needed.", "Give --api-key or SALDO_API_KEY; make one: saldo key create"
        )
    records = read_records(options.file)
    url = options.url or os.environ.get("SALDO_PUBLIC_URL") or cloud_of(options).public_url
    with (
        KeepAliveTransport() as transport,
        out.progress(f"Pushing {options.kind}", len(records)) as advance,
    ):
        client = ErpClient(url, key, transport)
        results = list(client.push(options.kind, records, lambda done: advance(done=done)))
    return _tell(results, options.kind, out)


def _tell(results: list[Pushed], kind: str, out: Output) -> int:
    counts = Counter(result.status for result in results)
    refused = [result for result in results if result.status == "refused"]
    summary = {status: counts[status] for status in ("accepted", "unchanged", "refused")}
    told = ", ".join(f"{count} {status}" for status, count in summary.items() if count)
    out.result(
        {**summary, "refusals": [asdict(result) for result in refused]},
        f"{len(results)} {kind}: {told or 'nothing to push'}.",
    )
    if refused:
        out.table(
            "\nRefused",
            (">record", "number", "reason", "where"),
            [(str(r.index + 1), r.id, r.reason, r.pointer) for r in refused],
        )
    return REFUSED if refused else OK
