"""What a simulation of reminders came to, as a table for people and a document for scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from rich.markup import escape

from saldo.money import format_amount
from saldo.reminders.foresee_model import (
    CHANNELS,
    Band,
    Contacts,
    Counted,
    Foreseen,
    Outlook,
)
from saldo.reminders.foresee_model import Money as Cash
from saldo.risk.behaviour import DaysBeyondTerms
from saldo_cli.output import Output

_ROWS: Final[tuple[tuple[Counted, str], ...]] = (
    ("email", "E-mails"),
    ("letter", "Letters"),
    ("sms", "SMS"),
    ("call", "Calls"),
    ("registered", "Registered"),
    ("unreached", "Reaching nobody"),
    ("invoices", "Invoice mails"),
    ("hand-overs", "Hand-overs"),
    ("service-stops", "Service requests"),
    ("tasks", "Tasks for people"),
)
_ALWAYS: Final = frozenset({"email", "letter", "sms", "call"})
_OFTEN_SHOWN: Final = 5
_CENT: Final = Decimal("0.01")

Cell = Callable[[Outlook], str]


def tell(foreseen: Foreseen, out: Output) -> None:
    """Print the table and what it rests on."""
    terms, names = foreseen.terms, [one.name for one in foreseen.outlooks]
    title = (
        f"{terms.days} days from {foreseen.first}: {foreseen.items} open items of "
        f"{foreseen.accounts} accounts"
    )
    rows = [(label, *map(cell, foreseen.outlooks)) for label, cell in _lines(foreseen)]
    out.table(title, ("", *(f">{name}" for name in names)), rows)
    out.say(f"\n{escape(_rests_on(foreseen))}")
    for number, why in foreseen.problems:
        out.say(f"[red]Account {escape(number)} was left out: {escape(why)}[/]")


def _lines(foreseen: Foreseen) -> list[tuple[str, Cell]]:
    outlooks, terms = foreseen.outlooks, foreseen.terms
    lines: list[tuple[str, Cell]] = []
    for what, label in _ROWS:
        if what in _ALWAYS or any(one.nobody_pays[what] for one in outlooks):
            lines.append((label, lambda one, what=what: _band(one.counts[what])))  # type: ignore[misc]  # bound on purpose
    lines += [
        (f"Cost, {terms.prices.currency}", _cost),
        ("Messages per account", lambda one: f"{one.contacts.mean:.1f}, most {one.contacts.most}"),
        *_histogram_lines(),
    ]
    if not terms.nobody_pays:
        lines.append(("Messages if nobody paid", lambda one: str(_messages(one))))
    currencies = sorted({currency for one in outlooks for currency in one.money})
    for currency in currencies:
        lines += _cash_lines(foreseen, currency)
    return lines


def _histogram_lines() -> list[tuple[str, Cell]]:
    def heard(often: int) -> Cell:
        return lambda one: _accounts(one.contacts, often)

    return [
        (f"  accounts that hear {often}{'+' if often == _OFTEN_SHOWN else ''}×", heard(often))
        for often in range(_OFTEN_SHOWN + 1)
    ]


def _accounts(contacts: Contacts, often: int) -> str:
    found = sum(
        accounts
        for times, accounts in contacts.histogram.items()
        if times == often or (often == _OFTEN_SHOWN and times > often)
    )
    return f"{found:.0f}" if found == round(found) else f"{found:.1f}"


def _cash_lines(foreseen: Foreseen, currency: str) -> list[tuple[str, Cell]]:
    def money(one: Outlook) -> Cash:
        return one.money[currency]

    def by(days: int) -> Cell:
        return lambda one: _money(money(one).by_day[days - 1], currency)

    lines: list[tuple[str, Cell]] = [
        (f"Open today, {currency}", lambda one: format_amount(money(one).open_now_minor, currency))
    ]
    if any(money(one).contested_minor for one in foreseen.outlooks):
        contested = (
            "  of it contested",
            lambda one: format_amount(money(one).contested_minor, currency),
        )
        lines.append(contested)
    if foreseen.terms.nobody_pays:
        return lines
    whole = foreseen.terms.days
    for days in sorted({day for day in (7, 30, 60) if day < whole} | {whole}):
        last = foreseen.first + timedelta(days=days - 1)
        lines.append((f"  paid by {last}", by(days)))
    lines.append(("  still open then", lambda one: _money(money(one).open_at_end, currency)))
    return lines


def _messages(one: Outlook) -> int:
    return sum(one.nobody_pays[channel] for channel in CHANNELS)


def _band(band: Band) -> str:
    if band.low == band.high:
        return str(band.middle)
    return f"{band.middle} ({band.low}–{band.high})"


def _money(band: Band, currency: str) -> str:
    low, middle, high = (format_amount(m, currency) for m in (band.low, band.middle, band.high))
    return middle if low == high else f"{middle} ({low}–{high})"


def _cost(one: Outlook) -> str:
    low, middle, high = (cost.quantize(_CENT) for cost in one.cost)
    return f"{middle}" if low == high else f"{middle} ({low}–{high})"


def _rests_on(foreseen: Foreseen) -> str:
    terms, behaviours = foreseen.terms, foreseen.behaviours
    known = ", ".join(
        f"{behaviours[name]} {name}"
        for name in ("new", "prompt", "late", "very-late")
        if behaviours.get(name)
    )
    basis = "; ".join(part for part in (known, _paid(foreseen.paid)) if part)
    who = f"Accounts pay as they have so far ({basis})."
    if terms.nobody_pays:
        return "Nobody pays: this is the most that would go. Nothing was sent or written."
    effect = (
        "Reminders are taken to have no effect on it."
        if not terms.reminder_effect
        else f"Each reminder is taken to shorten the wait by {terms.reminder_effect:.0%}."
    )
    return (
        f"{who} {effect} The middle of {terms.draws} draws, in brackets where four of five lie. "
        "Nothing was sent or written."
    )


def _paid(paid: DaysBeyondTerms) -> str:
    if paid.mean is None:
        return "no invoice was paid yet, so it is assumed"
    spread = f", spread {paid.spread:.0f}" if paid.spread is not None else ""
    return f"{paid.count} invoices paid, on average {paid.mean:+.1f} days beyond terms{spread}"


def document_of(foreseen: Foreseen) -> dict[str, Any]:
    """Return everything as a JSON document; amounts are decimal strings."""
    terms, paid = foreseen.terms, foreseen.paid
    return {
        "from": foreseen.first.isoformat(),
        "days": terms.days,
        "draws": terms.draws,
        "seed": terms.seed,
        "reminder_effect": terms.reminder_effect,
        "nobody_pays": terms.nobody_pays,
        "accounts": foreseen.accounts,
        "open_items": foreseen.items,
        "payment_behaviour": {
            "invoices": paid.count,
            "days_beyond_terms": _rounded(paid.mean),
            "spread": _rounded(paid.spread),
            "share_late": _rounded(paid.share_late),
            "accounts": dict(sorted(foreseen.behaviours.items())),
        },
        "prices": {
            "currency": terms.prices.currency,
            **{
                channel: {"price": str(price), "source": terms.prices.sources.get(channel, "")}
                for channel, price in terms.prices.each.items()
            },
        },
        "policies": [_outlook(foreseen, one) for one in foreseen.outlooks],
        "problems": [{"account": number, "why": why} for number, why in foreseen.problems],
    }


def _outlook(foreseen: Foreseen, one: Outlook) -> dict[str, Any]:
    low, middle, high = (str(cost) for cost in one.cost)
    return {
        "policy": one.name,
        "counts": {what: _plain(band) for what, band in one.counts.items()},
        "if_nobody_paid": {**one.nobody_pays, "cost": str(one.cost_nobody_pays)},
        "cost": {"low": low, "middle": middle, "high": high},
        "messages_by_week": [
            {"from": (foreseen.first + timedelta(weeks=week)).isoformat(), **_plain(band)}
            for week, band in enumerate(one.by_week)
        ],
        "messages_per_account": {
            "mean": _rounded(one.contacts.mean),
            "most": one.contacts.most,
            "histogram": {
                str(often): _rounded(accounts) for often, accounts in one.contacts.histogram.items()
            },
        },
        "cash": {currency: _cash(foreseen, currency, cash) for currency, cash in one.money.items()},
    }


def _cash(foreseen: Foreseen, currency: str, cash: Cash) -> dict[str, Any]:
    def told(band: Band) -> dict[str, str]:
        return {name: format_amount(minor, currency) for name, minor in _plain(band).items()}

    return {
        "open_today": format_amount(cash.open_now_minor, currency),
        "contested": format_amount(cash.contested_minor, currency),
        "paid_by": [
            {"day": (foreseen.first + timedelta(days=day)).isoformat(), **told(band)}
            for day, band in enumerate(cash.by_day)
        ],
        "open_at_end": told(cash.open_at_end),
    }


def _plain(band: Band) -> Mapping[str, int]:
    return {"low": band.low, "middle": band.middle, "high": band.high}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
