"""A day's work as the console shows it: every kind of item, a colleague on holiday, a target."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from saldo.accounts.agreed import CreditLimit
from saldo.accounts.model import Creditor
from saldo.collection.model import Instalment
from saldo.money import Money
from saldo.reminders.tasks import Task
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR
from tests.functions.clerk import Office, office_of
from tests.worked import BEN, WorkBooks

ME = "owner@musterwerk.example"
_NAMES = ("Autohaus Beispiel GmbH", "Muster Maschinenbau KG", "Beispiel Bouw B.V.", "Example Ltd")


def sample_day() -> WorkBooks:
    """Return the books: what waits on the user's list, on a colleague's and on nobody's."""
    books = WorkBooks()
    books.begin(*(books.invoice(f"RE-{n}", 23800 * n) for n in range(1, 5)))
    books.change_account(credit_limit=CreditLimit(50_000, "EUR"))
    for place, name in enumerate(_NAMES):
        books.open_account(f"2000{place}", "ap@other.example", name=name)
        books.push(books.invoice(f"RE-8{place}", 119_000 * (place + 1), account=f"2000{place}"))
    for number in (ACCOUNT, "20000", "20001"):
        books.parts.desks.put(CREDITOR, number, ME, collector=ME, sales=None, branch="North")
    books.parts.desks.put(CREDITOR, "20002", ME, collector=BEN, sales=None, branch="North")
    today = books.clock.now().date()
    books.promise(today + timedelta(days=1), 10000)
    books.days(6)
    books.dispute(invoice="RE-2", amount_minor=4000)
    parts = (Instalment(today + timedelta(20), 50000), Instalment(today + timedelta(50), 69000))
    books.proposals.propose(CREDITOR, "20000", "PL-1", ["RE-80"], parts, None, "payer")
    now = books.clock.now()
    for account, id_, kind, invoice in (
        (ACCOUNT, "T-1", "call", "RE-3"),
        ("20001", "T-2", "release", "RE-81"),
        ("20002", "T-3", "call", "RE-82"),
        ("20003", "T-4", "manual", "RE-83"),
    ):
        task = Task(
            CREDITOR, account, id_, kind, f"{invoice}, stage 2", now, now, invoice=invoice,  # type: ignore[arg-type]
            step="2", contact="Accounts payable" if kind == "call" else "", version=1,
        )  # fmt: skip
        books.store.commit([Put(task)])
    books.ask("Which cartridges are these?")
    old = books.creditor
    stopped = replace(old, mail_stopped_at=now, mail_stopped_why="8 %", version=old.version + 1)
    books.store.commit([Put(stopped, expect=old.version)])
    books.parts.work_proof.rebuild(CREDITOR)
    return books


@contextmanager
def work_office() -> Iterator[tuple[Office, WorkBooks]]:
    """Serve the console over them; Ben is on holiday, and the user covers."""
    books = sample_day()
    with office_of(books, feedback=books.feedback) as office:
        office.clerk("collector", name="Ben Beispiel", email=BEN)
        office.clerk("owner", name="Alex Example", email=ME)
        creditor: Creditor = books.creditor
        today = books.clock.now().date()
        books.parts.absences.hand_over(creditor, BEN, ME, today, today + timedelta(days=9), ME)
        books.parts.efforts.set_target(
            CREDITOR, ME, ME, closed_day=10, calls_day=12, promised_week=Money(500_000, "EUR")
        )
        question = books.item("question")
        books.parts.work_list.snooze(
            creditor, ACCOUNT, question.id, ME, today + timedelta(days=3), "They are away."
        )
        yield office, books


SCREENS = ("today", "today?whose=open", "today?whose=all", "today?later=1", "today/team")
