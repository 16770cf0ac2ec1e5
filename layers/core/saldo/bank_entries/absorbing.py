"""Small differences that a rule gives up close their invoice, and come back with the match."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from saldo.accounts.zones import day_at
from saldo.bank_entries.model import Absorbed, Portion
from saldo.bank_entries.refusals import BankEntryBusy
from saldo.clock import Clock
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.invoices.changes import InvoiceWrites
from saldo.invoices.model import Invoice
from saldo.ledger.model import CauseKind, JournalEntry, LedgerAccount, Posting
from saldo.ledger.parts import Parts, take
from saldo.ledger.rules import absorbed_lines, reversed_lines
from saldo.money import format_amount
from saldo.payments.allocate import Grounds
from saldo.store import CommitConflict, Put, Store, Wake

_ATTEMPTS_MAX: Final = 8
_ACCOUNTS: Final[dict[str, LedgerAccount]] = {
    "bank-charge": "bank-charges",
    "rounding": "rounding",
    "write-off": "write-off",
}


class Absorbing:
    """Books them, once each: the cause is the payment with the invoice."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._invoices = InvoiceWrites(store, ids)

    def give_up(
        self,
        creditor: str,
        account: str,
        portion: Portion,
        what: Absorbed,
        grounds: Grounds,
        day: date,
    ) -> bool:
        """Give a difference up as far as it is still open; False when that was done, or nothing is.

        Its invoice closes on the `day` of the money. Raises BankEntryBusy.
        """
        cause_id = f"{portion.payment}#{what.invoice}"
        for _ in range(_ATTEMPTS_MAX):
            if self._booked(creditor, account, portion, day, "absorbed", cause_id) is not None:
                return False
            old = self._store.get(Invoice, creditor, account, what.invoice)
            minor = min(what.amount_minor, old.open_minor) if old else 0
            if old is None or minor <= 0:
                return False
            gone = take(old.parts, minor, "costs-interest-principal")
            lines = absorbed_lines(_ACCOUNTS[what.kind], old.number, gone)
            left = _less(old.parts, gone)
            if self._commit(old, left, "absorbed", cause_id, lines, grounds, day):
                return True
        raise BankEntryBusy("The invoice keeps changing; the rest is booked later.")

    def take_back(
        self,
        creditor: str,
        account: str,
        portion: Portion,
        what: Absorbed,
        grounds: Grounds,
        day: date,
    ) -> bool:
        """Ask again for what was given up; False when that was done, or nothing was given up.

        `day` is that of the money. Raises BankEntryBusy.
        """
        cause_id = f"{portion.payment}#{what.invoice}"
        for _ in range(_ATTEMPTS_MAX):
            booked = self._booked(creditor, account, portion, day, "absorbed", cause_id)
            again = self._booked(creditor, account, portion, day, "absorbed-reversed", cause_id)
            if booked is None or again is not None:
                return False
            old = self._store.get(Invoice, creditor, account, what.invoice)
            assert old is not None, "what was given up has its invoice"
            back = {
                line.part: -line.amount_minor
                for line in booked.postings
                if line.account == "receivable"
            }
            parts = Parts(
                old.parts.principal + back.get("principal", 0),
                old.parts.costs + back.get("costs", 0),
                old.parts.interest + back.get("interest", 0),
            )
            lines = reversed_lines(booked.postings)
            today = day_at(self._store, creditor, self._clock.now())
            if self._commit(old, parts, "absorbed-reversed", cause_id, lines, grounds, today):
                return True
        raise BankEntryBusy("The invoice keeps changing; the rest is booked later.")

    def _booked(
        self,
        creditor: str,
        account: str,
        portion: Portion,
        day: date,
        kind: CauseKind,
        cause_id: str,
    ) -> JournalEntry | None:
        for year in range(min(day.year, portion.at.year), self._clock.now().year + 2):
            found = self._store.get(JournalEntry, creditor, account, str(year), kind, cause_id)
            if found is not None:
                return found
        return None

    def _commit(
        self,
        old: Invoice,
        parts: Parts,
        kind: CauseKind,
        cause_id: str,
        lines: tuple[Posting, ...],
        grounds: Grounds,
        day: date,
    ) -> bool:
        now = self._clock.now()
        changed = old.with_parts(parts)
        new = replace(
            changed,
            updated_at=now,
            version=old.version + 1,
            episode=old.episode + (1 if changed.is_open and not old.is_open else 0),
            closed_on=None if changed.is_open else day,
        )
        minor = abs(old.open_minor - new.open_minor)
        entry = JournalEntry(
            old.creditor, old.account, kind, cause_id, day, old.currency, lines, now,
            grounds.by, grounds.reason,
        )  # fmt: skip
        told: EventType = "invoice.written_off" if kind == "absorbed" else "invoice.changed"
        news = self._news(told, new, minor, cause_id, grounds, now)
        try:
            self._store.commit(
                [
                    Put(entry),
                    *self._invoices.change(old, new, now, paid=kind == "absorbed"),
                    *news,
                    Wake(old.creditor, old.account, now),
                ]
            )
        except CommitConflict:
            return False
        return True

    def _news(
        self,
        told: EventType,
        new: Invoice,
        minor: int,
        cause_id: str,
        grounds: Grounds,
        now: datetime,
    ) -> list[Put]:
        if told != "invoice.written_off":
            return []  # the payment that is taken back tells of its invoices
        return [
            Put(
                event(
                    self._ids.ulid(now),
                    now,
                    told,
                    new.creditor,
                    new.account,
                    fact=cause_id,
                    kind="write-off",
                    invoice=new.number,
                    currency=new.currency,
                    amount=format_amount(minor, new.currency),
                    open=format_amount(new.open_minor, new.currency),
                    reason=grounds.reason,
                    by=grounds.by,
                )
            )
        ]


def _less(parts: Parts, gone: Parts) -> Parts:
    return Parts(
        parts.principal - gone.principal, parts.costs - gone.costs, parts.interest - gone.interest
    )
