"""How accounts pay, over the API: one account, and those that stand out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.accounts.model import Account
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import _Amount, _Day
from saldo.edge.v1.fields import Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.requests import Query
from saldo.money import format_amount
from saldo.risk.behaviour import KNOWN_FROM, PaymentBehaviour, behaviour_of
from saldo.risk.book import PAGE_MAX
from saldo.risk.exception import Exceptional, Sign
from saldo.risk.months import MonthPaid, Spell, spell
from saldo.risk.said import BehaviourSpeech, shown_spell
from saldo.risk.sheet import BehaviourSheet, StandsOut
from saldo.risk.standing import PaidLate, PromisesKept, Trend

Language = Annotated[Literal["de", "en", "nl"], Field(description="The language of the sentences.")]


class BehaviourQuery(Query):
    """Whose payments."""

    account: Annotated[Number, Field(description="The account's number, percent-encoded.")]
    language: Language = "en"


class StandingOutQuery(Query):
    """Which accounts."""

    why: Annotated[
        StandsOut,
        Field(
            description="`worse`: they pay later than in the year before, beyond what chance "
            "gives; `better`: earlier; `exception`: a good payer is late once."
        ),
    ] = "worse"
    language: Language = "en"
    after: Annotated[Number | None, Field(description="The last account of the page before.")] = (
        None
    )
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX, description="So many at most.")] = 50


_Share = Annotated[float | None, Field(ge=0, le=1)]
_Days = float | None


class PaidAmountAnswer(TypedDict):
    """What was paid in a currency, and how much of it late."""

    currency: str
    paid: _Amount
    late: _Amount
    share_late: _Share


class StagePaidAnswer(TypedDict):
    """How many invoices were paid after a stage of reminders (0: without any)."""

    stage: int
    invoices: int


class PaidMonthAnswer(TypedDict):
    """What was due in a month and is paid."""

    month: str
    invoices: int
    days_mean: _Days
    share_late: _Share


class PromisesAnswer(TypedDict):
    """What came of promises for days of the last 24 months."""

    kept: int
    part_kept: int
    broken: int
    open: int


class DisputesAnswer(TypedDict):
    """What came of disputes that were opened during the last 24 months."""

    opened: int
    upheld: Annotated[int, Field(description="Something was taken off the invoice.")]
    turned_down: int


class ExceptionAnswer(TypedDict):
    """An overdue invoice that a good payer was hardly ever so late with."""

    invoice: str
    days: Annotated[int, Field(description="Overdue so far.")]
    as_late: Annotated[int, Field(description="Of `paid` invoices, so many took as long.")]
    paid: int
    chance: Annotated[
        float, Field(description="How often an invoice takes so long, if it is as those before.")
    ]
    sentence: str


class BehaviourAnswer(TypedDict):
    """How an account pays: of what was due in the last twelve months, or in 24 where few were."""

    account: str
    name: str
    as_of: _Day
    sentence: str
    behaviour: Annotated[
        PaymentBehaviour, Field(description="By all its invoices, as segments ask for it.")
    ]
    trend: Trend
    trend_since: _Day | None
    change_days: Annotated[
        _Days, Field(description="The last three months lie so much above the year before.")
    ]
    paid_late: PaidLate
    promises_kept: PromisesKept
    invoices: int
    days_mean: _Days
    days_median: int | None
    days_spread: _Days
    share_late: _Share
    share_reminded: _Share
    days_mean_large: Annotated[
        _Days, Field(description="Of invoices of some four times the usual amount and more.")
    ]
    days_mean_small: Annotated[_Days, Field(description="Of a quarter of it and less.")]
    amounts: list[PaidAmountAnswer]
    stages: list[StagePaidAnswer]
    months: list[PaidMonthAnswer]
    promises: PromisesAnswer
    disputes: DisputesAnswer
    exception: ExceptionAnswer | None
    signs: Annotated[
        list[Sign], Field(description="What speaks against calling what is overdue an exception.")
    ]


class StandingOutPage(TypedDict):
    """Accounts that stand out."""

    items: list[BehaviourAnswer]
    after: Annotated[str | None, Field(description="Of the next page; null: there is none.")]


def of_account(order: Ordered, asked: BehaviourQuery) -> BehaviourAnswer:
    """Return how an account pays; raise what `Behaviours.seen` does."""
    account = reads.account(order.services.store, order.creditor.id, asked.account)
    sheet = order.services.behaviours.seen(order.creditor.id, account.number)
    return shown(account, sheet, order.today, asked.language)


def standing_out(order: Ordered, asked: StandingOutQuery) -> StandingOutPage:
    """Return a page of the accounts that stand out, by number."""
    creditor, services, today = order.creditor.id, order.services, order.today
    numbers = services.behaviours.standing_out(
        creditor, asked.why, limit=asked.limit + 1, after=asked.after
    )
    page = numbers[: asked.limit]
    keys = [(creditor, number) for number in page]
    accounts = services.store.get_many(Account, keys)
    sheets = services.store.get_many(BehaviourSheet, keys)
    found = [
        shown(accounts[key], sheets[key], today, asked.language)
        for key in keys
        if key in accounts and key in sheets
    ]
    return {"items": found, "after": page[-1] if len(numbers) > len(page) else None}


def shown(account: Account, sheet: BehaviourSheet, today: date, language: str) -> BehaviourAnswer:
    """Return a sheet as the API and the command line tell it on a day."""
    paid, say = shown_spell(sheet, today), BehaviourSpeech(language)
    standing = sheet.standing(today)
    promises, disputes = sheet.promises, sheet.disputes
    is_known = paid.paid.count >= KNOWN_FROM
    return {
        "account": account.number,
        "name": account.name,
        "as_of": today.isoformat(),
        "sentence": say.sentence(sheet, today),
        "behaviour": behaviour_of(account.paid),
        "trend": sheet.trend,
        "trend_since": sheet.trend_since.isoformat() if sheet.trend_since else None,
        "change_days": None if sheet.change_tenths is None else sheet.change_tenths / 10,
        "paid_late": standing.paid_late,
        "promises_kept": standing.promises,
        "invoices": paid.paid.count,
        "days_mean": _days(paid.paid.mean),
        "days_median": paid.median,
        "days_spread": _days(paid.paid.spread),
        "share_late": _share(paid.paid.share_late),
        "share_reminded": _share(paid.share_reminded if is_known else None),
        "days_mean_large": _days(paid.large.mean),
        "days_mean_small": _days(paid.small.mean),
        "amounts": [_amount(paid, currency) for currency in sorted(paid.minor)],
        "stages": [
            {"stage": stage, "invoices": count} for stage, count in enumerate(paid.stages) if count
        ],
        "months": [_month(one) for one in sheet.months],
        "promises": {
            "kept": promises.kept,
            "part_kept": promises.part_kept,
            "broken": promises.broken,
            "open": promises.open,
        },
        "disputes": {
            "opened": disputes.opened,
            "upheld": disputes.upheld,
            "turned_down": disputes.turned_down,
        },
        "exception": _exception(sheet.exception, say),
        "signs": list(sheet.signs),
    }


def _exception(found: Exceptional | None, say: BehaviourSpeech) -> ExceptionAnswer | None:
    if found is None:
        return None
    return {
        "invoice": found.invoice,
        "days": found.days,
        "as_late": found.as_late,
        "paid": found.paid,
        "chance": round(found.chance, 3),
        "sentence": say.exception(found),
    }


def _amount(paid: Spell, currency: str) -> PaidAmountAnswer:
    return {
        "currency": currency,
        "paid": format_amount(paid.minor[currency], currency),
        "late": format_amount(paid.late_minor.get(currency, 0), currency),
        "share_late": _share(paid.share_late_minor(currency)),
    }


def _month(month: MonthPaid) -> PaidMonthAnswer:
    paid = spell([month]).paid
    return {
        "month": month.month,
        "invoices": paid.count,
        "days_mean": _days(paid.mean),
        "share_late": _share(paid.share_late),
    }


def _days(days: float | None) -> float | None:
    return None if days is None else round(days, 1)


def _share(share: float | None) -> float | None:
    return None if share is None else round(share, 3)
