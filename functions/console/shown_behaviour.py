"""How an account pays, as its page shows it: a sentence, a chart, figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import Account
from saldo.risk.months import Spell, months_back, spell
from saldo.risk.said import BehaviourSpeech, shown_spell
from saldo.risk.sheet import BehaviourSheet

if TYPE_CHECKING or __package__:
    from functions.console.charts import Chart, Point, swinging
    from functions.console.screen import Visit
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    from charts import Chart, Point, swinging
    from screen import Visit
    from words import Words

MONTHS_SHOWN: Final = 15
"""The last months beside the year before: what a change is told by."""

_DRAWN_FROM: Final = 2
"""One month alone is no picture of anything."""


@dataclass(frozen=True, slots=True)
class PaidRow:
    """What was due in a month and is paid: how many, how late, which share late, in words."""

    month: str
    invoices: int
    days: str
    late: str


@dataclass(frozen=True, slots=True)
class BehaviourShown:
    """What the panel shows. `exception` says why an overdue invoice is one, "" where none is.

    `mean_days` is the mean that the sentence tells, None where nothing was paid.
    """

    sentence: str
    mean_days: int | None
    trend: str
    since: date | None
    exception: str
    facts: tuple[tuple[str, str], ...]
    chart: Chart | None
    rows: tuple[PaidRow, ...]


def behaviour_shown(visit: Visit, account: Account) -> BehaviourShown | None:
    """Return what the account's panel shows, None where nobody looked yet: one get."""
    sheet = visit.services.store.relaxed().get(BehaviourSheet, *account.key)
    if sheet is None:
        return None
    say = BehaviourSpeech(visit.t.language)
    rows = tuple(_rows(sheet, visit.t, visit.today))
    mean = shown_spell(sheet, visit.today).paid.mean
    return BehaviourShown(
        say.sentence(sheet, visit.today),
        None if mean is None else round(mean),
        sheet.trend,
        sheet.trend_since,
        say.exception(sheet.exception) if sheet.exception else "",
        tuple(_facts(sheet, visit.t, visit.today)),
        _chart(sheet, visit.t, visit.today) if len(rows) >= _DRAWN_FROM else None,
        rows,
    )


def _months(today: date) -> list[str]:
    return [months_back(today, back) for back in range(MONTHS_SHOWN - 1, -1, -1)]


def _rows(sheet: BehaviourSheet, t: Words, today: date) -> Iterator[PaidRow]:
    """Yield the months in which something was due that is paid, the last first."""
    for name in reversed(_months(today)):
        paid = spell(sheet.months, name, name).paid
        if paid.mean is not None:
            late = _percent(t, paid.share_late)
            yield PaidRow(_month(t, name), paid.count, _days(t, paid.mean), late)


def _chart(sheet: BehaviourSheet, t: Words, today: date) -> Chart | None:
    points = [_point(t, name, spell(sheet.months, name, name)) for name in _months(today)]
    return swinging(t("pays.chart"), t("pays.chart_about"), points)


def _point(t: Words, name: str, paid: Spell) -> Point | None:
    mean = paid.paid.mean
    if mean is None:
        return None
    tone = "late" if mean > 0 else ""
    return Point(_month(t, name), round(mean, 1), _days(t, mean), tone)


def _facts(sheet: BehaviourSheet, t: Words, today: date) -> Iterator[tuple[str, str]]:
    """Yield figures with their names; what is not known is left out."""
    paid = shown_spell(sheet, today)
    if paid.paid.count:
        share = _percent(t, paid.paid.share_late)
        yield t("pays.late"), t("pays.of_invoices", share=share, count=paid.paid.count)
        for currency in sorted(paid.minor):
            amount = t.amount(paid.late_minor.get(currency, 0), currency)
            share = _percent(t, paid.share_late_minor(currency))
            yield t("pays.late_amount"), t("pays.of_amount", share=share, amount=amount)
        if paid.median is not None:
            yield t("pays.median"), _days(t, paid.median)
        yield t("pays.reminded"), _percent(t, paid.share_reminded)
    promises, disputes = sheet.promises, sheet.disputes
    if promises.decided:
        yield t("pays.promises"), t("pays.kept", kept=promises.kept, count=promises.decided)
    if disputes.opened:
        upheld = t("pays.upheld", upheld=disputes.upheld, count=disputes.opened)
        yield t("pays.disputes"), upheld


def _month(t: Words, name: str) -> str:
    return t("pays.month", month=name[5:], year=name[:4])


def _days(t: Words, days: float) -> str:
    return t.quantity(f"{days:.1f}" if round(days, 1) else "0", t("pays.days"))


def _percent(t: Words, share: float | None) -> str:
    return "–" if share is None else t.percent(str(round(100 * share)))
