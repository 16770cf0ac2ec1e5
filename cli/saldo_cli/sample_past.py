"""The sample company's year so far: customers who pay each in their own way, and what the office
knows of them. So the pages about behaviour, forecasts, risk and money to come can say something.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from saldo.accounts.model import Creditor
from saldo.collection.dispute_orders import DisputeOrder
from saldo.collection.promises import PromiseOrder
from saldo.credit_data.ports import Told
from saldo.credit_data.report import AgencyScore, Cover
from saldo.credit_data.scales import CREDITSAFE, points_of
from saldo.edge.v1 import credit
from saldo.edge.v1.money import Ordered
from saldo.payments.treasury import CounterPayment
from saldo.wiring import Services
from saldo.worklist.desk_model import rules_from

Plain = dict[str, Any]

TERMS_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer buys and pays: an invoice every so many days, the latest due so many days ago,
    and after how many days beyond terms each was paid, the latest first. None is not paid.
    """

    number: str
    name: str
    country: str
    every_days: int
    ago_days: int
    amount_minor: int
    late_days: tuple[int | None, ...]


HABITS: Final = (
    # Pays on time, whatever comes.
    Habit("10001", "", "DE", 30, 12, 842_00, (0, -2, 1, 0, -3, 2, 0, -1, 1, 0, -2, 0)),
    # Has paid a week late for long, and later and later since summer.
    Habit("10003", "", "IE", 21, 3, 1260_00,
          (None, 34, 31, 27, 24, 9, 7, 8, 6, 7, 9, 5, 7, 8, 6, 7, 8)),
    # Ever later, until two invoices stayed away.
    Habit("20001", "Muster Hausbau KG", "DE", 45, 41, 3480_00, (None, None, 38, 29, 22, 15, 9, 4)),
    # A large customer in the Netherlands who takes its time.
    Habit("20002", "Voorbeeld Techniek BV", "NL", 28, 9, 2115_00,
          (None, 19, 21, 18, 22, 20, 19, 23, 18, 20, 21, 19)),
    # Good for years, late with one.
    Habit("20003", "Autohaus Beispiel GmbH", "DE", 30, 24, 615_00,
          (None, 1, 0, 2, -1, 0, 1, 0, 2, 1, 0, -1)),
)  # fmt: skip

NAMED: Final = tuple(
    {
        "number": habit.number,
        "name": habit.name,
        "kind": "business",
        "country": habit.country,
        "language": "nl" if habit.country == "NL" else "de",
        "time_zone": "Europe/Amsterdam" if habit.country == "NL" else "Europe/Berlin",
        "contacts": [{"name": "Buchhaltung", "email": f"rechnung-{habit.number}@beispiel.example"}],
    }
    for habit in HABITS
    if habit.name
)
"""The customers that the invoices around today know nothing of."""


def _days(habit: Habit, today: date, at: int) -> tuple[date, date]:
    """Return when an invoice was issued and when it was due."""
    due = today - timedelta(days=habit.ago_days + at * habit.every_days)
    return due - timedelta(days=TERMS_DAYS), due


def _amount(habit: Habit, at: int) -> int:
    return habit.amount_minor * (70 + (at * 37) % 61) // 100


def past_invoices(today: date) -> list[Plain]:
    """Return the invoices of the year so far, as an ERP pushes them that sent them itself."""
    made = []
    for habit in HABITS:
        for at in range(len(habit.late_days)):
            issued, due = _days(habit, today, at)
            minor = _amount(habit, at)
            made.append(
                {
                    "number": _number(habit, at),
                    "account": habit.number,
                    "currency": "EUR",
                    "issued_on": issued.isoformat(),
                    "due_on": due.isoformat(),
                    "amount": f"{minor // 100}.{minor % 100:02d}",
                    "already_sent": True,
                }
            )
    return made


def past_payments(today: date) -> list[CounterPayment]:
    """Return what came for them, as the ERP booked it; nothing that would be of a day to come."""
    made = []
    for habit in HABITS:
        for at, late in enumerate(habit.late_days):
            if late is None:
                continue
            number = _number(habit, at)
            on = _days(habit, today, at)[1] + timedelta(days=late)
            if on <= today:
                payment = CounterPayment(
                    f"Z-{number}", "", (number,), _amount(habit, at), "EUR", on, "other"
                )
                made.append(payment)
    return made


def _number(habit: Habit, at: int) -> str:
    return f"{habit.number}-{100 - at}"


def work(services: Services, creditor: Creditor, today: date, owner: str, collector: str) -> None:
    """Let the office have been at work: who looks after whom, what was agreed, what others say."""
    # Whoever looks around as the owner first finds something to do, too.
    shared = [{"when": {"letter": "A-L"}, "collector": owner}, {"collector": collector}]
    services.desks.set_rules(rules_from(creditor.id, {"rules": shared}), owner)
    note = "Pays on the 20th, whatever the terms say. Call accounts after ten."
    services.notes.add(creditor.id, "20002", "N-1", collector, note, pinned=True)
    promised = today + timedelta(days=6)
    order = PromiseOrder("Z-1", ("20001-99",), None, promised, collector, "")
    services.promises.give(creditor, order)
    text = "Zwei von zehn Kisten fehlten."
    services.disputes.open(
        creditor,
        DisputeOrder("R-1", "20002-100", "quantity", text, collector, collector, 380_00, (), None),
    )
    _rate(services, creditor, today, owner)


def _rate(services: Services, creditor: Creditor, today: date, owner: str) -> None:
    """Hear of two customers from outside, and limit one."""
    day = today - timedelta(days=3)
    rated = AgencyScore("D", CREDITSAFE, "", points_of("D", CREDITSAFE))
    cover = Cover(10_000_00, "EUR", "granted")
    for account, source, told in (
        ("20001", "agency", Told(day, score=rated)),
        ("20002", "insurer", Told(day, cover=cover)),
    ):
        services.credit_reports.take(creditor.id, account, source, told, owner)
    limit = {"account": "20001", "amount": "5000.00", "currency": "EUR", "reason": "Second year"}
    credit.set_limit(Ordered(services, creditor, owner), limit)
