"""What happens on the bank account of a story: drawn apart, in a third of all seeds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from saldo_cli.simulation.deeds import Charge, Reallocate
from saldo_cli.simulation.story import (
    DAY_0,
    DAYS_OF_STORY,
    SWEEP_HOUR,
    Action,
    Pay,
    Push,
    instant,
)
from saldo_cli.simulation.transfers import (
    Payer,
    Recall,
    SendStatement,
    Strangers,
    Transfer,
    Words,
    WorkThrough,
)

ONE_IN = 3
"""So many seeds have one with a bank account."""

LAST_DAY = 10
"""By then somebody has said of every entry whose it is."""

_TRANSFERS_MAX = 4
_WORDS: tuple[Words, ...] = ("number",) * 5 + ("reference",) * 3 + ("bare", "wrong", "none")
_PAYERS: tuple[Payer, ...] = ("own",) * 5 + ("new", "somebody-else")
_MANY_STRANGERS = 36
"""With them a statement is booked in more than one transaction."""


class _Payers:
    """Draws transfers and statements."""

    def __init__(self, seed: int, actions: Sequence[Action]) -> None:
        self.random = random.Random(f"bank {seed}")
        self.actions = actions
        hanging = {a.invoice for a in actions if isinstance(a, Charge) and a.kind == "write-off"}
        hanging |= {n for a in actions if isinstance(a, Reallocate) for n in (a.invoice, a.onto)}
        self.pushes = [a for a in actions if isinstance(a, Push) and a.invoice not in hanging]
        self.made: list[Action] = []
        self.count = 0

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def add(self) -> list[Action]:
        """Return what happens on the bank account."""
        for _ in range(self.random.randint(1, _TRANSFERS_MAX)):
            self.transfer()
        if self.chance(0.25):
            number = _MANY_STRANGERS if self.chance(0.2) else self.random.randint(2, 4)
            self.made.append(Strangers(instant(self.random.randint(1, 6), 12), number))
        self.recall()
        self.statements()
        self.clerk()
        return self.made

    def transfer(self) -> None:
        """Somebody transfers money: for one invoice or several, all, a part, or too much."""
        push = self.random.choice(self.pushes)
        more = [p for p in self.pushes if p.account == push.account and p is not push]
        several = more if self.chance(0.3) else []
        minor = push.minor + sum(p.minor for p in several)
        if self.chance(0.35):
            minor = self.random.choice((minor // 2, minor // 3, minor + 730, minor - 40))
        # Who set out to pay on a page comes there before the transfer is told of.
        own = [p.invoice for p in self.pushes if p.account == push.account]
        pays = [a for a in self.actions if isinstance(a, Pay) and a.invoice in own]
        set_out: list[Push | Pay] = [push, *several, *pays]
        first = max((a.at.date() - DAY_0).days for a in set_out)
        self.count += 1
        self.made.append(
            Transfer(
                instant(self.random.randint(first, DAYS_OF_STORY - 2), 11, self.count),
                f"T{self.count}",
                push.invoice,
                minor,
                self.random.choice(_WORDS),
                self.random.choice(_PAYERS),
                tuple(p.invoice for p in several),
                2 if self.chance(0.12) else 1,
            )
        )

    def recall(self) -> None:
        """A bank takes the money of a transfer back."""
        for one in [a for a in self.made if isinstance(a, Transfer)]:
            if self.chance(0.15):
                at = one.at + timedelta(days=self.random.choice((1, 1, 2)))
                self.made.append(Recall(at, one.label, self.random.choice((0, 0, 350))))

    def statements(self) -> None:
        """Each day on which something happened is told of, the next morning or a little later.

        Some statements tell of days that others told of; some come twice.
        """
        days = sorted(
            {a.at.date() for a in self.made if isinstance(a, (Transfer, Recall, Strangers))}
        )
        for day in days:
            first = day - timedelta(days=self.random.choice((0, 0, 0, 1, 2)))
            self.made.append(SendStatement(self.morning(day), first, day, self.again()))
        if self.chance(0.25):
            page = self.random.choice(days)
            at = self.morning(days[-1]) + timedelta(seconds=self.random.uniform(-3, 1800))
            self.made.append(SendStatement(at, page, days[-1], self.again()))

    def morning(self, day: date) -> datetime:
        """The next morning: before the reminder run, or as it goes on."""
        number = (day - DAY_0).days + 1
        if self.chance(0.5):
            return instant(number, SWEEP_HOUR, 0, self.random.uniform(-15, 45))
        return instant(number, 5, 30, self.random.uniform(0, 600))

    def again(self) -> tuple[float, ...]:
        return (self.random.choice((0.5, 4.0, 300.0, 86_400.0)),) if self.chance(0.3) else ()

    def clerk(self) -> None:
        """A clerk looks now and then, and to the end once all statements are there."""
        days = self.random.sample(range(2, LAST_DAY - 1), self.random.randint(0, 2))
        self.made += [
            WorkThrough(instant(day, 14, 30), reverses=self.chance(0.25)) for day in sorted(days)
        ]
        self.made.append(WorkThrough(instant(LAST_DAY, 9, 30), last=True))


def with_bank(seed: int, actions: Sequence[Action]) -> list[Action]:
    """Return the actions of a seed's story, and what happens on its bank account."""
    if seed % ONE_IN:
        return list(actions)
    payers = _Payers(seed, actions)
    if not payers.pushes:
        return list(actions)
    return [*actions, *payers.add()]
