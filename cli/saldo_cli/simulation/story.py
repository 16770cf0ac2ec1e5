"""What people and systems outside do: a story, drawn from a seed, that can be told and shortened.

Facts that race happen around the morning's reminder run; the others in the afternoon, so that
whatever goes wrong with them is over by the next morning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from saldo_cli.simulation.deals import Agree, Announce, Schedule
from saldo_cli.simulation.deeds import AtCounter, Charge, PayOut, Reallocate, Stray
from saldo_cli.simulation.transfers import (
    BankAction,
    Recall,
    SendStatement,
    Strangers,
    Transfer,
    WorkThrough,
)

DAY_0 = date(2026, 3, 23)
"""A Monday. The days after it hold the end of a month and Europe's change to summer time."""

SWEEP_HOUR = 8
DAYS_OF_STORY = 8

NIGHT_HOURS = (21, 22, 23)
"""When days begin where the debtors are, and mandates are charged."""

Outcome = Literal["pay", "refuse", "cancel", "later", "bounce", "abandon"]
Queue = Literal["plan", "send", "feedback", "webhook-event", "webhook-delivery", "relay"]


@dataclass(frozen=True, slots=True)
class Push:
    """The ERP issues an invoice; the same push comes again after each of `again_seconds`."""

    at: datetime
    invoice: str
    account: str
    minor: int
    issued_on: date
    due_on: date
    already_sent: bool = False
    again_seconds: tuple[float, ...] = ()

    def __str__(self) -> str:
        again = f", pushed {1 + len(self.again_seconds)} times" if self.again_seconds else ""
        to = f"{self.account}: {self.minor}, due {self.due_on}"
        return f"the ERP issues {self.invoice} to {to}{again}"


@dataclass(frozen=True, slots=True)
class Misplace:
    """The ERP uses an invoice's number again, for another account: a mistake to be refused."""

    at: datetime
    invoice: str
    account: str

    def __str__(self) -> str:
        return f"the ERP uses the number {self.invoice} for {self.account} too"


@dataclass(frozen=True, slots=True)
class Correct:
    """The ERP corrects an invoice: its amount rises, its due date moves, or both."""

    at: datetime
    invoice: str
    raise_minor: int = 0
    due_days: int = 0
    again_seconds: tuple[float, ...] = ()

    def __str__(self) -> str:
        return (
            f"the ERP corrects {self.invoice}: {self.raise_minor:+d}, due {self.due_days:+d} days"
        )


@dataclass(frozen=True, slots=True)
class Credit:
    """The ERP books a credit note."""

    at: datetime
    invoice: str
    number: str
    minor: int
    again_seconds: tuple[float, ...] = ()

    def __str__(self) -> str:
        return f"the ERP credits {self.minor} on {self.invoice} by {self.number}"


@dataclass(frozen=True, slots=True)
class Pay:
    """A payer opens the page, clicks, and something comes of it.

    `received_minor` arrives `decide_after` (for later and bounce: a day after that);
    `callbacks_seconds` empty means that the provider's callbacks are lost for good, and
    `back_after` None that the payer never comes back to our page.
    """

    at: datetime
    label: str
    invoice: str
    minor: int
    outcome: Outcome
    received_minor: int
    decide_after: timedelta
    clicks: int = 1
    callbacks_seconds: tuple[float, ...] = (3.0,)
    back_after: timedelta | None = timedelta(seconds=6)
    currency: str = "EUR"
    more: tuple[str, ...] = ()

    @property
    def invoices(self) -> tuple[str, ...]:
        """Everything that the payer ticks."""
        return (self.invoice, *self.more)

    @property
    def decided_at(self) -> datetime:
        return self.at + self.decide_after

    @property
    def arrives_at(self) -> datetime:
        return self.decided_at + timedelta(days=1)

    def __str__(self) -> str:
        told = (
            f"callbacks after {list(self.callbacks_seconds)} s"
            if self.callbacks_seconds
            else ("callbacks lost")
        )
        back = "" if self.back_after is None else f", comes back after {self.back_after}"
        when = f"{self.decided_at:%d %H:%M:%S}"
        what = f"{self.invoice} and {len(self.more)} more" if self.more else self.invoice
        return (
            f"a payer ({self.label}) clicks {self.clicks}x to pay {self.minor} of {what}; "
            f"{self.outcome} {self.received_minor} {self.currency} at {when}; {told}{back}"
        )


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The provider takes a payment's money back, and may give it again.

    `other_ids` further events tell of it under ids of their own.
    """

    at: datetime
    pay: str
    minor: int
    callbacks_seconds: tuple[float, ...] = (3.0,)
    other_ids: int = 0
    given_again_after: timedelta | None = None

    def __str__(self) -> str:
        again = f", given again after {self.given_again_after}" if self.given_again_after else ""
        return (
            f"the provider takes {self.minor} of {self.pay} back, told after "
            f"{list(self.callbacks_seconds)} s under {1 + self.other_ids} ids{again}"
        )


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Somebody gives what was paid too much back to the payer."""

    at: datetime
    pay: str
    minor: int
    fails: bool = False
    lost: bool = False

    def __str__(self) -> str:
        how = ", which fails" if self.fails else ""
        how += ", and nobody is told" if self.lost else ""
        return f"{self.minor} of {self.pay} is given back{how}"


@dataclass(frozen=True, slots=True)
class Pause:
    """Somebody pauses notices, and resumes them later. `number` is empty for a whole creditor."""

    at: datetime
    on: Literal["invoice", "account", "creditor"]
    number: str
    ends_after: timedelta

    def __str__(self) -> str:
        return f"notices about {self.on} {self.number} are paused for {self.ends_after}"


@dataclass(frozen=True, slots=True)
class Forge:
    """Somebody posts a callback that the provider never signed."""

    at: datetime
    pay: str

    def __str__(self) -> str:
        return f"somebody forges a callback about {self.pay}"


@dataclass(frozen=True, slots=True)
class Poison:
    """A message that is no job lands in a queue."""

    at: datetime
    queue: Queue
    body: str

    def __str__(self) -> str:
        return f"{self.body!r} lands in the {self.queue} queue"


@dataclass(frozen=True, slots=True)
class StopSending:
    """The operator stops all sending, and allows it again."""

    at: datetime
    ends_after: timedelta

    def __str__(self) -> str:
        return f"the operator stops all sending for {self.ends_after}"


Action = (
    Push
    | Misplace
    | Correct
    | Credit
    | Pay
    | TakeBack
    | GiveBack
    | Pause
    | Forge
    | Poison
    | StopSending
    | Charge
    | AtCounter
    | Stray
    | Reallocate
    | PayOut
    | Schedule
    | Agree
    | Announce
    | BankAction
)


@dataclass(frozen=True, slots=True)
class Debtor:
    """An account of the story. `fate` is what becomes of its mail."""

    number: str
    fate: Literal["Delivery", "Bounce", "Complaint"] = "Delivery"

    @property
    def email(self) -> str:
        return f"ap@{self.number}.example"


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that comes from outside, in the order of time."""

    seed: str
    debtors: tuple[Debtor, ...]
    actions: tuple[Action, ...]
    bad_endpoint: bool = False

    @property
    def is_race(self) -> bool:
        """Whether it hangs on who comes first how much money moves: somebody pays in the instant
        in which a mandate is charged, or gives back what a credit note or a transfer may have made
        too much.
        """
        tills = [a for a in self.actions if isinstance(a, AtCounter)]
        credited = {a.invoice for a in self.actions if isinstance(a, Credit)}
        given_back = {a.pay for a in self.actions if isinstance(a, GiveBack)}
        pays = [a for a in self.actions if isinstance(a, Pay) and a.label in given_back]
        transferred = {self.owner_of(a.label) for a in self.actions if isinstance(a, Transfer)}
        return (
            any(till.at.hour in NIGHT_HOURS for till in tills)
            or any(credited & set(pay.invoices) for pay in pays)
            or any(self.owner_of(pay.label) in transferred for pay in pays)
        )

    @property
    def has_bank(self) -> bool:
        """Whether anything happens on the creditor's own bank account."""
        return any(isinstance(action, SendStatement) for action in self.actions)

    def pushes(self) -> dict[str, Push]:
        """Return the pushes by invoice number."""
        return {a.invoice: a for a in self.actions if isinstance(a, Push)}

    def owner_of(self, pay: str) -> str:
        """Return the account whose invoice a payment is for; "" when there is no such payment."""
        accounts = {p.invoice: p.account for p in self.pushes().values()}
        payers = (a for a in self.actions if isinstance(a, (Pay, Stray, Transfer)))
        return next((accounts[a.invoice] for a in payers if a.label == pay), "")

    def without(self, gone: Sequence[int]) -> Story:
        """Return the story without some actions, and without what makes no sense then."""
        kept = [a for index, a in enumerate(self.actions) if index not in gone or _must_be(a)]
        if not any(isinstance(a, SendStatement) for a in kept):
            kept = [a for a in kept if not isinstance(a, WorkThrough)]
        invoices = {a.invoice for a in kept if isinstance(a, Push)}
        pays = {
            a.label
            for a in kept
            if isinstance(a, (Pay, Stray, Transfer)) and _is_about(a, invoices, set())
        }
        told = tuple(a for a in kept if _is_about(a, invoices, pays))
        accounts = {a.account for a in told if isinstance(a, (Push, Misplace))}
        accounts |= {a.number for a in told if isinstance(a, Pause) and a.on == "account"}
        debtors = tuple(d for d in self.debtors if d.number in accounts)
        return Story(self.seed, debtors, told, self.bad_endpoint)

    def lines(self) -> list[str]:
        """Tell the story."""
        return [f"{a.at:%a %d %b %H:%M:%S}  {a}" for a in self.actions]


def _must_be(action: Action) -> bool:
    """Whether a story with statements needs it: somebody must look after what waits."""
    return isinstance(action, WorkThrough) and action.last


def _is_about(action: Action, invoices: set[str], pays: set[str]) -> bool:
    if isinstance(action, Pause):
        return action.on != "invoice" or action.number in invoices
    if isinstance(action, (Forge, TakeBack, GiveBack, Recall)):
        return action.pay in pays
    if isinstance(action, Reallocate):
        return action.pay in pays and {action.invoice, action.onto} <= invoices
    if isinstance(action, (Poison, StopSending, PayOut, Strangers, SendStatement, WorkThrough)):
        return True
    if isinstance(action, (Pay, Transfer)):
        return invoices.issuperset(action.invoices)
    return action.invoice in invoices


def instant(day: int, hour: int, minute: int = 0, second: float = 0) -> datetime:
    """Return an instant of the story: a day's number, and a time of that day in UTC."""
    start = datetime(DAY_0.year, DAY_0.month, DAY_0.day, hour, minute, tzinfo=UTC)
    return start + timedelta(days=day, seconds=second)
