"""A stand-in for Karmak Fusion's reporting views: one dealer, its customers and invoices.

It keeps what is publicly told of the real one: a token by the grant `karmak_identity`, views by
page and page size, filters of the form `column[OP]value`, and a sort that must not be asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from infra.local.erps.fake import Answer, Asked, FakeErp, Refused, json_answer

BASE_URL = "https://api.karmak.example"
KEYS = {
    "Client_ID": "app",
    "Client_Secret": "app-secret",
    "Account": "dealer",
    "User": "saldo",
}
_FILTER = re.compile(r"(\w+)\[(EQ|GTE)\]([^,]+)")
_LIFE = timedelta(hours=1)


@dataclass
class KarmakErp(FakeErp):
    """One dealer."""

    access: str = ""
    renewed_at: datetime | None = None
    renewals: int = 0
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    open: dict[str, dict[str, Any]] = field(default_factory=dict)
    invoices: dict[str, dict[str, Any]] = field(default_factory=dict)
    addresses: dict[str, dict[str, Any]] = field(default_factory=dict)

    # What people do in Fusion.

    def customer(self, code: str, name: str, email: str | None = None) -> None:
        """Keep a customer."""
        self.customers[code] = {
            "CustomerKey": code,
            "CompanyName": name,
            "EmailAddress": email,
            "PhoneNumber": None,
            "LastUpdate": self.now().date().isoformat(),
        }

    def bill_to(self, code: str, line: str, city: str, state: str, postal_code: str) -> None:
        """Say where a customer's next invoices go."""
        self.addresses[code] = {
            "BillingCustomerAddress1": line,
            "BillingCustomerAddress2": None,
            "BillingCustomerCity": city,
            "BillingCustomerState": state,
            "BillingCustomerPostalCode": postal_code,
        }

    def invoice(self, number: str, code: str, amount: str, issued: date, due: date) -> None:
        """Book an invoice."""
        self.open[number] = {
            "CustomerKey": code,
            "CompanyName": self.customers[code]["CompanyName"],
            "InvoiceNumber": number,
            "InvoiceDate": f"{issued}T00:00:00",
            "DueDate": f"{due}T00:00:00",
            "Balance": Decimal(amount),
            "CustomerPONumber": "PO-7",
            "IsDisputeInvoice": False,
        }
        self.invoices[number] = {
            "InvoiceNumber": number,
            "AddDate": f"{self.now().date()}T00:00:00",
            "VoidDate": None,
            "BillingCustomer": code,
            "BillingCompanyName": self.customers[code]["CompanyName"],
            **self.addresses.get(code, {}),
        }

    def paid_at_the_bank(self, number: str, amount: str) -> None:
        """Apply a payment."""
        self.open[number]["Balance"] -= Decimal(amount)
        if not self.open[number]["Balance"]:
            del self.open[number]

    def delete(self, number: str) -> None:
        """Void an invoice: what stands open cannot tell it from one that was paid, all invoices
        can.
        """
        del self.open[number]
        self.invoices[number]["VoidDate"] = f"{self.now().date()}T00:00:00"

    def take_file(self, lines: bytes) -> None:
        """Import a file of settlements, each line once by its id."""
        for line in lines.decode().splitlines()[1:]:
            values = line.split(";")
            self.paid_at_the_bank(values[3], values[5])

    def open_of(self, number: str) -> Decimal:
        """What stands open of an invoice."""
        found = self.open.get(number)
        return found["Balance"] if found else Decimal(0)

    # What the interface does.

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/auth/connect/token":
            return json_answer(200, self._token(asked.form()))
        over = self.renewed_at is None or self.now() - self.renewed_at > _LIFE
        if over or asked.headers.get("authorization") != f"Bearer {self.access}":
            raise Refused(401, {"message": "Unauthorized"})
        if "sort" in asked.query:
            raise Refused(400, {"message": "do not sort"})
        views = {
            "Customer": self.customers,
            "ARDetail": self.open,
            "InvoiceSalesSummary": self.invoices,
        }
        view = asked.path.rpartition("/")[2]
        if not asked.path.startswith("/ops/DataAccess/Frw/") or view not in views:
            raise Refused(404, {"message": "no such view"})
        return json_answer(200, self._page(asked, list(views[view].values())))

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        if form != {**KEYS, "Grant_Type": "karmak_identity", "Scope": "api"}:
            raise Refused(400, {"error": "invalid_client"})
        self.renewals += 1
        self.access, self.renewed_at = f"access-{self.renewals}", self.now()
        return {"access_token": self.access, "expires_in": 3600, "token_type": "Bearer"}

    def _page(self, asked: Asked, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for column, operation, value in _FILTER.findall(asked.query.get("filter", "")):
            if operation == "EQ":
                rows = [one for one in rows if str(one.get(column)) == value]
            else:
                since = datetime.strptime(value, "%m-%d-%Y").date().isoformat()  # noqa: DTZ007 - a day
                rows = [one for one in rows if str(one.get(column)) >= since]
        page, size = int(asked.query["page"]), int(asked.query["pagesize"])
        selected = asked.query["select"].split(",")
        return [
            {
                name: float(one[name]) if isinstance(one[name], Decimal) else one[name]
                for name in selected
                if name in one
            }
            for one in rows[(page - 1) * size : page * size]
        ]
