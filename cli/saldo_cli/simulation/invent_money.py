"""What else happens to the money of a story: drawn apart, so that it moves nothing else of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from saldo_cli.simulation.deeds import AtCounter, Charge, PayOut, Reallocate, Stray
from saldo_cli.simulation.story import (
    DAY_0,
    DAYS_OF_STORY,
    SWEEP_HOUR,
    Action,
    Credit,
    GiveBack,
    Pay,
    Push,
    TakeBack,
    instant,
)

_QUIET_DAY = 12
"""By then all payments and what became of them are booked: an order cannot be overtaken."""

_LAST_PAYOUT_DAY = 26
_COSTS_MINOR = (500, 1_250, 4_000)


class _Purser:
    """Adds to the actions of a story."""

    def __init__(self, seed: int, actions: Sequence[Action]) -> None:
        self.seed = seed
        self.random = random.Random(f"money {seed}")
        self.actions = list(actions)
        self.pushes = [a for a in actions if isinstance(a, Push)]

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def again(self) -> tuple[float, ...]:
        if not self.chance(0.4):
            return ()
        return tuple(self.random.uniform(0, 90) for _ in range(self.random.randint(1, 2)))

    def moment(self, day: int) -> datetime:
        if self.chance(0.45):
            return instant(day, SWEEP_HOUR, 0, self.random.uniform(-15, 45))
        return instant(day, 13, 0, self.random.uniform(0, 5400))

    def about(self, invoice: str) -> list[Pay | Credit | AtCounter | Stray]:
        """What else happens to an invoice's money."""
        return [
            a
            for a in self.actions
            if isinstance(a, (Pay, Credit, AtCounter, Stray)) and a.invoice == invoice
        ]

    def first_day(self, push: Push) -> int:
        """The first day on which money may come in beside that of those who set out at night."""
        pays = [a.at for a in self.about(push.invoice) if isinstance(a, Pay)]
        return (max([push.at, *pays]).date() - DAY_0).days + (0 if pays else 1)

    def add(self) -> list[Action]:
        """Draw what happens, and return the whole story."""
        if self.chance(0.35):
            self.charge()
        if self.chance(0.25):
            self.till()
        if self.chance(0.2):
            self.stray()
        if self.chance(0.2):
            self.reallocate()
        if self.chance(0.08):
            self.foreign()
        self.forgotten_refunds()
        if self.chance(0.5):
            self.pay_out()
        self.strays_taken_back()
        return [a for a in self.actions if not self.hangs_on_order(a)]

    def strays_taken_back(self) -> None:
        """The provider takes money back of which nobody knew whose it was, moved or not."""
        drawn = random.Random(f"strays {self.seed}")
        for one in [a for a in self.actions if isinstance(a, Stray)]:
            if drawn.random() < 0.35:
                at = one.at + timedelta(hours=drawn.choice((3, 50)))
                minor = drawn.choice((one.minor, one.minor // 2))
                again = timedelta(days=2) if drawn.random() < 0.3 else None
                ids = drawn.choice((0, 1))
                self.actions.append(TakeBack(at, one.label, minor, (3.0, 9.0), ids, again))

    def hangs_on_order(self, action: Action) -> bool:
        """Whether it is a write-off where several pay: how much stands open then is not certain."""
        if not isinstance(action, Charge) or action.kind != "write-off":
            return False
        return len(self.about(action.invoice)) > 1

    def charge(self) -> None:
        """Something is added to an invoice, or taken off, when it is new or when all is done."""
        push, kind = self.random.choice(self.pushes), self.random.choice(("fee", "interest"))
        minor = self.random.choice(_COSTS_MINOR) if kind == "fee" else self.random.randint(3, 900)
        day = (push.at.date() - DAY_0).days
        early = instant(day, 10, self.random.randint(0, 30))
        late = instant(_QUIET_DAY, 10, self.random.randint(0, 30))
        number = push.invoice
        at = self.random.choice((early, early, late))
        self.actions.append(
            Charge(at, kind, number, f"{kind}-{number}", minor, self.again())  # type: ignore[arg-type]  # one of two
        )
        least = push.minor - push.minor // 50
        asked = [a.minor for a in self.about(number) if isinstance(a, Pay)]
        if self.chance(0.3) and all(minor <= least for minor in asked):
            off = Charge(
                early + timedelta(minutes=40),
                "discount",
                number,
                f"discount-{number}",
                push.minor // 50,
                self.again(),
            )
            self.actions.append(off)
        if self.chance(0.4) and len(self.about(number)) < 2:
            gone = self.random.choice((300, push.minor * 2))
            self.actions.append(
                Charge(
                    late + timedelta(hours=1),
                    "write-off",
                    number,
                    f"write-off-{number}",
                    gone,
                    self.again(),
                )
            )

    def till(self) -> None:
        """Somebody pays at the counter."""
        for n in range(1, self.random.choice((1, 1, 2)) + 1):
            push = self.random.choice(self.pushes)
            day = self.random.randint(self.first_day(push), DAYS_OF_STORY - 1)
            minor = self.random.choice((push.minor, push.minor // 3, push.minor + 250))
            self.actions.append(
                AtCounter(self.moment(day), f"T-{n}", push.invoice, minor, self.again())
            )

    def stray(self) -> None:
        """Money comes in that names nothing."""
        push = self.random.choice(self.pushes)
        day = self.random.randint(self.first_day(push), DAYS_OF_STORY - 2)
        at = self.moment(day)
        moved = self.moment(day + 1) - at if self.chance(0.85) else None
        delays = tuple(
            self.random.uniform(0.5, 600) for _ in range(self.random.choice((1, 1, 2, 3)))
        )
        minor = self.random.choice((push.minor, push.minor // 2, push.minor + 111))
        self.actions.append(Stray(at, "S1", minor, push.account, push.invoice, delays, moved))

    def reallocate(self) -> None:
        """What paid one invoice turns out to be meant for another.

        Only where nobody else pays either: it would hang on who came first how much is moved.
        """
        choices = list(self._movable())
        if choices:
            self.actions.append(self.random.choice(choices))

    def _movable(self) -> Iterator[Reallocate]:
        taken_back = {a.pay for a in self.actions if isinstance(a, TakeBack)}
        at = instant(_QUIET_DAY - 2, 13, self.random.randint(0, 59))
        for push in self.pushes:
            paid = self.about(push.invoice)
            if len(paid) != 1 or not isinstance(paid[0], Pay) or paid[0].label in taken_back:
                continue
            for other in self.pushes:
                if other is not push and other.account == push.account:
                    yield Reallocate(at, paid[0].label, push.invoice, other.invoice)

    def foreign(self) -> None:
        """A payer pays in another currency."""
        pays = [a for a in self.actions if isinstance(a, Pay)]
        if pays:
            one = self.random.choice(pays)
            self.actions[self.actions.index(one)] = replace(one, currency="USD")

    def forgotten_refunds(self) -> None:
        """Nobody is told what became of a refund."""
        for one in [a for a in self.actions if isinstance(a, GiveBack)]:
            if self.chance(0.4):
                self.actions[self.actions.index(one)] = replace(one, lost=True)

    def pay_out(self) -> None:
        """The provider pays out now and then, and once more in the end."""
        days = self.random.sample(range(2, DAYS_OF_STORY + 3), self.random.randint(0, 3))
        self.actions += [PayOut(instant(day, 15)) for day in sorted(days)]
        self.actions.append(PayOut(instant(_LAST_PAYOUT_DAY, 15), last=True))


def with_more_money(seed: int, actions: Sequence[Action]) -> list[Action]:
    """Return the actions of a seed's story, and what else happens to its money."""
    return _Purser(seed, actions).add()
