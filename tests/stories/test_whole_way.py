"""The whole way, as it is deployed: from the ERP over real HTTP, or a dropped file, to the payer
and back. Queues, bus and schedules are played; handlers, connectors, transport are the real ones.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.erps.__main__ import NUMBERS, made, settings_for
from infra.local.erps.fake import FakeErp, serve
from saldo.accounts.api_keys import ALL_SCOPES
from saldo.accounts.model import Creditor
from saldo.adapters.aws.secrets import ProviderSecrets
from saldo.adapters.http.transport import UrllibTransport
from saldo.clock import FixedClock
from saldo.intake.model import Receipt
from saldo_cli.in_process import PUBLIC_URL, World
from tests.imported import MAPPING, table

CREDITOR, CUSTOMER = "acme", "10001"
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Night at the dealer's place in Chicago, whose database is left alone in business hours."""


@dataclass
class Site:
    """A creditor's installation, and how its people use it."""

    world: World
    clock: FixedClock
    key: str

    @property
    def services(self) -> Any:
        return self.world.services

    def api(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body).encode()
        status, _, answer = self.world.request(method, f"{PUBLIC_URL}{path}", headers, sent)
        assert status < 300, answer
        return json.loads(answer)

    def ask(self) -> dict[str, int]:
        """Let a quarter of an hour go by, in which events come and the ERPs' turn."""
        self.world.pump()
        self.clock.advance(timedelta(minutes=15))
        done = self.world.ask_erps()
        self.world.pump()
        return done

    def remind(self, hour: int = 9) -> list[str]:
        """Sweep on that Monday and return the mails' subjects."""
        self.clock.move_to(MONDAY.replace(hour=hour))
        self.world.sweep({"scheduled_time": f"2026-11-23T{hour:02}:00:00Z"})
        self.world.pump()
        return [mail.subject for mail in self.world.mails.mails]

    def pay(self, number: str, amount: str, currency: str = "EUR") -> None:
        taken = {"id": "K-1", "invoices": [number], "amount": amount, "currency": currency}
        taken |= {"received_on": self.clock.now().date().isoformat(), "method": "card-terminal"}
        self.api("POST", "/v1/payments", taken)
        self.world.pump()


@contextmanager
def site(secret: dict[str, Any] | None = None, **fields: str) -> Iterator[Site]:
    clock = FixedClock(MONDAY)
    secrets = ProviderSecrets(lambda: json.dumps(secret), clock) if secret else None
    transport = UrllibTransport(5.0, response_bytes_max=1_000_000)
    world = World(clock, erps=transport, erp_secrets=secrets)
    try:
        wanted = {"name": "Acme Example B.V.", "country": "NL", "language": "nl"}
        wanted |= {"time_zone": "Europe/Amsterdam", "policy": "plain-2-18-34", **fields}
        accounts = world.services.accounts
        accounts.create_creditor(Creditor(CREDITOR, **wanted, state="live"))  # type: ignore[arg-type]
        yield Site(world, clock, accounts.create_key(CREDITOR, "ERP", ALL_SCOPES)[0])
        assert world.dead.messages == []
    finally:
        world.close()


@contextmanager
def served(erp: FakeErp) -> Iterator[str]:
    """Answer for an ERP on this machine; yield its address."""
    server = serve(erp)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def connected(site: Site, system: str, **settings: str) -> None:
    site.services.connections.set(CREDITOR, "main", system=system, settings=settings)


PLACES = {
    "exact": {},
    "snelstart": {},
    "karmak": {"country": "US", "language": "en", "time_zone": "America/Chicago"},
}


@pytest.mark.parametrize("system", PLACES)
def test_an_invoice_is_pulled_reminded_paid_and_settled_in_the_erp_over_the_wire(
    system: str,
) -> None:
    _, keys = settings_for(system, "")
    with site({f"{CREDITOR}/main": keys}, **PLACES[system]) as here:
        erp, number = made(system, here.clock.now), NUMBERS[system]
        for one in range(70):  # more than a page
            erp.customer(f"{20000 + one}", f"Voorbeeld {one} B.V.", f"{one}@voorbeeld.example")
        with served(erp) as address:
            if system == "exact":
                erp.base_url = address
            connected(here, system, **settings_for(system, address)[0])
            if system == "exact":
                here.services.connections.authorise(CREDITOR, "main", code=erp.code)
            assert here.ask()["ran"] == 1
            # Monday morning where the creditor is.
            subjects = here.remind(hour=16 if system == "karmak" else 9)
            assert len(subjects) == 1
            assert str(number) in subjects[0]
            here.pay(str(number), "119.00", "USD" if system == "karmak" else "EUR")
            here.ask()
            if system == "karmak":  # it takes payments by an import file alone
                erp.take_file(settlements(here, "main"))
            assert erp.open_of(number) == 0


DATEV = {"consultant": "1001", "client": "7", "year_begins": "07-01"}


@pytest.mark.parametrize(
    ("system", "settings", "ending"), [("werbas", {}, "txt"), ("datev", DATEV, "csv")]
)
def test_a_dropped_list_is_reminded_paid_and_told_by_a_file(
    system: str, settings: dict[str, str], ending: str
) -> None:
    with site() as here:
        connected(here, system, folder="op", **settings)
        mail = {"value": "administratie@voorbeeld.example"}
        mapping = {**MAPPING, "fields": {**MAPPING["fields"], "contact.email": mail}}
        here.services.mappings.set(CREDITOR, "op", mapping, "somebody")
        owed = ("RE-1", CUSTOMER, "Voorbeeld B.V.", "01.10.2026", "15.10.2026", "119,00")
        place = f"drop/{CREDITOR}/in/op/open.csv"
        here.world.bay.drop(place, table(owed))
        here.world.pump()
        done = place.replace("/in/", "/done/")
        assert set(here.world.bay.files) == {done, f"{done}.report.json"}
        report = json.loads(here.world.bay.get(f"{done}.report.json") or b"")
        assert (report["state"], report["found"]["taken"]) == ("taken", 1)
        assert here.api("GET", "/v1/invoices?number=RE-1")["open"] == "119.00"
        assert any("RE-1" in subject for subject in here.remind())
        here.pay("RE-1", "119.00")
        here.ask()
        told = settlements(here, "op", ending).decode("cp1252")
        assert "RE-1" in told and "119,00" in told


def test_an_upload_waits_for_its_mapping_and_is_taken_by_the_schedule() -> None:
    with site() as here:
        made = here.api("POST", "/v1/uploads", {"name": "open.csv", "source": "op"})
        owed = ("RE-1", CUSTOMER, "Voorbeeld B.V.", "01.10.2026", "15.10.2026", "119,00")
        here.world.bay.put(made["fields"]["key"], table(owed), "text/csv")
        here.world.pump()
        (receipt,) = here.services.store.list(Receipt, CREDITOR)
        assert (receipt.state, receipt.code) == ("waiting", "mapping-unknown")
        here.services.mappings.set(CREDITOR, "op", MAPPING, "somebody")
        here.clock.advance(timedelta(hours=2))
        assert here.world.try_again() == {"tried": 1}
        here.world.pump()
        told = here.api("GET", f"/v1/uploads/{made['id']}")
        assert told["document"]["state"] == "taken"


def settlements(site: Site, folder: str, ending: str = "csv") -> bytes:
    """Return the one file of settlements that went out."""
    (name,) = [one for one in site.world.bay.files if one.startswith(f"erp/{CREDITOR}/{folder}/")]
    assert name.endswith(f".{ending}")
    found = site.world.bay.get(name)
    assert found is not None
    return found
