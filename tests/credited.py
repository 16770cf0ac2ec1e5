"""Books whose creditor hears about its debtors' credit from outside."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from saldo.accounts.model import Account, Hold
from saldo.credit_data.ports import Told
from saldo.credit_data.report import AgencyScore, Insolvency
from saldo.credit_data.scales import points_of
from saldo.credit_data.sheet import RiskSheet
from saldo.credit_data.take import Taken
from saldo.forecast.model import Bill
from saldo.settings import Settings
from saldo.store import Store
from saldo.wiring import Services
from tests.books import ACCOUNT, CREDITOR, Books

RECORDED = Path(__file__).parent / "contract" / "credit_data" / "recorded"
YESTERDAY = date(2026, 11, 20)


@dataclass
class Recorded:
    """A provider's side, played from recorded answers: by method and path, each as often as asked.

    `answers` are (status, headers, body) by "GET /companies"; an OSError there is raised.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str, Mapping[str, str], bytes | None]] = field(default_factory=list)

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        self.asked.append((method, url, headers, body))
        path = url.split("/v1", 1)[1].split("?", maxsplit=1)[0]
        answer = self.answers[f"{method} {path}"]
        if isinstance(answer, OSError):
            raise answer
        status, answered, document = answer
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        return status, answered, data

    @property
    def paths(self) -> list[str]:
        return [url.split("/v1", 1)[1] for _, url, _, _ in self.asked]


def recorded(name: str) -> Any:
    """Return an answer as it is kept beside the tests."""
    return json.loads((RECORDED / f"{name}.json").read_text("utf-8"))["answer"]


@dataclass(frozen=True)
class Part:
    """A part of the secret."""

    fields: Mapping[str, Any]

    def reveal(self) -> Mapping[str, Any]:
        return self.fields


@dataclass
class Secret:
    """The ERPs' secret as a test has it."""

    held: Mapping[str, Part]

    def parts(self) -> Mapping[str, Part]:
        return self.held


KEYS = Secret({f"{CREDITOR}/creditsafe": Part({"username": "anna", "password": "geheim"})})


class CreditedBooks(Books):
    """Books with reports, risk sheets and a provider that is played."""

    def __init__(self, store: Store | None = None) -> None:
        super().__init__(store)
        self.bureau = Recorded(
            {
                "POST /authenticate": (200, {}, recorded("creditsafe-authenticate")),
                "GET /companies": (200, {}, recorded("creditsafe-companies")),
                "GET /companies/DE-0-HRB31415": (200, {}, recorded("creditsafe-report")),
            }
        )
        self.parts = Services(
            Settings(public_url="https://pay.musterwerk.example"),
            store=self.store,
            clock=self.clock,
            ids=self.ids,
            erp_secrets=KEYS,
            credit_transport=self.bureau,
        )

    def hears(self, told: Told, source: str = "agency", account: str = ACCOUNT) -> Taken:
        return self.parts.credit_reports.take(CREDITOR, account, source, told, "anna")

    def look(self, account: str = ACCOUNT) -> bool:
        return self.parts.risk_keeper.refresh(CREDITOR, account)

    def sheet(self, account: str = ACCOUNT) -> RiskSheet:
        found = self.store.get(RiskSheet, CREDITOR, account)
        assert found is not None
        return found

    def account(self, number: str = ACCOUNT) -> Account:
        found = self.store.get(Account, CREDITOR, number)
        assert found is not None
        return found

    def holds(self, account: str = ACCOUNT) -> list[Hold]:
        return [h for h in self.store.list(Hold, CREDITOR, account) if h.ended_at is None]


def rated(value: str, scale: str = "A-E", as_of: date = YESTERDAY) -> Told:
    """Return what an agency says that knows a score alone."""
    return Told(as_of, f"R-{value}", score=AgencyScore(value, scale, "", points_of(value, scale)))


def insolvent(on: date = date(2026, 11, 18), as_of: date = YESTERDAY) -> Told:
    """Return a notice that proceedings were opened."""
    notice = Insolvency("opened", on, "Amtsgericht Musterstadt", "12 IN 345/26")
    return Told(as_of, "N-1", insolvency=notice)


def vendor_bills(ledger: Path) -> list[Bill]:
    """Read the vendor bills: they say after how many days each was paid, not when."""
    bills = []
    with ledger.open(encoding="utf-8-sig") as file:
        for number, row in enumerate(csv.DictReader(file)):
            issued, due = (
                datetime.strptime(row[name], "%d-%b-%y").date()  # noqa: DTZ007 - a day, no instant
                for name in ("Invoice_Date", "Due_Date")
            )
            paid = issued + timedelta(days=int(row["Number_of_Days_until_Payment"]))
            minor = round(float(row["Amount"]) * 100)
            bills.append(Bill(row["Vendor_Name"], str(number), issued, due, "INR", minor, paid))
    return bills


def ledger_bills(ledger: Path) -> list[Bill]:
    """Read IBM's ledger of invoices."""

    def day(text: str) -> date:
        return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a day, no instant

    with ledger.open(encoding="utf-8-sig") as file:
        return [
            Bill(
                row["customerID"],
                row["invoiceNumber"],
                day(row["InvoiceDate"]),
                day(row["DueDate"]),
                "USD",
                round(float(row["InvoiceAmount"]) * 100),
                day(row["SettledDate"]),
            )
            for row in csv.DictReader(file)
        ]
