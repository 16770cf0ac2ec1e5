"""A seller with its ERP and its mail, in a world whose days go by as a story needs them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from saldo.accounts.api_keys import ALL_SCOPES
from saldo.accounts.model import BankDetails, Creditor
from saldo.accounts.payer_rules import PayerRules
from saldo.events import Event
from saldo.messages.model import OutgoingMail
from saldo.wiring import Services
from saldo_cli.in_process import World
from saldo_cli.runs import reminders_event
from tests.browser.site import Site
from tests.events import check_events

CREDITOR, ACCOUNT, EMAIL = "musterwerk", "10001", "ap@beispiel.example"
START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
DUE = date(2026, 11, 30)
"""When invoices are due unless a story says otherwise; reminded on 2 and 18 December."""
REMINDED = (date(2026, 12, 2), date(2026, 12, 18))
BANK = BankDetails("DE02120300000000202051", "Musterwerk GmbH", "BYLADEM1001")


class Seller:
    """Musterwerk GmbH, which sells water filters to Beispiel AG."""

    def __init__(self, site: Site, world: World, language: str) -> None:
        self._site, self.world = site, world
        self._opened_months = {START}
        services = world.services
        services.accounts.create_creditor(
            Creditor(
                CREDITOR,
                "Musterwerk GmbH",
                "DE",
                language,
                "Europe/Berlin",
                "plain-2-18-34",
                state="live",
                address=("Musterweg 1", "10115 Berlin"),
                imprint="Musterwerk GmbH, Musterweg 1, 10115 Berlin",
                bank=BANK,
                payer_rules=PayerRules(),
            )
        )
        self._key, _ = services.accounts.create_key(CREDITOR, "ERP", ALL_SCOPES)
        self.account(language=language)

    @property
    def services(self) -> Services:
        return self.world.services

    def account(self, **changes: Any) -> None:
        """Push the customer."""
        record = {
            "number": ACCOUNT,
            "name": "Beispiel AG",
            "kind": "business",
            "country": "DE",
            "contacts": [{"name": "Buchhaltung", "email": EMAIL}],
            **changes,
        }
        answer = self.call("POST", "/v1/accounts", {"records": [record]})
        assert answer["counts"]["accepted"] == 1, answer

    def invoice(self, number: str = "RE-1", amount: str = "119.00", **more: Any) -> None:
        """Push an invoice; the customer gets it by mail."""
        record = {
            "number": number,
            "account": ACCOUNT,
            "currency": "EUR",
            "amount": amount,
            "issued_on": "2026-11-16",
            "due_on": DUE.isoformat(),
            "description": "Filterpatronen",
            **more,
        }
        answer = self.call("POST", "/v1/invoices", {"records": [record]})
        assert answer["counts"]["accepted"] == 1, answer
        self.settle()

    def link(self, number: str = "RE-1", scope: str = "invoice") -> str:
        """Make a pay link, as for a QR code on paper."""
        order = {"records": [{"invoice": number, "scope": scope}]}
        return str(self.call("POST", "/v1/pay-links", order)["results"][0]["url"])

    def open_amount(self, number: str = "RE-1") -> str:
        return str(self.call("GET", f"/v1/invoices?number={number}")["open"])

    def call(self, method: str, path: str, body: Any = None, status: int | None = None) -> Any:
        """Call the API as the ERP does; return what it answers."""
        headers = {"authorization": f"Bearer {self._key}", "content-type": "application/json"}
        sent = None if body is None else json.dumps(body).encode()
        url = self.world.public_url + path
        with self._site.lock:
            got, _, answer = self.world.request(method, url, headers, sent)
        assert got < 300 if status is None else got == status, answer
        return json.loads(answer) if answer else None

    def settle(self) -> None:
        """Let everything happen that is to happen now."""
        with self._site.lock:
            self.world.pump()

    def mails(self, to: str = EMAIL) -> list[OutgoingMail]:
        self.settle()
        return [mail for mail in self.world.mails.mails if mail.to_address == to]

    def kinds(self) -> list[str]:
        """Return which messages the customer got, in order."""
        self.settle()
        notices = [one for one in self._everything() if type(one).__name__ == "Notice"]
        kind_of = {one.id: one.message for one in notices}
        return [str(kind_of[mail.tags["notice"]]) for mail in self.mails()]

    def link_in(self, mail: OutgoingMail) -> str:
        """Return the pay link in a mail."""
        found = re.findall(rf"{self.world.public_url}/p/[^\s?>\"]+", mail.text)
        assert found, mail.text
        return str(found[0])

    def day(self, day: date) -> list[str]:
        """Let a day's schedules run; return the kinds of the mails that left."""
        before = len(self.kinds())
        with self._site.lock:
            at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            self.world.clock.move_to(at)
            self.services.tending.tend()
            self.world.pump()
            self.world.sweep(reminders_event(at, CREDITOR))
        return self.kinds()[before:]

    def events(self, *types: str) -> list[Event]:
        """Return what happened, in order."""
        self.settle()
        found = [one for one in self._everything() if isinstance(one, Event)]
        return [one for one in found if one.type in types]

    def _everything(self) -> list[Any]:
        with self._site.lock:
            return list(self.services.store.everything())

    def finish(self) -> None:
        """Nothing was set aside, and what was told has the shape that is promised."""
        self.settle()
        assert self.world.dead.messages == []
        check_events(self._everything())


@contextmanager
def selling(site: Site, language: str) -> Iterator[Seller]:
    """A seller in a world of its own."""
    world = site.open(START)
    try:
        seller = Seller(site, world, language)
        yield seller
        seller.finish()
    finally:
        site.close()
