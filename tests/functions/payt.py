"""An ERP written against the public description of another receivables service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from saldo.clock import FixedClock
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.ports import ProviderEvent
from saldo.payments.told import ChargebackTold
from saldo.store import Store
from tests.books import FakeProvider
from tests.functions.apigw import Answer
from tests.functions.erp import Erp, World

ADMINISTRATION = "musterwerk"
CONTACT: dict[str, Any] = {
    "contact_identifier": "C-77",
    "firstname": "Erika",
    "lastname": "Beispiel",
    "default_email_address": "rechnung@beispiel.example",
    "invoice_email_address": "eingang@beispiel.example",
    "call_phone_number": "+49 30 901820",
    "postal_address_street_1": "Beispielweg 1",
    "postal_address_postal_code": "10115",
    "postal_address_city": "Berlin",
    "postal_address_country_code": "DE",
}
DEBTOR: dict[str, Any] = {
    "debtor_number": "D-1",
    "debtor_identifier": "guid-1",
    "contact_identifier": "C-77",
    "name": "Beispiel Bäckerei GmbH",
    "country_code": "DE",
    "language_code": "de",
    "is_company": True,
    "coc_number": "HRB 12345",
    "vat_number": "DE999999999",
    "labels": ["Nord"],
}
INVOICE: dict[str, Any] = {
    "invoice_number": "2026/0815",
    "invoice_identifier": "guid-inv-1",
    "debtor_number": "D-1",
    "invoice_date": "2026-11-02",
    "due_date": "2026-11-16",
    "currency_code": "EUR",
    "amount_total": "119.00",
    "amount_open": "119.00",
    "book_amount_total": "119.00",
    "book_amount_open": "119.00",
    "order_number": "PO 4711",
    "description": "Filter cartridges",
}


class Provider(FakeProvider):
    """A provider of payments that settle when a test says so."""


def world_of(clock: FixedClock, store: Store | None = None) -> World:
    """Return the services behind the API, with a provider of payments."""
    world = World(clock, store=store)
    world.services.__dict__["providers"] = {"sandbox": Provider()}
    return world


@dataclass(frozen=True)
class Payt:
    """Calls as its documentation writes them, below an address of ours."""

    erp: Erp
    world: World

    def get(self, path: str, record_id: str = "", **query: str) -> Answer:
        """Ask for a list or, with an id, for one record."""
        sent = {"administration_id": ADMINISTRATION, **query}
        return self.call("GET", path, None, record_id, sent)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        record_id: str = "",
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        # As the gateway has these paths: folded, with every part behind the place a parameter.
        version, *spelt = path.strip("/").split("/")
        parts = [record_id if one == "{record_id}" else one for one in spelt]
        where = {f"part{place}": part for place, part in enumerate(parts, 1)}
        resource = "/".join(["/payt", version, *(f"{{{name}}}" for name in where)])
        return self.erp.call(method, resource, body, query, where, headers)

    def rows(self, path: str, **query: str) -> list[Any]:
        """Read a list to its end, as a sync does: it ends with the first page that is not full."""
        self.world.clock.advance(timedelta(minutes=1))
        found: list[Any] = []
        asked = {"per_page": "100", **query}
        while True:
            answer = self.get(path, **asked)
            assert answer.status == 200, answer.text
            found += answer.json["data"]
            cursor = answer.json["pagination"]["cursor"]
            if len(answer.json["data"]) < int(asked["per_page"]) or not cursor:
                return found
            asked["cursor"] = cursor

    def write(self, method: str, path: str, status: int, record_id: str = "", **body: Any) -> Any:
        sent = {"administration_id": ADMINISTRATION, **body}
        answer = self.call(method, path, sent, record_id)
        assert answer.status == status, answer.text
        return answer.json

    def form(self, method: str, path: str, *pairs: tuple[str, str]) -> Answer:
        text = urlencode([("administration_id", ADMINISTRATION), *pairs])
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.call(method, path, text, headers=kind)

    def begin(self) -> None:
        """Push the contact, its debtor and an invoice."""
        self.taken("/v1/contacts", contacts=[CONTACT])
        self.taken("/v1/debtors", debtors=[DEBTOR])
        self.taken("/v1/invoices", invoices=[INVOICE])

    def taken(self, path: str, **body: Any) -> None:
        """Push records that are all taken whole."""
        told = self.write("POST", path, 201, **body)
        assert (told["errors"], told["warnings"]) == ({}, {})
        assert told["success"] is True
        assert told["count"] == sum(len(records) for records in body.values())

    def invoice(self, number: str = "2026/0815", **query: str) -> Any:
        (found,) = self.get("/v1/invoices", invoice_numbers=number, **query).json["data"]
        return found


def pay_online(world: World, minor: int = 11900, number: str = "2026/0815") -> str:
    """Pay on the pay page, and return our payment's id."""
    checkout = world.services.checkout
    attempt = checkout.new_attempt()
    world.clock.advance(timedelta(seconds=1))
    url = world.services.links.create(ADMINISTRATION, number)
    checkout.start(url.rpartition("/")[2], attempt, "de")
    now = world.clock.now()
    told = ProviderEvent(
        "sandbox",
        f"evt-{attempt}",
        f"pp-{attempt}",
        attempt,
        "settled",
        minor,
        "EUR",
        now,
        now.date(),
        "ideal",
    )
    assert world.services.settlement.settle(told) == "settled"
    return attempt


def charge_back(world: World, payment: str, minor: int = 11900) -> None:
    """Let the payer's bank take a payment back."""
    world.clock.advance(timedelta(days=1))
    told = ChargebackTold(
        "sandbox", "cb-1", "cb-1", f"pp-{payment}", payment, "returned-debit", "taken", minor,
        "EUR", world.clock.now(), "The account did not hold enough money.", None,
    )  # fmt: skip
    services = world.services
    Chargebacks(services.store, services.clock, services.ids).told(told)
