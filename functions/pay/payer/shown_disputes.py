"""Plain data of the pages on which an invoice is contested or asked for again."""

from __future__ import annotations

from dataclasses import dataclass

from .shown import Frame
from .shown_choices import ChoiceRow


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an invoice to be ticked; `value` is what the form sends for it."""

    value: str
    text: str
    quantity: str
    unit: str
    amount_minor: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class InvoiceToContest:
    """An invoice of which one is chosen, with its lines where they are known."""

    row: ChoiceRow
    lines: tuple[LineRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DisputePage:
    """The form of an objection. `part` is how much of it is contested: "whole", "lines" or
    "amount"; `amount` and `text` are as they were typed.
    """

    frame: Frame
    id: str
    invoices: tuple[InvoiceToContest, ...]
    reasons: tuple[str, ...]
    part: str = "whole"
    amount: str = ""
    reason: str = ""
    text: str = ""
    error: str = ""
    files_max: int = 0
    megabytes: int = 0


@dataclass(frozen=True, slots=True)
class NotReceivedPage:
    """The form that asks for a copy; `address` is where it goes, most of it hidden."""

    frame: Frame
    id: str
    rows: tuple[ChoiceRow, ...]
    address: str
    days: int
    error: str = ""
