"""A seller's past, made up: accounts with habits, and the invoices that they paid."""

from __future__ import annotations

import random
from datetime import date, timedelta

from saldo.forecast.model import Bill

TODAY = date(2026, 11, 20)


def bill(
    number: str,
    issued_on: date,
    delay: int | None,
    *,
    account: str = "10001",
    amount_minor: int = 11_900,
    currency: str = "EUR",
    terms_days: int = 30,
) -> Bill:
    """Return an invoice that was settled so many days beyond terms; None: it stands open."""
    due_on = issued_on + timedelta(days=terms_days)
    settled_on = None if delay is None else due_on + timedelta(days=delay)
    return Bill(account, number, issued_on, due_on, currency, amount_minor, settled_on)


def past(accounts: int = 20, each: int = 8, *, seed: int = 7, noise: float = 4.0) -> list[Bill]:
    """Return what came before TODAY: account n pays n days late, more or less."""
    draw = random.Random(seed)
    made = []
    for account in range(accounts):
        for invoice in range(each):
            issued_on = TODAY - timedelta(days=40 + draw.randrange(600))
            delay = round(account + draw.gauss(0, noise))
            made.append(bill(f"{account}-{invoice}", issued_on, delay, account=str(account)))
    return made
