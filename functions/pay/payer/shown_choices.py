"""Invoices that an answer is about, and the page of a promise, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .shown import Frame


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """An invoice that an answer may be about."""

    number: str
    due_on: date
    open_minor: int
    currency: str
    is_chosen: bool = True


@dataclass(frozen=True, slots=True)
class PromisePage:
    """A promise to pay, before it is given. `days` are the first and the last that may be chosen,
    `day` stands in the field as it was typed, `error` is the code of the refusal that it met.
    """

    frame: Frame
    id: str
    rows: tuple[ChoiceRow, ...]
    days: tuple[date, date]
    day: str = ""
    error: str = ""
