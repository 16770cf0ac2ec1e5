"""The days of a ledger, lived through in order: invoices, payments, reminders."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from saldo.clock import local_noon
from saldo.money import format_amount
from saldo.reminders.policy import Policy
from saldo_cli.replay.driver import Driver
from saldo_cli.replay.ledger import LedgerLine

TIME_ZONE = "Europe/Berlin"
_MORNING = timedelta(hours=4)
_NOT_IN_A_HOST = re.compile(r"[^a-z0-9-]+")


@dataclass(slots=True)
class Day:
    """What the ledger says about one day."""

    day: date
    issued: list[LedgerLine] = field(default_factory=list)
    paid: list[str] = field(default_factory=list)


def days_of(ledger: Sequence[LedgerLine], policy: Policy) -> list[Day]:
    """Return every day from the first invoice to the last payment or reminder, gaps included."""
    last_offset = policy.after_due[-1]
    first = min(line.issued_on for line in ledger)
    last = max(max(line.due_on + last_offset, line.paid_on or first) for line in ledger)
    days = [Day(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    for line in ledger:
        days[(line.issued_on - first).days].issued.append(line)
        if line.paid_on is not None:
            days[(line.paid_on - first).days].paid.append(line.number)
    return days


def live_through(
    days: Sequence[Day], driver: Driver, progress: Callable[[Day], None] | None = None
) -> int:
    """Live through the days and return on how many of them reminders were run.

    A day's run is left out only where it could do nothing: nothing was pushed or paid that day, and
    no account is due by its end.
    """
    runs = 0
    known: set[str] = set()
    for day in days:
        noon = local_noon(day.day, TIME_ZONE)
        driver.start_day(noon - _MORNING)
        new = dict.fromkeys(line.account for line in day.issued if line.account not in known)
        if new:
            driver.push_accounts([account_record(number, driver.mail_address) for number in new])
            known.update(new)
        if day.issued:
            driver.push_invoices([invoice_record(line) for line in day.issued])
        if day.paid:
            driver.pay(day.paid, day.day)
        if day.issued or day.paid or driver.anything_due(noon):
            driver.run_reminders(noon)
            runs += 1
        if progress is not None:
            progress(day)
    driver.finish()
    return runs


def account_record(number: str, mail_address: str) -> dict[str, Any]:
    """Return a made-up account for a number of the ledger, with an address that is nobody's."""
    label = _NOT_IN_A_HOST.sub("-", number.lower()).strip("-")[:40].strip("-") or "account"
    return {
        "number": number,
        "name": f"Customer {number}",
        "kind": "business",
        "country": "DE",
        "language": "en",
        "time_zone": TIME_ZONE,
        "contacts": [{"name": "Accounts payable", "email": mail_address.format(label)}],
    }


def invoice_record(line: LedgerLine) -> dict[str, Any]:
    """Return the invoice as an ERP pushes it."""
    return {
        "number": line.number,
        "account": line.account,
        "issued_on": line.issued_on.isoformat(),
        "due_on": line.due_on.isoformat(),
        "currency": line.currency,
        "amount": format_amount(line.amount_minor, line.currency),
    }
