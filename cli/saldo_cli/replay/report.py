"""What a replay found, and how it differs from what the ledger says must be found. Pure.

The same `Report` is made twice: from the file alone, and from the books and mails afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from saldo.reminders.policy import Policy
from saldo.reports.receivables import (
    Receivable,
    days_to_pay_mean,
    dso,
    invoiced_minor,
    open_minor,
)
from saldo_cli.replay.ledger import LedgerLine

Pair = tuple[str, int]
"""An invoice and the number of a stage."""

_DIFFERENCES_SHOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class SeenInvoice:
    """An invoice as the books have it."""

    account: str
    number: str
    receivable: Receivable


@dataclass(frozen=True, slots=True)
class SeenMail:
    """A mail that left: which step of which invoice it told, and the day of its run."""

    invoice: str
    step: str
    day: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What the books and the mailbox hold after a replay; `problems` are sentences about what
    contradicts itself there. `mails` has one entry per invoice that a mail told of, and `reminders`
    counts the mails of the policy's stages themselves, which are fewer where they are bundled.
    """

    invoices: tuple[SeenInvoice, ...]
    mails: tuple[SeenMail, ...]
    problems: tuple[str, ...] = ()
    reminders: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a replay; `reminders` are the pairs behind `reminded`."""

    invoices: int
    accounts: int
    invoiced_minor: dict[str, int]
    settled: int
    reminded: dict[str, int]
    reminded_after_payment: int
    duplicates: int
    days_to_pay_mean: float | None
    dso: float | None
    open_minor: dict[str, int]
    reminders: frozenset[Pair] = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return the figures under their published names."""
        return {name: getattr(self, name) for name in FIGURES}


FIGURES = (
    "invoices",
    "accounts",
    "invoiced_minor",
    "settled",
    "reminded",
    "reminded_after_payment",
    "duplicates",
    "days_to_pay_mean",
    "dso",
    "open_minor",
)


def expected(ledger: Sequence[LedgerLine], policy: Policy) -> Report:
    """Return what must be found, from the ledger alone.

    An invoice is reminded at a stage exactly when it was settled later than its due date plus the
    stage's offset, or never: on the day itself, payments are booked before reminders go.
    """
    reminders = frozenset(
        (line.number, stage.number)
        for line in ledger
        for stage in policy.stages
        if not stage.left_out
        and (
            line.paid_on is None or line.paid_on > line.due_on + policy.after_due[stage.number - 1]
        )
    )
    receivables = [
        Receivable(
            line.issued_on,
            line.currency,
            line.amount_minor,
            line.amount_minor if line.paid_on is None else 0,
            line.paid_on,
        )
        for line in ledger
    ]
    accounts = len({line.account for line in ledger})
    return _report(receivables, accounts, policy, reminders, after_payment=0, duplicates=0)


def measured(facts: Facts, policy: Policy) -> Report:
    """Return what the books and the mails say."""
    closed = {seen.number: seen.receivable.closed_on for seen in facts.invoices}
    told = Counter((mail.invoice, mail.step) for mail in facts.mails)
    stage_mails = [mail for mail in facts.mails if mail.step.isdecimal()]
    late = sum(
        1
        for mail in stage_mails
        if (settled := closed.get(mail.invoice)) is not None and mail.day >= settled
    )
    return _report(
        [seen.receivable for seen in facts.invoices],
        len({seen.account for seen in facts.invoices}),
        policy,
        frozenset((mail.invoice, int(mail.step)) for mail in stage_mails),
        after_payment=late,
        duplicates=sum(count - 1 for count in told.values()),
    )


def _report(
    receivables: Sequence[Receivable],
    accounts: int,
    policy: Policy,
    reminders: frozenset[Pair],
    *,
    after_payment: int,
    duplicates: int,
) -> Report:
    stages = Counter(stage for _, stage in reminders)
    return Report(
        invoices=len(receivables),
        accounts=accounts,
        invoiced_minor=invoiced_minor(receivables),
        settled=sum(1 for one in receivables if one.closed_on is not None),
        reminded={str(stage.number): stages[stage.number] for stage in policy.stages},
        reminded_after_payment=after_payment,
        duplicates=duplicates,
        days_to_pay_mean=days_to_pay_mean(receivables),
        dso=dso(receivables),
        open_minor=open_minor(receivables),
        reminders=reminders,
    )


def differences(wanted: Report, found: Report) -> list[str]:
    """Return a sentence per figure, and per reminder, in which the two reports differ."""
    told = [
        f"{name}: the ledger says {getattr(wanted, name)}, the books say {getattr(found, name)}."
        for name in FIGURES
        if getattr(wanted, name) != getattr(found, name)
    ]
    missing = _pairs(wanted.reminders - found.reminders, "was not reminded at stage")
    extra = _pairs(found.reminders - wanted.reminders, "was reminded without need at stage")
    return [*told, *missing, *extra]


def _pairs(pairs: Iterable[Pair], what: str) -> list[str]:
    ordered = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    told = [f"Invoice {number} {what} {stage}." for number, stage in ordered]
    more = len(told) - _DIFFERENCES_SHOWN_MAX
    return told if more <= 0 else [*told[:_DIFFERENCES_SHOWN_MAX], f"… and {more} more like it."]
