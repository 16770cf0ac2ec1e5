"""`saldo document push` and `saldo upload …`."""

from __future__ import annotations

import os
import secrets
from argparse import Namespace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from rich.markup import escape

from saldo.edge.v1 import documents
from saldo.files.model import BYTES_MAX
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.erp import ErpClient
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, Unreachable, UsageProblem
from saldo_cli.transport import KeepAliveTransport, Transport


def push(options: Namespace, out: Output) -> int:
    """Send files; 1 when any of them was refused."""
    key = options.api_key or os.environ.get("SALDO_API_KEY")
    if not key:
        raise UsageProblem(
            "An API key is needed.", "Give --api-key or SALDO_API_KEY; make one: saldo key create"
        )
    missing = [file for file in options.file if not file.is_file()]
    if missing:
        raise UsageProblem(f"There is no file {str(missing[0])!r}.")
    url = options.url or os.environ.get("SALDO_PUBLIC_URL") or cloud_of(options).public_url
    with KeepAliveTransport() as transport:
        client = ErpClient(url, key, transport)
        sent = [_send(client, transport, file, options.source) for file in options.file]
    out.result(sent)
    out.table(
        "",
        ("file", "state", "number", "id", "why"),
        [
            (
                escape(one["file"]),
                one["state"],
                escape(str(one.get("found", {}).get("number", ""))),
                one["id"],
                escape(one.get("text", "")),
            )
            for one in sent
        ],
    )
    return REFUSED if any(one["state"] == "refused" for one in sent) else OK


def _send(client: ErpClient, transport: Transport, file: Path, source: str) -> dict[str, Any]:
    """Send one file: with a call where that takes it, else to an address given out for it."""
    data = file.read_bytes()
    if len(data) <= BYTES_MAX:
        asked = urlencode({"name": file.name, "source": source})
        answer = client.send("POST", f"/v1/documents?{asked}", data)
        return {"file": str(file), **answer}
    made = client.call("POST", "/v1/uploads", {"name": file.name, "source": source})
    kind, body = upload_form(made["fields"], file.name, data)
    status, _, content = transport.request("POST", made["url"], {"Content-Type": kind}, body)
    if status >= 300:
        raise Unreachable(f"The address refused the file ({status}): {content[:200]!r}")
    text = "It is taken within a minute: saldo upload show ID"
    return {"file": str(file), "id": made["id"], "state": "received", "text": text}


def upload_form(fields: dict[str, str], name: str, data: bytes) -> tuple[str, bytes]:
    """Return a form with a file as its last field, and its content type (RFC 7578)."""
    edge = secrets.token_hex(16)
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    )
    safe = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n'
    body = f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + data
    return f"multipart/form-data; boundary={edge}", body + f"\r\n--{edge}--\r\n".encode()


def show(options: Namespace, out: Output) -> int:
    """Tell what became of a file."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    found = services.uploads.show(creditor, options.id)
    if found.receipt is None:
        out.result(
            dict(documents.show(services, creditor, options.id)), "Nothing has come there yet."
        )
        return OK
    _tell(documents.shown(found.receipt), out)
    return OK


def list_waiting(options: Namespace, out: Output) -> int:
    """List the files that wait."""
    services = cloud_of(options).services
    found = documents.waiting(services, creditor_of(options, services).id)["items"]
    out.result(found)
    if not found:
        out.say("Nothing waits.")
        return OK
    rows = [
        (one["id"], escape(one["name"]), one["received_at"][:10], one["code"], escape(one["text"]))
        for one in found
    ]
    out.table("", ("id", "file", "came", "code", "why"), rows)
    return OK


def again(options: Namespace, out: Output) -> int:
    """Try a file again; 1 when it is refused."""
    services = cloud_of(options).services
    order = {
        "id": options.id,
        **({"account": options.account} if options.account else {}),
        **({"invoice": options.invoice} if options.invoice else {}),
        "stands_alone": options.stands_alone,
    }
    found = documents.again(services, creditor_of(options, services).id, order)
    _tell(found, out)
    return REFUSED if found["state"] == "refused" else OK


def _tell(found: documents.DocumentAnswer, out: Output) -> None:
    why = f": {escape(found['text'])}" if found["text"] else "."
    out.result(dict(found), f"{escape(found['name'])} is [bold]{found['state']}[/]{why}")
    rows = [
        (row["status"], escape(row["id"]), row["code"], escape(row["place"]), escape(row["text"]))
        for row in found["rows"]
    ]
    if rows:
        out.table("", ("status", "number", "code", "place", "text"), rows)
