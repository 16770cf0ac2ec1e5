"""What payers and the creditor of a story agree on: drawn apart, about an invoice of its own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from saldo_cli.simulation.deals import Agree, Announce, Fate, Given, Schedule
from saldo_cli.simulation.deeds import AtCounter
from saldo_cli.simulation.story import (
    DAY_0,
    Action,
    Debtor,
    Pay,
    Push,
    TakeBack,
    instant,
)

_FATES: tuple[Fate, ...] = ("pay", "pay", "pay", "bounce", "refuse")
_GIVEN: tuple[Given, ...] = ("active", "active", "active", "pending", "never")


class _Dealer:
    """Draws an agreement, and what comes in its way."""

    def __init__(self, seed: int, debtor: Debtor) -> None:
        self.random = random.Random(f"deals {seed}")
        self.day = self.random.randint(1, 3)
        due = DAY_0 + timedelta(days=self.random.randint(-12, 5))
        self.push = Push(
            instant(self.day - 1, 6, self.random.randint(0, 50)),
            "INV-8",
            debtor.number,
            self.random.randint(20, 900) * 100,
            due - timedelta(days=14),
            due,
            already_sent=True,
        )
        self.at = instant(self.day, 14, self.random.randint(0, 59))
        self.told = (
            ()
            if self.chance(0.2)
            else tuple(self.random.uniform(1, 600) for _ in range(self.random.choice((1, 1, 2))))
        )

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def schedule(self) -> list[Action]:
        """A payment on a day to come; it may be cancelled, or paid otherwise before, or then."""
        charge_on = self.at.date() + timedelta(days=self.random.randint(2, 5))
        after = timedelta(hours=20)
        ends: dict[str, timedelta] = {}
        if self.chance(0.4):
            ends[self.random.choice(("cancelled_after", "revoked_after", "ended_after"))] = after
        part = self.push.minor // 3 if self.chance(0.3) else None
        planned = Schedule(
            self.at,
            "C1",
            self.push.invoice,
            part,
            charge_on,
            self.random.choice(_GIVEN),
            self.random.choice(_FATES),
            self.told,
            self.chance(0.6),
            **ends,
        )
        return [self.push, planned, *self.otherwise(charge_on)]

    def otherwise(self, charge_on: date) -> list[Action]:
        """The payer pays at the counter all the same: the day before, or as the day begins."""
        if self.chance(0.7):
            return []
        before = datetime.combine(charge_on, instant(0, 15).timetz()) - timedelta(days=1)
        if self.chance(0.5):
            # The hour in which the day begins there, in winter and in summer.
            hour = 23 if charge_on <= date(2026, 3, 29) else 22
            before = before.replace(hour=hour) + timedelta(seconds=self.random.uniform(-3, 20))
        return [AtCounter(before, "T-8", self.push.invoice, self.push.minor)]

    def plan(self) -> list[Action]:
        """Instalments, kept or not."""
        days = self.random.choice(((2, 4), (2, 4, 7), (1, 3, 5)))
        mandate = self.chance(0.6)
        agreed = Agree(
            self.at,
            "A1",
            self.push.invoice,
            days,
            mandate,
            self.random.choice(_FATES),
            0 if mandate else self.random.randint(0, len(days)),
            self.told,
            timedelta(hours=20) if self.chance(0.15) else None,
        )
        return [self.push, agreed]

    def announce(self) -> list[Action]:
        """A transfer that comes, or does not."""
        told: list[Action] = [self.push, Announce(self.at, self.push.invoice)]
        if self.chance(0.6):
            paid = self.random.choice((self.push.minor, self.push.minor // 2))
            at = self.at + timedelta(days=self.random.randint(1, 4))
            told.append(AtCounter(at, "T-9", self.push.invoice, paid))
        return told


def _many(seed: int, debtor: Debtor) -> list[Action]:
    """One or two payers pay more invoices at once than one transaction takes."""
    drawn = random.Random(f"many {seed}")
    day = drawn.randint(1, 3)
    pushes = [
        Push(
            instant(day - 1, 6, 10, number),
            f"INV-{30 + number}",
            debtor.number,
            drawn.randint(5, 90) * 100,
            DAY_0 - timedelta(days=20),
            DAY_0 + timedelta(days=drawn.randint(-6, 5)),
            already_sent=True,
        )
        for number in range(drawn.randint(13, 26))
    ]
    first, *more = [push.invoice for push in pushes]
    total = sum(push.minor for push in pushes)
    paid = instant(day, drawn.choice((8, 13)), 0, drawn.uniform(-5, 30))
    told: list[Action] = []
    for number in range(1, drawn.choice((1, 1, 2)) + 1):
        at = instant(day, 3, 30, drawn.uniform(0, 30))
        minor = drawn.choice((total, total, total // 2))
        told.append(
            Pay(
                at,
                f"M{number}",
                first,
                minor,
                "pay",
                minor + drawn.choice((0, 0, 350)),
                paid + timedelta(seconds=drawn.random()) - at,
                callbacks_seconds=() if drawn.random() < 0.1 else (drawn.uniform(0.5, 3), 9.0),
                back_after=timedelta(seconds=drawn.uniform(0.2, 5)),
                more=tuple(more),
            )
        )
    if drawn.random() < 0.4:
        one = drawn.choice(pushes)
        told.append(AtCounter(paid + timedelta(seconds=1), "T-7", one.invoice, one.minor))
    if drawn.random() < 0.35:
        back = drawn.choice((total, total // 3))
        told.append(TakeBack(paid + timedelta(days=1, hours=2), "M1", back))
    return [*pushes, *told]


def with_deals(seed: int, debtors: Sequence[Debtor], actions: Sequence[Action]) -> list[Action]:
    """Return the actions of a seed's story, and what was agreed in it."""
    dealer = _Dealer(seed, random.Random(f"dealer {seed}").choice(debtors))
    drawn = dealer.random.random()
    if drawn < 0.12:
        return [*actions, *dealer.schedule()]
    if drawn < 0.2:
        return [*actions, *dealer.plan()]
    if drawn < 0.25:
        return [*actions, *dealer.announce()]
    if drawn < 0.28:
        return [*actions, *_many(seed, debtors[0])]
    return list(actions)
