"""Books of a creditor whose collectors begin the day with a list of work."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from saldo.accounts.model import Account, Contact
from saldo.events import Event
from saldo.settings import Settings
from saldo.store import EVER, Put, fed
from saldo.threads.service import Words
from saldo.wiring import Services
from saldo.worklist.hearing import Heard
from saldo.worklist.model import NOBODY, WorkItem
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks

ANNA, BEN, OLGA = (f"{name}@musterwerk.example" for name in ("anna", "ben", "olga"))


class WorkBooks(CollectedBooks):
    """Books with the work list, which hears of every event once `hear` is called."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = Services(
            Settings(public_url="https://pay.musterwerk.example"),
            store=self.store,
            clock=self.clock,
            ids=self.ids,
            feedback=self.feedback,
        )
        self.heard: set[str] = set()

    def all_events(self) -> list[Event]:
        """Return every event of the creditor so far, in their order."""
        pages = fed(self.store, Event, CREDITOR, *EVER, limit=500)
        return [one for page in pages for one in page]

    def hear(self) -> int:
        """Let the list hear of what happened since; return how many items changed."""
        new = [one for one in self.all_events() if one.id not in self.heard]
        self.heard |= {one.id for one in new}
        return sum(self.hear_one(one) for one in new)

    def hear_one(self, one: Event) -> int:
        return self.parts.work_hearing.hear(
            Heard(one.type, one.creditor, one.account, one.id, one.at, one.data)
        )

    def work(self, *holders: str, **more: Any) -> list[WorkItem]:
        """Return what stands on the lists of `holders`, of nobody where none is named."""
        return list(self.parts.work_list.page(CREDITOR, holders or (NOBODY,), **more).items)

    def kinds(self, *holders: str, **more: Any) -> list[str]:
        return [item.kind for item in self.work(*holders, **more)]

    def item(self, kind: str, account: str = ACCOUNT) -> WorkItem:
        (found,) = [one for one in self.parts.work_list.of(CREDITOR, account) if one.kind == kind]
        return found

    def proven(self) -> None:
        """Fail unless the list is what the books come to, with its places and counts."""
        assert self.parts.work_proof.verify(CREDITOR).differences == ()

    def ask(self, text: str = "Which cartridges?", id_: str = "Q-1") -> None:
        self.parts.threads.ask(self.creditor, ACCOUNT, Words(id_, text, "payer"), "link")

    def sweep(self) -> int:
        """Live through an hour: what is due is looked at, the list hears of it and is swept."""
        self.tend()
        self.hear()
        return self.parts.work_sweep.run().changed

    def days(self, count: int) -> None:
        """Live through some days."""
        self.morning_of(self.clock.now().date() + timedelta(days=count), hour=11)
        self.sweep()

    def bounce(self, account: str = ACCOUNT) -> None:
        """Mail to the only address of an account comes back for good."""
        self.change_account(
            account,
            contacts=(Contact("Buchhaltung", "ap@beispiel.example", email_state="bounced"),),
        )

    def change_account(self, number: str = ACCOUNT, **fields: Any) -> None:
        old = self.store.get(Account, CREDITOR, number)
        assert old is not None
        self.store.commit([Put(replace(old, **fields, version=old.version + 1), old.version)])


__all__ = ["ACCOUNT", "ANNA", "BEN", "CREDITOR", "NOBODY", "OLGA", "WorkBooks"]
