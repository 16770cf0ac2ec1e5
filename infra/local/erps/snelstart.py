"""A stand-in for SnelStart's B2B interface: one administration, its customers and sales invoices.

It keeps what is publicly told of the real one: two keys, access of 3,599 s, pages of at most 100,
bookings whose two sides must agree. How many calls a minute are too many is not told: here 120.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from infra.local.erps.fake import Answer, Asked, FakeErp, Refused, Window, json_answer

BASE_URL, AUTH_URL = "https://b2bapi.snelstart.example/v2", "https://auth.snelstart.example/token"
SUBSCRIPTION, KOPPELSLEUTEL, JOURNAL = "subscription-key", "koppelsleutel", "dagboek-bank"
_PAGE = 100
_BY_NUMBER = re.compile(r"boekstuk eq '([^']*)'")


@dataclass
class SnelStartErp(FakeErp):
    """One administration in SnelStart."""

    koppelsleutel: str = KOPPELSLEUTEL
    access: str = ""
    renewed_at: datetime | None = None
    renewals: int = 0
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    invoices: dict[str, dict[str, Any]] = field(default_factory=dict)
    bookings: list[dict[str, Any]] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    minute: Window = field(default_factory=lambda: Window(120, timedelta(minutes=1)))

    # What people do in SnelStart.

    def customer(self, code: str, name: str, email: str | None = None) -> None:
        """Keep a customer."""
        self.customers[code] = {
            "id": f"relatie-{code}",
            "relatiecode": int(code),
            "relatiesoort": ["Klant"],
            "naam": name,
            "email": email,
            "vestigingsAdres": {"straat": "Dorpsstraat 1", "postcode": "1000 AA", "plaats": "Stad"},
        }

    def invoice(self, number: str, code: str, amount: str, issued: date, due: date) -> None:
        """Book an invoice."""
        self.invoices[number] = {
            "id": f"factuur-{number}",
            "factuurnummer": number,
            "factuurDatum": f"{issued}T00:00:00",
            "vervalDatum": f"{due}T00:00:00",
            "factuurBedrag": Decimal(amount),
            "openstaandSaldo": Decimal(amount),
            "relatie": {"id": f"relatie-{code}"},
            "verkoopBoeking": {"id": f"boeking-{number}"},
        }

    def paid_at_the_bank(self, number: str, amount: str) -> None:
        """Match a bank transfer with an invoice."""
        self.invoices[number]["openstaandSaldo"] -= Decimal(amount)

    def delete(self, number: str) -> None:
        """Delete an invoice; nothing tells of it but its absence."""
        del self.invoices[number]

    def open_of(self, number: str) -> Decimal:
        """What stands open of an invoice."""
        found = self.invoices.get(number)
        return found["openstaandSaldo"] if found else Decimal(0)

    # What the interface does.

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            return json_answer(200, self._token(asked.form()))
        if not self.minute.spend(self.now()):
            return 429, {"retry-after": "60"}, b""
        if asked.headers.get("ocp-apim-subscription-key") != SUBSCRIPTION:
            raise Refused(401, {"statusCode": 401, "message": "invalid subscription key"})
        over = self.renewed_at is None or self.now() - self.renewed_at > timedelta(seconds=3599)
        if over or asked.headers.get("authorization") != f"Bearer {self.access}":
            raise Refused(401, {"message": "Unauthorized"})
        resource = asked.path.removeprefix("/v2/")
        if resource.endswith("/ubl"):
            return 200, {"content-type": "application/xml"}, self._ubl(resource)
        if asked.method == "POST" and resource == "bankboekingen":
            return json_answer(201, self._book(asked.json()))
        return json_answer(200, self._list(asked, resource))

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        if form != {"grant_type": "clientkey", "clientkey": self.koppelsleutel}:
            raise Refused(400, {"error": "invalid_grant"})
        self.renewals += 1
        self.access, self.renewed_at = f"access-{self.renewals}", self.now()
        return {"access_token": self.access, "token_type": "bearer", "expires_in": 3599}

    def _list(self, asked: Asked, resource: str) -> Any:
        if resource == "bankboekingen":
            match = _BY_NUMBER.fullmatch(asked.query.get("$filter", ""))
            if match is None:
                raise Refused(400, [{"errorCode": "ALG-0104", "message": "invalid filter"}])
            return [one for one in self.bookings if one["boekstuk"] == match[1]]
        if resource.startswith("verkoopfacturen/"):
            return self._one(resource.removeprefix("verkoopfacturen/"))
        kinds = {"relaties": self.customers, "verkoopfacturen": self.invoices}
        if resource not in kinds:
            raise Refused(404, {"message": "Resource not found"})
        start, top = int(asked.query.get("$skip", "0")), int(asked.query.get("$top", "100"))
        if top > _PAGE:
            raise Refused(400, [{"errorCode": "ALG-0105", "message": "$top is at most 100"}])
        rows = [one for _, one in sorted(kinds[resource].items())][start : start + top]
        return [_shown(row) for row in rows]

    def _one(self, id_: str) -> Any:
        for one in self.invoices.values():
            if one["id"] == id_:
                return _shown(one)
        raise Refused(404, {"message": "Resource not found"})

    def _ubl(self, resource: str) -> bytes:
        id_ = resource.removeprefix("verkoopfacturen/").removesuffix("/ubl")
        for one in self.invoices.values():
            if one["id"] == id_ and id_ in self.documents:
                return self.documents[id_]
        raise Refused(404, {"message": "Resource not found"})

    def _book(self, booking: dict[str, Any]) -> Any:
        if booking.get("dagboek") != {"id": JOURNAL}:
            raise Refused(400, [{"errorCode": "BNK-0002", "message": "dagboek unknown"}])
        sales = booking["verkoopboekingBoekingsRegels"]
        lines = [*sales, *booking.get("grootboekBoekingsRegels", ())]
        net = sum(_amount(one, "credit") - _amount(one, "debet") for one in lines)
        if net != _amount(booking, "bedragOntvangen") - _amount(booking, "bedragUitgegeven"):
            raise Refused(400, [{"errorCode": "BNK-0003", "message": "not in balance"}])
        for line in sales:
            wanted = line["boekingId"]["id"].removeprefix("boeking-")
            if wanted not in self.invoices:
                raise Refused(400, [{"errorCode": "BNK-0004", "message": "boekingId unknown"}])
            self.invoices[wanted]["openstaandSaldo"] -= _amount(line, "credit") - _amount(
                line, "debet"
            )
        made = {**booking, "id": f"bank-{len(self.bookings)}"}
        self.bookings.append(made)
        return made


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: float(v) if isinstance(v, Decimal) else v for name, v in row.items()}


def _amount(fields: dict[str, Any], name: str) -> Decimal:
    return Decimal(str(fields.get(name, 0)))
