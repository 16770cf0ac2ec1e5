"""Mollie as the tests see it: a server that answers as recorded, and callbacks that are signed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from mollie.api.client import Client

from saldo.adapters.mollie.callbacks import signature_of
from saldo.adapters.mollie.options import Options
from saldo.adapters.mollie.provider import MollieProvider
from saldo.payments.ports import (
    HostedPaymentRequest,
)
from saldo.payments.told import (
    ChargeRequest,
)
from tests.contract.providers.corpus import exchanges

NOW = datetime(2026, 3, 21, 9, 0, tzinfo=UTC)
KEY = "test_abcdefghijklmnopqrstuvwxyz1234"
TOKEN = "access_organisationtoken0123456789"
SECRET, OLD_SECRET = "the-new-webhook-secret", "the-old-webhook-secret"
FORM = {"content-type": "application/x-www-form-urlencoded"}
REQUEST = HostedPaymentRequest(
    idempotency_key="pay-1",
    amount_minor=11900,
    currency="EUR",
    reference="2024/0815",
    description="Invoice 2024/0815",
    language="de",
    return_url="https://pay.example/p/t/return",
    callback_url="https://pay.example/callbacks/mollie",
    creditor_name="Beispiel Wasserwerke GmbH",
)
CHARGE = ChargeRequest(
    idempotency_key="pay-1",
    mandate_id="cst_8wmqcHMN4U/mdt_h3gAaD5zP",
    customer_id=None,
    amount_minor=11900,
    currency="EUR",
    reference="2024/0815",
    description="Instalment 2 of 3",
    callback_url="https://pay.example/callbacks/mollie",
)


class Replay(ThreadingHTTPServer):
    """Answers as recorded, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"
        self.exchanges = exchanges("mollie")
        self.asked: list[tuple[str, dict[str, str], Any]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Replay

    def do_GET(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = f"{self.command} {self.path}"
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((asked, headers, json.loads(sent) if sent else None))
        found = self.server.exchanges.get(asked)
        if found is None:
            found = {"status": 500, "body": {"status": 500, "detail": f"not recorded: {asked}"}}
        body = found["body"] if isinstance(found["body"], str) else json.dumps(found["body"])
        raw = body.replace("{endpoint}", self.server.endpoint).encode()
        self.send_response(found["status"])
        self.send_header("Content-Type", "application/hal+json")
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(raw)

    def do_POST(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


def serve() -> Iterator[Replay]:
    with Replay() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def mollie(server: Replay) -> Iterator[MollieProvider]:
    clients: list[Client] = []

    def factory() -> Client:
        clients.append(Client(api_endpoint=server.endpoint, retry=0, timeout=5))
        return clients[-1]

    options = Options(
        organisation_token=TOKEN, mandate_callback_url="https://pay.example/callbacks/mollie"
    )
    yield MollieProvider(KEY, [SECRET, OLD_SECRET], options, factory, lambda: date(2026, 3, 21))
    for client in clients:
        if hasattr(client, "_client"):
            client._client.close()


def signed(body: bytes, secret: str = SECRET, prefix: str = "sha256=") -> dict[str, str]:
    return {"x-mollie-signature": prefix + signature_of(secret, body)}


def event(kind: str, snapshot: dict[str, Any] | None, **fields: str) -> bytes:
    document: dict[str, Any] = {
        "resource": "event",
        "id": "event_1",
        "type": kind,
        "createdAt": "2026-03-21T08:59:00.0Z",
        "entityId": snapshot["id"] if snapshot else "",
        **fields,
    }
    if snapshot is not None:
        document["_embedded"] = {kind.partition(".")[0]: snapshot}
    return json.dumps(document).encode()


def paid(server: Replay) -> dict[str, Any]:
    path = "GET /v2/payments/tr_5B8cwPMGnU?embed=refunds%2Cchargebacks"
    snapshot: dict[str, Any] = server.exchanges[path]["body"]
    return {name: value for name, value in snapshot.items() if name != "_embedded"}
