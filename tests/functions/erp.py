"""An ERP at the API: a key, and calls through the ingest function's handler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.ingest import app
from saldo.accounts.api_keys import ALL_SCOPES
from saldo.accounts.model import Creditor
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.events import Event
from saldo.ids import SeededIds
from saldo.settings import Settings
from saldo.store import Store
from saldo.wiring import Services, install
from tests.books import ListQueue
from tests.events import check_events
from tests.functions.apigw import Answer, Context, Query, answer_of, api_event

ACCOUNT: dict[str, Any] = {
    "number": "D-1",
    "name": "Beispiel Bäckerei GmbH",
    "kind": "business",
    "contacts": [{"name": "Buchhaltung", "email": "rechnung@beispiel.example"}],
}
INVOICE: dict[str, Any] = {
    "number": "2026/0815",
    "account": "D-1",
    "issued_on": "2026-11-02",
    "due_on": "2026-11-16",
    "currency": "EUR",
    "amount": "119.00",
}
CREDIT_NOTE: dict[str, Any] = {
    "number": "G/7",
    "invoice": "2026/0815",
    "issued_on": "2026-11-20",
    "currency": "EUR",
    "amount": "19.00",
}


class World:
    """The services behind the API, and everything that was committed to their memory."""

    def __init__(
        self, clock: FixedClock, *, is_local: bool = False, store: Store | None = None
    ) -> None:
        self.clock = clock
        self.commits: list[Any] = []
        self.services = Services(
            Settings(public_url="https://pay.musterwerk.example", is_local=is_local),
            store=store or MemoryStore(on_commit=self._committed),
            clock=clock,
            ids=SeededIds(1),
            plan_queue=ListQueue(),
            send_queue=ListQueue(),
            delivery_queue=ListQueue(),
            person_queue=ListQueue(),
            webhook_transport=None,
        )
        install(self.services)

    def _committed(self, records: Sequence[Any]) -> None:
        check_events(records)
        self.commits.extend(records)

    @property
    def events(self) -> list[str]:
        return [record.type for record in self.commits if isinstance(record, Event)]

    def erp(
        self, creditor: str = "musterwerk", scopes: Sequence[str] = ALL_SCOPES, **fields: Any
    ) -> Erp:
        """Return an ERP of a creditor, which is made when it is not there yet."""
        accounts = self.services.accounts
        if self.services.store.get(Creditor, creditor) is None:
            wanted: dict[str, Any] = {
                "name": "Musterwerk GmbH",
                "country": "DE",
                "language": "de",
                "time_zone": "Europe/Berlin",
                "policy": "plain-2-18-34",
                "state": "live",
            }
            accounts.create_creditor(Creditor(creditor, **(wanted | fields)))
        secret, key = accounts.create_key(creditor, "ERP", scopes)
        self.commits.clear()
        return Erp(secret, key.id)


@dataclass(frozen=True)
class Erp:
    """Whoever holds a key."""

    secret: str
    key_id: str = ""

    def call(
        self,
        method: str,
        resource: str,
        body: Any = None,
        query: Query | None = None,
        path: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and return its answer, which is never a fault of ours."""
        sent = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        event = api_event(method, resource, path, query, sent, body)
        answer = answer_of(app.handler(event, Context()))
        assert answer.status < 500, answer.text
        return answer

    def get(self, resource: str, **query: str) -> Answer:
        return self.call("GET", resource, query=query)

    def put(self, resource: str, record: Any) -> Answer:
        return self.call("PUT", resource, record)

    def push(self, resource: str, *records: Any) -> Any:
        """Send a bulk call that is taken as a whole, and return what became of it."""
        answer = self.call("POST", resource, {"records": list(records)})
        assert answer.status == 200, answer.text
        return answer.json

    def begin(self) -> None:
        """An account with one invoice."""
        assert self.put("/v1/accounts", ACCOUNT).status == 201
        assert self.put("/v1/invoices", INVOICE).status == 201


def refusal(answer: Answer) -> tuple[int, str, str | None]:
    """Return a problem's status, code and pointer, and hold it against RFC 9457."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json
    assert found["type"] == f"urn:saldo:problem:{found['code']}"
    assert found["status"] == answer.status
    assert found["title"]
    assert found["detail"].endswith((".", "?"))
    assert "Traceback" not in answer.text
    return answer.status, found["code"], found.get("pointer")
