"""Draws a simulation of reminders as SVG: expected cash with its band, and messages per week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Final

from saldo.money import decimals_of
from saldo.reminders.foresee_model import Foreseen, Outlook

_WIDTH: Final = 960
_LEFT, _RIGHT = 90, 30
_CASH: Final = (96, 330)
"""Where the panel of cash begins, and how high it is."""

_WEEKS: Final = (500, 190)
_HEIGHT: Final = 740

# Told apart in print and by people who see colours differently: Okabe and Ito's palette.
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9")
_DASHES: Final = ("", "9 5", "2 4", "12 4 2 4", "5 3", "1 3")
_INK, _FAINT, _GRID = "#1f2933", "#52606d", "#d9dee3"


def chart(foreseen: Foreseen) -> str:
    """Return the picture; of several currencies the one with the most open is drawn."""
    currency = _currency(foreseen)
    parts = [*_heading(foreseen), *_legend(foreseen)]
    if currency is not None and not foreseen.terms.nobody_pays:
        parts += _cash_panel(foreseen, currency)
        top = _WEEKS[0]
        height = _HEIGHT
    else:
        top = _CASH[0] + 30
        height = _HEIGHT - (_WEEKS[0] - top)
    parts += _week_panel(foreseen, top)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img" '
        'font-family="Helvetica, Arial, sans-serif" font-size="13">'
        f"<title>{escape(_title(foreseen))}</title>"
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>'
        f"{''.join(parts)}</svg>\n"
    )


@dataclass(frozen=True, slots=True)
class _Panel:
    """A rectangle with scales: `x` from 0 to `wide`, `y` from 0 to `high`."""

    top: float
    height: float
    wide: float
    high: float

    def x(self, value: float) -> float:
        return _LEFT + value / self.wide * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return self.top + self.height * (1 - value / self.high)

    @property
    def bottom(self) -> float:
        return self.top + self.height


def _title(foreseen: Foreseen) -> str:
    return (
        f"Reminders ahead: {foreseen.terms.days} days from {foreseen.first}, "
        f"{foreseen.items} open items of {foreseen.accounts} accounts"
    )


def _heading(foreseen: Foreseen) -> list[str]:
    terms = foreseen.terms
    how = (
        "Nobody pays: the most that would go."
        if terms.nobody_pays
        else f"Payments as the accounts have paid so far, {terms.draws} draws; bands hold four "
        "of five. "
        + (
            f"Each reminder is taken to shorten the wait by {terms.reminder_effect:.0%}."
            if terms.reminder_effect
            else "Reminders are taken to have no effect on payments."
        )
    )
    return [
        _text(_LEFT, 30, _title(foreseen), size=18, weight="bold"),
        _text(_LEFT, 51, how, colour=_FAINT),
    ]


def _legend(foreseen: Foreseen) -> list[str]:
    parts, x = [], float(_LEFT)
    for number, one in enumerate(foreseen.outlooks):
        parts.append(f'<line x1="{x:.0f}" x2="{x + 30:.0f}" y1="72" y2="72" {_stroke(number)}/>')
        parts.append(_text(x + 38, 77, one.name, weight="bold"))
        x += 38 + 8.2 * len(one.name) + 34
    return parts


def _cash_panel(foreseen: Foreseen, currency: str) -> list[str]:
    outlooks = foreseen.outlooks
    unit = 10 ** decimals_of(currency)
    highest = max(one.money[currency].by_day[-1].high for one in outlooks) / unit
    step, high = _scale(highest)
    top, height = _CASH
    weeks = len(outlooks[0].by_week)  # the scale of the panel below
    panel = _Panel(top + 30, height, weeks * 7, high)
    parts = [
        _text(_LEFT, top + 16, f"Expected cash, sum since today, {currency}", weight="bold"),
        *_grid(panel, step),
        *_dates(panel, foreseen.first, weeks * 7 + 1),
    ]
    for number, one in enumerate(outlooks):
        parts.append(_band(panel, one, currency, unit, number))
    for number, one in enumerate(outlooks):
        points = " ".join(
            f"{panel.x(day):.1f},{panel.y(band.middle / unit):.1f}"
            for day, band in enumerate(one.money[currency].by_day)
        )
        parts.append(f'<polyline points="{points}" fill="none" {_stroke(number)}/>')
    return parts


def _band(panel: _Panel, one: Outlook, currency: str, unit: int, number: int) -> str:
    days = list(enumerate(one.money[currency].by_day))
    upper = [f"{panel.x(day):.1f},{panel.y(band.high / unit):.1f}" for day, band in days]
    lower = [f"{panel.x(day):.1f},{panel.y(band.low / unit):.1f}" for day, band in reversed(days)]
    colour = _COLOURS[number % len(_COLOURS)]
    points = " ".join(upper + lower)
    return f'<polygon points="{points}" fill="{colour}" fill-opacity="0.13"/>'


def _week_panel(foreseen: Foreseen, top: float) -> list[str]:
    outlooks, weeks = foreseen.outlooks, len(foreseen.outlooks[0].by_week)
    highest = max(band.high for one in outlooks for band in one.by_week)
    step, high = _scale(highest)
    panel = _Panel(top + 30, _WEEKS[1], weeks * 7, high)
    parts = [
        _text(_LEFT, top + 16, "Messages per week", weight="bold"),
        *_grid(panel, step),
        *_dates(panel, foreseen.first, weeks * 7 + 1),
    ]
    slot = (panel.x(7) - panel.x(0)) * 0.8
    wide = slot / len(outlooks)
    for number, one in enumerate(outlooks):
        colour = _COLOURS[number % len(_COLOURS)]
        for week, band in enumerate(one.by_week):
            x = panel.x(week * 7) + slot * 0.125 + number * wide
            y = panel.y(band.middle)
            if band.middle:
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(1.0, wide - 1):.1f}" '
                    f'height="{panel.bottom - y:.1f}" fill="{colour}"/>'
                )
            if band.low != band.high:
                middle = x + (wide - 1) / 2
                parts.append(
                    f'<line x1="{middle:.1f}" x2="{middle:.1f}" y1="{panel.y(band.low):.1f}" '
                    f'y2="{panel.y(band.high):.1f}" stroke="{_INK}" stroke-width="1.2"/>'
                )
    return parts


def _grid(panel: _Panel, step: float) -> list[str]:
    parts, value = [], 0.0
    while value <= panel.high + step / 2:
        y = panel.y(value)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{_GRID if value else _FAINT}"/>'
        )
        parts.append(_text(_LEFT - 10, y + 4, f"{value:,.0f}", anchor="end", colour=_FAINT))
        value += step
    return parts


def _dates(panel: _Panel, first: date, days: int) -> list[str]:
    """Name a day every two weeks, or as many weeks as leave room."""
    every = 7 * max(1, -(-days // 49))
    parts = []
    for day in range(0, days, every):
        x = panel.x(day)
        if x > _WIDTH - _RIGHT:
            break
        anchor = "start" if day == 0 else "middle"
        told = (first + timedelta(days=day)).isoformat()
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{panel.bottom:.1f}" '
            f'y2="{panel.bottom + 5:.1f}" stroke="{_FAINT}"/>'
        )
        parts.append(_text(x, panel.bottom + 20, told, anchor=anchor, colour=_FAINT))
    return parts


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = 13,
    weight: str = "normal",
    colour: str = _INK,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}" fill="{colour}">{escape(text)}</text>'
    )


def _stroke(number: int) -> str:
    """Return a line's look; later ones are broken, so that one under another is seen."""
    dashes = _DASHES[number % len(_DASHES)]
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'stroke="{_COLOURS[number % len(_COLOURS)]}" stroke-width="2.5"{broken}'


def _scale(highest: float) -> tuple[float, float]:
    """Return a round step between grid lines and the top, which is at least `highest`."""
    power = 1.0
    while power * 10 <= highest:
        power *= 10
    steps: Sequence[float] = (power / 5, power / 2, power, 2 * power, 5 * power)
    step = next((max(1.0, s) for s in steps if highest / s <= 5), steps[-1])
    lines = 1
    while step * lines < highest:
        lines += 1
    return step, step * lines


def _currency(foreseen: Foreseen) -> str | None:
    money = foreseen.outlooks[0].money
    return max(money, key=lambda currency: money[currency].open_now_minor, default=None)
