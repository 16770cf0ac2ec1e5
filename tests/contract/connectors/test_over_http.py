"""The stand-ins over real HTTP on this machine, asked by the transport that is deployed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from infra.local.erps import snelstart
from infra.local.erps.fake import serve
from saldo.adapters.erp.snelstart.api import SnelStartApi
from saldo.adapters.erp.snelstart.connector import SnelStartConnector
from saldo.adapters.http.transport import UrllibTransport
from saldo.connectors.model import Connection
from tests.books import CREDITOR
from tests.connected import (
    NAME,
    SNELSTART_LIMITS,
    Connected,
    SnelStartKeys,
    connection_parts,
    snelstart_connected,
)

CUSTOMER = "10001"


@contextmanager
def over_http() -> Iterator[tuple[Connected, snelstart.SnelStartErp]]:
    """SnelStart's stand-in behind a server, and books that reach it by HTTP alone."""
    connected, erp = snelstart_connected()
    server = serve(erp)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    keys = SnelStartKeys(snelstart.SUBSCRIPTION, snelstart.KOPPELSLEUTEL)

    def connect(connection: Connection) -> SnelStartConnector:
        grants, meter = connection_parts(connected.books, connection, SNELSTART_LIMITS)
        transport = UrllibTransport(2.0, response_bytes_max=20_000)
        api = SnelStartApi(keys, grants, meter, transport, f"{address}/v2", f"{address}/token")
        return SnelStartConnector(api, snelstart.JOURNAL)

    connected.runs._connect = connect
    try:
        yield connected, erp
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ended(connected: Connected) -> str:
    connected.books.clock.advance(timedelta(minutes=15))
    report = connected.runs.run(CREDITOR, NAME)
    assert report.ended is not None
    return report.ended.state


def test_an_invoice_comes_and_its_settlement_goes_by_http() -> None:
    with over_http() as (connected, erp):
        erp.customer(CUSTOMER, "Voorbeeld & Zn. B.V.", "administratie@voorbeeld.example")
        erp.invoice("F/1001", CUSTOMER, "119.00", date(2026, 10, 20), date(2026, 11, 3))
        assert ended(connected) == "ok"
        connected.start_and_settle("F/1001", 11900)
        connected.hear()
        assert ended(connected) == "ok"
        assert erp.open_of("F/1001") == 0


def test_a_connection_that_breaks_off_and_an_answer_without_end_are_silence() -> None:
    with over_http() as (connected, erp):
        erp.customer(CUSTOMER, "Voorbeeld B.V.")
        erp.fail("silent", "relaties")
        assert ended(connected) == "unreachable"
        for place in range(90):
            number = f"F-{place:03}-{'x' * 40}"
            erp.invoice(number, CUSTOMER, "1.00", date(2026, 10, 20), date(2026, 11, 3))
        assert ended(connected) == "unreachable"
        assert connected.books.open_items(CUSTOMER) == []
