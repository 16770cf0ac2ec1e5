"""From the plan to the page: half a year of customers whose ways of paying are known.

A reminder halves the wait that is left, for everybody. Bad payers, who have no mail address, get
letters; good ones get mails. What is seen says that letters do harm. What was drawn says that the
reminder brings payment forward: by 7 days for those who would pay after 22, by 4 or 5 for those who
would after 9.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from saldo.accounts.model import PostalAddress
from saldo.reminders.draws import last_draw
from saldo.steps.estimate import difference
from saldo.steps.model import DrawSheet
from saldo.steps.tally import summed, tally_from
from tests.books import CREDITOR
from tests.unit.steps.learning import Learning
from tests.unit.steps.trials import DUE, hold_outs, trial_books

STAGES = [{"number": 1, "offset_days": 5, "message": "reminder-1", "channels": ["email", "letter"]}]
REMIND_ON = DUE + timedelta(days=5)
ADDRESS = PostalAddress(("Rue d'Exemple 1",), "75001", "Paris", "FR")


def lived(count: int = 160) -> Learning:
    """Let accounts be reminded and pay, day by day."""
    books = trial_books(share=None, stages=STAGES)
    hold_outs(books).begin(CREDITOR, 20, "anna", delay_days=14)
    learning, rng = Learning(books), random.Random(11)
    pays: list[tuple[date, str]] = []
    for n in range(count):
        number, is_bad = f"K{n:04}", n % 2 == 0
        books.open_account(
            number,
            email=None if is_bad else "ap@exemple.example",
            country="FR",
            address=ADDRESS,
        )
        books.push(books.invoice(f"RE-{number}", account=number, due_on=DUE, already_sent=True))
        learning.remind(REMIND_ON, number)
        draw = last_draw(books.store, CREDITOR, number)
        assert draw is not None
        left_alone = (22 if is_bad else 9) + rng.choice((-2, -1, 0, 1, 2))
        told_after = 0 if draw.arm == "sent" else (draw.until - REMIND_ON).days
        left = max(0, left_alone - told_after)
        days = min(left_alone, told_after + left // 2)
        pays.append((REMIND_ON + timedelta(days=days), f"RE-{number}"))
    for day, invoice in sorted(pays):
        learning.go_to(day)
        books.plan(day, account=invoice[3:])
        books.deliver()
        books.pay(invoice, on=day)
    for n in range(count):
        learning.keeper.refresh(CREDITOR, f"K{n:04}")
    learning.go_to(REMIND_ON + timedelta(days=70))
    learning.night()
    return learning


def test_what_is_seen_misleads_and_what_was_drawn_does_not() -> None:
    learning = lived()
    seen = learning.book.sums(CREDITOR)["own:1:reminder-1"]
    letters_against_mails = difference(seen["channel|letter"], seen["channel|email"])
    assert letters_against_mails.verdict == "harms", "bad payers get the letters"
    (sheet,) = learning.books.store.list(DrawSheet, CREDITOR)
    sent, waited = (
        summed(tally_from(n) for name, n in sheet.arms.items() if name.endswith(f"|{arm}"))
        for arm in ("sent", "held-out")
    )
    told = difference(sent, waited)
    assert told.verdict == "helps"
    assert told.days is not None
    assert told.days.low < 5.75 < told.days.high
    assert learning.proof.differences(CREDITOR) == []
