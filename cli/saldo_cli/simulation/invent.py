"""Stories from seeds: the same seed tells the same story, for ever."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from saldo_cli.simulation.invent_bank import with_bank
from saldo_cli.simulation.invent_deals import with_deals
from saldo_cli.simulation.invent_money import with_more_money
from saldo_cli.simulation.story import (
    DAY_0,
    DAYS_OF_STORY,
    SWEEP_HOUR,
    Action,
    Correct,
    Credit,
    Debtor,
    Forge,
    GiveBack,
    Misplace,
    Outcome,
    Pause,
    Pay,
    Poison,
    Push,
    Queue,
    StopSending,
    Story,
    TakeBack,
    instant,
)

_OUTCOMES: tuple[Outcome, ...] = (
    "pay",
    "pay",
    "pay",
    "pay",
    "refuse",
    "cancel",
    "later",
    "bounce",
    "abandon",
)
_QUEUES: tuple[Queue, ...] = (
    "plan",
    "send",
    "feedback",
    "webhook-event",
    "webhook-delivery",
    "relay",
)
_BODIES = ("this is no JSON", "[1, 2, 3]", '{"neither": "job", "nor": "event"}')


class _Author:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(f"story {seed}")
        self.seed = str(seed)
        self.pays = 0
        self.actions: list[Action] = []

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def again(self) -> tuple[float, ...]:
        """How often, and when, a push is repeated."""
        if not self.chance(0.35):
            return ()
        return tuple(self.random.uniform(0, 120) for _ in range(self.random.randint(1, 2)))

    def moment(self, day: int) -> datetime:
        """A moment of a day: around the reminder run, or calm in the afternoon."""
        if self.chance(0.45):
            return instant(day, SWEEP_HOUR, 0, self.random.uniform(-15, 45))
        return instant(day, 13, 0, self.random.uniform(0, 5400))

    def invoice(self, number: str, debtor: Debtor) -> None:
        """An invoice and what happens to it."""
        day = self.random.choice((0, 0, 0, 1, 2))
        due = DAY_0 + timedelta(days=self.random.randint(-22, 6))
        push = Push(
            instant(day, 6, self.random.randint(0, 50), self.random.uniform(0, 30)),
            number,
            debtor.number,
            self.random.randint(5, 900) * 100,
            due - timedelta(days=14),
            due,
            self.chance(0.5),
            self.again(),
        )
        self.actions.append(push)
        start = day + 1
        if self.chance(0.25):
            self.actions.append(
                Correct(
                    self.moment(start),
                    number,
                    self.random.choice((0, 0, 1500)),
                    self.random.choice((0, 3, 9)),
                    self.again(),
                )
            )
            start += 1
        if self.chance(0.75):
            start = self.random.randint(start, DAYS_OF_STORY - 2)
            self.payments(push, start)
        if self.chance(0.3):
            self.actions.append(
                Credit(
                    self.moment(self.random.randint(start, DAYS_OF_STORY - 1)),
                    number,
                    f"CN-{number}",
                    self.random.choice(
                        (push.minor // 4, push.minor // 2, push.minor, push.minor + 700)
                    ),
                    self.again(),
                )
            )

    def payments(self, push: Push, day: int) -> None:
        """One to three payers set out in the early morning; later they pay, often all at once."""
        payers = self.random.choice((1, 1, 1, 1, 2, 3))
        crowd = self.moment(day) if payers > 1 and self.chance(0.6) else None
        for _ in range(payers):
            self.pays += 1
            at = instant(day, 3, self.random.randint(0, 59), self.random.uniform(0, 30))
            minor = (
                push.minor
                if self.chance(0.6)
                else max(100, push.minor // self.random.randint(2, 4))
            )
            received = minor if self.chance(0.8) else minor + self.random.choice((-50, 350))
            outcome = self.random.choice(_OUTCOMES)
            lost = self.chance(0.12) and outcome != "abandon"
            late = self.chance(0.15)
            delays = tuple(
                self.random.uniform(0.5, 7200 if late else 3 if crowd else 20)
                for _ in range(self.random.choice((1, 1, 2, 3)))
            )
            decided = crowd + timedelta(seconds=self.random.random()) if crowd else self.moment(day)
            self.actions.append(
                Pay(
                    at,
                    f"P{self.pays}",
                    push.invoice,
                    minor,
                    outcome,
                    received,
                    decided - at,
                    self.random.choice((1, 1, 2)),
                    () if lost else delays,
                    timedelta(seconds=self.random.uniform(0.2, 40)) if self.chance(0.6) else None,
                )
            )
        self.money_back(alone=payers == 1)
        if self.chance(0.1):
            self.actions.append(Forge(instant(day, 4, 30), f"P{self.pays}"))

    def money_back(self, *, alone: bool) -> None:
        """What becomes of the last payment: taken back, or what was too much given back."""
        paid = self.actions[-1]
        if not isinstance(paid, Pay) or paid.outcome not in ("pay", "later"):
            return
        settled_at = paid.arrives_at if paid.outcome == "later" else paid.decided_at
        if self.chance(0.2):
            self.actions.append(
                TakeBack(
                    settled_at + timedelta(seconds=self.random.choice((1, 20, 600, 90000))),
                    paid.label,
                    self.random.choice((paid.received_minor, paid.received_minor // 2)),
                    tuple(self.random.uniform(0.5, 25) for _ in range(self.random.randint(1, 2))),
                    self.random.choice((0, 0, 1)),
                    timedelta(days=2) if self.chance(0.3) else None,
                )
            )
        elif alone and paid.received_minor > paid.minor:
            self.actions.append(
                GiveBack(
                    settled_at + timedelta(days=1, hours=3),
                    paid.label,
                    paid.received_minor - paid.minor,
                    self.chance(0.25),
                )
            )

    def orders(self, debtors: list[Debtor], invoices: list[tuple[str, str]]) -> None:
        """What people at the creditor's do."""
        if self.chance(0.4):
            on = self.random.choice(("invoice", "account", "creditor"))
            number = {
                "invoice": self.random.choice(invoices)[0],
                "account": self.random.choice(debtors).number,
                "creditor": "",
            }[on]
            self.actions.append(
                Pause(
                    self.moment(self.random.randint(1, DAYS_OF_STORY - 3)),
                    on,  # type: ignore[arg-type]  # one of three
                    number,
                    timedelta(days=self.random.randint(1, 4), hours=6),
                )
            )
        if self.chance(0.1):
            self.actions.append(
                StopSending(
                    instant(self.random.randint(1, 4), 7, 30),
                    timedelta(hours=self.random.choice((3, 30))),
                )
            )
        if len(debtors) > 1 and self.chance(0.2):
            number, owner = self.random.choice(invoices)
            other = next(d.number for d in debtors if d.number != owner)
            self.actions.append(
                Misplace(
                    instant(3, 10, self.random.randint(0, 59), self.random.uniform(0, 30)),
                    number,
                    other,
                )
            )
        if self.chance(0.25):
            self.actions.append(
                Poison(
                    self.moment(self.random.randint(0, DAYS_OF_STORY - 1)),
                    self.random.choice(_QUEUES),
                    self.random.choice(_BODIES),
                )
            )


def story_of(seed: int) -> Story:
    """Return the story of a seed."""
    author = _Author(seed)
    debtors = [
        Debtor(f"D{n}", author.random.choice(("Delivery",) * 8 + ("Bounce", "Complaint")))
        for n in range(1, author.random.randint(1, 3) + 1)
    ]
    invoices = []
    for n in range(1, author.random.randint(1, 4) + 1):
        debtor = author.random.choice(debtors)
        invoices.append((f"INV-{n}", debtor.number))
        author.invoice(f"INV-{n}", debtor)
    author.orders(debtors, invoices)
    told = with_deals(seed, debtors, with_more_money(seed, author.actions))
    told = with_bank(seed, told)
    actions = tuple(sorted(told, key=lambda a: (a.at, str(a))))
    return Story(author.seed, tuple(debtors), actions, bad_endpoint=author.chance(0.15))
