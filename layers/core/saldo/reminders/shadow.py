"""What would have been sent while a creditor was in shadow, or its first run was not released: its
stored decisions, step by step.

Meanwhile nothing is sent and so no item moves on: a step that was due stays due, and is told of
once, on the first day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from saldo.accounts.model import Account
from saldo.reminders.model import DecisionRecord
from saldo.store import EVER, Store, fed

_PAGE = 100


@dataclass(frozen=True, slots=True)
class WouldBe:
    """A step of an invoice that would have gone on `on`, by `channel`, with so much open."""

    on: date
    account: str
    name: str
    invoice: str
    step: str
    message: str | None
    channel: str
    policy: str
    open_minor: int
    currency: str


def would_have_been_sent(
    store: Store, creditor: str, first: date, last: date
) -> Iterator[list[WouldBe]]:
    """Yield what would have been sent from `first` to `last`, account by account, oldest first.

    Reads the decisions of every account: 1 RU per some 10 decisions, and 1 per account.
    """
    for found in fed(store, Account, creditor, *EVER, limit=_PAGE):
        for account in found:
            yield _of_account(store, account, first, last)


def _of_account(store: Store, account: Account, first: date, last: date) -> list[WouldBe]:
    steps: dict[tuple[str, str], DecisionRecord] = {}
    for record in store.list(DecisionRecord, *account.key):
        if record.reason in ("shadow", "first-run"):
            key = (record.invoice, record.step)
            if key not in steps or record.day < steps[key].day:
                steps[key] = record
    return sorted(
        (
            WouldBe(
                record.day,
                account.number,
                account.name,
                record.invoice,
                record.step,
                record.facts.get("would_be"),
                str(record.facts.get("channel", "email")),
                record.policy,
                int(record.facts["open_minor"]),
                str(record.facts["currency"]),
            )
            for record in steps.values()
            if first <= record.day <= last
        ),
        key=lambda one: (one.on, one.invoice, one.step),
    )
